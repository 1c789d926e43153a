"""Runs on disk: journaled as they stream, finished at the end, recovered after a crash.

Must not know the wire or the window.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from app.domain.generation import StopReason
from app.domain.run import Run, RunState
from app.store.database import Database
from app.store.errors import StorageFailedError
from app.store.run_codec import (
    candidates_from_column,
    candidates_to_column,
    join_pieces,
    run_from_columns,
    run_to_columns,
    text_to_column,
    time_to_column,
    token_parts,
)

_COLUMNS = (
    "id, created, profile_id, model, prompt, carried, parameters, candidates, usage, timing, state, problem, owner"
)
_VALUES = ", ".join(f":{name}" for name in _COLUMNS.split(", "))
_INSERT = f"INSERT INTO runs ({_COLUMNS}) VALUES ({_VALUES})"  # noqa: S608 - constants
_UPSERT = f"""{_INSERT} ON CONFLICT (id) DO UPDATE SET
    candidates = excluded.candidates, usage = excluded.usage, timing = excluded.timing,
    state = excluded.state, problem = excluded.problem, owner = excluded.owner"""


class RunStore:
    """Keep every run; the text of one that streams is on disk from each `append` on, whatever happens then.

    Every method raises the errors of `Database.run`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run: Run) -> None:
        """Keep a run that is about to start."""

        def insert(connection: sqlite3.Connection) -> None:
            connection.execute(_INSERT, run_to_columns(run) | {"owner": self._database.instance.id})

        await self._database.run(insert)

    async def append(self, run_id: str, pieces: Sequence[tuple[int, str]]) -> None:
        """Add text to a run that streams; pieces are (candidate index, text) in order of arrival.

        Raises:
            StorageFailedError: The run was never begun here.
        """
        rows = [(run_id, index, text_to_column(text)) for index, text in pieces if text]

        def insert(connection: sqlite3.Connection) -> None:
            if connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is None:
                raise StorageFailedError("The run is not in the database.", detail=run_id)
            connection.executemany("INSERT INTO run_pieces (run_id, candidate, text) VALUES (?, ?, ?)", rows)

        if rows:
            await self._database.run(insert)

    async def finish(self, run: Run) -> None:
        """Keep the final state of a run: candidates with tokens, usage, timing, state and problem.

        What was journaled is replaced. A run whose `begin` failed is kept all the same.
        """

        def update(connection: sqlite3.Connection) -> None:
            connection.execute(_UPSERT, run_to_columns(run) | {"owner": None})
            connection.execute("DELETE FROM run_pieces WHERE run_id = ?", (run.id,))
            connection.execute("DELETE FROM run_tokens WHERE run_id = ?", (run.id,))
            connection.executemany(
                "INSERT INTO run_tokens (run_id, candidate, part, tokens) VALUES (?, ?, ?, ?)",
                ((run.id, *part) for part in token_parts(run)),
            )

        await self._database.run(update)

    async def recover(self) -> int:
        """Mark the runs that a crashed program left RUNNING as INTERRUPTED and return how many.

        Runs of another instance that is alive are left alone, and so are those of this one.
        """
        instance = self._database.instance

        def interrupt(connection: sqlite3.Connection) -> int:
            rows = connection.execute("SELECT id, owner, candidates FROM runs WHERE state = 'running'").fetchall()
            lost = [row for row in rows if row[1] is None or not instance.is_alive(row[1])]
            for run_id, _, candidates in lost:
                _interrupt(connection, run_id, candidates)
            instance.sweep()
            return len(lost)

        return await self._database.run(interrupt)

    async def recent(self, limit: int = 200, before: str | None = None) -> list[Run]:
        """Return the newest runs first, without tokens (`load` has them), and without those in the recycle bin.

        `before` is the id of the oldest run already seen: the page after it is returned.
        """
        where = "deleted IS NULL"
        if before is not None:
            where += " AND (created, id) < (SELECT created, id FROM runs WHERE id = :before)"
        return await self._select(f"{where} ORDER BY created DESC, id DESC LIMIT :limit", limit=limit, before=before)

    async def deleted(self, limit: int = 200) -> list[Run]:
        """Return the runs in the recycle bin, the last deleted first, without tokens."""
        return await self._select("deleted IS NOT NULL ORDER BY deleted DESC LIMIT :limit", limit=limit)

    async def load(self, run_id: str) -> Run | None:
        """Return the run with its tokens, in the recycle bin or not; None for an unknown id."""
        found = await self._select("id = :id", with_tokens=True, id=run_id)
        return found[0] if found else None

    async def delete(self, run_id: str) -> None:
        """Put the run into the recycle bin; silent for an unknown id."""
        now = time_to_column(datetime.now(UTC))
        await self._database.run(
            lambda connection: connection.execute(
                "UPDATE runs SET deleted = ? WHERE id = ? AND deleted IS NULL", (now, run_id)
            ).close()
        )

    async def restore(self, run_id: str) -> None:
        """Take the run out of the recycle bin; silent for an unknown id."""
        await self._database.run(
            lambda connection: connection.execute("UPDATE runs SET deleted = NULL WHERE id = ?", (run_id,)).close()
        )

    async def _select(self, where: str, *, with_tokens: bool = False, **values: object) -> list[Run]:
        def select(connection: sqlite3.Connection) -> list[Run]:
            names = _COLUMNS.split(", ")
            rows = connection.execute(f"SELECT {_COLUMNS} FROM runs WHERE {where}", values).fetchall()  # noqa: S608
            return [_build(connection, dict(zip(names, row, strict=True)), with_tokens=with_tokens) for row in rows]

        return await self._database.read(select)


def _build(connection: sqlite3.Connection, row: dict[str, object], *, with_tokens: bool) -> Run:
    run_id = row["id"]
    tokens = (
        connection.execute(
            "SELECT candidate, tokens FROM run_tokens WHERE run_id = ? ORDER BY candidate, part", (run_id,)
        )
        if with_tokens
        else ()
    )
    return run_from_columns(row, _pieces(connection, run_id), tokens)


def _pieces(connection: sqlite3.Connection, run_id: object) -> list[tuple[int, str | bytes]]:
    return connection.execute(
        "SELECT candidate, text FROM run_pieces WHERE run_id = ? ORDER BY position", (run_id,)
    ).fetchall()


def _interrupt(connection: sqlite3.Connection, run_id: str, column: str | bytes) -> None:
    """Move what was journaled into the run and mark it; a candidate that had stopped by itself keeps its reason."""
    candidates = [
        item | {"reason": item["reason"] or StopReason.INTERRUPTED}
        for item in join_pieces(candidates_from_column(column), _pieces(connection, run_id))
    ]
    connection.execute(
        "UPDATE runs SET candidates = ?, state = ?, owner = NULL WHERE id = ?",
        (candidates_to_column(candidates), RunState.INTERRUPTED.value, run_id),
    )
    connection.execute("DELETE FROM run_pieces WHERE run_id = ?", (run_id,))
