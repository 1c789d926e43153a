import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.store.errors import DatabaseTooNewError
from app.store.migrations import MIGRATIONS, migrate

FIRST = ("CREATE TABLE words (text TEXT)",)
SECOND = ("ALTER TABLE words ADD COLUMN count INTEGER", "UPDATE words SET count = 1")
BROKEN = ("CREATE TABLE more (x)", "INSERT INTO nowhere VALUES (1)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        yield opened


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.backup-*"))


def test_a_new_database_gets_every_step_and_no_backup(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path)
    assert version_of(connection) == len(MIGRATIONS)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"runs", "run_pieces", "run_tokens", "drafts"} <= tables
    assert backups(path) == []


def test_only_missing_steps_are_taken_and_the_old_state_is_backed_up(
    connection: sqlite3.Connection, path: Path
) -> None:
    migrate(connection, path, [FIRST])
    connection.execute("INSERT INTO words (text) VALUES ('typed')")
    migrate(connection, path, [FIRST, SECOND])
    assert connection.execute("SELECT text, count FROM words").fetchall() == [("typed", 1)]
    (backup,) = backups(path)
    assert stat.S_IMODE(backup.stat().st_mode) & 0o077 == 0
    with closing(sqlite3.connect(backup)) as old:
        assert version_of(old) == 1
        assert old.execute("SELECT * FROM words").fetchall() == [("typed",)]


def test_an_earlier_backup_is_never_overwritten(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, [FIRST])
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, [FIRST, BROKEN])
    assert len(backups(path)) == 2


def test_a_step_that_fails_leaves_everything_as_it_was(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, [FIRST])
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, path, [FIRST, SECOND, BROKEN])
    assert version_of(connection) == 1
    assert [row[1] for row in connection.execute("PRAGMA table_info(words)")] == ["text"]
    assert not connection.in_transaction
    migrate(connection, path, [FIRST, SECOND])
    assert version_of(connection) == 2


def test_nothing_to_do_writes_nothing(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, [FIRST])
    before = connection.total_changes
    migrate(connection, path, [FIRST])
    assert connection.total_changes == before
    assert backups(path) == []


def test_a_later_step_than_known_is_refused(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, [FIRST, SECOND])
    with pytest.raises(DatabaseTooNewError):
        migrate(connection, path, [FIRST])
    assert version_of(connection) == 2


def test_an_unfinished_backup_of_a_killed_program_is_replaced(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, [FIRST])
    path.with_name("q.db.step-1.backup-1.unfinished").write_bytes(b"half")
    migrate(connection, path, [FIRST, SECOND])
    (backup,) = backups(path)
    with closing(sqlite3.connect(backup)) as old:
        assert version_of(old) == 1


def test_a_program_that_was_quicker_leaves_nothing_to_do(connection: sqlite3.Connection, path: Path) -> None:
    class Slow(sqlite3.Connection):
        """Loses the race for the write lock."""

        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                migrate(connection, path, [FIRST])
            return super().execute(sql, parameters)

    with closing(sqlite3.connect(path, isolation_level=None, factory=Slow)) as slow:
        migrate(slow, path, [FIRST])
        assert version_of(slow) == 1
        assert not slow.in_transaction
    assert backups(path) == []
