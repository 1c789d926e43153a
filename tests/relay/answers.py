"""Answers: a sequence of steps, and the plain ones among them.

Knows HTTP/1.1 responses; must not know event streams (see sse.py) or what a completion looks like.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from tests.relay.connection import Connection
from tests.relay.received import Received
from tests.relay.steps import Close, Reset, Stall, Step, Write

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is done to the connection in answer to one request. May be used any number of times."""

    steps: tuple[Step, ...]

    async def play(self, connection: Connection) -> None:
        """Run the steps, up to the one that ends the connection."""
        for step in self.steps:
            await step.run(connection)
            if connection.is_closed:
                return

    def after(self, *steps: Step) -> "Answer":
        """Return the same answer with steps before it: `json_answer(…).after(Pause(0.2))`."""
        return Answer((*steps, *self.steps))

    def then(self, *steps: Step) -> "Answer":
        """Return the same answer with steps behind it."""
        return Answer((*self.steps, *steps))


Answering = Answer | Callable[[Received], Answer]
"""An answer, or a function that makes one from the request."""


def head(status: int, headers: Headers) -> bytes:
    """Return the status line and headers of a response."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Whatever"  # Cloudflare's 520 to 530 have no registered phrase
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def body_answer(body: bytes, content_type: str, status: int = 200, headers: Headers | None = None) -> Answer:
    """Answer with a body of known length."""
    length = {"Content-Type": content_type, "Content-Length": str(len(body))}
    return Answer((Write(head(status, {**length, **(headers or {})}) + body),))


def json_answer(content: object, status: int = 200, headers: Headers | None = None) -> Answer:
    """Answer with JSON; not-a-number and infinities go out bare, as Python writes them (Q22)."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return body_answer(body, "application/json; charset=utf-8", status, headers)


def text_answer(text: str, status: int = 200, headers: Headers | None = None) -> Answer:
    """Answer with plain text."""
    return body_answer(text.encode(), "text/plain; charset=utf-8", status, headers)


def html_answer(status: int, title: str, headers: Headers | None = None) -> Answer:
    """Answer with a page as proxies send it (E11, protocol 3.3)."""
    page = (
        f"<!DOCTYPE html>\r\n<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return body_answer(page.encode(), "text/html; charset=UTF-8", status, headers)


def empty_answer(status: int, headers: Headers | None = None) -> Answer:
    """Answer with no body and no content type."""
    return Answer((Write(head(status, {"Content-Length": "0", **(headers or {})})),))


def redirect(location: str, status: int = 307) -> Answer:
    """Send the client elsewhere."""
    return empty_answer(status, {"Location": location})


def hang_up() -> Answer:
    """Close the connection without a word."""
    return Answer((Close(),))


def break_off() -> Answer:
    """Reset the connection without a word."""
    return Answer((Reset(),))


def keep_silent() -> Answer:
    """Take the request and never answer."""
    return Answer((Stall(),))
