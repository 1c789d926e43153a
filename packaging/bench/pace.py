"""Figure: a stream at the pace of a real model: processor time of the whole program for 1,000 tokens in 20 seconds.

The floor is bare httpx with a bare QPlainTextEdit, as for the fast stream.
"""

from dataclasses import replace

from bench.figures import Limit, Row, Samples
from bench.metering import Plan
from bench.runs import Bench

NAME = "pace"
RATE = 50
AT_MOST = 1.0
"""Seconds of processor time for the 20 seconds."""


def measure(bench: Bench) -> list[Row]:
    """Run both in turn."""
    tokens = bench.pick(1000, 50)
    programs, floors = [], []
    with bench.relay("--rate", str(RATE), "--tokens", str(tokens)) as url:
        plan = Plan(url, tokens, pause=1.0)  # what is begun at the start has ended by then
        for _ in range(bench.pick(3, 1)):
            run = bench.run("stream_program", plan.to_argument())["streams"][0]
            programs.append(run["cpu"])
            bare = replace(plan, width=int(run["width"]), height=int(run["height"]))
            floors.append(bench.run("stream_floor", bare.to_argument())["streams"][0]["cpu"])
    limit = Limit("value", AT_MOST * tokens / 1000)
    name = f"{tokens} tokens at {RATE} a second: processor time"
    return [Row(NAME, name, "s", Samples.of(programs), Samples.of(floors), limit)]
