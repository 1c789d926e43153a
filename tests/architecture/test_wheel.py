"""A wheel is built without a network, carries the resources and the compiled translations, and starts."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app import __version__
from setup_steps import translations
from setup_steps.checkout import THIS, Checkout
from tests.architecture.sources import ROOT, project_files


def build(root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the wheel of a checkout into folder."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    translations.compile_all(THIS)
    folder = tmp_path_factory.mktemp("dist")
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_the_program_and_its_resources_only(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name == f"quillpane-{__version__}-py3-none-any.whl"
    assert {name.split("/")[0] for name in names} == {"app", f"quillpane-{__version__}.dist-info"}
    resources = {str(file) for file in project_files() if file.parts[0] == "resources"}
    resources |= {path.with_suffix(".qm").relative_to(ROOT).as_posix() for path in translations.files(THIS)}
    assert {name.removeprefix("app/_") for name in names if name.startswith("app/_resources/")} == resources
    assert any(name.endswith(".qm") for name in resources)


def test_installed_wheel_starts_and_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    fresh = Checkout(tmp_path)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", fresh.venv], check=True)
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", fresh.python, "install", *options, wheel], check=True)
    # The packages that it needs are taken from this environment; a folder named here brings no .pth files along.
    environment = {**os.environ, "PYTHONPATH": str(THIS.site_packages)}

    def ask(*command: str) -> str:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    found = "from app.store.paths import resource; print(resource('i18n', 'quillpane_zh_CN.qm'))"
    place = Path(ask(str(fresh.python), "-P", "-c", found))
    assert place.is_file()
    assert place.is_relative_to(fresh.venv)
    assert __version__ in ask(fresh.program("quillpane"), "--version")


def test_build_without_compiled_translations_says_what_to_do(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    for file in project_files():
        if file.parts[0] != "tests":
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, root / file)
    built = build(root, tmp_path / "dist")
    assert built.returncode != 0
    assert "packaging/dev.py translations" in built.stderr
