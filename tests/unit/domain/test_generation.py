"""The vocabulary of a generation: speed, and counts no server reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import (
    Adjusted,
    Adjustment,
    CompletionRequest,
    StopReason,
    Timing,
    TokenEstimate,
    estimate_tokens,
    most_tokens,
)


def test_speed_leaves_out_the_wait_for_the_first_token() -> None:
    assert Timing(first_token=2.0, total=4.0).tokens_per_second(21) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("timing", "tokens"),
    [(Timing(None, 4.0), 20), (Timing(1.0, 1.0), 20), (Timing(1.0, 2.0), 1), (Timing(1.0, 2.0), 0)],
)
def test_speed_is_unknown_where_nothing_can_be_divided(timing: Timing, tokens: int) -> None:
    assert timing.tokens_per_second(tokens) is None


def test_an_estimate_counts_four_latin_letters_and_one_chinese_character_alike() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("abcd") == 1
    assert estimate_tokens("abcde") == 2
    assert estimate_tokens("你好") == 2
    assert estimate_tokens("你好 abc") == 3


@given(st.text(), st.text())
def test_more_text_is_never_estimated_as_fewer_tokens(text: str, more: str) -> None:
    assert estimate_tokens(text + more) >= estimate_tokens(text)


def test_a_request_streams_unless_told_otherwise() -> None:
    assert CompletionRequest("m", "p").stream


def test_stop_reasons_are_kept_on_disk_by_these_words() -> None:
    assert {reason.value for reason in StopReason} == {
        "natural_end",
        "stop_sequence",
        "stop",
        "length",
        "content_filter",
        "interrupted",
        "connection_lost",
        "stopped",
        "failed",
        "other",
    }


@pytest.mark.parametrize(
    "text", ["Hi", "The capital of France is", "2 + 2 = 4", "naïve café", "你好", "🌊🌊", "  \n\n  "]
)
def test_q30_no_tokenizer_makes_more_tokens_than_bytes_or_than_this(text: str) -> None:
    most = most_tokens(text)
    assert most is not None
    assert len(text.split()) < most <= len(text.encode()) + 4


def test_q30_long_text_says_nothing() -> None:
    assert most_tokens("word " * 1000) is None


@given(st.text(max_size=50), st.text(max_size=50))
def test_q30_more_text_never_lowers_the_limit_by_more_than_a_word_can_join(text: str, more: str) -> None:
    together, apart = most_tokens(text + more), most_tokens(text)
    assert together is not None
    assert apart is not None
    assert together >= apart - 12


def test_a_setting_that_is_left_out_is_named_and_probabilities_have_a_word_of_their_own() -> None:
    assert Adjusted.without("seed", "no") == Adjusted(Adjustment.PARAMETER_DROPPED, "seed", "no")
    assert Adjusted.without("logprobs", "no") == Adjusted(Adjustment.LOGPROBS_DROPPED, "no")


@given(st.lists(st.text(max_size=8)))
def test_growing_text_is_estimated_like_the_whole(parts: list[str]) -> None:
    estimate = TokenEstimate()
    for part in parts:
        estimate.add(part)
    assert estimate.count == estimate_tokens("".join(parts))


def test_estimate_counts_characters_of_every_plane() -> None:
    assert estimate_tokens("\u2e7f" * 4) == 1
    assert estimate_tokens("\u2e80" * 4) == 4
    assert estimate_tokens("\U0010ffff" * 4) == 4
