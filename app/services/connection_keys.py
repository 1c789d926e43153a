"""The keys and proxy passwords of connections in this run of the program, and where they may lie beyond it.

Owns what is remembered of them and the notes on where one may be, so that none is left behind where nobody looks. Must
not know how a key chain works, or what a key is sent to.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from app.services.connection_list import ConnectionList
from app.store.errors import KeychainError, KeychainFailedError
from app.store.secrets import KeyPlace


class Keys(Protocol):
    """Where secrets are kept, by entry."""

    async def read(self, entry: str) -> str | None:
        """Return the secret or None; raise KeychainError."""

    async def write(self, entry: str, secret: str) -> KeyPlace:
        """Keep a secret; raise KeychainError and hold it in memory."""

    def hold(self, entry: str, secret: str) -> KeyPlace:
        """Keep a secret in memory."""

    async def forget(self, entry: str) -> bool:
        """Remove a secret and tell whether there is a key chain to be sure of; raise KeychainError."""

    async def forget_all(self, entries: Iterable[str]) -> tuple[str, ...]:
        """Remove everything and return the entries that may still be there."""

    async def place(self) -> KeyPlace:
        """Return where a secret would be kept; raise KeychainError."""


class ConnectionKeys:
    """Remember secrets by entry, and note each entry that the key chain may hold; used from one event loop.

    What was never noted is not asked for, so that servers without a key need no key chain. Notes reach the disk with
    the next flush of the options.
    """

    def __init__(self, store: Keys, notes: ConnectionList) -> None:
        self._store = store
        self._notes = notes
        self._known: dict[str, str] = {}
        self._forgotten = 0  # how often something was; what was being read meanwhile is not remembered

    def may_have(self, entry: str) -> bool:
        """Tell whether there may be a secret, without asking the key chain."""
        return entry in self._known or entry in self._notes.entries()

    def known(self) -> tuple[str, ...]:
        """Return the secrets known in this run, so that they can be kept out of what is shown; from any thread."""
        return tuple(self._known.values())

    def expect(self, secrets: Mapping[str, str]) -> None:
        """Use secrets from now on, and note where they are about to be kept.

        A key must never be where nobody would look for it, so this is written to disk before `keep`.
        """
        self._known |= secrets
        self._notes.set_entries([*self._notes.entries(), *secrets])

    def hold(self, secrets: Mapping[str, str]) -> None:
        """Keep secrets for this run only."""
        for entry, secret in secrets.items():
            self._store.hold(entry, secret)

    async def keep(self, secrets: Mapping[str, str]) -> tuple[dict[str, KeyPlace], KeychainError | None]:
        """Put secrets into the key chain; return where each went, and the first problem."""
        places: dict[str, KeyPlace] = {}
        problem: KeychainError | None = None
        for entry, secret in secrets.items():
            try:
                places[entry] = await self._store.write(entry, secret)
            except KeychainError as error:  # it may be there all the same, a moment later
                places[entry], problem = KeyPlace("", is_kept=False), problem or error
            else:
                if not places[entry].is_kept:
                    self._drop_note(entry)
        return places, problem

    async def secret(self, entry: str) -> str | None:
        """Return a secret, from the key chain only once, because it may ask the user; raises KeychainError."""
        if not entry or not self.may_have(entry):
            return None
        if entry not in self._known:
            forgotten = self._forgotten
            secret = await self._store.read(entry)
            if secret is not None and forgotten == self._forgotten:
                self._known.setdefault(entry, secret)
        return self._known.get(entry)

    async def forget(self, entries: Sequence[str]) -> KeychainError | None:
        """Remove secrets from memory and key chain, and make sure; return why one may still be there."""
        problem: KeychainError | None = None
        for entry in entries:
            if not self.may_have(entry):
                continue
            self._forgotten += 1
            self._known.pop(entry, None)
            try:
                is_sure = await self._store.forget(entry)
            except KeychainError as error:
                problem = problem or error
                continue
            if is_sure:
                self._drop_note(entry)
            elif entry in self._notes.entries():
                problem = problem or KeychainFailedError("There is no key chain now, and one held the key before.")
        return problem

    async def forget_all(self) -> tuple[str, ...]:
        """Remove every secret of Quillpane, and make sure; return the entries that may still be there."""
        self._forgotten += 1
        self._known.clear()
        left = await self._store.forget_all(self._notes.entries())
        self._notes.set_entries(left)
        return left

    async def place(self) -> KeyPlace:
        """Return where a secret would be kept now; raises KeychainError."""
        return await self._store.place()

    def _drop_note(self, entry: str) -> None:
        self._notes.set_entries(each for each in self._notes.entries() if each != entry)
