"""Which price holds for a model, what a request comes to, and tables from anywhere."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amounts import LARGEST_AMOUNT, InvalidAmountError
from app.domain.generation import Usage
from app.domain.prices import LONGEST_PATTERN, MOST_PRICES, Price, PriceTable, bound, cost

AMOUNTS = st.decimals(0, LARGEST_AMOUNT, allow_nan=False, allow_infinity=False, places=9)
PATTERNS = st.text(min_size=1, max_size=LONGEST_PATTERN).filter(lambda text: text == text.strip())
TOKENS = st.integers(0, 10**9)
HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["model", "input", "output", "currency"]), inner, max_size=5)
    ),
    max_leaves=20,
)


def price(pattern: str, tokens_in: str = "1", tokens_out: str = "2", currency: str = "USD") -> Price:
    return Price(pattern, Decimal(tokens_in), Decimal(tokens_out), currency)


def table(*patterns: str) -> PriceTable:
    return PriceTable(tuple(price(pattern) for pattern in patterns))


def chosen(prices: PriceTable, model: str) -> str | None:
    found = prices.price_of(model)
    return found.model_pattern if found else None


def test_an_empty_table_knows_no_price() -> None:
    assert PriceTable().is_empty
    assert PriceTable().price_of("gpt-4") is None
    assert not table("a").is_empty


@pytest.mark.parametrize(
    ("model", "pattern"),
    [
        ("gpt-4", "gpt-4"),
        ("GPT-4", "gpt-4"),
        ("gpt-4-turbo", "gpt-4*"),
        ("gpt-4o-mini", "gpt-4o*"),
        ("my-gpt-4o", "*gpt-4o"),
        ("davinci-002", "*"),
        ("", "*"),
    ],
)
def test_the_exact_id_comes_first_then_the_longest_pattern(model: str, pattern: str) -> None:
    prices = table("*", "gpt*", "gpt-4*", "gpt-4o*", "gpt-4", "*gpt-4o", "**********")
    assert chosen(prices, model) == pattern


def test_an_exact_id_beats_a_pattern_that_is_longer() -> None:
    assert chosen(table("a*a*a*", "aaa"), "aaa") == "aaa"


def test_of_patterns_of_one_length_the_earlier_holds_and_stars_add_no_length() -> None:
    assert chosen(table("ab*", "*ab"), "ab") == "ab*"
    assert chosen(table("*ab", "ab*"), "ab") == "*ab"
    assert chosen(table("***a***", "ab*"), "ab") == "ab*"


@pytest.mark.parametrize(
    ("pattern", "model", "fits"),
    [
        ("a*b*c", "abc", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "acb", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*b*b*", "b", False),
        ("*b*b*", "abb", True),
        ("ab*ba", "aba", False),
        ("a**c", "abc", True),
        ("gpt-[34]", "gpt-3", False),
        ("gpt-?", "gpt-4", False),
        ("gpt.4", "gpt-4", False),
        ("a", "ab", False),
        ("*", "any\nthing", True),
    ],
)
def test_only_the_star_stands_for_anything(pattern: str, model: str, fits: bool) -> None:
    assert price(pattern).fits(model) is fits


@given(st.text("ab*", min_size=1, max_size=12), st.text("ab", max_size=12))
def test_a_pattern_fits_as_the_textbook_says(pattern: str, model: str) -> None:
    reached = {0}
    for character in pattern:
        if character == "*":
            reached = set(range(min(reached, default=len(model) + 1), len(model) + 1))
        else:
            reached = {place + 1 for place in reached if model[place : place + 1] == character}
    assert price(pattern).fits(model) is (len(model) in reached)


def test_a_pattern_meant_to_take_forever_does_not() -> None:
    assert not price("a*" * 99 + "b").fits("a" * 100_000)


def test_a_price_replaces_the_one_for_the_same_pattern_in_its_place() -> None:
    prices = table("a", "B*", "c").with_price(price("b**", "7"))
    assert [known.model_pattern for known in prices.prices] == ["a", "b**", "c"]
    assert prices.with_price(price("d")).prices[-1] == price("d")
    assert [known.model_pattern for known in prices.without(" B* ").prices] == ["a", "c"]
    assert prices.without("x") == prices


def test_a_full_table_takes_changes_and_nothing_new() -> None:
    full = table(*(f"m{number}" for number in range(MOST_PRICES)))
    assert full.with_price(price("m7", "9")).price_of("m7") == price("m7", "9")
    with pytest.raises(ValueError, match="2000 prices"):
        full.with_price(price("new"))


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1E+10", "1E-10"])
def test_no_price_holds_an_amount_that_is_none(amount: str) -> None:
    with pytest.raises(InvalidAmountError):
        price("m", amount)
    with pytest.raises(InvalidAmountError):
        price("m", "1", amount)


@pytest.mark.parametrize("pattern", ["", " ", " m", "m\n", "m" * (LONGEST_PATTERN + 1)])
def test_no_price_is_for_a_model_without_a_name(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern such as"):
        price(pattern)


def test_a_unit_is_kept_in_one_spelling() -> None:
    assert price("m", currency=" usd ").currency == "USD"


def test_costs_are_exact() -> None:
    assert cost(Usage(1000, 500), price("m", "0.15", "0.60")) == Decimal("0.00045")
    assert cost(Usage(3, 1), price("m", "0.1", "0.2")) == Decimal("0.0000005")
    assert cost(Usage(10**9, 10**9), price("m", "0.000000001", "1000000000")) == Decimal("1000000000000.000001")


def test_an_unknown_price_is_not_zero_and_a_free_model_is() -> None:
    assert cost(Usage(5, 5), None) is None
    assert bound(5, 5, 1, None) is None
    assert cost(Usage(5, 5), price("m", "0", "0")) == 0
    assert price("m", "0", "0").is_free
    assert not price("m", "0", "0.1").is_free
    assert not price("m", "0.1", "0").is_free


def test_counts_below_zero_give_no_money_back() -> None:
    assert cost(Usage(-5, 10), price("m", "1000000", "1000000")) == 10


def test_q8_the_bound_counts_the_prompt_once_for_each_candidate() -> None:
    assert bound(10, 100, 3, price("m", "1000000", "2000000")) == 3 * (10 + 200)
    assert bound(10, 100, 0, price("m", "1000000", "2000000")) == 10 + 200


@given(TOKENS, st.integers(1, 32768), st.integers(1, 8), AMOUNTS, AMOUNTS, st.data())
def test_no_answer_costs_more_than_the_bound(
    prompt: int, longest: int, n: int, tokens_in: Decimal, tokens_out: Decimal, data: st.DataObject
) -> None:
    at = Price("m", tokens_in, tokens_out)
    usage = Usage(data.draw(st.integers(0, prompt)), sum(data.draw(st.integers(0, longest)) for _ in range(min(n, 3))))
    most, actual = bound(prompt, longest, n, at), cost(usage, at)
    assert most is not None
    assert actual is not None
    assert actual <= most


@given(st.lists(st.builds(Price, PATTERNS, AMOUNTS, AMOUNTS, st.text(max_size=8)), max_size=5))
def test_a_table_comes_back_from_json(prices: list[Price]) -> None:
    before = PriceTable()
    for entry in prices:
        before = before.with_price(entry)
    assert PriceTable.from_json(json.loads(json.dumps(before.to_json()))) == before


@given(HOSTILE)
def test_any_json_is_a_table(value: object) -> None:
    found = PriceTable.from_json(value)
    assert PriceTable.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        [],
        {},
        {"model": "m"},
        {"model": "m", "input": "1"},
        {"model": 7, "input": "1", "output": "1"},
        {"model": "", "input": "1", "output": "1"},
        {"model": "m" * 300, "input": "1", "output": "1"},
        {"model": "m", "input": "-1", "output": "1"},
        {"model": "m", "input": "", "output": "1"},
        {"model": "m", "input": None, "output": "1"},
        {"model": "m", "input": "1e999999999", "output": "1"},
        {"model": "m", "input": True, "output": "1"},
        {"model": "m", "input": 10**5000, "output": "1"},
        {"model": "m", "input": float("inf"), "output": "1"},
        {"model": "m", "input": "1", "output": "1", "currency": 7},
    ],
    ids=lambda entry: repr(entry)[:40] if not isinstance(entry, dict) or "input" not in entry else None,
)
def test_what_is_no_price_is_left_out_and_the_rest_stays(entry: Any) -> None:
    good = {"model": " m ", "input": 0.5, "output": "2", "currency": "usd"}
    assert PriceTable.from_json([entry, good]) == PriceTable((price("m", "0.5", "2"),))


def test_a_table_without_end_is_cut() -> None:
    entries = [{"model": f"m{number}", "input": "1", "output": "1"} for number in range(MOST_PRICES + 5)]
    assert len(PriceTable.from_json(entries).prices) == MOST_PRICES
    assert PriceTable.from_json({"prices": entries}).is_empty
