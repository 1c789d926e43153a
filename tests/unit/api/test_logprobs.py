"""Log-probabilities: every shape into one type, and only where tokens and text agree."""

import json
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.logprobs import TokenAligner, read_tokens
from app.domain.tokens import Alternative, Token
from tests.relay import recorded
from tests.relay.logprobs import (
    EMOJI,
    MISALIGNED,
    ODD_NUMBERS,
    OFFSETS,
    PARIS,
    SHAPES,
    SILENT_SHAPES,
    Scored,
    byte_names,
    content,
    content_without_bytes,
    escaped_bytes,
    legacy,
    text_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text()
            | st.sampled_from(
                ["content", "tokens", "token_logprobs", "top_logprobs", "token", "bytes", "logprob", "prob"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
SOURCES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


def align(*increments: tuple[str, object], asked: int = 3) -> list[Token]:
    aligner = TokenAligner(asked)
    tokens = [token for text, logprobs in increments for token in aligner.feed(text, logprobs)]
    return [*tokens, *aligner.finish()]


def texts(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens]


@pytest.mark.parametrize("shape", SHAPES)
def test_q19_every_shape_gives_the_same_tokens(shape: str) -> None:
    tokens = align((text_of(PARIS), SHAPES[shape]))
    assert texts(tokens) == [" Paris", ".", "\n"]
    for token, scored in zip(tokens, PARIS, strict=True):
        assert token.logprob == pytest.approx(scored.logprob)
        assert [row.text for row in token.alternatives] == [text for text, _ in scored.top]
        assert [row.logprob for row in token.alternatives] == pytest.approx([logprob for _, logprob in scored.top])


@pytest.mark.parametrize("shape", SILENT_SHAPES)
def test_q19_shapes_that_say_nothing_give_no_tokens(shape: str) -> None:
    assert align((" Paris.\n", SILENT_SHAPES[shape])) == []


@pytest.mark.parametrize("logprobs", [None, 3, "x", [], True, {"content": 7}, {"tokens": "x"}])
def test_q19_what_is_no_logprobs_object_says_nothing(logprobs: object) -> None:
    assert read_tokens(logprobs, 3) == []


@pytest.mark.parametrize("case", MISALIGNED)
def test_q20_tokens_that_do_not_fit_the_text_are_not_given(case: str) -> None:
    assert align((text_of(PARIS), MISALIGNED[case])) == []


def test_q20_none_come_after_a_disagreement_either() -> None:
    aligner = TokenAligner(3)
    assert aligner.feed(" Paris", legacy(PARIS[0])) != ()
    assert aligner.feed(".", legacy(Scored(",", -1.0))) == ()
    assert aligner.feed("\n", legacy(PARIS[2])) == ()
    assert aligner.finish() == ()


def test_q20_text_that_came_without_tokens_ends_the_matter() -> None:
    assert align((" Paris", None), (".", legacy(PARIS[1])), ("\n", legacy(PARIS[2]))) == []


def test_q20_a_chunk_holds_no_one_or_many_tokens() -> None:
    tokens = align((" Paris.", legacy(*PARIS[:2])), ("", legacy()), ("\n", legacy(PARIS[2])), ("", None))
    assert texts(tokens) == [" Paris", ".", "\n"]


def test_q20_tokens_wait_for_text_that_the_server_holds_back() -> None:
    aligner = TokenAligner(3)
    assert aligner.feed("", legacy(PARIS[0])) == ()
    assert aligner.feed(" Par", legacy(PARIS[1])) == ()
    assert texts(list(aligner.feed("is.", None))) == [" Paris", "."]


def test_q20_the_tokens_of_a_stop_sequence_are_left_out() -> None:
    ends = (*PARIS[:2], Scored("###", -0.1))
    assert texts(align((" Paris.", legacy(*ends)))) == [" Paris", "."]


def test_q20_a_token_that_a_stop_sequence_cut_short_is_left_out() -> None:
    assert texts(align((" Paris.", legacy(PARIS[0], Scored(".###", -0.1))))) == [" Paris"]


@pytest.mark.parametrize("case", OFFSETS)
def test_q21_text_offset_changes_nothing(case: str) -> None:
    assert texts(align((text_of(PARIS), OFFSETS[case]))) == [" Paris", ".", "\n"]


@pytest.mark.parametrize("case", ODD_NUMBERS)
@pytest.mark.parametrize("shape", [legacy, content])
def test_q22_odd_numbers_are_unknown(case: str, shape: object) -> None:
    assert callable(shape)
    odd = Scored(" Paris", ODD_NUMBERS[case], ((" the", -0.5),))
    on_the_wire = json.loads(json.dumps(shape(odd)))  # bare NaN and -Infinity, as some servers write them
    assert align((" Paris", on_the_wire)) == [
        Token(" Paris", None, None if shape is legacy else b" Paris", (_row(" the", -0.5, shape),))
    ]


def test_q22_an_impossible_probability_after_sampling_is_unknown() -> None:
    entry = {"token": "a", "bytes": [97], "prob": 0.0, "top_probs": [{"token": "b", "bytes": [98], "prob": 1.5}]}
    assert align(("a", {"content": [entry]})) == [Token("a", None, b"a", (Alternative("b", 0.0, b"b"),))]


def test_q23_bytes_of_a_character_in_two_tokens_are_kept() -> None:
    tokens = align(("🌊!", content(*EMOJI)))
    assert [token.data for token in tokens] == ["🌊".encode()[:2], "🌊".encode()[2:], b"!"]
    assert [token.logprob for token in tokens] == [-0.5, -0.25, -1.0]


@pytest.mark.parametrize("shape", [byte_names, escaped_bytes])
def test_q23_bytes_written_as_names_are_read(shape: object) -> None:
    assert callable(shape)
    tokens = align(("🌊!", shape(*EMOJI)))
    assert [token.data or token.text.encode() for token in tokens] == [scored.bytes for scored in EMOJI]


def test_q23_a_name_of_bytes_that_the_model_really_wrote_stays_text() -> None:
    assert align(("\\xf0", legacy(Scored("\\xf0", -1.0)))) == [Token("\\xf0", -1.0)]


@pytest.mark.parametrize("shape", [legacy, content_without_bytes])
def test_q23_a_character_whose_bytes_were_lost_has_no_probability(shape: object) -> None:
    assert callable(shape)
    assert align(("🌊!", shape(*EMOJI))) == [Token("🌊", None), Token("!", -1.0)]


def test_q23_lost_bytes_in_a_stream_wait_for_their_character() -> None:
    first, second, end = EMOJI
    tokens = align(("", legacy(first)), ("🌊", legacy(second)), ("!", legacy(end)))
    assert tokens == [Token("🌊", None), Token("!", -1.0)]


def test_q23_a_token_that_ends_a_character_of_lost_bytes_stands_for_it() -> None:
    katakana = Scored("", -0.5, data="ラ".encode()[1:])
    assert align(("ラ", content(katakana)), ("!", content(EMOJI[2]))) == [
        Token("ラ", None),
        Token("!", -1.0, b"!"),
    ]
    tail = Scored("", -0.5, data="ラ".encode()[2:] + b" a")
    assert align(("ラ a", content(tail))) == [Token("ラ a", None)]


def test_q23_a_character_that_the_length_limit_cut_off_has_no_token() -> None:
    assert texts(align((" Paris\ufffd", content(PARIS[0])))) == [" Paris"]


def test_q24_twins_and_a_missing_chosen_token_are_left_as_they_are() -> None:
    twins = {"content": [{"token": "a", "logprob": -2, "top_logprobs": [{"token": "�", "logprob": -1}] * 2}]}
    assert align(("a", twins)) == [Token("a", -2.0, None, (Alternative("�", -1.0),) * 2)]


@pytest.mark.parametrize(("asked", "kept"), [(0, 0), (1, 1), (3, 3), (5, 3)])
def test_q25_alternatives_are_cut_to_what_was_asked_for(asked: int, kept: int) -> None:
    assert [len(token.alternatives) for token in align((" Paris", legacy(PARIS[0])), asked=asked)] == [kept]


def test_q25_the_likeliest_alternatives_are_the_ones_kept() -> None:
    rows = (("low", -9.0), ("impossible", -9999.0), ("high", -0.1))
    (token,) = align(("a", legacy(Scored("a", -1.0, rows))), asked=2)
    assert [row.text for row in token.alternatives] == ["high", "low"]


def test_what_llama_cpp_really_sent_fits() -> None:
    (choice,) = json.loads(recorded.body("llama-logprobs"))["choices"]
    tokens = align((choice["text"], choice["logprobs"]))
    assert "".join(texts(tokens)) == choice["text"]
    assert tokens[0].alternatives[1] == Alternative(" the", -2.764557123184204, b" the")


def test_what_litellm_made_of_it_fits_too() -> None:
    (choice,) = json.loads(recorded.body("litellm-logprobs"))["choices"]
    assert "".join(texts(align((choice["text"], choice["logprobs"])))) == choice["text"]


@given(st.lists(SOURCES, max_size=10), st.lists(st.integers(0, 100), max_size=10), st.booleans())
def test_q20_tokens_that_do_agree_cover_the_text_however_it_is_cut(
    words: list[str], cuts: list[int], with_bytes: bool
) -> None:
    shape = content if with_bytes else legacy
    text, scored = "".join(words), [Scored(word, -1.0) for word in words]
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[left:right] for left, right in pairwise(edges)]
    increments: list[tuple[str, object]] = [("", shape(*scored)), *((piece, None) for piece in pieces)]
    assert "".join(texts(align(*increments))) == text


@given(st.text(), JSON, st.integers(0, 5))
def test_no_json_raises_and_what_is_given_out_is_a_beginning_of_the_text(
    text: str, logprobs: object, asked: int
) -> None:
    for token in align((text, logprobs), asked=asked):
        assert token.logprob is None or math.isfinite(token.logprob)


def _row(text: str, logprob: float, shape: object) -> Alternative:
    return Alternative(text, logprob, None if shape is legacy else text.encode())
