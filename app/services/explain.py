"""English words for errors, stop reasons and adjustments, for the command line and the journal.

The window has words of its own, translated and with a remedy: `app.viewmodels.texts`. Must not know who reads it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.api import errors as api
from app.domain.errors import ExpectedError
from app.domain.generation import Adjustment, StopReason

MAX_WORDS = 300
"""Characters of a server's own words that are quoted."""

_SENTENCES: Mapping[type[ExpectedError], str] = MappingProxyType(
    {
        api.NameNotFoundError: "The server's name was not found; check the address and that you are online",
        api.ConnectionRefusedByServerError: "Nothing answers at that address; start the server or check the address",
        api.TlsError: "The secure connection failed",
        api.ProxyFailedError: "The proxy did not let the request through",
        api.ConnectTimeoutError: "The server cannot be reached",
        api.UnreachableError: "The server cannot be reached",
        api.ConnectionLostError: "The connection was lost while the answer was arriving; what had come is kept",
        api.StalledError: "The server went silent; what had come is kept",
        api.RequestTimeoutError: "The server took too long",
        api.AuthError: "The key was not accepted",
        api.QuotaError: "The credit is used up",
        api.ForbiddenError: "The server does not allow this",
        api.ModelNotFoundError: "The server does not have this model",
        api.ChatModelError: "This model only chats and cannot continue a text",
        api.UnsupportedError: "This server cannot continue a text",
        api.NotFoundError: "The address does not lead to a model; it usually ends in /v1",
        api.ContextTooLongError: "Prompt and answer together are too long for this model",
        api.TooLargeError: "The request is too large",
        api.ContentPolicyError: "The server's filter refused the text",
        api.BadRequestError: "The server did not accept the request",
        api.RateLimitedError: "Too many requests; wait a little and try again",
        api.NoChannelError: "This model is not available right now",
        api.GatewayTimeoutError: "The server behind the relay took too long",
        api.UpstreamError: "The server has a problem of its own",
        api.ProtocolError: "The answer cannot be read; check the address",
        api.RedirectRefusedError: "The server points to another host, where the key must not go",
        api.ApiError: "The request failed",
    }
)


def explain(error: ExpectedError) -> str:
    """Return what happened in one line: our words for it, then the server's own where it said any."""
    said = " ".join(str(error).split())[:MAX_WORDS].rstrip(". ")
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return f"{_SENTENCES[kind]}: {said}." if said else f"{_SENTENCES[kind]}."
    return f"{said}." if said else f"{type(error).__name__.removesuffix('Error')}."


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
    return f"{_ADJUSTMENTS[what]}: {detail}" if what is Adjustment.NOT_SAVED and detail else f"{_ADJUSTMENTS[what]}."
