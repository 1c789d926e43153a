"""The rule of the monthly limits, at and around each border."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amounts import LARGEST_AMOUNT, InvalidAmountError
from app.domain.limits import LimitReason, Limits, Ruling, Verdict, check

AMOUNTS = st.decimals(0, LARGEST_AMOUNT, allow_nan=False, allow_infinity=False, places=6)
SOFT_8_HARD_10 = Limits(Decimal(8), Decimal(10), "USD")


def ruled(spent: str, bound: str | None, limits: Limits = SOFT_8_HARD_10, **more: Any) -> tuple[str, list[str]]:
    verdict = check(Decimal(spent), None if bound is None else Decimal(bound), limits, **more)
    return verdict.ruling.value, [reason.value for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("spent", "bound", "ruling", "reasons"),
    [
        ("0", "1", "ok", []),
        ("7", "1", "ok", []),
        ("7", "1.000001", "warn", ["soft_limit"]),
        ("8", "1", "warn", ["soft_limit"]),
        ("9", "1", "warn", ["soft_limit"]),
        ("9", "1.000001", "stop", ["hard_limit"]),
        ("0", "11", "stop", ["hard_limit"]),
        ("10", "0.000001", "stop", ["hard_limit"]),
        ("10", "0", "ok", []),
        ("99", "0", "ok", []),
        ("0", None, "warn", ["unknown_price"]),
        ("7.99", None, "warn", ["unknown_price"]),
        ("8", None, "warn", ["soft_limit", "unknown_price"]),
        ("10", None, "stop", ["hard_limit", "unknown_price"]),
    ],
)
def test_what_is_sent_warned_of_and_stopped(spent: str, bound: str | None, ruling: str, reasons: list[str]) -> None:
    assert ruled(spent, bound) == (ruling, reasons)


def test_without_limits_everything_is_sent_and_an_unknown_price_is_still_said() -> None:
    assert ruled("1000000", "1000000", Limits()) == ("ok", [])
    assert ruled("0", None, Limits()) == ("ok", ["unknown_price"])
    assert ruled("5", "5", Limits(currency="EUR"), currency="USD") == ("ok", [])
    assert not Limits(currency="EUR").are_set


def test_either_limit_stands_alone() -> None:
    assert ruled("7", "2", Limits(soft=Decimal(8))) == ("warn", ["soft_limit"])
    assert ruled("7", "2", Limits(hard=Decimal(8))) == ("stop", ["hard_limit"])
    assert ruled("7", "1", Limits(hard=Decimal(8))) == ("ok", [])
    assert ruled("0", "1", Limits(hard=Decimal(0))) == ("stop", ["hard_limit"])
    assert ruled("0", None, Limits(hard=Decimal(0))) == ("stop", ["hard_limit", "unknown_price"])


def test_a_price_in_another_unit_cannot_be_held_against_the_limit() -> None:
    assert ruled("0", "1", currency="USD") == ("ok", [])
    assert ruled("0", "1", currency="EUR") == ("warn", ["other_currency"])
    assert ruled("0", "1000", currency="") == ("warn", ["other_currency"])
    assert ruled("10", "1", currency="EUR") == ("stop", ["hard_limit", "other_currency"])
    assert ruled("10", "0", currency="EUR") == ("ok", [])


def test_a_verdict_holds_what_a_sentence_needs() -> None:
    verdict = check(Decimal(9), Decimal(2), SOFT_8_HARD_10)
    assert verdict == Verdict(Ruling.STOP, (LimitReason.HARD_LIMIT,), Decimal(9), Decimal(2), SOFT_8_HARD_10)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_sent_never_crosses_the_hard_limit(spent: Decimal, bound: Decimal, hard: Decimal) -> None:
    verdict = check(spent, bound, Limits(hard=hard))
    if verdict.ruling is Ruling.STOP:
        assert spent + bound > hard
    else:
        assert bound == 0 or spent + bound <= hard


@given(st.none() | AMOUNTS, st.none() | AMOUNTS, st.text(max_size=10))
def test_limits_come_back_from_json(soft: Decimal | None, hard: Decimal | None, currency: str) -> None:
    limits = Limits(soft, hard, currency)
    assert Limits.from_json(json.loads(json.dumps(limits.to_json()))) == limits


@pytest.mark.parametrize(
    "value",
    [None, 7, [], "x", {"soft": -1, "hard": [], "currency": 7}, {"hard": "1e99", "soft": float("nan")}, {7: 7}],
)
def test_any_other_json_is_no_limit(value: object) -> None:
    assert Limits.from_json(value) == Limits()


def test_one_amount_that_is_none_does_not_take_the_other_with_it() -> None:
    assert Limits.from_json({"soft": "x", "hard": 10, "currency": "usd"}) == Limits(hard=Decimal(10), currency="USD")


@pytest.mark.parametrize("amount", ["-1", "NaN", "1E+10"])
def test_no_limit_is_an_amount_that_is_none(amount: str) -> None:
    with pytest.raises(InvalidAmountError):
        Limits(soft=Decimal(amount))
    with pytest.raises(InvalidAmountError):
        Limits(hard=Decimal(amount))
