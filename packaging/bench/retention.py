"""Figure: what stays in memory after ten long streams, each from Run again.

Every run is kept in the list, so the text itself must stay: it is the floor. Python keeps a text that holds one emoji
at four bytes a character.
"""

import sys

from bench.figures import Limit, Row, Samples
from bench.metering import Plan
from bench.relay import streamed_text
from bench.runs import Bench, BenchError

NAME = "memory"
RATE = 2000
FLAT = Limit("difference", 4)
"""MiB of growth besides the text; less is lost in how the allocator rounds."""


def measure(bench: Bench) -> list[Row]:
    """Compare memory after the last stream with that after the third, when every cache is warm."""
    count, tokens = bench.pick(10, 4), bench.pick(20_000, 200)
    with bench.relay("--rate", str(RATE), "--tokens", str(tokens)) as url:
        streams = bench.run("stream_program", Plan(url, tokens, streams=count).to_argument())["streams"]
    text = streamed_text(tokens)
    if any(stream["characters"] != len(text) for stream in streams):
        raise BenchError("A stream lost text: what it keeps cannot be compared.")
    if "rss" not in streams[0]:
        return []
    growth = streams[-1]["rss"] - streams[2]["rss"]
    kept = sys.getsizeof(text) * (count - 3) / 2**20
    note = "MiB after each stream: " + ", ".join(f"{stream['rss']:.1f}" for stream in streams)
    name = f"growth from stream 3 to {count} (floor: the text)"
    return [Row(NAME, name, "MiB", Samples.of([growth]), Samples.of([kept]), FLAT, note)]
