"""What is typed is on disk within a second, however fast the typing goes on, and is never overwritten by the disk."""

import asyncio
import time

from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.store.errors import DatabaseDamagedError, DiskFullError
from app.viewmodels.drafts import DraftViewModel
from app.viewmodels.texts import Problem, Remedy
from tests.support import until
from tests.viewmodels.fakes import FakeDrafts, Heard, task_scope


class Typist:
    """An editor with somebody at it."""

    def __init__(self, store: FakeDrafts, tasks: TaskScope) -> None:
        self.text = ""
        self.draft = DraftViewModel(store, tasks)
        self.draft.watch(lambda: Draft(self.text))
        self.loaded = Heard(self.draft.loaded)
        self.draft.loaded.connect(self._on_loaded)
        self.problems = Heard(self.draft.problem_changed)

    def type(self, text: str) -> None:
        self.text += text
        self.draft.touch()

    def _on_loaded(self, draft: Draft) -> None:
        self.text = draft.text
        self.draft.touch()  # an editor says that it was edited


async def test_the_draft_is_back_at_the_start() -> None:
    async with task_scope() as tasks:
        typist = Typist(FakeDrafts(Draft("Once 𝕏", ((5, 6),))), tasks)
        typist.draft.load()
        await until(lambda: typist.loaded)
        assert typist.loaded.last == Draft("Once 𝕏", ((5, 6),))


async def test_continuous_typing_is_saved_within_a_second() -> None:
    async with task_scope() as tasks:
        store = FakeDrafts()
        typist = Typist(store, tasks)
        typist.draft.load()
        await until(lambda: typist.loaded)
        store.saved.clear()
        begun = time.monotonic()
        typed: list[tuple[float, str]] = []
        while time.monotonic() - begun < 1.3:
            typist.type("x")
            typed.append((time.monotonic(), typist.text))
            await asyncio.sleep(0.01)
        assert len(store.saved) >= 2, "each save waited for a pause"
        for moment, text in typed:
            if moment < time.monotonic() - 1.0:
                assert any(len(draft.text) >= len(text) and at - moment < 1.0 for at, draft in store.saved)
        await until(lambda: store.draft.text == typist.text)


async def test_what_was_typed_before_the_disk_answered_wins() -> None:
    async with task_scope() as tasks:
        store = FakeDrafts(Draft("old"))
        store.may_load.clear()
        typist = Typist(store, tasks)
        typist.draft.load()
        typist.type("new")
        await asyncio.sleep(0.5)
        assert store.saved == [], "nothing is written over a draft that was not read"
        store.may_load.set()
        await until(lambda: store.draft.text == "new")
        assert typist.text == "new"
        assert not typist.loaded


async def test_the_end_of_the_program_saves_what_was_typed_last() -> None:
    async with task_scope() as tasks:
        store = FakeDrafts()
        typist = Typist(store, tasks)
        typist.draft.load()
        await until(lambda: typist.loaded)
        typist.type("the last word")
        await typist.draft.flush()
        assert store.draft.text == "the last word"
        saved = len(store.saved)
        await typist.draft.flush()
        assert len(store.saved) == saved, "nothing was typed since"


async def test_a_program_that_ends_before_the_draft_was_read_leaves_it_alone() -> None:
    async with task_scope() as tasks:
        store = FakeDrafts(Draft("old"))
        store.may_load.clear()
        typist = Typist(store, tasks)
        typist.draft.load()
        typist.type("n")
        await typist.draft.flush()
        assert store.draft.text == "old"


async def test_a_draft_that_cannot_be_read_is_told_and_never_overwritten() -> None:
    async with task_scope() as tasks:
        store = FakeDrafts(Draft("old"))
        store.problem = DatabaseDamagedError("The database is damaged.")
        typist = Typist(store, tasks)
        typist.draft.load()
        await until(lambda: typist.problems)
        assert isinstance(typist.problems.last, Problem)
        assert typist.problems.last.remedy is Remedy.NONE
        store.problem = None
        typist.type("new")
        await asyncio.sleep(0.6)
        assert store.draft.text == "old"


async def test_a_full_disk_is_told_once_and_the_draft_is_saved_when_there_is_room_again() -> None:
    async with task_scope() as tasks:
        store = FakeDrafts()
        typist = Typist(store, tasks)
        typist.draft.load()
        await until(lambda: typist.loaded)
        store.problem = DiskFullError("There is no room left.")
        typist.type("kept on the screen")
        await until(lambda: typist.problems)
        typist.type(" and more")
        await asyncio.sleep(1.0)
        assert len([problem for (problem,) in typist.problems if problem]) == 1
        store.problem = None
        await until(lambda: store.draft.text == "kept on the screen and more", limit=10)
