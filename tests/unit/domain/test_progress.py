"""A run while it happens: whatever order events come in, the run holds all of them, and its end is told."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    GenerationEvent,
    Measured,
    Started,
    StopReason,
    TextArrived,
    Timing,
    TokensArrived,
    Usage,
    UsageReported,
    estimate_tokens,
)
from app.domain.parameters import SamplingParameters
from app.domain.progress import RunProgress
from app.domain.run import Run, RunState
from app.domain.tokens import Token

CREATED = datetime(2026, 1, 2, tzinfo=UTC)


def a_run(n: int = 1, prompt: str = "Once upon a time") -> Run:
    return Run("r1", CREATED, prompt, "a-model", "built-in", SamplingParameters(n=n), carried=" a time")


def progress_of(run: Run, *events: GenerationEvent) -> RunProgress:
    progress = RunProgress(run)
    for event in events:
        progress.apply(event)
    return progress


def test_at_the_start_there_is_a_candidate_for_each_that_was_asked_for() -> None:
    progress = RunProgress(a_run(n=3))
    assert progress.run_id == "r1"
    assert progress.lane_count == 3
    assert progress.unfinished() == [0, 1, 2]
    snapshot = progress.snapshot()
    assert [candidate.text for candidate in snapshot.candidates] == ["", "", ""]
    assert snapshot.state is RunState.RUNNING


events = st.lists(
    st.one_of(
        st.builds(TextArrived, st.integers(0, 4), st.text(max_size=4)),
        st.builds(TokensArrived, st.integers(0, 4), st.tuples(st.builds(Token, st.text(max_size=3), st.just(-1.0)))),
        st.builds(CandidateFinished, st.integers(0, 4), st.sampled_from(StopReason)),
        st.builds(UsageReported, st.builds(Usage, st.integers(0, 9), st.integers(0, 9))),
        st.just(Started("a-model")),
        st.just(Adjusted(Adjustment.RETRIED)),
    ),
    max_size=30,
)


@given(events=events, looks=st.sets(st.integers(0, 30)))
def test_whatever_comes_is_there_in_order_and_looking_changes_nothing(
    events: list[GenerationEvent], looks: set[int]
) -> None:
    progress = RunProgress(a_run(n=2))
    texts: dict[int, str] = {}
    tokens: dict[int, list[Token]] = {}
    reasons: dict[int, StopReason] = {}
    usage: Usage | None = None
    adjusted = [event for event in events if isinstance(event, Adjusted)]
    for number, event in enumerate(events):
        progress.apply(event)
        match event:
            case TextArrived(index, text):
                texts[index] = texts.get(index, "") + text
            case TokensArrived(index, more):
                tokens.setdefault(index, []).extend(more)
            case CandidateFinished(index, reason):
                reasons[index] = reason
            case UsageReported(counts):
                usage = counts
        if number in looks:
            progress.snapshot()
            progress.estimated_tokens()
    run = progress.snapshot()
    indexes = range(max([1, *texts, *tokens, *reasons]) + 1)
    assert [candidate.text for candidate in run.candidates] == [texts.get(index, "") for index in indexes]
    assert [list(candidate.tokens) for candidate in run.candidates] == [tokens.get(index, []) for index in indexes]
    assert [candidate.reason for candidate in run.candidates] == [reasons.get(index) for index in indexes]
    assert [progress.text(index) for index in range(7)] == [texts.get(index, "") for index in range(7)]
    assert progress.unfinished() == [index for index in indexes if index not in reasons]
    assert run.usage == usage
    assert progress.adjusted == tuple(adjusted)
    assert (run.prompt, run.carried, run.created) == ("Once upon a time", " a time", CREATED)


def test_q17_the_last_count_of_the_server_wins() -> None:
    progress = progress_of(a_run(), UsageReported(Usage(1, 2)), UsageReported(Usage(3, 4)))
    assert progress.snapshot().usage == Usage(3, 4)
    assert progress.estimated_tokens() == 4
    progress.apply(Measured(Usage(5, 6), Timing(0.1, 0.2)))
    assert progress.snapshot().usage == Usage(5, 6)
    assert progress.snapshot().timing == Timing(0.1, 0.2)


def test_without_a_count_tokens_are_counted_and_text_is_estimated() -> None:
    progress = progress_of(
        a_run(n=2),
        TextArrived(0, "twelve chars"),
        TextArrived(1, "ab"),
        TokensArrived(1, (Token("a", -1.0), Token("b", -1.0))),
    )
    assert progress.estimated_tokens() == estimate_tokens("twelve chars") + 2


def test_an_estimate_of_the_server_is_no_count() -> None:
    progress = progress_of(a_run(), TextArrived(0, "twelve chars"), UsageReported(Usage(9, 9, is_estimated=True)))
    assert progress.estimated_tokens() == estimate_tokens("twelve chars")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (RunState.STOPPED, StopReason.STOPPED),
        (RunState.FAILED, StopReason.FAILED),
        (RunState.INTERRUPTED, StopReason.INTERRUPTED),
        (RunState.DONE, StopReason.INTERRUPTED),
    ],
)
def test_q13_what_has_not_stopped_by_itself_gets_the_reason_of_the_end(state: RunState, reason: StopReason) -> None:
    progress = progress_of(a_run(n=2), TextArrived(0, "a"), CandidateFinished(1, StopReason.LENGTH, "length"))
    run = progress.finished(state, "a problem")
    assert [candidate.reason for candidate in run.candidates] == [reason, StopReason.LENGTH]
    assert run.candidates[1].detail == "length"
    assert run.candidates[0].text == "a"
    assert (run.state, run.problem) == (state, "a problem")
    assert progress.unfinished() == []


def test_where_nothing_was_measured_the_end_is_measured_here_and_counts_are_estimates() -> None:
    run = progress_of(a_run(prompt="12345678"), TextArrived(0, "abcdefgh")).finished(RunState.STOPPED, "", 2.0, 0.5)
    assert run.timing == Timing(0.5, 2.0)
    assert run.usage == Usage(2, 2, is_estimated=True)


def test_what_was_measured_is_kept_at_the_end() -> None:
    progress = progress_of(a_run(), Measured(Usage(5, 6), Timing(0.1, 0.2)))
    run = progress.finished(RunState.DONE, "", 9.0, 9.0)
    assert (run.usage, run.timing) == (Usage(5, 6), Timing(0.1, 0.2))
