"""Event streams, cut wherever a test wants them cut.

Knows the framing of server-sent events and of chunked bodies; must not know what a completion looks like.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.relay.answers import Answer, Headers, head
from tests.relay.steps import Close, Step, Write

DONE = "[DONE]"


@dataclass(frozen=True, slots=True, init=False)
class Lines:
    """Lines of one event written by the test itself, ended as the stream ends its lines, and a blank line."""

    lines: tuple[str, ...]

    def __init__(self, *lines: str) -> None:
        object.__setattr__(self, "lines", lines)


def comment(text: str = "PING") -> Lines:
    """Return a comment line, as servers send to keep a connection open (protocol 4.2)."""
    return Lines(f": {text}")


Event = Mapping[str, Any] | str | Lines | bytes | Step
"""A JSON object, the text of a data field, hand-made lines, bytes as they are, or a step to take at this place."""


def sse(
    *events: Event,
    done: bool = True,
    chunking: str | int | Sequence[int] = "event",
    line_ending: str = "\n",
    status: int = 200,
    content_type: str = "text/event-stream",
    headers: Headers | None = None,
    is_chunked: bool = True,
    segment: int | None = None,
) -> Answer:
    r"""Answer with an event stream.

    Args:
        events: what to send, in order; see `Event`. A step that ends the connection ends the answer there.
        done: send `[DONE]` after the last event.
        chunking: where the body is cut into HTTP chunks: "event" (one each), "bytes" (one byte each), a size, or the
            positions in the whole body at which a new chunk begins.
        line_ending: "\n", "\r\n" or "\r" (Q12).
        status: the status of the response.
        content_type: its Content-Type.
        headers: further headers.
        is_chunked: send the body chunked; otherwise it ends where the connection is closed.
        segment: send the stream, HTTP framing included, in writes of so many bytes.
    """
    parts = list(_encode(events, line_ending))
    if done:
        parts.append(_data(DONE, line_ending))
    how = {"Transfer-Encoding": "chunked"} if is_chunked else {"Connection": "close"}
    fields = {"Content-Type": content_type, "Cache-Control": "no-cache", "X-Accel-Buffering": "no", **how}
    steps: list[Step] = [Write(head(status, {**fields, **(headers or {})}))]
    for part in _cut(parts, chunking):
        steps += _writes(http_chunk(part) if is_chunked else part, segment) if isinstance(part, bytes) else [part]
    steps += _writes(http_chunk(b""), segment) if is_chunked else [Close()]
    return Answer(tuple(steps))


def http_chunk(data: bytes) -> bytes:
    """Frame data as one chunk of a chunked body; no data makes the last chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def event_bytes(data: Mapping[str, Any] | str, line_ending: str = "\n") -> bytes:
    """Return one event with its blank line; JSON as servers write it, with characters unescaped."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _data(text, line_ending)


def _encode(events: Sequence[Event], line_ending: str) -> Iterator[bytes | Step]:
    for event in events:
        if isinstance(event, Lines):
            yield (line_ending.join(event.lines) + line_ending * 2).encode()
        elif isinstance(event, str | Mapping):
            yield event_bytes(event, line_ending)
        elif event != b"":  # an empty chunk would end the body
            yield event


def _data(text: str, line_ending: str) -> bytes:
    return f"data: {text}{line_ending * 2}".encode()


def _cut(parts: Sequence[bytes | Step], chunking: str | int | Sequence[int]) -> Iterator[bytes | Step]:
    """Cut the bytes of parts as chunking says; a step always cuts."""
    if chunking == "event":
        yield from parts
        return
    whole = sum(len(part) for part in parts if isinstance(part, bytes))
    if isinstance(chunking, str):
        cuts = set(range(1, whole))
    elif isinstance(chunking, int):
        cuts = set(range(chunking, whole, chunking))
    else:
        cuts = set(chunking)
    position, pending = 0, b""
    for part in parts:
        if not isinstance(part, bytes):
            if pending:
                yield pending
            pending = b""
            yield part
            continue
        start = position
        position += len(part)
        edges = [start, *sorted(cut for cut in cuts if start < cut < position), position]
        for left, right in pairwise(edges):
            if pending and left in cuts:
                yield pending
                pending = b""
            pending += part[left - start : right - start]
    if pending:
        yield pending


def _writes(data: bytes, segment: int | None) -> list[Step]:
    size = segment or len(data)
    return [Write(data[start : start + size]) for start in range(0, len(data), size)]
