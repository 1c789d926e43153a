"""Gather streamed text and hand it on in frames.

Knows nothing of where the text comes from or where it goes.
"""

import math
import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.domain.tokens import Token

FRAME_MS = 33
"""Text never waits longer than this. Thirty frames a second flow for the eye, and sixty cost twice the drawing."""

COST_FACTOR = 4
"""Drawing may take at most this fraction (1/4) of the time, so that long paragraphs cannot starve the window."""


class StreamBuffer(QObject):
    """Collect text per candidate and emit it in frames: the first piece at once, the rest once per frame.

    The period grows with the measured cost of taking the text in (design 4.4, qt-findings 1).
    """

    flushed = Signal(int, str)
    tokens_flushed = Signal(int, object)  # index, list[Token]; after the text they belong to

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending: dict[int, list[str]] = {}
        self._tokens: dict[int, list[Token]] = {}
        self._due = 0.0  # when the next frame may go out
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)

    def add(self, index: int, text: str) -> None:
        """Take text of the candidate at index; emit it now if nothing was emitted in this frame."""
        self._pending.setdefault(index, []).append(text)
        self._flush_when_due()

    def add_tokens(self, index: int, tokens: Sequence[Token]) -> None:
        """Take tokens of the candidate at index, whose text was added before."""
        self._tokens.setdefault(index, []).extend(tokens)
        self._flush_when_due()

    def flush(self) -> None:
        """Emit everything gathered."""
        self._timer.stop()
        if not self._pending and not self._tokens:
            return
        pending, self._pending = self._pending, {}
        gathered, self._tokens = self._tokens, {}
        started = time.perf_counter()
        for index, pieces in pending.items():
            self.flushed.emit(index, "".join(pieces))
        for index, tokens in gathered.items():
            self.tokens_flushed.emit(index, tokens)
        cost = time.perf_counter() - started
        self._due = started + max(FRAME_MS / 1000, cost * COST_FACTOR)

    def clear(self) -> None:
        """Drop what was gathered; the next piece goes out at once."""
        self._pending.clear()
        self._tokens.clear()
        self._timer.stop()
        self._due = 0.0

    def _flush_when_due(self) -> None:
        """Emit now if the last frame is over, else as soon as it is; no timer wakes the program for nothing."""
        left = self._due - time.perf_counter()
        if left <= 0:
            self.flush()
        elif not self._timer.isActive():
            self._timer.start(math.ceil(left * 1000))
