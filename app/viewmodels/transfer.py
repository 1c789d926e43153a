"""Giving connections away without keys, and taking them in after a look: ours, Chatbox's, the environment's.

Owns the words of what was left out and of what would be taken; must not know files, widgets or the text's form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.chatbox import from_chatbox
from app.domain.environment import from_environment
from app.domain.errors import ExpectedError
from app.domain.exchange import Exported, FoundConnection, Imported, ImportProblem
from app.domain.key_text import mask
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

    async def take_found(self, found: Iterable[FoundConnection]) -> Sequence[object]:
        """Keep what another program or the environment holds, with its keys; raise ExpectedError."""


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
        self._found: tuple[FoundConnection, ...] = ()

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
        self._found = ()
        if self._imported.profiles or not text.strip():
            connections = tuple(f"{profile.name}  ·  {profile.base_url}" for profile in self._imported.profiles)
            return Preview(connections, _say(self._imported.problems))
        backup = from_chatbox(text)
        if not backup.connections:
            return Preview((), _say(self._imported.problems))
        self._found = backup.connections
        return Preview(_lines(self._found), _say(backup.problems))

    def read_environment(self, environ: Mapping[str, str]) -> Preview:
        """Look at the connections that the environment names, such as OPENAI_API_KEY; nothing is taken."""
        self._imported = Imported()
        self._found = tuple(found for found in from_environment(environ) if found.address)
        nothing = QCoreApplication.translate("Exchange", "The environment names no address of a service.")
        return Preview(_lines(self._found), () if self._found else (nothing,))

    def take(self) -> None:
        """Keep what was read last; `taken` or `problem_changed` tells what came of it."""
        if self._imported.profiles or self._found:
            self._tasks.start("import-connections", self._take(self._imported, self._found))

    async def _take(self, imported: Imported, found: tuple[FoundConnection, ...]) -> None:
        try:
            kept = len(await self._exchange.take(imported)) if imported.profiles else 0
            kept += len(await self._exchange.take_found(found)) if found else 0
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        self._imported, self._found = Imported(), ()
        self.taken.emit(kept)


def _say(problems: Iterable[ImportProblem]) -> tuple[str, ...]:
    lines = []
    for problem in problems:
        words = QCoreApplication.translate("Exchange", problem.trouble.value)
        lines.append(f"{problem.name}: {words}" if problem.name else words)
    return tuple(lines)


def _lines(found: Iterable[FoundConnection]) -> tuple[str, ...]:
    return tuple(
        "  ·  ".join(part for part in (each.name, each.address, mask(each.key) if each.key else "") if part)
        for each in found
    )
