"""The tab "Costs": this month, limits, balance, prices.

Owns its tables and fields; what amounts mean is `CostsViewModel`'s.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.viewmodels.connections import problem_line
from app.viewmodels.costs import CostsViewModel, Month, PriceLine, TotalLine
from app.viewmodels.texts import Problem
from app.widgets.form_page import (
    FaultLabel,
    FieldRow,
    FormPage,
    WarningCard,
    describe_field,
    hint_label,
    plain_label,
    say,
)

MOST_LINES = 8
"""How many lines of a table are seen at once; the rest scrolls."""

_LIMITS = ("soft", "hard", "currency")


class CostPanel(FormPage):
    """Show what a connection costs, and let the user say what it may cost."""

    def __init__(self, costs: CostsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._costs = costs
        self.problem = WarningCard("problem")
        self.summary = plain_label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.models, self.days = _table(5), _table(5)
        self.days.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.days.horizontalHeader().setStretchLastSection(True)
        self.limits = {name: QLineEdit() for name in _LIMITS}
        self.balance, self.balance_button = plain_label(), QPushButton()
        self.prices = _table(4, is_editable=True)
        self.add_button, self.remove_button = QPushButton(), QPushButton()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._is_filling = False
        self._build()
        self._connect()
        self._retranslate()
        self._show_rules()
        self._on_costs_month_changed(Month())
        self._show_balance()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Let the balance's age grow while it is seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave room for the tables' scroll bars where they are needed."""
        super().resizeEvent(event)
        for table in (self.models, self.days, self.prices):
            _fit(table)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language and the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.FontChange:
            for table in (self.models, self.days, self.prices):
                _fit(table)

    def _build(self) -> None:
        self.column.addWidget(self.problem)
        self._month_title = self.add_section(space=0)
        for widget in (self.summary, self.bar, self.models, self.days):
            self.column.addWidget(widget)
        self.column.setSpacing(6)
        self._limits_title = self.add_section()
        self._limits_hint = hint_label()
        self.column.addWidget(self._limits_hint)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        self._limit_labels = {name: plain_label() for name in _LIMITS}
        for column, name in enumerate(_LIMITS):
            self._limit_labels[name].setBuddy(self.limits[name])
            grid.addWidget(self._limit_labels[name], 0, column, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(self.limits[name], 1, column)
            grid.setColumnStretch(column, 1)
        self.column.addLayout(grid)
        self._limits_fault = FaultLabel()
        self.column.addWidget(self._limits_fault)
        self._balance_title = self.add_section()
        self.column.addWidget(FieldRow(self.balance, self.balance_button))
        self._prices_title = self.add_section()
        self._prices_hint = hint_label()
        self.column.addWidget(self._prices_hint)
        self.column.addWidget(self.prices)
        self._prices_fault = FaultLabel()
        self.column.addWidget(self._prices_fault)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        self.column.addLayout(buttons)
        self.end()

    def _connect(self) -> None:
        costs = self._costs
        for field in self.limits.values():
            field.editingFinished.connect(self._on_limits_editing_finished)
        self.balance_button.clicked.connect(costs.ask_balance)
        self.prices.itemChanged.connect(self._on_prices_item_changed)
        self.prices.currentCellChanged.connect(self._update_buttons)
        self.add_button.clicked.connect(self._on_add_button_clicked)
        self.remove_button.clicked.connect(self._on_remove_button_clicked)
        self._timer.timeout.connect(self._show_balance)
        costs.rules_changed.connect(self._show_rules)
        costs.month_changed.connect(self._on_costs_month_changed)
        costs.balance_changed.connect(self._show_balance)
        costs.faults_changed.connect(self._show_faults)
        costs.problem_changed.connect(self._on_costs_problem_changed)

    def _lines(self) -> list[PriceLine]:
        return [
            PriceLine(*(item.text() if (item := self.prices.item(row, column)) else "" for column in range(4)))
            for row in range(self.prices.rowCount())
        ]

    def _show_rules(self) -> None:
        limits = self._costs.limits.to_json()
        for name, field in self.limits.items():
            field.setText(limits[name] or "")
        with QSignalBlocker(self.prices):
            self.prices.setRowCount(0)
            for line in self._costs.lines:
                self._add_line(line)
        _fit(self.prices)
        self._update_buttons()
        self._show_faults()

    def _add_line(self, line: PriceLine) -> None:
        row = self.prices.rowCount()
        self.prices.insertRow(row)
        for column, text in enumerate((line.model, line.tokens_in, line.tokens_out, line.currency)):
            item = QTableWidgetItem(text)
            if column in {1, 2}:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.prices.setItem(row, column, item)

    def _show_faults(self) -> None:
        faults = self._costs.price_faults
        words = [
            self.tr("Line {number}: {fault}").format(number=row + 1, fault=fault)
            for (row, _), fault in sorted(faults.items())
        ]
        self._prices_fault.say(" ".join([self.tr("Not saved yet."), *words]) if words else "")
        limits = list(dict.fromkeys(self._costs.limit_faults.values()))
        self._limits_fault.say(" ".join(limits))

    def _update_buttons(self) -> None:
        self.remove_button.setEnabled(self.prices.currentRow() >= 0)
        self.prices.setVisible(self.prices.rowCount() > 0)

    def _show_balance(self) -> None:
        state = self._costs.balance
        if state.is_asking:
            words = self.tr("Asking…")
        elif not state.words:
            words = self.tr("Not asked yet. Not every service tells.")
        else:
            words = self.tr("{balance} ({age})").format(balance=state.words, age=state.age)
        self.balance.setText(words)
        self.balance_button.setEnabled(not state.is_asking and not state.seconds)
        ask = self.tr("Ask for the balance")
        again = self.tr("Ask again in {seconds} s").format(seconds=state.seconds)
        self.balance_button.setText(again if state.seconds else ask)
        self.balance_button.setToolTip(self.tr("Services allow this about once a minute.") if state.seconds else "")

    def _on_limits_editing_finished(self) -> None:
        self._costs.set_limits(*(self.limits[name].text() for name in _LIMITS))

    def _on_prices_item_changed(self) -> None:
        self._costs.set_lines(self._lines())

    def _on_add_button_clicked(self) -> None:
        known = [line.currency for line in self._lines() if line.currency]
        with QSignalBlocker(self.prices):
            self._add_line(PriceLine(currency=known[-1] if known else self.limits["currency"].text() or "USD"))
        self._update_buttons()
        _fit(self.prices)
        self.prices.setCurrentCell(self.prices.rowCount() - 1, 0)
        self.prices.setFocus()
        self.prices.editItem(self.prices.currentItem())

    def _on_remove_button_clicked(self) -> None:
        with QSignalBlocker(self.prices):
            self.prices.removeRow(self.prices.currentRow())
        _fit(self.prices)
        self._update_buttons()
        self._costs.set_lines(self._lines())

    def _on_costs_month_changed(self, month: Month) -> None:
        self.summary.setText(month.summary)
        self.bar.setVisible(month.fraction is not None)
        self.bar.setValue(round((month.fraction or 0.0) * 100))
        self.bar.setAccessibleName(
            self.tr("Part of this month's limit that is spent: {percent} %").format(percent=self.bar.value())
        )
        _fill(self.models, month.models)
        _fill(self.days, month.days)

    def _on_costs_problem_changed(self, problem: Problem | None) -> None:
        self.problem.say(problem_line(problem))

    def _retranslate(self) -> None:
        self._month_title.setText(self.tr("This month"))
        self._limits_title.setText(self.tr("Limits for a month"))
        say(self._limits_hint, self.tr("Empty means no limit. Beyond the hard limit nothing is sent."))
        self._limit_labels["soft"].setText(self.tr("Warn from"))
        self._limit_labels["hard"].setText(self.tr("Stop before"))
        self._limit_labels["currency"].setText(self.tr("Unit"))
        self.limits["currency"].setPlaceholderText(self.tr("such as USD"))
        for name, field in self.limits.items():
            describe_field(field, self._limit_labels[name].text(), self._limits_hint.text())
        self._balance_title.setText(self.tr("Balance"))
        self._prices_title.setText(self.tr("Prices for a million tokens"))
        say(
            self._prices_hint,
            self.tr("Take them from your service; prices differ. A * stands for any letters, such as gpt-4*."),
        )
        self.prices.setHorizontalHeaderLabels(
            [self.tr("Model"), self.tr("Tokens in"), self.tr("Tokens out"), self.tr("Unit")]
        )
        headers = [self.tr("Requests"), self.tr("Tokens in"), self.tr("Tokens out"), self.tr("Cost")]
        self.models.setHorizontalHeaderLabels([self.tr("Model"), *headers])
        self.days.setHorizontalHeaderLabels([self.tr("Day"), *headers])
        for table, columns in ((self.models, range(1, 5)), (self.days, range(1, 5)), (self.prices, range(1, 3))):
            for column in columns:
                if (item := table.horizontalHeaderItem(column)) is not None:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.models.setAccessibleName(self.tr("This month by model"))
        self.days.setAccessibleName(self.tr("This month by day"))
        self.prices.setAccessibleName(self.tr("Prices for a million tokens"))
        self.add_button.setText(self.tr("Add a price"))
        self.remove_button.setText(self.tr("Remove"))
        self.remove_button.setAccessibleName(self.tr("Remove this price"))
        self._show_balance()
        self._show_faults()


def _table(columns: int, *, is_editable: bool = False) -> QTableWidget:
    table = QTableWidget(0, columns)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setTabKeyNavigation(is_editable)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setSelectionBehavior(
        QAbstractItemView.SelectionBehavior.SelectItems
        if is_editable
        else QAbstractItemView.SelectionBehavior.SelectRows
    )
    if not is_editable:
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.setStyleSheet("QTableWidget::item { padding: 0 8px; } QHeaderView::section { padding: 3px 8px; }")
    return table


def _fill(table: QTableWidget, lines: Sequence[TotalLine]) -> None:
    table.setVisible(bool(lines))
    table.setRowCount(len(lines))
    for row, line in enumerate(lines):
        for column, text in enumerate((line.name, line.requests, line.tokens_in, line.tokens_out, line.cost)):
            item = QTableWidgetItem(text)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)
    _fit(table)


def _fit(table: QTableWidget) -> None:
    """Make a table as high as its lines, up to a limit."""
    line = table.fontMetrics().height() + 10
    table.verticalHeader().setDefaultSectionSize(line)
    table.horizontalHeader().setMinimumSectionSize(table.fontMetrics().averageCharWidth() * 8)
    lines = min(MOST_LINES, max(1, table.rowCount()))
    header, bar = table.horizontalHeader(), table.horizontalScrollBar()
    columns = sum(header.sectionSizeHint(column) for column in range(table.columnCount()))
    room = bar.sizeHint().height() if max(columns, header.length()) > table.viewport().width() else 0
    table.setFixedHeight(header.sizeHint().height() + lines * line + room + 4)
