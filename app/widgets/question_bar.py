"""A question before something that cannot be undone, asked where it happens and not in a box.

Owns its two buttons; must not know what is asked.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.widgets.form_page import plain_label


class QuestionBar(QFrame):
    """Ask one question at a time; the button that does nothing has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "problem")
        self.label = plain_label()
        self.yes, self.no = QPushButton(), QPushButton()
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self.label)
        column.addLayout(buttons)
        self._do: Callable[[], None] | None = None
        self.yes.clicked.connect(self._on_yes_clicked)
        self.no.clicked.connect(self.close_question)
        self.hide()

    def ask(self, question: str, yes: str, no: str, do: Callable[[], None]) -> None:
        """Ask; `do` is called when the user agrees."""
        self.label.setText(question)
        self.setAccessibleName(question)
        self.yes.setText(yes)
        self.no.setText(no)
        self._do = do
        self.show()
        self.no.setFocus()

    def close_question(self) -> None:
        """Take the question back."""
        self._do = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Escape say no, and not close the window."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_question()
        else:
            super().keyPressEvent(event)

    def _on_yes_clicked(self) -> None:
        do = self._do
        self.close_question()
        if do is not None:
            do()
