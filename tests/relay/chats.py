"""Chats as servers answer them on /v1/chat/completions, without tools or streams (protocol 6.1 to 6.3).

Knows the shape of question and answer; must not know which server does what in which test.
"""

from collections.abc import Callable
from typing import Any

from tests.relay.answers import Answer, json_answer
from tests.relay.completions import CREATED, MODEL, Json, usage
from tests.relay.received import Received

PATH = "/v1/chat/completions"


def chat_completion(text: str | None, prompt_tokens: int | None = 12, **fields: Any) -> Json:
    """Return a whole answer; without prompt_tokens the server says no counts."""
    message = {"role": "assistant", "content": text, "refusal": None}
    counts = {} if prompt_tokens is None else {"usage": usage(prompt_tokens, 1)}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": CREATED,
        "model": MODEL,
        "choices": [choice],
        **counts,
        **fields,
    }


def has_picture(received: Received) -> bool:
    """Tell whether a question has a picture in it."""
    contents = [message["content"] for message in received.json["messages"]]
    return any(part["type"] == "image_url" for content in contents if isinstance(content, list) for part in content)


def chatting(
    picture_tokens: int = 85, text: str = "Blue", text_with_picture: str = "Red", *, counts: bool = True
) -> Callable[[Received], Answer]:
    """Return an answer that counts so many tokens for a picture; 0 for a server that drops pictures."""

    def answer(received: Received) -> Answer:
        seen = has_picture(received)
        tokens = 12 + (picture_tokens if seen else 0) if counts else None
        return json_answer(chat_completion(text_with_picture if seen else text, tokens))

    return answer
