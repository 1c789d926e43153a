"""Text from the clipboard, made plain: what looks the same becomes the same.

Owns the characters that chats, word processors and input methods put in place of ASCII, or between. Must not know what
the text says.
"""

import re

_LONGEST = 200_000

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»″"), '"') | dict.fromkeys(map(ord, "‘’‚‛′"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–−﹣"), "-")
_BLANKS = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_BREAKS = dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_OTHERS = {ord("。"): "。 ", ord("︰"): ":", ord("꞉"): ":", ord("∶"): ":", ord("⁄"): "/", ord("∕"): "/"}
_PLAIN = _QUOTES | _DASHES | _BLANKS | _BREAKS | _FULL_WIDTH | _OTHERS

# Nobody sees them: zero width, direction marks, soft hyphen, variation selectors, controls, halves of characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_OPTION = re.compile(r"(?<=\s)[—―](?=[A-Za-z])")


def plain(text: str) -> str:
    """Return text with plain quotes, dashes, colons, blanks and line breaks, without what nobody sees.

    What lies beyond 200,000 characters is left out; `is_too_long` tells.
    """
    text = text[:_LONGEST].replace("\r\n", "\n").translate(_PLAIN)
    text = _OPTION.sub("--", _UNSEEN.sub("", text))  # word processors make a dash of curl's two hyphens
    return re.sub("[—―]", " ", text).replace("\\/", "/")


def is_too_long(text: str) -> bool:
    """Tell whether `plain` leaves some of the text out."""
    return len(text) > _LONGEST
