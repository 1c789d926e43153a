"""The list of connections with what can be done to it.

Owns the rows' look and the buttons; adding, finding, importing and exporting are asked for by signals.
"""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.viewmodels.connections import ConnectionRow, ConnectionsViewModel
from app.widgets.theme import colors

_ID = int(Qt.ItemDataRole.UserRole)
_IN_USE = _ID + 1
_PADDING = 6


class RowDelegate(QStyledItemDelegate):
    """Paint a connection: its name, and below it, more quietly, host and marks; what is too long is cut short."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """Return the room for as many lines as the row has."""
        lines = str(index.data()).count("\n") + 1
        return QSize(100, option.fontMetrics.lineSpacing() * lines + 2 * _PADDING)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row in the colours of the theme in use."""
        tones = colors()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect.adjusted(1, 0, -1, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.selection if is_chosen else tones.raised))
            painter.drawRoundedRect(rect, 5, 5)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tones.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, 5, 5)
        font = QFont(option.font)
        line = option.fontMetrics.lineSpacing()
        width = rect.width() - 2 * _PADDING
        for number, text in enumerate(str(index.data()).splitlines()):
            font.setBold(number == 0 and bool(index.data(_IN_USE)))
            painter.setFont(font)
            quiet = tones.selection_text if is_chosen else tones.dim
            loud = tones.selection_text if is_chosen else tones.text
            painter.setPen(QColor(quiet if number else loud))
            place = QRect(rect.left() + _PADDING, rect.top() + _PADDING + number * line, width, line)
            cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
        painter.restore()


class ConnectionList(QWidget):
    """Choose a connection; two lines each, its name with the marks and its host."""

    add_requested = Signal()
    find_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self.view = QListWidget()
        self.view.setItemDelegate(RowDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSpacing(2)
        names = ("add", "remove", "find", "import", "export")
        self.buttons = {name: QPushButton() for name in names}
        self._lay_out()
        self.view.currentItemChanged.connect(self._on_view_current_item_changed)
        self.buttons["add"].clicked.connect(self.add_requested)
        self.buttons["find"].clicked.connect(self.find_requested)
        self.buttons["import"].clicked.connect(self.import_requested)
        self.buttons["export"].clicked.connect(self.export_requested)
        self.buttons["remove"].clicked.connect(self._on_remove_button_clicked)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.view, self._on_remove_button_clicked)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        connections.rows_changed.connect(self.show_rows)
        connections.selection_changed.connect(self._show_selection)
        self._retranslate()

    def show_rows(self) -> None:
        """Show the connections as they are now."""
        with QSignalBlocker(self.view):
            self.view.clear()
            for row in self._connections.rows:
                self.view.addItem(self._item(row))
        self._show_selection()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        grid.addWidget(self.buttons["add"], 0, 0)
        grid.addWidget(self.buttons["remove"], 0, 1)
        grid.addWidget(self.buttons["find"], 1, 0, 1, 2)
        grid.addWidget(self.buttons["import"], 2, 0)
        grid.addWidget(self.buttons["export"], 2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.view, 1)
        column.addLayout(grid)

    def _item(self, row: ConnectionRow) -> QListWidgetItem:
        marks = []
        if row.is_in_use:
            marks.append("✓ " + self.tr("in use"))
        if row.is_insecure:
            marks.append("⚠ " + self.tr("not encrypted"))
        if row.is_changed:
            marks.append("• " + self.tr("not saved"))
        lines = [row.title]
        if row.host != row.title:
            lines.append(row.host)
        if marks:
            lines.append("   ".join(marks))
        item = QListWidgetItem("\n".join(lines))
        item.setData(_ID, row.id)
        item.setData(_IN_USE, row.is_in_use)
        words = [row.title, row.host, *(mark[2:] for mark in marks)]
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(dict.fromkeys(words)))
        item.setToolTip(item.text())
        return item

    def _show_selection(self) -> None:
        with QSignalBlocker(self.view):
            for number in range(self.view.count()):
                item = self.view.item(number)
                if item.data(_ID) == self._connections.selected_id:
                    self.view.setCurrentItem(item)
        self.buttons["remove"].setEnabled(not self._connections.profile.is_built_in)
        self.buttons["export"].setEnabled(bool(self._connections.profiles))

    def _on_view_current_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._connections.select(str(item.data(_ID)))

    def _on_remove_button_clicked(self) -> None:
        if not self._connections.profile.is_built_in:
            self._connections.remove(self._connections.selected_id)

    def _retranslate(self) -> None:
        self.buttons["add"].setText(self.tr("Add…"))
        self.buttons["remove"].setText(self.tr("Remove"))
        self.buttons["find"].setText(self.tr("Find on this computer"))
        self.buttons["import"].setText(self.tr("Import…"))
        self.buttons["export"].setText(self.tr("Export…"))
        self.view.setAccessibleName(self.tr("Connections"))
        self.show_rows()
