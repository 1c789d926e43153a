"""The server of the benchmark, as a process of its own: prints its base URL, and ends when its standard input closes.

Owns what is streamed: running prose, the same without a line break, or the moment at which it was sent. Must not know
what is measured.
"""

import argparse
import asyncio
import random
import sys
import threading
import time
from collections.abc import Sequence

from tests.relay import DONE, Answer, Pause, Relay, chunk
from tests.relay.answers import head
from tests.relay.completion_server import completion_server
from tests.relay.connection import Connection
from tests.relay.prose import WORDS
from tests.relay.sse import event_bytes, http_chunk

UNBROKEN = tuple(word for word in WORDS if "\n" not in word)
"""The tokens of the prose that hold no line break."""


def streamed_text(tokens: int, *, is_unbroken: bool = False) -> str:
    """Return the text that a stream of so many tokens has to bring."""
    words = UNBROKEN if is_unbroken else WORDS
    return "".join(words[place % len(words)] for place in range(tokens))


class Stamp:
    """The step that sends one token: `time.monotonic_ns()` of the moment it is sent."""

    async def run(self, connection: Connection, /) -> None:
        """Send it."""
        await connection.write(http_chunk(event_bytes(chunk(str(time.monotonic_ns())))))


class Send:
    """The step that sends events and, at the end, what closes the body."""

    def __init__(self, events: Sequence[object], *, is_end: bool = False) -> None:
        self._data = b"".join(http_chunk(event_bytes(event)) for event in events)  # type: ignore[arg-type]  # JSON
        self._data += http_chunk(b"") if is_end else b""

    async def run(self, connection: Connection, /) -> None:
        """Send them."""
        await connection.write(self._data)


class SendHead:
    """The step that sends the head of an event stream, long before its first event."""

    async def run(self, connection: Connection, /) -> None:
        """Send it."""
        fields = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Transfer-Encoding": "chunked"}
        await connection.write(head(200, fields))


def stamped(chance: random.Random) -> Answer:
    """Answer with one stamped token, at a moment that no timer of the client can be in step with."""
    wait, end = Pause(chance.uniform(0.02, 0.06)), Send([chunk("", finish_reason="stop"), DONE], is_end=True)
    return Answer((SendHead(), wait, Stamp(), Pause(0.05), end))


async def serve(options: argparse.Namespace) -> None:
    """Serve until standard input ends."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, name="standard input", daemon=True).start()
    async with Relay() as relay:
        words = UNBROKEN if options.unbroken else WORDS
        completion_server(relay, words, tokens=options.tokens, rate=options.rate)
        if options.stamped:
            chance = random.Random(1)  # noqa: S311 - not for secrets
            relay.on("POST", "/v1/completions", lambda _: stamped(chance))
        sys.stdout.write(f"{relay.base_url}\n")
        sys.stdout.flush()
        await ended.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rate", type=float, default=None, help="tokens a second; as fast as they are read without")
    parser.add_argument("--tokens", type=int, default=100, help="length of the text")
    parser.add_argument("--unbroken", action="store_true", help="no line break in the whole text")
    parser.add_argument("--stamped", action="store_true", help="one token: the moment at which it was sent")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
