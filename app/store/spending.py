"""What was spent, and the prices and limits it is measured by, on disk.

Owns the tables `spending` and `spending_rules`. Totals are kept apart from runs and conversations, so that they outlive
them. Prices and limits lie beside them and not among the settings: they belong to a connection each, and a request is
ruled on by one reading of all three, which no other window can change half of. Must not know who is charged for what.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from app.domain.amounts import from_millionths, to_millionths
from app.domain.generation import Usage
from app.domain.limits import Limits
from app.domain.prices import PriceTable
from app.domain.spending import Totals
from app.store.database import Database
from app.store.run_codec import text_from_column, text_to_column

MOST_TOKENS = 2**53
"""More tokens than any request has; what a server claims beyond it would not fit a column for long."""

_FULL = 2**62  # A row stays there rather than beyond 64 bits.
_COUNTS = ("requests", "prompt_tokens", "completion_tokens", "estimated", "unpriced", "cost")
_ADD = f"""INSERT INTO spending (profile_id, day, model, currency, {", ".join(_COUNTS)})
    VALUES (:profile_id, :day, :model, :currency, {", ".join(f":{name}" for name in _COUNTS)})
    ON CONFLICT (profile_id, day, model, currency) DO UPDATE
    SET {", ".join(f"{name} = min({name} + excluded.{name}, {_FULL})" for name in _COUNTS)}"""  # noqa: S608 - constants
_SELECT = f"""SELECT day, model, currency, {", ".join(_COUNTS)} FROM spending
    WHERE profile_id = ? AND day BETWEEN ? AND ? ORDER BY day, model, currency"""  # noqa: S608 - constants

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Spent:
    """One request to be added: `cost` is in the unit `currency`, None where no price is known."""

    profile_id: str
    model: str
    day: date
    usage: Usage
    cost: Decimal | None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class SpendingRules:
    """What the user set for one connection."""

    prices: PriceTable = field(default_factory=PriceTable)
    limits: Limits = field(default_factory=Limits)


class SpendingStore:
    """Keep totals for each connection, model, local day and unit, and each connection's prices and limits.

    Every method raises the errors of `Database.run`. Days are the user's, both ends of a span included.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, profile_id: str, model: str, day: date, usage: Usage, cost: Decimal | None, currency: str = ""
    ) -> None:
        """Add one request to the totals, rounded up to a millionth; a cost of None counts as unpriced."""
        await self.add_all([Spent(profile_id, model, day, usage, cost, currency)])

    async def add_all(self, requests: Sequence[Spent]) -> None:
        """Add several requests to the totals, all or none."""
        rows = [_row_of(request) for request in requests]
        await self._database.run(lambda connection: connection.executemany(_ADD, rows).close())

    async def totals(self, profile_id: str, since: date, until: date) -> Totals:
        """Return what a connection has spent from one day to another."""
        return await self._database.read(lambda connection: _totals(connection, profile_id, since, until))

    async def by_model(self, profile_id: str, since: date, until: date) -> dict[str, Totals]:
        """Return the same for each model, by its id."""
        return await self._grouped(profile_id, since, until, lambda row: text_from_column(row[1]))

    async def by_day(self, profile_id: str, since: date, until: date) -> dict[date, Totals]:
        """Return the same for each day on which anything was sent, the earliest first."""
        return await self._grouped(profile_id, since, until, lambda row: date.fromisoformat(row[0]))

    async def standing(self, profile_id: str, since: date, until: date) -> tuple[SpendingRules, Totals]:
        """Return prices and limits together with the totals, as they are at one moment."""
        return await self._database.read(
            lambda connection: (_rules(connection, profile_id), _totals(connection, profile_id, since, until))
        )

    async def rules(self, profile_id: str) -> SpendingRules:
        """Return the prices and limits of a connection; what is damaged counts as not set."""
        return await self._database.read(lambda connection: _rules(connection, profile_id))

    async def save_prices(self, profile_id: str, prices: PriceTable) -> None:
        """Keep a connection's prices in place of those before."""
        await self._save("prices", profile_id, prices.to_json())

    async def save_limits(self, profile_id: str, limits: Limits) -> None:
        """Keep a connection's limits in place of those before."""
        await self._save("limits", profile_id, limits.to_json())

    async def _save(self, column: str, profile_id: str, content: object) -> None:
        await self._database.run(
            lambda connection: connection.execute(
                f"""INSERT INTO spending_rules (profile_id, {column}) VALUES (?, ?)
                ON CONFLICT (profile_id) DO UPDATE SET {column} = excluded.{column}""",  # noqa: S608 - two names
                (profile_id, json.dumps(content)),
            ).close()
        )

    async def _grouped(
        self, profile_id: str, since: date, until: date, key: Callable[[Sequence[Any]], K]
    ) -> dict[K, Totals]:
        def select(connection: sqlite3.Connection) -> dict[K, Totals]:
            found: dict[K, list[Sequence[Any]]] = {}
            for row in _rows(connection, profile_id, since, until):
                found.setdefault(key(row), []).append(row)
            return {name: _sum(rows) for name, rows in found.items()}

        return await self._database.read(select)


def _row_of(request: Spent) -> dict[str, object]:
    usage = request.usage
    return {
        "profile_id": request.profile_id,
        "day": request.day.isoformat(),
        "model": text_to_column(request.model),
        "currency": "" if request.cost is None else request.currency,
        "requests": 1,
        "prompt_tokens": _tokens(usage.prompt_tokens),
        "completion_tokens": _tokens(usage.completion_tokens),
        "estimated": int(usage.is_estimated),
        "unpriced": int(request.cost is None),
        "cost": 0 if request.cost is None else to_millionths(request.cost),
    }


def _tokens(count: int) -> int:
    return min(max(0, count), MOST_TOKENS)


def _rows(connection: sqlite3.Connection, profile_id: str, since: date, until: date) -> Iterable[Sequence[Any]]:
    return connection.execute(_SELECT, (profile_id, since.isoformat(), until.isoformat()))


def _totals(connection: sqlite3.Connection, profile_id: str, since: date, until: date) -> Totals:
    return _sum(_rows(connection, profile_id, since, until))


def _sum(rows: Iterable[Sequence[Any]]) -> Totals:
    """Add rows up: here and not in SQLite, whose sums may not go beyond 64 bits."""
    all_requests = prompt = completion = all_estimated = all_unpriced = 0
    costs: dict[str, int] = {}
    for _, _, currency, requests, prompt_tokens, completion_tokens, estimated, unpriced, cost in rows:
        all_requests += requests
        prompt += prompt_tokens
        completion += completion_tokens
        all_estimated += estimated
        all_unpriced += unpriced
        if requests > unpriced:
            costs[currency] = costs.get(currency, 0) + cost
    known = {currency: from_millionths(cost) for currency, cost in costs.items()}
    return Totals(all_requests, prompt, completion, all_estimated, all_unpriced, known)


def _rules(connection: sqlite3.Connection, profile_id: str) -> SpendingRules:
    row = connection.execute(
        "SELECT prices, limits FROM spending_rules WHERE profile_id = ?", (profile_id,)
    ).fetchone() or ("", "")
    return SpendingRules(PriceTable.from_json(_json(row[0])), Limits.from_json(_json(row[1])))


def _json(column: object) -> object:
    try:
        return json.loads(column) if isinstance(column, str) else None
    except (ValueError, RecursionError):
        return None
