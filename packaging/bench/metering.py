"""What is measured while streams arrive, the same for Quillpane and for the bare program.

Owns the plan that the benchmark hands over, and the meters: processor time, gaps of the event loop, what arrived, when
the first of it was painted, memory. Must not know where text comes from.
"""

import asyncio
import hashlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QPlainTextEdit

from bench.heartbeat import Heartbeat
from bench.probes import memory

SETTLE = 0.3
"""Seconds after a stream in which what was begun is finished, before memory is read."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one measured process does: so many streams one after another, of so many tokens each.

    `idle` is for how many seconds the idle window is measured before. The heartbeat costs processor time, so that it
    and `cpu` are measured in different processes. `width` and `height` are those of the text on the screen.
    """

    base_url: str
    tokens: int
    streams: int = 1
    has_heartbeat: bool = False
    is_stamped: bool = False
    logprobs: int | None = None
    idle: float = 0.0
    pause: float = SETTLE
    width: int = 600
    height: int = 300

    def to_argument(self) -> str:
        """Return the plan for a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> "Plan":
        """Read what `to_argument` wrote."""
        return cls(**json.loads(argument))


class Subject(Protocol):
    """A window that shows streams."""

    def begin(self) -> QPlainTextEdit:
        """Ask for a stream; return where its text will stand."""

    async def ended(self) -> None:
        """Wait until the stream has ended and all its text stands there."""


class FirstText(QObject):
    """Note in `painted` the `time.monotonic_ns()` after the first text has been painted."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__()
        self.painted: int | None = None
        self._is_seen = False
        self._edit = edit
        edit.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See the first paint that has something to paint."""
        if not self._is_seen and event.type() == QEvent.Type.Paint and not self._edit.document().isEmpty():
            self._is_seen = True
            QTimer.singleShot(0, self._on_painted)
        return super().eventFilter(watched, event)

    def _on_painted(self) -> None:
        self.painted = time.monotonic_ns()


async def meter(plan: Plan, subject: Subject) -> dict[str, object]:
    """Run the plan and return what was measured."""
    heartbeat = Heartbeat()
    idle = None
    if plan.idle:
        heartbeat.start()
        await asyncio.sleep(plan.idle)
        idle = heartbeat.stop()
    streams = []
    for _ in range(plan.streams):
        await asyncio.sleep(plan.pause)
        streams.append(await _stream(plan, subject, heartbeat))
    return {"idle": idle, "streams": streams}


async def _stream(plan: Plan, subject: Subject, heartbeat: Heartbeat) -> dict[str, object]:
    if plan.has_heartbeat:
        heartbeat.start()
    cpu, started = time.process_time(), time.perf_counter()
    edit = subject.begin()
    first = FirstText(edit) if plan.is_stamped else None
    await subject.ended()
    measured: dict[str, object] = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - started}
    if plan.has_heartbeat:
        measured["gaps"] = heartbeat.stop()
    text = edit.toPlainText()
    if first is not None and first.painted is not None:
        measured["latency"] = (first.painted - int(text)) / 1e6
    measured |= {"characters": len(text), "digest": hashlib.sha256(text.encode()).hexdigest()}
    measured |= {"width": edit.viewport().width(), "height": edit.viewport().height()}
    if plan.streams > 1 and not plan.is_stamped:
        await asyncio.sleep(SETTLE)
        measured |= memory()
    return measured
