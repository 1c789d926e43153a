"""Resting from fast streams only."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest

from app.api.pace import Pace
from app.concurrency.tasks import TaskScope


async def items(count: int, pause: float | None) -> AsyncGenerator[int, None]:
    for number in range(count):
        if pause is not None:
            await asyncio.sleep(pause)
        yield number


async def rests(source: AsyncGenerator[int, None], count: int) -> list[bool]:
    pace, found = Pace(), []
    for number in range(count):
        assert await pace.next(source) == number
        found.append(pace.wants_rest())
    with pytest.raises(StopAsyncIteration):
        await pace.next(source)
    return found


async def test_what_is_there_at_once_needs_no_rest() -> None:
    assert not any(await rests(items(50, None), 50))


async def test_a_stream_at_reading_speed_is_never_rested_from() -> None:
    assert not any(await rests(items(10, 0.02), 10))


async def test_a_fast_stream_is_rested_from_but_not_twice_in_a_row() -> None:
    found = await rests(items(50, 0), 50)
    assert not found[0]
    assert any(found)
    assert (True, True) not in pairwise(found)


async def test_errors_and_cancellations_reach_the_source() -> None:
    ended: list[str] = []

    async def source() -> AsyncGenerator[int, None]:
        try:
            await asyncio.Event().wait()
            yield 0
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def read() -> None:
        await Pace().next(source())

    scope = TaskScope(lambda _, error: ended.append(repr(error)))
    scope.start("read", read())
    await asyncio.sleep(0.02)
    await scope.aclose()
    assert ended == ["cancelled"]

    async def broken() -> AsyncGenerator[int, None]:
        await asyncio.sleep(0)
        raise OSError("broken")
        yield 0

    with pytest.raises(OSError, match="broken"):
        await Pace().next(broken())
