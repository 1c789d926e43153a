"""Keys in the key chain of the operating system, or in memory where there is none; never in a file.

The only module that knows keyring. Must not know what a key is used for.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from app.concurrency.blocking import run_blocking
from app.domain.profile import Profile
from app.store.errors import KeychainError, KeychainFailedError, KeychainLockedError, KeychainTimeoutError

T = TypeVar("T")

SERVICE = "Quillpane"
"""The service name of every entry."""

_PROXY_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}

_PATIENCE_AFTER_GIVING_UP = 0.25
"""Seconds a new call waits for one that already took too long."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where keys are kept: the key chain's own name, or memory, which is gone after this run (`is_kept` False).

    `name` is "" for memory.
    """

    name: str
    is_kept: bool


class KeychainState(Enum):
    """What to expect of a key chain: an answer at once, a prompt to the user first, either, or no entry at all.

    The first `set` on an empty one may prompt for a password to lock it with.
    """

    OPEN = "open"
    LOCKED = "locked"
    MAY_PROMPT = "may_prompt"
    EMPTY = "empty"


def key_entry(profile: Profile) -> str:
    """Return the name of the entry for the key of a profile at its present scheme, host and port, "" for none."""
    return f"{profile.id}@{profile.origin}" if profile.origin else ""


def proxy_entry(profile: Profile) -> str:
    """Return the name of the entry for the password of a profile's proxy, by scheme, host and port, "" for none."""
    network = profile.network
    parts = urlsplit(network.proxy)
    if not network.proxy_user or not parts.hostname:  # "system" and "none", too
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{profile.id}@proxy:{parts.scheme}://{host}:{parts.port or _PROXY_PORTS.get(parts.scheme, 0)}"


class Keychain(Protocol):
    """One key chain; every method blocks and may raise anything."""

    name: str

    def state(self) -> KeychainState:
        """Tell what the next call will meet, without prompting."""

    def get(self, entry: str) -> str | None:
        """Return the key, or None."""

    def set(self, entry: str, key: str) -> None:
        """Keep the key."""

    def delete(self, entry: str) -> None:
        """Remove the key; raises when there is none."""

    def entries(self) -> tuple[str, ...]:
        """Return the names of the entries of this program, as far as the key chain can list them."""


class SecretStore:
    """Keep one secret in each entry; `key_entry` and `proxy_entry` name them, and a text without a name holds none.

    Every call to the key chain runs on a thread with a deadline, one at a time. `deadline` is in seconds for a key
    chain that answers by itself, `prompt_deadline` for one that asks the user to unlock it first. `find` returns the
    key chain to use, or None; it runs on such a thread, too.
    """

    def __init__(
        self,
        *,
        deadline: float = 5.0,
        prompt_deadline: float = 60.0,
        find: Callable[[], Keychain | None] | None = None,
    ) -> None:
        self._deadline = deadline
        self._prompt_deadline = prompt_deadline
        self._find = find or find_keychain
        self._keychain: Keychain | None = None
        self._memory: dict[str, str] = {}
        self._turn = asyncio.Lock()
        self._ended = asyncio.Event()  # of the last call's thread
        self._ended.set()
        self._patience = 0.0
        self._state = KeychainState.OPEN  # as it was when that call began

    async def read(self, entry: str) -> str | None:
        """Return the secret in an entry, or None.

        Raises:
            KeychainLockedError: The key chain is locked and was not unlocked.
            KeychainTimeoutError: It did not answer in time, or an earlier call still hangs.
            KeychainFailedError: It refused.
        """
        if not entry or entry in self._memory:
            return self._memory.get(entry)
        async with self._turn:
            keychain, state = await self._look()
            if keychain is None or state is KeychainState.EMPTY:
                return None
            return await self._call(lambda: keychain.get(entry), state=state)

    async def write(self, entry: str, secret: str) -> KeyPlace:
        """Keep a secret and return where; on an error it is held in memory for this run, and the error raised.

        Raises as `read` does, and ValueError for an empty secret or name.
        """
        if not entry or not secret:
            raise ValueError("A key needs a text and an address.")
        self._memory[entry] = secret
        async with self._turn:
            keychain, state = await self._look()
            if keychain is None:
                return _MEMORY
            await self._call(lambda: _set(keychain, entry, secret), state=state, secret=secret)
            if self._memory.get(entry) is secret:
                del self._memory[entry]
            return KeyPlace(keychain.name, is_kept=True)

    def hold(self, entry: str, secret: str) -> KeyPlace:
        """Keep a secret for this run only, and return that place."""
        self._memory[entry] = secret
        return _MEMORY

    async def forget(self, entry: str) -> bool:
        """Remove a secret from memory and key chain and make sure that it is gone; raises as `read` does.

        Returns False where there is no key chain now: then nobody knows what is in the one there was.
        """
        if not entry:
            return True
        self._memory.pop(entry, None)
        async with self._turn:
            keychain, state = await self._look()
            if keychain is not None and state is not KeychainState.EMPTY:
                await self._call(lambda: _remove(keychain, entry), state=state)
            return keychain is not None

    async def forget_all(self, entries: Iterable[str]) -> tuple[str, ...]:
        """Remove the secrets in these entries, and in all others that the key chain can list; forget all in memory.

        Returns the names of those that may still be there: where the key chain does not do what it is asked, and where
        there is none now, because it may have been there when they were kept.
        """
        self._memory.clear()
        left = dict.fromkeys(entry for entry in entries if entry)
        with suppress(KeychainError):
            async with self._turn:
                keychain, state = await self._look()
                if keychain is None:
                    return tuple(left)
                if state is KeychainState.EMPTY:
                    return ()
                with suppress(KeychainFailedError):  # those it was asked for are known all the same
                    left |= dict.fromkeys(await self._call(keychain.entries, state=state))
            for entry in tuple(left):
                try:
                    await self.forget(entry)
                except KeychainFailedError:
                    continue  # another one may go; a key chain that is locked or hangs would stay so for all
                del left[entry]
        return tuple(left)

    async def place(self) -> KeyPlace:
        """Return where a key would be kept now, without unlocking anything; raises as `read` does."""
        async with self._turn:
            keychain = await self._call(self._find)
            return _MEMORY if keychain is None else KeyPlace(keychain.name, is_kept=True)

    async def _look(self) -> tuple[Keychain | None, KeychainState]:
        """Return the key chain and its state; it is looked for again as long as there is none."""

        def look() -> tuple[Keychain | None, KeychainState]:
            keychain = self._keychain or self._find()
            return keychain, keychain.state() if keychain else KeychainState.EMPTY

        self._keychain, state = await self._call(look)
        return self._keychain, state

    async def _call(self, work: Callable[[], T], *, state: KeychainState = KeychainState.OPEN, secret: str = "") -> T:
        """Run work on a thread, for as long as the state of the key chain allows, after what ran before has ended."""
        await self._wait_for_earlier()
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def guarded() -> T:
            try:
                with _Translated(secret):
                    return work()
            finally:
                with suppress(RuntimeError):  # the loop may be closed by now
                    loop.call_soon_threadsafe(ended.set)

        deadline = self._deadline if state is KeychainState.OPEN else self._prompt_deadline
        self._ended, self._patience, self._state = ended, deadline, state
        try:
            return await run_blocking(guarded, deadline=deadline)
        except TimeoutError:
            self._patience = _PATIENCE_AFTER_GIVING_UP
            raise _obstacle(state) from None
        except KeychainFailedError:
            self._keychain = None  # it may have gone away; look again next time
            raise

    async def _wait_for_earlier(self) -> None:
        """Let a call that was given up or cancelled end first, so that threads never pile up."""
        try:
            async with asyncio.timeout(self._patience):
                await self._ended.wait()
        except TimeoutError:
            self._patience = _PATIENCE_AFTER_GIVING_UP
            raise _obstacle(self._state) from None


_MEMORY = KeyPlace("", is_kept=False)


def _set(keychain: Keychain, entry: str, key: str) -> None:
    keychain.set(entry, key)
    if keychain.get(entry) != key:  # KWallet's refusal to write goes unreported
        raise KeychainFailedError("The key chain did not keep the key.")


def _remove(keychain: Keychain, entry: str) -> None:
    for _ in range(8):  # a key chain may hold several entries of one name
        if keychain.get(entry) is None:
            return
        keychain.delete(entry)
    if keychain.get(entry) is not None:
        raise KeychainFailedError("The key is still in the key chain.")


def _obstacle(state: KeychainState) -> KeychainError:
    """Return what to say of a call that takes too long: only a prompt has the user to wait for."""
    if state in {KeychainState.LOCKED, KeychainState.EMPTY}:
        return KeychainLockedError("The key chain is locked and still waits to be unlocked.")
    return KeychainTimeoutError("The key chain does not answer.")


_LOCKED_NAMES = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException"})


class _Translated:
    """Turn whatever a back end raises into a key chain error that does not hold the key.

    Back ends raise exceptions of five libraries, most of which are not installed on a given system, so their names
    must do.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, KeychainError):
            return
        detail = f"{type(error).__name__}: {error}"
        if self._secret:
            detail = detail.replace(self._secret, "…")
        if {type(error).__name__, type(error.__cause__).__name__} & _LOCKED_NAMES:
            raise KeychainLockedError("The key chain is locked and was not unlocked.", detail=detail) from None
        raise KeychainFailedError("The key chain refused or failed.", detail=detail) from None


# The back ends of keyring that are key chains of an operating system. Files, `null` and `fail` are none, whatever their
# configuration says, because a key must not get into a file.
_SECRET_SERVICE = "keyring.backends.SecretService"  # noqa: S105 - the name of a module
_LIBSECRET = "keyring.backends.libsecret"
_NAMES = {
    _SECRET_SERVICE: "",  # told from the program that answers
    _LIBSECRET: "",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
_SERVICE_PROGRAMS = {
    "gnome-keyring": "GNOME Keyring",
    "kwalletd": "KWallet",
    "ksecretd": "KWallet",
    "keepassxc": "KeePassXC",
}


def find_keychain() -> Keychain | None:
    """Return the key chain of the operating system, or None where there is none; blocks.

    A back end chosen by PYTHON_KEYRING_BACKEND or keyring's configuration file is respected as far as it is a key
    chain; any other choice means none.
    """
    from keyring import core

    try:
        backend = core.load_env() or core.load_config()
    except (ImportError, AttributeError, OSError, RuntimeError, ValueError):  # not installed, or not usable here
        return None
    if backend is None or type(backend).__module__ == "keyring.backends.chainer":
        backend = next(_usable_backends(), None)
    if backend is None or type(backend).__module__ not in _NAMES:
        return None
    return _KeyringKeychain(backend)


def _usable_backends() -> Iterator[Any]:
    """Yield the system's key chains, best first; keyring's own search would load every back end anyone installed."""
    if sys.platform == "win32":
        names = ["keyring.backends.Windows:WinVaultKeyring"]
    elif sys.platform == "darwin":
        names = ["keyring.backends.macOS:Keyring"]
    else:
        kwallet = "keyring.backends.kwallet:DBusKeyring"
        names = [f"{_SECRET_SERVICE}:Keyring", kwallet, f"{_LIBSECRET}:Keyring"]
        if "KDE" in os.getenv("XDG_CURRENT_DESKTOP", "").split(":"):
            names.insert(0, kwallet)
    for name in names:
        module, _, kind = name.partition(":")
        backend = getattr(import_module(module), kind)
        if backend.viable:
            yield backend()


class _KeyringKeychain:
    """A back end of keyring as a `Keychain`."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._module = type(backend).__module__
        self.name = _NAMES[self._module] or _secret_service_name()

    def state(self) -> KeychainState:
        if self._module == "keyring.backends.Windows":
            return KeychainState.OPEN
        if self._module != _SECRET_SERVICE:
            return KeychainState.MAY_PROMPT  # no way to tell without asking
        secretstorage = import_module("secretstorage")
        with closing(secretstorage.dbus_init()) as bus:
            try:
                is_locked = secretstorage.Collection(bus, self._collection_path()).is_locked()
            except secretstorage.ItemNotFoundException:
                return KeychainState.EMPTY
            return KeychainState.LOCKED if is_locked else KeychainState.OPEN

    def get(self, entry: str) -> str | None:
        key = self._backend.get_password(SERVICE, entry)
        return None if key is None else str(key)

    def set(self, entry: str, key: str) -> None:
        self._backend.set_password(SERVICE, entry, key)

    def delete(self, entry: str) -> None:
        self._backend.delete_password(SERVICE, entry)

    def entries(self) -> tuple[str, ...]:
        if self._module != _SECRET_SERVICE:
            return ()  # keyring offers no list, and the others have none of their own that is the same everywhere
        secretstorage = import_module("secretstorage")
        with closing(secretstorage.dbus_init()) as bus:
            collection = secretstorage.Collection(bus, self._collection_path())
            found = [item.get_attributes() for item in collection.search_items({"service": SERVICE})]
        return tuple(dict.fromkeys(each["username"] for each in found if each.get("username")))

    def _collection_path(self) -> str:
        return str(getattr(self._backend, "preferred_collection", "/org/freedesktop/secrets/aliases/default"))


def _secret_service_name() -> str:
    """Return the name of the program that answers for org.freedesktop.secrets, as far as it can be told."""
    with suppress(ImportError, OSError, LookupError):
        secretstorage = import_module("secretstorage")
        wrappers = import_module("jeepney.wrappers")
        message_bus = import_module("jeepney.bus_messages").message_bus
        with closing(secretstorage.dbus_init()) as bus:
            proxy = import_module("jeepney.io.blocking").Proxy(message_bus, bus)
            try:
                (process,) = proxy.GetConnectionUnixProcessID("org.freedesktop.secrets")
            except wrappers.DBusErrorResponse:  # not started yet
                return "Secret Service"
        program = Path(f"/proc/{process}/comm").read_text(encoding="utf-8")
        for prefix, name in _SERVICE_PROGRAMS.items():
            if program.startswith(prefix):
                return name
    return "Secret Service"
