"""Stop sequences as a person types them: seen with their white space, at most four, each removable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.viewmodels.parameters import ParametersViewModel
from app.widgets.stop_chips import StopChips, read_sequence, show_sequence
from tests.viewmodels.fakes import FakeOptions, Heard
from tests.viewmodels.test_parameters import QuietOptions
from tests.widgets.hands import below, click, press, type_text


class ChipsProbe:
    """Chips over real parameters, with somebody typing."""

    def __init__(self, qtbot: QtBot) -> None:
        self.parameters = ParametersViewModel(QuietOptions(FakeOptions()))
        self.chips = StopChips()
        qtbot.addWidget(self.chips)
        self.chips.set_words("Stop sequences", "Help.", "Type and press Enter", "Remove")
        self.chips.sequence_added.connect(self.parameters.add_stop)
        self.chips.sequence_removed.connect(self.parameters.remove_stop)
        self.parameters.changed.connect(lambda: self.chips.set_sequences(self.parameters.values.stop))
        self.added = Heard(self.chips.sequence_added)
        self.chips.show()

    def add(self, typed: str) -> None:
        type_text(self.chips.field, typed)
        press(self.chips.field, Qt.Key.Key_Return)

    @property
    def seen(self) -> list[str]:
        cards = [widget for widget in below(self.chips) if widget.property("card") == "chip"]
        return [card.findChildren(QLabel)[0].text() for card in cards]

    def crosses(self) -> list[QPushButton]:
        return [widget for widget in below(self.chips) if isinstance(widget, QPushButton)]


def test_what_is_typed_becomes_a_chip(qtbot: QtBot) -> None:
    probe = ChipsProbe(qtbot)
    probe.add("END")
    assert probe.seen == ["END"]
    assert probe.parameters.values.stop == ("END",)
    assert probe.chips.field.text() == ""


@pytest.mark.parametrize(
    ("typed", "meant", "seen"),
    [
        (r"\n", "\n", "↵"),
        (r"\n\n", "\n\n", "↵↵"),
        (r"\t", "\t", "⇥"),
        (" ", " ", "␣"),
        ("a b ", "a b ", "a␣b␣"),
        ("。", "。", "。"),
        ("↵", "\n", "↵"),
        (r"\\n", "\\n", r"\n"),
        (r"C:\dir", "C:\\dir", r"C:\dir"),
    ],
)
def test_white_space_can_be_typed_and_is_seen(qtbot: QtBot, typed: str, meant: str, seen: str) -> None:
    probe = ChipsProbe(qtbot)
    probe.add(typed)
    assert probe.parameters.values.stop == (meant,)
    assert probe.seen == [seen]


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\\0↵⇥␣"), min_size=1, max_size=12))
def test_what_is_seen_can_be_typed_again(text: str) -> None:
    assert read_sequence(show_sequence(text)) == text


def test_q7_there_is_room_for_four(qtbot: QtBot) -> None:
    probe = ChipsProbe(qtbot)
    for text in "abcd":
        assert probe.chips.field.isEnabled()
        probe.add(text)
    assert not probe.chips.field.isEnabled()
    assert probe.seen == list("abcd")
    click(probe.crosses()[1])
    assert probe.seen == ["a", "c", "d"]
    assert probe.chips.field.isEnabled()


def test_nothing_and_the_same_again_are_no_sequence(qtbot: QtBot) -> None:
    probe = ChipsProbe(qtbot)
    probe.add("")
    assert not probe.added
    probe.add("x")
    probe.add("x")
    assert probe.seen == ["x"]


def test_a_sequence_is_shown_as_it_is_and_not_as_markup(qtbot: QtBot) -> None:
    probe = ChipsProbe(qtbot)
    probe.add("<b>x</b>&amp;")
    assert probe.seen == ["<b>x</b>&amp;"]
    label = next(label for label in probe.chips.findChildren(QLabel) if label.text() == "<b>x</b>&amp;")
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_each_cross_says_what_it_removes_in_the_language_of_now(qtbot: QtBot) -> None:
    probe = ChipsProbe(qtbot)
    probe.add(r"\n")
    assert [cross.accessibleName() for cross in probe.crosses()] == ["Remove: ↵"]
    probe.chips.set_words("停止序列", "帮助", "输入后按回车", "移除")
    assert [cross.accessibleName() for cross in probe.crosses()] == ["移除: ↵"]
    assert probe.chips.field.accessibleName() == "停止序列"
    assert probe.chips.field.placeholderText() == "输入后按回车"
    assert probe.seen == ["↵"]


def test_a_cross_can_be_reached_and_pressed_with_the_keyboard(qtbot: QtBot) -> None:
    probe = ChipsProbe(qtbot)
    probe.add("END")
    (cross,) = probe.crosses()
    assert cross.focusPolicy() & Qt.FocusPolicy.TabFocus
    press(cross, Qt.Key.Key_Space)
    assert probe.parameters.values.stop == ()
