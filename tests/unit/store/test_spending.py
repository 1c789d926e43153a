"""Totals, prices and limits on disk: exact, together, and there to stay."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.amounts import MOST_MILLIONTHS, from_millionths
from app.domain.generation import Usage
from app.domain.limits import Limits
from app.domain.prices import Price, PriceTable
from app.domain.spending import Totals, month_of
from app.store.database import Database
from app.store.errors import StorageFailedError
from app.store.migrations import MIGRATIONS, migrate
from app.store.runs import RunStore
from app.store.spending import MOST_TOKENS, SpendingRules, SpendingStore, Spent
from tests.unit.store.material import a_run, finished, program

DAY = date(2026, 3, 14)
MONTH = month_of(DAY)
EVER = (date.min, date.max)
PRICES = PriceTable((Price("m*", Decimal("0.15"), Decimal("0.6"), "USD"),))
LIMITS = Limits(Decimal(8), Decimal(10), "USD")

ADD = """
import asyncio, os, sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from app.domain.generation import Usage
from app.store.database import Database
from app.store.spending import SpendingStore

async def main():
    store = SpendingStore(Database(Path(sys.argv[1])))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(25):
        await store.add("p", "m", date(2026, 3, 14), Usage(3, 2), Decimal("0.000001"), "USD")
    print("added", flush=True)
    os._exit(9)

asyncio.run(main())
"""


@asynccontextmanager
async def stores(folder: Path) -> AsyncIterator[SpendingStore]:
    async with aclosing(Database(folder / "q.db")) as database:
        yield SpendingStore(database)


async def test_nothing_spent_is_nothing(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        assert await store.totals("p", *EVER) == Totals()
        assert await store.by_model("p", *EVER) == {}
        assert await store.by_day("p", *EVER) == {}
        assert await store.rules("p") == SpendingRules()


async def test_requests_add_up_and_are_there_after_a_restart(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        await store.add("p", "m", DAY, Usage(10, 5), Decimal("0.25"), "USD")
        await store.add("p", "m", DAY, Usage(1, 2, is_estimated=True), Decimal("0.5"), "USD")
    async with stores(tmp_path) as store:
        assert await store.totals("p", *MONTH) == Totals(2, 11, 7, 1, 0, {"USD": Decimal("0.75")})


async def test_an_unknown_price_counts_tokens_and_is_not_zero(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        await store.add("p", "m", DAY, Usage(10, 5), None, "USD")
        assert await store.totals("p", *MONTH) == Totals(1, 10, 5, 0, 1, {})
        await store.add("p", "m", DAY, Usage(10, 5), Decimal(0))
        assert await store.totals("p", *MONTH) == Totals(2, 20, 10, 0, 1, {"": Decimal(0)})
        await store.add("p", "m", DAY, Usage(10, 5), Decimal(1), "USD")
        assert await store.totals("p", *MONTH) == Totals(3, 30, 15, 0, 1, {"": Decimal(0), "USD": Decimal(1)})


async def test_totals_can_be_had_by_span_model_and_day_for_each_connection(tmp_path: Path) -> None:
    one = Totals(1, 1, 1, 0, 0, {"USD": Decimal(1)})
    before, after = date(2026, 2, 28), date(2026, 4, 1)
    async with stores(tmp_path) as store:
        for model, day in (("a", DAY), ("b", DAY), ("a", before), ("a", MONTH[0]), ("a", MONTH[1]), ("a", after)):
            await store.add("p", model, day, Usage(1, 1), Decimal(1), "USD")
        await store.add("other", "a", DAY, Usage(1, 1), Decimal(1), "USD")
        assert await store.totals("p", *MONTH) == one + one + one + one
        assert await store.by_model("p", *MONTH) == {"a": one + one + one, "b": one}
        assert await store.by_day("p", *MONTH) == {MONTH[0]: one, DAY: one + one, MONTH[1]: one}
        assert list(await store.by_day("p", *EVER)) == [before, MONTH[0], DAY, MONTH[1], after]
        assert await store.totals("other", *EVER) == one
        assert await store.totals("p", MONTH[1], MONTH[0]) == Totals()


async def test_a_model_may_have_any_name(tmp_path: Path) -> None:
    names = ["", "模型/7b:free", "m\x00m", "half \ud83d", "'; DROP TABLE spending; --", "m" * 10_000]
    async with stores(tmp_path) as store:
        await store.add_all([Spent("p", name, DAY, Usage(1, 1), None) for name in names])
        assert set(await store.by_model("p", *MONTH)) == set(names)


async def test_money_is_exact_however_often_it_is_added(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        await store.add_all([Spent("p", "m", DAY, Usage(1, 0), Decimal("0.1"), "USD")] * 1000)
        assert (await store.totals("p", *MONTH)).spent("USD") == 100
        await store.add("p", "m", DAY, Usage(1, 0), Decimal("0.00000001"), "USD")
        assert (await store.totals("p", *MONTH)).spent("USD") == Decimal("100.000001")


async def test_what_a_lying_server_claims_fits_however_often(tmp_path: Path) -> None:
    lie = Spent("p", "m", DAY, Usage(10**30, -5), Decimal("1E+30"), "USD")
    async with stores(tmp_path) as store:
        await store.add_all([lie])
        first = await store.totals("p", *EVER)
        assert first == Totals(1, MOST_TOKENS, 0, 0, 0, {"USD": from_millionths(MOST_MILLIONTHS)})
        for day in range(1, 12):
            await store.add_all([Spent("p", "m", date(2026, 1, day), lie.usage, lie.cost, "USD")] * 600)
        totals = await store.totals("p", *EVER)
        assert totals.requests == 6601
        assert totals.prompt_tokens > 2**63
        assert totals.spent("USD") == from_millionths(11 * 2**62) + first.spent("USD"), "each row is full"


async def test_all_of_several_are_added_or_none(tmp_path: Path) -> None:
    good = Spent("p", "m", DAY, Usage(1, 1), None)
    bad = Spent("p", "m", DAY, Usage(1, 1), Decimal(1), None)  # type: ignore[arg-type]  # what SQLite refuses
    async with stores(tmp_path) as store:
        with pytest.raises(sqlite3.IntegrityError):
            await store.add_all([good, bad])
        assert await store.totals("p", *EVER) == Totals()


async def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    async with stores(tmp_path) as store, stores(tmp_path) as other:
        await asyncio.gather(
            *(
                each.add("p", "m", DAY, Usage(3, 2, is_estimated=True), Decimal("0.01"), "USD")
                for each in (store, other) * 30
            )
        )
        totals = await store.totals("p", *MONTH)
    assert totals == Totals(60, 180, 120, 60, 0, {"USD": Decimal("0.60")})


async def test_several_programs_lose_nothing_even_when_they_die(tmp_path: Path) -> None:
    programs = [program(ADD, tmp_path / "q.db") for _ in range(3)]
    for each in programs:
        assert each.stdin
        assert each.stdout
        assert await asyncio.to_thread(each.stdout.readline) == "ready\n"
    for each in programs:
        await asyncio.to_thread(each.communicate, "\n")
        assert each.returncode == 9
    async with stores(tmp_path) as store:
        assert await store.totals("p", *MONTH) == Totals(75, 225, 150, 0, 0, {"USD": Decimal("0.000075")})


async def test_an_addition_that_was_begun_is_kept_when_its_caller_is_cancelled(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await store.add("p", "m", DAY, Usage(1, 1), None)
        assert (await store.totals("p", *MONTH)).requests == 1


async def test_totals_outlive_the_runs_they_are_of(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store, runs = SpendingStore(database), RunStore(database)
        run = a_run()
        await runs.begin(run)
        await runs.finish(finished(run, "one", "two"))
        await store.add(run.profile_id, run.model, DAY, Usage(3, 4), Decimal(1), "USD")
        await runs.delete(run.id)
        await database.run(lambda connection: connection.execute("DELETE FROM runs").close())
        assert await runs.load(run.id) is None
        assert (await store.totals(run.profile_id, *MONTH)).spent("USD") == 1


async def test_prices_and_limits_are_kept_each_for_itself(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        await store.save_limits("p", LIMITS)
        assert await store.rules("p") == SpendingRules(PriceTable(), LIMITS)
        await store.save_prices("p", PRICES)
    async with stores(tmp_path) as store:
        assert await store.rules("p") == SpendingRules(PRICES, LIMITS)
        assert await store.rules("other") == SpendingRules()
        await store.save_prices("p", PriceTable())
        await store.save_limits("p", Limits())
        assert await store.rules("p") == SpendingRules()


async def test_rules_and_totals_are_of_one_moment(tmp_path: Path) -> None:
    async with stores(tmp_path) as store:
        await store.save_prices("p", PRICES)
        await store.add("p", "m", DAY, Usage(1, 1), Decimal(2), "USD")
        rules, totals = await store.standing("p", *MONTH)
        assert rules == SpendingRules(PRICES)
        assert totals == await store.totals("p", *MONTH)


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "9" * 5000, "null", '"x"', b"\xff", '[{"model": 7}]'])
async def test_damaged_rules_count_as_not_set_and_can_be_set_again(tmp_path: Path, content: str | bytes) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = SpendingStore(database)
        await store.save_prices("p", PRICES)
        await database.run(put_rules(content))
        assert await store.rules("p") == SpendingRules()
        await store.save_limits("p", LIMITS)
        assert await store.rules("p") == SpendingRules(PriceTable(), LIMITS)


def put_rules(content: str | bytes) -> Callable[[sqlite3.Connection], None]:
    return lambda connection: connection.execute(
        "UPDATE spending_rules SET prices = ?, limits = ?", (content, content)
    ).close()


async def test_a_disk_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.db").mkdir()
    async with stores(tmp_path) as store:
        with pytest.raises(StorageFailedError):
            await store.add("p", "m", DAY, Usage(1, 1), None)
        with pytest.raises(StorageFailedError):
            await store.standing("p", *MONTH)


async def test_a_database_from_before_gets_the_tables_and_keeps_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:1])
        old.execute("INSERT INTO drafts VALUES ('prompt', 'typed', '[]', '')")
    async with aclosing(Database(path)) as database:
        await SpendingStore(database).add("p", "m", DAY, Usage(1, 1), None)
        texts = await database.read(lambda connection: connection.execute("SELECT text FROM drafts").fetchall())
    assert texts == [("typed",)]
    assert (tmp_path / "q.db.step-1.backup-1").exists()
