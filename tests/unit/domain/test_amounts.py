"""What a user types as an amount, how amounts are shown, and what goes to the disk."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amounts import (
    LARGEST_AMOUNT,
    MOST_MILLIONTHS,
    AmountFault,
    InvalidAmountError,
    amount_from_json,
    check_amount,
    clean_currency,
    format_amount,
    format_cost,
    from_millionths,
    parse_amount,
    to_millionths,
)

AMOUNTS = st.decimals(0, LARGEST_AMOUNT, allow_nan=False, allow_infinity=False, places=9)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("0", "0"),
        ("00.10", "0.1"),
        ("1.500", "1.5"),
        ("0,125", "0.125"),
        ("1,50", "1.5"),
        ("1,5000", "1.5"),
        ("1234,567", "1234.567"),
        ("  15 \n", "15"),
        ("$0.15", "0.15"),
        ("0,15 €", "0.15"),
        ("￥ 2", "2"),
        ("０．５", "0.5"),
        ("0。5", "0.5"),
        ("1000000000", "1000000000"),
        ("0.000000001", "0.000000001"),
    ],
)
def test_what_users_type_is_understood(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u3000"])
def test_nothing_typed_is_no_amount_and_not_zero(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "fault", "words"),
    [
        ("-1", AmountFault.NEGATIVE, "less than 0"),
        ("\u22120,5", AmountFault.NEGATIVE, "less than 0"),
        ("-$3", AmountFault.NEGATIVE, "less than 0"),
        ("$-3", AmountFault.NEGATIVE, "less than 0"),
        ("-", AmountFault.NOT_A_NUMBER, "a number"),
        ("-x", AmountFault.NOT_A_NUMBER, "a number"),
        ("abc", AmountFault.NOT_A_NUMBER, "a number"),
        ("$", AmountFault.NOT_A_NUMBER, "a number"),
        (".", AmountFault.NOT_A_NUMBER, "a number"),
        (",", AmountFault.NOT_A_NUMBER, "a number"),
        ("1 2", AmountFault.NOT_A_NUMBER, "a number"),
        ("1.2.3", AmountFault.NOT_A_NUMBER, "a number"),
        ("1,234.5", AmountFault.NOT_A_NUMBER, "a number"),
        ("1e3", AmountFault.NOT_A_NUMBER, "a number"),
        ("NaN", AmountFault.NOT_A_NUMBER, "a number"),
        ("Infinity", AmountFault.NOT_A_NUMBER, "a number"),
        ("٣", AmountFault.NOT_A_NUMBER, "a number"),
        ("1_000", AmountFault.NOT_A_NUMBER, "a number"),
        ("0" * 65, AmountFault.NOT_A_NUMBER, "a number"),
        ("1,500", AmountFault.AMBIGUOUS, "Write 1500 or 1.5:"),
        ("120,000", AmountFault.AMBIGUOUS, "Write 120000 or 120:"),
        ("1000000000.1", AmountFault.TOO_LARGE, "1000000000 at most"),
        ("9" * 64, AmountFault.TOO_LARGE, "1000000000 at most"),
        ("0.0000000001", AmountFault.TOO_FINE, "9 digits"),
        ("0.1234567891", AmountFault.TOO_FINE, "9 digits"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str, fault: AmountFault, words: str) -> None:
    with pytest.raises(InvalidAmountError) as refused:
        parse_amount(text)
    assert refused.value.fault is fault
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


@given(st.text())
def test_any_text_is_an_amount_or_is_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except InvalidAmountError:
        return
    assert amount is None or 0 <= amount <= LARGEST_AMOUNT


@given(AMOUNTS)
def test_what_is_written_in_full_is_read_back(amount: Decimal) -> None:
    text = format_amount(amount)
    assert parse_amount(text) == amount
    assert "E" not in text
    assert text == "0" or not (text.startswith("0") and "." not in text)


def test_amounts_are_written_without_zeros_at_the_end() -> None:
    assert format_amount(Decimal("1.500")) == "1.5"
    assert format_amount(Decimal("1E+9")) == "1000000000"
    assert format_amount(Decimal("0E-7")) == "0"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("12.3", "12.30"),
        ("1234.567", "1234.57"),
        ("0.5", "0.50"),
        ("0.0123", "0.012"),
        ("0.000123", "0.00012"),
        ("0.000001", "0.0000010"),
        ("-0.25", "-0.25"),
    ],
)
def test_a_cost_however_small_is_not_shown_as_nothing(amount: str, text: str) -> None:
    assert format_cost(Decimal(amount)) == text
    assert format_cost(Decimal(amount), "USD") == f"{text} USD"


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "-0.1", "1E+999999", "1E-999999", "1E-10"])
def test_numbers_that_are_no_amounts_are_refused(value: str) -> None:
    with pytest.raises(InvalidAmountError):
        check_amount(Decimal(value))


@pytest.mark.parametrize(
    ("value", "amount"),
    [("0.5", "0.5"), (0.5, "0.5"), (3, "3"), (1e-05, "0.00001"), (0, "0")],
)
def test_amounts_in_json_may_be_texts_or_numbers(value: object, amount: str) -> None:
    assert amount_from_json(value) == Decimal(amount)


@pytest.mark.parametrize(
    "value", [None, True, [], {}, "", "x", "-1", "1e400", -1, 10**400, 1e300, math.nan, math.inf, 1e-300]
)
def test_anything_else_in_json_is_no_amount(value: object) -> None:
    assert amount_from_json(value) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" usd ", "USD"),
        ("Eur", "EUR"),
        ("￥", "¥"),
        ("points", "points"),
        ("点", "点"),
        ("a\nb\x00c\u202e", "ABC"),
        ("", ""),
        ("x" * 1000, "x" * 12),
        ("\ud83d", ""),
        ("R\u00b8", "\u0156"),
    ],
)
def test_a_unit_is_kept_in_one_way_however_it_is_typed(text: str, kept: str) -> None:
    assert clean_currency(text) == kept
    assert clean_currency(kept) == kept


@given(st.text())
def test_any_text_becomes_a_unit_that_fits_the_disk(text: str) -> None:
    kept = clean_currency(text)
    assert len(kept.encode()) <= 4 * 12
    assert clean_currency(kept) == kept


@given(AMOUNTS)
def test_millionths_lose_less_than_one_and_never_fall_short(amount: Decimal) -> None:
    millionths = to_millionths(amount)
    assert amount <= from_millionths(millionths) < amount + Decimal("0.000001")


def test_little_is_never_nothing_and_much_has_a_bound() -> None:
    assert to_millionths(Decimal("0.0000000001")) == 1
    assert to_millionths(Decimal(0)) == 0
    assert to_millionths(Decimal("1E+999999")) == MOST_MILLIONTHS
    assert from_millionths(1) == Decimal("0.000001")
