"""Everything that can go wrong between the program and a server, as one tree.

    app.domain.errors.ExpectedError
    └── ApiError                            an answer that is no answer, or no answer at all
        ├── UnreachableError                no answer began
        │   ├── NameNotFoundError           the host name is unknown
        │   ├── ConnectionRefusedByServerError  nothing listens there
        │   ├── NoNetworkError              this computer has no way out, or no name service
        │   ├── TlsError                    certificate or handshake refused
        │   │   ├── UnknownAuthorityError   signed by nobody this computer trusts
        │   │   │   └── SelfSignedError     signed by itself alone
        │   │   ├── WrongNameError          made out to another name
        │   │   ├── CertificateExpiredError  its time is over
        │   │   ├── CertificateNotYetValidError  its time has not begun
        │   │   ├── ClockWrongError         this computer's clock is far off
        │   │   └── ClientCertificateError  the server wants a certificate of ours, or another one
        │   ├── ProxyFailedError            the proxy on the way failed
        │   │   └── ProxyLoginError         the proxy wants a login, or another one; HTTP 407
        │   ├── CaptivePortalError          a login page of the network answered; HTTP 511
        │   └── ConnectTimeoutError         no connection within the time limit
        ├── ConnectionLostError             broke after the answer began
        ├── StalledError                    the answer began, then silence beyond the idle limit
        ├── RequestTimeoutError             connected, but no answer within the time limit; HTTP 408
        ├── AuthError                       key missing, wrong, expired, disabled
        ├── QuotaError                      balance or quota used up
        ├── ForbiddenError                  key valid, but not for this
        ├── NoBalanceError                  the server does not tell what is left
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
        ├── RedirectRefusedError            sent elsewhere, where the key must not go
        └── UnusableSettingError            a setting of the connection's own makes no request
            ├── ExtraFieldError             an extra header or body field that may not be sent
            └── CertificateFileError        a file of certificates or keys that cannot be used

Owns the tree and `classify`, which reads one answer into it (protocol 3.1 to 3.3, Q29). Must not know httpx, or how an
error is worded for people: that is `app.services.problems`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from app.api.envelopes import Problem, excerpt, read_body, redact
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


class NoNetworkError(UnreachableError):
    """This computer has no way to the network, or its name service does not answer."""


class TlsError(UnreachableError):
    """The certificate was refused or the TLS handshake failed."""


class UnknownAuthorityError(TlsError):
    """Nobody whom this computer trusts has signed the certificate."""


class SelfSignedError(UnknownAuthorityError):
    """The certificate is signed by itself and by nobody else."""


class WrongNameError(TlsError):
    """The certificate is made out to another name."""


class CertificateExpiredError(TlsError):
    """The certificate's time is over, or this computer's clock is ahead."""


class CertificateNotYetValidError(TlsError):
    """The certificate's time has not begun, or this computer's clock is behind."""


class ClockWrongError(TlsError):
    """This computer's clock is so far off that certificates cannot be judged."""


class ClientCertificateError(TlsError):
    """The server wants a certificate of this side and got none, or one it does not take."""


class ProxyFailedError(UnreachableError):
    """The proxy on the way could not be used."""


class ProxyLoginError(ProxyFailedError):
    """The proxy wants a login and got none, or one it does not take."""


class CaptivePortalError(UnreachableError):
    """The network's own login page answered in place of the server."""


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


class NoBalanceError(ApiError):
    """The server does not tell what is left; it may answer all the same (protocol 14)."""


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


class UnusableSettingError(ApiError):
    """A setting of the connection's own makes no request; nothing was sent. The message names it, the code says why."""


class ExtraFieldError(UnusableSettingError):
    """An extra header or body field of the connection may not be sent; the message is its name."""


class CertificateFileError(UnusableSettingError):
    """A file of certificates or keys cannot be used; the message is its path."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """An error, and what tells it: the server's code or type, or words in lower case in its message."""

    error: type[ApiError]
    codes: frozenset[str]
    words: re.Pattern[str] | None = None


def _rule(error: type[ApiError], codes: str = "", words: str = "") -> _Rule:
    return _Rule(error, frozenset(codes.split()), re.compile(words) if words else None)


# The first that fits wins; where none does, the status decides (protocol 3.2 and 3.3).
_RULES = (
    _rule(
        QuotaError,
        "insufficient_user_quota pre_consume_token_quota_failed quota_not_enough insufficient_quota "
        "billing_hard_limit_reached insufficient_balance",
        r"额度已用尽|额度不足|剩余额度|余额不足|预扣费|欠费|insufficient (balance|quota|credits)"
        r"|exceeded your current quota|quota (is )?not enough",
    ),
    _rule(NoChannelError, words=r"无可用渠道|no available channel"),
    _rule(
        ContextTooLongError,
        "context_length_exceeded exceed_context_size_error",
        r"context (length|size|window)|contextwindowexceeded|prompt is too long|上下文长度|最大上下文",
    ),
    _rule(ChatModelError, words=r"is a chat model|not supported in the v1/completions|does not support completions?\b"),
    _rule(
        ContentPolicyError,
        "sensitive_words_detected content_policy_violation content_filter",
        r"敏感词|sensitive words?|content (management )?policy",
    ),
    _rule(
        AuthError,
        # LiteLLM without a database says no_db_connection of every key but its own.
        "invalid_api_key authentication_error no_db_connection",
        r"未提供令牌|无效的令牌|令牌已过期|令牌状态不可用|未登录|(invalid|incorrect) api key",
    ),
    _rule(ForbiddenError, words=r"已被封禁|无权访问|无权使用|不支持指定渠道"),
    _rule(RateLimitedError, "rate_limit_exceeded", r"负载已饱和|请求数限制|too many requests"),
    _rule(
        ModelNotFoundError,
        "model_not_found",
        r"模型不存在|invalid model name|unknown model|\bmodel\b.{0,200}\b(not found|not exist)",
    ),
    _rule(UnsupportedError, "api_not_implemented", r"^invalid url \("),
    _rule(UpstreamError, "bad_response_status_code do_request_failed new_api_panic", r"请求上游地址失败"),
)

_BY_STATUS: Mapping[int, type[ApiError]] = MappingProxyType(
    {
        401: AuthError,
        402: QuotaError,
        403: ForbiddenError,
        404: NotFoundError,
        405: UnsupportedError,
        407: ProxyLoginError,
        408: RequestTimeoutError,
        413: TooLargeError,
        414: TooLargeError,
        429: RateLimitedError,
        501: UnsupportedError,
        511: CaptivePortalError,
        524: GatewayTimeoutError,
    }
)


def classify(status: int, headers: Mapping[str, str], body: bytes | str, *, key: str | None = None) -> ApiError:
    """Return the error that an answer means (protocol 3.1 to 3.3, Q29).

    Also for status 200, when the body holds an error instead of what was asked for. `key` is kept out of the result
    wherever a server repeats it.
    """
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    fields = {name.lower(): value for name, value in headers.items()}
    problem = read_body(text)
    error = _error_of(status, problem)
    return error(
        redact(problem.message, key),
        http_status=status,
        code=problem.kind or problem.code if problem.code in {"", str(status)} else problem.code,
        request_id=fields.get("x-oneapi-request-id") or fields.get("x-request-id") or problem.request_id,
        retry_after=_retry_after(fields),
        should_retry={"true": True, "false": False}.get(fields.get("x-should-retry", "").lower()),
        detail=excerpt(text, key),
    )


def unreadable(status: int, headers: Mapping[str, str], body: bytes | str, *, key: str | None = None) -> ProtocolError:
    """Return the error for a good status with a body that is not what was asked for, such as a page (protocol 2)."""
    found = classify(status, headers, body, key=key)
    return ProtocolError(found.message, http_status=status, request_id=found.request_id, detail=found.detail)


def _error_of(status: int, problem: Problem) -> type[ApiError]:
    words = problem.message.lower()
    if problem.is_page:
        if status < 400:
            return ProtocolError
        words = ""  # a page's title is its proxy's, and says no more than the status
    for rule in _RULES:
        if problem.code in rule.codes or problem.kind in rule.codes or (rule.words and rule.words.search(words)):
            return rule.error
    if status < 400:
        # An error with a good status often carries the real one as its code (Q14).
        status = int(problem.code) if re.fullmatch("[45][0-9][0-9]", problem.code) else status
    if status == 404 and (problem.is_page or words in {"", "not found", "file not found"}):
        return UnsupportedError  # what servers say of paths they do not know
    if status < 400:
        return BadRequestError if problem.kind == "invalid_request_error" else UpstreamError
    return _BY_STATUS.get(status) or (BadRequestError if status < 500 else UpstreamError)


def _retry_after(fields: Mapping[str, str]) -> float | None:
    """Return how many seconds a server asks to wait: milliseconds, seconds or a date (protocol 3.3)."""
    try:
        if milliseconds := fields.get("retry-after-ms"):
            seconds = float(milliseconds) / 1000
        elif not (value := fields.get("retry-after", "").strip()):
            return None
        elif value[0].isdigit():
            seconds = float(value)
        else:
            from email.utils import parsedate_to_datetime

            date = parsedate_to_datetime(value)
            seconds = (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except ValueError:
        return None
    return seconds if 0 < seconds < math.inf else None
