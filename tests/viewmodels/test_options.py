"""Options take effect at once and are on disk a moment later, however often they change."""

import asyncio
import time

from app.store.errors import DiskFullError
from app.viewmodels.options import Options
from app.viewmodels.texts import Problem
from tests.support import until
from tests.viewmodels.fakes import FakeOptions, Heard, task_scope


async def test_a_change_counts_at_once_and_is_written_a_moment_later() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        options = Options(store, tasks)
        options.set("theme", "dark")
        assert options.get("theme") == "dark"
        assert store.written == []
        await until(lambda: store.written)
        assert store.written[0]["theme"] == "dark"


async def test_many_changes_in_a_row_are_written_together_and_not_put_off_for_ever() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        options = Options(store, tasks)
        begun = time.monotonic()
        number = 80
        while not store.written:
            number = 80 + (number + 1) % 120
            options.set("text_scale", number)
            await asyncio.sleep(0.01)
        assert time.monotonic() - begun < 1.0, "writing waits for a pause in the changes"
        last = store.get("text_scale")
        await until(lambda: store.written[-1]["text_scale"] == last)
        assert len(store.written) <= 3


async def test_what_others_changed_in_the_store_is_written_too() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        options = Options(store, tasks)
        store.set("profile.id", "connection")
        options.save_soon()
        await until(lambda: store.written)
        assert store.written[-1]["profile.id"] == "connection"


async def test_a_disk_that_is_full_is_told_in_words() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        store.problem = DiskFullError("There is no room left.")
        options = Options(store, tasks)
        problems = Heard(options.problem_changed)
        options.set("theme", "dark")
        await until(lambda: problems)
        assert isinstance(problems.last, Problem)
        assert problems.last.title == "The disk is full"
        assert options.get("theme") == "dark", "the choice still counts"
        store.problem = None
        options.set("theme", "light")
        await until(lambda: store.written)
