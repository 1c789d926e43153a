"""Stop sequences as chips, with a field that adds one.

Owns how white space in a sequence is shown and typed; must not know requests.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.domain.capabilities import Finding, Support
from app.domain.parameters import MAX_STOP_SEQUENCES
from app.widgets.support_badge import SupportBadge


def show_sequence(sequence: str) -> str:
    """Return a stop sequence with its white space made visible: a line break as ↵, a tab as ⇥, a blank as ␣."""
    return sequence.replace("\n", "↵").replace("\t", "⇥").replace(" ", "␣")


def read_sequence(typed: str) -> str:
    r"""Return the sequence that was typed; \n, \t and \\ and the signs ↵ ⇥ ␣ stand for what they show."""
    result = typed.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")
    return result.replace("↵", "\n").replace("⇥", "\t").replace("␣", " ")


class StopChips(QWidget):
    """Show up to four stop sequences; the field is off when there are four."""

    sequence_added = Signal(str)
    sequence_removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.field = QLineEdit()
        self.field.returnPressed.connect(self._on_field_return_pressed)
        self.label.setBuddy(self.field)
        self.badge = SupportBadge()
        self._is_refused = False
        self._help = QLabel()
        self._help.setProperty("dim", True)
        self._help.setWordWrap(True)
        self._chips = QVBoxLayout()
        self._chips.setSpacing(4)
        self._remove_words = ""
        self._sequences: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.label)
        head.addWidget(self.badge)
        head.addStretch(1)
        column.addLayout(head)
        column.addLayout(self._chips)
        column.addWidget(self.field)
        column.addWidget(self._help)

    @property
    def sequences(self) -> tuple[str, ...]:
        """Return the sequences shown."""
        return self._sequences

    def set_sequences(self, sequences: tuple[str, ...]) -> None:
        """Show these sequences."""
        self._sequences = sequences
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for sequence in sequences:
            self._chips.addWidget(self._chip(sequence), alignment=Qt.AlignmentFlag.AlignLeft)
        self._update_field()

    def set_words(self, name: str, explanation: str, placeholder: str, remove: str) -> None:
        """Set the words of the language of now; `remove` is the tool tip of a chip's cross."""
        self.label.setText(name)
        self._help.setText(explanation)
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(name)
        self.field.setAccessibleDescription(explanation)
        self._remove_words = remove
        self.set_sequences(self._sequences)

    def show_finding(self, finding: Finding | None) -> None:
        """Show what the server does with stop sequences; where it refuses them none can be added."""
        self.badge.show_finding(finding)
        self._is_refused = finding is not None and finding.support is Support.REFUSED
        self._update_field()

    def _update_field(self) -> None:
        self.field.setEnabled(len(self._sequences) < MAX_STOP_SEQUENCES and not self._is_refused)

    def _chip(self, sequence: str) -> QFrame:
        chip = QFrame()
        chip.setProperty("card", "chip")
        text = QLabel(show_sequence(sequence))
        text.setTextFormat(Qt.TextFormat.PlainText)
        cross = QPushButton("✕")
        cross.setProperty("flat", True)
        cross.setToolTip(self._remove_words)
        cross.setAccessibleName(f"{self._remove_words}: {show_sequence(sequence)}")
        cross.clicked.connect(lambda: self.sequence_removed.emit(sequence))
        row = QHBoxLayout(chip)
        row.setContentsMargins(10, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(text)
        row.addWidget(cross)
        return chip

    def _on_field_return_pressed(self) -> None:
        sequence = read_sequence(self.field.text())
        if sequence:
            self.field.clear()
            self.sequence_added.emit(sequence)
