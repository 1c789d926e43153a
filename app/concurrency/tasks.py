"""Own background tasks, so that each has a name, an owner and an end.

Knows asyncio and nothing of Qt. Every piece of background work of the program is started here.
"""

import asyncio
from collections.abc import Callable, Coroutine

Work = Coroutine[object, object, None]


class TaskScope:
    """Own the background work of one object and end it together with that object.

    A name runs at most once: starting it again cancels the earlier run and waits for its clean-up first. After
    `aclose` the scope refuses new work instead of leaking it. `on_crash` hears of each exception at once.
    """

    def __init__(self, on_crash: Callable[[str, BaseException], None]) -> None:
        self._current: dict[str, asyncio.Task[None]] = {}
        self._alive: set[asyncio.Task[None]] = set()
        self._on_crash = on_crash
        self._is_closed = False

    def start(self, name: str, work: Work) -> None:
        """Run work under name, after whatever ran there has been cancelled and has ended."""
        if self._is_closed:
            work.close()
            return
        previous = self._current.get(name)
        self.cancel(name)
        task = asyncio.get_running_loop().create_task(_run_after(previous, work), name=name)
        # A task cancelled before its first step never awaits its work; close it, or Python warns of a lost coroutine.
        task.add_done_callback(lambda _: work.close())
        task.add_done_callback(self._on_task_done)
        self._current[name] = task
        self._alive.add(task)

    def is_running(self, name: str) -> bool:
        """Tell whether name is running or about to."""
        return name in self._current

    def cancel(self, name: str) -> None:
        """Ask name to end; silent when it does not run."""
        if task := self._current.pop(name, None):
            task.cancel()

    async def join(self, name: str) -> None:
        """Wait until the work now running under name has ended; its errors go to `on_crash`, not here."""
        if task := self._current.get(name):
            await asyncio.wait([task])

    async def aclose(self) -> None:
        """Cancel everything and wait until it has ended."""
        self._is_closed = True
        self._current.clear()
        for task in self._alive:
            task.cancel()
        while self._alive:
            await asyncio.wait(self._alive)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._alive.discard(task)
        name = task.get_name()
        if self._current.get(name) is task:
            del self._current[name]
        if not task.cancelled() and (error := task.exception()):
            self._on_crash(name, error)


async def _run_after(previous: asyncio.Task[None] | None, work: Work) -> None:
    if previous:
        await asyncio.wait([previous])
    await work
