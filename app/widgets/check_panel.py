"""The tab "Check": what would be sent, the steps as they happen, and the map of what the server does.

Owns the look of steps and findings; their words are `CheckViewModel`'s.
"""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.capabilities import Support
from app.domain.check import Step, StepState
from app.viewmodels.connection_check import CheckRemedy, CheckViewModel, FindingLine, StepLine
from app.viewmodels.connections import problem_reasons
from app.widgets.form_page import FormPage, describe_field, hint_label, plain_label, say
from app.widgets.theme import colors


class StepRow(QFrame):
    """One step: sign, title, what came of it; where it failed, why and what to do, with one button."""

    remedy_requested = Signal(object)  # CheckRemedy

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign, self.title, self.words = QLabel(), plain_label(), plain_label()
        self.problem, self.button = plain_label(), QPushButton()
        self.words.setProperty("dim", True)
        self._line: StepLine | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 3, 8, 3)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, self.fontMetrics().averageCharWidth() * 2)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 4)
        grid.addWidget(self.sign, 0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(self.title, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.words, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.problem, 1, 1, 1, 2)
        grid.addWidget(self.button, 2, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(self._on_button_clicked)

    def show_line(self, line: StepLine) -> None:
        """Show the step as it is now."""
        self._line = line
        self.sign.setText(line.sign)
        self.title.setText(line.title)
        problem = line.problem
        self.words.setText(line.words if problem is None else problem.title)
        self.setProperty("card", "problem" if line.state is StepState.FAILED else "")
        self.style().polish(self)
        advice = problem_reasons(problem) if problem else ""
        say(self.problem, advice)
        self.problem.setToolTip(problem.detail if problem else "")
        titles = {
            CheckRemedy.TRUST_FILE: self.tr("Trust this company's certificate file…"),
            CheckRemedy.NETWORK: self.tr("Open the network settings"),
            CheckRemedy.CONNECTION: self.tr("Open address and key"),
            CheckRemedy.EXTRAS: self.tr("Open the extra fields"),
            CheckRemedy.TRY_AGAIN: self.tr("Check again"),
        }
        self.button.setText(titles.get(line.remedy, ""))
        self.button.setVisible(line.remedy in titles)
        self.setAccessibleName(f"{line.title}: {self.words.text()}")
        self.setAccessibleDescription(advice)
        self.retint()

    def retint(self) -> None:
        """Take the colours of the theme in use; the sign says the same without them."""
        if self._line is not None:
            self.sign.setStyleSheet(f"color: {_step_color(self._line)}; font-weight: 600;")

    def _on_button_clicked(self) -> None:
        if self._line is not None:
            self.remedy_requested.emit(self._line.remedy)


class CheckPanel(FormPage):
    """Check a connection step by step, and show what is known of its server."""

    remedy_requested = Signal(object)  # CheckRemedy, of those that lead to another tab

    def __init__(self, check: CheckViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self.model = QComboBox()
        self.model.setEditable(True)
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.check_button, self.stop_button = QPushButton(), QPushButton()
        self.check_button.setProperty("primary", True)
        self.plan, self.outcome = hint_label(), plain_label()
        self.rows: dict[Step, StepRow] = {}
        self._signs: list[tuple[QLabel, Support]] = []
        self._build()
        self.check_button.clicked.connect(check.start)
        self.stop_button.clicked.connect(check.stop)
        self.model.editTextChanged.connect(check.set_model)
        check.plan_changed.connect(self._on_check_plan_changed)
        check.models_changed.connect(self._on_check_models_changed)
        check.steps_reset.connect(self._on_check_steps_reset)
        check.step_changed.connect(self._on_check_step_changed)
        check.is_running_changed.connect(self._on_check_is_running_changed)
        check.finished.connect(self._on_check_finished)
        check.findings_changed.connect(self._on_check_findings_changed)
        self._on_check_is_running_changed(is_running=check.is_running)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow language and theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            for row in self.rows.values():
                row.retint()
            self._retint_findings()

    def _build(self) -> None:
        self._model_label, _ = self.add_field(self.model)
        buttons = QHBoxLayout()
        buttons.addWidget(self.check_button)
        buttons.addWidget(self.stop_button)
        buttons.addStretch(1)
        self.column.addWidget(self.plan)
        self.column.addSpacing(4)
        self.column.addLayout(buttons)
        self._steps = QVBoxLayout()
        self._steps.setContentsMargins(0, 8, 0, 0)
        self._steps.setSpacing(2)
        self.column.addLayout(self._steps)
        self.outcome.hide()
        self.column.addWidget(self.outcome)
        self._map_title = self.add_section()
        self._map_hint = hint_label()
        self.column.addWidget(self._map_hint)
        self._map = QGridLayout()
        self._map.setHorizontalSpacing(12)
        self._map.setVerticalSpacing(4)
        self._map.setColumnStretch(0, 3)
        self._map.setColumnStretch(1, 4)
        self.column.addLayout(self._map)
        self.end()

    def _on_check_plan_changed(self, words: str) -> None:
        say(self.plan, words)
        self.check_button.setAccessibleDescription(words)

    def _on_check_models_changed(self) -> None:
        with QSignalBlocker(self.model):
            self.model.clear()
            self.model.addItems(list(self._check.models))
            self.model.setEditText(self._check.model)

    def _on_check_steps_reset(self) -> None:
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows.clear()
        say(self.outcome, "")

    def _on_check_step_changed(self, line: StepLine) -> None:
        row = self.rows.get(line.step)
        if row is None:
            row = self.rows[line.step] = StepRow()
            row.remedy_requested.connect(self._on_row_remedy_requested)
            self._steps.addWidget(row)
        row.show_line(line)

    def _on_check_is_running_changed(self, is_running: bool) -> None:
        self.check_button.setVisible(not is_running)
        self.stop_button.setVisible(is_running)
        if is_running:
            self.stop_button.setFocus()

    def _on_check_finished(self, words: str) -> None:
        say(self.outcome, words)

    def _on_row_remedy_requested(self, remedy: CheckRemedy) -> None:
        if remedy is CheckRemedy.TRY_AGAIN:
            self._check.start()
        else:
            self.remedy_requested.emit(remedy)

    def _on_check_findings_changed(self, lines: tuple[FindingLine, ...]) -> None:
        while (item := self._map.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._signs = []
        for number, line in enumerate(lines):
            self._add_finding(number, line)
        self._retint_findings()
        is_any = any(line.support is not Support.UNKNOWN for line in lines)
        say(
            self._map_hint,
            self.tr("Learnt by checks and in passing; the sliders show it, too.")
            if is_any
            else self.tr("Nothing is known yet. A check finds out, and so does everyday use."),
        )

    def _add_finding(self, number: int, line: FindingLine) -> None:
        title, words, learnt = plain_label(), plain_label(), QLabel(line.learnt)
        title.setText(line.title)
        text = f"{line.sign} {line.words}"
        words.setText(f"{text} · {line.detail}" if line.detail else text)
        learnt.setProperty("dim", True)
        learnt.setTextFormat(Qt.TextFormat.PlainText)
        learnt.setToolTip(self.tr("When this was learnt"))
        words.setAccessibleName(f"{line.title}: {words.text()} {line.learnt}")
        for column, label in enumerate((title, words, learnt)):
            self._map.addWidget(label, number, column, Qt.AlignmentFlag.AlignTop)
        self._signs.append((words, line.support))

    def _retint_findings(self) -> None:
        tones = {Support.HONOURED: colors().generated, Support.IGNORED: colors().dot}
        tones |= {Support.REFUSED: colors().problem_text, Support.UNKNOWN: colors().dim}
        for label, support in self._signs:
            label.setStyleSheet(f"color: {tones[support]};")

    def _retranslate(self) -> None:
        self._model_label.setText(self.tr("Model to check"))
        line = self.model.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("The first that the service lists"))
        self.check_button.setText(self.tr("Check this connection"))
        self.stop_button.setText(self.tr("Stop"))
        self._map_title.setText(self.tr("What this server does"))
        describe_field(self.model, self.tr("Model to check"))


def _step_color(line: StepLine) -> str:
    if line.state is StepState.FAILED:
        return colors().problem_text
    if line.state is StepState.OK:
        return colors().generated if line.sign == "✓" else colors().dot
    return colors().dim
