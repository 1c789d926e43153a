"""A notice is one quiet line that goes by itself, with a button where something can be done."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.notice_bar import NoticeBar
from tests.widgets.hands import click, words_of


class NoticeProbe:
    """A notice bar with somebody looking at it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bar = NoticeBar()
        qtbot.addWidget(self.bar)
        self.done: list[str] = []

    def show(self, text: str, button: str = "", *, stays: bool = False) -> None:
        self.bar.show_notice(text, button, (lambda: self.done.append(text)) if button else None, stays=stays)

    @property
    def said(self) -> str:
        return "" if self.bar.isHidden() else words_of(self.bar)[0]


def test_there_is_nothing_at_first(qtbot: QtBot) -> None:
    assert NoticeProbe(qtbot).said == ""


def test_a_notice_is_seen_until_it_is_closed(qtbot: QtBot) -> None:
    probe = NoticeProbe(qtbot)
    probe.show("The answer was copied.")
    assert probe.said == "The answer was copied."
    assert words_of(probe.bar) == ["The answer was copied.", "✕"]
    assert probe.bar.accessibleName() == "The answer was copied."
    assert probe.bar.close_button.accessibleName()
    click(probe.bar.close_button)
    assert probe.said == ""


def test_a_button_does_what_it_says_once(qtbot: QtBot) -> None:
    probe = NoticeProbe(qtbot)
    probe.show("The run was deleted.", "Undo")
    assert words_of(probe.bar) == ["The run was deleted.", "Undo", "✕"]
    click(probe.bar.button)
    assert probe.done == ["The run was deleted."]
    assert probe.said == ""


def test_the_newest_notice_replaces_the_one_before_with_its_button(qtbot: QtBot) -> None:
    probe = NoticeProbe(qtbot)
    probe.show("First", "Undo")
    probe.show("Second")
    assert words_of(probe.bar) == ["Second", "✕"]
    probe.bar.button.click()
    assert probe.done == []


def test_a_notice_goes_by_itself_unless_it_stays(qtbot: QtBot) -> None:
    probe = NoticeProbe(qtbot)
    probe.show("First")
    assert 3000 < probe.bar._timer.remainingTime() < 20_000, "long enough to be read, and not for ever"
    probe.bar._timer.setInterval(1)
    qtbot.waitUntil(lambda: probe.said == "", timeout=2000)
    probe.show("A bug was met", "Copy report", stays=True)
    assert not probe.bar._timer.isActive()
    assert probe.said == "A bug was met"


def test_a_notice_that_stays_is_not_taken_away_by_the_time_of_the_one_before(qtbot: QtBot) -> None:
    probe = NoticeProbe(qtbot)
    probe.show("First")
    probe.show("A bug was met", "Copy report", stays=True)
    assert not probe.bar._timer.isActive()


def test_what_others_said_is_no_markup(qtbot: QtBot) -> None:
    probe = NoticeProbe(qtbot)
    probe.show("<b>bold</b>")
    assert probe.bar.label.textFormat() is Qt.TextFormat.PlainText
