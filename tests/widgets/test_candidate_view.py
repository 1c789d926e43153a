"""An answer as a person reads it: it grows, it follows only a reader at its end, and it marks what was unsure."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from app.domain.tokens import Alternative, Token
from app.store.paths import resource
from app.widgets import theme
from app.widgets.candidate_view import CandidateView, GeneratedText
from tests.viewmodels.fakes import Heard
from tests.widgets.hands import CONTROL, click, press, type_text, words_of

Style = QTextCharFormat.UnderlineStyle


def token(text: str, probability: float | None = 1.0, data: bytes | None = None, **others: float) -> Token:
    """Return a token with this probability, and alternatives by keyword."""
    alternatives = tuple(Alternative(name, math.log(share)) for name, share in others.items())
    return Token(text, None if probability is None else math.log(probability), data, alternatives)


class TextProbe:
    """A generated text with somebody reading it."""

    def __init__(self, qtbot: QtBot, text: str = "") -> None:
        self.view = GeneratedText()
        qtbot.addWidget(self.view)
        self.view.resize(300, 120)
        self.view.show()
        self.view.set_text(text)

    def add(self, *tokens: Token) -> None:
        """Let tokens arrive as they do: first their text, then they themselves."""
        data = b"".join(item.text.encode() if item.data is None else item.data for item in tokens)
        self.view.append_text(data.decode())
        self.view.add_tokens(tokens)

    @property
    def text(self) -> str:
        return self.view.toPlainText()

    @property
    def marked(self) -> list[tuple[str, Style]]:
        """Return the underlined stretches with their pattern, as they are drawn."""
        found: list[tuple[str, Style]] = []
        block = self.view.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                style = fragment.charFormat().underlineStyle()
                if style is not Style.NoUnderline:
                    found.append((fragment.text(), style))
                iterator += 1
            block = block.next()
        return found

    @property
    def colours(self) -> set[str]:
        found: set[str] = set()
        cursor = QTextCursor(self.view.document())
        for position in range(1, self.view.document().characterCount()):
            cursor.setPosition(position)
            found.add(cursor.charFormat().foreground().color().name())
        return found

    def tip_at(self, position: int) -> str:
        """Return what is shown when the mouse rests on the character at a position."""
        cursor = QTextCursor(self.view.document())
        cursor.setPosition(position)
        left = self.view.cursorRect(cursor)
        point = self.view.viewport().mapTo(self.view, left.center()) + QPoint(2, 0)
        QToolTip.hideText()
        event = QHelpEvent(QEvent.Type.ToolTip, point, self.view.mapToGlobal(point))
        QApplication.sendEvent(self.view, event)
        return QToolTip.text()

    @property
    def is_at_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() == bar.maximum()


def test_text_grows_at_its_end_in_the_colour_of_generated_text(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot, "Once")
    for piece in (" upon", " a\n", "\n", "𝕏", " time", "10\u00a0000"):
        probe.view.append_text(piece)
    assert probe.text == "Once upon a\n\n𝕏 time10\u00a0000"
    assert probe.colours == {theme.colors().generated}


def test_an_answer_can_be_read_and_copied_but_not_changed(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot, "Once")
    type_text(probe.view, "abc")
    press(probe.view, Qt.Key.Key_Backspace)
    press(probe.view, Qt.Key.Key_A, CONTROL)
    press(probe.view, Qt.Key.Key_X, CONTROL)
    assert probe.text == "Once"
    assert probe.view.textCursor().selectedText() == "Once"


def test_a_selection_stays_while_text_arrives(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot, "Once upon")
    probe.view.selectAll()
    probe.view.append_text(" a time")
    assert probe.view.textCursor().selectedText() == "Once upon"


LINES = "\n".join(f"line {number}" for number in range(60))


def test_the_view_follows_its_end_while_the_reader_is_there(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    for _ in range(3):
        probe.view.append_text(LINES)
        assert probe.is_at_end
    assert probe.view.verticalScrollBar().maximum() > 0
    probe.view.append_text("words " * 200)
    assert probe.is_at_end


def test_the_view_stays_where_the_reader_is(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.view.append_text(LINES)
    bar = probe.view.verticalScrollBar()
    bar.setValue(10)
    probe.view.append_text(LINES)
    assert bar.value() == 10
    bar.setValue(bar.maximum())
    probe.view.append_text(LINES)
    assert probe.is_at_end, "back at the end, it follows again"


def test_words_that_were_unsure_are_underlined_the_more_the_less_sure(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("sure", 0.9), token(" fairly", 0.5), token(" hardly", 0.2), token(" wild", 0.05))
    assert probe.marked == [
        (" fairly", Style.DotLine),
        (" hardly", Style.DashUnderline),
        (" wild", Style.WaveUnderline),
    ]
    assert probe.colours == {theme.colors().generated}


def test_q22_what_has_no_probability_is_not_marked(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("unknown", None), token(" ", 0.01), token("known", 0.01))
    assert [text for text, _ in probe.marked] == ["known"]


def test_tokens_belong_to_the_text_behind_what_was_carried_over(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot, "carried 𝕏 over")
    probe.view.start_tokens_here()
    probe.add(token(" new", 0.2))
    assert probe.marked == [(" new", Style.DashUnderline)]


def test_marks_come_in_increments(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    for number in range(5):
        probe.add(token(f"a{number}", 0.95), token(f"b{number}", 0.3))
    assert [text for text, _ in probe.marked] == [f"b{number}" for number in range(5)]


@pytest.mark.parametrize(
    "tokens",
    [
        [token("On", 0.1), token("ze", 0.1)],
        [token("Once", 0.1), token(" upon", 0.1)],
        [token("O", 0.1), token("n", 0.1), token("c", 0.1), token("x", 0.1)],
        [token("a\r\n", 0.1)],
    ],
    ids=["other words", "more than the text", "one letter off", "other line ends"],
)
def test_q20_where_tokens_do_not_fit_the_text_nothing_is_marked(qtbot: QtBot, tokens: list[Token]) -> None:
    probe = TextProbe(qtbot)
    probe.view.append_text("Once")
    probe.view.add_tokens(tokens)
    assert probe.marked == []
    assert probe.view.token_at(0) is None
    assert probe.colours == {theme.colors().generated}
    probe.add(token(" later", 0.1))
    assert probe.marked == [], "where one does not fit, no later one is to be trusted"


def test_q20_marks_that_were_right_go_when_later_tokens_do_not_fit(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("Once", 0.1))
    assert probe.marked
    probe.view.append_text(" upon")
    probe.view.add_tokens([token(" a time", 0.1)])
    assert probe.marked == []


def test_a_new_text_starts_without_the_tokens_of_the_one_before(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.view.append_text("Once")
    probe.view.add_tokens([token("wrong", 0.1)])
    probe.view.set_text("")
    probe.view.start_tokens_here()
    probe.add(token("Twice", 0.1))
    assert [text for text, _ in probe.marked] == ["Twice"]


@pytest.mark.parametrize("names", ["", "\ufffd", r"bytes:\x.."], ids=["none", "boxes", "named"])
def test_q23_a_character_of_several_tokens_does_not_shift_the_marks_behind_it(qtbot: QtBot, names: str) -> None:
    probe = TextProbe(qtbot)
    wave = [token(names, 0.9, byte) for byte in (b"\xf0\x9f", b"\x8c", b"\x8a")]
    probe.add(token("从", 0.9), *wave, token(" sea", 0.2), token(" calm", 0.9), token(" now", 0.2))
    assert probe.text == "从🌊 sea calm now"
    assert [text for text, _ in probe.marked] == [" sea", " now"]


def test_q23_a_character_is_as_sure_as_all_its_parts_together(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("", 0.1, b"\xe4\xbb"), token("", 1.0, b"\x8e"), token("前", 0.95))
    assert probe.marked == [("从", Style.WaveUnderline)]


# Line ends of every kind become one; Qt keeps these for itself, and takes the last two for a byte order mark.
KEPT_BY_QT = "\r\u2028\u2029\ufdd0\ufdd1\ufffc\0\ufeff\ufffe"
pieces = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters=KEPT_BY_QT),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(words=pieces, cuts=st.lists(st.integers(1, 5), min_size=1, max_size=30), at=st.integers(0, 100))
def test_however_text_is_cut_into_tokens_each_character_has_its_own(
    qapp: QApplication, words: list[str], cuts: list[int], at: int
) -> None:
    view = GeneratedText()
    text = "".join(words)
    data, parts = text.encode(), list[bytes]()
    while data:
        size = cuts[len(parts) % len(cuts)]
        parts.append(data[:size])
        data = data[size:]
    view.append_text(text)
    view.add_tokens([Token("", -0.1, part) for part in parts])
    place = at % len(text)
    end = len(text[: place + 1].encode())
    unit = len(text[:place].encode("utf-16-le")) // 2
    owner = next(number for number in range(len(parts)) if sum(map(len, parts[: number + 1])) >= end)
    found = view.token_at(unit)
    assert found is not None
    assert found.data == parts[owner], "a character belongs to the token that completes it"


def test_pointing_at_a_word_shows_what_else_was_weighed(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("The", 0.9, None, A=0.08), token(" sea", 0.5, None, **{" sky": 0.3, " <b>": 0.1}))
    tip = probe.tip_at(4)
    assert tip.index("50.0 %") < tip.index("30.0 %") < tip.index("10.0 %")
    assert "<b>␣sea</b>" in tip
    assert "␣sky" in tip
    assert "␣&lt;b&gt;" in tip
    assert "everything else" in tip
    assert "90.0 %" in probe.tip_at(1)


def test_q24_the_chosen_token_and_everything_else_are_always_told(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("rare", 0.1, None, common=0.6))
    tip = probe.tip_at(1)
    assert "<b>rare</b>" in tip
    assert "30.0 %" in tip, "everything else"


def test_q22_an_impossible_number_is_about_nothing_and_a_missing_one_is_unknown(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot)
    probe.add(Token("word", None, None, (Alternative("none", -900.0),)))
    tip = probe.tip_at(1)
    assert "?" in tip
    assert "≈0 %" in tip


def test_without_tokens_there_is_nothing_to_show(qtbot: QtBot) -> None:
    probe = TextProbe(qtbot, "no tokens here")
    assert probe.tip_at(2) == ""


def test_a_change_of_theme_keeps_the_marks_and_takes_the_colours(qtbot: QtBot, qapp: QApplication) -> None:
    probe = TextProbe(qtbot)
    probe.add(token("sure", 0.9), token(" hardly", 0.2))
    before = probe.colours
    theme.apply(qapp, theme.load_colors(resource("themes", "dark.toml")))
    assert probe.marked == [(" hardly", Style.DashUnderline)]
    assert probe.colours == {theme.colors().generated} != before
    probe.view.append_text(" more")
    assert probe.colours == {theme.colors().generated}
    cursor = QTextCursor(probe.view.document())
    cursor.setPosition(6)
    assert cursor.charFormat().underlineColor() == QColor(theme.colors().dot)


class LaneProbe:
    """A candidate with its heading."""

    def __init__(self, qtbot: QtBot, index: int = 0) -> None:
        self.lane = CandidateView(index)
        qtbot.addWidget(self.lane)
        self.lane.resize(400, 200)
        self.lane.show()
        self.choices = Heard(self.lane.chosen)

    @property
    def heading(self) -> str:
        return " ".join(words_of(self.lane.heading))


def test_a_lane_says_which_it_is_and_why_it_stopped(qtbot: QtBot) -> None:
    probe = LaneProbe(qtbot, 1)
    probe.lane.set_reason("Length limit")
    assert probe.heading == "Candidate 2 Length limit"
    assert probe.lane.text.accessibleName() == "Candidate 2"
    probe.lane.set_chosen(is_chosen=True)
    assert probe.heading == "● Candidate 2 Length limit"
    probe.lane.set_chosen(is_chosen=False)
    probe.lane.set_reason("")
    assert probe.heading == "Candidate 2"


def test_a_lane_is_chosen_by_a_click_on_its_heading_or_its_text(qtbot: QtBot) -> None:
    probe = LaneProbe(qtbot, 2)
    probe.lane.activateWindow()
    other = LaneProbe(qtbot, 0)
    other.lane.activateWindow()
    qtbot.waitUntil(other.lane.isActiveWindow)
    other.lane.text.setFocus()
    assert other.choices[-1] == (0,)
    probe.lane.activateWindow()
    qtbot.waitUntil(probe.lane.isActiveWindow)
    probe.lane.text.clearFocus()
    probe.choices.clear()
    click(probe.lane, QPoint(20, 8))
    assert probe.choices == [(2,)]


def test_a_narrow_lane_shortens_the_reason_and_says_it_in_full_on_hover(qtbot: QtBot) -> None:
    probe = LaneProbe(qtbot)
    words = "Cut off: the server gave no reason"
    probe.lane.resize(180, 200)
    probe.lane.set_reason(words)
    label = next(label for label in probe.lane.heading.findChildren(QLabel) if label.toolTip())
    assert label.text() != words
    assert label.text().endswith("…")
    assert label.toolTip() == words
    probe.lane.resize(600, 200)
    assert label.text() == words
