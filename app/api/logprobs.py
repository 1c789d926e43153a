"""Log-probabilities of every shape into tokens that fit the text (Q19 to Q25, protocol 5.6).

Owns the shapes and the check that tokens and text agree. Must not know streams, or how probabilities are drawn.
"""

import math
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.api.text import without_surrogates
from app.domain.tokens import Alternative, Token, clean_logprob

UNASKED_ALTERNATIVES = 5
"""How many alternatives are kept of a server that sends them although none were asked for (Q25)."""

_ESCAPED_BYTES = re.compile(r"(?:bytes:)?((?:\\x[0-9a-fA-F]{2})+)")


def read_tokens(logprobs: object, asked: int | None) -> list[Token] | None:
    """Return the tokens of one `logprobs` field, whatever its shape; empty where it says nothing (Q19).

    At most `asked` alternatives are kept, the likeliest first (Q25).

    Returns:
        None where tokens are there but cannot be told apart, such as arrays of different lengths (Q20).
    """
    if not isinstance(logprobs, dict):
        return []
    limit = UNASKED_ALTERNATIVES if asked is None else asked
    if (content := logprobs.get("content")) and isinstance(content, list):
        return _read_content(content, limit)
    if (tokens := logprobs.get("tokens")) and isinstance(tokens, list):
        return _read_arrays(tokens, logprobs, limit)
    return []


class TokenAligner:
    """Give out the tokens of one candidate once they cover its text exactly, and none after they disagree (Q20).

    Tokens may run ahead of the text, because servers hold text back that could begin a stop sequence. `text_offset`
    is not looked at (Q21). Where a server lost the bytes of a character, one token without a probability stands in
    for it (Q23).
    """

    def __init__(self, asked: int | None) -> None:
        self._asked = asked
        self._text = b""  # not covered by tokens yet
        self._waiting: deque[Token] = deque()  # not covering text yet
        self._fitted: list[Token] = []
        self._disagrees = False

    def feed(self, text: str, logprobs: object) -> tuple[Token, ...]:
        """Take one increment of text and its `logprobs`; return the tokens that are sure by now, in order."""
        if self._disagrees:
            return ()
        tokens = read_tokens(logprobs, self._asked)
        if tokens is None:
            return self._give_up()
        self._text += text.encode()
        self._waiting += tokens
        while self._waiting:
            fits = self._fit()
            if fits is None:
                break
            if not fits:
                return self._give_up()
        return () if self._text else self._give_out()

    def finish(self) -> tuple[Token, ...]:
        """Return what is left to give out: the end may have cut the last token short, or the last character."""
        cut_short = self._waiting and any(reading.startswith(self._text) for reading in _readings(self._waiting[0]))
        lost_end = not self._text.decode("utf-8", "replace").strip("\ufffd")
        return self._give_out() if cut_short or lost_end else ()

    def _give_up(self) -> tuple[Token, ...]:
        self._disagrees = True
        self._text = b""
        self._waiting.clear()
        self._fitted.clear()
        return ()

    def _give_out(self) -> tuple[Token, ...]:
        tokens = tuple(self._fitted)
        self._fitted.clear()
        return tokens

    def _fit(self) -> bool | None:
        """Let the next token cover text; None where more text is needed to tell, False where it cannot fit."""
        token = self._waiting[0]
        for reading in _readings(token):
            if self._text.startswith(reading):
                named = token.data is None and reading != token.text.encode()
                self._accept(1, len(reading), replace(token, data=reading) if named else token)
                return True
        if _is_lossy(token):
            return self._fit_lossy()
        if any(reading.startswith(self._text) for reading in _readings(token)):
            return None
        return self._fit_inside_character(token)

    def _fit_inside_character(self, token: Token) -> bool:
        """Fit a token that ends a character whose first bytes were lost, as llama.cpp leaves them out."""
        reading = next(_readings(token))
        rest = reading.lstrip(bytes(range(0x80, 0xC0)))
        inside = reading[: len(reading) - len(rest)]
        character = self._text[:4].decode("utf-8", "replace")[:1].encode()
        covered = character + rest
        if not inside or not character.endswith(inside) or not self._text.startswith(covered):
            return False
        self._accept(1, len(covered), Token(covered.decode("utf-8", "replace"), None))
        return True

    def _fit_lossy(self) -> bool | None:
        """Fit tokens whose bytes were lost to the characters before the next token that is whole."""
        if not self._text:
            return None
        count = next((at for at, token in enumerate(self._waiting) if not _is_lossy(token)), len(self._waiting))
        is_last = count == len(self._waiting)
        following = [b""] if is_last else list(_readings(self._waiting[count]))
        text = self._text.decode("utf-8", "replace")
        may_fit_later = is_last
        for size in range(min(count, len(text)) + 1):
            if size and text[size - 1].isascii():
                break  # no server loses the bytes of these
            rest = text[size:].encode()
            if not rest if is_last else any(rest.startswith(reading) for reading in following):
                self._accept(count, len(self._text) - len(rest), Token(text[:size], None))
                return True
            may_fit_later |= any(reading.startswith(rest) for reading in following)
        return None if may_fit_later else False

    def _accept(self, count: int, size: int, token: Token) -> None:
        for _ in range(count):
            self._waiting.popleft()
        self._text = self._text[size:]
        self._fitted.append(token)


def _read_content(content: list[Any], limit: int) -> list[Token] | None:
    """Read the chat-style list, with logarithms or with probabilities after sampling."""
    tokens = []
    for entry in content:
        if (chosen := _read_entry(entry)) is None:
            return None
        top = entry.get("top_logprobs") or entry.get("top_probs")
        tokens.append(Token(chosen.text, chosen.logprob, chosen.data, _read_alternatives(top, limit)))
    return tokens


def _read_arrays(names: list[Any], logprobs: Mapping[str, Any], limit: int) -> list[Token] | None:
    """Read the parallel arrays of OpenAI's older shape."""
    scores, tops = logprobs.get("token_logprobs"), logprobs.get("top_logprobs")
    if not isinstance(scores, list) or len(scores) != len(names):
        return None
    if not all(isinstance(name, str) for name in names):
        return None
    tops = tops if isinstance(tops, list) else []
    return [
        Token(
            without_surrogates(name),
            clean_logprob(score),
            None,
            _read_alternatives(tops[at] if at < len(tops) else None, limit),
        )
        for at, (name, score) in enumerate(zip(names, scores, strict=True))
    ]


def _read_alternatives(top: object, limit: int) -> tuple[Alternative, ...]:
    """Read a dictionary of token to logarithm, or a list of entries; the likeliest come first."""
    if isinstance(top, dict):
        found = [Alternative(without_surrogates(name), clean_logprob(score)) for name, score in top.items()]
    elif isinstance(top, list):
        found = [alternative for entry in top if (alternative := _read_entry(entry))]
    else:
        return ()
    found.sort(key=lambda alternative: -math.inf if alternative.logprob is None else alternative.logprob, reverse=True)
    return tuple(found[:limit])


def _read_entry(entry: object) -> Alternative | None:
    if not isinstance(entry, dict) or not isinstance(text := entry.get("token"), str):
        return None
    logprob = clean_logprob(entry.get("logprob"))
    if "logprob" not in entry and "prob" in entry:
        logprob = _logarithm(entry["prob"])
    return Alternative(without_surrogates(text), logprob, _read_bytes(entry.get("bytes")))


def _logarithm(probability: object) -> float | None:
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not probability > 0:
        return None
    return math.log(min(probability, 1))


def _read_bytes(values: object) -> bytes | None:
    if not isinstance(values, list) or not all(type(value) is int and 0 <= value < 256 for value in values):
        return None
    return bytes(values) or None


def _readings(token: Token) -> Iterator[bytes]:
    r"""Yield what bytes a token may stand for: those sent, those of its text, those its text names as `\xf0` (Q23)."""
    if token.data is not None:
        yield token.data
        return
    yield token.text.encode()
    if named := _ESCAPED_BYTES.fullmatch(token.text):
        yield bytes.fromhex(named[1].replace("\\x", ""))


def _is_lossy(token: Token) -> bool:
    return token.data is None and "\ufffd" in token.text
