"""Options on disk: one small JSON file.

Owns reading, keeping and writing them. Must not know what an option means, and never holds a key: only the names in
`app.domain.settings.OPTIONS` can be set.
"""

import asyncio
import json
import os
import threading
from contextlib import suppress
from pathlib import Path

from app.domain.settings import OPTIONS
from app.store.errors import storage_error

OptionValue = str | int | float | bool


class Settings:
    """Hold the options in memory and write them on request; used from the loop's thread only.

    Reading never fails: a damaged file is kept aside (`kept_aside`) and the defaults are used. Only what was set here
    is written into the file as it then is, so that neither the options of a later version nor those another instance
    changed meanwhile are lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()  # one writer at a time; guards the file, not the fields
        self._values: dict[str, object] = {}
        self._changed: dict[str, OptionValue] = {}
        self.kept_aside: Path | None = None
        with suppress(OSError):  # tried again, and then reported, when there is something to write
            self._values = self._load()

    @property
    def pending(self) -> bool:
        """Tell whether something was set that is not in the file yet."""
        return bool(self._changed)

    def get(self, name: str) -> OptionValue:
        """Return the option's value, of the type of its default; KeyError for an unknown name."""
        option = OPTIONS[name]
        value = self._values.get(name)
        if not option.accepts(value):  # never set, or written by hand or by another version
            return option.default
        return float(value) if isinstance(option.default, float) else value  # type: ignore[arg-type, return-value]

    def text(self, name: str) -> str:
        """Return a text option."""
        return str(self.get(name))

    def number(self, name: str) -> int:
        """Return a whole-number option."""
        return int(self.get(name))

    def flag(self, name: str) -> bool:
        """Return a yes/no option."""
        return bool(self.get(name))

    def set(self, name: str, value: OptionValue) -> None:
        """Change an option in memory; KeyError for an unknown name, ValueError for a value it does not accept."""
        if not OPTIONS[name].accepts(value):
            raise ValueError(f"{name} does not accept {value!r}")
        if self.get(name) == value and name in self._values:
            return
        self._values[name] = value
        self._changed[name] = value

    def reread(self, *names: str) -> None:
        """Take over what another instance has written of these options meanwhile; what is pending here stays."""
        with suppress(OSError):
            written = self._load()
            self._values |= {name: written[name] for name in names if name in written and name not in self._changed}

    async def flush(self) -> None:
        """Write what is pending, in a thread, so that the file is always whole.

        Raises:
            DiskFullError: No room left; what is pending stays pending.
            StorageFailedError: The file cannot be read or written; the same.
        """
        if self.pending:
            self._settle(await asyncio.to_thread(self._write))

    def flush_now(self) -> None:
        """Write what is pending before returning, for the end of the program; raises as `flush` does."""
        if self.pending:
            self._settle(self._write())

    def _settle(self, written: dict[str, OptionValue]) -> None:
        """Take what is in the file now off the list, unless it was set again while it was being written."""
        for name, value in written.items():
            if name in self._changed and self._changed[name] is value:
                del self._changed[name]

    def _load(self) -> dict[str, object]:
        """Return what is in the file, {} when there is none or it is damaged; raise OSError when it cannot be read."""
        try:
            content = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError:  # neither JSON nor UTF-8
            content = None
        if not isinstance(content, dict):
            self._keep_aside()
            return {}
        return content

    def _keep_aside(self) -> None:
        number = 1
        while (aside := self._path.with_name(f"{self._path.name}.damaged-{number}")).exists():
            number += 1
        self._path.rename(aside)
        self.kept_aside = aside

    def _write(self) -> dict[str, OptionValue]:
        """Write what is pending now and return it."""
        try:
            with self._lock:
                # Copied under the lock, or a writer that came late would put an older value over a newer one.
                changed = dict(self._changed)
                if changed:
                    _replace(self._path, json.dumps(self._load() | changed, ensure_ascii=False, indent=2) + "\n")
        except OSError as error:
            raise storage_error(error, f"The settings {self._path} cannot be written.") from error
        return changed


def _replace(path: Path, text: str) -> None:
    """Write text to path such that after a crash or a power cut the old or the new text is there in full."""
    import tempfile

    target = Path(os.path.realpath(path))  # a link stays a link
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # closed to other users
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the name, too, must reach the disk; elsewhere a folder cannot be opened
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
