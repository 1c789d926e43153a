"""The options as view-models use them: set at once, on disk a moment later.

Owns when options are written; must not know what they mean or how they are kept.
"""

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.viewmodels.texts import describe

SAVE_AFTER_MS = 300

Value = str | int | float | bool


class OptionStore(Protocol):
    """Where options are kept."""

    def get(self, name: str) -> Value:
        """Return an option."""

    def set(self, name: str, value: Value) -> None:
        """Change an option in memory."""

    async def flush(self) -> None:
        """Write what was changed; raise ExpectedError."""


class Options(QObject):
    """Read and set options; what was set is written within half a second."""

    problem_changed = Signal(object)  # Problem | None

    def __init__(self, store: OptionStore, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = tasks
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def get(self, name: str) -> Value:
        """Return an option's value."""
        return self._store.get(name)

    def set(self, name: str, value: Value) -> None:
        """Change an option; it takes effect now and is written soon."""
        self._store.set(name, value)
        self.save_soon()

    def save_soon(self) -> None:
        """Write within half a second what others changed in the same store."""
        if not self._timer.isActive():
            self._timer.start()

    def _on_timer_timeout(self) -> None:
        self._tasks.start("save-options", self._save())

    async def _save(self) -> None:
        try:
            await self._store.flush()
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
