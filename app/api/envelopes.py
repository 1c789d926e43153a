"""What a refusal says, whatever its shape: the envelopes E1 to E11 of protocol 3.1 (Q29).

Owns the shapes of refusals. Must not know which error each means (see errors.py), or HTTP.
"""

import html
import json
import re
from dataclasses import dataclass
from typing import Any

DETAIL_LIMIT = 2048
"""How many characters of an answer are kept for Details."""

_MESSAGE_LIMIT = 1000
_REQUEST_ID = re.compile(r"\s*\(request id: ([^)\s]+)\)\s*")
_KEY = re.compile(r"\b(sk-|Bearer\s+)[\w.*\-]{4,}", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_NO_TEXT = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal in the server's own words; every field is "" where the server left it out.

    `code`, `kind` and `param` are what OpenAI calls code, type and param. `is_page` marks a web page.
    """

    message: str = ""
    code: str = ""
    kind: str = ""
    param: str = ""
    request_id: str = ""
    is_page: bool = False


def read_json(body: str) -> Any:
    """Return the JSON value in body, or None where there is none that can be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # ValueError: also an integer of thousands of digits
        return None


def read_body(body: str) -> Problem:
    """Return what a whole body says: JSON in any envelope, a page's title, or plain text."""
    text = body.strip().removeprefix("\ufeff")
    if text.startswith("<"):
        title = _TITLE.search(text)
        return Problem(_shorten(html.unescape(title[1])) if title else "", is_page=True)
    content = read_json(text)
    if content is not None:
        return read_content(content)
    is_prose = not text.startswith(("{", "[")) and text != "null" and "\ufffd" not in text
    return _problem({"message": text}) if is_prose else Problem()


def read_content(content: object) -> Problem:
    """Return what a JSON value says, by the first envelope that fits (protocol 3.1)."""
    if not isinstance(content, dict):
        return _problem({"message": _read_detail(content) if isinstance(content, str | list) else ""})
    error = content.get("error")
    if isinstance(error, dict) and error:  # E1, E2
        return _problem(error)
    message = (
        _text(error)  # E3
        or _text(content.get("description"))  # E4, E5
        or _text(content.get("message"))  # E6, E7, E8
        or _read_detail(content.get("detail"))  # E9
        or _read_odd_places(content)  # E10
    )
    return _problem({**content, "message": message})


def says_error(content: object) -> bool:
    """Tell whether a JSON value that came with a good status is a refusal all the same (protocol 3.1, Q14)."""
    return isinstance(content, dict) and (
        bool(content.get("error")) or content.get("success") is False or content.get("object") == "error"
    )


def excerpt(body: str, key: str | None = None) -> str:
    """Return what Details may show of a body: short, without keys, and without a page's mark-up."""
    text = body.strip()
    if text.startswith("<"):
        text = _shorten(html.unescape(_NO_TEXT.sub(" ", text)))
    return redact(text[: 2 * DETAIL_LIMIT], key)[:DETAIL_LIMIT]


def redact(text: str, key: str | None = None) -> str:
    """Return text without the key, and without anything that looks like one."""
    if key:
        text = text.replace(key, "…")
    return _KEY.sub(r"\1…", text)


def _problem(fields: dict[Any, Any]) -> Problem:
    message = _text(fields.get("message")) or _text(fields.get("msg")) or _text(fields.get("error"))
    if not message and isinstance(inner := fields.get("message"), dict):
        message = _text(inner.get("message")) or _text(inner.get("error"))
    found = _REQUEST_ID.search(message)
    return Problem(
        message=_shorten(_REQUEST_ID.sub(" ", message)),
        code=_text(fields.get("code")),
        kind=_text(fields.get("type")),
        param=_text(fields.get("param")),
        request_id=found[1] if found else "",
    )


def _read_detail(detail: object) -> str:
    """Read FastAPI's detail: a text, or a list of places with what is wrong there."""
    if isinstance(detail, dict):
        return _text(detail.get("message")) or _text(detail.get("msg")) or _text(detail.get("error"))
    if not isinstance(detail, list):
        return _text(detail)
    parts = []
    for entry in detail[:3]:
        if isinstance(entry, dict):
            place = entry.get("loc")
            name = _text(place[-1]) if isinstance(place, list) and place else ""
            parts.append(f"{name}: {_text(entry.get('msg'))}" if name else _text(entry.get("msg")))
        else:
            parts.append(_text(entry))
    return "; ".join(part for part in parts if part)


def _read_odd_places(content: dict[Any, Any]) -> str:
    for name in ("msg", "err", "error_msg"):
        if found := _text(content.get(name)):
            return found
    header, response = content.get("header"), content.get("response")
    if isinstance(header, dict) and (found := _text(header.get("message"))):
        return found
    error = response.get("error") if isinstance(response, dict) else None
    return _text(error.get("message")) if isinstance(error, dict) else ""


def _text(value: object) -> str:
    """Return a string, or a number as one; "" for everything else (protocol 0.3: absent, null and "" are alike)."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 else ""


def _shorten(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:_MESSAGE_LIMIT]
