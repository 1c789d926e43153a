"""A key chain in memory for the tests of services."""

from app.store.errors import KeychainFailedError, KeychainLockedError
from app.store.secrets import KeychainState


class Chain:
    """A key chain that counts how often it was asked, can be locked, and can refuse to let go of an entry."""

    name = "Test chain"

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.calls: list[str] = []
        self.is_locked = False
        self.stuck: set[str] = set()

    def state(self) -> KeychainState:
        self.calls.append("state")
        if self.is_locked:
            raise KeychainLockedError("The key chain is locked.")
        return KeychainState.OPEN

    def get(self, entry: str) -> str | None:
        self.calls.append("get")
        return self.secrets.get(entry)

    def set(self, entry: str, key: str) -> None:
        self.calls.append("set")
        self.secrets[entry] = key

    def delete(self, entry: str) -> None:
        if entry in self.stuck:
            raise KeychainFailedError("It does not let go.")
        del self.secrets[entry]

    def entries(self) -> tuple[str, ...]:
        return tuple(self.secrets)
