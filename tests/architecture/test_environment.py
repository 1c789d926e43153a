"""The environment is made once from the lock files, left alone while nothing changed, and mended when it is broken."""

import hashlib
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from setup_steps.checkout import Checkout, SetupError
from setup_steps.environment import Environment

NO_HASH = "0" * 64


def make_wheel(folder: Path, name: str) -> str:
    """Write a wheel with one empty module; return its hash."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock(checkout: Checkout, group: str, name: str, digest: str) -> None:
    """Write a lock file with one package."""
    checkout.requirements.mkdir(parents=True, exist_ok=True)
    text = f"{name}==1.0 \\\n    --hash=sha256:{digest}\n"
    (checkout.requirements / f"{group}.txt").write_text(text, encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """An empty checkout whose one package comes from a folder of wheels, without a network."""
    root = tmp_path / "a checkout"
    (root / "app").mkdir(parents=True)
    (root / "app" / "__init__.py").write_text("", encoding="utf-8")
    (root / "app" / "__main__.py").write_text("import sys\nprint(sys.argv[1:])\n", encoding="utf-8")
    wheels = tmp_path / "wheels"
    lock(Checkout(root), "runtime", "needed", make_wheel(wheels, "needed"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", wheels.as_uri())
    return Checkout(root)


def marker(checkout: Checkout) -> Path:
    """Leave a file in the environment that only making it anew takes away."""
    path = checkout.venv / "marker"
    path.touch()
    return path


def can_import(checkout: Checkout, name: str) -> bool:
    """Say whether the environment has the module."""
    return subprocess.run([checkout.python, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def test_environment_is_made_once_and_then_left_alone(checkout: Checkout, capfd: pytest.CaptureFixture[str]) -> None:
    Environment(checkout).ensure(["runtime"])
    assert can_import(checkout, "needed")
    mark = marker(checkout)
    capfd.readouterr()
    Environment(checkout).ensure(["runtime"])
    assert capfd.readouterr() == ("", "")
    assert mark.exists()

    script = checkout.scripts / ("quillpane.cmd" if os.name == "nt" else "quillpane")
    command = [str(script), "a b", "c"]
    answer = subprocess.run(command, cwd=checkout.root.parent, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "['a b', 'c']"


def test_broken_environment_is_made_anew(checkout: Checkout) -> None:
    Environment(checkout).ensure(["runtime"])
    mark = marker(checkout)
    (checkout.site_packages / "needed-1.0.dist-info" / "RECORD").unlink()
    Environment(checkout).ensure(["runtime"])
    assert not mark.exists()
    assert can_import(checkout, "needed")

    mark = marker(checkout)
    stamp = checkout.venv / "quillpane-stamp.json"
    made_by_another = json.loads(stamp.read_text(encoding="utf-8"))
    made_by_another["identity"]["python"] = "3.9"
    stamp.write_text(json.dumps(made_by_another), encoding="utf-8")
    Environment(checkout).ensure(["runtime"])
    assert not mark.exists()


def test_half_made_environment_is_made_anew(checkout: Checkout) -> None:
    checkout.scripts.mkdir(parents=True)
    mark = marker(checkout)
    Environment(checkout).ensure(["runtime"])
    assert not mark.exists()
    assert can_import(checkout, "needed")


def test_file_with_another_hash_is_refused_and_what_was_there_stays(checkout: Checkout) -> None:
    Environment(checkout).ensure(["runtime"])
    mark = marker(checkout)
    good = (checkout.requirements / "runtime.txt").read_text(encoding="utf-8")
    make_wheel(checkout.root.parent / "wheels", "other")
    lock(checkout, "runtime", "other", NO_HASH)
    with pytest.raises(SetupError, match="not the one that is locked"):
        Environment(checkout).ensure(["runtime"])
    assert not can_import(checkout, "other")

    (checkout.requirements / "runtime.txt").write_text(good, encoding="utf-8")
    Environment(checkout).ensure(["runtime"])
    assert mark.exists()
    assert can_import(checkout, "needed")


def test_optional_package_is_left_out_where_it_cannot_be_had(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    lock(checkout, "model", "absent", NO_HASH)
    Environment(checkout).ensure(["runtime"], optional=["model"])
    assert "Going on without" in capfd.readouterr().out
    Environment(checkout).ensure(["runtime"], optional=["model"])
    assert capfd.readouterr() == ("", "")
    with pytest.raises(SetupError, match="ready-made file"):
        Environment(checkout).ensure(["runtime", "model"])
    lock(checkout, "model", "present", make_wheel(checkout.root.parent / "wheels", "present"))
    Environment(checkout).ensure(["runtime"], optional=["model"])
    assert can_import(checkout, "present")
