"""Every command once: its name, its shortcut, and its words in the language of now.

Owns the table; what a command does is connected by the window. Must not know view-models.
"""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence

from app.domain.marking import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, its shortcut ("" for none) and what it does in a sentence."""

    name: str
    text: str
    shortcut: str = ""
    hint: str = ""
    is_checkable: bool = False


COMMANDS = (
    Command(
        "run",
        QT_TRANSLATE_NOOP("Commands", "Run"),
        "Ctrl+Return",
        QT_TRANSLATE_NOOP("Commands", "Send the prompt and let the model write"),
    ),
    Command(
        "stop",
        QT_TRANSLATE_NOOP("Commands", "Stop"),
        "Esc",
        QT_TRANSLATE_NOOP("Commands", "Stop writing; what has come stays"),
    ),
    Command(
        "continue",
        QT_TRANSLATE_NOOP("Commands", "Continue"),
        "Ctrl+Shift+Return",
        QT_TRANSLATE_NOOP("Commands", "Send prompt and answer, so that the model goes on"),
    ),
    Command(
        "use_as_prompt",
        QT_TRANSLATE_NOOP("Commands", "Use as prompt"),
        "Ctrl+U",
        QT_TRANSLATE_NOOP("Commands", "Move the answer up to the end of the prompt"),
    ),
    Command("add_connection", QT_TRANSLATE_NOOP("Commands", "Connect a service…"), "Ctrl+Shift+A"),
    Command("connection", QT_TRANSLATE_NOOP("Commands", "Connections…"), "Ctrl+,"),
    Command("switch_model", QT_TRANSLATE_NOOP("Commands", "Switch model…"), "Ctrl+M"),
    Command("quit", QT_TRANSLATE_NOOP("Commands", "Quit"), "Ctrl+Q"),
    Command("undo", QT_TRANSLATE_NOOP("Commands", "Undo"), "Ctrl+Z"),
    Command("redo", QT_TRANSLATE_NOOP("Commands", "Redo"), "Ctrl+Shift+Z"),
    Command("copy_answer", QT_TRANSLATE_NOOP("Commands", "Copy answer"), "Ctrl+Shift+C"),
    Command("clear_prompt", QT_TRANSLATE_NOOP("Commands", "Clear prompt"), "Ctrl+Shift+N"),
    Command("focus_prompt", QT_TRANSLATE_NOOP("Commands", "Go to prompt"), "Ctrl+1"),
    Command("focus_answer", QT_TRANSLATE_NOOP("Commands", "Go to answer"), "Ctrl+2"),
    Command("focus_runs", QT_TRANSLATE_NOOP("Commands", "Go to runs"), "Ctrl+3"),
    Command("focus_parameters", QT_TRANSLATE_NOOP("Commands", "Go to parameters"), "Ctrl+4"),
    Command("show_runs", QT_TRANSLATE_NOOP("Commands", "Runs"), "F8", is_checkable=True),
    Command("show_parameters", QT_TRANSLATE_NOOP("Commands", "Parameters"), "F9", is_checkable=True),
    Command("reset_parameters", QT_TRANSLATE_NOOP("Commands", "Set all parameters to neutral")),
    Command("larger", QT_TRANSLATE_NOOP("Commands", "Larger text"), "Ctrl++"),
    Command("smaller", QT_TRANSLATE_NOOP("Commands", "Smaller text"), "Ctrl+-"),
    Command("normal", QT_TRANSLATE_NOOP("Commands", "Normal text size"), "Ctrl+0"),
    Command("theme_system", QT_TRANSLATE_NOOP("Commands", "Like the system"), is_checkable=True),
    Command("theme_light", QT_TRANSLATE_NOOP("Commands", "Light"), is_checkable=True),
    Command("theme_dark", QT_TRANSLATE_NOOP("Commands", "Dark"), is_checkable=True),
    Command("language_system", QT_TRANSLATE_NOOP("Commands", "Like the system"), is_checkable=True),
    Command("language_en", "English", is_checkable=True),
    Command("language_zh_CN", "简体中文", is_checkable=True),
    Command("about", QT_TRANSLATE_NOOP("Commands", "About Quillpane")),
)


class Actions:
    """Hold one QAction per command; `retranslate` gives them the words of now."""

    def __init__(self, parent: QObject) -> None:
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(parent)
            action.setCheckable(command.is_checkable)
            if command.shortcut:
                action.setShortcut(QKeySequence(command.shortcut))
            self._actions[command.name] = action
        self.retranslate()

    def __getitem__(self, name: str) -> QAction:
        """Return the action of a command; KeyError for an unknown name."""
        return self._actions[name]

    def retranslate(self) -> None:
        """Give every action its words in the language of now."""
        for command in COMMANDS:
            action = self._actions[command.name]
            action.setText(QCoreApplication.translate("Commands", command.text))
            hint = QCoreApplication.translate("Commands", command.hint) if command.hint else action.text()
            shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{hint} ({shortcut})" if shortcut else hint)
