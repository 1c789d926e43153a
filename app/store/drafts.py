"""Drafts on disk: what was typed and not yet sent.

Must not know when a draft is worth saving; that is the caller's.
"""

import json
import sqlite3
from datetime import UTC, datetime

from app.domain.document import Draft
from app.store.database import Database
from app.store.run_codec import text_from_column, text_to_column, time_to_column


class DraftStore:
    """Keep one draft for each name; every method raises the errors of `Database.run`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, name: str) -> Draft:
        """Return the draft kept under name, or an empty one."""

        def select(connection: sqlite3.Connection) -> Draft:
            row = connection.execute("SELECT text, generated FROM drafts WHERE name = ?", (name,)).fetchone()
            if row is None:
                return Draft()
            return Draft(text_from_column(row[0]), tuple((start, end) for start, end in json.loads(row[1])))

        return await self._database.read(select)

    async def save(self, name: str, draft: Draft) -> None:
        """Keep draft under name in place of what was there."""
        row = (name, text_to_column(draft.text), json.dumps(draft.generated), time_to_column(datetime.now(UTC)))

        def upsert(connection: sqlite3.Connection) -> None:
            connection.execute(
                """INSERT INTO drafts (name, text, generated, saved) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE
                SET text = excluded.text, generated = excluded.generated, saved = excluded.saved""",
                row,
            )

        await self._database.run(upsert)
