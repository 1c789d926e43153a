"""The connection and model in use, as one button that opens the switcher.

Owns the button, its words and the star; the list is `Switcher`'s.
"""

from html import escape

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.viewmodels.connection import ConnectionViewModel
from app.widgets.switcher import Switcher


class ModelBox(QWidget):
    """Show which model on which connection answers; pressing it switches."""

    add_requested = Signal()
    manage_requested = Signal()

    def __init__(self, connection: ConnectionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._is_loading = False
        self._switcher: Switcher | None = None
        self._heading = QLabel()
        self._heading.setProperty("dim", True)
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.button.setProperty("wide", True)
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.star = QPushButton()
        self.star.setProperty("flat", True)
        self.star.setCheckable(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._heading, 0, 0, 1, 2)
        grid.addWidget(self.button, 1, 0)
        grid.addWidget(self.star, 1, 1)
        self.button.clicked.connect(self.open_switcher)
        self.star.clicked.connect(connection.toggle_favourite)
        connection.changed.connect(self._show)
        connection.is_loading_changed.connect(self._on_connection_is_loading_changed)
        self._retranslate()

    def open_switcher(self) -> None:
        """Open the list of connections and models below the button."""
        if self._switcher is None:
            self._switcher = Switcher(self)
            self._switcher.row_chosen.connect(self._connection.choose)
            self._switcher.model_typed.connect(self._connection.set_model)
            self._switcher.add_requested.connect(self.add_requested)
            self._switcher.manage_requested.connect(self.manage_requested)
        below = self.button.mapToGlobal(QPoint(0, self.button.height() + 2))
        self._switcher.show_rows(self._connection.rows(), below)

    @property
    def switcher(self) -> Switcher | None:
        """Return the list, None before it was first opened."""
        return self._switcher

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _show(self) -> None:
        connection = self._connection
        model = connection.model
        self._heading.setText(connection.name)
        words = model or (self.tr("Asking the server…") if self._is_loading else self.tr("Choose a model"))
        self.button.setText(f"{words}  ▾".replace("&", "&&"))  # a single one is the sign of a shortcut
        both = self.tr("{model} on {connection}").format(model=words, connection=connection.name)
        self.button.setToolTip(f"<span>{escape(both)}</span>" if "<" in both else both)  # no markup of others
        self.button.setAccessibleName(self.tr("Model and connection: {words}").format(words=both))
        is_favourite = bool(model) and model in connection.profile.favourites
        self.star.setEnabled(bool(model))
        self.star.setChecked(is_favourite)
        self.star.setText("★" if is_favourite else "☆")
        star = self.tr("Remove from favourites") if is_favourite else self.tr("Add to favourites")
        self.star.setToolTip(star)
        self.star.setAccessibleName(star)

    def _on_connection_is_loading_changed(self, is_loading: bool) -> None:
        self._is_loading = is_loading
        self._show()

    def _retranslate(self) -> None:
        self._show()
