"""Text out of JSON: halves of characters."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.api.text import SurrogateJoiner, without_surrogates

ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from(["\ud83d", "\ude00"]))


def join(*parts: str) -> str:
    joiner = SurrogateJoiner()
    return "".join([joiner.feed(part) for part in parts]) + joiner.finish()


def test_half_a_character_becomes_a_replacement() -> None:
    assert without_surrogates("a\ud83db") == "a�b"
    assert without_surrogates("naïve 😀") == "naïve 😀"


@given(ANY_TEXT)
def test_the_result_can_always_be_encoded(text: str) -> None:
    without_surrogates(text).encode()


def test_two_halves_in_two_chunks_make_one_character() -> None:
    first, second = json.loads(r'"wave \ud83c"'), json.loads(r'"\udf0a!"')
    assert join(first, second) == "wave 🌊!"


def test_a_half_without_its_other_half_is_replaced() -> None:
    assert join("a\ud83c", "b") == "a�b"
    assert join("a\ud83c") == "a�"
    assert join("\udf0aa") == "�a"


@given(st.lists(st.text()))
def test_whole_text_passes_unchanged(parts: list[str]) -> None:
    assert join(*parts) == "".join(parts)


@given(st.lists(ANY_TEXT))
def test_any_parts_give_text_that_can_be_encoded(parts: list[str]) -> None:
    join(*parts).encode()
