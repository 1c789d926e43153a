import asyncio
import gc
import weakref

import pytest

from app.concurrency.tasks import TaskScope
from tests.support import until


class Crashes(list[tuple[str, BaseException]]):
    """What a scope reported."""

    def __call__(self, name: str, error: BaseException) -> None:
        self.append((name, error))


@pytest.fixture
def crashes() -> Crashes:
    return Crashes()


async def test_work_runs_under_its_name_and_ends(crashes: Crashes) -> None:
    scope, may_end = TaskScope(crashes), asyncio.Event()
    steps: list[str] = []

    async def work() -> None:
        steps.append("begun")
        await may_end.wait()
        steps.append("ended")

    scope.start("work", work())
    assert scope.is_running("work")
    await until(lambda: steps == ["begun"])
    assert [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()] == ["work"]
    may_end.set()
    await until(lambda: not scope.is_running("work"))
    assert steps == ["begun", "ended"]
    await scope.aclose()
    assert crashes == []


async def test_work_is_not_lost_to_the_garbage_collector(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    steps: list[str] = []
    wakers: list[weakref.ref[asyncio.Future[None]]] = []

    async def work() -> None:
        waker = asyncio.get_running_loop().create_future()  # only the work itself holds it
        wakers.append(weakref.ref(waker))
        await waker
        steps.append("woken")

    scope.start("work", work())
    await until(lambda: wakers)
    gc.collect()
    waker = wakers[0]()
    assert waker is not None
    waker.set_result(None)
    await until(lambda: steps)
    await scope.aclose()


async def test_a_successor_waits_for_the_clean_up_of_its_predecessor(crashes: Crashes) -> None:
    scope, may_clean_up = TaskScope(crashes), asyncio.Event()
    steps: list[str] = []

    async def first() -> None:
        steps.append("first")
        try:
            await asyncio.Event().wait()
        finally:
            await may_clean_up.wait()
            steps.append("cleaned up")

    async def second() -> None:
        steps.append("second")

    scope.start("work", first())
    await until(lambda: steps)
    scope.start("work", second())
    for _ in range(5):
        await asyncio.sleep(0.001)
    assert steps == ["first"]
    may_clean_up.set()
    await until(lambda: not scope.is_running("work"))
    assert steps == ["first", "cleaned up", "second"]
    assert crashes == []


async def test_of_many_starts_in_a_row_only_the_last_runs(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    ran: list[int] = []

    async def work(number: int) -> None:
        ran.append(number)

    for number in range(5):
        scope.start("work", work(number))
    await until(lambda: ran)
    await scope.aclose()
    assert ran == [4]


async def test_names_do_not_disturb_each_other(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    scope.start("a", _forever())
    scope.start("b", _forever())
    scope.cancel("a")
    assert not scope.is_running("a")
    assert scope.is_running("b")
    await scope.aclose()


async def test_a_crash_is_reported_at_once_with_its_name(crashes: Crashes) -> None:
    scope = TaskScope(crashes)

    async def crash() -> None:
        raise LookupError("a bug")

    scope.start("work", crash())
    await until(lambda: crashes)
    ((name, error),) = crashes
    assert name == "work"
    assert isinstance(error, LookupError)
    assert not scope.is_running("work")
    await scope.aclose()


async def test_being_cancelled_is_no_crash(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    scope.start("work", _forever())
    await asyncio.sleep(0.001)
    scope.cancel("work")
    scope.cancel("work")
    scope.cancel("never started")
    await scope.aclose()
    assert crashes == []


async def test_a_crash_while_cleaning_up_is_reported(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise LookupError("while cleaning up")

    scope.start("work", work())
    await begun.wait()
    await scope.aclose()
    assert [name for name, _ in crashes] == ["work"]


async def test_join_waits_for_the_end_and_leaves_errors_to_the_callback(crashes: Crashes) -> None:
    scope = TaskScope(crashes)

    async def crash() -> None:
        await asyncio.sleep(0.01)
        raise LookupError("a bug")

    await scope.join("never started")
    scope.start("work", crash())
    await scope.join("work")
    await until(lambda: len(crashes) == 1)
    await scope.aclose()


async def test_closing_waits_for_every_clean_up(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    cleaned: list[int] = []
    begun: list[int] = []

    async def work(number: int) -> None:
        begun.append(number)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(number)

    for number in range(3):
        scope.start(f"work {number}", work(number))
    await until(lambda: len(begun) == 3)
    scope.cancel("work 0")  # no longer known by name, and still cleaning up
    await scope.aclose()
    assert sorted(cleaned) == [0, 1, 2]


async def test_a_closed_scope_refuses_work_without_a_warning(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    await scope.aclose()
    ran: list[int] = []

    async def work() -> None:
        ran.append(1)

    scope.start("work", work())
    gc.collect()  # a coroutine that was never awaited would warn here, and warnings fail tests
    assert not scope.is_running("work")
    await asyncio.sleep(0.01)
    assert ran == []


async def test_work_cancelled_before_its_first_step_leaves_no_lost_coroutine(crashes: Crashes) -> None:
    scope = TaskScope(crashes)
    scope.start("work", _forever())
    scope.cancel("work")
    await scope.aclose()
    gc.collect()
    assert crashes == []


async def _forever() -> None:
    await asyncio.Event().wait()
