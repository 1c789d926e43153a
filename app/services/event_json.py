"""Generation events as JSON objects, for programs that read them line by line.

Owns the names in those objects, which scripts rely on. Must not know how they are printed.
"""

from app.domain.generation import (
    Adjusted,
    CandidateFinished,
    GenerationEvent,
    Measured,
    Started,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.run import Run
from app.domain.tokens import Token

Json = dict[str, object]


def event_to_json(event: GenerationEvent) -> Json | None:
    """Return event as an object with its kind under "event"; None for `Measured`, whose numbers are in the summary."""
    if isinstance(event, Measured):
        return None
    fields: Json
    match event:
        case Started(model, request_id, fingerprint):
            kind, fields = "started", {"model": model, "request_id": request_id, "fingerprint": fingerprint}
        case TextArrived(index, text):
            kind, fields = "text", {"index": index, "text": text}
        case TokensArrived(index, tokens):
            kind, fields = "tokens", {"index": index, "tokens": [_token(token) for token in tokens]}
        case CandidateFinished(index, reason, detail):
            kind, fields = "finished", {"index": index, "reason": reason.value, "detail": detail}
        case UsageReported(usage):
            kind, fields = "usage", _usage(usage)
        case Adjusted(what, detail):
            kind, fields = "adjusted", {"what": what.value, "detail": detail}
    return {"event": kind, **fields}


def summary_to_json(run: Run) -> Json:
    """Return a finished run as the last object: its state, usage, timing, and each candidate with why it stopped."""
    timing, usage = run.timing, run.usage
    return {
        "event": "done",
        "run": run.id,
        "model": run.model,
        "state": run.state.value,
        "problem": run.problem,
        "usage": _usage(usage) if usage else None,
        "timing": {
            "first_token": timing.first_token,
            "total": timing.total,
            "tokens_per_second": timing.tokens_per_second(usage.completion_tokens) if usage else None,
        }
        if timing
        else None,
        "candidates": [
            {
                "index": index,
                "finish_reason": candidate.reason.value if candidate.reason else None,
                "detail": candidate.detail,
                "text": candidate.text,
            }
            for index, candidate in enumerate(run.candidates)
        ],
    }


def _usage(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "is_estimated": usage.is_estimated,
    }


def _token(token: Token) -> Json:
    return {
        "text": token.text,
        "logprob": token.logprob,
        "bytes": None if token.data is None else list(token.data),
        "alternatives": [{"text": other.text, "logprob": other.logprob} for other in token.alternatives],
    }
