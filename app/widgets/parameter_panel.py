"""The parameter panel: connection, model, and every sampling parameter with its help.

Owns the panel's order and words; the values live in `ParametersViewModel`.
"""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.domain import parameters as domain
from app.domain.capabilities import CapabilityMap, Feature, Support
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.parameters import ParametersViewModel
from app.widgets.model_box import ModelBox
from app.widgets.number_row import NumberRow
from app.widgets.stop_chips import StopChips
from app.widgets.support_badge import SupportBadge


class ParameterPanel(QScrollArea):
    """Edit the parameters of the next run; everything takes effect at once."""

    def __init__(
        self, parameters: ParametersViewModel, connection: ConnectionViewModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._parameters = parameters
        self._connection = connection
        self.model_box = ModelBox(connection)
        self.rows = {
            spec.name: NumberRow(spec)
            for spec in (
                domain.MAX_TOKENS,
                domain.TEMPERATURE,
                domain.TOP_P,
                domain.CANDIDATES,
                domain.PRESENCE_PENALTY,
                domain.FREQUENCY_PENALTY,
            )
        }
        self._advice = QFrame()
        self._advice.setProperty("card", "notice")
        self._advice_text = _wrapped(QLabel())
        self.stop_chips = StopChips()
        self.more = QPushButton()
        self.more.setProperty("flat", True)
        self.seed_switch = QCheckBox()
        self.seed_box = QSpinBox()
        self.seed_badge = SupportBadge()
        self.seed_help = _wrapped(QLabel(), dim=True)
        self._more_words = ""
        self.probabilities = QCheckBox()
        self.probabilities_box = QComboBox()
        self.probabilities_badge = SupportBadge()
        self.probabilities_help = _wrapped(QLabel(), dim=True)
        self.reset_button = QPushButton()
        self._build()
        self._connect()
        self._retranslate()
        self._show_values()

    def show_capabilities(self, known: CapabilityMap) -> None:
        """Show on each parameter what the server in use does with it; what it refuses is off, with the reason.

        Candidates stay on: where a server refuses them, one request is sent for each (Q8).
        """
        findings = known.findings
        self.rows["n"].badge.show_finding(findings.get(Feature.CANDIDATES))
        self.rows["presence_penalty"].show_finding(findings.get(Feature.PRESENCE_PENALTY))
        self.rows["frequency_penalty"].show_finding(findings.get(Feature.FREQUENCY_PENALTY))
        self.stop_chips.show_finding(findings.get(Feature.STOP))
        self.seed_badge.show_finding(findings.get(Feature.SEED))
        self.seed_switch.setEnabled(known.support(Feature.SEED) is not Support.REFUSED)
        self.probabilities_badge.show_finding(findings.get(Feature.LOGPROBS))
        self.probabilities.setEnabled(known.support(Feature.LOGPROBS) is not Support.REFUSED)

    def commit(self) -> None:
        """Take what is still being typed; a command given by its shortcut does not leave the field."""
        for row in self.rows.values():
            row.box.interpretText()
        self.seed_box.interpretText()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never be narrower than the content: there is no sideways scrolling."""
        content, bar = self.widget(), self.verticalScrollBar()
        width = content.minimumSizeHint().width() if content is not None else 0
        return QSize(width + bar.sizeHint().width() + 4, 120)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._retint()

    def _build(self) -> None:
        self.setViewport(QWidget())  # transparent, and known: asked for Qt's own, PySide6 makes every widget's class
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.seed_box.setRange(0, int(domain.SEED.maximum))
        self.seed_box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        for count in range(1, int(domain.LOGPROBS.maximum) + 1):
            self.probabilities_box.addItem(str(count), count)
        advice = QVBoxLayout(self._advice)
        advice.setContentsMargins(10, 8, 10, 8)
        advice.addWidget(self._advice_text)
        self.more.setCheckable(True)
        self._more_body = QWidget()
        body = QVBoxLayout(self._more_body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        body.addWidget(self.rows["presence_penalty"])
        body.addWidget(self.rows["frequency_penalty"])
        seed = _side_by_side(self.seed_switch, self.seed_badge, self.seed_box)
        probabilities = _side_by_side(self.probabilities, self.probabilities_badge, self.probabilities_box)
        body.addLayout(_stack(seed, self.seed_help))
        body.addLayout(_stack(probabilities, self.probabilities_help))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(4, 0, 12, 8)
        column.setSpacing(16)
        column.addWidget(self.model_box)
        for name in ("max_tokens", "temperature", "top_p"):
            column.addWidget(self.rows[name])
        column.addWidget(self._advice)
        column.addWidget(self.rows["n"])
        column.addWidget(self.stop_chips)
        column.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._more_body)
        column.addWidget(self.reset_button, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def _connect(self) -> None:
        for name, row in self.rows.items():
            row.value_edited.connect(lambda value, name=name: self._parameters.set_number(name, value))
        self.stop_chips.sequence_added.connect(self._parameters.add_stop)
        self.stop_chips.sequence_removed.connect(self._parameters.remove_stop)
        self.more.toggled.connect(self._on_more_toggled)
        self.seed_switch.toggled.connect(self._on_seed_edited)
        self.seed_box.valueChanged.connect(self._on_seed_edited)
        self.probabilities.toggled.connect(self._on_probabilities_edited)
        self.probabilities_box.activated.connect(self._on_probabilities_edited)
        self.reset_button.clicked.connect(self._parameters.reset)
        self._parameters.changed.connect(self._show_values)
        self._connection.capabilities_changed.connect(self.show_capabilities)

    def _show_values(self) -> None:
        values = self._parameters.values
        for name, row in self.rows.items():
            if row.value() != float(getattr(values, name)):
                row.set_value(float(getattr(values, name)))
        self._advice.setVisible(values.changes_temperature_and_top_p)
        if values.stop != self.stop_chips.sequences:
            self.stop_chips.set_sequences(values.stop)
        for widget in (self.seed_switch, self.seed_box, self.probabilities, self.probabilities_box):
            widget.blockSignals(True)
        self.seed_switch.setChecked(values.seed is not None)
        self.seed_box.setEnabled(values.seed is not None)
        if values.seed is not None:
            self.seed_box.setValue(values.seed)
        self.probabilities.setChecked(values.logprobs is not None)
        self.probabilities_box.setEnabled(values.logprobs is not None)
        self.probabilities_box.setCurrentIndex(max((values.logprobs or 5) - 1, 0))
        for widget in (self.seed_switch, self.seed_box, self.probabilities, self.probabilities_box):
            widget.blockSignals(False)
        is_more_used = bool(
            values.presence_penalty
            or values.frequency_penalty
            or values.seed is not None
            or values.logprobs is not None
        )
        self.reset_button.setVisible(values != domain.SamplingParameters())
        if is_more_used or not self.more.isChecked():
            self.more.setChecked(is_more_used or self.more.isChecked())
        self._on_more_toggled(self.more.isChecked())

    def _on_more_toggled(self, is_open: bool) -> None:
        self._more_body.setVisible(is_open)
        self.more.setText(("▾ " if is_open else "▸ ") + self._more_words)

    def _on_seed_edited(self) -> None:
        self._parameters.set_seed(self.seed_box.value() if self.seed_switch.isChecked() else None)

    def _on_probabilities_edited(self) -> None:
        count = self.probabilities_box.currentData()
        self._parameters.set_logprobs(int(count) if self.probabilities.isChecked() else None)

    def _retint(self) -> None:
        for row in self.rows.values():
            row.retint()

    def _retranslate(self) -> None:
        words = {
            "max_tokens": (
                self.tr("Longest answer"),
                self.tr("At most this many tokens are written; a token is about ¾ of an English word."),
            ),
            "temperature": (
                self.tr("Temperature"),
                self.tr("Low is careful and repeatable, high is surprising; 1 is the model as it is."),
            ),
            "top_p": (
                self.tr("Top-p"),
                self.tr("Only the likeliest words that together make up this share are considered; 1 is all."),
            ),
            "n": (self.tr("Candidates"), self.tr("How many answers are written side by side; each is charged.")),
            "presence_penalty": (
                self.tr("Presence penalty"),
                self.tr("Above 0 pushes the model towards new subjects, below 0 keeps it on the same."),
            ),
            "frequency_penalty": (
                self.tr("Frequency penalty"),
                self.tr("Above 0 avoids repeating the same words, below 0 invites it."),
            ),
        }
        changed = self.tr("Changed from neutral; double-click the name or the slider to reset")
        for name, (title, explanation) in words.items():
            self.rows[name].set_words(title, explanation, changed)
        self._advice_text.setText(
            self.tr("Temperature and top-p both shape the same choice. It is usually better to change one, not both.")
        )
        self.stop_chips.set_words(
            self.tr("Stop sequences"),
            self.tr("Writing ends as soon as one of these (up to four) would appear. Type \\n for a line break."),
            self.tr("Type and press Enter"),
            self.tr("Remove"),
        )
        self._more_words = self.tr("Penalties, seed, probabilities")
        self.more.setAccessibleName(self._more_words)
        self._on_more_toggled(self.more.isChecked())
        self.seed_switch.setText(self.tr("Fixed seed"))
        self.seed_box.setAccessibleName(self.tr("Seed"))
        self.seed_help.setText(self.tr("The same seed asks for the same answer again, as far as the server can."))
        self.probabilities.setText(self.tr("Probabilities"))
        self.probabilities_box.setAccessibleName(self.tr("Alternatives per token"))
        self.probabilities_help.setText(
            self.tr("Underlines the words the model was unsure of; point at one to see what else it weighed.")
        )
        self.reset_button.setText(self.tr("Set all to neutral"))
        self.setAccessibleName(self.tr("Parameters"))


def _wrapped(label: QLabel, *, dim: bool = False) -> QLabel:
    label.setWordWrap(True)
    label.setProperty("dim", dim)
    return label


def _side_by_side(first: QWidget, badge: QWidget, second: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(first)
    row.addWidget(badge)
    row.addStretch(1)
    row.addWidget(second)
    return row


def _stack(top: QHBoxLayout, below: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(3)
    column.addLayout(top)
    column.addWidget(below)
    return column
