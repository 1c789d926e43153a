"""What was learnt of servers on disk: one row for each connection, model and feature.

Owns the table `capabilities`. Must not know how findings are made, or what follows from them.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.store.database import Database
from app.store.run_codec import text_from_column, text_to_column, time_to_column

# The rule of CapabilityMap.with_findings, in SQL: another program may have learnt something newer meanwhile.
_UPSERT = """INSERT INTO capabilities (profile_id, model, feature, support, learnt, maximum, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (profile_id, model, feature) DO UPDATE
    SET support = excluded.support, learnt = excluded.learnt, maximum = excluded.maximum, reason = excluded.reason
    WHERE learnt <= excluded.learnt"""


class CapabilityStore:
    """Keep findings for each connection and model; every method raises the errors of `Database.run`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, profile_id: str, model: str) -> CapabilityMap:
        """Return what is known of a model on a connection; rows that cannot be read count as not known."""
        key = (profile_id, text_to_column(model))

        def select(connection: sqlite3.Connection) -> CapabilityMap:
            rows = connection.execute(
                """SELECT feature, support, learnt, maximum, reason FROM capabilities
                WHERE profile_id = ? AND model = ?""",
                key,
            )
            found = [finding for row in rows if (finding := _finding_of(row))]
            return CapabilityMap({finding.feature: finding for finding in found})

        return await self._database.read(select)

    async def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        """Add findings to what is known; an older one replaces nothing, and neither does UNKNOWN."""
        rows = [
            (
                profile_id,
                text_to_column(model),
                finding.feature.value,
                finding.support.value,
                time_to_column(finding.learnt),
                finding.maximum,
                text_to_column(finding.reason),
            )
            for finding in findings
            if finding.support is not Support.UNKNOWN
        ]
        await self._database.run(lambda connection: connection.executemany(_UPSERT, rows).close())

    async def forget(self, profile_id: str) -> None:
        """Remove what is known of a connection, for all its models."""
        await self._database.run(
            lambda connection: connection.execute(
                "DELETE FROM capabilities WHERE profile_id = ?", (profile_id,)
            ).close()
        )


def _finding_of(row: tuple[Any, ...]) -> Finding | None:
    """Read a row; None for one that is damaged, or that a later version wrote."""
    feature, support, learnt, maximum, reason = row
    try:
        return Finding(
            Feature(feature), Support(support), datetime.fromisoformat(learnt), maximum, text_from_column(reason)
        )
    except ValueError:
        return None
