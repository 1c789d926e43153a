"""The Write place as a person uses it: run, watch, stop, continue, run again, look at earlier runs, delete, undo."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from app.api.errors import AuthError, ConnectionLostError, ContextTooLongError
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    Measured,
    StopReason,
    TextArrived,
    Timing,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.parameters import InvalidParametersError, SamplingParameters
from app.domain.progress import RunProgress
from app.domain.run import Run, RunState
from app.domain.tokens import Token
from app.runtime.loop import make_loop
from app.store.errors import DatabaseDamagedError, DiskFullError, StorageFailedError
from app.viewmodels.texts import Problem, Remedy
from app.viewmodels.write import RunStatus, base_prompt
from tests.support import until
from tests.viewmodels.fakes import Desk, FakeConnections, Heard, a_run, desk


async def streamed(desk: Desk, *texts: str, prompt: str = "Once") -> None:
    """Start a run and wait until these texts of its first candidate are on the screen."""
    desk.write.run(prompt)
    desk.generations.send(*texts)
    await until(lambda: desk.text().endswith("".join(texts)))


async def ended(desk: Desk) -> None:
    await until(lambda: not desk.write.is_running)


def shown(desk: Desk) -> Run:
    run = desk.write.shown
    assert run is not None
    return run


async def test_what_is_appended_adds_up_to_the_answer() -> None:
    async with desk() as d:
        running = Heard(d.write.running_changed)
        d.parameters.set_number("temperature", 0.3)
        d.connection.set_model("a-model")
        pieces = [f"word{number} 𝕏\n" for number in range(200)]
        await streamed(d, *pieces, prompt="Once upon a time")
        d.generations.end()
        await ended(d)
        assert d.text() == "".join(pieces)
        run = shown(d)
        assert run.candidates[0].text == "".join(pieces)
        assert run.candidates[0].reason is StopReason.NATURAL_END
        assert run.state is RunState.DONE
        assert (run.prompt, run.model, run.parameters.temperature) == ("Once upon a time", "a-model", 0.3)
        assert d.generations.runs[0].id == run.id
        assert [flag for (flag,) in running] == [True, False]


async def test_the_first_words_are_on_the_screen_before_the_answer_has_ended() -> None:
    async with desk() as d:
        await streamed(d, "The", " sea")
        assert d.write.is_running
        assert shown(d).candidates[0].text == "The sea"
        assert shown(d).state is RunState.RUNNING


async def test_candidates_stream_side_by_side() -> None:
    async with desk() as d:
        d.parameters.set_number("n", 3)
        finished = Heard(d.write.candidate_finished)
        d.write.run("Once")
        for _ in range(20):
            d.generations.send(*(TextArrived(index, f"{index}") for index in range(3)))
        await until(lambda: all(len(d.text(index)) == 20 for index in range(3)))
        d.generations.send(CandidateFinished(1, StopReason.LENGTH))
        await until(lambda: finished)
        assert finished[0] == (1, "Length limit")
        assert d.write.is_running
        d.generations.end(StopReason.NATURAL_END, StopReason.LENGTH, StopReason.STOP)
        await ended(d)
        assert [d.text(index) for index in range(3)] == ["0" * 20, "1" * 20, "2" * 20]
        assert [candidate.reason for candidate in shown(d).candidates] == [
            StopReason.NATURAL_END,
            StopReason.LENGTH,
            StopReason.STOP,
        ]


async def test_text_is_on_the_screen_before_its_candidate_is_said_to_have_ended() -> None:
    async with desk() as d:
        at_the_end: list[str] = []
        d.write.candidate_finished.connect(lambda index, _words: at_the_end.append(d.text(index)))
        d.write.run("Once")
        d.generations.send("a", "b", "c")
        d.generations.end()
        await ended(d)
        assert at_the_end[0] == "abc"


async def test_stop_keeps_what_has_come_and_says_who_stopped_it() -> None:
    async with desk() as d:
        await streamed(d, "The sea", " was calm")
        d.write.stop()
        await ended(d)
        assert d.text() == "The sea was calm"
        assert shown(d).state is RunState.STOPPED
        assert shown(d).candidates[0].reason is StopReason.STOPPED
        assert d.generations.closed == [shown(d).id]


async def test_what_came_just_before_stop_is_not_lost() -> None:
    async with desk() as d:
        await streamed(d, "a")
        d.generations.send(*"bcdefgh")
        await until(lambda: shown(d).candidates[0].text == "abcdefgh")
        d.write.stop()
        await ended(d)
        assert d.text() == "abcdefgh"


async def test_stop_pressed_at_once_ends_the_run_too() -> None:
    async with desk() as d:
        running = Heard(d.write.running_changed)
        d.write.run("Once")
        d.write.stop()
        await ended(d)
        assert shown(d).state is RunState.STOPPED
        assert [flag for (flag,) in running] == [True, False]
        await streamed(d, "again")


async def test_stop_is_harmless_when_nothing_runs() -> None:
    async with desk() as d:
        d.write.stop()
        d.write.run("Once")
        d.generations.end()
        await ended(d)
        d.write.stop()
        assert shown(d).state is RunState.DONE


async def test_nothing_starts_twice() -> None:
    async with desk() as d:
        await streamed(d, "a")
        d.write.run("Twice")
        d.write.run_again()
        d.write.continue_run()
        d.write.lower_max_tokens_and_run()
        await asyncio.sleep(0.02)
        assert len(d.generations.runs) == 1
        assert len(d.rows()) == 1
        assert d.parameters.values == SamplingParameters()
        d.generations.may_close.clear()
        d.write.stop()
        d.write.run("while the first is still closing")
        await asyncio.sleep(0.02)
        assert len(d.generations.runs) == 1
        assert d.write.is_running
        d.generations.may_close.set()
        await ended(d)
        assert d.text() == "a"


async def test_run_again_leaves_the_earlier_run_as_it_was() -> None:
    async with desk() as d:
        await streamed(d, "first")
        d.generations.end()
        await ended(d)
        first = shown(d)
        d.parameters.set_number("temperature", 0.2)
        d.write.run_again()
        d.generations.send("second")
        await until(lambda: d.text() == "second")
        d.generations.end()
        await ended(d)
        second = shown(d)
        assert d.rows() == [second.id, first.id]
        assert second.id != first.id
        assert (second.prompt, second.parameters.temperature) == (first.prompt, 0.2)
        assert d.write.runs.run_at(1) == first
        assert first.candidates[0].text == "first"


async def test_continue_sends_prompt_and_answer() -> None:
    async with desk() as d:
        await streamed(d, " upon a time", prompt="Once")
        d.generations.end(StopReason.LENGTH)
        await ended(d)
        d.write.continue_run()
        d.generations.send(" there was")
        await until(lambda: d.text() == " there was")
        assert shown(d).prompt == "Once upon a time"
        assert shown(d).carried == " upon a time"
        d.generations.end()
        await ended(d)
        assert shown(d).answer() == " upon a time there was"
        assert base_prompt(shown(d)) == "Once"
        d.write.continue_run()
        await until(lambda: len(d.generations.runs) == 3)
        assert d.generations.runs[-1].prompt == "Once upon a time there was"
        assert d.generations.runs[-1].carried == " upon a time there was"


async def test_continue_takes_the_candidate_that_was_chosen_and_the_prompt_that_was_edited() -> None:
    async with desk(a_run("r1", " red", " blue", prompt="The sky is")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.continue_run(1, "The sea is")
        await until(lambda: d.generations.runs)
        assert d.generations.runs[0].prompt == "The sea is blue"
        assert d.generations.runs[0].carried == " blue"


async def test_run_again_of_a_continued_run_sends_the_same_prompt() -> None:
    async with desk(a_run("r1", " was", prompt="Once there", carried=" there")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.run_again()
        await until(lambda: d.generations.runs)
        assert (d.generations.runs[0].prompt, d.generations.runs[0].carried) == ("Once there", " there")


async def test_without_a_run_there_is_nothing_to_repeat_or_continue() -> None:
    async with desk() as d:
        d.write.run_again()
        d.write.continue_run()
        d.write.lower_max_tokens_and_run()
        await asyncio.sleep(0.01)
        assert d.generations.runs == []


async def test_an_error_keeps_the_text_and_offers_what_helps() -> None:
    async with desk() as d:
        problems = Heard(d.write.problem_changed)
        await streamed(d, "partial", " text")
        d.generations.send(CandidateFinished(0, StopReason.CONNECTION_LOST))
        d.generations.fail(ConnectionLostError("reset by peer", detail="raw words"))
        await ended(d)
        assert d.text() == "partial text"
        problem = problems.last
        assert isinstance(problem, Problem)
        assert problem.remedy is Remedy.CONTINUE
        assert "raw words" in problem.detail
        assert shown(d).state is RunState.FAILED
        assert shown(d).candidates[0].reason is StopReason.CONNECTION_LOST
        assert shown(d).candidates[0].text == "partial text"
        d.write.continue_run()
        assert problems.last is None, "the new run has no problem"
        await until(lambda: len(d.generations.runs) == 2)
        assert d.generations.runs[1].prompt == "Oncepartial text"


async def test_a_problem_belongs_to_its_run() -> None:
    async with desk(a_run("r1", "fine")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        problems = Heard(d.write.problem_changed)
        d.write.run("Once")
        d.generations.fail(AuthError("Incorrect API key", http_status=401))
        await ended(d)
        failed = shown(d).id
        assert isinstance(problems.last, Problem)
        assert problems.last.remedy is Remedy.OPEN_CONNECTION
        d.write.show_run("r1")
        assert problems.last is None
        d.write.show_run(failed)
        assert isinstance(problems.last, Problem)
        assert problems.last.remedy is Remedy.OPEN_CONNECTION


async def test_too_long_a_text_is_tried_again_with_half_as_much() -> None:
    async with desk() as d:
        d.parameters.set_number("max_tokens", 4000)
        d.write.run("a long text")
        d.generations.fail(ContextTooLongError("too long"))
        await ended(d)
        d.write.lower_max_tokens_and_run()
        await until(lambda: len(d.generations.runs) == 2)
        assert d.generations.runs[1].parameters.max_tokens == 2000
        assert d.generations.runs[1].prompt == "a long text"


async def test_parameters_that_no_server_takes_are_a_problem_and_no_crash() -> None:
    async with desk() as d:
        problems = Heard(d.write.problem_changed)
        d.write.run("Once")
        d.generations.fail(InvalidParametersError("best_of", "cannot be streamed"))
        await ended(d)
        assert isinstance(problems.last, Problem)
        assert shown(d).state is RunState.FAILED


async def test_a_bug_ends_the_run_as_failed_and_is_reported() -> None:
    bug, crashes = RuntimeError("of ours"), list[BaseException]()
    async with desk(crashes=crashes) as d:
        problems = Heard(d.write.problem_changed)
        await streamed(d, "partial")
        d.generations.fail(bug)
        await ended(d)
        assert d.text() == "partial"
        assert shown(d).state is RunState.FAILED, "nobody pressed Stop"
        assert shown(d).candidates[0].reason is StopReason.FAILED
        assert isinstance(problems.last, Problem)
        assert problems.last.title
        await until(lambda: crashes)
    assert crashes == [bug]


async def test_an_earlier_run_can_be_read_while_one_streams_and_no_text_is_lost_or_doubled() -> None:
    async with desk(a_run("r1", "an old answer")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        await streamed(d, "one ", "two ")
        live = shown(d).id
        d.generations.send("three ")
        d.write.show_run("r1")
        assert d.text() == "an old answer"
        d.generations.send("four ", "five ")
        await asyncio.sleep(0.05)
        assert d.text() == "an old answer", "the other run does not write into this one"
        assert d.write.is_running
        d.write.show_run(live)
        await until(lambda: d.text() == "one two three four five ")
        d.generations.send("six")
        await until(lambda: d.text() == "one two three four five six")
        d.write.show_run("r1")
        d.generations.send(" seven")
        d.generations.end()
        await ended(d)
        assert d.text() == "an old answer"
        d.write.show_run(live)
        assert d.text() == "one two three four five six seven"
        assert shown(d).state is RunState.DONE


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(st.sampled_from(["text", "tokens", "old", "live", "frame", "turn"]), max_size=25))
def test_however_the_runs_are_switched_all_text_is_shown_once(qapp: QApplication, steps: list[str]) -> None:
    async def drive() -> None:
        async with desk(a_run("old", "an old answer")) as d:
            d.write.load()
            await until(lambda: d.write.shown)
            d.write.run("Once")
            live = shown(d).id
            for number, step in enumerate(steps):
                if step == "text":
                    d.generations.send(f"{number},")
                elif step == "tokens":
                    d.generations.send(f"{number},", TokensArrived(0, (Token(f"{number},", -0.1),)))
                elif step in {"old", "live"}:
                    d.write.show_run("old" if step == "old" else live)
                else:
                    await asyncio.sleep(0.02 if step == "frame" else 0)
            d.generations.end()
            await ended(d)
            whole = "".join(f"{number}," for number, step in enumerate(steps) if step in {"text", "tokens"})
            if shown(d).id == live:
                assert d.text() == whole
            else:
                assert d.text() == "an old answer"
            d.write.show_run("old")
            d.write.show_run(live)
            assert d.text() == whole

    with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
        runner.run(drive())


async def test_tokens_follow_their_text() -> None:
    async with desk() as d:
        arrived = Heard(d.write.tokens_arrived)
        d.write.run("Once")
        token = Token(" upon", -0.5)
        d.generations.send(" upon", TokensArrived(0, (token,)))
        await until(lambda: arrived)
        assert arrived[0][0] == 0
        assert list(arrived[0][1]) == [token]  # type: ignore[call-overload]
        d.generations.end()
        await ended(d)
        assert shown(d).candidates[0].tokens == (token,)


def with_tokens(run_id: str, minute: int = 0) -> Run:
    return a_run(
        run_id,
        "ab",
        minute=minute,
        parameters=SamplingParameters(logprobs=5),
        tokens=(Token("a", -1.5), Token("b", -0.1)),
    )


async def test_the_tokens_of_an_earlier_run_come_from_disk_once() -> None:
    async with desk(with_tokens("r1"), with_tokens("r2", 1), a_run("r3", minute=2)) as d:
        arrived = Heard(d.write.tokens_arrived)
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.show_run("r1")
        await until(lambda: arrived)
        assert [token.text for token in arrived[0][1]] == ["a", "b"]  # type: ignore[attr-defined]
        assert d.history.loads == ["r1"]


async def test_the_newest_run_has_its_tokens_after_a_restart_too() -> None:
    async with desk(with_tokens("r1")) as d:
        arrived = Heard(d.write.tokens_arrived)
        d.write.load()
        await until(lambda: arrived)
        assert [token.text for token in arrived[0][1]] == ["a", "b"]  # type: ignore[attr-defined]


async def test_tokens_that_are_known_already_are_not_told_a_second_time() -> None:
    async with desk(a_run("r1")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.parameters.set_logprobs(5)
        d.write.run("Once")
        d.generations.send("a", TokensArrived(0, (Token("a", -1.5),)))
        d.generations.end()
        await ended(d)
        mine = shown(d)
        d.history.runs[mine.id] = mine
        told: list[Token] = []
        d.write.run_shown.connect(
            lambda run: told.__setitem__(slice(None), run.candidates[0].tokens if run.candidates else ())
        )
        d.write.tokens_arrived.connect(lambda _index, tokens: told.extend(tokens))
        d.write.show_run("r1")
        d.write.show_run(mine.id)
        await asyncio.sleep(0.05)
        assert [token.text for token in told] == ["a"]


async def test_tokens_that_cannot_be_read_are_no_bug() -> None:
    async with desk(with_tokens("r1"), a_run("r2", minute=1)) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.history.problem = DatabaseDamagedError("damaged")
        d.write.show_run("r1")
        await until(lambda: d.history.loads)
        await asyncio.sleep(0.01)
        assert d.text() == "ab"


async def test_the_runs_are_back_at_the_start_and_the_newest_is_shown() -> None:
    async with desk(a_run("r1", "old"), a_run("r2", "new", minute=1)) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        assert d.rows() == ["r2", "r1"]
        assert shown(d).id == "r2"
        assert d.text() == "new"


async def test_a_run_that_was_started_before_the_earlier_ones_were_there_stays_on_top() -> None:
    async with desk(a_run("r1", "old")) as d:
        d.write.load()
        await streamed(d, "live")
        await until(lambda: len(d.rows()) == 2)
        assert d.rows()[1] == "r1"
        assert d.text() == "live"
        d.generations.send("ly")
        d.generations.end()
        await ended(d)
        assert d.text() == "lively"
        assert len(d.rows()) == 2


async def test_a_database_that_cannot_be_read_is_told_and_writing_goes_on() -> None:
    async with desk() as d:
        problems = Heard(d.write.problem_changed)
        d.history.problem = DatabaseDamagedError("damaged")
        d.write.load()
        await until(lambda: problems)
        assert isinstance(problems.last, Problem)
        assert problems.last.remedy is Remedy.NONE
        await streamed(d, "still works")


async def test_a_disk_that_could_not_be_read_is_tried_again_by_the_button() -> None:
    async with desk(a_run("r1", "text")) as d:
        problems = Heard(d.write.problem_changed)
        d.history.problem = StorageFailedError("busy")
        d.write.load()
        await until(lambda: problems)
        assert isinstance(problems.last, Problem)
        assert problems.last.remedy is Remedy.TRY_AGAIN
        d.history.problem = None
        d.write.run_again()
        await until(lambda: d.rows() == ["r1"])
        assert problems.last is None
        assert d.generations.runs == [], "nothing was sent to a server"


@pytest.mark.parametrize("text", ["The sea", ""])
async def test_an_interrupted_run_offers_to_go_on_from_there(text: str) -> None:
    run = a_run("r1", text, prompt="Once", state=RunState.INTERRUPTED, reason=StopReason.INTERRUPTED)
    async with desk(run) as d:
        problems = Heard(d.write.problem_changed)
        d.write.load()
        await until(lambda: d.write.shown)
        assert isinstance(problems.last, Problem)
        assert problems.last.remedy is Remedy.CONTINUE
        assert d.text() == text
        d.write.continue_run()
        await until(lambda: d.generations.runs)
        assert d.generations.runs[0].prompt == "Once" + text
        assert d.write.runs.run_at(1) == run, "the interrupted one stays as it was"


async def test_a_run_that_failed_before_the_restart_says_so() -> None:
    async with desk(a_run("r1", "part", state=RunState.FAILED, problem="The key was not accepted.")) as d:
        problems = Heard(d.write.problem_changed)
        d.write.load()
        await until(lambda: d.write.shown)
        assert isinstance(problems.last, Problem)
        assert problems.last.title == "The key was not accepted."
        assert problems.last.remedy is Remedy.TRY_AGAIN


async def test_a_deleted_run_leaves_the_list_and_comes_back_with_undo() -> None:
    async with desk(*(a_run(f"r{number}", f"text {number}", minute=number) for number in range(3))) as d:
        deleted = Heard(d.write.run_deleted)
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.show_run("r1")
        d.write.delete_run("r1")
        await until(lambda: deleted)
        assert deleted.last == "r1"
        assert d.rows() == ["r2", "r0"]
        assert d.history.deleted == {"r1"}
        assert shown(d).id != "r1"
        d.write.restore_run("r1")
        d.write.restore_run("r1")
        await until(lambda: d.rows() == ["r2", "r1", "r0"])
        assert d.history.deleted == set()
        assert shown(d).id == "r1"
        assert d.text() == "text 1"


async def test_after_the_last_run_was_deleted_nothing_is_shown() -> None:
    async with desk(a_run("r1", "text")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.delete_run("r1")
        await until(lambda: d.history.deleted)
        assert d.write.shown is None
        assert d.text() == ""


async def test_the_run_that_streams_cannot_be_deleted_and_others_can() -> None:
    async with desk(a_run("r1", "old")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        await streamed(d, "live")
        live = shown(d).id
        d.write.delete_run(live)
        assert live in d.rows()
        d.write.show_run("r1")
        d.write.delete_run("r1")
        await until(lambda: d.history.deleted == {"r1"})
        assert d.rows() == [live]
        assert d.text() == "live", "the one that streams is shown instead"
        d.generations.send("ly")
        await until(lambda: d.text() == "lively")


async def test_a_run_that_could_not_be_deleted_is_back_in_the_list_and_it_is_told() -> None:
    async with desk(a_run("r1", "text"), a_run("r2", "other", minute=1)) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        deleted, notices = Heard(d.write.run_deleted), Heard(d.write.notice_given)
        d.history.problem = DiskFullError("no room")
        d.write.delete_run("r1")
        await until(lambda: notices)
        assert "The disk is full" in str(notices.last)
        assert d.rows() == ["r2", "r1"]
        assert not deleted
        d.write.restore_run("r1")
        await until(lambda: len(notices) == 2)
        assert d.rows() == ["r2", "r1"]


async def test_the_settings_of_an_earlier_run_can_be_taken_over() -> None:
    parameters = SamplingParameters(temperature=0.25, stop=("\n",), seed=3, max_tokens=99)
    async with desk(a_run("r1", "text", parameters=parameters)) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.adopt_parameters("nobody")
        assert d.parameters.values == SamplingParameters()
        d.write.adopt_parameters("r1")
        assert d.parameters.values == parameters


async def test_the_pane_can_be_emptied_but_not_under_a_run_that_streams() -> None:
    async with desk(a_run("r1", "text")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        d.write.show_nothing()
        assert d.write.shown is None
        assert d.rows() == ["r1"]
        await streamed(d, "live")
        d.write.show_nothing()
        assert d.text() == "live"


async def test_showing_the_run_that_is_shown_or_one_that_is_not_there_changes_nothing() -> None:
    async with desk(a_run("r1", "text")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        again = Heard(d.write.run_shown)
        d.write.show_run("r1")
        d.write.show_run("nobody")
        assert not again


async def test_the_status_counts_while_it_streams_and_says_the_servers_numbers_at_the_end() -> None:
    async with desk() as d:
        states = Heard(d.write.status_changed)
        await streamed(d, "four words are here", " and some more of them")
        await until(lambda: isinstance(states.last, RunStatus) and states.last.tokens_per_second)
        now = states.last
        assert isinstance(now, RunStatus)
        assert now.is_running
        assert now.first_token is not None
        assert now.elapsed is not None
        assert now.elapsed >= now.first_token >= 0
        assert now.usage is not None
        assert now.usage.is_estimated
        assert now.stop_words == ()
        d.generations.send(UsageReported(Usage(3, 10)))
        d.generations.send(CandidateFinished(0, StopReason.LENGTH), Measured(Usage(3, 10), Timing(0.5, 2.5)))
        d.generations.end(StopReason.LENGTH)
        await ended(d)
        after = states.last
        assert isinstance(after, RunStatus)
        assert after == RunStatus(
            is_running=False,
            elapsed=2.5,
            first_token=0.5,
            usage=Usage(3, 10),
            tokens_per_second=4.5,
            stop_words=("Length limit",),
        )


async def test_the_status_of_a_stopped_run_is_measured_here_and_marked_as_estimated() -> None:
    async with desk() as d:
        states = Heard(d.write.status_changed)
        await streamed(d, "some text")
        d.write.stop()
        await ended(d)
        after = states.last
        assert isinstance(after, RunStatus)
        assert after.usage is not None
        assert after.usage.is_estimated
        assert after.elapsed is not None
        assert after.first_token is not None
        assert after.stop_words == ("Stopped by you",)


async def test_while_a_run_streams_unseen_the_status_is_that_of_the_run_shown() -> None:
    async with desk(a_run("r1", "old")) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        states = Heard(d.write.status_changed)
        await streamed(d, "live")
        d.write.show_run("r1")
        now = states.last
        assert isinstance(now, RunStatus)
        assert not now.is_running
        assert now.usage == Usage(4, 5)
        assert now.stop_words == ("Natural end",)


async def test_what_was_done_differently_is_said_in_a_line() -> None:
    async with desk() as d:
        notices = Heard(d.write.notice_given)
        d.write.run("Once")
        d.generations.send(Adjusted(Adjustment.LOGPROBS_DROPPED))
        await until(lambda: notices)
        assert "probabilities" in str(notices.last)


async def test_the_model_and_the_profile_of_now_go_into_the_run() -> None:
    connections = FakeConnections()
    async with desk(connections=connections) as d:
        d.connection.refresh_models()
        await until(lambda: d.connection.models)
        d.write.run("Once")
        assert (shown(d).model, shown(d).profile_id) == ("small", "built-in")


async def test_a_run_before_the_models_are_known_waits_for_them() -> None:
    connections = FakeConnections()
    connections.may_list.clear()
    async with desk(connections=connections) as d:
        d.write.run("Once")
        await asyncio.sleep(0.02)
        assert d.generations.runs == []
        assert d.write.is_running
        connections.may_list.set()
        await until(lambda: d.generations.runs)
        assert d.generations.runs[0].model == "small"
        assert shown(d).model == "small"
        assert d.write.runs.run_at(0) == d.generations.runs[0]
        d.generations.send("text")
        d.generations.end()
        await ended(d)
        assert (shown(d).model, d.text()) == ("small", "text")


async def test_stop_ends_the_wait_for_the_models_too() -> None:
    connections = FakeConnections()
    connections.may_list.clear()
    async with desk(connections=connections) as d:
        d.write.run("Once")
        await asyncio.sleep(0.02)
        d.write.stop()
        await ended(d)
        assert shown(d).state is RunState.STOPPED
        assert d.generations.runs == []
        connections.may_list.set()


async def test_a_candidate_that_nobody_asked_for_is_shown_too() -> None:
    async with desk() as d:
        d.write.run("Once")
        d.generations.send(TextArrived(0, "a"), TextArrived(2, "c"))
        d.generations.end()
        await ended(d)
        assert [candidate.text for candidate in shown(d).candidates] == ["a", "", "c"]


async def test_after_the_language_changed_everything_is_said_again() -> None:
    async with desk(a_run("r1", "text", state=RunState.INTERRUPTED)) as d:
        d.write.load()
        await until(lambda: d.write.shown)
        states, problems = Heard(d.write.status_changed), Heard(d.write.problem_changed)
        rows = Heard(d.write.runs.dataChanged)
        d.write.retranslate()
        assert states
        assert rows
        assert isinstance(problems.last, Problem)


async def test_the_end_of_the_program_stops_what_streams() -> None:
    async with desk() as d:
        await streamed(d, "text")
        d.write.stop()
        await d.tasks.aclose()
        assert not d.write.is_running
        assert d.text() == "text"


def test_the_base_of_a_prompt_is_what_was_typed_for_it() -> None:
    run = a_run(prompt="Once upon a time", carried=" a time")
    assert base_prompt(run) == "Once upon"
    assert base_prompt(replace(run, carried="")) == "Once upon a time"
    assert RunProgress(run).run_id == run.id
