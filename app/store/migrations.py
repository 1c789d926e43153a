"""The schema of the database, as numbered steps, and the way from any older step to the newest.

`PRAGMA user_version` holds the number of the last step taken. A step that was released is never changed: a change is
a new step at the end. Must not know what the tables are used for.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.store.errors import DatabaseTooNewError

_RUNS_AND_DRAFTS = (
    # A text that is no valid Unicode (half of a surrogate pair) is kept as a blob, see run_codec.
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        created TEXT NOT NULL,          -- UTC, ISO 8601 with microseconds, so that it sorts as text
        profile_id TEXT NOT NULL,
        model TEXT NOT NULL,
        prompt TEXT NOT NULL,
        carried TEXT NOT NULL,
        parameters TEXT NOT NULL,       -- JSON
        candidates TEXT NOT NULL,       -- JSON without tokens; text that came later is in run_pieces
        usage TEXT,                     -- JSON
        timing TEXT,                    -- JSON
        state TEXT NOT NULL,
        problem TEXT NOT NULL,
        owner TEXT,                     -- the instance that streams it, while it streams
        deleted TEXT                    -- when it went into the recycle bin, as created
    )
    """,
    "CREATE INDEX runs_by_age ON runs (created, id) WHERE deleted IS NULL",
    "CREATE INDEX runs_in_bin ON runs (deleted) WHERE deleted IS NOT NULL",
    "CREATE INDEX runs_streaming ON runs (owner) WHERE state = 'running'",
    # The journal: one row for each append, gone when the run is finished.
    """
    CREATE TABLE run_pieces (
        position INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        candidate INTEGER NOT NULL,
        text TEXT NOT NULL
    )
    """,
    "CREATE INDEX run_pieces_of ON run_pieces (run_id, position)",
    # Tokens apart from the runs, because a list of runs does without them and they are most of the bytes.
    """
    CREATE TABLE run_tokens (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        candidate INTEGER NOT NULL,
        part INTEGER NOT NULL,
        tokens TEXT NOT NULL,           -- JSON
        PRIMARY KEY (run_id, candidate, part)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE drafts (
        name TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        generated TEXT NOT NULL,        -- JSON: [[start, end], …] in code points
        saved TEXT NOT NULL             -- as runs.created
    )
    """,
)

_SPENDING = (
    # Apart from the runs: what was spent stays spent when runs and conversations are deleted.
    """
    CREATE TABLE spending (
        profile_id TEXT NOT NULL,
        day TEXT NOT NULL,              -- the user's date, ISO 8601
        model TEXT NOT NULL,
        currency TEXT NOT NULL,         -- the unit of cost, '' for one without a name
        requests INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        estimated INTEGER NOT NULL,     -- requests of which no server said the tokens
        unpriced INTEGER NOT NULL,      -- requests whose price was not known
        cost INTEGER NOT NULL,          -- of the others, in millionths
        PRIMARY KEY (profile_id, day, model, currency)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE spending_rules (
        profile_id TEXT PRIMARY KEY,
        prices TEXT NOT NULL DEFAULT '',    -- JSON
        limits TEXT NOT NULL DEFAULT ''     -- JSON
    )
    """,
)

_CAPABILITIES = (
    """
    CREATE TABLE capabilities (
        profile_id TEXT NOT NULL,
        model TEXT NOT NULL,
        feature TEXT NOT NULL,
        support TEXT NOT NULL,
        learnt TEXT NOT NULL,           -- as runs.created
        maximum INTEGER,
        reason TEXT NOT NULL,
        PRIMARY KEY (profile_id, model, feature)
    ) WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_RUNS_AND_DRAFTS, _SPENDING, _CAPABILITIES)
"""Step n, counted from 1, is at index n - 1."""


def refuse_newer(connection: sqlite3.Connection, known: int = len(MIGRATIONS)) -> int:
    """Return the step the database is at.

    Raises:
        DatabaseTooNewError: The step is later than `known`.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise DatabaseTooNewError(
            "The database was written by a later version of Quillpane.", detail=f"step {version}, known up to {known}"
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Take the steps that are missing, all or none; a database with something in it is backed up first.

    `connection` is in autocommit mode; `path` is its file. Raises DatabaseTooNewError.
    """
    if refuse_newer(connection, len(steps)) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = refuse_newer(connection, len(steps))
        if version == len(steps):  # another program was quicker
            return
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _back_up(path, version)
        for step in steps[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _back_up(path: Path, version: int) -> None:
    """Copy the database beside itself, under a name that is free."""
    number = 1
    while (backup := path.with_name(f"{path.name}.step-{version}.backup-{number}")).exists():
        number += 1
    unfinished = backup.with_name(f"{backup.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY, 0o600))
    # A second connection reads: the first one holds the write lock, and SQLite copies nothing out of a transaction.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(backup)
