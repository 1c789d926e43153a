"""What people read: every expected error's title, cause, remedy and button, and why a candidate stopped.

Owns the translation of the words in `app.services.problems`, and the words for ends and adjustments. Must not know
widgets; the raw answer stays behind Details.
"""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.api import errors as api
from app.domain.errors import ExpectedError
from app.domain.generation import Adjustment, StopReason
from app.domain.parameters import InvalidParametersError
from app.domain.run import Run, RunState
from app.services.problems import INVALID_PARAMETERS, UNKNOWN, Remedy, words_for

__all__ = ["Problem", "Remedy", "describe", "explain_adjustment", "explain_end", "explain_stop"]


@dataclass(frozen=True, slots=True)
class Problem:
    """An expected error in words: what happened, why, what to do, one button, and the raw answer for Details."""

    title: str
    cause: str
    advice: str
    remedy: Remedy = Remedy.TRY_AGAIN
    detail: str = ""


def describe(error: ExpectedError | InvalidParametersError) -> Problem:
    """Return an expected error in words of the user's language: those of its class, or of the nearest one above it."""
    if isinstance(error, InvalidParametersError):
        words, details = INVALID_PARAMETERS, str(error)
    else:
        words, details = words_for(error), _details(error)
    cause = str(error) if words is UNKNOWN else _say(words.cause)
    return Problem(_say(words.title), cause, _say(words.advice), words.remedy, details)


def _say(text: str) -> str:
    return QCoreApplication.translate("Problems", text) if text else ""


def _details(error: ExpectedError) -> str:
    lines = [str(error)] if str(error) else []
    if isinstance(error, api.ApiError):
        if error.http_status is not None:
            lines.insert(0, f"HTTP {error.http_status}")
        if error.request_id:
            lines.append(f"request id: {error.request_id}")
    if error.detail and error.detail not in lines:
        lines.append(error.detail)
    return "\n".join(lines)


def explain_stop(reason: StopReason | None, detail: str = "") -> str:
    """Return why a candidate stopped, in words; "" while it streams."""
    words = {
        StopReason.NATURAL_END: QCoreApplication.translate("Stop", "Natural end"),
        StopReason.STOP_SEQUENCE: QCoreApplication.translate("Stop", "Stop sequence"),
        StopReason.STOP: QCoreApplication.translate("Stop", "Natural end or stop sequence"),
        StopReason.LENGTH: QCoreApplication.translate("Stop", "Length limit"),
        StopReason.FILTER: QCoreApplication.translate("Stop", "Stopped by the server's filter"),
        StopReason.INTERRUPTED: QCoreApplication.translate("Stop", "Cut off: the server gave no reason"),
        StopReason.CONNECTION_LOST: QCoreApplication.translate("Stop", "Connection lost"),
        StopReason.STOPPED: QCoreApplication.translate("Stop", "Stopped by you"),
        StopReason.FAILED: QCoreApplication.translate("Stop", "Failed"),
    }
    if reason is None:
        return ""
    text = words.get(reason) or QCoreApplication.translate("Stop", "Stopped")
    return f"{text}: {detail!r}" if detail and reason in {StopReason.STOP_SEQUENCE, StopReason.OTHER} else text


def explain_end(run: Run, index: int) -> str:
    """Return why a run's candidate stopped, in words; a run cut off with the program says so."""
    if index >= len(run.candidates):
        return ""
    candidate = run.candidates[index]
    if run.state is RunState.INTERRUPTED and candidate.reason in {None, StopReason.INTERRUPTED}:
        return QCoreApplication.translate("Stop", "Interrupted")
    return explain_stop(candidate.reason, candidate.detail)


def explain_adjustment(what: Adjustment, detail: str = "") -> str:
    """Return in one line what was done differently from what was asked."""
    words = {
        Adjustment.LOGPROBS_DROPPED: QCoreApplication.translate(
            "Adjusted", "This server does not accept probabilities; the run goes on without them."
        ),
        Adjustment.PARAMETER_DROPPED: QCoreApplication.translate(
            "Adjusted", "This server does not accept the setting {name}; the run goes on without it."
        ).replace("{name}", detail),
        Adjustment.STREAM_OPTIONS_DROPPED: QCoreApplication.translate(
            "Adjusted", "This server does not report token counts while streaming; they are estimated."
        ),
        Adjustment.ANSWERED_WITHOUT_STREAM: QCoreApplication.translate(
            "Adjusted", "This server sent the whole answer at once."
        ),
        Adjustment.CANDIDATES_IN_PARALLEL: QCoreApplication.translate(
            "Adjusted", "This server gives one candidate at a time; one request was sent for each, and each is charged."
        ),
        Adjustment.FEWER_CANDIDATES: QCoreApplication.translate(
            "Adjusted", "The server sent fewer candidates than asked for."
        ),
        Adjustment.TEMPLATE_SUSPECTED: QCoreApplication.translate(
            "Adjusted", "This server seems to wrap the prompt in a chat; it may answer instead of continuing."
        ),
        Adjustment.NEAR_LIMIT: QCoreApplication.translate("Adjusted", "Mind the month's spending: {detail}").replace(
            "{detail}", detail
        ),
        Adjustment.NOT_SAVED: QCoreApplication.translate(
            "Adjusted", "This run cannot be saved to disk right now; copy what you need."
        ),
        Adjustment.RETRIED: QCoreApplication.translate("Adjusted", "The server was busy; the request was sent again."),
    }
    return words.get(what, detail)
