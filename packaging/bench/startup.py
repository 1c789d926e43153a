"""Figure: from process start to the first paint of a usable window, and the memory at that moment.

The floor is a bare QMainWindow with one QPlainTextEdit. Bytecode is warm; the first start of each is not counted.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figures import Limit, Row, Samples
from bench.runs import Bench

NAME = "startup"
AT_MOST = 1.35


def measure(bench: Bench) -> list[Row]:
    """Start both in turn, Quillpane with a fresh data folder and with a used one."""
    floors, fresh, used = [], [], []
    with tempfile.TemporaryDirectory(prefix="quillpane-bench-", ignore_cleanup_errors=True) as folder:
        for turn in range(bench.pick(12, 2)):
            place = str(Path(folder) / f"{turn}")
            started = _start(bench, "window_floor"), _start(bench, "window_program", place)
            again = _start(bench, "window_program", place)
            if turn > 0:  # the first of each writes bytecode and fills the caches of the system
                floors.append(started[0])
                fresh.append(started[1])
                used.append(again)
    rows = [
        _row("start to first paint, fresh folder", "ms", "seconds", floors, fresh, 1000),
        _row("start to first paint, used folder", "ms", "seconds", floors, used, 1000),
    ]
    if all("rss" in run for run in floors + used):
        rows.append(_row("memory at first paint (RSS)", "MiB", "rss", floors, used))
        rows.append(_row("memory at first paint (PSS)", "MiB", "pss", floors, used))
    return rows


def _start(bench: Bench, script: str, *arguments: str) -> dict[str, Any]:
    return bench.run(script, repr(time.monotonic()), *arguments)


def _row(
    name: str, unit: str, key: str, floors: list[dict[str, Any]], programs: list[dict[str, Any]], factor: float = 1
) -> Row:
    floor, program = (Samples.of(run[key] * factor for run in runs) for runs in (floors, programs))
    return Row(NAME, name, unit, program, floor, Limit("ratio", AT_MOST))
