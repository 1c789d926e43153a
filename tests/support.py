"""What tests of several layers share: waiting for an effect."""

import asyncio
from collections.abc import Callable


async def until(predicate: Callable[[], object], *, limit: float = 20.0) -> None:
    """Wait until predicate is true; fail after limit seconds."""
    async with asyncio.timeout(limit):
        while not predicate():  # noqa: ASYNC110 - any state may be waited for, and few have an event
            await asyncio.sleep(0.005)
