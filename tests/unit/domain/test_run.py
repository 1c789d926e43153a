from datetime import UTC, datetime

from app.domain.run import Candidate, Run, RunState

RUN = Run("r", datetime(2026, 1, 1, tzinfo=UTC), "Once upon a time", "m", "p", carried=" a time")


def test_a_new_run_is_running_and_has_no_answer_but_what_it_carried() -> None:
    assert RUN.state is RunState.RUNNING
    assert RUN.candidates == ()
    assert RUN.answer() == " a time"


def test_an_answer_is_what_was_carried_and_what_came_for_that_candidate() -> None:
    run = Run(
        RUN.id, RUN.created, RUN.prompt, "m", "p", carried=" a time", candidates=(Candidate(", a"), Candidate("."))
    )
    assert run.answer() == " a time, a"
    assert run.answer(1) == " a time."
    assert run.answer(2) == " a time"


def test_states_are_written_as_the_words_that_are_on_disk() -> None:
    assert {state.value for state in RunState} == {"running", "done", "stopped", "failed", "interrupted"}
