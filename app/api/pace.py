"""When to rest from reading a fast stream.

Owns the rhythm only. Must not know HTTP or what is read.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")

REST_SECONDS = 0.008
"""Shorter than a frame, so that nobody sees it."""

_FAST_SECONDS = 0.004


class Pace:
    """Rest between the reads of a fast stream, so that a thousand tokens a second do not wake the program as often.

    Each wake-up costs Qt's loop more than the token it brings. A stream that comes no faster than people read is never
    rested from, nor is the first byte after a silence.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._has_waited = False
        self._has_rested = False
        self._last_wait = 0.0

    async def next(self, source: AsyncIterator[T]) -> T:
        """Return the next item of source, and note whether it had to be waited for."""
        step = _Step(anext(source))
        try:
            return await step
        finally:
            self._has_waited = step.has_waited

    def wants_rest(self) -> bool:
        """Tell whether to rest before the next read: all that had come is read, and more is about to come."""
        if not self._has_waited:
            return False
        now = self._loop.time()
        is_fast = now - self._last_wait < _FAST_SECONDS
        self._last_wait = now
        # The first wait after a rest only brings what came meanwhile.
        self._has_rested = is_fast and not self._has_rested
        return self._has_rested


class _Step(Generic[T]):
    """Await something, and know afterwards whether it was there at once."""

    def __init__(self, awaitable: Awaitable[T]) -> None:
        self._steps: Generator[Any, Any, T] = awaitable.__await__()
        self.has_waited = False

    def __await__(self) -> Generator[Any, Any, T]:
        return self

    def __iter__(self) -> "_Step[T]":
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        signal = self._steps.send(value)
        self.has_waited = True
        return signal

    def throw(self, *error: Any) -> Any:
        return self._steps.throw(*error)

    def close(self) -> None:
        self._steps.close()
