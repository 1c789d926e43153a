"""Figure: from the first byte on the socket to the first character on the screen.

The server sends the moment of sending as the text, at moments that no timer can be in step with; the program notes when
it has been painted. The floor appends once a frame, so that it waits half a frame on average.
"""

from dataclasses import replace

from bench.figures import Limit, Row, Samples
from bench.metering import Plan
from bench.runs import Bench

NAME = "latency"
FRAME = Limit("difference", 16.7)


def measure(bench: Bench) -> list[Row]:
    """Run both in turn; a sample is the median of one process, and of its slowest twentieth the fastest."""
    plan = Plan("", 16, streams=bench.pick(40, 3), is_stamped=True, pause=0.1)
    programs, floors = [], []
    with bench.relay("--stamped") as url:
        plan = replace(plan, base_url=url)
        for _ in range(bench.pick(3, 1)):
            programs.append(_latencies(bench, "stream_program", plan))
            floors.append(_latencies(bench, "stream_floor", plan))
    return [
        _row("first byte to first character", programs, floors, 0.5),
        _row("the same, 19 of 20 below", programs, floors, 0.95),
    ]


def _latencies(bench: Bench, script: str, plan: Plan) -> list[float]:
    """Return the sorted milliseconds of one process; its first stream opens the connection and warms up."""
    streams = bench.run(script, plan.to_argument())["streams"][1:]
    return sorted(float(stream["latency"]) for stream in streams)


def _row(name: str, programs: list[list[float]], floors: list[list[float]], share: float) -> Row:
    program, floor = (Samples.of(run[int(len(run) * share)] for run in runs) for runs in (programs, floors))
    return Row(NAME, name, "ms", program, floor, FRAME)
