"""What a connection costs: typed amounts, this month's totals with their units, the balance at most once a minute."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from app.api.errors import AuthError
from app.domain.amounts import AmountFault
from app.domain.balance import Balance
from app.domain.limits import Limits
from app.domain.prices import PriceTable
from app.domain.spending import Totals
from app.store.errors import StorageFailedError
from app.viewmodels.costs import Month, PriceLine, balance_words, cost_words, fault_words
from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY, Bench
from tests.viewmodels.fakes import Heard, task_scope


@pytest.fixture(autouse=True)
def british_numbers() -> None:
    QLocale.setDefault(QLocale("en_GB"))


@asynccontextmanager
async def bench() -> AsyncIterator[tuple[Bench, Month]]:
    async with task_scope() as tasks:
        made = Bench(tasks)
        months = Heard(made.costs.month_changed)
        made.costs.show_profile(RELAY)
        await until(lambda: months)
        assert isinstance(months.last, Month)
        yield made, months.last


async def test_a_month_is_told_with_units_and_what_is_not_known_is_no_zero() -> None:
    async with bench() as (_, month):
        assert month.summary.startswith("at least 0.78 USD · 45 requests · ≈ 121,200 tokens in")
        assert month.summary.endswith("limit 10.00 USD")
        assert [(line.name, line.cost) for line in month.models] == [("gpt-4o", "0.78 USD"), ("qwen", "not known")]
        assert [line.name for line in month.days] == ["04/03/2026", "03/03/2026"], "the newest day first"
        assert month.fraction == pytest.approx(0.078, abs=0.001)


async def test_prices_hold_at_once_when_every_line_is_right() -> None:
    async with bench() as (made, _):
        assert made.costs.lines == (PriceLine("gpt-4o*", "2.5", "10", "USD"),)
        made.costs.set_lines([*made.costs.lines, PriceLine("qwen", "0,5", "1", "cny"), PriceLine(currency="USD")])
        assert made.costs.price_faults == {}
        await until(lambda: len(made.spending.kept.prices.prices) == 2)
        price = made.spending.kept.prices.price_of("qwen")
        assert price is not None
        assert (price.input_per_million, price.currency) == (Decimal("0.5"), "CNY")


async def test_a_wrong_price_is_named_and_nothing_is_kept() -> None:
    async with bench() as (made, _):
        before = made.spending.kept.prices
        made.costs.set_lines([PriceLine("", "x", "", "USD")])
        assert set(made.costs.price_faults) == {(0, 0), (0, 1), (0, 2)}
        made.costs.set_lines([PriceLine("m" * 300, "1", "1", "USD")])
        assert set(made.costs.price_faults) == {(0, 0)}
        assert made.spending.kept.prices == before
        made.costs.set_lines([])
        await until(lambda: made.spending.kept.prices == PriceTable())


async def test_limits_hold_at_once_or_say_why_not() -> None:
    async with bench() as (made, _):
        made.costs.set_limits("1", "1,000", "USD")
        assert "comma" in made.costs.limit_faults["hard"]
        assert made.spending.kept.limits.hard == Decimal(10)
        made.costs.set_limits("", "20", "USD")
        await until(lambda: made.spending.kept.limits == Limits(None, Decimal(20), "USD"))
        assert made.costs.limit_faults == {}


async def test_a_disk_that_fails_is_said() -> None:
    async with bench() as (made, _):
        problems = Heard(made.costs.problem_changed)
        made.spending.problem = StorageFailedError("disk full")
        made.costs.set_limits("1", "2", "USD")
        await until(lambda: problems)
        assert problems.last is not None


async def test_the_balance_is_asked_on_demand_and_at_most_once_a_minute() -> None:
    async with bench() as (made, _):
        assert made.balances.asked == []
        made.costs.ask_balance()
        await until(lambda: made.costs.balance.words and not made.costs.balance.is_asking)
        assert made.costs.balance.words == "12.30 left · 7.70 used"
        assert made.costs.balance.age == "just now"
        made.now += 30
        assert (made.costs.balance.age, made.costs.balance.seconds) == ("30 s ago", 30)
        made.costs.ask_balance()
        assert len(made.balances.asked) == 1
        made.now += 31
        assert made.costs.balance.seconds == 0
        made.costs.ask_balance()
        await until(lambda: len(made.balances.asked) == 2)
        await until(lambda: not made.costs.balance.is_asking)
        made.now += 600
        assert made.costs.balance.age == "10 min ago"


async def test_another_connection_has_a_balance_of_its_own() -> None:
    async with bench() as (made, _):
        made.costs.ask_balance()
        await until(lambda: made.costs.balance.words)
        made.costs.show_profile(PLAIN)
        assert made.costs.balance.words == ""


async def test_a_server_that_does_not_tell_is_quoted_in_words() -> None:
    async with bench() as (made, _):
        made.balances.problem = AuthError("no")
        made.costs.ask_balance()
        await until(lambda: made.costs.balance.words)
        assert "key was not accepted" in made.costs.balance.words


def test_balances_are_told_without_a_currency() -> None:
    assert balance_words(Balance(is_unlimited=True, used=Decimal(3))) == "No limit on this key · 3.00 used"
    assert "points" in balance_words(Balance(Decimal(5_000_000)))
    assert "does not say" in balance_words(Balance())
    assert balance_words(Balance(Decimal(1), expires=datetime(2026, 12, 24, 12, tzinfo=UTC))).endswith("24/12/2026")


def test_costs_name_every_unit() -> None:
    assert cost_words(Totals()) == "0"
    assert cost_words(Totals(2, unpriced_requests=2)) == "not known"
    both = Totals(2, costs={"USD": Decimal(1), "CNY": Decimal(2)})
    assert cost_words(both) == "1.00 USD + 2.00 CNY"


@pytest.mark.parametrize("fault", list(AmountFault))
def test_every_fault_has_a_sentence(fault: AmountFault) -> None:
    assert fault_words(fault).endswith(".")
