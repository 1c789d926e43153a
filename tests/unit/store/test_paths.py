import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.errors import StorageFailedError
from app.store.paths import Paths, default_paths, resource
from tests.unit.store.material import ROOT

posix_only = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def test_every_file_lies_in_the_data_folder(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    for path in (paths.database, paths.settings, paths.logs_dir):
        assert path.parent == tmp_path
    assert len({paths.database, paths.settings, paths.logs_dir}) == 3


@posix_only
def test_a_new_data_folder_is_closed_to_other_users(tmp_path: Path) -> None:
    folder = tmp_path / "profiles" / "mine"
    assert default_paths(folder).data_dir == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix_only
def test_the_mode_of_a_folder_that_exists_is_the_users_business(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o750)
    default_paths(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


def test_a_relative_folder_stays_the_same_when_the_program_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_paths(Path("here")).data_dir == tmp_path / "here"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is Linux's")
def test_without_a_folder_it_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_paths().data_dir == tmp_path / "data" / "Quillpane"
    assert (tmp_path / "data" / "Quillpane").is_dir()


def test_a_file_in_the_way_is_reported(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageFailedError):
        default_paths(tmp_path / "taken")
    with pytest.raises(StorageFailedError):
        default_paths(tmp_path / "taken" / "deeper")


def test_a_checkout_finds_its_resources() -> None:
    assert resource("i18n") == ROOT / "resources" / "i18n"
    assert resource("i18n").is_dir()


def test_an_installed_wheel_finds_its_resources(tmp_path: Path) -> None:
    installed = _install_paths_module(tmp_path)
    (installed / "_resources" / "themes").mkdir(parents=True)
    (tmp_path / "resources").mkdir()  # of somebody else, beside the package
    assert _ask(tmp_path, "") == installed / "_resources" / "themes" / "light.toml"


def test_a_frozen_bundle_finds_its_resources(tmp_path: Path) -> None:
    _install_paths_module(tmp_path / "site")
    bundle = tmp_path / "bundle"
    assert _ask(tmp_path / "site", f"import sys; sys._MEIPASS = {str(bundle)!r}") == (
        bundle / "resources" / "themes" / "light.toml"
    )


def _install_paths_module(site: Path) -> Path:
    """Copy what `app.store.paths` needs into a folder of its own."""
    for name in ("__init__.py", "domain/__init__.py", "domain/errors.py", "store/__init__.py", "store/errors.py"):
        (site / "app" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "app" / name, site / "app" / name)
    shutil.copy(ROOT / "app" / "store" / "paths.py", site / "app" / "store" / "paths.py")
    return site / "app"


def _ask(site: Path, before: str) -> Path:
    source = f"{before}\nfrom app.store.paths import resource\nprint(resource('themes', 'light.toml'))"
    answer = subprocess.run(
        [sys.executable, "-c", source], cwd=site, capture_output=True, text=True, check=True, timeout=60
    )
    return Path(answer.stdout.strip())
