"""A problem as a person meets it: what happened, what to do, one button, and the raw answer when asked for."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.api.errors import AuthError
from app.viewmodels.texts import Problem, Remedy, describe
from app.widgets.problem_card import ProblemCard
from tests.viewmodels.fakes import Heard
from tests.widgets.hands import click, is_seen, press, words_of


class CardProbe:
    """A card with somebody looking at it."""

    def __init__(self, qtbot: QtBot, problem: Problem | None = None) -> None:
        self.card = ProblemCard()
        qtbot.addWidget(self.card)
        self.requests = Heard(self.card.remedy_requested)
        self.card.show_problem(problem)

    @property
    def is_shown(self) -> bool:
        return not self.card.isHidden()

    @property
    def words(self) -> list[str]:
        return words_of(self.card)

    @property
    def raw(self) -> str | None:
        return self.card.detail.toPlainText() if is_seen(self.card.detail, self.card) else None


def test_without_a_problem_there_is_no_card(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot)
    assert not probe.is_shown
    probe.card.show_problem(Problem("It failed", "", ""))
    assert probe.is_shown
    probe.card.show_problem(None)
    assert not probe.is_shown


def test_the_card_says_what_happened_and_what_to_do(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, Problem("It failed", "The server left.", "Try again.", Remedy.TRY_AGAIN))
    assert probe.words == ["It failed", "The server left. Try again.", "Try again"]
    assert probe.card.accessibleName() == "It failed"
    assert probe.card.accessibleDescription() == "The server left. Try again."


@pytest.mark.parametrize("remedy", [remedy for remedy in Remedy if remedy is not Remedy.NONE])
def test_the_one_button_asks_for_its_remedy(qtbot: QtBot, remedy: Remedy) -> None:
    probe = CardProbe(qtbot, Problem("It failed", "", "", remedy))
    assert probe.card.remedy_button.text()
    click(probe.card.remedy_button)
    assert probe.requests == [(remedy,)]
    press(probe.card.remedy_button, Qt.Key.Key_Space)
    assert len(probe.requests) == 2


def test_every_remedy_has_a_button_with_words_of_its_own(qtbot: QtBot) -> None:
    words = set()
    for remedy in Remedy:
        probe = CardProbe(qtbot, Problem("It failed", "", "", remedy))
        if is_seen(probe.card.remedy_button, probe.card):
            words.add(probe.card.remedy_button.text())
    assert len(words) == len(Remedy) - 1
    assert "" not in words


def test_where_nothing_helps_there_is_no_button(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, Problem("Too new", "", "", Remedy.NONE))
    assert not is_seen(probe.card.remedy_button, probe.card)


def test_the_raw_answer_is_behind_details(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, describe(AuthError("Incorrect API key", http_status=401, detail='{"error": …}')))
    assert probe.raw is None
    assert "Incorrect API key" not in " ".join(probe.words)
    click(probe.card.details_button)
    assert probe.raw == 'HTTP 401\nIncorrect API key\n{"error": …}'
    assert probe.card.detail.isReadOnly()
    click(probe.card.details_button)
    assert probe.raw is None


def test_without_a_raw_answer_there_are_no_details(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, Problem("It failed", "", ""))
    assert not is_seen(probe.card.details_button, probe.card)


def test_the_details_of_the_problem_before_do_not_stay_open(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, Problem("First", "", "", detail="one"))
    click(probe.card.details_button)
    probe.card.show_problem(Problem("Second", "", "", detail="two"))
    assert probe.raw is None
    click(probe.card.details_button)
    assert probe.raw == "two"


def test_what_a_server_says_is_shown_as_it_is_and_not_as_markup(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, Problem("<h1>502</h1>", "<script>", "", detail="<b>raw</b>"))
    for label in (probe.card.title, probe.card.body):
        assert label.textFormat() is Qt.TextFormat.PlainText
    click(probe.card.details_button)
    assert probe.raw == "<b>raw</b>"


def test_a_very_long_answer_does_not_grow_the_card_out_of_the_window(qtbot: QtBot) -> None:
    probe = CardProbe(qtbot, Problem("It failed", "", "", detail="word " * 5000))
    click(probe.card.details_button)
    probe.card.resize(500, probe.card.sizeHint().height())
    assert probe.card.sizeHint().height() < 400
