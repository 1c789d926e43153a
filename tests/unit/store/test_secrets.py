import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import keyring.errors
import pytest

from app.concurrency.tasks import TaskScope
from app.domain.profile import BUILT_IN, Network, Profile
from app.store.errors import KeychainError, KeychainFailedError, KeychainLockedError, KeychainTimeoutError
from app.store.secrets import KeychainState, KeyPlace, SecretStore, find_keychain, key_entry, proxy_entry
from tests.support import until
from tests.unit.store.material import ROOT, heartbeat

KEY = "sk-4f9d1c-not-to-be-seen"
PROFILE = Profile("p1", "Here", "https://api.example.com/v1")
HERE = "p1@https://api.example.com:443"
KEPT, IN_MEMORY = KeyPlace("Test Chain", is_kept=True), KeyPlace("", is_kept=False)


class Chain:
    """A key chain in memory that can hang, fail and forget to do its work; counts its callers."""

    name = "Test Chain"

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.now = KeychainState.OPEN
        self.answers = threading.Event()
        self.answers.set()
        self.failure: Exception | None = None
        self.is_lazy = False
        self.stuck: set[str] = set()
        self.pause = 0.0
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.inside = 0
        self.most_inside = 0

    def state(self) -> KeychainState:
        return self.now

    def get(self, entry: str) -> str | None:
        self._meet("get")
        return self.keys.get(entry)

    def set(self, entry: str, key: str) -> None:
        self._meet("set")
        if not self.is_lazy:
            self.keys[entry] = key

    def delete(self, entry: str) -> None:
        self._meet("delete")
        if not self.is_lazy and entry not in self.stuck:
            del self.keys[entry]

    def entries(self) -> tuple[str, ...]:
        self._meet("entries")
        return tuple(self.keys)

    def _meet(self, call: str) -> None:
        self.calls.append(call)
        self.threads.add(threading.get_ident())
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.answers.wait(60)
        if self.pause:
            threading.Event().wait(self.pause)
        self.inside -= 1
        if self.failure:
            raise self.failure


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def store(chain: Chain) -> SecretStore:
    return SecretStore(deadline=0.8, prompt_deadline=1.2, find=lambda: chain)


def patient(chain: Chain) -> SecretStore:
    """Return a store that gives up long after the test has failed."""
    return SecretStore(deadline=30, prompt_deadline=30, find=lambda: chain)


async def test_a_key_is_written_read_and_forgotten(chain: Chain) -> None:
    store = patient(chain)
    assert await store.read(HERE) is None
    assert await store.write(HERE, KEY) == KEPT
    assert chain.keys == {"p1@https://api.example.com:443": KEY}
    assert await store.read(HERE) == KEY
    assert await SecretStore(deadline=30, find=lambda: chain).read(HERE) == KEY, "another run of the program"
    await store.forget(HERE)
    assert chain.keys == {}
    assert await store.read(HERE) is None
    await store.forget(HERE)


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.com/v1",
        "https://api.example.org/v1",
        "https://api.example.com:8443/v1",
        "https://sub.api.example.com/v1",
    ],
)
def test_the_entry_of_a_key_is_bound_to_scheme_host_and_port(address: str) -> None:
    assert key_entry(PROFILE) == HERE
    assert key_entry(Profile("p1", "Here", address)) != HERE
    assert key_entry(Profile("p2", "Here", PROFILE.base_url)) != HERE, "several connections to one host"
    assert key_entry(Profile("p1", "Renamed", "https://api.example.com:443/other/v2")) == HERE


def proxied(proxy: str, user: str = "me", profile_id: str = "p1") -> Profile:
    return replace(PROFILE, id=profile_id, network=Network(proxy=proxy, proxy_user=user))


def test_the_entry_of_a_proxys_password_is_bound_to_its_scheme_host_and_port() -> None:
    entry = proxy_entry(proxied("http://proxy.example:3128"))
    assert entry == "p1@proxy:http://proxy.example:3128"
    assert proxy_entry(replace(proxied("http://proxy.example:3128"), base_url="https://other.example/v1")) == entry
    others = [proxied("http://proxy.example:3129"), proxied("socks5://proxy.example:3128"), proxied("http://a.example")]
    assert len({entry, *map(proxy_entry, others), proxy_entry(proxied("http://proxy.example:3128", "me", "p2"))}) == 5


@pytest.mark.parametrize(
    ("proxy", "end"),
    [
        ("http://a.example", "//a.example:80"),
        ("https://a.example", "//a.example:443"),
        ("socks5://a.example", "//a.example:1080"),
        ("socks5h://[::1]", "//[::1]:1080"),
    ],
)
def test_a_proxy_without_a_port_has_the_usual_one(proxy: str, end: str) -> None:
    assert proxy_entry(proxied(proxy)).endswith(end)


@pytest.mark.parametrize("profile", [proxied("system"), proxied("none"), proxied("http://proxy.example", ""), PROFILE])
def test_without_a_proxy_or_a_user_there_is_no_password(profile: Profile) -> None:
    assert proxy_entry(profile) == ""


async def test_a_profile_without_an_address_has_no_key(chain: Chain) -> None:
    assert key_entry(BUILT_IN) == ""
    store = patient(chain)
    assert await store.read("") is None
    await store.forget("")
    with pytest.raises(ValueError, match="address"):
        await store.write("", KEY)
    with pytest.raises(ValueError, match="text"):
        await store.write(HERE, "")
    assert chain.calls == []


async def test_everything_is_forgotten_what_the_key_chain_lists_too(chain: Chain) -> None:
    store = patient(chain)
    await store.write(HERE, KEY)
    await store.write("p2@there", KEY)
    chain.keys["of another data folder"] = KEY
    assert await store.forget_all([HERE, "never kept", ""]) == ()
    assert chain.keys == {}


async def test_what_is_held_in_memory_is_forgotten_with_everything(chain: Chain) -> None:
    store = patient(chain)
    assert store.hold(HERE, KEY) == IN_MEMORY
    assert await store.read(HERE) == KEY
    assert chain.calls == []
    await store.forget_all([])
    assert await store.read(HERE) is None


async def test_what_may_still_be_there_is_named(chain: Chain) -> None:
    store = patient(chain)
    await store.write(HERE, KEY)
    await store.write("p2@there", KEY)
    chain.stuck = {HERE}
    assert await store.forget_all([HERE, "p2@there"]) == (HERE,)
    assert set(chain.keys) == {HERE}


async def test_a_locked_key_chain_is_asked_once_and_everything_named(chain: Chain) -> None:
    store = SecretStore(deadline=0.8, prompt_deadline=0.8, find=lambda: chain)
    await store.write(HERE, KEY)
    chain.now = KeychainState.LOCKED
    chain.answers.clear()
    assert await store.forget_all([HERE, "p2@there"]) == (HERE, "p2@there")
    assert len(chain.calls) == 3, "set, get to see that it is there, and one that waits for the user"
    chain.answers.set()


async def test_without_a_key_chain_nothing_is_known_of_what_one_kept() -> None:
    store = SecretStore(find=lambda: None)
    await store.write("held", KEY)
    assert await store.forget_all([HERE]) == (HERE,)
    assert await store.read("held") is None
    assert await store.forget_all([]) == ()


async def test_without_a_key_chain_the_key_stays_for_this_run() -> None:
    store = SecretStore(find=lambda: None)
    assert await store.place() == IN_MEMORY
    assert await store.write(HERE, KEY) == IN_MEMORY
    assert await store.read(HERE) == KEY
    assert await SecretStore(find=lambda: None).read(HERE) is None
    await store.forget(HERE)
    assert await store.read(HERE) is None


async def test_a_key_chain_that_appears_later_is_used(chain: Chain) -> None:
    chains: list[Chain] = []
    store = SecretStore(deadline=30, find=lambda: chains[0] if chains else None)
    assert await store.write(HERE, KEY) == IN_MEMORY
    chains.append(chain)
    assert await store.place() == KEPT
    assert await store.write(HERE, KEY) == KEPT
    assert list(chain.keys.values()) == [KEY]


async def test_the_key_chain_is_never_called_on_the_loops_thread(chain: Chain) -> None:
    found_on: set[int] = set()

    def find() -> Chain:
        found_on.add(threading.get_ident())
        return chain

    store = SecretStore(deadline=30, find=find)
    await store.place()
    await store.write(HERE, KEY)
    await store.read(HERE)
    await store.forget(HERE)
    assert found_on
    assert chain.threads
    assert threading.get_ident() not in found_on | chain.threads


async def test_a_hung_key_chain_is_given_up_while_the_loop_goes_on(chain: Chain, store: SecretStore) -> None:
    chain.answers.clear()
    async with heartbeat() as beats:
        with pytest.raises(KeychainTimeoutError):
            await store.read(HERE)
        assert beats() >= 5
    chain.answers.set()


async def test_while_one_call_hangs_others_fail_fast_and_start_no_threads(chain: Chain) -> None:
    store = SecretStore(deadline=1.5, find=lambda: chain)
    chain.answers.clear()
    with pytest.raises(KeychainTimeoutError):
        await store.read(HERE)
    before = threading.active_count()
    async with heartbeat() as beats:
        with pytest.raises(KeychainTimeoutError):
            await store.read(HERE)
        assert beats() < 120, "sooner than after another deadline"
    with pytest.raises(KeychainTimeoutError):
        await store.place()
    assert threading.active_count() <= before
    assert chain.calls == ["get"]
    chain.answers.set()


async def test_it_works_again_once_the_key_chain_answers(chain: Chain, store: SecretStore) -> None:
    await store.write(HERE, KEY)
    chain.answers.clear()
    with pytest.raises(KeychainTimeoutError):
        await store.read(HERE)
    chain.answers.set()
    assert await store.read(HERE) == KEY
    await store.forget(HERE)
    assert chain.keys == {}


async def test_calls_at_the_same_time_take_turns(chain: Chain) -> None:
    store = patient(chain)
    chain.pause = 0.01
    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(store.write(f"p{number}@there", KEY))
    assert len(chain.keys) == 10
    assert chain.most_inside == 1


async def test_after_a_cancelled_call_the_next_waits_for_its_end(chain: Chain) -> None:
    store = patient(chain)
    chain.answers.clear()
    crashes: list[BaseException] = []
    scope = TaskScope(lambda _, error: crashes.append(error))

    async def write() -> None:
        await store.write(HERE, KEY)

    scope.start("write", write())
    await until(lambda: chain.inside)
    await scope.aclose()
    async with heartbeat() as beats, asyncio.TaskGroup() as group:
        reading = group.create_task(store.read("p2@there"))
        await until(lambda: beats() >= 5)
        assert not reading.done()
        assert chain.calls == ["set"]
        chain.answers.set()
    assert reading.result() is None
    assert chain.most_inside == 1
    assert crashes == []


async def test_a_prompt_to_the_user_has_a_longer_deadline(chain: Chain) -> None:
    store = SecretStore(deadline=0.5, prompt_deadline=30, find=lambda: chain)
    await store.write(HERE, KEY)
    chain.now = KeychainState.LOCKED
    chain.answers.clear()
    async with heartbeat() as beats, asyncio.TaskGroup() as group:
        reading = group.create_task(store.read(HERE))
        await until(lambda: beats() >= 80)  # at least 0.8 s
        assert not reading.done()
        chain.answers.set()  # the user unlocked it
    assert reading.result() == KEY


async def test_a_prompt_that_nobody_answers_ends_as_locked(chain: Chain, store: SecretStore) -> None:
    chain.now = KeychainState.LOCKED
    chain.answers.clear()
    for _ in range(2):
        with pytest.raises(KeychainLockedError):
            await store.read(HERE)
    assert chain.calls == ["get"]
    chain.answers.set()


async def test_an_empty_key_chain_is_not_asked_and_so_does_not_prompt(chain: Chain) -> None:
    chain.now = KeychainState.EMPTY
    store = patient(chain)
    assert await store.read(HERE) is None
    await store.forget(HERE)
    assert chain.calls == []
    assert await store.write(HERE, KEY) == KEPT


def locked_by_dismissal() -> Exception:
    class PromptDismissedException(Exception):  # noqa: N818 - secretstorage's name
        pass

    error = keyring.errors.InitError("Failed to create the collection")
    error.__cause__ = PromptDismissedException()
    return error


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (keyring.errors.KeyringLocked("dismissed"), KeychainLockedError),
        (locked_by_dismissal(), KeychainLockedError),
        (keyring.errors.PasswordSetError("refused"), KeychainFailedError),
        (ConnectionResetError("the bus has gone"), KeychainFailedError),
        (TimeoutError("of its own"), KeychainFailedError),
        (AttributeError("a back end's bug"), KeychainFailedError),
    ],
)
async def test_a_key_that_cannot_be_written_is_held_for_this_run(
    chain: Chain, failure: Exception, kind: type[Exception]
) -> None:
    store = patient(chain)
    chain.failure = failure
    with pytest.raises(kind) as raised:
        await store.write(HERE, KEY)
    assert type(failure).__name__ in raised.value.detail  # type: ignore[attr-defined]  # both kinds have it
    assert await store.read(HERE) == KEY
    chain.failure = None
    assert await store.write(HERE, KEY) == KEPT
    assert await SecretStore(deadline=30, find=lambda: chain).read(HERE) == KEY


async def test_a_write_that_hangs_is_held_for_this_run(chain: Chain, store: SecretStore) -> None:
    chain.answers.clear()
    with pytest.raises(KeychainTimeoutError):
        await store.write(HERE, KEY)
    assert await store.read(HERE) == KEY
    chain.answers.set()


async def test_a_newer_key_is_not_dropped_when_an_older_one_arrives_in_the_key_chain(chain: Chain) -> None:
    class RefusesTheSecond(Chain):
        def set(self, entry: str, key: str) -> None:
            if key == "second":
                raise keyring.errors.PasswordSetError("refused")
            super().set(entry, key)

    chain = RefusesTheSecond()
    store = patient(chain)
    chain.answers.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(store.write(HERE, "first"))
        await until(lambda: chain.inside)
        second = group.create_task(_refusal(store, "second"))
        await asyncio.sleep(0.01)
        chain.answers.set()
    assert first.result() == KEPT
    assert isinstance(second.result(), KeychainFailedError)
    assert await store.read(HERE) == "second"


async def _refusal(store: SecretStore, key: str) -> KeychainError:
    with pytest.raises(KeychainError) as raised:
        await store.write(HERE, key)
    return raised.value


async def test_after_a_key_chain_has_gone_another_place_is_looked_for(chain: Chain) -> None:
    chains = [chain]
    store = SecretStore(deadline=30, find=lambda: chains[0] if chains else None)
    assert await store.write(HERE, KEY) == KEPT
    chains.clear()
    chain.failure = ConnectionResetError("the session has ended")
    with pytest.raises(KeychainFailedError):
        await store.write(HERE, KEY)
    assert await store.write(HERE, KEY) == IN_MEMORY


async def test_a_key_chain_that_drops_the_key_in_silence_is_found_out(chain: Chain) -> None:
    store = patient(chain)
    chain.is_lazy = True
    with pytest.raises(KeychainFailedError):
        await store.write(HERE, KEY)
    assert await store.read(HERE) == KEY


async def test_a_key_that_is_still_there_after_forgetting_is_found_out(chain: Chain) -> None:
    store = patient(chain)
    await store.write(HERE, KEY)
    chain.is_lazy = True
    with pytest.raises(KeychainFailedError):
        await store.forget(HERE)


async def test_forgetting_frees_the_memory_even_when_the_key_chain_fails(chain: Chain) -> None:
    store = patient(chain)
    chain.failure = keyring.errors.KeyringLocked("no")
    with pytest.raises(KeychainLockedError):
        await store.write(HERE, KEY)
    with pytest.raises(KeychainLockedError):
        await store.forget(HERE)
    chain.failure = None
    assert await store.read(HERE) is None


async def test_no_error_and_no_repr_shows_the_key(chain: Chain) -> None:
    store = patient(chain)
    chain.failure = keyring.errors.PasswordSetError(f"cannot store {KEY!r}")
    with pytest.raises(KeychainFailedError) as raised:
        await store.write(HERE, KEY)
    error = raised.value
    assert "cannot store" in error.detail
    for shown in (str(error), repr(error), error.detail, repr(store), repr(KEPT), str(raised.getrepr(style="native"))):
        assert KEY not in shown


@pytest.fixture
def no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the key chain of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)


PLAINTEXT = """
from keyring.backend import KeyringBackend

class Plaintext(KeyringBackend):
    priority = 9

    def get_password(self, service, username):
        return None

    def set_password(self, service, username, password):
        open({path!r}, "w").write(password)
"""


@pytest.mark.parametrize("how", ["environment", "configuration"])
@pytest.mark.parametrize(
    "backend",
    ["plain_text_chain.Plaintext", "keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "not.installed"],
)
async def test_what_is_no_key_chain_of_the_system_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_session: None, backend: str, how: str
) -> None:
    key_file = tmp_path / "keys.txt"
    _plant(tmp_path / "site" / "plain_text_chain.py", PLAINTEXT.format(path=str(key_file)))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    if how == "environment":
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    else:
        _plant(tmp_path / "config" / "python_keyring" / "keyringrc.cfg", f"[backend]\ndefault-keyring={backend}\n")
    store = SecretStore(deadline=30)
    assert await store.place() == IN_MEMORY
    assert await store.write(HERE, KEY) == IN_MEMORY
    assert await store.read(HERE) == KEY
    assert not _is_there(key_file)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a key chain")
@pytest.mark.parametrize(
    "choice", ["", "keyring.backends.chainer.ChainerBackend", "keyring.backends.SecretService.Keyring"]
)
def test_without_a_session_bus_there_is_none(no_session: None, monkeypatch: pytest.MonkeyPatch, choice: str) -> None:
    if choice:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", choice)
    assert find_keychain() is None


def test_nothing_slow_is_imported_before_the_first_call() -> None:
    source = (
        "import sys\nfrom app.store.secrets import SecretStore\nSecretStore()\n"
        "print([name for name in ('keyring', 'secretstorage', 'jeepney') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout.strip() == "[]"


def _plant(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _is_there(path: Path) -> bool:
    return path.exists()
