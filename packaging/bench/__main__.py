"""Measure the figures: `python packaging/bench [--only NAME] [--small] [--json FILE]`.

Prints a table, and says which limits are missed; that is no error. A quiet machine is needed for figures that mean
something; `--small` only proves that the benchmark itself works.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

# The folder above for `bench`, the checkout for `app` and `tests`.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench import latency, pace, retention, startup, streaming
from bench.figures import Row, table
from bench.runs import Bench, BenchError, display

FIGURES = {figure.NAME: figure.measure for figure in (startup, streaming, pace, latency, retention)}


def main() -> int:
    """Measure what the command line asks for; return 1 where something could not be measured at all."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=FIGURES, action="append", help="measure this figure only; may be repeated")
    parser.add_argument("--small", action="store_true", help="a short version that proves nothing but itself")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to a file as well")
    options = parser.parse_args()
    rows: list[Row] = []
    with display() as (environment, name):
        bench = Bench(options.small, environment)
        machine = describe_machine(name)
        print("  ".join(f"{key}: {value}" for key, value in machine.items()), end="\n\n", flush=True)
        for figure in options.only or FIGURES:
            print(f"measuring {figure} …", file=sys.stderr, flush=True)
            try:
                rows += FIGURES[figure](bench)
            except BenchError as error:
                print(f"{figure} could not be measured: {error}", file=sys.stderr)
                return 1
    print(table(rows))
    missed = [row.name for row in rows if row.is_met is False]
    print(f"\nlimits missed: {'; '.join(missed) or 'none'}")
    if options.json is not None:
        content = {"machine": machine, "is_small": options.small, "rows": [row.to_json() for row in rows]}
        options.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def describe_machine(display_name: str) -> dict[str, str]:
    """Return what the figures depend on."""
    from importlib.metadata import version

    load = f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "Python": platform.python_version(),
        "PySide6": version("PySide6-Essentials"),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "load before": load,
        "display": display_name,
    }


if __name__ == "__main__":
    sys.exit(main())
