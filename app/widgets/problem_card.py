"""A problem above what has already arrived: what happened, what to do, one button, the raw answer behind Details.

Owns the card's look and words of its buttons; what the remedy does is connected by the pane.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.viewmodels.texts import Problem, Remedy


class ProblemCard(QFrame):
    """Show one problem or hide; never a box that has to be clicked away."""

    remedy_requested = Signal(object)  # Remedy

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "problem")
        self._problem: Problem | None = None
        self.title = QLabel()
        self.title.setProperty("heading", True)
        self.body = QLabel()
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setMaximumHeight(140)
        self.detail.setVisible(False)
        self.remedy_button = QPushButton()
        self.details_button = QPushButton()
        self.details_button.setProperty("flat", True)
        self.details_button.setCheckable(True)
        for label in (self.title, self.body):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QHBoxLayout()
        buttons.addWidget(self.remedy_button)
        buttons.addWidget(self.details_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.body)
        column.addLayout(buttons)
        column.addWidget(self.detail)
        self.remedy_button.clicked.connect(self._on_remedy_button_clicked)
        self.details_button.toggled.connect(self.detail.setVisible)
        self.show_problem(None)

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem, or nothing."""
        self._problem = problem
        self.setVisible(problem is not None)
        if problem is None:
            return
        self.title.setText(problem.title)
        self.body.setText(" ".join(part for part in (problem.cause, problem.advice) if part))
        self.body.setVisible(bool(problem.cause or problem.advice))
        self.detail.setPlainText(problem.detail)
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(problem.detail))
        words = {
            Remedy.TRY_AGAIN: self.tr("Try again"),
            Remedy.OPEN_CONNECTION: self.tr("Open connection"),
            Remedy.LOWER_MAX_TOKENS: self.tr("Ask for half as much"),
            Remedy.CONTINUE: self.tr("Continue from here"),
        }
        self.remedy_button.setVisible(problem.remedy in words)
        self.remedy_button.setText(words.get(problem.remedy, ""))
        self.details_button.setText(self.tr("Details"))
        self.setAccessibleName(problem.title)
        self.setAccessibleDescription(self.body.text())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Say the buttons again in the language of now."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.show_problem(self._problem)

    def _on_remedy_button_clicked(self) -> None:
        if self._problem is not None:
            self.remedy_requested.emit(self._problem.remedy)
