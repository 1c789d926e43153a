"""A page of labelled fields that scrolls: label above field, explanation below.

Owns spacing, wrapping and what screen readers hear of a field; must not know what is entered.
"""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.widgets.theme import colors

FIELD_CHARACTERS = 16
"""How many characters of a field are seen at least beside its buttons."""


class FormPage(QScrollArea):
    """Stack fields in one column, so that long words, large text and a narrow window all have room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
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

    def add_field(self, field: QWidget, *buttons: QWidget, space: int = 10) -> tuple[QLabel, QLabel]:
        """Add a field with buttons beside it, and return the label above and the explanation below."""
        if self.column.count():
            self.column.addSpacing(space)
        label, hint = plain_label(), hint_label()
        label.setBuddy(field)
        self.column.addWidget(label)
        self.column.addWidget(FieldRow(field, *buttons) if buttons else field)
        self.column.addWidget(hint)
        return label, hint

    def end(self) -> None:
        """Leave the rest of the page empty; called once, after the last field."""
        self.column.addStretch(1)


class FieldRow(QWidget):
    """A field with buttons beside it, or below it where both do not fit."""

    def __init__(self, field: QWidget, *buttons: QWidget) -> None:
        super().__init__()
        self._field = field
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(6)
        for button in buttons:
            self._buttons.addWidget(button)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        self._box.addWidget(field, 1)
        self._box.addLayout(self._buttons)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the width of the narrow form, so that the wide one never holds the window open."""
        buttons = [item.minimumSize().width() for item in self._items()]
        widest = max(*buttons, self._field.minimumSizeHint().width())
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the form that fits."""
        super().resizeEvent(event)
        self._choose()

    def event(self, event: QEvent) -> bool:
        """Choose again when a button comes, goes or changes its words."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._choose()
        return super().event(event)

    def _items(self) -> list[QLayoutItem]:
        return [item for number in range(self._buttons.count()) if (item := self._buttons.itemAt(number)) is not None]

    def _choose(self) -> None:
        spacing = self._buttons.spacing()
        in_a_row = sum(item.sizeHint().width() + spacing for item in self._items() if not item.isEmpty())
        wanted = in_a_row + self.fontMetrics().averageCharWidth() * FIELD_CHARACTERS
        is_narrow = wanted > self.width()
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != direction:
            self._box.setDirection(direction)
            self._box.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft if is_narrow else Qt.AlignmentFlag(0))
        stack = (
            QBoxLayout.Direction.TopToBottom if in_a_row > self.width() + spacing else QBoxLayout.Direction.LeftToRight
        )
        if self._buttons.direction() != stack:
            self._buttons.setDirection(stack)


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
