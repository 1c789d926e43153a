"""A check as a person sees it: what it costs first, then the steps as they happen, and the map of what is known."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import QLocale

from app.api import errors as api
from app.domain.capabilities import CapabilityMap, Feature, Support
from app.domain.check import Detail, DetailKind, Step, StepResult, StepState
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.errors import ExpectedError
from app.services.check_words import TITLES
from app.store.errors import KeychainLockedError
from app.viewmodels.connection_check import (
    CheckRemedy,
    FindingLine,
    StepLine,
    detail_words,
    finding_lines,
    problem_of,
    remedy_for,
    step_line,
)
from app.viewmodels.texts import describe
from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY, Bench, FakeKnown
from tests.viewmodels.fakes import Heard, task_scope


@pytest.fixture(autouse=True)
def british_numbers() -> None:
    QLocale.setDefault(QLocale("en_GB"))


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    async with task_scope() as tasks:
        made = Bench(tasks)
        made.check.show_profile(RELAY)
        yield made


async def test_what_will_be_sent_is_said_before_anything_is_sent() -> None:
    async with bench() as made:
        plans = Heard(made.check.plan_changed)
        made.check.set_model("gpt-4o-mini")
        assert "14" in str(plans.last)
        assert "52 tokens" in str(plans.last)
        assert made.checker.started == []


async def test_each_step_is_told_as_it_happens() -> None:
    async with bench() as made:
        steps, ends, running = (
            Heard(made.check.step_changed),
            Heard(made.check.finished),
            Heard(made.check.is_running_changed),
        )
        made.check.start()
        made.checker.send(StepResult(Step.NAME, StepState.RUNNING))
        await until(lambda: len(steps) == 1)
        assert made.check.is_running
        made.checker.send(StepResult(Step.NAME, StepState.OK), None)
        await until(lambda: ends)
        lines = [line for (line,) in steps if isinstance(line, StepLine)]
        assert [line.sign for line in lines] == ["…", "✓"]
        assert ends.last == "This connection works."
        assert running == [(True,), (False,)]
        assert made.checker.started == [(RELAY, "gpt-4o")], "with the first favourite"


async def test_a_failed_step_has_its_cause_and_what_to_do() -> None:
    line = step_line(StepResult(Step.TLS, StepState.FAILED, error=api.UnknownAuthorityError("self-signed")))
    assert line.sign == "✕"
    assert line.problem is not None
    assert line.problem.title
    assert line.problem.advice
    assert line.remedy is CheckRemedy.TRUST_FILE
    async with bench() as made:
        ends = Heard(made.check.finished)
        made.check.start()
        made.checker.send(StepResult(Step.KEY, StepState.FAILED, error=api.AuthError("no")), None)
        await until(lambda: ends)
        assert "✕" in str(ends.last)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (api.SelfSignedError("x"), CheckRemedy.TRUST_FILE),
        (api.ProxyLoginError("x"), CheckRemedy.NETWORK),
        (api.ClientCertificateError("x"), CheckRemedy.NETWORK),
        (api.AuthError("x"), CheckRemedy.CONNECTION),
        (api.ModelNotFoundError("x"), CheckRemedy.CONNECTION),
        (api.ExtraFieldError("x"), CheckRemedy.EXTRAS),
        (api.UpstreamError("x"), CheckRemedy.TRY_AGAIN),
        (None, CheckRemedy.NONE),
    ],
)
def test_each_failure_leads_to_where_it_is_mended(error: ExpectedError | None, remedy: CheckRemedy) -> None:
    assert remedy_for(error) is remedy


async def test_stop_ends_the_check_and_its_requests() -> None:
    async with bench() as made:
        ends = Heard(made.check.finished)
        made.check.start()
        await until(lambda: made.checker.started)
        made.check.stop()
        await until(lambda: ends)
        assert made.checker.ended == 1
        assert "Stopped" in str(ends.last)
        assert not made.check.is_running


async def test_turning_to_another_connection_stops_the_check() -> None:
    async with bench() as made:
        resets = Heard(made.check.steps_reset)
        made.check.start()
        await until(lambda: made.checker.started)
        made.check.show_profile(PLAIN)
        await until(lambda: made.checker.ended == 1)
        assert len(resets) == 2
        assert made.check.model == ""


async def test_a_check_without_a_model_turns_to_the_one_it_chose_and_shows_what_is_learnt() -> None:
    async with bench() as made:
        made.check.show_profile(PLAIN)
        assert made.check.model == ""
        findings, ends = Heard(made.check.findings_changed), Heard(made.check.finished)
        made.check.start()
        listed = Detail(DetailKind.MODELS, {"count": 3, "model": "qwen"})
        learnt = tuple(made.known.map.findings.values())
        made.checker.send(StepResult(Step.MODEL_LIST, StepState.OK, listed, learnt), None)
        await until(lambda: ends and findings)
        assert made.check.model == "qwen"
        assert made.checker.started == [(PLAIN, "")]
        assert made.known.asked[-1] == (PLAIN.id, "qwen")


async def test_models_that_are_known_are_offered_after_the_favourites() -> None:
    async with bench() as made:
        made.check.offer_models(PLAIN.id, ["other"])
        made.check.offer_models(RELAY.id, ["gpt-4o", "claude"])
        assert made.check.models == ("gpt-4o", "qwen", "claude")


async def test_the_doctor_says_more_of_a_failure_a_moment_later() -> None:
    async with bench() as made:
        steps = Heard(made.check.step_changed)
        made.check.start()
        made.checker.send(StepResult(Step.KEY, StepState.FAILED, error=api.AuthError("no")), None)
        await until(lambda: len(steps) == 2)
        last = steps[-1][0]
        assert isinstance(last, StepLine)
        assert last.problem is not None
        assert "switched off" in last.problem.cause
        assert last.remedy is CheckRemedy.CONNECTION
        assert made.diagnosed[0][0] == RELAY
        await until(lambda: not made.tasks.is_running("check"))


async def test_looking_at_the_same_connection_again_disturbs_nothing() -> None:
    async with bench() as made:
        made.check.start()
        await until(lambda: made.checker.started)
        made.check.show_profile(RELAY)
        assert made.check.is_running


def test_every_step_and_every_finding_has_a_title_of_its_own() -> None:
    assert {step.value for step in Step} <= TITLES.keys()
    lines = finding_lines(CapabilityMap())
    assert len({line.title for line in lines}) == len(Feature)
    assert {line.support for line in lines} == {Support.UNKNOWN}


def test_what_is_known_is_told_with_sign_word_maximum_reason_and_day() -> None:
    lines: dict[str, FindingLine] = {line.title: line for line in finding_lines(FakeKnown().map)}
    refused = lines["Probabilities"]
    assert (refused.sign, refused.words, refused.detail) == ("✕", "refused", "cannot unmarshal number into bool")
    assert refused.learnt == "04/03/2026"
    assert lines["Several candidates at once"].detail == "at most 8"
    assert lines["Same seed, same answer"].words == "ignored"


@pytest.mark.parametrize("kind", list(DetailKind))
def test_every_detail_has_words_also_without_its_values(kind: DetailKind) -> None:
    assert detail_words(Detail(kind))
    assert "{" not in detail_words(Detail(kind))


def test_details_name_their_values() -> None:
    assert detail_words(Detail(DetailKind.MODELS, {"count": 3, "model": "a{b}"})) == "3 listed; checked with a{b}"
    assert detail_words(Detail(DetailKind.NOT_WITHOUT, {"step": "completion"})) == "not without: Continuing a text"


def test_what_works_only_in_part_is_marked_as_such() -> None:
    assert step_line(StepResult(Step.SEED, StepState.OK, Detail(DetailKind.IGNORED))).sign == "!"
    assert step_line(StepResult(Step.SEED, StepState.OK, Detail(DetailKind.HONOURED))).sign == "✓"


def test_what_the_doctor_found_keeps_the_raw_answer_behind_details() -> None:
    error = api.AuthError("无效的令牌", http_status=401, request_id="r-1")
    problem = problem_of(Diagnosis(DiagnosisKind.KEY_REFUSED, Step.KEY, said="无效的令牌", error=error))
    assert problem.title == "The key was not accepted"
    assert problem.detail == "HTTP 401\n无效的令牌\nrequest id: r-1"


def test_an_error_with_words_of_its_own_keeps_them() -> None:
    error = KeychainLockedError("locked")
    assert problem_of(Diagnosis(DiagnosisKind.OTHER, Step.KEY, error=error)) == describe(error)
    assert problem_of(Diagnosis(DiagnosisKind.NO_NETWORK, Step.NAME, said="x")).detail == "x"
