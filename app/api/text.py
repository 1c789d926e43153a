"""Text as it comes out of JSON, made fit for the rest of the program.

Owns what JSON may hold and UTF-8 may not. Must not know what the text means.
"""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    r"""Return text in which half a character (`"\ud83d"` in JSON) is U+FFFD, so that it can be encoded."""
    return text if text.isascii() or not _SURROGATE.search(text) else _SURROGATE.sub("\ufffd", text)


class SurrogateJoiner:
    r"""Join characters that a server cut into two halves, `"\ud83d"` in one chunk and `"\ude00"` in the next."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Return text with the half kept from before, and keep a half at its end."""
        if not self._half and (text.isascii() or not _SURROGATE.search(text)):
            return text
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return without_surrogates(text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))

    def finish(self) -> str:
        """Return what stands for a half whose other half never came."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""
