"""What the figures of a balance are likely to be."""

from decimal import Decimal

import pytest

from app.domain.balance import Balance


@pytest.mark.parametrize(
    ("balance", "is_points"),
    [
        (Balance(), False),
        (Balance(Decimal(10), Decimal(5), Decimal(15)), False),
        (Balance(limit=Decimal(1_000_000)), False),
        (Balance(limit=Decimal("1000000.01")), True),
        (Balance(Decimal(7_500_000)), True),
        (Balance(Decimal(-7_500_000)), True),
        (Balance(used=Decimal(2_000_000), is_unlimited=True), True),
        (Balance(used=Decimal(2), is_unlimited=True), False),
    ],
)
def test_case_43_large_figures_are_points(balance: Balance, is_points: bool) -> None:
    assert balance.unit_is_points is is_points
