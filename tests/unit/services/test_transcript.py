import io
import json
from datetime import UTC, datetime

from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    Measured,
    StopReason,
    TextArrived,
    Timing,
    TokensArrived,
    Usage,
)
from app.domain.parameters import SamplingParameters
from app.domain.run import Run, RunState
from app.domain.tokens import Alternative, Token
from app.services.transcript import JsonTranscript, TextTranscript

MEASURED = Measured(Usage(1, 2), Timing(0.1, 0.2))


def run_of(n: int = 1) -> Run:
    return Run("1", datetime(2026, 1, 1, tzinfo=UTC), "Once", "m", "built-in", SamplingParameters(n=n))


class Paper:
    """Two streams that a transcript writes to."""

    def __init__(self) -> None:
        self.output, self.notes = io.StringIO(), io.StringIO()

    @property
    def text(self) -> str:
        return self.output.getvalue()


def test_one_candidate_is_printed_as_it_streams() -> None:
    paper = Paper()
    transcript = TextTranscript(run_of(), paper.output, paper.notes)
    for text in (" upon", " a"):
        transcript.show(TextArrived(0, text))
    assert paper.text == " upon a"
    transcript.show(CandidateFinished(0, StopReason.LENGTH))
    transcript.show(MEASURED)
    assert transcript.end(RunState.DONE)
    assert paper.text == " upon a\n"
    assert paper.notes.getvalue() == ""


def test_a_text_that_ends_in_a_line_break_gets_no_second_one() -> None:
    paper = Paper()
    transcript = TextTranscript(run_of(), paper.output, paper.notes)
    transcript.show(TextArrived(0, "end\n"))
    transcript.end(RunState.STOPPED)
    assert paper.text == "end\n"


def test_several_candidates_are_printed_in_order_once_they_are_complete() -> None:
    paper = Paper()
    transcript = TextTranscript(run_of(3), paper.output, paper.notes)
    transcript.show(TextArrived(1, "second"))
    transcript.show(CandidateFinished(1, StopReason.NATURAL_END))
    assert paper.text == ""
    transcript.show(TextArrived(0, "first"))
    transcript.show(CandidateFinished(0, StopReason.STOP_SEQUENCE, "\n"))
    assert paper.text == "── 1 of 3: stop sequence '\\n' ──\nfirst\n── 2 of 3: natural end ──\nsecond\n"
    transcript.show(TextArrived(2, "half"))
    assert transcript.end(RunState.STOPPED)
    assert paper.text.endswith("── 3 of 3: stopped by you ──\nhalf\n")


def test_q13_an_end_without_a_reason_is_said_and_is_not_complete() -> None:
    paper = Paper()
    transcript = TextTranscript(run_of(), paper.output, paper.notes)
    transcript.show(TextArrived(0, "half"))
    transcript.show(CandidateFinished(0, StopReason.INTERRUPTED))
    assert not transcript.end(RunState.DONE)
    assert "cut off" in paper.notes.getvalue()


def test_q8_what_was_done_differently_is_noted() -> None:
    paper = Paper()
    transcript = TextTranscript(run_of(), paper.output, paper.notes)
    transcript.show(Adjusted(Adjustment.CANDIDATES_IN_PARALLEL, "2"))
    assert "charged" in paper.notes.getvalue()
    assert paper.text == ""


def test_probabilities_follow_the_text() -> None:
    paper = Paper()
    transcript = TextTranscript(run_of(), paper.output, paper.notes)
    transcript.show(TextArrived(0, " a"))
    transcript.show(TokensArrived(0, (Token(" a", 0.0, None, (Alternative(" a", 0.0), Alternative(" the", None))),)))
    transcript.show(TokensArrived(0, (Token("?", None),)))
    transcript.end(RunState.DONE)
    assert paper.text.splitlines() == [" a", "100.0%  ' a'             ' the' 0.0%", "     ?  '?'"]


def test_json_is_one_object_a_line_with_the_summary_last() -> None:
    paper = Paper()
    transcript = JsonTranscript(run_of(), paper.output, paper.notes)
    transcript.show(TextArrived(0, "一\n"))
    transcript.show(CandidateFinished(0, StopReason.LENGTH))
    transcript.show(MEASURED)
    assert transcript.end(RunState.DONE)
    lines = [json.loads(line) for line in paper.text.splitlines()]
    assert [line["event"] for line in lines] == ["text", "finished", "done"]
    assert lines[0]["text"] == "一\n"
    assert lines[-1]["usage"] == {"prompt_tokens": 1, "completion_tokens": 2, "is_estimated": False}
    assert "一" in paper.text


def test_json_of_a_run_that_was_stopped_still_ends_with_the_summary() -> None:
    paper = Paper()
    transcript = JsonTranscript(run_of(), paper.output, paper.notes)
    transcript.show(TextArrived(0, "half"))
    transcript.end(RunState.STOPPED)
    last = json.loads(paper.text.splitlines()[-1])
    assert last["candidates"] == [{"index": 0, "finish_reason": "stopped", "detail": "", "text": "half"}]
    assert last["usage"]["is_estimated"]
    assert last["timing"]["first_token"] is not None
