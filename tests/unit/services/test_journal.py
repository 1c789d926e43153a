import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.generation import CandidateFinished, StopReason, TextArrived, TokensArrived, Usage, UsageReported
from app.domain.parameters import SamplingParameters
from app.domain.run import Run, RunState
from app.domain.tokens import Token
from app.services.journal import Journal
from app.store.database import Database
from app.store.errors import DiskFullError, StorageFailedError
from app.store.runs import RunStore
from tests.support import until


class Disk:
    """A run store whose disk can be full."""

    def __init__(self, runs: RunStore) -> None:
        self._runs = runs
        self.is_full = False
        self.hangs = False
        self.refusals = 0
        self.writes = 0

    async def begin(self, run: Run) -> None:
        self._check()
        await self._runs.begin(run)

    async def append(self, run_id: str, pieces: Sequence[tuple[int, str]]) -> None:
        self._check()
        await self._runs.append(run_id, pieces)
        self.writes += 1

    async def finish(self, run: Run) -> None:
        self._check()
        if self.hangs:
            await asyncio.Event().wait()
        await self._runs.finish(run)

    def _check(self) -> None:
        if self.is_full:
            self.refusals += 1
            raise DiskFullError("There is no room left.")


@pytest.fixture
def run() -> Run:
    return Run("1", datetime.now(UTC), "Once", "m", "built-in", SamplingParameters(n=2))


@asynccontextmanager
async def store(tmp_path: Path) -> AsyncIterator[RunStore]:
    database = Database(tmp_path / "test.db")
    try:
        yield RunStore(database)
    finally:
        await database.aclose()


async def stored_text(runs: RunStore, run_id: str, index: int = 0) -> str:
    run = await runs.load(run_id)
    return run.candidates[index].text if run is not None and index < len(run.candidates) else ""


async def test_text_is_on_disk_while_it_streams(tmp_path: Path, run: Run) -> None:
    async with store(tmp_path) as runs:
        disk = Disk(runs)
        journal = Journal(disk, run)
        journal.start()
        journal.add(TextArrived(0, " upon"))
        journal.add(TextArrived(1, " there"))
        journal.add(TextArrived(0, " a"))
        await until(lambda: disk.writes == 1, limit=2.0)
        assert await stored_text(runs, "1") == " upon a"
        assert await stored_text(runs, "1", 1) == " there"
        journal.add(TextArrived(0, " time"))
        await until(lambda: disk.writes == 2, limit=2.0)
        assert await stored_text(runs, "1") == " upon a time"
        await journal.finish(RunState.STOPPED)


async def test_the_end_is_kept_with_tokens_usage_timing_and_reasons(tmp_path: Path, run: Run) -> None:
    async with store(tmp_path) as runs:
        journal = Journal(runs, run)
        journal.start()
        journal.add(TextArrived(0, " upon"))
        journal.add(TokensArrived(0, (Token(" upon", -0.5),)))
        journal.add(CandidateFinished(0, StopReason.LENGTH))
        journal.add(UsageReported(Usage(1, 2)))
        measured = await journal.finish(RunState.STOPPED)
        assert measured.usage == Usage(1, 2)
        assert measured.timing.first_token is not None
        assert 0 <= measured.timing.first_token <= measured.timing.total
        kept = await runs.load("1")
        assert kept is not None
        assert kept.state is RunState.STOPPED
        assert kept.candidates[0].tokens == (Token(" upon", -0.5),)
        assert [candidate.reason for candidate in kept.candidates] == [StopReason.LENGTH, StopReason.STOPPED]
        assert kept.usage == Usage(1, 2)
        assert kept.timing == measured.timing


async def test_counts_that_nobody_said_are_marked_as_estimated(tmp_path: Path, run: Run) -> None:
    async with store(tmp_path) as runs:
        journal = Journal(runs, run)
        journal.start()
        journal.add(TextArrived(0, " upon a time there was"))
        measured = await journal.finish(RunState.DONE)
        assert measured.usage.is_estimated
        assert measured.usage.completion_tokens > 1


async def test_a_full_disk_is_reported_and_made_up_for_later(tmp_path: Path, run: Run) -> None:
    async with store(tmp_path) as runs:
        disk = Disk(runs)
        disk.is_full = True
        journal = Journal(disk, run)
        journal.start()
        journal.add(TextArrived(0, " upon"))
        await until(lambda: disk.refusals >= 1, limit=2.0)
        assert isinstance(journal.failure, DiskFullError)
        disk.is_full = False
        journal.add(TextArrived(0, " a"))
        await until(lambda: disk.writes == 1, limit=3.0)
        assert await stored_text(runs, "1") == " upon a"
        await journal.finish(RunState.DONE)
        assert journal.failure is None
        assert await stored_text(runs, "1") == " upon a"


async def test_a_disk_that_stays_full_is_still_known_at_the_end(tmp_path: Path, run: Run) -> None:
    async with store(tmp_path) as runs:
        disk = Disk(runs)
        disk.is_full = True
        journal = Journal(disk, run)
        journal.start()
        measured = await journal.finish(RunState.DONE)
        assert isinstance(journal.failure, DiskFullError)
        assert measured.timing.total >= 0


async def test_a_disk_that_hangs_does_not_hold_up_the_end(tmp_path: Path, run: Run) -> None:
    async with store(tmp_path) as runs:
        disk = Disk(runs)
        disk.hangs = True
        journal = Journal(disk, run, finish_limit=0.05)
        journal.start()
        await journal.finish(RunState.STOPPED)
        assert isinstance(journal.failure, StorageFailedError)
