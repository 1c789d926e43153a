"""Drafts on disk: what was typed and not yet sent.

Must not know when a draft is worth saving; that is the caller's.
"""

from app.domain.document import Draft
from app.store.database import Database


class DraftStore:
    """Keep one draft for each name; every method raises the errors of `Database.run`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, name: str) -> Draft:
        """Return the draft kept under name, or an empty one."""
        raise NotImplementedError

    async def save(self, name: str, draft: Draft) -> None:
        """Keep draft under name in place of what was there."""
        raise NotImplementedError
