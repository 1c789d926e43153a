import json
from datetime import UTC, datetime

import pytest

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
)
from app.domain.run import Candidate, Run, RunState
from app.domain.tokens import Alternative, Token
from app.services.event_json import event_to_json, summary_to_json

TOKEN = Token(" é", -0.5, b" \xc3\xa9", (Alternative(" é", -0.5), Alternative(" e", None)))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Started("m", "r", None), {"event": "started", "model": "m", "request_id": "r", "fingerprint": None}),
        (TextArrived(1, "x"), {"event": "text", "index": 1, "text": "x"}),
        (
            TokensArrived(0, (TOKEN,)),
            {
                "event": "tokens",
                "index": 0,
                "tokens": [
                    {
                        "text": " é",
                        "logprob": -0.5,
                        "bytes": [32, 195, 169],
                        "alternatives": [{"text": " é", "logprob": -0.5}, {"text": " e", "logprob": None}],
                    }
                ],
            },
        ),
        (
            CandidateFinished(0, StopReason.LENGTH, "length"),
            {"event": "finished", "index": 0, "reason": "length", "detail": "length"},
        ),
        (
            UsageReported(Usage(3, 4)),
            {"event": "usage", "prompt_tokens": 3, "completion_tokens": 4, "is_estimated": False},
        ),
        (
            Adjusted(Adjustment.RETRIED, "429"),
            {"event": "adjusted", "what": "retried", "detail": "429"},
        ),
        (Measured(Usage(1, 1), Timing(None, 1.0)), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_event_is_an_object_that_json_can_write(event: GenerationEvent, expected: object) -> None:
    assert event_to_json(event) == expected
    json.dumps(expected, allow_nan=False)


def test_the_summary_holds_usage_timing_and_finish_reasons() -> None:
    run = Run(
        "7",
        datetime(2026, 1, 1, tzinfo=UTC),
        "Once",
        "m",
        "built-in",
        candidates=(Candidate(" upon", StopReason.LENGTH), Candidate("", None)),
        usage=Usage(1, 11),
        timing=Timing(0.5, 2.5),
        state=RunState.STOPPED,
    )
    summary = summary_to_json(run)
    assert summary["event"] == "done"
    assert summary["state"] == "stopped"
    assert summary["usage"] == {"prompt_tokens": 1, "completion_tokens": 11, "is_estimated": False}
    assert summary["timing"] == {"first_token": 0.5, "total": 2.5, "tokens_per_second": 5.0}
    assert summary["candidates"] == [
        {"index": 0, "finish_reason": "length", "detail": "", "text": " upon"},
        {"index": 1, "finish_reason": None, "detail": "", "text": ""},
    ]
    json.dumps(summary, allow_nan=False)
