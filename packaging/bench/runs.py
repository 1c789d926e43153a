"""Start what is measured: programs in processes of their own, the server they talk to, the display they show on.

Owns processes and their environment. Must not know any figure.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
LIMIT = 600.0
"""Seconds that one measured program may take."""
OUTPUT = 3000
"""Characters of a failed program's output that are told."""


class BenchError(Exception):
    """A measured program did not do what it should; the text says what it wrote."""


@dataclass
class Bench:
    """What every figure needs: how to run things, where they show, and whether a short version will do."""

    is_small: bool
    display: Mapping[str, str]

    def pick(self, full: int, small: int) -> int:
        """Return the count of the full or of the short version."""
        return small if self.is_small else full

    def run(self, script: str, *arguments: str) -> dict[str, Any]:
        """Run one of the programs in this folder to its end, and return what it reports."""
        done = subprocess.run(
            _command(script, *arguments),
            env=self._environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT,
            check=False,
        )
        if done.returncode != 0 or not done.stdout:
            raise BenchError(f"{script} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-OUTPUT:]}")
        reported: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return reported

    @contextmanager
    def relay(self, *arguments: str) -> Iterator[str]:
        """Run the server; yield its base URL."""
        with subprocess.Popen(
            _command("relay", *arguments),
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            try:
                yield _first_line(process)
            finally:
                process.communicate()  # closes its standard input, at which it ends

    def _environment(self) -> dict[str, str]:
        environment = {**os.environ, **self.display, "PYTHONPATH": os.pathsep.join([str(ROOT), str(FOLDER.parent)])}
        for name in ("PYTHONDONTWRITEBYTECODE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            environment.pop(name, None)
            environment.pop(name.lower(), None)
        return environment


@contextmanager
def display() -> Iterator[tuple[dict[str, str], str]]:
    """Yield the environment that shows windows, and its name: what is set, else an X server of our own, else none."""
    chosen = os.environ.get("QT_QPA_PLATFORM")
    server = shutil.which("Xvfb")
    if chosen:
        yield {}, chosen
    elif sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield {}, "the system's display"
    elif server is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}, "offscreen, because there is no display and no Xvfb"
    else:
        command = [server, "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as process:
            try:
                yield {"DISPLAY": f":{_first_line(process)}", "QT_QPA_PLATFORM": "xcb"}, "xcb on Xvfb"
            finally:
                process.terminate()


def _command(script: str, *arguments: str) -> list[str]:
    # -P: this folder must not be searched for modules before all others.
    return [sys.executable, "-P", str(FOLDER / f"{script}.py"), *arguments]


def _first_line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline().strip() if process.stdout else ""
    if not line:
        raise BenchError(f"{process.args!r} did not start")
    return line
