"""Runs against prices and limits: what is let through, what is stopped, and what is added up."""

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.domain.generation import Usage, estimate_tokens
from app.domain.limits import LimitReason, Limits, Ruling, Verdict
from app.domain.parameters import SamplingParameters
from app.domain.prices import Price, PriceTable
from app.domain.profile import BUILT_IN_ID
from app.domain.run import Run
from app.domain.spending import Totals
from app.services.spending import Charge, SpendingLimitError, SpendingService, explain_verdict
from app.store.database import Database
from app.store.errors import StorageFailedError
from app.store.spending import SpendingRules, SpendingStore
from tests.support import until

DAY = date(2026, 3, 31)
# A dollar for a token: short prompts and small limits are enough.
PRICES = PriceTable((Price("m", Decimal(1_000_000), Decimal(1_000_000), "USD"),))
LIMITS = Limits(Decimal(80), Decimal(100), "USD")
PROMPT_BOUND = 4
"""What an empty prompt may have at most."""


class Ledger(SpendingStore):
    """A store whose disk cannot be read for a while, or which keeps what it has read until `hold` is set."""

    is_readable = True
    is_held = False
    hold: asyncio.Event | None = None

    async def standing(self, profile_id: str, since: date, until: date) -> tuple[SpendingRules, Totals]:
        if not self.is_readable:
            raise StorageFailedError("It cannot be read.")
        standing = await super().standing(profile_id, since, until)
        if self.hold is not None:
            self.is_held = True
            await self.hold.wait()
        return standing


class Bench:
    """A spending service over a database, with a calendar and a disk that a test controls."""

    def __init__(self, folder: Path) -> None:
        self.day = DAY
        self.database = Database(folder / "q.db")
        self.store = Ledger(self.database)
        self.service = SpendingService(self.store, lambda: self.day)

    async def spend(self, run: Run, usage: Usage | None) -> Charge | None:
        await self.service.before(run)
        return await self.service.after(run, usage)

    async def month(self) -> Totals:
        return await self.service.month("p")

    async def make_writable(self, *, is_writable: bool) -> None:
        def switch(connection: sqlite3.Connection) -> None:
            connection.execute(f"PRAGMA query_only = {not is_writable}")

        await self.database.read(switch)


@asynccontextmanager
async def bench(folder: Path, *, prices: PriceTable = PRICES, limits: Limits = LIMITS) -> AsyncIterator[Bench]:
    at = Bench(folder)
    async with aclosing(at.database):
        await at.service.set_prices("p", prices)
        await at.service.set_limits("p", limits)
        yield at


def run_of(max_tokens: int = 10, *, profile: str = "p", model: str = "m", prompt: str = "", **parameters: Any) -> Run:
    asked = SamplingParameters(max_tokens=max_tokens, **parameters)
    return Run(uuid.uuid4().hex, datetime.now(UTC), prompt, model, profile, asked)


async def test_what_fits_is_let_through_and_added_up(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = run_of(10, prompt="Once upon a time")
        verdict = await at.service.before(run)
        assert verdict.ruling is Ruling.OK
        assert verdict.spent == 0
        assert verdict.bound is not None
        assert verdict.bound >= 10 + estimate_tokens(run.prompt)
        assert await at.month() == Totals(), "nothing is added before its end"
        assert await at.service.after(run, Usage(4, 7)) == Charge(Usage(4, 7), Decimal(11), "USD")
        assert await at.month() == Totals(1, 4, 7, 0, 0, {"USD": Decimal(11)})
        assert await at.service.by_model("p", DAY, DAY) == {"m": await at.month()}
        assert await at.service.by_day("p", DAY, DAY) == {DAY: await at.month()}


async def test_the_soft_limit_warns_and_the_hard_one_stops_before_anything_is_sent(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.spend(run_of(), Usage(70, 0))
        rulings = []
        for max_tokens in (6, 7, 26):
            verdict = await at.service.before(run := run_of(max_tokens))
            rulings.append((verdict.ruling.value, *verdict.reasons))
            await at.service.after(run, None)
        assert rulings == [("ok",), ("warn", "soft_limit"), ("warn", "soft_limit")]
        with pytest.raises(SpendingLimitError) as stopped:
            await at.service.before(run := run_of(27))
        assert stopped.value.verdict == Verdict(
            Ruling.STOP, (LimitReason.HARD_LIMIT,), Decimal(70), Decimal(27 + PROMPT_BOUND), LIMITS
        )
        assert "100 USD" in str(stopped.value)
        assert "70.00 USD spent" in str(stopped.value)
        assert "31.00 USD" in str(stopped.value)
        assert await at.service.after(run, None) is None
        assert (await at.month()).spent("USD") == 70


async def test_a_new_month_begins_at_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.spend(run_of(), Usage(99, 0))
        with pytest.raises(SpendingLimitError):
            await at.service.before(run_of())
        at.day = date(2026, 4, 1)
        assert (await at.service.before(run_of())).spent == 0
        assert await at.month() == Totals()


async def test_a_run_that_ends_behind_midnight_counts_for_the_day_it_ends(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = run_of()
        await at.service.before(run)
        at.day = date(2026, 4, 1)
        await at.service.after(run, Usage(1, 1))
        assert list(await at.service.by_day("p", DAY, at.day)) == [at.day]


async def test_runs_side_by_side_cannot_cross_a_limit_that_each_would_keep(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        runs = [run_of(36) for _ in range(5)]
        outcomes = await asyncio.gather(*(at.service.before(run) for run in runs), return_exceptions=True)
        sent = [run for run, outcome in zip(runs, outcomes, strict=True) if isinstance(outcome, Verdict)]
        assert len(sent) == 2
        assert sum(isinstance(outcome, SpendingLimitError) for outcome in outcomes) == 3
        await at.service.after(sent[0], Usage(0, 1))
        with pytest.raises(SpendingLimitError):
            await at.service.before(run_of(60))
        assert (await at.service.before(run_of(30))).spent == 41


async def test_a_run_that_ends_while_another_is_ruled_on_is_not_overlooked(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        first, second = run_of(60), run_of(60)
        await at.service.before(first)
        at.store.hold = hold = asyncio.Event()

        async def end_the_first() -> None:
            await until(lambda: at.store.is_held)
            await at.service.after(first, Usage(0, 60))
            hold.set()

        ruled, _ = await asyncio.gather(at.service.before(second), end_the_first(), return_exceptions=True)
        assert isinstance(ruled, SpendingLimitError)


async def test_what_was_never_sent_costs_nothing_and_makes_room(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.service.before(first := run_of(90))
        with pytest.raises(SpendingLimitError):
            await at.service.before(run_of(90))
        assert await at.service.after(first, None) is None
        assert (await at.service.before(run_of(90))).ruling is Ruling.WARN
        assert await at.month() == Totals()


async def test_each_connection_has_rules_and_totals_of_its_own(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.service.before(run_of(90))
        verdict = await at.service.before(run_of(90, profile="other"))
        assert (verdict.ruling, verdict.reasons) == (Ruling.OK, (LimitReason.UNKNOWN_PRICE,))
        assert await at.service.rules("p") == SpendingRules(PRICES, LIMITS)
        assert await at.service.rules("other") == SpendingRules()


async def test_an_unknown_price_counts_tokens_but_no_cost_and_says_so(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = run_of(model="another")
        verdict = await at.service.before(run)
        assert (verdict.ruling, verdict.reasons) == (Ruling.WARN, (LimitReason.UNKNOWN_PRICE,))
        assert verdict.bound is None
        assert await at.service.after(run, Usage(3, 4)) == Charge(Usage(3, 4), None)
        assert await at.month() == Totals(1, 3, 4, 0, 1, {})


async def test_the_built_in_model_costs_nothing_and_its_tokens_are_counted(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.service.set_limits(BUILT_IN_ID, Limits(hard=Decimal(0)))
        run = run_of(profile=BUILT_IN_ID)
        assert await at.service.before(run) == Verdict(bound=Decimal(0))
        assert await at.service.after(run, Usage(3, 4, is_estimated=True)) == Charge(
            Usage(3, 4, is_estimated=True), Decimal(0)
        )
        assert await at.service.month(BUILT_IN_ID) == Totals(1, 3, 4, 1, 0, {"": Decimal(0)})


async def test_a_price_in_another_unit_is_kept_apart_from_the_limit(tmp_path: Path) -> None:
    euros = PriceTable((Price("m", Decimal(1_000_000), Decimal(1_000_000), "EUR"),))
    async with bench(tmp_path, prices=euros) as at:
        verdict = await at.service.before(run := run_of(500))
        assert verdict.reasons == (LimitReason.OTHER_CURRENCY,)
        assert (await at.service.before(run_of(5))).spent == 0, "euros under way are no dollars"
        await at.service.after(run, Usage(0, 500))
        assert (await at.service.before(run_of(5))).spent == 0
        assert (await at.month()).costs == {"EUR": Decimal(500)}


async def test_the_price_is_the_one_that_held_when_the_run_was_sent(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.service.before(run := run_of())
        await at.service.set_prices("p", PriceTable())
        charge = await at.service.after(run, Usage(1, 1))
        assert charge is not None
        assert charge.cost == 2
        await at.spend(run_of(), Usage(1, 1))
        assert await at.month() == Totals(2, 2, 2, 0, 1, {"USD": Decimal(2)})


async def test_rules_hold_from_the_moment_they_are_set(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.service.before(run := run_of(50))
        await at.service.after(run, None)
        await at.service.set_limits("p", Limits(hard=Decimal(20), currency="usd"))
        with pytest.raises(SpendingLimitError):
            await at.service.before(run_of(50))


async def test_a_run_is_charged_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = run_of()
        assert await at.spend(run, Usage(1, 1))
        assert await at.service.after(run, Usage(1, 1)) is None
        assert await at.service.after(run_of(), Usage(1, 1)) is None, "one that was never let through"
        assert (await at.month()).requests == 1


@pytest.mark.parametrize(
    ("parameters", "answers"), [({"n": 3}, 3), ({"n": 1, "best_of": 4}, 4), ({"n": 2, "best_of": 3}, 6)]
)
async def test_every_answer_that_may_be_charged_is_in_the_bound(
    tmp_path: Path, parameters: dict[str, Any], answers: int
) -> None:
    async with bench(tmp_path, limits=Limits()) as at:
        verdict = await at.service.before(run_of(10, **parameters))
        assert verdict.bound == answers * (10 + PROMPT_BOUND)


@pytest.mark.parametrize("prompt", ["word " * 3000, "字" * 3000, "🌊" * 60_000, "\ud83d" * 10])
async def test_a_long_prompt_is_bounded_by_more_than_it_is_likely_to_have(tmp_path: Path, prompt: str) -> None:
    async with bench(tmp_path, limits=Limits()) as at:
        verdict = await at.service.before(run_of(1, prompt=prompt))
        assert verdict.bound is not None
        assert estimate_tokens(prompt) < verdict.bound <= 4 * len(prompt) + 1000


async def test_a_disk_that_takes_nothing_is_told_and_tried_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.make_writable(is_writable=False)
        charge = await at.spend(first := run_of(), Usage(50, 0))
        assert charge is not None
        assert charge.cost == 50
        assert isinstance(charge.problem, StorageFailedError)
        assert await at.service.after(first, Usage(7, 7)) is None
        assert await at.month() == Totals()
        verdict = await at.service.before(run := run_of())
        assert verdict.spent == 50, "what is not on disk counts all the same"
        await at.make_writable(is_writable=True)
        charge = await at.service.after(run, Usage(1, 0))
        assert charge is not None
        assert charge.problem is None
        assert await at.month() == Totals(2, 51, 0, 0, 0, {"USD": Decimal(51)})
        assert (await at.service.before(run_of())).spent == 51, "and counts once"


async def test_a_disk_that_was_never_read_warns(tmp_path: Path) -> None:
    (tmp_path / "q.db").mkdir()
    at = Bench(tmp_path)
    async with aclosing(at.database):
        verdict = await at.service.before(run := run_of())
        assert (verdict.ruling, verdict.reasons) == (Ruling.WARN, (LimitReason.UNREADABLE,))
        charge = await at.service.after(run, Usage(1, 1))
        assert charge is not None
        assert charge.cost is None
        assert isinstance(charge.problem, StorageFailedError)
        (tmp_path / "q.db").rmdir()
        await at.spend(run_of(), Usage(2, 2))
        assert (await at.month()).requests == 2


async def test_a_disk_that_can_no_longer_be_read_does_not_lift_the_limit(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.spend(run_of(), Usage(95, 0))
        with pytest.raises(SpendingLimitError):
            await at.service.before(run_of())
        at.store.is_readable = False
        with pytest.raises(SpendingLimitError):
            await at.service.before(run_of())


async def test_a_charge_that_was_begun_is_kept_when_its_run_is_cancelled(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await at.service.before(run := run_of())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await at.service.after(run, Usage(1, 1))
        assert (await at.month()).requests == 1
        assert (await at.service.before(run_of())).spent == 2


async def test_many_runs_at_once_are_all_added(tmp_path: Path) -> None:
    async with bench(tmp_path, limits=Limits()) as at:
        runs = [run_of() for _ in range(40)]
        await asyncio.gather(*(at.spend(run, Usage(1, 2)) for run in runs))
        assert await at.month() == Totals(40, 40, 80, 0, 0, {"USD": Decimal(120)})


async def test_the_date_is_that_of_the_computer_by_default(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        service, store = SpendingService(SpendingStore(database)), SpendingStore(database)
        run = run_of()
        days = [datetime.now().astimezone().date()]
        await service.before(run)
        await service.after(run, Usage(1, 1))
        days.append(datetime.now().astimezone().date())
        assert set(await store.by_day("p", date.min, date.max)) <= set(days)
        assert (await service.month("p")).requests == 1


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(), ""),
        (
            Verdict(Ruling.STOP, (LimitReason.HARD_LIMIT,), Decimal("9.5"), Decimal("0.75"), LIMITS),
            "Not sent, to keep this month's limit of 100 USD: 9.50 USD spent, and this request can cost 0.75 USD.",
        ),
        (
            Verdict(Ruling.WARN, (LimitReason.SOFT_LIMIT,), Decimal(79), Decimal(2), LIMITS),
            "This month's warning limit of 80 USD may be passed: 79.00 USD spent, and this request can cost 2.00 USD.",
        ),
        (
            Verdict(
                Ruling.STOP,
                (LimitReason.HARD_LIMIT, LimitReason.UNKNOWN_PRICE),
                Decimal("9.5"),
                None,
                Limits(hard=Decimal(9), currency="USD"),
            ),
            "Not sent, to keep this month's limit of 9 USD: 9.50 USD spent, and the price of this model is not known.",
        ),
        (
            Verdict(Ruling.WARN, (LimitReason.UNKNOWN_PRICE,), Decimal(0), None, LIMITS),
            "The price of this model is not known, so that it does not count towards this month's limit.",
        ),
        (
            Verdict(Ruling.OK, (LimitReason.UNKNOWN_PRICE,)),
            "The price of this model is not known.",
        ),
        (
            Verdict(Ruling.WARN, (LimitReason.OTHER_CURRENCY,), Decimal(0), Decimal(1), LIMITS),
            "The price of this model is in another unit, so that it does not count towards this month's limit.",
        ),
        (
            Verdict(Ruling.WARN, (LimitReason.UNREADABLE,)),
            "What was spent this month cannot be read, so that no limit is kept.",
        ),
        (
            Verdict(Ruling.STOP, (LimitReason.HARD_LIMIT,), Decimal(1), Decimal(1), Limits(hard=Decimal(1))),
            "Not sent, to keep this month's limit of 1: 1.00 spent, and this request can cost 1.00.",
        ),
    ],
)
def test_a_verdict_in_words(verdict: Verdict, words: str) -> None:
    assert explain_verdict(verdict) == words
