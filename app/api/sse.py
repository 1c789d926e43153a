"""Bytes to server-sent events: pure and incremental (protocol 4.2, Q12).

Owns the framing only. Must not know sockets, or what the data of an event means.
"""

import re
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """One event: its data lines joined with line feeds, and its type where the server named one."""

    data: str
    event: str = ""


class SseDecoder:
    """Turn the bytes of one event stream into events, wherever the network cuts them.

    Lines end with LF, CR or CRLF; UTF-8 is decoded per complete line, so that a character may be cut between two
    chunks. Time is linear in the bytes, also for one line of megabytes that arrives in small pieces.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []  # an unfinished line
        self._data: list[str] = []  # data lines of an unfinished event
        self._event = ""
        self._is_first_line = True
        self._ended_in_cr = False

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Take the next bytes and return the events they complete."""
        # The common case: whole events of one data line each. Everything else goes the long way.
        if (
            chunk.startswith(b"data: ")
            and chunk.endswith(b"\n\n")
            and not (self._pieces or self._data or self._event)
            and b"\r" not in chunk
        ):
            self._is_first_line = self._ended_in_cr = False
            if chunk.find(b"\n", 0, -2) == -1:
                return [ServerSentEvent(chunk[6:-2].decode("utf-8", "replace"))]
            return self._feed_events(chunk)
        return self._feed_lines(chunk)

    def finish(self) -> list[ServerSentEvent]:
        """Return the event that the stream left unterminated, if any; some relays omit the last blank line."""
        if self._pieces:
            self._take_line(b"".join(self._pieces))
            self._pieces.clear()
        event = self._dispatch()
        return [event] if event else []

    def _feed_events(self, chunk: bytes) -> list[ServerSentEvent]:
        events: list[ServerSentEvent] = []
        for part in chunk[:-2].split(b"\n\n"):
            if part.startswith(b"data: ") and b"\n" not in part:
                events.append(ServerSentEvent(part[6:].decode("utf-8", "replace")))
            else:
                events += self._feed_lines(part + b"\n\n")
        return events

    def _feed_lines(self, chunk: bytes) -> list[ServerSentEvent]:
        events: list[ServerSentEvent] = []
        if not chunk:
            return events
        start = 0
        if self._ended_in_cr and chunk.startswith(b"\n"):
            start = 1  # the second half of a CRLF
        self._ended_in_cr = chunk.endswith(b"\r")
        for end in _LINE_END.finditer(chunk, start):
            line = chunk[start : end.start()]
            start = end.end()
            if self._pieces:
                self._pieces.append(line)
                line = b"".join(self._pieces)
                self._pieces.clear()
            if line:
                self._take_line(line)
            else:
                self._is_first_line = False
                if event := self._dispatch():
                    events.append(event)
        if start < len(chunk):
            self._pieces.append(chunk[start:])
        return events

    def _take_line(self, line: bytes) -> None:
        if self._is_first_line:
            self._is_first_line = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
        elif name == b"event":
            self._event = value.removeprefix(b" ").decode("utf-8", "replace")
        # Comments (no name), id and retry mean nothing to a request that is never resumed.

    def _dispatch(self) -> ServerSentEvent | None:
        """Return the event gathered so far; one without any data line is none."""
        event = ServerSentEvent("\n".join(self._data), self._event) if self._data else None
        self._data.clear()
        self._event = ""
        return event
