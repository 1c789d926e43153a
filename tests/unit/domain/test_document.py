from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.document import Draft, merge_spans

spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def covered(pairs: "tuple[tuple[int, int], ...] | list[tuple[int, int]]") -> set[int]:
    return {position for start, end in pairs for position in range(start, end)}


@given(spans)
def test_merging_keeps_every_position_and_only_those(pairs: list[tuple[int, int]]) -> None:
    assert covered(merge_spans(pairs)) == covered(pairs)


@given(spans)
def test_merged_spans_are_sorted_and_never_touch(pairs: list[tuple[int, int]]) -> None:
    merged = merge_spans(pairs)
    assert all(start < end for start, end in merged)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(merged))
    assert merge_spans(merged) == merged


def test_a_span_inside_another_does_not_shorten_it() -> None:
    assert merge_spans([(0, 10), (2, 4), (10, 12)]) == ((0, 12),)


def test_appended_text_is_generated_and_grows_the_last_span_when_they_touch() -> None:
    draft = Draft("typed").with_appended(" one").with_appended(" two 🙂")
    assert draft == Draft("typed one two 🙂", ((5, 15),))
    assert draft.text[5:15] == " one two 🙂"


def test_typed_text_between_keeps_spans_apart() -> None:
    assert Draft("ab typed", ((0, 2),)).with_appended("!") == Draft("ab typed!", ((0, 2), (8, 9)))


def test_appending_nothing_changes_nothing() -> None:
    draft = Draft("x", ((0, 1),))
    assert draft.with_appended("") is draft
