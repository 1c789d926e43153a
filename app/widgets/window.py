"""The main window: menus, the Write place, closing in order.

Owns the menu bar, the window's geometry and the close request; what a command does lives with the place it acts on.
"""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QActionGroup, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from app import __version__
from app.viewmodels.preferences import PreferencesViewModel
from app.widgets.actions import Actions
from app.widgets.write_place import WritePlace

MENUS = (
    ("file", ("add_connection", "connection", "switch_model", None, "quit")),
    ("edit", ("undo", "redo", None, "copy_answer", "clear_prompt", None, "reset_parameters")),
    ("run", ("run", "stop", "continue", "use_as_prompt")),
    ("view", ("show_runs", "show_parameters", None, "larger", "smaller", "normal", None, "theme", "language")),
    ("go", ("focus_prompt", "focus_answer", "focus_runs", "focus_parameters")),
    ("help", ("about",)),
)


class MainWindow(QMainWindow):
    """Show the program; `close_requested` is set instead of closing, until `allow_close`."""

    def __init__(
        self, place: WritePlace, preferences: PreferencesViewModel, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.close_requested = asyncio.Event()
        self._may_close = False
        self._preferences = preferences
        self._actions = actions
        self.place = place
        self.setCentralWidget(place)
        self._menus: dict[str, QMenu] = {}
        self._build_menus()
        self._connect()
        self.resize(1180, 780)
        self.restoreGeometry(preferences.layout("geometry"))
        place.editor.setFocus()
        self._retranslate()

    def allow_close(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def keep_layout(self) -> None:
        """Keep where the window and its splitters are."""
        self._preferences.keep_layout("geometry", self.saveGeometry())
        self.place.keep_layout()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask the main coroutine to shut down first."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.set()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build_menus(self) -> None:
        for name, entries in MENUS:
            menu = self._menus[name] = self.menuBar().addMenu("")
            for entry in entries:
                if entry is None:
                    menu.addSeparator()
                elif entry in {"theme", "language"}:
                    self._menus[entry] = menu.addMenu("")
                else:
                    menu.addAction(self._actions[entry])
        for name, choices in (("theme", ("system", "light", "dark")), ("language", ("system", "en", "zh_CN"))):
            group = QActionGroup(self)
            for choice in choices:
                action = self._actions[f"{name}_{choice}"]
                group.addAction(action)
                self._menus[name].addAction(action)
        for action in self.menuBar().actions():
            action.setMenuRole(action.MenuRole.NoRole)

    def _connect(self) -> None:
        preferences, actions = self._preferences, self._actions
        actions["quit"].triggered.connect(self.close)
        actions["about"].triggered.connect(self._show_about)
        actions["reset_parameters"].triggered.connect(self.place.panel.reset_button.click)
        for name, direction in (("larger", 1), ("smaller", -1), ("normal", 0)):
            actions[name].triggered.connect(_calling(preferences.step_text_scale, direction))
        for part in ("runs", "parameters"):
            action = actions[f"show_{part}"]
            action.setChecked(preferences.is_visible(part))
            action.toggled.connect(lambda is_on, part=part: self.place.set_side_visible(part, is_on))
        actions[f"theme_{preferences.theme}"].setChecked(True)
        actions[f"language_{preferences.language}"].setChecked(True)
        for choice in ("system", "light", "dark"):
            actions[f"theme_{choice}"].triggered.connect(_calling(preferences.set_theme, choice))
        for choice in ("system", "en", "zh_CN"):
            actions[f"language_{choice}"].triggered.connect(_calling(preferences.set_language, choice))

    def _show_about(self) -> None:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About Quillpane"))
        box.setText(f"Quillpane {__version__}")
        box.setInformativeText(
            self.tr("A native window for language models. MIT licence; uses Qt (LGPL), llama.cpp and SmolLM2 135M.")
        )
        box.open()

    def _retranslate(self) -> None:
        self.setWindowTitle("Quillpane")
        self._actions.retranslate()
        titles = {
            "file": self.tr("&File"),
            "edit": self.tr("&Edit"),
            "run": self.tr("&Run"),
            "view": self.tr("&View"),
            "go": self.tr("&Go"),
            "help": self.tr("&Help"),
            "theme": self.tr("Theme"),
            "language": self.tr("Language"),
        }
        for name, title in titles.items():
            self._menus[name].setTitle(title)


def _calling(function: Callable[..., None], argument: object) -> Callable[[], None]:
    """Return a slot that calls function with argument; QAction's own argument is dropped."""
    return lambda: function(argument)
