"""The one connection to the database, and the one thread that owns it.

Knows SQLite's modes and errors. Must not know tables: those are in `migrations`, `runs` and `drafts`.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from app.store.errors import (
    DatabaseDamagedError,
    DatabaseUnusableError,
    DiskFullError,
    StorageFailedError,
    storage_error,
)
from app.store.instances import Instance
from app.store.migrations import migrate, refuse_newer

T = TypeVar("T")

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another program that writes; writes take milliseconds."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FAILED = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


class Database:
    """Run functions on the database, one after the other, away from the event loop.

    The connection is opened at first use on a thread of its own, which ends with `aclose` or with the program. Several
    programs may have the same file open. `instance` tells them apart; only functions given to `run` and `read` may use
    it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.instance = Instance(path.with_name(f"{path.name}-instances"))
        # The pool has one thread, joined at the end of the program: what was handed over is written, within seconds.
        self._thread = ThreadPoolExecutor(1, "database")
        self._connection: sqlite3.Connection | None = None
        self._unusable: DatabaseUnusableError | None = None
        self._is_closed = False

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work in a write transaction: all of it is kept, or nothing when it raises.

        Once called it is carried out, even when the caller is cancelled meanwhile.

        Raises:
            DatabaseTooNewError: A later version wrote the file.
            DatabaseDamagedError: The file is broken.
            DiskFullError: No room left.
            StorageFailedError: The file cannot be read or written.
        """
        return await self._on_thread(lambda: self._transact(work, "IMMEDIATE"))

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work, which only reads, on one consistent state of the database; raises as `run` does."""
        return await self._on_thread(lambda: self._transact(work, "DEFERRED"))

    async def set_aside(self) -> Path:
        """Move an unusable database out of the way, so that a fresh one is made; return its new path.

        Raises:
            StorageFailedError: The database is usable, or the files cannot be moved.
        """
        return await self._on_thread(self._set_aside)

    async def aclose(self) -> None:
        """Write everything into the one file and close it; nothing can be run afterwards."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            await self._on_thread(self._close)
        finally:
            self._thread.shutdown(wait=False)

    async def _on_thread(self, call: Callable[[], T]) -> T:
        # Shielded: a write that was handed over is not taken back when its caller is cancelled.
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(call)))

    def _transact(self, work: Callable[[sqlite3.Connection], T], mode: str) -> T:
        if self._unusable is not None:
            raise type(self._unusable)(str(self._unusable), detail=self._unusable.detail)
        try:
            with _translated(self.path):
                if self._connection is None:
                    self._connection = self._open()
                return _in_transaction(self._connection, work, mode)
        except DatabaseUnusableError as error:
            # From here on nothing is written, and closing is left to `set_aside` or the end.
            self._unusable = error
            raise

    def _open(self) -> sqlite3.Connection:
        _inspect(self.path)
        # Closed to other users, whatever the folder allows; the files beside it get the same mode.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT, isolation_level=None)
        try:
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection, self.path)
            self.instance.hold()
        except BaseException:
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                with _translated(self.path), closing(connection):
                    if self._unusable is None:
                        # Closing does this only for the last program that has the file open.
                        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            self.instance.release()

    def _set_aside(self) -> Path:
        if self._unusable is None:
            raise StorageFailedError("Only a database that cannot be used is set aside.")
        self._close()
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.aside-{number}")).exists():
            number += 1
        try:
            # The journal moves with its database, or the text in it would be lost.
            for suffix in ("-wal", "-shm", ""):
                part = self.path.with_name(self.path.name + suffix)
                if part.exists():
                    part.replace(aside.with_name(aside.name + suffix))
        except OSError as error:
            raise storage_error(error, f"The database {self.path} cannot be moved.") from error
        self._unusable = None
        return aside


def _in_transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], mode: str) -> T:
    connection.execute(f"BEGIN {mode}")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:  # SQLite itself rolls back on some errors
            connection.execute("ROLLBACK")
    return result


def _inspect(path: Path) -> None:
    """Refuse a newer or damaged file before anything could write to it."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_TIMEOUT, uri=True)) as probe:
        refuse_newer(probe)
        probe.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait for another program that does the same at the same moment."""
    pause = threading.Event()
    for _ in range(50):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            pause.wait(0.1)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system report into errors a user can act on; a wrong statement stays a bug."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        detail = f"{getattr(error, 'sqlite_errorname', '')}: {error}"
        if code in _DAMAGED:
            raise DatabaseDamagedError(f"The database {path} is damaged.", detail=detail) from error
        if code == sqlite3.SQLITE_FULL:
            raise DiskFullError("There is no room left on the disk.", detail=detail) from error
        if code in _FAILED:
            raise StorageFailedError(f"The database {path} cannot be read or written.", detail=detail) from error
        raise
    except OSError as error:
        raise storage_error(error, f"The database {path} cannot be read or written.") from error
