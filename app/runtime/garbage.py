"""Collect garbage in the main thread only.

Python collects in whichever thread happens to allocate; a cycle that holds a Qt object would then be freed beside the
window's thread, which Qt does not allow, and a full collection in mid-stream costs frames. Owns when collection
happens; must not know what is collected.
"""

import gc

from PySide6.QtCore import QObject, Qt, QTimer

PERIOD_MS = 1000


class MainThreadCollector(QObject):
    """Take collection over from the interpreter, for the life of the object; call `stop` to give it back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # modules and widgets live as long as the program; looking at them again and again finds nothing
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> int:
        """Collect the oldest generation that is due by the interpreter's own thresholds; return it, -1 for none."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if thresholds[generation] and counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return generation
        return -1

    def stop(self) -> None:
        """Let the interpreter collect by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
