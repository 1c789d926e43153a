"""One quiet line that something happened, with at most one button; it goes by itself.

Owns its own time; must not know what it speaks of.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

SHOWN_MS = 8000


class NoticeBar(QFrame):
    """Show one notice at a time; the newest replaces the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "notice")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.close_button = QPushButton("✕")
        self.close_button.setProperty("flat", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self._do: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.close_button.clicked.connect(self.hide)
        self.button.clicked.connect(self._on_button_clicked)
        self.hide()

    def show_notice(
        self, text: str, button: str = "", do: Callable[[], None] | None = None, *, stays: bool = False
    ) -> None:
        """Show a line; with a button, do is called when it is pressed. It goes after 8 s unless it stays."""
        self.label.setText(text)
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close"))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._do = do
        self.setAccessibleName(text)
        self.show()
        if stays:
            self._timer.stop()
        else:
            self._timer.start(SHOWN_MS)

    def _on_button_clicked(self) -> None:
        self.hide()
        if self._do is not None:
            self._do()
