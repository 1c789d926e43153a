"""What is left on a connection's account, asked for on demand and at most once a minute (protocol 14).

Owns the answers kept meanwhile. Must not know paths and figures of billing endpoints, or who wants to see a balance.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.api.billing import balance
from app.api.connection import HttpClient
from app.api.errors import ApiError, NoBalanceError
from app.domain.balance import Balance
from app.domain.profile import Endpoint, Profile

INTERVAL = 60.0
"""Seconds between two questions to one connection: relays limit these endpoints by address."""


class Endpoints(Protocol):
    """Who knows where requests go."""

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where it answers; raise ExpectedError."""


@dataclass(frozen=True, slots=True)
class BalanceAnswer:
    """A balance and how many seconds ago the server told it, 0.0 for just now."""

    balance: Balance
    age: float


@dataclass(frozen=True, slots=True)
class _Kept:
    endpoint: Endpoint
    at: float
    outcome: Balance | ApiError


class BalanceService:
    """Ask for balances and keep them for a minute; used from one event loop.

    `clock` gives seconds that go on while the computer sleeps.
    """

    def __init__(self, http: HttpClient, connections: Endpoints, clock: Callable[[], float] = time.time) -> None:
        self._http = http
        self._connections = connections
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def __repr__(self) -> str:
        """Show the connections and never a key."""
        return f"BalanceService({sorted(self._kept)})"

    async def ask(self, profile: Profile) -> BalanceAnswer:
        """Return what is left, from the server or, where it was asked within the last minute, as it said then.

        A refusal is kept as an answer is. Another address or key is asked at once, and so is a server that could not be
        reached. The built-in model has no balance.

        Raises:
            NoBalanceError: The server does not tell.
            ApiError: It does not answer, or with an error.
            KeychainError: As `Connections.endpoint`.
        """
        if profile.is_built_in:
            raise NoBalanceError("The built-in model costs nothing.")
        endpoint = await self._connections.endpoint(profile)
        async with self._locks.setdefault(profile.id, asyncio.Lock()):  # whoever asks meanwhile gets the same answer
            kept = self._kept.get(profile.id)
            if kept is None or kept.endpoint != endpoint or not 0 <= self._clock() - kept.at < INTERVAL:
                kept = await self._ask(profile.id, endpoint)
        if isinstance(kept.outcome, ApiError):
            raise kept.outcome.with_traceback(None)
        return BalanceAnswer(kept.outcome, max(0.0, self._clock() - kept.at))

    async def _ask(self, profile_id: str, endpoint: Endpoint) -> _Kept:
        outcome: Balance | ApiError
        try:
            outcome = await balance(self._http, endpoint)
        except ApiError as error:
            if error.http_status is None and not isinstance(error, NoBalanceError):
                raise  # it was not reached, so that asking again burdens nobody
            outcome = error
        kept = _Kept(endpoint, self._clock(), outcome)
        self._kept[profile_id] = kept
        return kept
