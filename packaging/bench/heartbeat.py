"""How long the event loop was busy with one thing: a timer that should beat every 5 ms, and what it is late by."""

import time

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
"""The interval of the heartbeat; what it is late by is a gap."""


class Heartbeat(QObject):
    """Beat every 5 ms from `start` to `stop`; what a beat is late by is a gap of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to count from nothing."""
        self._gaps = []
        self._last = time.perf_counter()
        self._timer.start(BEAT_MS)

    def stop(self) -> dict[str, float]:
        """End; return the largest gap and the one that 99 of 100 stay below, in ms, and how many beats there were."""
        self._timer.stop()
        gaps = sorted(self._gaps) or [0.0]
        return {"max": gaps[-1], "p99": gaps[int(len(gaps) * 0.99)], "beats": len(self._gaps)}

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._last = now
