"""What a completion looks like on the wire: whole objects, the chunks of a stream, and usage (protocol 5.4, 5.7).

Knows JSON shapes; must not know how they are sent.
"""

from collections.abc import Mapping
from typing import Any

MODEL = "gpt-3.5-turbo-instruct"
CREATED = 1717171717

Json = dict[str, Any]
"""A JSON object."""


def usage(prompt: int, completion: int) -> Json:
    """Return the three counts as OpenAI sends them."""
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


NO_USAGE = usage(0, 0)
"""The zeros that Ollama puts in every chunk (Q17)."""


def choice(
    text: str, index: int = 0, finish_reason: str | None = None, logprobs: Mapping[str, Any] | None = None
) -> Json:
    """Return one entry of `choices` in text form (protocol 5.4)."""
    return {"text": text, "index": index, "logprobs": logprobs, "finish_reason": finish_reason}


def completion(*choices: Json, **fields: Any) -> Json:
    """Return a whole completion; fields (`usage=…`, `model=…`) are added or replaced."""
    return {
        "id": "cmpl-7QmVI15qgYVllxK0FtxVGG6ywfzaq",
        "object": "text_completion",
        "created": CREATED,
        "model": MODEL,
        "choices": list(choices),
        **fields,
    }


def chunk(
    text: str,
    index: int = 0,
    finish_reason: str | None = None,
    logprobs: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Json:
    """Return one chunk of a stream with one choice; fields are added or replaced."""
    return completion(choice(text, index, finish_reason, logprobs), **{"id": "cmpl-1", **fields})


def usage_chunk(prompt: int, completed: int) -> Json:
    """Return the chunk without choices that carries the totals (Q15, Q17)."""
    return completion(id="cmpl-1", usage=usage(prompt, completed))


def message_choice(text: str, index: int = 0, finish_reason: str | None = "stop", part: str = "message") -> Json:
    """Return a choice in chat form: `part` is "message", or "delta" in a stream (Q18, protocol 5.5)."""
    return {"index": index, part: {"role": "assistant", "content": text}, "finish_reason": finish_reason}
