"""A number as a person sets it: slider and box together, nothing out of range, back to neutral by a double click."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.domain.parameters import CANDIDATES, MAX_TOKENS, NUMBER_SPECS, PRESENCE_PENALTY, TEMPERATURE, TOP_P, NumberSpec
from app.widgets.number_row import NumberRow
from tests.viewmodels.fakes import Heard
from tests.widgets.hands import double_click, is_seen, press, type_text

SPECS = [spec for name, spec in NUMBER_SPECS.items() if name not in {"seed", "logprobs"}]


class RowProbe:
    """A number row with somebody at it."""

    def __init__(self, qtbot: QtBot, spec: NumberSpec) -> None:
        self.row = NumberRow(spec)
        self.row.set_words("Name", "What it does.", "Changed from neutral")
        self.row.retint()
        qtbot.addWidget(self.row)
        self.row.resize(260, 100)
        self.row.show()
        self.edits = Heard(self.row.value_edited)

    def type(self, text: str) -> None:
        """Put text into the box in place of what is there, and press Enter."""
        self.row.box.selectAll()
        type_text(self.row.box, text)
        press(self.row.box, Qt.Key.Key_Return)

    @property
    def shows_dot(self) -> bool:
        dot = next(label for label in self.row.findChildren(QLabel) if label.text() == "●")
        return is_seen(dot, self.row)

    @property
    def shown(self) -> float:
        return float(self.row.box.text())

    def wheel(self) -> bool:
        """Turn the wheel over the slider; tell whether the slider took it."""
        middle = QPointF(self.row.slider.rect().center())
        event = QWheelEvent(
            middle,
            self.row.slider.mapToGlobal(middle),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.row.slider, event)
        return event.isAccepted()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_at_the_start_the_value_is_neutral_and_nothing_is_marked(qtbot: QtBot, spec: NumberSpec) -> None:
    probe = RowProbe(qtbot, spec)
    assert probe.row.value() == spec.neutral
    assert probe.shown == spec.neutral
    assert not probe.shows_dot
    assert not probe.edits


def test_what_is_typed_moves_the_slider(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, TEMPERATURE)
    before = probe.row.slider.value()
    probe.type("0.5")
    assert probe.row.value() == 0.5
    assert probe.row.slider.value() < before
    assert probe.edits == [(0.5,)]
    assert probe.shows_dot


def test_the_slider_moves_the_number(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, TEMPERATURE)
    press(probe.row.slider, Qt.Key.Key_Left)
    assert probe.shown == 0.95
    press(probe.row.slider, Qt.Key.Key_Home)
    assert probe.shown == 0.0
    press(probe.row.slider, Qt.Key.Key_End)
    assert probe.shown == 2.0
    assert probe.edits == [(0.95,), (0.0,), (2.0,)]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_both_ends_of_the_slider_are_both_ends_of_the_range(qtbot: QtBot, spec: NumberSpec) -> None:
    probe = RowProbe(qtbot, spec)
    probe.row.slider.setValue(probe.row.slider.minimum())
    assert probe.row.value() == spec.minimum
    probe.row.slider.setValue(probe.row.slider.maximum())
    assert probe.row.value() == spec.maximum


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_what_is_out_of_range_cannot_be_entered(qtbot: QtBot, spec: NumberSpec) -> None:
    probe = RowProbe(qtbot, spec)
    for typed in ("999999", "-999999", "abc", "", "1e9", "--3", "0.000001", "٣"):
        probe.type(typed)
        assert spec.minimum <= probe.row.value() <= spec.maximum, typed
        assert spec.minimum <= probe.shown <= spec.maximum, typed
    assert all(spec.minimum <= value <= spec.maximum for (value,) in probe.edits if isinstance(value, float))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_position_of_the_slider_is_a_value_that_leads_back_to_it(qtbot: QtBot, spec: NumberSpec) -> None:
    probe = RowProbe(qtbot, spec)
    last = -1e9
    for step in range(probe.row.slider.maximum() + 1):
        probe.row.slider.setValue(step)
        value = probe.row.value()
        assert spec.minimum <= value <= spec.maximum
        assert value >= last, "to the right is more"
        assert value == spec.clamp(value)
        last = value


@given(value=st.floats(-2, 2))
def test_any_value_in_range_can_be_shown(qapp: QApplication, value: float) -> None:
    row = NumberRow(PRESENCE_PENALTY)
    row.set_value(value)
    assert row.value() == pytest.approx(value, abs=0.0051)
    assert row.slider.value() == round((value + 2) / 0.1)


def test_a_wide_range_is_even_for_small_and_large_numbers(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, MAX_TOKENS)
    probe.row.slider.setValue(probe.row.slider.maximum() // 2)
    assert 100 < probe.row.value() < 300, "half of the way is not half of 32 768"
    probe.type("12345")
    assert probe.row.value() == 12345, "what is typed is taken as it is"


def test_whole_numbers_have_no_decimals(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, CANDIDATES)
    probe.type("3.7")
    assert probe.row.value() in {3, 4}
    assert probe.row.box.text().isdigit()


@pytest.mark.parametrize("where", ["slider", "label"])
def test_a_double_click_resets(qtbot: QtBot, where: str) -> None:
    probe = RowProbe(qtbot, TOP_P)
    probe.type("0.4")
    double_click(probe.row.slider if where == "slider" else probe.row.label)
    assert probe.row.value() == 1.0
    assert probe.row.slider.value() == probe.row.slider.maximum()
    assert probe.edits[-1] == (1.0,)
    assert not probe.shows_dot


def test_the_dot_is_there_exactly_while_the_value_is_not_neutral(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, TEMPERATURE)
    for value in (0.5, 1.0, 1.05, 1.0):
        probe.row.set_value(value)
        assert probe.shows_dot == (value != 1.0)
        press(probe.row.slider, Qt.Key.Key_Left)
        assert probe.shows_dot == (probe.shown != 1.0)


def test_a_value_that_was_set_by_the_program_is_no_edit(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, TEMPERATURE)
    probe.row.set_value(0.3)
    assert probe.shown == 0.3
    assert not probe.edits


def test_typing_is_no_edit_before_it_is_finished(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, MAX_TOKENS)
    probe.row.box.selectAll()
    QTest.keyClicks(probe.row.box, "512")
    assert not probe.edits, "5 and 51 were never meant"
    press(probe.row.box, Qt.Key.Key_Return)
    assert probe.edits == [(512.0,)]


def test_the_wheel_scrolls_the_panel_unless_the_slider_has_the_keyboard(qtbot: QtBot) -> None:
    probe = RowProbe(qtbot, TEMPERATURE)
    probe.row.box.setFocus()
    assert not probe.wheel()
    assert not probe.edits
    probe.row.activateWindow()
    probe.row.slider.setFocus()
    if probe.row.slider.hasFocus():  # a platform without a window manager may refuse it
        assert probe.wheel()
        assert probe.edits


def test_a_screen_reader_hears_name_and_help(qtbot: QtBot) -> None:
    row = RowProbe(qtbot, TEMPERATURE).row
    for control in (row.box, row.slider):
        assert control.accessibleName() == "Name"
        assert control.accessibleDescription() == "What it does."
