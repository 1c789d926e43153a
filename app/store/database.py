"""The one connection to the database, and the one thread that owns it.

Knows SQLite's modes and errors. Must not know tables: those are in `migrations`, `runs` and `drafts`.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class Database:
    """Run functions on the database, one after the other, away from the event loop.

    The connection is opened at first use on a thread of its own, which ends with `aclose` or with the program. Several
    programs may have the same file open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work in a write transaction: all of it is kept, or nothing when it raises.

        Once called it is carried out, even when the caller is cancelled meanwhile.

        Raises:
            DatabaseTooNewError: A later version wrote the file.
            DatabaseDamagedError: The file is broken.
            DiskFullError: No room left.
            StorageFailedError: The file cannot be read or written.
        """
        raise NotImplementedError

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work, which only reads, on one consistent state of the database; raises as `run` does."""
        raise NotImplementedError

    async def set_aside(self) -> Path:
        """Move an unusable database out of the way, so that a fresh one is made; return its new path."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Write everything into the one file and close it."""
        raise NotImplementedError
