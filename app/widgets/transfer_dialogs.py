"""Giving connections away as a text, and taking them in from one.

Owns the two dialogs; what a text means is `TransferViewModel`'s. Opened with `open()`.
"""

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.viewmodels.add_connection import problem_words
from app.viewmodels.texts import Problem
from app.viewmodels.transfer import Preview, TransferViewModel

SIZE = (560, 460)


class _TextDialog(QDialog):
    """A text with a card of remarks below and two buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.card = QFrame()
        self.card.setProperty("card", "notice")
        self.remarks = QLabel()
        self.remarks.setWordWrap(True)
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(10, 6, 10, 6)
        inside.addWidget(self.remarks)
        self.card.hide()
        self.done_button, self.close_button = QPushButton(), QPushButton()
        self.done_button.setProperty("primary", True)
        self.done_button.setDefault(True)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.close_button)
        self.buttons.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.hint)
        column.addWidget(self.text, 1)
        column.addWidget(self.card)
        column.addLayout(self.buttons)
        self.close_button.clicked.connect(self.reject)

    def say(self, lines: list[str]) -> None:
        """Show remarks, or none."""
        self.remarks.setText("\n".join(lines))
        self.card.setVisible(bool(lines))


class ExportDialog(_TextDialog):
    """Show all connections as a text without keys, and what was left out."""

    def __init__(self, transfer: TransferViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export connections"))
        self.hint.setText(
            self.tr("Anyone may see this text: keys and other secrets are not in it. Keep it or send it.")
        )
        text, stripped = transfer.export()
        self.text.setPlainText(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.windowTitle())
        if stripped:
            self.say([self.tr("Left out:"), *stripped])
        self.close_button.setText(self.tr("Close"))
        self.done_button.setText(self.tr("Copy"))
        self.done_button.clicked.connect(self._on_done_button_clicked)

    def _on_done_button_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.accept()


class ImportDialog(_TextDialog):
    """Take connections in from a text, after showing what would be taken."""

    def __init__(self, transfer: TransferViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transfer = transfer
        self.setWindowTitle(self.tr("Import connections"))
        self.hint.setText(
            self.tr("Paste the text that Export gave, or a backup of Chatbox. Nothing is kept before you press Take.")
        )
        self.environment_button = QPushButton(self.tr("Look into the environment"))
        self.buttons.insertWidget(0, self.environment_button)
        self.environment_button.clicked.connect(self._on_environment_button_clicked)
        self.text.setAccessibleName(self.windowTitle())
        self.close_button.setText(self.tr("Cancel"))
        self.done_button.setText(self.tr("Take"))
        self.done_button.setEnabled(False)
        self.text.textChanged.connect(self._on_text_text_changed)
        self.done_button.clicked.connect(transfer.take)
        transfer.taken.connect(self.accept)
        transfer.problem_changed.connect(self._on_transfer_problem_changed)

    def _on_text_text_changed(self) -> None:
        self._show_preview(self._transfer.read(self.text.toPlainText()))

    def _on_environment_button_clicked(self) -> None:
        self._show_preview(self._transfer.read_environment(os.environ))

    def _show_preview(self, preview: Preview) -> None:
        self.done_button.setEnabled(preview.can_take)
        lines = [self.tr("Would be taken:"), *preview.connections] if preview.connections else []
        self.say([*lines, *preview.problems])

    def _on_transfer_problem_changed(self, problem: Problem) -> None:
        self.say([problem_words(problem)])
