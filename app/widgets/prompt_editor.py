"""The prompt editor: plain text in which what a model wrote keeps its own colour.

Owns the marking of generated text and its undo; positions go out as code points, Qt counts UTF-16 units. Must not
know runs.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QInputMethodEvent,
    QKeyEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from app.domain.document import Draft, merge_spans
from app.widgets.theme import colors

GENERATED = int(QTextFormat.Property.UserProperty) + 1


def generated_format() -> QTextCharFormat:
    """Return the look of generated text in the theme of now."""
    text_format = QTextCharFormat()
    text_format.setForeground(QBrush(QColor(colors().generated)))
    return text_format


def _generated_mark() -> QTextCharFormat:
    """Return the mark that generated text carries; its colour is the highlighter's, so that themes can change."""
    text_format = QTextCharFormat()
    text_format.setProperty(GENERATED, True)
    return text_format


class GeneratedHighlighter(QSyntaxHighlighter):
    """Colour what carries the mark; undo and the text itself are not touched."""

    def highlightBlock(self, _text: str) -> None:  # noqa: N802 - Qt's name
        """Colour one paragraph."""
        block = self.currentBlock()
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            if fragment.charFormat().hasProperty(GENERATED):
                self.setFormat(fragment.position() - block.position(), fragment.length(), generated_format())
            iterator += 1


READING_SCALE = 1.12
"""Text that is read for long is set a little larger than labels."""

MARGIN = 10
"""Pixels between the frame of a text and its words."""


def set_reading_font(editor: QPlainTextEdit) -> None:
    """Give a text widget the font and margins of long text, following the size of the program's."""
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * READING_SCALE)
    editor.setFont(font)
    editor.document().setDocumentMargin(MARGIN)


def with_line_feeds(raw: str) -> str:
    """Return a document's raw text with usual line ends; Qt's plain text would make no-break spaces plain too."""
    return raw.translate(_LINE_ENDS)


_LINE_ENDS = dict.fromkeys((0x2028, 0x2029, 0xFDD0, 0xFDD1), "\n")


class PromptEditor(QPlainTextEdit):
    """Edit the prompt; undo covers typing, moved answers and clearing alike."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        set_reading_font(self)
        self._highlighter = GeneratedHighlighter(self.document())
        self.document().contentsChange.connect(self._on_document_contents_change)

    def toPlainText(self) -> str:  # noqa: N802 - Qt's name
        """Return the text as it was typed (Q11)."""
        return with_line_feeds(self.document().toRawText())

    def draft(self) -> Draft:
        """Return text and generated spans as they stand."""
        text = self.toPlainText()
        spans: list[tuple[int, int]] = []
        block = self.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                if fragment.charFormat().hasProperty(GENERATED):
                    spans.append((fragment.position(), fragment.position() + fragment.length()))
                iterator += 1
            block = block.next()
        return Draft(text, _to_code_points(text, _join_over_line_breaks(text, spans)))

    def set_draft(self, draft: Draft) -> None:
        """Show a draft from scratch; this cannot be undone."""
        self.setUndoRedoEnabled(False)
        self.clear()
        self._insert(self.textCursor(), draft)
        self.setUndoRedoEnabled(True)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def replace_draft(self, draft: Draft) -> None:
        """Replace everything in one step that Undo takes back."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        self._insert(cursor, draft)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.ensureCursorVisible()

    def append_generated(self, text: str) -> None:
        """Put generated text at the end in one step that Undo takes back."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        cursor.insertText(text, _generated_mark())
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.ensureCursorVisible()

    def strip_trailing_space(self) -> None:
        """Remove blanks and tabs at the very end, line breaks stay."""
        text = self.toPlainText()
        line = text[text.rfind("\n") + 1 :]
        count = len(line) - len(line.rstrip())
        if count:
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, count)
            cursor.removeSelectedText()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Type in the colour of typed text, wherever the cursor stands."""
        if _writes(event):
            self._type_as_typed()
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """Let an input method write in the colour of typed text too."""
        if event.commitString() or event.preeditString():
            self._type_as_typed()
        super().inputMethodEvent(event)

    def insertFromMimeData(self, source: object) -> None:  # noqa: N802 - Qt's name
        """Paste in the colour of typed text."""
        self._type_as_typed()
        super().insertFromMimeData(source)  # type: ignore[arg-type]  # QMimeData, kept out of the imports

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Give generated text the colour of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._highlighter.rehighlight()

    def _type_as_typed(self) -> None:
        if self.currentCharFormat().hasProperty(GENERATED):
            self.textCursor().removeSelectedText()  # first, or the format would be that of the selection
            self.setCurrentCharFormat(QTextCharFormat())

    def _insert(self, cursor: QTextCursor, draft: Draft) -> None:
        position = 0
        typed, written = QTextCharFormat(), _generated_mark()
        for start, end in draft.generated:
            cursor.insertText(draft.text[position:start], typed)
            cursor.insertText(draft.text[start:end], written)
            position = end
        cursor.insertText(draft.text[position:], typed)

    def _on_document_contents_change(self, _position: int, removed: int, added: int) -> None:
        if removed or added:
            self.edited.emit()


def _writes(event: QKeyEvent) -> bool:
    """Tell whether a key puts text in, as Qt decides it; AltGr comes as Control and Alt together."""
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    if event.modifiers() in {control, control | shift}:
        return False
    is_line_end = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
    return is_line_end or (bool(event.text()) and event.text().isprintable())


def _join_over_line_breaks(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Count the line break between two generated paragraphs as generated; blocks do not carry a format of their own."""
    has_pairs = any(ord(character) > 0xFFFF for character in text)
    units = text.encode("utf-16-le", "surrogatepass") if has_pairs else None
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined:
            last = joined[-1][1]
            gap = (
                text[last:start] if units is None else units[last * 2 : start * 2].decode("utf-16-le", "surrogatepass")
            )
            if gap.strip("\n") == "":
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _to_code_points(text: str, spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Turn UTF-16 positions into code points; they differ only beyond the basic plane."""
    if not spans or not any(ord(character) > 0xFFFF for character in text):
        return merge_spans(spans)
    units = text.encode("utf-16-le", "surrogatepass")

    def code_point(position: int) -> int:
        return len(units[: position * 2].decode("utf-16-le", "surrogatepass"))

    return merge_spans((code_point(start), code_point(end)) for start, end in spans)
