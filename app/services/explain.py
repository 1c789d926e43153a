"""One English sentence for each expected error, for the command line and the journal.

The window has words of its own, translated and with a remedy: `app.viewmodels.texts`. Must not know who reads it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.api import errors as api
from app.domain.errors import ExpectedError

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
