"""Build the window and run it until it asks to close, then end everything in order.

The only place that knows everybody. Slow libraries are imported after the first paint (qt-findings 5).
"""

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app.assembly import Services, assemble
from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.runtime.errors import ErrorHub
from app.runtime.garbage import MainThreadCollector
from app.runtime.logs import hide, start_log
from app.runtime.loop import make_loop
from app.store.paths import resource
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.drafts import DraftViewModel
from app.viewmodels.options import Options
from app.viewmodels.parameters import ParametersViewModel
from app.viewmodels.preferences import PreferencesViewModel
from app.viewmodels.write import WriteViewModel
from app.widgets import theme
from app.widgets.actions import Actions
from app.widgets.connection_screens import ConnectionScreens, ConnectionViews
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.window import MainWindow
from app.widgets.write_place import WritePlace

if TYPE_CHECKING:
    from app.viewmodels.add_connection import AddConnectionViewModel

SHUTDOWN_LIMIT = 3.0
"""Seconds that background work gets to end; then the program ends anyway."""


class Appearance(QObject):
    """Apply theme, language and text size to the whole program, at once and whenever one changes."""

    def __init__(self, application: QApplication, preferences: PreferencesViewModel) -> None:
        super().__init__(application)
        self._application = application
        self._preferences = preferences
        self._translator = QTranslator(self)
        self._system_points = application.font().pointSizeF()
        preferences.theme_changed.connect(self.apply_theme)
        preferences.language_changed.connect(self.apply_language)
        preferences.text_scale_changed.connect(self.apply_text_scale)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.apply_theme)

    def apply_theme(self) -> None:
        """Show the chosen theme; "system" follows the system's colour scheme."""
        chosen = self._preferences.theme
        if chosen == "system":
            is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
            chosen = "dark" if is_dark else "light"
        theme.apply(self._application, theme.load_colors(resource("themes", f"{chosen}.toml")))

    def apply_language(self) -> None:
        """Say everything in the chosen language; windows hear of it by LanguageChange."""
        language = self._preferences.effective_language
        self._application.removeTranslator(self._translator)
        QLocale.setDefault(QLocale(language if language != "en" else "en_GB"))
        if language != "en" and self._translator.load(str(resource("i18n", f"quillpane_{language}.qm"))):
            self._application.installTranslator(self._translator)

    def apply_text_scale(self) -> None:
        """Show all text in the chosen size."""
        font = self._application.font()
        points = self._system_points * self._preferences.text_scale / 100
        if abs(font.pointSizeF() - points) > 0.01:
            font.setPointSizeF(points)
            self._application.setFont(font)
            # Under a style sheet Qt hands a new font on only when the sheet is set again.
            self._application.setStyleSheet(self._application.styleSheet())


class Application(QApplication):
    """The Qt application, that asks for an orderly end on Quit (Cmd-Q, the session's end).

    Qt would end the loop under running tasks. It is no event filter, because that would see every event of every
    object.
    """

    quit_asked = Signal()

    def event(self, event: QEvent) -> bool:
        """Swallow Quit and ask for an orderly end."""
        if event.type() == QEvent.Type.Quit:
            event.ignore()
            self.quit_asked.emit()
            return True
        return super().event(event)


@dataclass
class Program:
    """The built program: window, view-models and services, for the main coroutine and for whoever drives it."""

    services: Services
    tasks: TaskScope
    options: Options
    preferences: PreferencesViewModel
    connection: ConnectionViewModel
    parameters: ParametersViewModel
    draft: DraftViewModel
    write: WriteViewModel
    window: MainWindow
    screens: ConnectionScreens
    collector: MainThreadCollector | None = None

    def start_background(self) -> None:
        """Bring the earlier work back, then warm up what is slow; called after the first paint."""
        self.window.place.editor.viewport()  # at the first such call PySide6 makes the class of every widget there is
        self.collector = MainThreadCollector(self.window)
        self.draft.load()
        self.write.load()
        self.tasks.start("warm-up", self._warm_up())

    async def _warm_up(self) -> None:
        await asyncio.to_thread(self.services.http.warm_up)
        self.connection.refresh_models()

    async def aclose(self) -> None:
        """End in order: keep the layout, stop work, save, close HTTP and disk."""
        if self.collector is not None:
            self.collector.stop()
        self.window.keep_layout()
        self.write.stop()
        await self.draft.flush()
        await self.tasks.aclose()
        await self.services.aclose()


def build(application: QApplication, services: Services, hub: ErrorHub) -> Program:
    """Build view-models and window over the services; needs the running loop."""
    tasks = TaskScope(hub.on_crash)
    options = Options(services.settings, tasks)
    preferences = PreferencesViewModel(options)
    appearance = Appearance(application, preferences)
    appearance.apply_theme()
    appearance.apply_language()
    appearance.apply_text_scale()
    connection = ConnectionViewModel(services.connections, services.capabilities, options, tasks)
    parameters = ParametersViewModel(options)
    draft = DraftViewModel(services.drafts, tasks)
    write = WriteViewModel(services.generation, services.runs, parameters, connection, tasks)
    actions = Actions(application)
    panel = ParameterPanel(parameters, connection)
    place = WritePlace(write, draft, preferences, panel, actions, _samples(preferences.effective_language))
    window = MainWindow(place, preferences, actions)
    screens = ConnectionScreens(
        connection, lambda: _make_add(services, tasks), lambda: _make_connection_views(services, options, tasks), window
    )
    actions["add_connection"].triggered.connect(screens.open_add)
    actions["connection"].triggered.connect(screens.open_connections)
    preferences.language_changed.connect(lambda language: place.answer.set_samples(_samples(language)))
    connection.problem_changed.connect(place.show_problem)
    options.problem_changed.connect(place.show_problem)
    screens.problem_told.connect(place.show_problem)
    write.running_changed.connect(connection.refresh_capabilities)  # a run may have learnt something
    hub.tell(place.show_report)
    return Program(services, tasks, options, preferences, connection, parameters, draft, write, window, screens)


def _make_add(services: Services, tasks: TaskScope) -> "AddConnectionViewModel":
    from app.viewmodels.add_connection import AddConnectionViewModel

    return AddConnectionViewModel(services.connections, tasks)


def _make_connection_views(services: Services, options: Options, tasks: TaskScope) -> ConnectionViews:
    from app.viewmodels.connection_check import CheckViewModel
    from app.viewmodels.connections import ConnectionsViewModel
    from app.viewmodels.costs import CostsViewModel
    from app.viewmodels.transfer import TransferViewModel

    return ConnectionViews(
        ConnectionsViewModel(services.connections, options, tasks),
        CheckViewModel(
            services.check,
            services.capabilities,
            tasks,
            diagnose=lambda profile, error: services.doctor.diagnose(error, profile),
        ),
        CostsViewModel(services.spending, services.balance, tasks),
        TransferViewModel(services.connections, tasks),
    )


async def run_program(program: Program) -> int:
    """Show the window and wait until it asks to close, then end everything in order (design 4.8)."""
    window, application = program.window, QApplication.instance()
    stop = window.close_requested
    if isinstance(application, Application):
        application.quit_asked.connect(stop.set)
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    window.show()
    QTimer.singleShot(0, window, program.start_background)
    await stop.wait()
    try:
        async with asyncio.timeout(SHUTDOWN_LIMIT):
            await program.aclose()
    except TimeoutError:
        # Something does not let go of its task; what was typed and streamed is on disk already.
        sys.stderr.write("Quillpane: some background work did not end in time.\n")
        sys.stderr.flush()
        os._exit(1)
    except ExpectedError as error:
        # A full disk must not keep the window open; what could be written is, and the rest cannot be helped.
        logging.getLogger(__name__).error("closing: %s", error)  # noqa: TRY400 - expected, no traceback needed
    window.allow_close()
    return 0


def make_application(arguments: list[str]) -> QApplication:
    """Create the QApplication with the program's names, style and icon."""
    existing = QApplication.instance()
    # The style as an argument: setStyle() returns one, and PySide6 needs 6 ms to make the class of it.
    application = existing if isinstance(existing, QApplication) else Application([*arguments, "-style", "Fusion"])
    application.setApplicationName("Quillpane")
    application.setDesktopFileName("quillpane")
    application.setQuitOnLastWindowClosed(False)
    application.setWindowIcon(QIcon(str(resource("icons", "quillpane.svg"))))
    return application


def run_window(arguments: list[str], data_dir: Path | None) -> int:
    """Run the window until it closes; return the exit code."""
    application = make_application([sys.argv[0], *arguments])
    services = assemble(data_dir)
    hide(services.connections.known_secrets)
    start_log(services.paths.logs_dir)
    hub = ErrorHub()

    async def main() -> int:
        hub.install(asyncio.get_running_loop())
        return await run_program(build(application, services, hub))

    with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
        return runner.run(main())


def _samples(language: str) -> tuple[str, ...]:
    with suppress(OSError, ValueError):
        return tuple(json.loads(resource("samples", f"{language}.json").read_text("utf-8")))
    return ()
