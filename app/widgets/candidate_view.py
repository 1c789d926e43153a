"""One candidate of a run: its heading, its text as it streams, and the words the model was unsure of.

Owns appending, following the end and the marking of tokens; must not know runs or requests.
"""

import codecs
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QMouseEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app.domain.tokens import Token
from app.widgets.prompt_editor import generated_format, set_reading_font, with_line_feeds
from app.widgets.theme import colors

UNSURE_BELOW = 0.7
"""Tokens at least this probable are left unmarked, so that the eye finds the uncertain ones."""


class GeneratedText(QPlainTextEdit):
    """Show generated text that grows; it follows its end only while the reader is there."""

    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        set_reading_font(self)
        self._format = generated_format()
        self._cursor = QTextCursor(self.document())
        # Each token with its place in UTF-16 units, and how unsure it was where that is to be marked.
        self._tokens: list[tuple[int, int, Token, float | None]] = []
        self._token_end = 0
        self._is_aligned = True
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._share: float | None = 1.0  # of the character that is not complete

    def toPlainText(self) -> str:  # noqa: N802 - Qt's name
        """Return the text as it was written."""
        return with_line_feeds(self.document().toRawText())

    def append_text(self, text: str) -> None:
        """Put text at the end; the view moves along if it was at its end."""
        bar = self.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum() - 2
        selection = self.textCursor()
        ends = selection.anchor(), selection.position()
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        is_selection_at_end = selection.hasSelection() and max(ends) == self._cursor.position()
        self._cursor.insertText(text, self._format)
        if is_selection_at_end:  # Qt would let it grow with the text
            selection.setPosition(ends[0])
            selection.setPosition(ends[1], QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(selection)
        if is_at_end:
            bar.setValue(bar.maximum())

    def set_text(self, text: str) -> None:
        """Show a text from scratch."""
        self.clear()
        self._start_tokens(0)
        self._cursor = QTextCursor(self.document())
        self._cursor.insertText(text, self._format)

    def start_tokens_here(self) -> None:
        """Say that the tokens to come belong to the text after the end of now."""
        self._start_tokens(self.document().characterCount() - 1)

    def add_tokens(self, tokens: Sequence[Token]) -> None:
        """Mark the tokens that follow those known; where they do not fit the text nothing is marked (Q20).

        Tokens may be parts of a character: it belongs to the one that completes it, and is as sure as all together
        (Q23).
        """
        if not self._is_aligned:
            return
        first, known, text = self._token_end, len(self._tokens), ""
        for token in tokens:
            data = token.text.encode("utf-8", "surrogatepass") if token.data is None else token.data
            piece = self._decoder.decode(data)
            start, self._token_end = self._token_end, self._token_end + len(piece.encode("utf-16-le")) // 2
            share = token.probability
            self._share = None if share is None or self._share is None else self._share * share
            if piece:
                is_marked = self._share is not None and self._share < UNSURE_BELOW and bool(piece.strip())
                self._tokens.append((start, self._token_end, token, self._share if is_marked else None))
                self._share = 1.0
            text += piece
        if not self._reads(first, text):
            self._forget_tokens()
            return
        self._mark_from(known)

    def token_at(self, position: int) -> Token | None:
        """Return the token at a position of the document, counted in UTF-16 units."""
        return next((token for start, end, token, _ in self._tokens if start <= position < end), None)

    def event(self, event: QEvent) -> bool:
        """Show what else was weighed where the mouse rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._tokens:
            viewport_position = self.viewport().mapFrom(self, event.pos())
            token = self.token_at(self.cursorForPosition(viewport_position).position())
            QToolTip.showText(event.globalPos(), self._token_words(token) if token else "", self)
            return True
        is_done = super().event(event)
        if event.type() in {QEvent.Type.Polish, QEvent.Type.StyleChange}:
            # The style sheet takes this away each time; without it Qt paints all that lies below with each new word.
            self.viewport().setAutoFillBackground(True)
        return is_done

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that this candidate was chosen."""
        super().focusInEvent(event)
        self.focused.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the colour of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._format = generated_format()
            self._repaint_all()

    def _start_tokens(self, position: int) -> None:
        self._tokens, self._token_end, self._is_aligned, self._share = [], position, True, 1.0
        self._decoder.reset()

    def _reads(self, start: int, text: str) -> bool:
        """Tell whether text stands at start, of which `_token_end` is the end."""
        if self._token_end >= self.document().characterCount():
            return False
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(self._token_end, QTextCursor.MoveMode.KeepAnchor)
        return with_line_feeds(cursor.selectedText()) == with_line_feeds(text)

    def _forget_tokens(self) -> None:
        self._is_aligned = False
        self._tokens = []
        self._repaint_all()

    def _repaint_all(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setCharFormat(self._format)
        self._mark_from(0)

    def _mark_from(self, number: int) -> None:
        styles = QTextCharFormat.UnderlineStyle
        # The pattern says how unsure, so that it can be read without colours too.
        looks = (
            (0.15, _underlined(styles.WaveUnderline)),
            (0.4, _underlined(styles.DashUnderline)),
            (UNSURE_BELOW, _underlined(styles.DotLine)),
        )
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()  # otherwise the paragraph is laid out again for each mark
        for start, end, _, probability in self._tokens[number:]:
            if probability is not None:
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(next(look for below, look in looks if probability < below))
        cursor.endEditBlock()

    def _token_words(self, token: Token) -> str:
        rows = [(token.text, token.probability, True)]
        rows += [(other.text, other.probability, False) for other in token.alternatives if other.text != token.text]
        rows.sort(key=lambda row: -(row[1] or 0.0))
        cells = "".join(
            f"<tr><td align='right'>{_percent(probability)}&nbsp;</td>"
            f"<td>{'<b>' if is_chosen else ''}{escape(_visible(text))}{'</b>' if is_chosen else ''}</td></tr>"
            for text, probability, is_chosen in rows
        )
        name = self.tr("everything else")
        rest = f"<tr><td align='right'>{_percent(token.everything_else)}&nbsp;</td><td><i>{name}</i></td></tr>"
        return f"<table>{cells}{rest}</table>"


class CandidateView(QWidget):
    """Show one candidate with its heading; `chosen` says that the user works with this one."""

    chosen = Signal(int)

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = index
        self._words = ""
        self.text = GeneratedText()
        self._title = QLabel()
        self._title.setProperty("heading", True)
        self._reason = QLabel()
        self._reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._reason.setProperty("dim", True)
        self.heading = QWidget()
        row = QHBoxLayout(self.heading)
        row.setContentsMargins(2, 0, 2, 0)
        row.addWidget(self._title)
        row.addWidget(self._reason, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.heading)
        column.addWidget(self.text, 1)
        self.text.focused.connect(lambda: self.chosen.emit(self.index))
        self.retranslate()

    def set_reason(self, words: str) -> None:
        """Say why the candidate stopped, "" while it streams."""
        self._words = words
        self._reason.setToolTip(words)
        self._elide_reason()

    def set_chosen(self, *, is_chosen: bool) -> None:
        """Show whether commands go to this candidate."""
        self._title.setText(f"● {self._name()}" if is_chosen else self._name())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shorten the reason to the room there is."""
        super().resizeEvent(event)
        self._elide_reason()

    def _elide_reason(self) -> None:
        metrics = self._reason.fontMetrics()
        room = max(self.width() - self._title.sizeHint().width() - 16, 0)
        self._reason.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the candidate by its heading too."""
        super().mousePressEvent(event)
        self.text.setFocus()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self.text.setAccessibleName(self._name())
        self._title.setText(self._name())

    def _name(self) -> str:
        return self.tr("Candidate {number}").format(number=self.index + 1)


def _underlined(style: QTextCharFormat.UnderlineStyle) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setUnderlineStyle(style)
    look.setUnderlineColor(QColor(colors().dot))
    return look


def _percent(probability: float | None) -> str:
    if probability is None:
        return "?"
    return "≈0 %" if probability < 0.0005 else f"{probability * 100:.1f} %"


def _visible(text: str) -> str:
    return text.replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥")
