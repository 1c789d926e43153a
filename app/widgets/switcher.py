"""The one menu that switches connection and model: type to search, or type any model name.

Owns the popup and its filter; the rows come from `ConnectionViewModel`, and what choosing does is its too.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from app.viewmodels.connection import SwitchRow

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
SEARCH_ROLE = ROW_ROLE + 1
SIZE = (420, 380)


class Switcher(QFrame):
    """Show connections, favourites and models in one list; Enter takes the one that fits best."""

    row_chosen = Signal(object)  # SwitchRow
    model_typed = Signal(str)
    add_requested = Signal()
    manage_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self._model = QStandardItemModel(self)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(self._model)
        self._filter.setFilterRole(SEARCH_ROLE)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.view = QListView()
        self.view.setModel(self._filter)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setUniformItemSizes(True)
        self.view.setSpacing(3)
        self.use_typed = QPushButton()
        self.add_button = QPushButton()
        self.manage_button = QPushButton()
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.manage_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        column.addWidget(self.use_typed)
        column.addLayout(buttons)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._on_search_text_changed)
        self.view.activated.connect(self._on_view_activated)
        self.view.clicked.connect(self._on_view_activated)
        self.use_typed.clicked.connect(self._on_use_typed_clicked)
        self.add_button.clicked.connect(self._on_add_button_clicked)
        self.manage_button.clicked.connect(self._on_manage_button_clicked)
        self._retranslate()

    def show_rows(self, rows: Sequence[SwitchRow], at: QPoint) -> None:
        """Open at a point of the screen with these rows, an empty search, and the row in use marked."""
        self._model.clear()
        current: int | None = None
        for number, row in enumerate(rows):
            item = QStandardItem(row.title)
            item.setData(row, ROW_ROLE)
            item.setData(f"{row.title} {row.detail}", SEARCH_ROLE)
            item.setToolTip(row.detail)
            item.setData(f"{row.title}. {row.detail}", Qt.ItemDataRole.AccessibleTextRole)
            if row.is_current:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
                current = number if current is None else current
            self._model.appendRow(item)
        self.search.clear()
        self._on_search_text_changed("")
        self.view.setCurrentIndex(self._filter.index(current or 0, 0))
        scale = self.fontMetrics().height() / 16
        self.resize(round(SIZE[0] * scale), round(SIZE[1] * scale))
        screen = (QGuiApplication.screenAt(at) or self.screen()).availableGeometry()
        self.move(
            max(screen.left(), min(at.x(), screen.right() - self.width())),
            max(screen.top(), min(at.y(), screen.bottom() - self.height())),
        )
        self.show()
        self.search.setFocus()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the arrow keys move in the list and Enter choose, while the cursor stays in the search field."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
                self.view.event(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose_current()
                return True
        return super().eventFilter(watched, event)

    def _choose_current(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self._on_view_activated(index)
        elif self.search.text().strip():
            self._on_use_typed_clicked()

    def _on_search_text_changed(self, text: str) -> None:
        self._filter.setFilterFixedString(text.strip())
        self.view.setCurrentIndex(self._best(text.strip()))
        self.use_typed.setVisible(bool(text.strip()))
        name = text.strip().replace("&", "&&")  # Qt takes a single one for the sign of a shortcut
        self.use_typed.setText(self.tr("Use “{name}” as the model's name").format(name=name))

    def _best(self, text: str) -> QModelIndex:
        """Return the row that Enter takes: the model of exactly this name, or else the first that fits."""
        rows = [self._filter.index(number, 0) for number in range(self._filter.rowCount())]
        exact = (row for row in rows if text and row.data(ROW_ROLE).model.casefold() == text.casefold())
        return next(exact, rows[0] if rows else QModelIndex())

    def _on_view_activated(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, SwitchRow):
            self.hide()
            self.row_chosen.emit(row)

    def _on_use_typed_clicked(self) -> None:
        self.hide()
        self.model_typed.emit(self.search.text().strip())

    def _on_add_button_clicked(self) -> None:
        self.hide()
        self.add_requested.emit()

    def _on_manage_button_clicked(self) -> None:
        self.hide()
        self.manage_requested.emit()

    def _retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search connections and models, or type a model's name"))
        self.search.setAccessibleName(self.tr("Search connections and models"))
        self.view.setAccessibleName(self.tr("Connections and models"))
        self.add_button.setText(self.tr("Connect a service…"))
        self.manage_button.setText(self.tr("Manage connections…"))
