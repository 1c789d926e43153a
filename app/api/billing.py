"""What is left on an account: the billing endpoints of relays, in both forms (protocol 14).

Owns their paths and figures. Must not know how often they may be asked: that is `app.services.balance`.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from app.api.connection import HttpClient
from app.api.envelopes import read_json, says_error
from app.api.errors import (
    ApiError,
    AuthError,
    ForbiddenError,
    NoBalanceError,
    NotFoundError,
    ProtocolError,
    RedirectRefusedError,
    classify,
    unreadable,
)
from app.domain.balance import Balance
from app.domain.profile import Endpoint

_UNLIMITED = Decimal(100_000_000)
"""What both relays write as the limit of a key without one."""

_LARGEST = Decimal(10**15)
_VERSION = re.compile(r"/v\d[^/]*$")
_LIMITS = ("hard_limit_usd", "system_hard_limit_usd", "soft_limit_usd")


async def balance(http: HttpClient, endpoint: Endpoint, *, today: date | None = None) -> Balance:
    """Return what is left for the key, from whichever of the endpoints the server has (protocol 14).

    Asks at most four times and never twice the same, because these endpoints are rate-limited. `today` is the user's
    date: some servers tell the use of this month only.

    Raises:
        NoBalanceError: It has none of the endpoints, or keeps them for its own pages.
        ApiError: It did not answer, or with an error, also with status 200 (case 18).
    """
    roots = _roots(endpoint.base_url)
    for root in roots:
        limit, expires = _read_subscription(await _get(http, endpoint, f"{root}/dashboard/billing/subscription"))
        if limit is not None:
            query = _query(today or datetime.now().astimezone().date())
            used = _read_usage(await _get(http, endpoint, f"{root}/dashboard/billing/usage?{query}"))
            return _balance(limit, used, None, expires)
    for root in reversed(roots):  # the old form, which stood beside /v1 and not below it
        if found := _read_grants(await _get(http, endpoint, f"{root}/dashboard/billing/credit_grants")):
            return found
    raise NoBalanceError("The server does not tell its balance.")


async def _get(http: HttpClient, endpoint: Endpoint, url: str) -> dict[str, Any]:
    """Return the object a URL brings, {} where the server has nothing there that we may see; raises ApiError."""
    try:
        async with http.send(endpoint, "GET", url) as answer:
            body = await answer.read()
            status, headers = answer.status, answer.headers
        content = read_json(body.decode("utf-8", "replace"))
        if content is None:  # most often a home page with 200 (protocol 2)
            raise unreadable(status, headers, body, key=endpoint.key)
        if says_error(content):
            raise classify(status, headers, body, key=endpoint.key)
    except ApiError as error:
        if _is_not_offered(error):
            return {}
        raise
    return content if isinstance(content, dict) else {}


def _is_not_offered(error: ApiError) -> bool:
    if isinstance(error, AuthError | ForbiddenError):
        return "session" in error.message.lower()  # for the server's own pages, whatever the key
    return isinstance(error, NotFoundError | ProtocolError | RedirectRefusedError)


def _roots(base_url: str) -> list[str]:
    """Return the API root, and what it is below: both relays answer under either."""
    return list(dict.fromkeys((base_url, _VERSION.sub("", base_url))))


def _query(today: date) -> str:
    """Return this month as a query, its end excluded: relays ignore it, others need it."""
    return f"start_date={today.replace(day=1).isoformat()}&end_date={(today + timedelta(days=1)).isoformat()}"


def _read_subscription(content: dict[str, Any]) -> tuple[Decimal | None, datetime | None]:
    limits = (_number(content.get(name)) for name in _LIMITS)
    return next((limit for limit in limits if limit is not None), None), _time(content.get("access_until"))


def _read_usage(content: dict[str, Any]) -> Decimal | None:
    """Return what was used; the wire has hundredths of the unit."""
    hundredths = _number(content.get("total_usage"))
    return None if hundredths is None else hundredths / 100


def _read_grants(content: dict[str, Any]) -> Balance | None:
    """Return the figures of OpenAI's old form, which are whole units; None where there are none."""
    names = ("total_granted", "total_used", "total_available")
    granted, used, available = (_number(content.get(name)) for name in names)
    if granted is None and available is None:
        return None
    if granted is None and available is not None and used is not None:
        granted = available + used
    return _balance(granted, used, available, None)


def _balance(
    limit: Decimal | None, used: Decimal | None, remaining: Decimal | None, expires: datetime | None
) -> Balance:
    if limit == _UNLIMITED:
        return Balance(used=used, is_unlimited=True, expires=expires)
    if remaining is None and limit is not None and used is not None:
        remaining = limit - used  # the relays' limit is what remains and what was used, and moves
    return Balance(remaining, used, limit, expires=expires)


def _number(value: object) -> Decimal | None:
    """Return a number, also one written as text, to a millionth; None for whatever is none that makes sense."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", value):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST:  # before it is written out
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return round(number, 6) if number.is_finite() and abs(number) <= _LARGEST else None


def _time(value: object) -> datetime | None:
    """Return a time given in Unix seconds; 0 and -1 mean never."""
    seconds = _number(value)
    if seconds is None or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, OSError, ValueError):
        return None
