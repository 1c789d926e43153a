"""Figure: a fast stream of 20,000 tokens: gaps of the event loop, processor time, and that every character is there.

The floor of the gaps is the same window when it is idle; that of the processor time is bare httpx on the same kind of
loop with a bare QPlainTextEdit. The heartbeat that finds gaps costs time itself, so the two are measured apart.
"""

import hashlib
from dataclasses import replace
from typing import Any

from bench.figures import Limit, Row, Samples
from bench.metering import Plan
from bench.relay import streamed_text
from bench.runs import Bench, BenchError

NAME = "streaming"
RATE = 2000
MAX_GAP = Limit("value", 16)
P99_GAP = Limit("value", 8)
CPU = Limit("ratio", 2)


def measure(bench: Bench) -> list[Row]:
    """Measure prose, which has limits, then prose without line breaks and prose with probabilities, which have none."""
    rounds, tokens = bench.pick(3, 1), bench.pick(20_000, 400)
    with bench.relay("--rate", str(RATE), "--tokens", str(tokens)) as url:
        plan = Plan(url, tokens, idle=bench.pick(5, 1))
        rows = _measure(bench, plan, rounds, "stream", has_limits=True)
        if not bench.is_small:
            rows += _measure(bench, replace(plan, logprobs=5), 1, "stream with 5 alternatives")
    if not bench.is_small:
        with bench.relay("--rate", str(RATE), "--tokens", str(tokens), "--unbroken") as url:
            rows += _measure(bench, replace(plan, base_url=url), 1, "stream in one paragraph", is_unbroken=True)
    return rows


def _measure(
    bench: Bench, plan: Plan, rounds: int, name: str, *, has_limits: bool = False, is_unbroken: bool = False
) -> list[Row]:
    beating, working, floors = [], [], []
    for _ in range(rounds):
        beating.append(bench.run("stream_program", replace(plan, has_heartbeat=True).to_argument()))
        working.append(bench.run("stream_program", replace(plan, idle=0).to_argument()))
        shown = working[0]["streams"][0]
        bare = replace(plan, idle=0, width=int(shown["width"]), height=int(shown["height"]))  # as much to paint
        floors.append(bench.run("stream_floor", bare.to_argument()))
    text = streamed_text(plan.tokens, is_unbroken=is_unbroken)
    arrived = Samples.of(_arrived(run, text) for run in beating + working)
    if _arrived(floors[0], text) != len(text):
        raise BenchError("The floor lost text: nothing can be compared with it.")
    row_of = [
        ("largest gap", "max", MAX_GAP),
        ("the same without waiting for a processor", "own_max", MAX_GAP),
        ("99 of 100 gaps", "p99", P99_GAP),
    ]
    rows = [
        Row(
            NAME,
            f"{name}: {words}",
            "ms",
            Samples.of(run["streams"][0]["gaps"][key] for run in beating),
            Samples.of(run["idle"][key] for run in beating),
            limit if has_limits else None,
        )
        for words, key, limit in row_of
    ]
    program, floor = (Samples.of(run["streams"][0]["cpu"] for run in runs) for runs in (working, floors))
    rows.append(Row(NAME, f"{name}: processor time", "s", program, floor, CPU if has_limits else None))
    lost = Samples.of(len(text) - count for count in arrived.values)
    rows.append(Row(NAME, f"{name}: characters lost of {len(text)}", "", lost, limit=Limit("value", 0)))
    return rows


def _arrived(run: dict[str, Any], text: str) -> int:
    """Return how many characters arrived; not a single one where they are not those that were sent."""
    stream = run["streams"][0]
    is_same = stream["digest"] == hashlib.sha256(text.encode()).hexdigest()
    return len(text) if is_same else min(int(stream["characters"]), len(text) - 1)
