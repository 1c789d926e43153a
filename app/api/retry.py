"""When a failed request is sent again, and after how long (protocol 3.3, Q27).

Owns the rules. Must not know HTTP clients; whoever uses it waits and sends.
"""

import random
from dataclasses import dataclass

from app.api.errors import (
    ApiError,
    CaptivePortalError,
    ForbiddenError,
    GatewayTimeoutError,
    NoChannelError,
    ProxyLoginError,
    QuotaError,
    TlsError,
    UnreachableError,
    UnsupportedError,
)

MAX_RETRIES = 2

_NEVER = (
    QuotaError,  # more money is needed, not more time
    GatewayTimeoutError,  # the work may go on and be billed
    TlsError,  # a refused certificate stays refused
    ProxyLoginError,  # a wrong login stays wrong, and may lock the account
    CaptivePortalError,
    UnsupportedError,
    ForbiddenError,
)
_STATUSES = frozenset({408, 409, 429})


@dataclass(frozen=True, slots=True)
class RetryDelays:
    """Waiting times in seconds; tests shorten them.

    `first` doubles with each try up to `longest`; `overloaded` is the least after a 503; a server that asks for more
    than `longest_asked` is not waited for.
    """

    first: float = 0.5
    longest: float = 8.0
    overloaded: float = 5.0
    longest_asked: float = 120.0


class RetrySchedule:
    """Decide after each failure of one request whether and when to try again; made anew for each request."""

    def __init__(self, delays: RetryDelays, limit: int = MAX_RETRIES) -> None:
        self._delays = delays
        self._limit = limit
        self._tries = 0

    def next_delay(self, error: ApiError) -> float | None:
        """Count the failure and return how many seconds to wait before the next try, or None to give up.

        Never ask it about a failure after the first event of a stream arrived (Q27).
        """
        limit = min(self._limit, 1) if error.http_status == 503 else self._limit
        if self._tries >= limit or not _may_help(error):
            return None
        if error.retry_after is not None and error.retry_after > self._delays.longest_asked:
            return None
        backoff: float = min(self._delays.first * 2**self._tries, self._delays.longest)
        self._tries += 1
        delay = error.retry_after or backoff * random.uniform(0.75, 1.0)  # noqa: S311 - jitter is no secret
        return max(delay, self._delays.overloaded) if error.http_status == 503 else delay


def _may_help(error: ApiError) -> bool:
    if isinstance(error, _NEVER):
        return False
    if error.should_retry is not None:
        return error.should_retry
    if isinstance(error, UnreachableError | NoChannelError):
        return True
    status = error.http_status or 0
    return status in _STATUSES or status >= 500
