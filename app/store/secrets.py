"""Keys in the key chain of the operating system, or in memory where there is none; never in a file.

The only module that knows keyring. Must not know what a key is used for.
"""

from dataclasses import dataclass

from app.domain.profile import Profile


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where keys are kept: the key chain's own name, or memory, which is gone after this run (`is_kept` False).

    `name` is "" for memory.
    """

    name: str
    is_kept: bool


class SecretStore:
    """Keep one key for each profile and origin (scheme, host, port).

    Every call to the key chain runs on a thread with a deadline, one at a time. `deadline` is in seconds for a key
    chain that answers by itself, `prompt_deadline` for one that asks the user to unlock it first.
    """

    def __init__(self, *, deadline: float = 5.0, prompt_deadline: float = 60.0) -> None:
        self._deadline = deadline
        self._prompt_deadline = prompt_deadline

    async def read(self, profile: Profile) -> str | None:
        """Return the key for the profile at its present origin, or None.

        Raises:
            KeychainLockedError: The key chain is locked and was not unlocked.
            KeychainTimeoutError: It did not answer in time, or an earlier call still hangs.
            KeychainFailedError: It refused.
        """
        raise NotImplementedError

    async def write(self, profile: Profile, key: str) -> KeyPlace:
        """Keep the key and return where; on an error it is held in memory for this run, and the error raised.

        Raises as `read` does, and ValueError for an empty key or a profile without an address.
        """
        raise NotImplementedError

    async def forget(self, profile: Profile) -> None:
        """Remove the key from memory and key chain and make sure that it is gone; raises as `read` does."""
        raise NotImplementedError

    async def place(self) -> KeyPlace:
        """Return where a key would be kept now, without unlocking anything; raises as `read` does."""
        raise NotImplementedError
