"""How totals add up, and months."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.spending import Totals, month_of


def test_totals_add_up_field_by_field_and_unit_by_unit() -> None:
    first = Totals(1, 10, 100, 1, 0, {"USD": Decimal("0.5"), "": Decimal(7)})
    second = Totals(2, 20, 200, 0, 2, {"USD": Decimal("0.25"), "EUR": Decimal(1)})
    both = Totals(3, 30, 300, 1, 2, {"USD": Decimal("0.75"), "": Decimal(7), "EUR": Decimal(1)})
    assert first + second == both
    assert sum([first, second], Totals()) == both


def test_nothing_known_is_no_cost_of_zero() -> None:
    assert (Totals(1, unpriced_requests=1) + Totals(1, unpriced_requests=1)).costs == {}
    assert (Totals(1, unpriced_requests=1) + Totals(1, costs={"USD": Decimal(0)})).costs == {"USD": 0}
    assert Totals().spent("USD") == 0


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_goes_from_its_first_day_to_its_last(day: date, first: date, last: date) -> None:
    assert month_of(day) == (first, last)
