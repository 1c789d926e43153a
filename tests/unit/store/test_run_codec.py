import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import StopReason, Timing, Usage
from app.domain.parameters import SamplingParameters
from app.domain.run import Candidate, Run, RunState
from app.domain.tokens import Alternative, Token
from app.store.run_codec import (
    TOKENS_PER_PART,
    join_pieces,
    run_from_columns,
    run_to_columns,
    text_from_column,
    text_to_column,
    time_to_column,
    token_parts,
)
from tests.unit.store.material import a_run, a_token

texts = st.text(st.characters(exclude_categories=()), max_size=30)  # surrogates and NUL, too
logprobs = st.none() | st.floats(-1000, 0)
alternatives = st.builds(Alternative, texts, logprobs, st.none() | st.binary(max_size=4))
tokens = st.builds(
    Token, texts, logprobs, st.none() | st.binary(max_size=4), st.lists(alternatives, max_size=2).map(tuple)
)
candidates = st.builds(
    Candidate, texts, st.none() | st.sampled_from(StopReason), texts, st.lists(tokens, max_size=3).map(tuple)
)
runs = st.builds(
    Run,
    id=st.uuids().map(str),
    created=st.datetimes(timezones=st.just(UTC)),
    prompt=texts,
    model=texts,
    profile_id=st.uuids().map(str),
    parameters=st.builds(
        SamplingParameters,
        max_tokens=st.integers(1, 9999),
        stop=st.lists(texts.filter(bool), max_size=4).map(tuple),
        seed=st.none() | st.integers(0, 2**31 - 1),
        logit_bias=st.dictionaries(st.integers(0, 99).map(str), st.floats(-100, 100), max_size=2),
        suffix=st.none() | texts,
    ),
    carried=texts,
    candidates=st.lists(candidates, max_size=3).map(tuple),
    usage=st.none() | st.builds(Usage, st.integers(0, 99), st.integers(0, 99), st.booleans()),
    timing=st.none() | st.builds(Timing, st.none() | st.floats(0, 9), st.floats(0, 9)),
    state=st.sampled_from(RunState),
    problem=texts,
)


@given(runs)
def test_a_run_comes_back_as_it_was(run: Run) -> None:
    parts = [(index, part) for index, _, part in token_parts(run)]
    assert run_from_columns(run_to_columns(run), tokens=parts) == run


@given(texts)
def test_any_text_fits_a_column(text: str) -> None:
    column = text_to_column(text)
    assert text_from_column(column) == text
    if isinstance(column, str):
        column.encode()


def test_only_text_that_is_no_unicode_becomes_a_blob() -> None:
    assert text_to_column("量子 🙂\0") == "量子 🙂\0"
    assert isinstance(text_to_column("half: \ud83d"), bytes)


def test_times_sort_as_text_in_any_zone() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    moments = [
        noon,
        noon + timedelta(microseconds=1),
        (noon + timedelta(hours=1)).astimezone(timezone(timedelta(hours=-9))),
    ]
    columns = [time_to_column(moment) for moment in moments]
    assert columns == sorted(columns)
    assert len({len(column) for column in columns}) == 1
    assert columns[0] == time_to_column(noon.replace(tzinfo=None)) == "2026-05-01T12:00:00.000000+00:00"


def test_journaled_text_is_added_in_order_to_each_candidate() -> None:
    known = [{"text": "a", "reason": None, "detail": ""}]
    joined = join_pieces(known, [(0, "b"), (2, "x"), (0, "c"), (2, b"\xed\xa0\xbd")])
    assert [item["text"] for item in joined] == ["abc", "", "x\ud83d"]
    assert known == [{"text": "a", "reason": None, "detail": ""}], "the caller's list stays as it was"


def test_many_tokens_are_cut_into_parts_in_order() -> None:
    many = tuple(a_token(str(number)) for number in range(2 * TOKENS_PER_PART + 1))
    run = a_run()
    run = Run(run.id, run.created, "", "", "", candidates=(Candidate("x"), Candidate("y", tokens=many)))
    parts = list(token_parts(run))
    assert [(index, part) for index, part, _ in parts] == [(1, 0), (1, 1), (1, 2)]
    assert [len(json.loads(text)) for *_, text in parts] == [TOKENS_PER_PART, TOKENS_PER_PART, 1]
    assert (
        run_from_columns(run_to_columns(run), tokens=[(i, text) for i, _, text in parts]).candidates[1].tokens == many
    )
