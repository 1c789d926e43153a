"""Log-probabilities in every shape in which they arrive (Q19 to Q25, protocol 5.6).

Knows the shapes; must not know how they are sent.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.relay.completions import Json


@dataclass(frozen=True, slots=True)
class Scored:
    """A token with its log-probability and the alternatives weighed at its place."""

    text: str
    logprob: float | None
    top: tuple[tuple[str, float], ...] = ()
    data: bytes | None = None
    """The token's bytes, where they are not those of its text (Q23)."""

    @property
    def bytes(self) -> bytes:
        return self.text.encode() if self.data is None else self.data


PARIS = (
    Scored(" Paris", -0.25, ((" Paris", -0.25), (" the", -2.75), (" London", -4.25))),
    Scored(".", -0.5, ((".", -0.5), (",", -1.5), (" and", -3.0))),
    Scored("\n", -1.0, (("\n", -1.0), (" The", -2.25), (" Paris", -2.75))),
)
"""Three tokens that make " Paris.\\n", each with three alternatives."""

EMOJI = (
    Scored("\ufffd", -0.5, data="🌊".encode()[:2]),
    Scored("\ufffd", -0.25, data="🌊".encode()[2:]),
    Scored("!", -1.0),
)
"""One character in two tokens, neither of which is text by itself (Q23), and a third."""

VLLM_IMPOSSIBLE = -9999.0
LLAMA_IMPOSSIBLE = -3.4028234663852886e38
ODD_NUMBERS: Mapping[str, float | None] = MappingProxyType(
    {
        "null": None,
        "vLLM's impossible": VLLM_IMPOSSIBLE,
        "llama.cpp's impossible": LLAMA_IMPOSSIBLE,
        "not a number": math.nan,
        "minus infinity": -math.inf,
    }
)
"""What stands where a log-probability should (Q22). The last two go out bare, which JSON forbids."""


def text_of(tokens: Sequence[Scored]) -> str:
    """Return the text that tokens make, joined as bytes (Q23)."""
    return b"".join(token.bytes for token in tokens).decode()


def legacy(*tokens: Scored, offset: int = 0, **replaced: Any) -> Json:
    """Return the four parallel arrays (Q19 a); `replaced` sets any of them to something else (Q20)."""
    offsets = [offset]
    for token in tokens:
        offsets.append(offsets[-1] + len(token.text))
    arrays = {
        "tokens": [token.text for token in tokens],
        "token_logprobs": [token.logprob for token in tokens],
        "top_logprobs": [dict(token.top) for token in tokens],
        "text_offset": offsets[:-1],
    }
    return {**arrays, **replaced}


def content(*tokens: Scored) -> Json:
    """Return the chat-style list with ids, as llama.cpp sends it (Q19 b)."""
    return {
        "content": [
            _entry(token.text, token.bytes, logprob=token.logprob)
            | {"top_logprobs": [_entry(text, text.encode(), logprob=score) for text, score in token.top]}
            for token in tokens
        ]
    }


def content_without_bytes(*tokens: Scored) -> Json:
    """Return the chat-style list with `bytes: null` and no ids."""
    return {
        "content": [
            {
                "token": token.text,
                "logprob": token.logprob,
                "bytes": None,
                "top_logprobs": [{"token": text, "logprob": score, "bytes": None} for text, score in token.top],
            }
            for token in tokens
        ]
    }


def post_sampling(*tokens: Scored) -> Json:
    """Return probabilities instead of their logarithms, as llama.cpp does after sampling (Q19 c)."""
    return {
        "content": [
            _entry(token.text, token.bytes, prob=0.0 if token.logprob is None else math.exp(token.logprob))
            | {"top_probs": [_entry(text, text.encode(), prob=math.exp(score)) for text, score in token.top]}
            for token in tokens
        ]
    }


def both_shapes(*tokens: Scored) -> Json:
    """Return the list beside four empty arrays, as LiteLLM passes it on."""
    empty = dict.fromkeys(("text_offset", "token_logprobs", "tokens", "top_logprobs"))
    return {**empty, **content(*tokens)}


def byte_names(*tokens: Scored) -> Json:
    r"""Return the arrays with tokens that are no text written as `bytes:\xf0\x9f`, as OpenAI does (Q23)."""
    names = [_byte_name(token) for token in tokens]
    return legacy(*tokens, tokens=names)


def escaped_bytes(*tokens: Scored) -> Json:
    r"""Return the arrays with tokens that are no text written as `\xf0\x9f`, as DeepSeek does (Q23)."""
    return legacy(*tokens, tokens=[_byte_name(token).removeprefix("bytes:") for token in tokens])


def _entry(token: str, data: bytes, **score: float | None) -> Json:
    return {"id": 7 + len(data), "token": token, "bytes": list(data), **score}


def _byte_name(token: Scored) -> str:
    if token.data is None:
        return token.text
    return "bytes:" + "".join(f"\\x{byte:02x}" for byte in token.data)


SHAPES: Mapping[str, Json | None] = MappingProxyType(
    {
        "legacy": legacy(*PARIS),
        "content": content(*PARIS),
        "content without bytes": content_without_bytes(*PARIS),
        "post-sampling": post_sampling(*PARIS),
        "both": both_shapes(*PARIS),
    }
)
"""The same three tokens of " Paris.\\n" in every shape that says something (Q19)."""

SILENT_SHAPES: Mapping[str, Json | None] = MappingProxyType(
    {
        "null": None,
        "empty object": {},
        "empty content": {"content": []},
        "null content": {"content": None},
        "empty arrays": legacy(),
        "null arrays": dict.fromkeys(("text_offset", "token_logprobs", "tokens", "top_logprobs")),
    }
)
"""Shapes that say nothing (Q19 d)."""

MISALIGNED: Mapping[str, Json] = MappingProxyType(
    {
        "too few numbers": legacy(*PARIS, token_logprobs=[-0.25]),
        "too many numbers": legacy(*PARIS, token_logprobs=[-0.25, -0.5, -1.0, -2.0]),
        "a token missing": legacy(*PARIS[:2]),
        "a token twice": legacy(PARIS[0], *PARIS),
        "other text": legacy(Scored(" London", -0.25), *PARIS[1:]),
        "a token missing from content": content(*PARIS[1:]),
    }
)
"""Log-probabilities that do not fit the text " Paris.\\n": no heat map may be drawn from them (Q20)."""

OFFSETS: Mapping[str, Json] = MappingProxyType(
    {
        "from the prompt's length": legacy(*PARIS, offset=24),
        "from zero": legacy(*PARIS),
        "all zero": legacy(*PARIS, text_offset=[0, 0, 0]),
        "null": legacy(*PARIS, text_offset=None),
        "no alternatives": legacy(*PARIS, top_logprobs=None, text_offset=None),
    }
)
"""The same tokens with every habit of `text_offset`, which must change nothing (Q21)."""
