"""A connection as JSON and back.

Owns the names of the fields on disk and what a value must be to be believed: files are written by older and newer
versions, and by strangers. Must not know where the JSON is kept; keys are no part of a connection.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict

from app.domain.profile import (
    BUILT_IN_ID,
    Dialect,
    InvalidAddressError,
    Network,
    Profile,
    normalise_address,
    normalise_proxy,
)

_LONGEST_TEXT = 2_000
_MOST_ENTRIES = 1_000
_DEEPEST = 16
_LONGEST_WAIT = 86_400.0  # a day, in seconds
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def to_json(profile: Profile) -> dict[str, object]:
    """Return a profile as a dictionary that `json.dumps` takes; it never holds a key."""
    return {
        "id": profile.id,
        "name": profile.name,
        "base_url": profile.base_url,
        "preset": profile.preset,
        "favourites": list(profile.favourites),
        "dialect": asdict(profile.dialect),
        "network": asdict(profile.network),
        "extra_headers": dict(profile.extra_headers),
        "extra_body": dict(profile.extra_body),
    }


def from_json(data: object) -> Profile | None:
    """Return the profile that parsed JSON tells of; None where it has no id, or no address that can be read.

    Unknown fields are passed over, and a wrong value counts as the default.
    """
    if not isinstance(data, Mapping):
        return None
    profile_id = one_line(data.get("id"))
    base_url = ""
    if profile_id != BUILT_IN_ID:
        try:
            base_url = normalise_address(one_line(data.get("base_url")))
        except InvalidAddressError:
            return None
    if not profile_id:
        return None
    return Profile(
        profile_id,
        one_line(data.get("name")),
        base_url,
        one_line(data.get("preset")),
        _favourites(data.get("favourites")),
        _dialect(data.get("dialect")),
        _network(data.get("network")),
        _headers(data.get("extra_headers")),
        _body(data.get("extra_body")),
    )


def one_line(value: object) -> str:
    """Return a text without line breaks, control characters and halves of characters; "" for what is no text."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return ""
    return _UNSEEN.sub("", value).strip()


def is_header(name: object, value: object) -> bool:
    """Tell whether a pair can be sent as an HTTP header."""
    return (
        isinstance(name, str)
        and isinstance(value, str)
        and _HEADER_NAME.fullmatch(name) is not None
        and value != ""
        and one_line(value) == value
    )


def _favourites(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(name for name in map(one_line, value[:_MOST_ENTRIES]) if name))


def _dialect(value: object) -> Dialect:
    if not isinstance(value, Mapping):
        return Dialect()
    return Dialect(
        one_line(value.get("mj_prefix")),
        _one_of(value.get("mj_auth"), "bearer", "mj-api-secret"),
        _one_of(value.get("suno"), "seed", "newapi", "goapi", "native"),
        _one_of(value.get("luma"), "seed", "swapped", "flat", "official"),
        one_line(value.get("music_path")),
        one_line(value.get("luma_path")),
    )


def _one_of(value: object, default: str, *others: str) -> str:
    return value if isinstance(value, str) and value in others else default


def _network(value: object) -> Network:
    if not isinstance(value, Mapping):
        return Network()
    default = Network()
    return Network(
        _proxy(value.get("proxy")),
        one_line(value.get("proxy_user")),
        one_line(value.get("ca_file")),
        one_line(value.get("client_certificate")),
        one_line(value.get("client_key")),
        _seconds(value.get("connect_timeout"), default.connect_timeout),
        _seconds(value.get("request_timeout"), default.request_timeout),
        _seconds(value.get("idle_timeout"), default.idle_timeout),
    )


def _proxy(value: object) -> str:
    text = one_line(value)
    if text in {"", "system", "none"}:
        return text or Network().proxy
    try:
        return normalise_proxy(text).url
    except InvalidAddressError:
        return Network().proxy


def _seconds(value: object, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_WAIT:
        return default
    return float(value)


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > _MOST_ENTRIES:
        return {}
    return {name: text for name, text in value.items() if is_header(name, text)}


def _body(value: object) -> dict[str, object]:
    copied = _plain(value, _DEEPEST)
    return copied if isinstance(copied, dict) else {}


class _Dropped:
    """What stands for a value that JSON cannot hold, or that no server could mean."""


def _plain(value: object, depth: int) -> object:
    """Copy JSON, without the parts that cannot be written again or lie too deep."""
    if isinstance(value, Mapping) and depth:
        pairs = ((name, _plain(each, depth - 1)) for name, each in value.items())
        return {_whole(name): each for name, each in pairs if isinstance(name, str) and each is not _Dropped}
    if isinstance(value, list | tuple) and depth:
        return [copy for each in value if (copy := _plain(each, depth - 1)) is not _Dropped]
    if isinstance(value, str):
        return _whole(value)
    return value if _is_plain_scalar(value) else _Dropped


def _is_plain_scalar(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    # Beyond 64 bits no server reads a number, and Python refuses to write the longest.
    return value is None or (isinstance(value, int) and value.bit_length() <= 64)


def _whole(text: str) -> str:
    """Return a text without halves of characters, which cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
