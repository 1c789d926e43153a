"""The loop does what asyncio's own does where qasync's falls short."""

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncGenerator, Callable

from PySide6.QtWidgets import QApplication

from app.runtime.loop import make_loop
from tests.support import until


async def numbers(ended: list[str]) -> AsyncGenerator[int, None]:
    """Count, and say when it is over, after a moment that only a running loop can give."""
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        ended.append(threading.current_thread().name)


async def test_a_generator_that_nobody_closed_is_finished() -> None:
    ended: list[str] = []
    forgotten = numbers(ended)
    assert await anext(forgotten) == 1
    del forgotten
    gc.collect()
    await until(lambda: ended)


async def test_one_that_another_thread_drops_is_finished_in_the_loops_thread() -> None:
    ended: list[str] = []
    held = [numbers(ended)]
    await anext(held[0])
    await asyncio.to_thread(held.clear)
    await until(lambda: ended)
    assert ended == [threading.current_thread().name]


def test_one_that_is_open_at_the_end_is_finished_before_the_loop_closes(qapp: QApplication) -> None:
    ended: list[str] = []

    async def body() -> AsyncGenerator[int, None]:
        opened = numbers(ended)
        await anext(opened)
        return opened

    with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
        kept = runner.run(body())
        assert ended == []
    assert len(ended) == 1
    del kept
    assert len(ended) == 1


def test_the_hooks_are_given_back(qapp: QApplication) -> None:
    def mine(_: object) -> None:
        """Take no notice."""

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=mine, finalizer=mine)
    inside: list[Callable[..., object] | None] = []

    async def body() -> None:
        inside.append(sys.get_asyncgen_hooks().finalizer)

    try:
        with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
            runner.run(body())
        assert tuple(sys.get_asyncgen_hooks()) == (mine, mine)
    finally:
        sys.set_asyncgen_hooks(*before)
    assert inside[0] not in (None, mine)


def test_no_task_runs_outside_a_running_loop(qapp: QApplication) -> None:
    seen: list[object] = []

    async def later() -> None:
        for _ in range(20):
            seen.append(asyncio.get_running_loop())
            await asyncio.sleep(0)

    async def body() -> None:
        tasks.append(asyncio.get_running_loop().create_task(later()))
        await asyncio.sleep(0)

    tasks: list[asyncio.Task[None]] = []
    with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
        runner.run(body())
        assert not tasks[0].done()
    assert tasks[0].cancelled()
    assert seen
