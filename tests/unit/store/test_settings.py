import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.settings import OPTIONS
from app.store.errors import DiskFullError, StorageFailedError
from app.store.settings import Settings
from tests.unit.store.material import ROOT

posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def content(path: Path) -> dict[str, object]:
    read = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(read, dict)
    return read


def test_what_was_never_set_has_its_default(path: Path) -> None:
    settings = Settings(path)
    assert {name: settings.get(name) for name in OPTIONS} == {name: item.default for name, item in OPTIONS.items()}
    assert not settings.pending
    assert not path.exists()


async def test_what_is_set_counts_at_once_and_is_back_after_a_restart(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.set("text_scale", 120)
    settings.set("window.runs_visible", value=False)
    settings.set("model", "量子")
    assert settings.pending
    await settings.flush()
    assert not settings.pending
    again = Settings(path)
    assert again.text("theme") == "dark"
    assert again.number("text_scale") == 120
    assert again.flag("window.runs_visible") is False
    assert again.text("model") == "量子"
    assert not again.pending


def test_the_end_of_the_program_writes_what_is_pending(path: Path) -> None:
    settings = Settings(path)
    settings.flush_now()
    assert not path.exists(), "nothing was pending"
    settings.set("theme", "light")
    settings.flush_now()
    assert not settings.pending
    assert content(path) == {"theme": "light"}


def test_unknown_names_are_refused(path: Path) -> None:
    settings = Settings(path)
    with pytest.raises(KeyError):
        settings.get("api_key")
    with pytest.raises(KeyError):
        settings.set("api_key", "sk-secret")
    settings.flush_now()
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("theme", "pink"), ("text_scale", True), ("model", 3), ("text_scale", "9")]
)
def test_values_that_do_not_fit_are_refused(path: Path, name: str, value: str | int) -> None:
    settings = Settings(path)
    with pytest.raises(ValueError, match=name):
        settings.set(name, value)
    assert not settings.pending


def test_setting_what_is_there_already_writes_nothing(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.flush_now()
    settings.set("theme", "dark")
    assert not settings.pending


def test_options_of_a_later_version_are_kept(path: Path) -> None:
    path.write_text('{"later.option": {"deep": [1, null]}, "theme": "sepia"}')
    settings = Settings(path)
    assert settings.text("theme") == "system", "a value that this version does not know"
    settings.set("model", "m")
    settings.flush_now()
    assert content(path) == {"later.option": {"deep": [1, None]}, "theme": "sepia", "model": "m"}


def test_what_another_instance_changed_meanwhile_is_kept(path: Path) -> None:
    one, other = Settings(path), Settings(path)
    one.set("theme", "dark")
    one.flush_now()
    other.set("model", "m")
    other.flush_now()
    assert content(path) == {"theme": "dark", "model": "m"}


def test_what_another_instance_wrote_is_taken_over_when_asked_for(path: Path) -> None:
    one, other = Settings(path), Settings(path)
    other.reread("theme", "model")
    assert other.text("theme") == "system"
    one.set("theme", "dark")
    one.set("model", "one's")
    one.set("language", "en")
    one.flush_now()
    other.set("model", "other's")
    other.reread("theme", "model")
    assert other.text("theme") == "dark"
    assert other.text("model") == "other's", "pending here"
    assert other.text("language") == "system", "not asked for"
    other.flush_now()
    assert content(path) == {"theme": "dark", "model": "other's", "language": "en"}
    path.unlink()
    other.reread("theme")
    assert other.text("theme") == "dark", "a file that has gone says nothing"


@pytest.mark.parametrize("damaged", [b'{"theme": "da', b"", b"[1, 2]", b"\xff\xfe\x00", b"null"])
def test_a_damaged_file_is_kept_aside_and_the_defaults_are_used(path: Path, damaged: bytes) -> None:
    path.write_bytes(damaged)
    path.with_name("settings.json.damaged-1").write_bytes(b"an earlier one")
    settings = Settings(path)
    assert settings.text("theme") == "system"
    assert settings.kept_aside == path.with_name("settings.json.damaged-2")
    assert settings.kept_aside.read_bytes() == damaged
    settings.set("theme", "dark")
    settings.flush_now()
    assert content(path) == {"theme": "dark"}
    assert path.with_name("settings.json.damaged-1").read_bytes() == b"an earlier one"


def test_a_file_that_cannot_be_read_is_not_overwritten(path: Path) -> None:
    path.mkdir()
    settings = Settings(path)
    settings.set("theme", "dark")
    assert settings.text("theme") == "dark"
    with pytest.raises(StorageFailedError):
        settings.flush_now()
    assert settings.pending
    path.rmdir()
    settings.flush_now()
    assert content(path) == {"theme": "dark"}


async def test_a_missing_folder_leaves_it_pending(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "gone" / "settings.json")
    settings.set("theme", "dark")
    with pytest.raises(StorageFailedError):
        await settings.flush()
    assert settings.pending
    (tmp_path / "gone").mkdir()
    await settings.flush()
    assert not settings.pending


async def test_a_change_while_the_file_is_being_written_is_not_forgotten(path: Path) -> None:
    settings = Settings(path)
    for number in range(20):
        settings.set("text_scale", 1000 + number)
        async with asyncio.TaskGroup() as group:
            group.create_task(settings.flush())
            await asyncio.sleep(0)
            settings.set("text_scale", 2000 + number)
            group.create_task(settings.flush())
        await settings.flush()
        assert not settings.pending
        assert content(path) == {"text_scale": 2000 + number}


@posix_only
async def test_what_is_set_while_an_older_value_is_being_written_stays_pending(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", "dark")
    os.mkfifo(path)  # reading it waits for us
    async with asyncio.TaskGroup() as group:
        flushing = group.create_task(settings.flush())
        with await asyncio.to_thread(path.open, "w") as pipe:  # opens when the flush reads
            settings.set("theme", "light")
            pipe.write("{}")
    assert flushing.done()
    assert content(path) == {"theme": "dark"}
    assert settings.pending
    await settings.flush()
    assert content(path) == {"theme": "light"}


async def test_a_late_writer_never_puts_back_an_older_value(path: Path) -> None:
    settings = Settings(path)
    for number in range(20):
        async with asyncio.TaskGroup() as group:
            settings.set("text_scale", 1000 + number)
            group.create_task(settings.flush())
            await asyncio.sleep(0)
            settings.set("text_scale", 2000 + number)
            settings.flush_now()
        assert content(path) == {"text_scale": 2000 + number}


@posix_only
def test_the_file_is_closed_to_other_users_and_nothing_is_left_beside_it(path: Path) -> None:
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.flush_now()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@posix_only
def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "quillpane.json"
    target.write_text("{}")
    path.symlink_to(target)
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.flush_now()
    assert path.is_symlink()
    assert content(target) == {"theme": "dark"}


@posix_only
def test_no_room_leaves_the_old_file_whole(path: Path) -> None:
    path.write_text('{"theme": "dark"}')
    source = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from app.store.errors import DiskFullError\n"
        "from app.store.settings import Settings\n"
        "settings = Settings(Path(sys.argv[1]))\n"
        "settings.set('model', 'm' * 5000)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n    settings.flush_now()\n"
        f"except DiskFullError:\n    assert settings.pending; print({DiskFullError.__name__!r})\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", source, path], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout == "DiskFullError\n"
    assert content(path) == {"theme": "dark"}
    assert list(path.parent.iterdir()) == [path]
