"""A page of labelled fields that scrolls: label above field, explanation below.

Owns spacing, wrapping and what screen readers hear of a field; must not know what is entered.
"""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.widgets.theme import colors


class FormPage(QScrollArea):
    """Stack fields in one column, so that long words, large text and a narrow window all have room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(4, 12, 12, 12)
        self.column.setSpacing(4)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)

    def add_section(self, space: int = 14) -> QLabel:
        """Add the title of a group of fields, with room above it, and return it."""
        if self.column.count():
            self.column.addSpacing(space)
        label = plain_label()
        label.setProperty("heading", True)
        self.column.addWidget(label)
        return label

    def add_field(self, *widgets: QWidget | QLayout, space: int = 10) -> tuple[QLabel, QLabel]:
        """Add one or more widgets in a row, and return the label above and the explanation below.

        The first widget is the field and takes the room.
        """
        if self.column.count():
            self.column.addSpacing(space)
        label, hint = plain_label(), hint_label()
        self.column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(6)
        for number, widget in enumerate(widgets):
            if isinstance(widget, QLayout):
                row.addLayout(widget, 0 if number else 1)
            else:
                row.addWidget(widget, 0 if number else 1)
        self.column.addLayout(row)
        self.column.addWidget(hint)
        if widgets and isinstance(widgets[0], QWidget):
            label.setBuddy(widgets[0])
        return label, hint

    def end(self) -> None:
        """Leave the rest of the page empty; called once, after the last field."""
        self.column.addStretch(1)


def plain_label() -> QLabel:
    """Return a label that shows text as it is and breaks its lines."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # A word-wrapped label asks for a width of its own liking; here it takes what there is.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def hint_label() -> QLabel:
    """Return a quiet label for explanations; it takes no room while it is empty."""
    label = plain_label()
    label.setProperty("dim", True)
    label.hide()
    return label


def say(label: QLabel, text: str) -> None:
    """Show text in a label, or take the label away where there is none."""
    label.setText(text)
    label.setVisible(bool(text))


def describe_field(field: QWidget, name: str, explanation: str = "") -> None:
    """Tell screen readers what a field is for."""
    field.setAccessibleName(name)
    field.setAccessibleDescription(explanation)


class FaultLabel(QLabel):
    """Say what is wrong with a field: a sign, a sentence and a colour; it takes no room while nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._retint()
        self.hide()

    def say(self, fault: str) -> None:
        """Show a fault, "" for none."""
        say(self, f"✕ {fault}" if fault else "")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._retint()

    def _retint(self) -> None:
        wanted = f"color: {colors().problem_text};"
        if self.styleSheet() != wanted:  # setting one changes the palette again
            self.setStyleSheet(wanted)


class WarningCard(QFrame):
    """Show a warning with a sign before it, or hide."""

    def __init__(self, card: str = "notice", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", card)
        self.label = plain_label()
        sign = QLabel("⚠")
        sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.addWidget(sign)
        row.addWidget(self.label, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Show a warning, "" for none."""
        say(self.label, text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
