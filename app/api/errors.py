"""Everything that can go wrong between the program and a server, as one tree.

    app.domain.errors.ExpectedError
    └── ApiError                            an answer that is no answer, or no answer at all
        ├── UnreachableError                no answer began
        │   ├── NameNotFoundError           the host name is unknown
        │   ├── ConnectionRefusedByServerError  nothing listens there
        │   ├── TlsError                    certificate or handshake refused
        │   ├── ProxyFailedError            the proxy on the way failed
        │   └── ConnectTimeoutError         no connection within the time limit
        ├── ConnectionLostError             broke after the answer began
        ├── StalledError                    the answer began, then silence beyond the idle limit
        ├── RequestTimeoutError             connected, but no answer within the time limit; HTTP 408
        ├── AuthError                       key missing, wrong, expired, disabled
        ├── QuotaError                      balance or quota used up
        ├── ForbiddenError                  key valid, but not for this
        ├── NotFoundError                   no such thing on this server
        │   ├── ModelNotFoundError          no such model
        │   └── UnsupportedError            no such endpoint, method or feature
        │       └── ChatModelError          a chat model was asked to complete (protocol 5.8)
        ├── BadRequestError                 the server refuses the request as it is
        │   ├── ContextTooLongError         prompt plus max tokens exceed the context
        │   ├── TooLargeError               the request has too many bytes
        │   └── ContentPolicyError          refused by a word or content filter
        ├── RateLimitedError                too many requests
        ├── NoChannelError                  the relay has no upstream for this model and account
        ├── UpstreamError                   the server, or one behind it, failed
        │   └── GatewayTimeoutError         524: the work may go on and be billed; never repeated
        ├── ProtocolError                   an answer that cannot be read: HTML with 200, a broken stream
        └── RedirectRefusedError            sent elsewhere, where the key must not go

Owns the tree and `classify`, which reads one answer into it (protocol 3.1 to 3.3, Q29). Must not know httpx, or how an
error is worded for people: that is `app.viewmodels.texts`.
"""

from collections.abc import Mapping

from app.domain.errors import ExpectedError


class ApiError(ExpectedError):
    """A request that brought no usable answer.

    `message` is the server's own words, "" where it said none; `detail` a raw excerpt of at most 2 KB without keys;
    `code` the server's own code; `retry_after` seconds; `should_retry` what the header x-should-retry said.
    """

    def __init__(
        self,
        message: str = "",
        *,
        http_status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        should_retry: bool | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message, detail=detail)
        self.message = message
        self.http_status = http_status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.should_retry = should_retry


class UnreachableError(ApiError):
    """No answer began: the connection failed or was closed before one."""


class NameNotFoundError(UnreachableError):
    """The host name could not be resolved."""


class ConnectionRefusedByServerError(UnreachableError):
    """Nothing listens at that address and port."""


class TlsError(UnreachableError):
    """The certificate was refused or the TLS handshake failed."""


class ProxyFailedError(UnreachableError):
    """The proxy on the way could not be used."""


class ConnectTimeoutError(UnreachableError):
    """No connection came about within the time limit."""


class ConnectionLostError(ApiError):
    """The connection broke after the answer began."""


class StalledError(ApiError):
    """The answer began, then no byte came within the idle limit."""


class RequestTimeoutError(ApiError):
    """The server took the request and did not answer within the time limit, or said so with 408."""


class AuthError(ApiError):
    """The key is missing, wrong, expired or disabled."""


class QuotaError(ApiError):
    """The balance of the account or the quota of the key is used up."""


class ForbiddenError(ApiError):
    """The key is valid but may not do this."""


class NotFoundError(ApiError):
    """The server knows no such thing."""


class ModelNotFoundError(NotFoundError):
    """The server knows no such model."""


class UnsupportedError(NotFoundError):
    """The server has no such endpoint, method or feature."""


class ChatModelError(UnsupportedError):
    """The model only chats and cannot complete (protocol 5.8)."""


class BadRequestError(ApiError):
    """The server refuses the request as it is."""


class ContextTooLongError(BadRequestError):
    """Prompt and max_tokens together exceed the model's context."""


class TooLargeError(BadRequestError):
    """The request has more bytes than the server takes."""


class ContentPolicyError(BadRequestError):
    """A word filter or content policy refused the request."""


class RateLimitedError(ApiError):
    """Too many requests, or the upstream is saturated."""


class NoChannelError(ApiError):
    """The relay has no upstream that serves this model for this account."""


class UpstreamError(ApiError):
    """The server, or one behind it, failed."""


class GatewayTimeoutError(UpstreamError):
    """524: the origin was silent for too long; its work may go on and be billed, so it is never repeated."""


class ProtocolError(ApiError):
    """An answer that cannot be read, such as a web page with status 200."""


class RedirectRefusedError(ApiError):
    """The server sent the request elsewhere, where the key must not go."""


def classify(status: int, headers: Mapping[str, str], body: bytes | str) -> ApiError:
    """Return the error that an answer means (protocol 3.1 to 3.3)."""
    raise NotImplementedError
