"""The prompt being typed: brought back at the start, kept within a second of every change.

Owns when a draft is saved; must not know the editor that shows it or the file that keeps it.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.domain.errors import ExpectedError
from app.viewmodels.texts import describe

SAVE_AFTER_MS = 400
RETRY_AFTER_MS = 2000
WRITE_DRAFT = "write"


class DraftStore(Protocol):
    """Where drafts are kept, by name."""

    async def load(self, name: str) -> Draft:
        """Return the draft, empty if there is none."""

    async def save(self, name: str, draft: Draft) -> None:
        """Keep the draft."""


class DraftViewModel(QObject):
    """Keep one draft on disk while it is typed.

    The editor is asked for its content only when it is time to save, because reading a long text at each key costs.
    """

    loaded = Signal(object)  # Draft
    problem_changed = Signal(object)  # Problem | None

    def __init__(self, store: DraftStore, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = tasks
        self._read: Callable[[], Draft] | None = None
        self._is_loaded = False
        self._is_dirty = False
        self._is_failing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    def watch(self, read: Callable[[], Draft]) -> None:
        """Name the function that returns the draft as it stands in the editor."""
        self._read = read

    def load(self) -> None:
        """Bring the draft back; nothing is saved before that."""
        self._tasks.start("load-draft", self._load())

    def touch(self) -> None:
        """Note that the draft changed; it is saved within half a second, however fast the typing goes on."""
        self._is_dirty = True
        if not self._timer.isActive():
            self._timer.start(SAVE_AFTER_MS)

    async def flush(self) -> None:
        """Save now what has not been saved."""
        self._timer.stop()
        if self._is_dirty and self._is_loaded:
            await self._save()

    async def _load(self) -> None:
        try:
            draft = await self._store.load(WRITE_DRAFT)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        self._is_loaded = True
        if self._is_dirty:  # typed before the disk answered: what was typed wins
            self.touch()
            return
        self.loaded.emit(draft)
        self._is_dirty = False

    def _on_timer_timeout(self) -> None:
        if self._is_loaded:
            self._tasks.start("save-draft", self._save())

    async def _save(self) -> None:
        if self._read is None:
            return
        self._is_dirty = False
        try:
            await self._store.save(WRITE_DRAFT, self._read())
        except ExpectedError as error:
            self._is_dirty = True
            self._timer.start(RETRY_AFTER_MS)
            if not self._is_failing:  # told once, tried until it works
                self._is_failing = True
                self.problem_changed.emit(describe(error))
        else:
            self._is_failing = False
