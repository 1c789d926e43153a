import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from app.store.database import Database
from app.store.errors import DatabaseDamagedError, DatabaseTooNewError, DiskFullError, StorageFailedError
from app.store.migrations import MIGRATIONS
from tests.support import until
from tests.unit.store.material import bytes_in, heartbeat, program, put_bytes

CREATE = """
import asyncio, sys
from pathlib import Path
from app.store.database import Database

async def main():
    database = Database(Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        await database.run(lambda connection: connection.execute(
            "INSERT INTO drafts VALUES (?, '', '[]', '')", (f"{sys.argv[2]}-{number}",)).close())
    # Ends without closing.

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "q.db"


def put(name: str, text: str = "") -> Callable[[sqlite3.Connection], None]:
    return lambda connection: connection.execute("INSERT INTO drafts VALUES (?, ?, '[]', '')", (name, text)).close()


def names(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM drafts ORDER BY name")]


def pragma(name: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(f"PRAGMA {name}").fetchone()[0]


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def make_folder(path: Path) -> None:
    path.mkdir()


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("PRAGMA journal_mode = WAL")
        newer.execute("CREATE TABLE later (x)")
        newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


async def test_nothing_is_opened_before_it_is_needed(path: Path) -> None:
    async with aclosing(Database(path)):
        pass
    assert files(path.parent) == []


async def test_everything_runs_on_one_thread_that_is_not_the_loops(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        first = await database.run(lambda _: threading.get_ident())
        second = await database.read(lambda _: threading.get_ident())
    assert first == second != threading.get_ident()


async def test_the_modes_are_set(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        assert await database.read(pragma("journal_mode")) == "wal"
        assert await database.read(pragma("synchronous")) == 2
        assert await database.read(pragma("foreign_keys")) == 1
        assert await database.read(pragma("busy_timeout")) == 5000


async def test_work_that_raises_leaves_nothing_behind(path: Path) -> None:
    def half(connection: sqlite3.Connection) -> None:
        put("half")(connection)
        raise LookupError("in the middle")

    async with aclosing(Database(path)) as database:
        await database.run(put("whole"))
        with pytest.raises(LookupError, match="in the middle"):
            await database.run(half)
        assert await database.read(names) == ["whole"]


async def test_a_wrong_statement_stays_a_bug(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await database.read(lambda connection: connection.execute("SELECT * FROM nowhere"))


async def test_a_write_handed_over_is_carried_out_though_its_caller_is_cancelled(path: Path) -> None:
    may_go_on = threading.Event()
    async with aclosing(Database(path)) as database:
        async with asyncio.TaskGroup() as group:
            blocker = group.create_task(database.run(lambda _: may_go_on.wait(30)))
            cancelled = group.create_task(database.run(put("kept")))
            await asyncio.sleep(0)
            cancelled.cancel()
            await until(cancelled.done)
            assert cancelled.cancelled()
            may_go_on.set()
            await until(blocker.done)
        assert await database.read(names) == ["kept"]


async def test_the_loop_goes_on_while_the_disk_is_slow(path: Path) -> None:
    may_go_on = threading.Event()
    async with aclosing(Database(path)) as database, heartbeat() as beats, asyncio.TaskGroup() as group:
        group.create_task(database.run(lambda _: may_go_on.wait(30)))
        await until(lambda: beats() >= 20)
        may_go_on.set()


async def test_closing_leaves_one_file_with_everything_in_it(path: Path) -> None:
    database = Database(path)
    await database.run(put("kept"))
    assert path.with_name("q.db-wal").exists()
    await database.aclose()
    await database.aclose()
    assert not path.with_name("q.db-wal").exists()
    with closing(sqlite3.connect(path)) as plain:
        assert names(plain) == ["kept"]
    assert files(path.with_name("q.db-instances")) == []


async def test_closing_writes_into_the_file_though_another_program_has_it_open(path: Path, tmp_path: Path) -> None:
    one, other = Database(path), Database(path)
    await other.read(names)
    await one.run(put("kept"))
    await one.aclose()
    put_bytes(tmp_path / "copy.db", bytes_in(path))
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert names(copy) == ["kept"]
    await other.aclose()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_other_users_cannot_read_it_even_in_an_open_folder(path: Path) -> None:
    path.parent.chmod(0o755)
    async with aclosing(Database(path)) as database:
        await database.run(put("mine"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files(path.parent) if file.is_file()}
    assert modes == dict.fromkeys(("q.db", "q.db-shm", "q.db-wal"), 0o600)


async def test_a_newer_database_is_refused_and_left_byte_for_byte(path: Path) -> None:
    make_newer(path)
    before = bytes_in(path)
    async with aclosing(Database(path)) as database:
        for _ in range(2):
            with pytest.raises(DatabaseTooNewError):
                await database.run(put("x"))
            with pytest.raises(DatabaseTooNewError):
                await database.read(names)
    assert bytes_in(path) == before


async def test_a_newer_database_whose_program_was_killed_keeps_its_journal(path: Path) -> None:
    source = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA journal_mode = WAL'); c.execute('CREATE TABLE later (x)')\n"
        "c.execute('PRAGMA user_version = 99')\n"
        "print('ready', flush=True); sys.stdin.read()\n"
    )
    with program(source, path) as newer:
        assert newer.stdout
        newer.stdout.readline()
        newer.kill()
    journal = path.with_name("q.db-wal")
    before = bytes_in(path), bytes_in(journal)
    assert before[1]
    async with aclosing(Database(path)) as database:
        with pytest.raises(DatabaseTooNewError):
            await database.run(put("x"))
        assert (bytes_in(path), bytes_in(journal)) == before
        aside = await database.set_aside()
    assert (bytes_in(aside), bytes_in(aside.with_name(f"{aside.name}-wal"))) == before


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    put_bytes(path, b"a letter to my grandmother, not a database\n" * 200)
    before = bytes_in(path)
    async with aclosing(Database(path)) as database:
        with pytest.raises(DatabaseDamagedError):
            await database.run(put("x"))
    assert bytes_in(path) == before
    assert not path.with_name("q.db-wal").exists()


async def test_broken_pages_are_noticed_and_nothing_is_written_from_then_on(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        for number in range(100):
            await database.run(put(f"draft {number}", "words " * 500))
    content = bytearray(bytes_in(path))
    content[40_000:200_000] = b"\xa5" * 160_000
    put_bytes(path, bytes(content))
    async with aclosing(Database(path)) as database:
        with pytest.raises(DatabaseDamagedError):
            await database.read(
                lambda connection: connection.execute("SELECT sum(length(text)) FROM drafts").fetchall()
            )
        with pytest.raises(DatabaseDamagedError):
            await database.run(put("after"))
    assert bytes_in(path) == content


async def test_an_unusable_database_is_set_aside_on_request_and_a_fresh_one_made(path: Path) -> None:
    make_newer(path)
    before = bytes_in(path)
    async with aclosing(Database(path)) as database:
        with pytest.raises(DatabaseTooNewError):
            await database.run(put("x"))
        aside = await database.set_aside()
        assert bytes_in(aside) == before
        await database.run(put("fresh"))
        assert await database.read(names) == ["fresh"]
        with pytest.raises(StorageFailedError):
            await database.set_aside()
        assert await database.read(names) == ["fresh"]


async def test_an_empty_file_is_a_new_database(path: Path) -> None:
    put_bytes(path, b"")
    async with aclosing(Database(path)) as database:
        await database.run(put("first"))
        assert await database.read(names) == ["first"]


async def test_a_full_disk_is_told_and_what_was_there_stays(path: Path) -> None:
    async with aclosing(Database(path)) as database:
        await database.run(put("before"))
        pages = await database.read(pragma("page_count"))
        # The same answer of SQLite as on a disk without room.
        await database.read(pragma(f"max_page_count = {pages}"))
        with pytest.raises(DiskFullError):
            await database.run(put("too much", "x" * 1_000_000))
        assert await database.read(names) == ["before"]
        await database.read(pragma("max_page_count = 1000000"))
        await database.run(put("room again", "x" * 1_000_000))
        assert await database.read(names) == ["before", "room again"]


async def test_a_folder_in_the_way_is_reported(path: Path) -> None:
    make_folder(path)
    async with aclosing(Database(path)) as database:
        with pytest.raises(StorageFailedError):
            await database.run(put("x"))
    assert files(path) == []


async def test_a_missing_folder_is_reported_and_used_once_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "unplugged" / "q.db"
    async with aclosing(Database(path)) as database:
        with pytest.raises(StorageFailedError):
            await database.run(put("x"))
        path.parent.mkdir()
        await database.run(put("plugged in"))
        assert await database.read(names) == ["plugged in"]


async def test_two_programs_that_write_wait_for_each_other(path: Path) -> None:
    async with aclosing(Database(path)) as one, aclosing(Database(path)) as other, asyncio.TaskGroup() as group:
        for number in range(30):
            group.create_task(one.run(put(f"one {number}")))
            group.create_task(other.run(put(f"other {number}")))
    async with aclosing(Database(path)) as database:
        assert len(await database.read(names)) == 60


async def test_what_is_written_after_reading_meets_no_other_program_in_between(path: Path) -> None:
    has_read, other_is_done = threading.Event(), threading.Event()

    def add_after_the_last(connection: sqlite3.Connection) -> None:
        count = len(names(connection))
        has_read.set()
        other_is_done.wait(0.3)  # it cannot be
        put(f"draft {count}")(connection)

    async with aclosing(Database(path)) as one, aclosing(Database(path)) as other, asyncio.TaskGroup() as group:
        await other.read(names)
        group.create_task(one.run(add_after_the_last))
        await until(has_read.is_set)
        await other.run(lambda connection: put(f"draft {len(names(connection))}")(connection))
        other_is_done.set()
    async with aclosing(Database(path)) as database:
        assert await database.read(names) == ["draft 0", "draft 1"]


async def test_programs_that_create_it_at_the_same_moment_and_never_close_it_lose_nothing(path: Path) -> None:
    programs = [program(CREATE, path, str(number)) for number in range(4)]
    for each in programs:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in programs:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    for each in programs:
        with each:
            assert each.wait(timeout=60) == 0
    async with aclosing(Database(path)) as database:
        assert len(await database.read(names)) == 80
        assert await database.read(pragma("integrity_check")) == "ok"
    assert not list(path.parent.glob("*.backup-*"))
