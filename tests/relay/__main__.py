"""The well-behaved server as a program of its own, for benchmarks and for trying the window by hand.

`python -m tests.relay --port 0 --rate 2000 --tokens 20000` prints its base URL as its first line and ends when its
standard input closes.
"""

import argparse
import asyncio
import sys
import threading

from tests.relay.completion_server import completion_server
from tests.relay.server import Relay


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.relay", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0 takes a free one")
    parser.add_argument("--rate", type=float, default=None, help="tokens a second for each candidate")
    parser.add_argument("--tokens", type=int, default=None, help="length of the whole text; max_tokens can shorten it")
    parser.add_argument("--key", default=None, help="the only key to accept")
    options = parser.parse_args()
    asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    # A daemon thread: reading standard input cannot be cancelled, and not every loop can watch every kind of it.
    threading.Thread(target=watch, name="standard input", daemon=True).start()
    async with Relay(port=options.port) as relay:
        completion_server(relay, tokens=options.tokens, rate=options.rate, key=options.key)
        sys.stdout.write(f"{relay.base_url}\n")
        sys.stdout.flush()
        await ended.wait()


if __name__ == "__main__":
    main()
