"""Gather streamed text and hand it on at most once per display frame.

Knows nothing of where the text comes from or where it goes.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.domain.tokens import Token

FRAME_MS = 16
"""One display frame; text never waits longer than this."""

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
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)

    def add(self, index: int, text: str) -> None:
        """Take text of the candidate at index; emit it now if nothing was emitted in this frame."""
        self._pending.setdefault(index, []).append(text)
        if not self._timer.isActive():
            self.flush()

    def add_tokens(self, index: int, tokens: Sequence[Token]) -> None:
        """Take tokens of the candidate at index, whose text was added before."""
        self._tokens.setdefault(index, []).extend(tokens)
        if not self._timer.isActive():
            self.flush()

    def flush(self) -> None:
        """Emit everything gathered; keep the frame timer going while text arrives."""
        if not self._pending and not self._tokens:
            return
        pending, self._pending = self._pending, {}
        gathered, self._tokens = self._tokens, {}
        started = time.perf_counter()
        for index, pieces in pending.items():
            self.flushed.emit(index, "".join(pieces))
        for index, tokens in gathered.items():
            self.tokens_flushed.emit(index, tokens)
        cost_ms = (time.perf_counter() - started) * 1000
        self._timer.start(max(FRAME_MS, round(cost_ms * COST_FACTOR)))

    def clear(self) -> None:
        """Drop what was gathered and stop the frame timer."""
        self._pending.clear()
        self._tokens.clear()
        self._timer.stop()
