"""What a person does with any widget, and what is to be seen of it; each test file has a probe for its own widget."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key while widget has the keyboard."""
    QTest.keyClick(widget, key, modifiers)


def type_text(widget: QWidget, text: str) -> None:
    """Type text; characters no key has come through the input method, as they do in life."""
    for character in text:
        if character == "\n":
            press(widget, Qt.Key.Key_Return)
        elif character.isascii() and character.isprintable():
            QTest.keyClicks(widget, character)
        else:
            commit(widget, character)


def commit(widget: QWidget, text: str) -> None:
    """Let the input method write text."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def click(widget: QWidget, position: QPoint | None = None) -> None:
    """Click on the widget, in its middle where no position is given."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, position or widget.rect().center())


def double_click(widget: QWidget) -> None:
    """Click twice in the middle of the widget."""
    click(widget)
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, NONE, widget.rect().center())


def is_seen(widget: QWidget, inside: QWidget) -> bool:
    """Tell whether widget would be seen if `inside` were; one that was just put into a layout is shown a turn later."""
    explicit = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
    at: QWidget | None = widget
    while at is not None and at is not inside:
        if at.isHidden() and (at.isWindow() or at.testAttribute(explicit)):
            return False
        at = at.parentWidget()
    return at is not None


def words_of(root: QWidget) -> list[str]:
    """Return every text of labels, buttons and group titles that is to be seen below root."""
    found: list[str] = []
    for widget in below(root):
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QGroupBox):
            found.append(widget.title())
    return [text for text in found if text]


def below(root: QWidget) -> Iterable[QWidget]:
    """Yield the widgets below root that are to be seen."""
    return (widget for widget in root.findChildren(QWidget) if is_seen(widget, root))


def everything_said(*roots: QWidget, but: QWidget | None = None) -> str:
    """Return every text of these windows that a person or a screen reader could meet, hidden or not.

    A field of a password says what it shows; the field `but` is left out.
    """
    said: list[str] = []
    for root in roots:
        for widget in [root, *root.findChildren(QWidget)]:
            said += [widget.windowTitle(), widget.toolTip(), widget.statusTip(), widget.whatsThis()]
            said += [widget.accessibleName(), widget.accessibleDescription()]
            if isinstance(widget, QLineEdit):
                said += [widget.displayText(), widget.placeholderText()]
            elif isinstance(widget, QPlainTextEdit):
                said += [widget.placeholderText(), "" if widget is but else widget.toPlainText()]
            elif isinstance(widget, QLabel | QAbstractButton):
                said.append(widget.text())
            elif isinstance(widget, QGroupBox | QMenu):
                said.append(widget.title())
            elif isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
                said += [str(model.index(row, 0).data()) for row in range(model.rowCount())]
        said += [text for action in root.findChildren(QAction) for text in (action.text(), action.toolTip())]
    return "\n".join(said)
