import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.concurrency.blocking import run_blocking
from tests.support import until

ROOT = Path(__file__).resolve().parents[3]


async def test_the_result_comes_from_another_thread() -> None:
    assert await run_blocking(threading.get_ident, deadline=30) != threading.get_ident()


async def test_an_error_comes_back_as_it_was() -> None:
    error = LookupError("nothing there")

    def fail() -> None:
        raise error

    with pytest.raises(LookupError) as raised:
        await run_blocking(fail, deadline=30)
    assert raised.value is error


async def test_a_timeout_error_of_the_call_itself_is_handed_over_with_its_text() -> None:
    def fail() -> None:
        raise TimeoutError("the call's own")

    with pytest.raises(TimeoutError, match="the call's own"):
        await run_blocking(fail, deadline=30)


async def test_a_call_that_does_not_return_is_given_up_and_its_late_result_dropped() -> None:
    may_return, has_returned = threading.Event(), threading.Event()

    def hang() -> str:
        may_return.wait(60)
        has_returned.set()
        return "late"

    with pytest.raises(TimeoutError):
        await run_blocking(hang, deadline=0.05)
    may_return.set()
    await until(has_returned.is_set)
    await asyncio.sleep(0.05)  # were it delivered, the loop would report an error now and the test would fail


async def test_the_loop_goes_on_meanwhile() -> None:
    may_return = threading.Event()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(run_blocking(lambda: may_return.wait(60), deadline=60))
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert not waiting.done()
        may_return.set()
    assert waiting.result() is True


async def test_the_caller_can_be_cancelled_at_once() -> None:
    may_return, ended = threading.Event(), threading.Event()

    def hang() -> None:
        may_return.wait(60)
        ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await run_blocking(hang, deadline=60)
    assert not ended.is_set()
    may_return.set()
    await until(ended.is_set)


def test_a_call_that_never_returns_keeps_no_program_alive() -> None:
    source = (
        "import asyncio, threading\n"
        "from app.concurrency.blocking import run_blocking\n"
        "async def main():\n"
        "    try:\n        await run_blocking(threading.Event().wait, deadline=0.05)\n"
        "    except TimeoutError:\n        print('given up')\n"
        "asyncio.run(main())\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout == "given up\n"
    assert answer.stderr == ""


def test_a_result_that_comes_after_the_loop_has_closed_is_silent() -> None:
    source = (
        "import asyncio, threading\n"
        "from app.concurrency.blocking import run_blocking\n"
        "go = threading.Event()\n"
        "async def main():\n"
        "    try:\n        await run_blocking(lambda: go.wait(60), deadline=0.05)\n"
        "    except TimeoutError:\n        print('given up')\n"
        "asyncio.run(main())\n"
        "go.set()\n"
        "for thread in threading.enumerate():\n"
        "    if thread is not threading.main_thread():\n        thread.join()\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (answer.stdout, answer.stderr) == ("given up\n", "")
