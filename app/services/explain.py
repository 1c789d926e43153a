"""One English line for an error, a stop reason or an adjustment, for the command line and the journal.

The words for errors are those of `app.services.problems`, as the window has them. Must not know who reads it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.api.errors import ApiError
from app.domain.errors import ExpectedError
from app.domain.generation import Adjustment, StopReason
from app.services.problems import words_for

MAX_WORDS = 300
"""Characters of a server's own words that are quoted."""


def explain(error: ExpectedError) -> str:
    """Return what happened in one line: our words for it, then the server's own, or what helps where it said none."""
    said = " ".join(str(error).split())[:MAX_WORDS].rstrip(". ")
    words = words_for(error)
    if not isinstance(error, ApiError):
        return f"{said or words.title}."  # a sentence of our own, which says more than the title
    return f"{words.title}: {said}." if said else f"{words.title}. {words.advice}"


_STOPS: Mapping[StopReason, str] = MappingProxyType(
    {
        StopReason.NATURAL_END: "natural end",
        StopReason.STOP_SEQUENCE: "stop sequence",
        StopReason.STOP: "natural end or stop sequence",
        StopReason.LENGTH: "length limit",
        StopReason.FILTER: "stopped by the server's filter",
        StopReason.INTERRUPTED: "cut off; the server gave no reason",
        StopReason.CONNECTION_LOST: "connection lost",
        StopReason.STOPPED: "stopped by you",
        StopReason.FAILED: "failed",
        StopReason.OTHER: "stopped by the server",
    }
)


def explain_stop(reason: StopReason | None, detail: str = "") -> str:
    """Return why a candidate stopped, in a few words; "" while it has not."""
    if reason is None:
        return ""
    has_detail = detail and reason in {StopReason.STOP_SEQUENCE, StopReason.OTHER}
    return f"{_STOPS[reason]} {detail!r}" if has_detail else _STOPS[reason]


_ADJUSTMENTS: Mapping[Adjustment, str] = MappingProxyType(
    {
        Adjustment.LOGPROBS_DROPPED: "This server does not accept numeric logprobs; the run goes on without them",
        Adjustment.NEAR_LIMIT: "{detail}",
        Adjustment.PARAMETER_DROPPED: "This server does not accept the setting {detail}; the run goes on without it",
        Adjustment.STREAM_OPTIONS_DROPPED: "This server does not report token counts while streaming",
        Adjustment.ANSWERED_WITHOUT_STREAM: "This server sent the whole answer at once",
        Adjustment.CANDIDATES_IN_PARALLEL: "This server gives fewer candidates at once than asked for; several "
        "requests were sent, and each is charged",
        Adjustment.FEWER_CANDIDATES: "The server sent fewer candidates than asked for",
        Adjustment.TEMPLATE_SUSPECTED: "This server seems to wrap the prompt in a chat; it may answer instead of "
        "continuing",
        Adjustment.RETRIED: "The first try failed, so the request was sent again",
        Adjustment.NOT_SAVED: "The text cannot be saved",
    }
)


def explain_adjustment(what: Adjustment, detail: str = "") -> str:
    """Return in one line what was done differently from what was asked."""
    words = _ADJUSTMENTS[what].replace("{detail}", detail)
    return f"{words}: {detail}" if what is Adjustment.NOT_SAVED and detail else f"{words}."
