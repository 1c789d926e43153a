"""The whole program with its window, running in the loop of the test, and what a person sees and does there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from app.assembly import Services, assemble
from app.bootstrap import Program, build, make_application, run_program
from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.domain.profile import Profile
from app.domain.run import Run
from app.runtime.errors import ErrorHub
from tests.support import until
from tests.widgets.hands import CONTROL, NONE, click, press, type_text, words_of


class Screen:
    """The running program, as a person at it knows it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.place = program.window.place
        self.reports: list[str] = []
        self.code: int | None = None

    @property
    def services(self) -> Services:
        return self.program.services

    @property
    def answers(self) -> list[str]:
        """Return the texts of the lanes as they are shown."""
        return [lane.text.toPlainText() for lane in self.place.answer.lanes]

    @property
    def prompt(self) -> str:
        return self.place.editor.toPlainText()

    @property
    def status(self) -> str:
        return self.place.answer.status.text()

    @property
    def run(self) -> Run:
        """Return the run that is shown."""
        run = self.program.write.shown
        assert run is not None
        return run

    def sees(self, words: str) -> bool:
        return any(words in text for text in words_of(self.place))

    def write(self, prompt: str) -> None:
        """Put a prompt into the editor in place of what is there."""
        self.place.editor.replace_draft(Draft(prompt))

    def type(self, text: str) -> None:
        self.place.editor.setFocus()
        type_text(self.place.editor, text)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        press(QApplication.focusWidget() or self.program.window, key, modifiers)

    def press_run(self) -> None:
        self.key(Qt.Key.Key_Return, CONTROL)

    def press_button(self, name: str) -> None:
        click(self.place.buttons[name])

    def press_remedy(self) -> None:
        assert not self.place.answer.card.isHidden()
        click(self.place.answer.card.remedy_button)

    async def ended(self) -> Run:
        """Wait until nothing streams any more."""
        await until(lambda: not self.program.write.is_running, limit=40)
        return self.run

    async def shows(self, text: str) -> None:
        await until(lambda: self.answers and text in self.answers[0])

    async def kept(self) -> Run:
        """Return the run that is shown as it is on disk."""
        run = await self.services.runs.load(self.run.id)
        assert run is not None
        return run

    async def close(self) -> int:
        self.program.window.close()
        await until(lambda: self.code is not None)
        assert self.code is not None
        return self.code


Prepare = Callable[[Services], Services]


@asynccontextmanager
async def opened(
    folder: Path, base_url: str = "", key: str | None = None, prepare: Prepare | None = None
) -> AsyncIterator[Screen]:
    """Give the open window over a data folder, connected to base_url or else to what was last used.

    `prepare` may exchange services. A bug reported anywhere fails the test; leaving closes the window and waits for it.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    make_application([])
    services = assemble(folder)
    if prepare is not None:
        services = prepare(services)
    if base_url:
        saved = await services.connections.add(Profile("", "", base_url), key)
        services.connections.choose("write", saved.profile.id)
    bugs: list[BaseException] = []
    hub = ErrorHub()
    program = build(application, services, hub)
    program.preferences.set_language("en")
    screen = Screen(program)
    hub.tell(screen.reports.append)
    scope = TaskScope(lambda _, error: bugs.append(error))

    async def work() -> None:
        screen.code = await run_program(program)

    scope.start("program", work())
    try:
        await until(program.window.isVisible)
        program.window.activateWindow()
        await until(lambda: program.window.isActiveWindow() and _is_loaded(program))
        yield screen
    finally:
        if screen.code is None and not bugs:
            await screen.close()
        await scope.aclose()
        program.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        await asyncio.sleep(0)
    assert not bugs, bugs
    assert not screen.reports, screen.reports[0]


def _is_loaded(program: Program) -> bool:
    return not any(map(program.tasks.is_running, ("load-draft", "load-runs")))
