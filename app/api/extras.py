"""Headers and body fields of a connection's own: which may be sent, and what they may replace (protocol 1).

Owns the rules. Must not know HTTP clients, or what else a request holds.
"""

import json
import re
from collections.abc import Mapping

from app.api.errors import ExtraFieldError

RESERVED_HEADERS = frozenset(
    {
        # what the program says itself: the key, where it goes, and what the body is
        "authorization",
        "host",
        "content-type",
        "content-length",
        "accept-encoding",  # a compressed stream would gather tokens
        # what belongs to one stretch of the road
        "connection",
        "expect",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers, in lower case, that a connection may not add: the key has a place of its own."""

RESERVED_FIELDS = frozenset({"prompt", "stream"})
"""Body fields that a connection may not replace: the first is the user's text, the second says how to read."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_headers(extra: Mapping[str, str]) -> None:
    """Refuse headers that cannot be sent, or that would replace what the program has to say.

    Raises:
        ExtraFieldError: The message is the header's name; the code says why: "reserved", "name", "value" or "twice".
    """
    seen = set[str]()
    for name, value in extra.items():
        if not _NAME.fullmatch(name):
            raise ExtraFieldError(name, code="name")
        if name.lower() in RESERVED_HEADERS:
            raise ExtraFieldError(name, code="reserved")
        if name.lower() in seen:
            raise ExtraFieldError(name, code="twice")
        is_plain = value.isascii() and value.isprintable()  # a line break would begin another header
        if not is_plain or value != value.strip():
            raise ExtraFieldError(name, code="value")
        seen.add(name.lower())


def with_headers(headers: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """Return the program's headers with a connection's own, which replace those that are not reserved.

    Raises:
        ExtraFieldError: As for `check_headers`.
    """
    check_headers(extra)
    replaced = {name.lower() for name in extra}
    return {name: value for name, value in headers.items() if name.lower() not in replaced} | dict(extra)


def check_fields(extra: Mapping[str, object]) -> None:
    """Refuse body fields that are no JSON, or that would replace what the user wrote.

    Raises:
        ExtraFieldError: The message is the field's name; the code says why: "reserved" or "value".
    """
    for name, value in extra.items():
        if name in RESERVED_FIELDS:
            raise ExtraFieldError(name, code="reserved")
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise ExtraFieldError(name, code="value", detail=str(error)) from error


def with_fields(body: Mapping[str, object], extra: Mapping[str, object]) -> dict[str, object]:
    """Return a request's body with a connection's own fields, which come last and win over what the panel says.

    Fields are replaced whole. None takes a field away: for servers, absent and null are alike (protocol 0.3), and some
    refuse a field for its mere presence.

    Raises:
        ExtraFieldError: As for `check_fields`.
    """
    check_fields(extra)
    return {name: value for name, value in {**body, **extra}.items() if name not in extra or value is not None}
