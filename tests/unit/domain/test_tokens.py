"""Tokens: probabilities that can be shown, whatever number a server sent."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tokens import Alternative, Token, clean_logprob


@pytest.mark.parametrize(
    "value", [None, math.nan, math.inf, -math.inf, -9999, -9999.0, -3.4e38, -(10**400), "-1", True, [], {}]
)
def test_q22_numbers_that_mean_nothing_are_none(value: object) -> None:
    assert clean_logprob(value) is None


@pytest.mark.parametrize(
    ("value", "expected"), [(-0.25, -0.25), (0, 0.0), (-3, -3.0), (1e-7, 0.0), (10**400, 0.0), (-999.9, -999.9)]
)
def test_q22_usable_numbers_stay_and_never_exceed_zero(value: float, expected: float) -> None:
    assert clean_logprob(value) == expected


@given(st.integers() | st.floats() | st.text() | st.none() | st.booleans())
def test_q22_no_value_raises_or_gives_more_than_one_hundred_per_cent(value: object) -> None:
    logprob = clean_logprob(value)
    assert logprob is None or (0.0 <= math.exp(logprob) <= 1.0 and math.isfinite(logprob))


def test_probability_is_the_exponential_and_none_where_unknown() -> None:
    assert Token(" red", math.log(0.25)).probability == pytest.approx(0.25)
    assert Token(" red", None).probability is None


def test_q22_an_impossible_alternative_counts_as_nothing() -> None:
    assert Alternative("x", None).probability == 0.0


def test_q24_everything_else_is_what_no_row_holds() -> None:
    token = Token(
        " red", math.log(0.5), alternatives=(Alternative(" red", math.log(0.5)), Alternative(" blue", math.log(0.2)))
    )
    assert token.everything_else == pytest.approx(0.3)


def test_q24_the_chosen_token_counts_although_the_alternatives_lack_it() -> None:
    token = Token(" red", math.log(0.5), alternatives=(Alternative(" blue", math.log(0.2)),))
    assert token.everything_else == pytest.approx(0.3)


def test_q24_two_ids_that_read_alike_both_count() -> None:
    twins = (Alternative("�", math.log(0.4)), Alternative("�", math.log(0.3)))
    assert Token("�", math.log(0.4), alternatives=twins).everything_else == pytest.approx(0.3)


def test_everything_else_is_never_negative() -> None:
    assert Token("a", 0.0, alternatives=(Alternative("b", 0.0),)).everything_else == 0.0
