from contextlib import aclosing
from pathlib import Path

from app.domain.document import Draft
from app.store.database import Database
from app.store.drafts import DraftStore


async def test_an_unknown_draft_is_empty(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        assert await DraftStore(database).load("prompt") == Draft()


async def test_a_draft_is_back_after_a_restart_with_its_spans(tmp_path: Path) -> None:
    draft = Draft("typed 字 then 🙂 generated \ud83d", ((8, 12), (15, 24)))
    async with aclosing(Database(tmp_path / "q.db")) as database:
        await DraftStore(database).save("prompt", draft)
    async with aclosing(Database(tmp_path / "q.db")) as database:
        assert await DraftStore(database).load("prompt") == draft


async def test_the_last_one_saved_counts_for_each_name(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = DraftStore(database)
        await store.save("a", Draft("first", ((0, 2),)))
        await store.save("b", Draft("other"))
        await store.save("a", Draft("second"))
        assert await store.load("a") == Draft("second")
        assert await store.load("b") == Draft("other")
        await store.save("a", Draft())
        assert await store.load("a") == Draft()
