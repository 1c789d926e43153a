"""Requests that are sent once, to see what a server makes of them: its list of models, and the smallest possible chat.

Owns the body of that chat (protocol 6) and the reading of its answer. Must not know what is concluded from it, and
repeats nothing: whoever asks wants to know how this one request fared.
"""

import json
import re
from typing import Any, NamedTuple

from app.api.completion_reading import CompletionReader
from app.api.connection import HttpClient
from app.api.envelopes import read_json, says_error
from app.api.errors import classify, unreadable
from app.api.extras import with_fields
from app.api.models import read_models
from app.domain.generation import CompletionRequest, TextArrived, Usage, UsageReported
from app.domain.models import ModelInfo
from app.domain.profile import Endpoint

# OpenAI's reasoning models refuse the older name (protocol 6.1).
_REASONS = re.compile(r"(.*/)?(o[134]|gpt-5)")


class ChatAnswer(NamedTuple):
    """What came back: the text, "" for none, and the counts where the server said them."""

    text: str
    usage: Usage | None


async def list_once(http: HttpClient, endpoint: Endpoint) -> tuple[ModelInfo, ...]:
    """Return the models the server lists (protocol 7, Q28); raises ApiError."""
    async with http.send(endpoint, "GET", f"{endpoint.base_url}/models") as answer:
        body = (await answer.read()).decode("utf-8", "replace")
        content = read_json(body)
        if content is None:
            raise unreadable(answer.status, answer.headers, body, key=endpoint.key)
        if says_error(content):
            raise classify(answer.status, answer.headers, body, key=endpoint.key)
    return read_models(content)


async def chat_once(
    http: HttpClient, endpoint: Endpoint, model: str, text: str, *, max_tokens: int, picture: str = ""
) -> ChatAnswer:
    """Ask one question, with a picture as a data URI where there is one (protocol 6.1 to 6.3).

    Raises:
        ApiError: No answer came, or one that is none.
    """
    body = json.dumps(with_fields(_body(model, text, max_tokens, picture), endpoint.extra_body)).encode()
    async with http.send(endpoint, "POST", f"{endpoint.base_url}/chat/completions", body=body) as answer:
        received = (await answer.read()).decode("utf-8", "replace").lstrip("\ufeff")
        content = read_json(received)
        if says_error(content):
            raise classify(answer.status, answer.headers, received, key=endpoint.key)
        if not isinstance(content, dict) or not isinstance(content.get("choices"), list | dict):
            raise unreadable(answer.status, answer.headers, received, key=endpoint.key)
    return _read(content)


def _body(model: str, text: str, max_tokens: int, picture: str) -> dict[str, object]:
    content: object = text
    if picture:  # a plain text goes as such: many upstreams refuse lists (protocol 6.2)
        image = {"url": picture, "detail": "low"}
        content = [{"type": "text", "text": text}, {"type": "image_url", "image_url": image}]
    limit = "max_completion_tokens" if _REASONS.match(model) else "max_tokens"
    return {"model": model, "messages": [{"role": "user", "content": content}], limit: max_tokens}


def _read(content: dict[str, Any]) -> ChatAnswer:
    """Read the first choice, whatever its shape (protocol 5.5)."""
    reader = CompletionReader(CompletionRequest("", ""))
    events = [*reader.read_whole(content), *reader.finish()]
    texts = [event.text for event in events if isinstance(event, TextArrived) and event.index == 0]
    usages = [event.usage for event in events if isinstance(event, UsageReported)]
    return ChatAnswer("".join(texts), usages[-1] if usages else None)
