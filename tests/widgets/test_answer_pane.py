"""The answer as a person meets it: nothing yet, streaming lanes, a problem above what has come, the status below."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.api.errors import AuthError, ConnectionLostError
from app.domain.generation import (
    CandidateFinished,
    Measured,
    StopReason,
    TextArrived,
    Timing,
    TokensArrived,
    Usage,
)
from app.domain.parameters import SamplingParameters
from app.domain.run import RunState
from app.domain.tokens import Token
from app.widgets.answer_pane import AnswerPane
from tests.support import until
from tests.viewmodels.fakes import Desk, Heard, a_run, desk
from tests.widgets.hands import below, click, is_seen, words_of

SAMPLES = ("Once upon a time,", "Dear Ms Lambert,\n\nThank you")


class PaneProbe:
    """An answer pane over the view-models of a desk."""

    def __init__(self, qtbot: QtBot, d: Desk) -> None:
        self.pane = AnswerPane(d.write, SAMPLES)
        qtbot.addWidget(self.pane)
        self.pane.resize(700, 400)
        self.pane.show()
        self.samples = Heard(self.pane.sample_chosen)
        self.prompts = Heard(self.pane.prompt_wanted)

    @property
    def answers(self) -> list[str]:
        return [lane.text.toPlainText() for lane in self.pane.lanes]

    @property
    def headings(self) -> list[str]:
        return [" ".join(words_of(lane.heading)) for lane in self.pane.lanes if is_seen(lane.heading, self.pane)]

    @property
    def words(self) -> str:
        return "\n".join(words_of(self.pane))

    @property
    def status(self) -> str:
        return self.pane.status.text()

    def button(self, text: str) -> QPushButton:
        return next(widget for widget in below(self.pane) if isinstance(widget, QPushButton) and widget.text() == text)


async def test_before_the_first_run_there_is_something_to_try(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = PaneProbe(qtbot, d)
        assert "The answer appears here" in probe.words
        assert probe.status == ""
        assert not probe.pane.has_answer
        click(probe.button("Dear Ms Lambert, Thank you"))
        assert probe.samples.last == SAMPLES[1], "with its line breaks"


async def test_text_is_on_the_screen_at_once_and_grows(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        assert "The answer appears here" not in probe.words
        assert "Waiting for the first word…" in probe.status
        d.generations.send("The")
        await until(lambda: probe.answers == ["The"])
        await until(lambda: "Writing…" in probe.status)
        d.generations.send(" sea", " was", " calm")
        await until(lambda: probe.answers == ["The sea was calm"])
        assert probe.headings == [], "one candidate needs no heading"
        assert probe.pane.has_answer


async def test_candidates_stream_side_by_side_each_in_its_lane(qtbot: QtBot) -> None:
    async with desk() as d:
        d.parameters.set_number("n", 3)
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        assert len(probe.pane.lanes) == 3
        assert probe.headings == ["● Candidate 1", "Candidate 2", "Candidate 3"]
        d.generations.send(*(TextArrived(index, f"text {index}") for index in (2, 0, 1)))
        await until(lambda: probe.answers == ["text 0", "text 1", "text 2"])
        d.generations.send(CandidateFinished(1, StopReason.LENGTH))
        await until(lambda: "Length limit" in probe.headings[1])
        d.generations.send(TextArrived(2, "!"))
        await until(lambda: probe.answers[2] == "text 2!")
        d.generations.end(StopReason.NATURAL_END, StopReason.LENGTH, StopReason.STOP)
        await until(lambda: not d.write.is_running)
        assert "Natural end or" in probe.headings[2]


async def test_commands_go_to_the_candidate_that_was_chosen(qtbot: QtBot) -> None:
    async with desk(a_run("r1", "red", "blue", prompt="The sky is")) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: probe.answers == ["red", "blue"])
        assert probe.pane.answer() == "red"
        probe.pane.activateWindow()
        await until(probe.pane.isActiveWindow)
        probe.pane.lanes[1].text.setFocus()
        assert probe.pane.chosen == 1
        assert probe.pane.answer() == "blue"
        assert probe.headings[0].startswith("Candidate 1")
        assert probe.headings[1].startswith("● Candidate 2")
        probe.pane.lanes[0].text.setFocus()
        assert probe.pane.answer() == "red"


async def test_a_new_run_begins_with_its_first_candidate(qtbot: QtBot) -> None:
    async with desk(a_run("r1", "red", "blue")) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: probe.answers == ["red", "blue"])
        probe.pane._choose(1)
        d.write.run("Once")
        assert len(probe.pane.lanes) == 1
        assert probe.pane.chosen == 0


async def test_a_candidate_that_nobody_asked_for_gets_a_lane(qtbot: QtBot) -> None:
    async with desk(a_run("r1", " there", prompt="Once")) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.continue_run()
        d.generations.send(TextArrived(0, " was"), TextArrived(1, " is"))
        await until(lambda: probe.answers == [" there was", " there is"])
        assert len(probe.headings) == 2


async def test_what_was_carried_over_is_shown_before_what_is_new(qtbot: QtBot) -> None:
    async with desk(a_run("r1", " upon", prompt="Once")) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: probe.answers == [" upon"])
        d.write.continue_run()
        assert probe.answers == [" upon"]
        assert probe.pane.has_answer
        d.generations.send(" a time")
        await until(lambda: probe.answers == [" upon a time"])
        assert probe.pane.answer() == " upon a time"


async def test_a_problem_stands_above_what_has_already_come(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        d.generations.send("partial")
        d.generations.fail(ConnectionLostError("reset"))
        await until(lambda: not d.write.is_running)
        assert not probe.pane.card.isHidden()
        assert probe.answers == ["partial"]
        await until(
            lambda: probe.pane.card.y() < probe.pane.lanes[0].mapTo(probe.pane, probe.pane.rect().topLeft()).y()
        )
        assert probe.button("Continue from here")
        d.write.run("Again")
        assert probe.pane.card.isHidden()


async def test_a_problem_before_the_first_word_leaves_nothing_to_continue(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        d.generations.fail(AuthError("Incorrect API key", http_status=401))
        await until(lambda: not d.write.is_running)
        assert "The key was not accepted" in probe.words
        assert probe.button("Open connection")
        assert not probe.pane.has_answer
        assert probe.pane.answer() == ""


async def test_the_status_says_how_long_how_fast_how_much_and_why_it_stopped(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        d.generations.send("some words")
        d.generations.send(CandidateFinished(0, StopReason.LENGTH), Measured(Usage(1200, 11), Timing(0.5, 2.5)))
        d.generations.end(StopReason.LENGTH)
        await until(lambda: not d.write.is_running)
        for part in ("Length limit", "0.50 s", "5.0 tokens/s", "1,200 + 11 tokens", "2.5 s"):
            assert part in probe.status, part
        assert "estimated" not in probe.status


async def test_estimated_counts_are_marked_so(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        d.generations.send("some words")
        await until(lambda: "estimated" in probe.status)
        d.write.stop()
        await until(lambda: not d.write.is_running)
        assert "estimated" in probe.status
        assert "Stopped by you" in probe.status


async def test_the_status_is_that_of_the_chosen_candidate(qtbot: QtBot) -> None:
    async with desk() as d:
        d.parameters.set_number("n", 2)
        probe = PaneProbe(qtbot, d)
        d.write.run("Once")
        d.generations.send(TextArrived(0, "a"), TextArrived(1, "b"))
        d.generations.end(StopReason.NATURAL_END, StopReason.FILTER)
        await until(lambda: not d.write.is_running)
        assert probe.status.startswith("Natural end")
        probe.pane._choose(1)
        assert probe.status.startswith("Stopped by the server's filter")


async def test_an_answer_to_another_prompt_says_so_and_brings_it_back(qtbot: QtBot) -> None:
    async with desk(a_run("r1", "answer", prompt="The prompt of then and more", carried=" and more")) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: d.write.shown)
        probe.pane.compare_with("The prompt of then")
        assert "another prompt" not in probe.words
        probe.pane.compare_with("The prompt of now")
        assert "another prompt" in probe.words
        click(probe.button("Bring that prompt back"))
        assert probe.prompts.last == "The prompt of then"
        d.write.run("The prompt of now")
        assert "another prompt" not in probe.words


async def test_tokens_are_marked_while_they_stream_and_when_a_run_is_shown_again(qtbot: QtBot) -> None:
    async with desk(a_run("r0")) as d:
        d.parameters.set_logprobs(5)
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.run("Once")
        live = d.write.shown
        assert live is not None
        token = Token("unsure", -2.0)
        d.generations.send("unsure", TokensArrived(0, (token,)))
        await until(lambda: probe.pane.lanes and probe.pane.lanes[0].text.token_at(0) == token)
        d.write.show_run("r0")
        d.write.show_run(live.id)
        assert probe.pane.lanes[0].text.token_at(0) == token
        d.generations.send(" now", TokensArrived(0, (Token(" now", -2.0),)))
        d.generations.end()
        await until(lambda: not d.write.is_running)
        assert probe.pane.lanes[0].text.token_at(7) == Token(" now", -2.0)
        d.write.show_run("r0")
        d.write.show_run(live.id)
        assert probe.pane.lanes[0].text.token_at(7) == Token(" now", -2.0)


async def test_tokens_of_a_continued_run_belong_to_what_is_new(qtbot: QtBot) -> None:
    run = a_run("r0", " upon", prompt="Once", parameters=SamplingParameters(logprobs=5))
    async with desk(run) as d:
        d.parameters.set_logprobs(5)
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.continue_run()
        d.generations.send(" a", TokensArrived(0, (Token(" a", -2.0),)))
        await until(lambda: probe.pane.lanes[0].text.token_at(6) is not None)
        assert probe.pane.lanes[0].text.token_at(0) is None


async def test_the_keyboard_goes_to_the_answer_or_to_what_can_be_tried(qtbot: QtBot) -> None:
    async with desk(a_run("r0", "answer")) as d:
        probe = PaneProbe(qtbot, d)
        probe.pane.activateWindow()
        await until(probe.pane.isActiveWindow)
        probe.pane.focus_answer()
        assert QApplication.focusWidget() is probe.pane.sample_buttons[0]
        d.write.load()
        await until(lambda: d.write.shown)
        probe.pane.focus_answer()
        assert QApplication.focusWidget() is probe.pane.lanes[0].text


@pytest.mark.parametrize("state", RunState)
async def test_every_state_can_be_shown(qtbot: QtBot, state: RunState) -> None:
    async with desk(a_run("r0", "answer", state=state, problem="It failed." if state is RunState.FAILED else "")) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: probe.answers == ["answer"])
        has_card = state in {RunState.FAILED, RunState.INTERRUPTED}
        assert probe.pane.card.isHidden() is not has_card
        assert not probe.pane.grab().isNull()


async def test_many_lanes_scroll_sideways_instead_of_becoming_slivers(qtbot: QtBot) -> None:
    async with desk(a_run("r0", *(f"answer {number}" for number in range(8)))) as d:
        probe = PaneProbe(qtbot, d)
        d.write.load()
        await until(lambda: len(probe.answers) == 8)
        await until(lambda: probe.pane.lanes[7].x() > probe.pane.lanes[0].x())
        assert all(lane.width() >= 150 for lane in probe.pane.lanes)
        assert probe.pane.lanes[0].text.focusPolicy() & Qt.FocusPolicy.TabFocus
