"""What the measured programs measure with at their start: the first paint, and memory.

Imports and touches as little of Qt as can be, so that measuring does not show in the start; even looking at a text
widget's viewport() makes PySide6 build the class of every widget there is. Must not know any figure.
"""

import json
import sys
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QTimer

WIDTH, HEIGHT = 1180, 780
"""The size of Quillpane's window at its first start; the bare window has the same."""


class FirstPaint(QObject):
    """Call `on_painted` once, when all widgets have been painted and the event loop has come round again."""

    def __init__(self, widgets: Iterable[QObject], on_painted: Callable[[], None]) -> None:
        super().__init__()
        self._waiting = list(widgets)
        self._on_painted = on_painted
        for widget in self._waiting:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note the first paint of each widget."""
        if event.type() == QEvent.Type.Paint and watched in self._waiting:
            self._waiting.remove(watched)
            if not self._waiting:
                QTimer.singleShot(0, self._on_painted)
        return False


def memory() -> dict[str, float]:
    """Return the resident and the proportional set size of this process in MiB; nothing where the system hides them."""
    try:
        with open("/proc/self/smaps_rollup", encoding="ascii") as lines:  # noqa: PTH123 - no imports before the first paint
            sizes = {words[0]: float(words[1]) / 1024 for words in map(str.split, lines) if len(words) == 3}
    except OSError:
        return {}
    return {"rss": sizes["Rss:"], "pss": sizes["Pss:"]}


def report(values: dict[str, object]) -> None:
    """Hand the measured values to the benchmark, as one line of standard output."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()
