"""The journal of one run: everything that streams is on disk within a second.

Owns when what is written; must not know how a run is kept on disk or where its events come from.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol, cast

from app.concurrency.tasks import TaskScope
from app.domain.generation import Adjusted, GenerationEvent, Measured, TextArrived, Timing, Usage
from app.domain.progress import RunProgress
from app.domain.run import Run, RunState
from app.store.errors import StorageFailedError, StoreError

INTERVAL = 0.4
"""Seconds between two writes while text streams."""

FINISH_LIMIT = 2.0
"""Seconds that the end of a run waits for the disk; stopping must not hang because a disk does."""


class RunJournal(Protocol):
    """Where runs are kept. A call that was made is carried out, also when the caller is cancelled meanwhile."""

    async def begin(self, run: Run) -> None:
        """Keep a run that is about to start; raise StoreError."""

    async def append(self, run_id: str, pieces: Sequence[tuple[int, str]]) -> None:
        """Add text to a run that streams; raise StoreError."""

    async def finish(self, run: Run) -> None:
        """Keep the final state in place of what was journaled; raise StoreError."""


class Journal:
    """Write one run to disk while it streams, from `start` to `finish`, each called once.

    Events are only gathered when they arrive; reading them and writing them down happens a few times a second. A disk
    that fails never disturbs the stream: `failure` says why, and each write tries again what is still missing.
    `finished` is the run at its end, None before.
    """

    def __init__(self, runs: RunJournal, run: Run, *, finish_limit: float = FINISH_LIMIT) -> None:
        self._runs = runs
        self._run = run
        self._finish_limit = finish_limit
        self._progress = RunProgress(run)
        self._events: list[GenerationEvent] = []
        self._unwritten: list[tuple[int, str]] = []
        self._is_begun = False
        self._scope = TaskScope(_report)
        self._started = time.perf_counter()
        self._first_token: float | None = None
        self.failure: StoreError | None = None
        self.finished: Run | None = None

    @property
    def adjusted(self) -> tuple[Adjusted, ...]:
        """Return what was done differently from what was asked, as far as it has been read."""
        return self._progress.adjusted

    def start(self) -> None:
        """Begin the journal; the disk is not waited for, because the request should not be."""
        self._scope.start("journal", self._write_on())

    def restart_clock(self) -> None:
        """Count seconds from now: the request goes out."""
        self._started = time.perf_counter()

    def add(self, event: GenerationEvent) -> None:
        """Take an event; as cheap as can be, because there are thousands a second."""
        if self._first_token is None and isinstance(event, TextArrived) and event.text:
            self._first_token = time.perf_counter() - self._started
        self._events.append(event)

    def unfinished(self) -> list[int]:
        """Return the indexes of the candidates that have not stopped."""
        self._read_events()
        return self._progress.unfinished()

    async def finish(self, state: RunState, problem: str = "") -> Measured:
        """Write the final state and return usage and timing.

        May be awaited while the task is being cancelled, even twice: the write has been handed over by then.
        """
        self._scope.cancel("journal")
        self._read_events()
        run = self._progress.finished(state, problem, time.perf_counter() - self._started, self._first_token)
        self.finished = run
        try:
            async with asyncio.timeout(self._finish_limit):
                await self._runs.finish(run)
            self.failure = None  # the whole run is on disk, whatever failed before
        except TimeoutError:
            self.failure = StorageFailedError("The disk does not answer.")
        except StoreError as error:
            self.failure = error
        finally:
            await self._scope.aclose()
        return Measured(cast("Usage", run.usage), cast("Timing", run.timing))  # a finished run has both

    async def _write_on(self) -> None:
        while True:
            try:
                await self._write()
            except StoreError as error:
                self.failure = error
            await asyncio.sleep(INTERVAL)

    async def _write(self) -> None:
        if not self._is_begun:
            await self._runs.begin(self._run)
            self._is_begun = True
        self._read_events()
        if pieces := self._unwritten:
            self._unwritten = []
            try:
                await self._runs.append(self._run.id, pieces)
            except StoreError:
                self._unwritten = pieces + self._unwritten
                raise

    def _read_events(self) -> None:
        """Bring the run up to date and gather the text that is not on disk, one piece per candidate."""
        events, self._events = self._events, []
        texts: dict[int, list[str]] = {}
        for event in events:
            self._progress.apply(event)
            if isinstance(event, TextArrived):
                texts.setdefault(event.index, []).append(event.text)
        self._unwritten += [(index, "".join(pieces)) for index, pieces in texts.items()]


def _report(name: str, error: BaseException) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": f"{name} crashed", "exception": error})
