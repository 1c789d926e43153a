"""How long the event loop was busy with one thing: a timer that should beat every 5 ms, and what it is late by.

On a machine that is busy elsewhere a beat is also late because the thread waited for a processor. Where the system
tells how long that was (Linux does), it is told apart.
"""

import time
from typing import IO

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
"""The interval of the heartbeat; what it is late by is a gap."""

WAITED = "/proc/thread-self/schedstat"
"""Its second number is for how many nanoseconds this thread was ready to run and had no processor."""


class Heartbeat(QObject):
    """Beat every 5 ms from `start` to `stop`; what a beat is late by is a gap of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._own: list[float] = []
        self._last = self._last_wait = 0.0
        self._wait_file = _open_wait_file()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to count from nothing."""
        self._gaps, self._own = [], []
        self._last, self._last_wait = time.perf_counter(), self._waited_ms()
        self._timer.start(BEAT_MS)

    def stop(self) -> dict[str, float]:
        """End, and return how many beats there were and, in ms, the largest gap and the one that 99 of 100 stay below.

        "own_max" and "own_p99" are the same without the time for which the thread waited for a processor.
        """
        self._timer.stop()
        found: dict[str, float] = {"beats": len(self._gaps)}
        for prefix, gaps in (("", self._gaps), ("own_", self._own)):
            ordered = sorted(gaps) or [0.0]
            found |= {f"{prefix}max": ordered[-1], f"{prefix}p99": ordered[int(len(ordered) * 0.99)]}
        return found

    def _beat(self) -> None:
        now, wait = time.perf_counter(), self._waited_ms()
        gap = (now - self._last) * 1000 - BEAT_MS
        self._gaps.append(max(0.0, gap))
        self._own.append(max(0.0, gap - (wait - self._last_wait)))
        self._last, self._last_wait = now, wait

    def _waited_ms(self) -> float:
        if self._wait_file is None:
            return 0.0
        self._wait_file.seek(0)
        return int(self._wait_file.read().split()[1]) / 1e6


def _open_wait_file() -> IO[bytes] | None:
    try:
        file = open(WAITED, "rb", buffering=0)  # noqa: SIM115, PTH123 - open for as long as the process runs
    except OSError:
        return None
    return file
