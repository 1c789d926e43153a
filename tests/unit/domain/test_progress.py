from datetime import UTC, datetime

from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    Measured,
    Started,
    StopReason,
    TextArrived,
    Timing,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.parameters import SamplingParameters
from app.domain.progress import RunProgress
from app.domain.run import Run, RunState
from app.domain.tokens import Token


def progress(n: int = 1) -> RunProgress:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    return RunProgress(Run("r", created, "Once", "m", "p", SamplingParameters(n=n)))


def test_events_become_a_run() -> None:
    at = progress(2)
    token = Token(" a", -0.5)
    for event in (
        Started("m"),
        TextArrived(0, " a"),
        TextArrived(1, " b"),
        TokensArrived(0, (token,)),
        TextArrived(0, " c"),
        CandidateFinished(1, StopReason.LENGTH),
        UsageReported(Usage(1, 3)),
    ):
        at.apply(event)
    assert (at.text(0), at.text(1), at.unfinished(), at.estimated_tokens()) == (" a c", " b", [0], 3)
    run = at.finished(RunState.STOPPED, total=2.0, first_token=0.5)
    assert [candidate.reason for candidate in run.candidates] == [StopReason.STOPPED, StopReason.LENGTH]
    assert run.candidates[0].tokens == (token,)
    assert (run.usage, run.timing) == (Usage(1, 3), Timing(0.5, 2.0))


def test_counts_that_no_server_said_are_estimated() -> None:
    at = progress()
    at.apply(TextArrived(0, "four"))
    usage = at.finished(RunState.DONE).usage
    assert usage is not None
    assert usage.is_estimated


def test_measured_counts_win_and_an_unexpected_candidate_finds_room() -> None:
    at = progress()
    at.apply(TextArrived(2, "late"))
    at.apply(Measured(Usage(4, 5), Timing(None, 1.0)))
    assert at.lane_count == 3
    run = at.finished(RunState.FAILED, "down", total=9.0)
    assert (run.usage, run.timing, run.problem) == (Usage(4, 5), Timing(None, 1.0), "down")


def test_what_was_done_differently_is_kept_in_order() -> None:
    at = progress()
    said = (Adjusted(Adjustment.RETRIED, "429"), Adjusted.without("seed", "no"))
    for event in said:
        at.apply(event)
    assert at.adjusted == said
