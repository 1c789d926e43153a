"""Options on disk: one small JSON file.

Owns reading, keeping and writing them. Must not know what an option means, and never holds a key: only the names in
`app.domain.settings.OPTIONS` can be set.
"""

from pathlib import Path

OptionValue = str | int | float | bool


class Settings:
    """Hold the options in memory and write them on request; used from the loop's thread only.

    Reading never fails: a damaged file is kept aside (`kept_aside`) and the defaults are used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.kept_aside: Path | None = None

    @property
    def pending(self) -> bool:
        """Tell whether something was set that is not in the file yet."""
        raise NotImplementedError

    def get(self, name: str) -> OptionValue:
        """Return the option's value, of the type of its default; KeyError for an unknown name."""
        raise NotImplementedError

    def text(self, name: str) -> str:
        """Return a text option."""
        raise NotImplementedError

    def number(self, name: str) -> int:
        """Return a whole-number option."""
        raise NotImplementedError

    def flag(self, name: str) -> bool:
        """Return a yes/no option."""
        raise NotImplementedError

    def set(self, name: str, value: OptionValue) -> None:
        """Change an option in memory; KeyError for an unknown name, ValueError for a value it does not accept."""
        raise NotImplementedError

    async def flush(self) -> None:
        """Write what is pending, in a thread, so that the file is always whole.

        Raises:
            DiskFullError: No room left; what is pending stays pending.
            StorageFailedError: The file cannot be read or written; the same.
        """
        raise NotImplementedError

    def flush_now(self) -> None:
        """Write what is pending before returning, for the end of the program; raises as `flush` does."""
        raise NotImplementedError
