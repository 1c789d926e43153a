import sqlite3
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.generation import StopReason
from app.domain.run import Candidate, RunState
from app.store.database import Database
from app.store.errors import StorageFailedError
from app.store.runs import RunStore
from tests.unit.store.material import a_run, finished, program

STREAM = """
import asyncio, sys
from pathlib import Path
from app.store.database import Database
from app.store.runs import RunStore
from tests.unit.store.material import a_run

async def main():
    store = RunStore(Database(Path(sys.argv[1])))
    await store.begin(a_run())
    number = 0
    while True:
        await store.append("r1", [(0, f"word{number} "), (1, f"字{number}。")])
        number += 1
        print(number, flush=True)
        if number == 3 and sys.argv[2] == "wait":
            sys.stdin.read()

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q.db"


async def test_a_run_that_streams_can_be_read_back_at_any_moment(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        run = a_run()
        await store.begin(run)
        assert await store.load("r1") == run
        await store.append("r1", [(1, "one "), (0, "zero "), (1, "more")])
        await store.append("r1", [(0, "end")])
        await store.append("r1", [])
        assert await store.load("r1") == replace(run, candidates=(Candidate("zero end"), Candidate("one more")))


async def test_the_final_state_replaces_what_was_journaled(path: Path) -> None:
    run = finished(a_run(), "The end。", "Nothing")
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        await store.begin(a_run())
        await store.append("r1", [(0, "The en"), (1, "Noth")])
        await store.finish(run)
        assert await store.load("r1") == run
        assert await database.read(lambda c: c.execute("SELECT count(*) FROM run_pieces").fetchone()[0]) == 0
        await store.finish(replace(run, problem="once more"))
        assert await store.load("r1") == replace(run, problem="once more")


async def test_everything_is_there_after_a_restart(path: Path) -> None:
    run = finished(a_run(), "text")
    async with aclosing(Database(path)) as database:
        await RunStore(database).begin(a_run())
        await RunStore(database).finish(run)
    async with aclosing(Database(path)) as database:
        assert await RunStore(database).load("r1") == run
        assert await RunStore(database).recover() == 0


async def test_a_run_whose_begin_failed_is_kept_at_its_end(path: Path) -> None:
    run = finished(a_run(), "text")
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        with pytest.raises(StorageFailedError):
            await store.append("r1", [(0, "te")])
        await store.finish(run)
        assert await store.load("r1") == run


async def test_half_a_character_in_the_stream_is_no_obstacle(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        await store.begin(replace(a_run(), prompt="prompt \udc00"))
        await store.append("r1", [(0, "face: \ud83d")])
        await store.append("r1", [(0, "\ude42 and a \0")])
        loaded = await store.load("r1")
        assert loaded
        assert loaded.prompt == "prompt \udc00"
        assert loaded.answer() == "a timeface: \ud83d\ude42 and a \0"


async def test_recent_runs_come_newest_first_page_by_page_without_tokens(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        for number in (3, 0, 4, 1, 2):
            await store.begin(a_run(f"r{number}", minute=number))
        await store.begin(a_run("same-minute", minute=2))
        await store.finish(finished(a_run("r4", minute=4), "text"))
        await store.append("r3", [(0, "streams")])
        everything = await store.recent()
        assert [run.id for run in everything] == ["r4", "r3", "same-minute", "r2", "r1", "r0"]
        assert everything[0].candidates[0].text == "text"
        assert everything[0].candidates[0].tokens == ()
        assert everything[1].answer() == "a timestreams"
        seen: list[str] = []
        while page := await store.recent(2, before=seen[-1] if seen else None):
            seen += [run.id for run in page]
        assert seen == [run.id for run in everything]
        assert await store.recent(before="unknown") == []


async def test_delete_is_a_recycle_bin(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        for number in range(3):
            await store.begin(a_run(f"r{number}", minute=number))
        await store.delete("r1")
        await store.delete("r0")
        await store.delete("r1")
        await store.delete("unknown")
        assert [run.id for run in await store.recent()] == ["r2"]
        assert [run.id for run in await store.deleted()] == ["r0", "r1"]
        assert await store.load("r1") == a_run("r1", minute=1)
        # The place of a deleted run can still be where the next page begins.
        await store.restore("r0")
        assert [run.id for run in await store.recent(before="r1")] == ["r0"]
        await store.restore("r1")
        await store.restore("unknown")
        assert [run.id for run in await store.recent()] == ["r2", "r1", "r0"]
        assert await store.deleted() == []


async def test_a_run_deleted_while_it_streams_stays_in_the_bin_with_its_whole_text(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        await store.begin(a_run())
        await store.delete("r1")
        await store.append("r1", [(0, "te")])
        await store.finish(finished(a_run(), "text"))
        assert await store.recent() == []
        assert [run.answer() for run in await store.deleted()] == ["a timetext"]


async def test_an_unknown_run_is_none(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        assert await RunStore(database).load("unknown") is None


async def test_a_run_left_running_is_interrupted_at_the_next_start(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        await store.begin(replace(a_run(), candidates=(Candidate(""), Candidate("", StopReason.LENGTH))))
        await store.append("r1", [(0, "cut o")])
        assert await store.recover() == 0, "its own run streams"
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        assert await store.recover() == 1
        assert await store.recover() == 0
        run = await store.load("r1")
        assert run
        assert run.state is RunState.INTERRUPTED
        assert run.candidates == (Candidate("cut o", StopReason.INTERRUPTED), Candidate("", StopReason.LENGTH))


async def test_text_survives_a_kill_in_the_middle_of_journaling(path: Path) -> None:
    with program(STREAM, path, "go on") as writer:
        assert writer.stdout
        lines = [writer.stdout.readline() for _ in range(25)]
        writer.kill()  # SIGKILL where there is one
        lines += writer.stdout.readlines()
    acknowledged = max(int(line) for line in lines if line.endswith("\n"))
    assert acknowledged >= 25
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        assert await store.recover() == 1
        run = await store.load("r1")
        assert run
        assert run.state is RunState.INTERRUPTED
        kept = len(run.candidates[0].text.split())
        assert kept >= acknowledged
        assert run.candidates[0].text == "".join(f"word{number} " for number in range(kept))
        assert run.candidates[1].text == "".join(f"字{number}。" for number in range(kept))
        assert await database.read(lambda c: c.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"


async def test_runs_of_another_program_that_is_alive_are_left_alone(path: Path) -> None:
    with program(STREAM, path, "wait") as other:
        assert other.stdout
        assert [other.stdout.readline() for _ in range(3)] == ["1\n", "2\n", "3\n"]
        async with aclosing(Database(path)) as database:
            store = RunStore(database)
            assert await store.recover() == 0
            run = await store.load("r1")
            assert run
            assert run.state is RunState.RUNNING
            assert run.candidates[0].text == "word0 word1 word2 "
            other.kill()
            other.wait(timeout=30)
            assert await store.recover() == 1
            assert [path.stem for path in path.with_name("q.db-instances").iterdir()] == [database.instance.id]


async def test_text_that_comes_after_a_mistaken_recovery_is_not_lost(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        store = RunStore(database)
        await store.begin(a_run())
        await store.append("r1", [(0, "before ")])

        def disown(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE runs SET owner = 'a file system without locks'")

        await database.run(disown)
        assert await store.recover() == 1
        await store.append("r1", [(0, "after")])
        run = await store.load("r1")
        assert run
        assert run.candidates[0].text == "before after"
        await store.finish(finished(a_run(), "before after the end"))
        assert await store.load("r1") == finished(a_run(), "before after the end")
