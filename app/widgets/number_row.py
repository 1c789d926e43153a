"""One numeric parameter: name, dot, number box, slider and a sentence of help.

Owns how a number is shown and entered; must not know what it is for.
"""

import math

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QSizePolicy, QSlider, QWidget

from app.domain.capabilities import Finding, Support
from app.domain.parameters import NumberSpec
from app.widgets.support_badge import SupportBadge
from app.widgets.theme import colors

SLIDER_STEPS = 1000


class CalmSlider(QSlider):
    """A slider that leaves the wheel to the scrolling panel unless it has the focus, and resets on a double click."""

    reset_requested = Signal()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the slider only when the user is on it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go back to neutral."""
        self.reset_requested.emit()
        event.accept()


class NumberRow(QWidget):
    """Show one number as slider and box together; values outside the range of its spec cannot be entered.

    A wide range (more than 1 : 1000) moves the slider on a logarithmic scale. `value_edited` is emitted for changes
    by the user only.
    """

    value_edited = Signal(float)

    def __init__(self, spec: NumberSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._is_logarithmic = spec.minimum > 0 and spec.maximum / spec.minimum > 1000
        self.label = QLabel()
        self._dot = QLabel("●")
        self._dot.setVisible(False)
        self.badge = SupportBadge(self)
        self.box = QDoubleSpinBox()
        self.box.setDecimals(0 if spec.is_integer else 2)
        self.box.setRange(spec.minimum, spec.maximum)
        self.box.setSingleStep(spec.step)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.box.setKeyboardTracking(False)
        self.slider = CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumHeight(18)  # room for the round handle
        self.slider.setRange(0, self._steps())
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._help = QLabel()
        self._help.setProperty("dim", True)
        self._help.setWordWrap(True)
        self._help.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.label.setBuddy(self.box)
        self._lay_out()
        self.box.valueChanged.connect(self._on_box_value_changed)
        self.slider.valueChanged.connect(self._on_slider_value_changed)
        self.slider.reset_requested.connect(self.reset)
        self.label.installEventFilter(self)
        self.set_value(spec.neutral)

    def value(self) -> float:
        """Return the number shown."""
        return self.box.value()

    def set_value(self, value: float) -> None:
        """Show a number without saying that the user edited it."""
        with QSignalBlocker(self.box), QSignalBlocker(self.slider):
            self.box.setValue(value)
            self.slider.setValue(self._to_step(value))
        self._update_dot()

    def set_words(self, name: str, explanation: str, changed: str) -> None:
        """Set the parameter's name, its help sentence, and what the dot says to screen readers and on hover."""
        self.label.setText(name)
        self._help.setText(explanation)
        self.box.setAccessibleName(name)
        self.slider.setAccessibleName(name)
        self.box.setAccessibleDescription(explanation)
        self.slider.setAccessibleDescription(explanation)
        self._dot.setToolTip(changed)
        self._dot.setAccessibleName(changed)

    def show_finding(self, finding: Finding | None) -> None:
        """Show what the server does with this parameter; what it refuses cannot be changed."""
        self.badge.show_finding(finding)
        is_open = finding is None or finding.support is not Support.REFUSED
        self.box.setEnabled(is_open)
        self.slider.setEnabled(is_open)

    def reset(self) -> None:
        """Go back to neutral, as the user's own edit."""
        if self.box.value() != self._spec.neutral:
            self.set_value(self._spec.neutral)
            self.value_edited.emit(self._spec.neutral)

    def retint(self) -> None:
        """Take the colours of the theme in use."""
        self._dot.setStyleSheet(f"color: {colors().dot}; font-size: 9px;")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Reset on a double click on the name."""
        if watched is self.label and event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the box wide enough for its numbers."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_box()

    def _fit_box(self) -> None:
        metrics = self.box.fontMetrics()
        self.box.setFixedSize(metrics.horizontalAdvance("0" * 9) + 12, metrics.height() + 8)

    def _lay_out(self) -> None:
        self._fit_box()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self._dot, 0, 1)
        grid.addWidget(self.badge, 0, 2)
        grid.setColumnStretch(3, 1)
        grid.addWidget(self.box, 0, 4)
        grid.addWidget(self.slider, 1, 0, 1, 5)
        grid.addWidget(self._help, 2, 0, 1, 5)

    def _steps(self) -> int:
        if self._is_logarithmic:
            return SLIDER_STEPS
        return round((self._spec.maximum - self._spec.minimum) / self._spec.step)

    def _to_step(self, value: float) -> int:
        spec = self._spec
        if self._is_logarithmic:
            return round(SLIDER_STEPS * math.log(value / spec.minimum) / math.log(spec.maximum / spec.minimum))
        return round((value - spec.minimum) / spec.step)

    def _from_step(self, step: int) -> float:
        spec = self._spec
        if self._is_logarithmic:
            value = spec.minimum * (spec.maximum / spec.minimum) ** (step / SLIDER_STEPS)
            return spec.clamp(_round_nicely(value))
        return spec.clamp(spec.minimum + step * spec.step)

    def _on_box_value_changed(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._to_step(value))
        self._update_dot()
        self.value_edited.emit(value)

    def _on_slider_value_changed(self, step: int) -> None:
        value = self._from_step(step)
        with QSignalBlocker(self.box):
            self.box.setValue(value)
        self._update_dot()
        self.value_edited.emit(value)

    def _update_dot(self) -> None:
        self._dot.setVisible(self.box.value() != self._spec.neutral)


def _round_nicely(value: float) -> float:
    """Round to two significant digits, so that a logarithmic slider gives 450 and not 447."""
    if value < 20:
        return round(value)
    magnitude = 10 ** (math.floor(math.log10(value)) - 1)
    return float(round(value / magnitude) * magnitude)
