"""A question in place: the harmless answer has the focus, and Escape is no."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.question_bar import QuestionBar
from tests.widgets.hands import click, press, words_of


class QuestionProbe:
    """A question with somebody before it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bar = QuestionBar()
        qtbot.addWidget(self.bar)
        self.done: list[str] = []

    def ask(self) -> None:
        self.bar.ask("Really?", "Yes", "No", lambda: self.done.append("yes"))


def test_yes_does_it_once(qtbot: QtBot) -> None:
    probe = QuestionProbe(qtbot)
    assert probe.bar.isHidden()
    probe.ask()
    assert words_of(probe.bar) == ["Really?", "No", "Yes"]
    click(probe.bar.yes)
    probe.bar.yes.click()
    assert probe.done == ["yes"]
    assert probe.bar.isHidden()


def test_no_and_escape_do_nothing(qtbot: QtBot) -> None:
    probe = QuestionProbe(qtbot)
    probe.ask()
    click(probe.bar.no)
    assert probe.bar.isHidden()
    probe.ask()
    press(probe.bar, Qt.Key.Key_Escape)
    assert probe.bar.isHidden()
    assert probe.done == []
