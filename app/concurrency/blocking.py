"""Run calls that may never return without taking the program hostage.

Each call gets a daemon thread: it can be given up, and it cannot keep the process alive. For short work that is sure
to return, `asyncio.to_thread` is cheaper.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def run_blocking(call: Callable[[], T], *, deadline: float) -> T:
    """Run call on a daemon thread and give it up after deadline seconds.

    Raises:
        TimeoutError: The deadline passed; the thread is left behind and its result is dropped.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def deliver(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)  # type: ignore[arg-type]  # None only together with an error
        else:
            future.set_exception(error)

    def work() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (call(), None)
        except Exception as error:  # noqa: BLE001 - handed over to the awaiting side
            outcome = (None, error)
        with suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(deliver, *outcome)

    threading.Thread(target=work, name="blocking-call", daemon=True).start()
    async with asyncio.timeout(deadline):
        return await future
