"""A real key chain: gnome-keyring in a D-Bus session of its own, with a home folder of its own.

Run by pytest, each test starts this file again as a program inside such a session; run as a program, it plays the
scenario of that name on the loop the window uses and ends with 0 when all of it held.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.document import Draft
from app.domain.profile import Profile
from app.domain.profile_codec import to_json
from app.domain.run import Candidate, Run, RunState
from app.store.database import Database
from app.store.drafts import DraftStore
from app.store.errors import KeychainError, KeychainLockedError, KeychainTimeoutError
from app.store.paths import default_paths
from app.store.runs import RunStore
from app.store.secrets import KeyPlace, SecretStore, key_entry
from app.store.settings import Settings
from tests.support import until
from tests.unit.store.material import ROOT, heartbeat

KEY = "sk-7d1e0b55-only-in-the-key-chain"
PASSWORD = b"correct horse"
PROFILE = Profile("p1", "Here", "https://api.example.com/v1")
HERE, ELSEWHERE = key_entry(PROFILE), key_entry(replace(PROFILE, base_url="https://api.example.org/v1"))
GNOME, IN_MEMORY = KeyPlace("GNOME Keyring", is_kept=True), KeyPlace("", is_kept=False)

if sys.platform == "linux":  # they come with keyring, and only there
    import keyring.backends.SecretService
    from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
    from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]
    from secretstorage.util import DBusAddressWrapper, format_secret, open_session

_MISSING = [name for name in ("gnome-keyring-daemon", "dbus-run-session") if shutil.which(name) is None]

pytestmark = [
    pytest.mark.keychain,
    pytest.mark.skipif(bool(_MISSING), reason=f"not installed: {', '.join(_MISSING)}"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("home", "data", "config", "runtime"):
        (tmp_path / name).mkdir(mode=0o700)
    return tmp_path


def play(scenario: str, home: Path, *, has_bus: bool = True) -> None:
    """Play a scenario in a session of its own; whatever it started is gone afterwards."""
    hidden = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL", "SSH_AUTH_SOCK")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {
        "HOME": str(home / "home"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_RUNTIME_DIR": str(home / "runtime"),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    session = ["dbus-run-session", "--"] if has_bus else []
    with subprocess.Popen(
        [*session, sys.executable, __file__, scenario],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            output, _ = running.communicate(timeout=90)
        finally:
            # A stopped daemon would outlive its session, which is a process group of its own.
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 0, output


def test_a_key_is_kept_for_its_origin_and_forgotten(home: Path) -> None:
    play("keeps", home)


def test_the_key_is_in_no_file_after_a_full_cycle(home: Path) -> None:
    play("full cycle", home)
    expect_no_key(home, {"quillpane.db", "settings.json", "login.keyring"})


def test_the_key_is_in_no_file_where_there_is_no_key_chain(home: Path) -> None:
    play("full cycle without", home, has_bus=False)
    expect_no_key(home, {"quillpane.db", "settings.json"})


def expect_no_key(home: Path, expected: set[str]) -> None:
    """Look through every file below home, after making sure that there is something to find it in."""
    contents = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert expected <= {path.name for path in contents}
    assert any(b"find me" in content for content in contents.values()), "the key would be found as this is"
    for text in (KEY.encode(), KEY.encode("utf-16-le"), b64encode(KEY.encode()).rstrip(b"=")):
        assert [path for path, content in contents.items() if text in content] == []


def test_a_locked_key_chain_is_told_in_time(home: Path) -> None:
    play("keeps for later", home)
    play("locked", home)
    play("unlocked again", home)


def test_reading_from_a_key_chain_never_used_before_asks_nothing(home: Path) -> None:
    play("never used", home)


def test_a_prompt_that_nobody_answers_holds_nothing_up(home: Path) -> None:
    play("keeps for later", home)
    play("prompt unanswered", home)


def test_a_hung_key_chain_holds_nothing_up_and_is_used_again_once_it_answers(home: Path) -> None:
    play("hung", home)


def test_a_key_chain_that_is_killed_and_started_again_is_used_again(home: Path) -> None:
    play("killed", home)


def test_everything_is_forgotten_and_nothing_of_other_programs(home: Path) -> None:
    play("forgets everything", home)


def test_without_a_session_bus_the_key_stays_for_this_run(home: Path) -> None:
    play("absent", home, has_bus=False)


# --- the scenarios, inside the session --------------------------------------------------------------------------------


@asynccontextmanager
async def daemon(*, is_unlocked: bool) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """Run a key chain of this session's own until the block ends, and wait until it can be called."""
    with start_daemon(["--unlock"] if is_unlocked else []) as process:
        try:
            assert process.stdin
            process.stdin.write(PASSWORD if is_unlocked else b"")
            process.stdin.close()
            await until(has_daemon)
            yield process
        finally:
            process.kill()
    await until(lambda: not has_daemon())


def start_daemon(options: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--components=secrets", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )


def has_daemon() -> bool:
    """Ask the bus, not the key chain: a call to the name itself would start a second, locked daemon."""
    with open_dbus_connection() as bus:
        (is_owned,) = Proxy(message_bus, bus).NameHasOwner("org.freedesktop.secrets")
    return bool(is_owned)


def calls_under_way() -> int:
    return sum(1 for thread in threading.enumerate() if thread.name == "blocking-call")


async def fails(store: SecretStore, kind: type[KeychainError]) -> None:
    """Read, fail in that way, and let the loop go on all the while."""
    async with heartbeat() as beats:
        beats_before, begun = beats(), asyncio.get_running_loop().time()
        with pytest.raises(kind):
            await store.read(HERE)
        waited = asyncio.get_running_loop().time() - begun
        assert beats() - beats_before >= waited * 100 * 0.1, "at least a tenth of the turns of an idle loop"


async def keeps() -> None:
    async with daemon(is_unlocked=True):
        store = SecretStore()
        assert await store.place() == GNOME
        assert await store.read(HERE) is None
        assert await store.write(HERE, "an earlier one") == GNOME
        assert await store.write(HERE, KEY) == GNOME
        assert await store.read(HERE) == KEY
        assert await SecretStore().read(HERE) == KEY, "another run of the program"
        assert await store.read(ELSEWHERE) is None
        assert await store.read(key_entry(replace(PROFILE, base_url="http://api.example.com/v1"))) is None
        assert await store.read(key_entry(replace(PROFILE, base_url="https://api.example.com:444/v1"))) is None
        assert await store.write(ELSEWHERE, "another key") == GNOME
        await store.forget(HERE)
        assert await store.read(HERE) is None
        assert await SecretStore().read(HERE) is None
        assert await store.read(ELSEWHERE) == "another key"
        await store.forget(HERE)


async def keeps_for_later() -> None:
    async with daemon(is_unlocked=True):
        assert await SecretStore().write(HERE, KEY) == GNOME


async def full_cycle() -> None:
    async with daemon(is_unlocked=True):
        await use_everything(GNOME)


async def full_cycle_without() -> None:
    await use_everything(IN_MEMORY)


async def use_everything(place: KeyPlace) -> None:
    """Do all that puts something on disk."""
    paths = default_paths()
    store, settings = SecretStore(), Settings(paths.settings)
    assert await store.write(HERE, KEY) == place
    settings.set("connections", json.dumps([to_json(PROFILE)]))
    settings.set("keychain.entries", json.dumps([HERE]))
    await settings.flush()
    run = Run("r1", datetime.now(UTC), "find me", "m", PROFILE.id)
    async with aclosing(Database(paths.database)) as database:
        await DraftStore(database).save("write", Draft("find me"))
        await RunStore(database).begin(run)
        await RunStore(database).append("r1", [(0, "an answer")])
        await RunStore(database).finish(replace(run, candidates=(Candidate("an answer"),), state=RunState.DONE))
    assert await store.read(HERE) == KEY


async def locked() -> None:
    async with daemon(is_unlocked=False):
        store = SecretStore(prompt_deadline=20)
        assert await store.place() == GNOME, "where a key would be kept can be told without unlocking"
        await fails(store, KeychainLockedError)
        with pytest.raises(KeychainLockedError):
            await store.forget(HERE)
        with pytest.raises(KeychainLockedError):
            await store.write(ELSEWHERE, "held for this run")
        assert await store.read(ELSEWHERE) == "held for this run"
        assert await SecretStore(prompt_deadline=20).place() == GNOME
        await until(lambda: calls_under_way() == 0)
        await asyncio.to_thread(unlock)
        assert await store.read(HERE) == KEY


def unlock() -> None:
    """Unlock the running daemon without a prompt, as a log-in does."""
    interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
    with open_dbus_connection() as bus:
        password = format_secret(open_session(bus), PASSWORD, "text/plain")
        service = DBusAddressWrapper("/org/freedesktop/secrets", interface, bus)
        collection = "/org/freedesktop/secrets/collection/login"
        service.call("UnlockWithMasterPassword", "o(oayays)", collection, password)


async def unlocked_again() -> None:
    async with daemon(is_unlocked=True):
        store = SecretStore()
        assert await store.read(HERE) == KEY
        assert await store.read(ELSEWHERE) is None, "what was held for that run went with it"


async def never_used() -> None:
    async with daemon(is_unlocked=False):
        store = SecretStore(prompt_deadline=20)
        assert await store.read(HERE) is None
        await store.forget(HERE)
        with pytest.raises(KeychainLockedError):  # a first key needs a password to lock it with
            await store.write(HERE, KEY)
        assert await store.read(HERE) == KEY


async def prompt_unanswered() -> None:
    # In place of the program that draws the prompt: it takes the request and never answers.
    with open_dbus_connection() as prompter:
        Proxy(message_bus, prompter).RequestName("org.gnome.keyring.SystemPrompter")
        async with daemon(is_unlocked=False):
            store = SecretStore(deadline=20, prompt_deadline=1)
            for _ in range(3):
                await fails(store, KeychainLockedError)
            assert calls_under_way() == 1


async def hung() -> None:
    async with daemon(is_unlocked=True) as process:
        store = SecretStore(deadline=1)
        await store.write(HERE, KEY)
        process.send_signal(signal.SIGSTOP)
        for _ in range(3):
            await fails(store, KeychainTimeoutError)
        with pytest.raises(KeychainTimeoutError):
            await store.write(ELSEWHERE, "held for this run")
        assert await store.read(ELSEWHERE) == "held for this run"
        assert calls_under_way() == 1
        process.send_signal(signal.SIGCONT)
        await until(lambda: calls_under_way() == 0)
        assert await store.read(HERE) == KEY
        assert await store.write(ELSEWHERE, "kept") == GNOME
        await store.forget(HERE)
        assert await store.read(HERE) is None


async def killed() -> None:
    store = SecretStore(deadline=2)
    async with daemon(is_unlocked=True) as process:
        await store.write(HERE, KEY)
        process.send_signal(signal.SIGSTOP)
        await fails(store, KeychainTimeoutError)
    await until(lambda: calls_under_way() == 0)
    async with daemon(is_unlocked=True):
        assert await store.read(HERE) == KEY


async def forgets_everything() -> None:
    async with daemon(is_unlocked=True):
        store = SecretStore()
        for entry in (HERE, ELSEWHERE, "of another data folder"):
            assert await store.write(entry, KEY) == GNOME
        backend: Any = keyring.backends.SecretService.Keyring()  # type: ignore[no-untyped-call]
        backend.set_password("another program", HERE, "its own")
        assert await store.forget_all([HERE]) == ()
        for entry in (HERE, ELSEWHERE, "of another data folder"):
            assert await SecretStore().read(entry) is None
        assert backend.get_password("another program", HERE) == "its own"


async def absent() -> None:
    store = SecretStore()
    assert await store.place() == IN_MEMORY
    assert await store.write(HERE, KEY) == IN_MEMORY
    assert await store.read(HERE) == KEY
    assert await store.read(ELSEWHERE) is None
    assert await SecretStore().read(HERE) is None
    await store.forget(HERE)
    assert await store.read(HERE) is None


SCENARIOS = {
    "keeps": keeps,
    "keeps for later": keeps_for_later,
    "full cycle": full_cycle,
    "full cycle without": full_cycle_without,
    "locked": locked,
    "unlocked again": unlocked_again,
    "never used": never_used,
    "prompt unanswered": prompt_unanswered,
    "hung": hung,
    "killed": killed,
    "forgets everything": forgets_everything,
    "absent": absent,
}

if __name__ == "__main__":
    from PySide6.QtCore import QCoreApplication

    from app.runtime.loop import make_loop

    qt = QCoreApplication([])
    with asyncio.Runner(loop_factory=lambda: make_loop(qt)) as runner:
        runner.run(SCENARIOS[sys.argv[1]]())
