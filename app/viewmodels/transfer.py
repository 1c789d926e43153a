"""Giving connections away without keys, and taking them in after a look.

Owns the words of what was left out and of what would be taken; must not know files, widgets or the text's form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.domain.exchange import Exported, Imported
from app.domain.profile import Profile
from app.viewmodels.texts import describe


class Exchange(Protocol):
    """Who gives connections away and takes them in."""

    def all(self) -> Sequence[Profile]:
        """Return every connection, the built-in model last."""

    def export(self, profile_ids: Iterable[str]) -> Exported:
        """Return connections as a text without secrets."""

    def import_(self, text: str) -> Imported:
        """Return what a text tells of; keeps nothing."""

    async def take(self, imported: Imported) -> Sequence[Profile]:
        """Keep what was read; raise ExpectedError."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text would bring: a line for each connection, and for what is left out or cannot be read."""

    connections: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def can_take(self) -> bool:
        """Tell whether there is anything to take."""
        return bool(self.connections)


class TransferViewModel(QObject):
    """Export and import connections as a text."""

    taken = Signal(int)  # how many
    problem_changed = Signal(object)  # Problem

    def __init__(self, exchange: Exchange, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exchange = exchange
        self._tasks = tasks
        self._imported = Imported()

    def export(self) -> tuple[str, tuple[str, ...]]:
        """Return all connections as a text, and a line for each thing that was left out of it."""
        exported = self._exchange.export(profile.id for profile in self._exchange.all() if not profile.is_built_in)
        lines = []
        for stripped in exported.stripped:
            part = QCoreApplication.translate("Exchange", stripped.part.value)
            name = f" ({stripped.name})" if stripped.name else ""
            lines.append(f"{stripped.connection}: {part}{name}")
        return exported.text, tuple(lines)

    def read(self, text: str) -> Preview:
        """Look at a text; nothing is taken."""
        self._imported = self._exchange.import_(text) if text.strip() else Imported()
        problems = []
        for problem in self._imported.problems:
            words = QCoreApplication.translate("Exchange", problem.trouble.value)
            problems.append(f"{problem.name}: {words}" if problem.name else words)
        connections = tuple(f"{profile.name}  ·  {profile.base_url}" for profile in self._imported.profiles)
        return Preview(connections, tuple(problems))

    def take(self) -> None:
        """Keep what was read last; `taken` or `problem_changed` tells what came of it."""
        if self._imported.profiles:
            self._tasks.start("import-connections", self._take(self._imported))

    async def _take(self, imported: Imported) -> None:
        try:
            kept = await self._exchange.take(imported)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        self._imported = Imported()
        self.taken.emit(len(kept))
