"""The list of runs: what was tried, newest first.

Owns how a row looks and the commands on it; rows come from `RunListModel`.
"""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.run import Run
from app.viewmodels.runs import META_ROLE, RUN_ROLE
from app.viewmodels.write import WriteViewModel
from app.widgets.theme import colors

Index = QModelIndex | QPersistentModelIndex
PADDING = 7


class RunDelegate(QStyledItemDelegate):
    """Draw a run as two lines: its first words, and below when it was and with what settings."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        from PySide6.QtWidgets import QStyle  # after the first paint: its class takes 6 ms to make

        c = colors()
        painter.save()
        state: QStyle.StateFlag = option.state
        area = option.rect.adjusted(2, 1, -2, -1)
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.selection if is_selected else c.raised))
            painter.drawRoundedRect(area, 5, 5)
        inner = area.adjusted(PADDING, PADDING - 2, -PADDING, -PADDING + 2)
        metrics = option.fontMetrics
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        for line, (text, color) in enumerate(
            (
                (str(index.data()), c.selection_text if is_selected else c.text),
                (str(index.data(META_ROLE)), c.selection_text if is_selected else c.dim),
            )
        ):
            painter.setPen(QColor(color))
            row = inner.translated(0, line * (metrics.height() + 2))
            row.setHeight(metrics.height())
            painter.drawText(row, int(flags), metrics.elidedText(text, Qt.TextElideMode.ElideRight, row.width()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002 - Qt's
        """Return the height of two lines with their padding."""
        return QSize(120, option.fontMetrics.height() * 2 + 2 * PADDING + 2)


class RunList(QWidget):
    """Show the runs; choosing one shows it in the pane, and nothing is ever overwritten."""

    run_chosen = Signal(str)
    delete_requested = Signal(str)
    parameters_requested = Signal(str)

    def __init__(self, write: WriteViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._write = write
        self.heading = QLabel()
        self.heading.setProperty("heading", True)
        self.view = QListView()
        self.view.setModel(write.runs)
        self.view.setItemDelegate(RunDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.empty = QLabel()
        self.empty.setProperty("dim", True)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.heading)
        column.addWidget(self.empty, 1)
        column.addWidget(self.view, 1)
        self._menu = QMenu(self)
        self._adopt = self._menu.addAction("")
        self._delete = self._menu.addAction("")
        self._delete.setShortcut(Qt.Key.Key_Delete)
        self._delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.view.addAction(self._delete)
        self._adopt.triggered.connect(self._on_adopt_triggered)
        self._delete.triggered.connect(self._on_delete_triggered)
        self.view.customContextMenuRequested.connect(self._on_view_context_menu_requested)
        self.view.selectionModel().currentChanged.connect(self._on_view_current_changed)
        for changed in (write.runs.rowsInserted, write.runs.rowsRemoved, write.runs.modelReset):
            changed.connect(self._update_empty)
        write.runs.modelReset.connect(self._on_runs_model_reset)
        write.run_shown.connect(self._on_write_run_shown)
        self._retranslate()
        self._update_empty()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _current_id(self) -> str:
        run = self.view.currentIndex().data(RUN_ROLE)
        return run.id if isinstance(run, Run) else ""

    def _on_view_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        run = current.data(RUN_ROLE)
        if isinstance(run, Run):
            self.run_chosen.emit(run.id)

    def _on_runs_model_reset(self) -> None:
        self._on_write_run_shown(self._write.shown)

    def _on_write_run_shown(self, run: Run | None) -> None:
        row = self._write.runs.row_of(run.id) if run is not None else None
        if row is None:
            self.view.selectionModel().clear()
        elif self.view.currentIndex().row() != row:
            self.view.setCurrentIndex(self._write.runs.index(row))

    def _on_view_context_menu_requested(self, position: QPoint) -> None:
        if self.view.indexAt(position).isValid():
            self._menu.popup(self.view.viewport().mapToGlobal(position))

    def _on_adopt_triggered(self) -> None:
        if run_id := self._current_id():
            self.parameters_requested.emit(run_id)

    def _on_delete_triggered(self) -> None:
        if run_id := self._current_id():
            self.delete_requested.emit(run_id)

    def _update_empty(self) -> None:
        is_empty = self._write.runs.rowCount() == 0
        self.empty.setVisible(is_empty)
        self.view.setVisible(not is_empty)

    def _retranslate(self) -> None:
        self.heading.setText(self.tr("Runs"))
        self.empty.setText(self.tr("Every run is kept here with its settings. Nothing is ever overwritten."))
        self._adopt.setText(self.tr("Use its settings"))
        self._delete.setText(self.tr("Delete"))
        self.view.setAccessibleName(self.tr("Runs"))
        self._write.runs.refresh_texts()
