"""Runs, drafts and programs that the tests of the store share."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.concurrency.tasks import TaskScope
from app.domain.generation import StopReason, Timing, Usage
from app.domain.parameters import SamplingParameters
from app.domain.run import Candidate, Run, RunState
from app.domain.tokens import Alternative, Token

ROOT = Path(__file__).resolve().parents[3]
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_run(run_id: str = "r1", *, minute: int = 0, prompt: str = "Once upon a time") -> Run:
    """Return a run that has just begun."""
    parameters = SamplingParameters(max_tokens=12, temperature=0.3, n=2, stop=("\n", "。"), seed=7)
    created = START + timedelta(minutes=minute)
    return Run(run_id, created, prompt, "a-model", "a-profile", parameters, carried="a time")


def a_token(text: str = "é") -> Token:
    """Return a token with half a character's bytes and alternatives."""
    return Token(text, -0.5, b"\xc3", (Alternative("a", -1.25), Alternative("b", None, b"\xff")))


def finished(run: Run, *texts: str) -> Run:
    """Return the run with its final state."""
    reasons = (StopReason.NATURAL_END, StopReason.STOP_SEQUENCE)
    candidates = tuple(
        Candidate(text, reason, "。", (a_token(), a_token("z"))) for text, reason in zip(texts, reasons, strict=False)
    )
    return Run(
        run.id,
        run.created,
        run.prompt,
        run.model,
        run.profile_id,
        run.parameters,
        run.carried,
        candidates,
        Usage(3, 4, is_estimated=True),
        Timing(0.25, 1.5),
        RunState.DONE,
    )


def program(source: str, *arguments: str | Path) -> "subprocess.Popen[str]":
    """Start a Python program that can import the app and reads from and writes to pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", source, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def bytes_in(path: Path) -> bytes:
    """Return what is in a small file."""
    return path.read_bytes()


def put_bytes(path: Path, content: bytes) -> None:
    """Make content the whole of a small file."""
    path.write_bytes(content)


@asynccontextmanager
async def heartbeat() -> AsyncIterator[Callable[[], int]]:
    """Count how often the loop comes round meanwhile; give a function that returns the count."""
    crashes: list[BaseException] = []
    count = 0

    async def beat() -> None:
        nonlocal count
        while True:
            await asyncio.sleep(0.01)
            count += 1

    scope = TaskScope(lambda _, error: crashes.append(error))
    scope.start("beat", beat())
    try:
        yield lambda: count
    finally:
        await scope.aclose()
    assert not crashes
