"""The window over fakes, built as the program builds it, with what a person sees and does there."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.domain.exchange import Exported, FoundConnection, Imported, from_text, to_text
from app.domain.profile import BUILT_IN, Profile
from app.domain.run import Run
from app.viewmodels.add_connection import AddConnectionViewModel
from app.viewmodels.transfer import TransferViewModel
from app.widgets.actions import Actions
from app.widgets.connection_screens import ConnectionScreens, ConnectionViews
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.window import MainWindow
from app.widgets.write_place import WritePlace
from tests.support import until
from tests.viewmodels.connection_fakes import Bench
from tests.viewmodels.fakes import Desk, FakeConnections, FakeOptions, task_scope
from tests.widgets.hands import NONE, click, press, type_text

SAMPLES = ("Once upon a time,", "Dear Ms Lambert,\n\nThank you")


class Exchange:
    """Nothing to give away, and what is taken in goes nowhere."""

    def all(self) -> Sequence[Profile]:
        return (BUILT_IN,)

    def export(self, profile_ids: Iterable[str]) -> Exported:
        return to_text([], set(profile_ids))

    def import_(self, text: str) -> Imported:
        return from_text(text)

    async def take_found(self, found: Iterable[FoundConnection]) -> tuple[FoundConnection, ...]:
        return tuple(found)

    async def take(self, imported: Imported) -> Sequence[Profile]:
        return imported.profiles


class Front(Desk):
    """The main window over the view-models of a desk. Show it with `open`."""

    def __init__(
        self,
        tasks: TaskScope,
        *,
        history: Sequence[Run] = (),
        options: FakeOptions | None = None,
        draft: Draft | None = None,
        connections: FakeConnections | None = None,
    ) -> None:
        super().__init__(tasks, history=history, options=options, draft=draft, connections=connections)
        self.owner = QWidget()
        self.actions = Actions(self.owner)
        self.panel = ParameterPanel(self.parameters, self.connection)
        self.place = WritePlace(self.write, self.draft, self.preferences, self.panel, self.actions, SAMPLES)
        self.window = MainWindow(self.place, self.preferences, self.actions)
        self.bench = Bench(tasks)
        self.screens = ConnectionScreens(self.connection, self._make_add, self._make_views, self.window)
        self.actions["add_connection"].triggered.connect(self.screens.open_add)
        self.actions["connection"].triggered.connect(self.screens.open_connections)
        self.screens.problem_told.connect(self.place.show_problem)

    def _make_add(self) -> AddConnectionViewModel:
        return AddConnectionViewModel(self.connections, self.tasks)

    def _make_views(self) -> ConnectionViews:
        bench = self.bench
        return ConnectionViews(bench.connections, bench.check, bench.costs, TransferViewModel(Exchange(), self.tasks))

    async def open(self) -> None:
        """Show the window, bring the earlier work back and give the window the keyboard."""
        self.window.show()
        self.draft.load()
        self.write.load()
        self.window.activateWindow()
        await until(lambda: self.window.isActiveWindow() and not self.tasks.is_running("load-runs"))
        await until(lambda: not self.tasks.is_running("load-draft"))

    def close(self) -> None:
        """Take the window down."""
        if shiboken6.isValid(self.window):
            self.window.allow_close()
            self.window.deleteLater()
        self.owner.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press a key wherever the keyboard is."""
        press(QApplication.focusWidget() or self.window, key, modifiers)

    def type(self, text: str) -> None:
        """Type into the prompt."""
        self.place.editor.setFocus()
        type_text(self.place.editor, text)

    def press_button(self, name: str) -> None:
        """Press one of the buttons of the Write place."""
        click(self.place.buttons[name])

    def button(self, name: str) -> QPushButton:
        return self.place.buttons[name]

    @property
    def prompt(self) -> str:
        return self.place.editor.toPlainText()

    @property
    def answers(self) -> list[str]:
        return [lane.text.toPlainText() for lane in self.place.answer.lanes]

    @property
    def status(self) -> str:
        return self.place.answer.status.text()

    async def wrote(self, *texts: str) -> None:
        """Let these texts of the first candidate arrive and wait until they are to be seen."""
        self.generations.send(*texts)
        await until(lambda: self.answers and self.answers[0].endswith("".join(texts)))

    async def ended(self) -> None:
        await until(lambda: not self.write.is_running)


@asynccontextmanager
async def front(
    *runs: Run,
    options: FakeOptions | None = None,
    draft: Draft | None = None,
    connections: FakeConnections | None = None,
) -> AsyncIterator[Front]:
    """Give the open window over fakes; a crash in the background fails the test."""
    async with task_scope() as tasks:
        made = Front(tasks, history=runs, options=options, draft=draft, connections=connections)
        try:
            await made.open()
            yield made
        finally:
            await tasks.aclose()  # as the program ends: first what streams, then the window
            made.close()
