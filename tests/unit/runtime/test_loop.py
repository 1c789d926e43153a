"""The loop does what asyncio's own does where qasync's falls short."""

import asyncio
import gc
import socket
import sys
import threading
from collections.abc import AsyncGenerator, Callable

import pytest
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


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of loop reads there")
async def test_reading_that_rests_and_goes_on_loses_nothing() -> None:
    sent, received = bytes(range(256)) * 4000, bytearray()

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1") as server:
        for _ in range(3):  # the second and third connection get the descriptors of the first
            received.clear()
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1000)
            while piece := await reader.read(700):  # the limit makes the stream stop reading again and again
                received += piece
                await asyncio.sleep(0)
            writer.close()
            await writer.wait_closed()
            assert received == sent


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of loop reads there")
async def test_a_reader_is_called_while_it_is_there_and_its_crash_is_the_loops() -> None:
    loop, crashes, seen = asyncio.get_running_loop(), [], []
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        loop.add_reader(ours.fileno(), lambda: seen.append(ours.recv(1)))
        theirs.send(b"ab")
        await until(lambda: seen == [b"a", b"b"])
        assert loop.remove_reader(ours.fileno())
        assert not loop.remove_reader(ours.fileno())
        theirs.send(b"c")
        await asyncio.sleep(0.05)
        assert seen == [b"a", b"b"]

        def crash() -> None:
            ours.recv(1)
            raise ValueError("on purpose")

        handler = loop.get_exception_handler()
        loop.set_exception_handler(lambda _, context: crashes.append(context["exception"]))
        loop.add_reader(ours.fileno(), seen.append, b"replaced by the next")
        loop.add_reader(ours.fileno(), crash)
        await until(lambda: crashes)
        loop.set_exception_handler(handler)
        loop.remove_reader(ours.fileno())
        assert [str(error) for error in crashes] == ["on purpose"]
        assert seen == [b"a", b"b"]
