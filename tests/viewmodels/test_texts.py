"""Every error, every stop reason and every adjustment has words, and every remedy fits what it is offered for."""

import pytest
from PySide6.QtWidgets import QApplication

from app.api import errors as api
from app.domain.errors import ExpectedError
from app.domain.generation import Adjustment, StopReason
from app.domain.parameters import InvalidParametersError, SamplingParameters
from app.domain.run import RunState
from app.services import errors as services
from app.store import errors as store
from app.viewmodels.texts import Problem, Remedy, describe, explain_adjustment, explain_end, explain_stop
from tests.viewmodels.fakes import a_run


def tree_below(root: type[ExpectedError]) -> list[type[ExpectedError]]:
    found = [root]
    for child in root.__subclasses__():
        found += tree_below(child)
    return found


ERRORS = [
    error
    for error in tree_below(ExpectedError)
    if error is not ExpectedError and error.__module__ in {api.__name__, services.__name__, store.__name__}
]


def test_the_three_trees_were_found() -> None:
    assert {api.AuthError, services.ModelMissingError, store.DiskFullError} < set(ERRORS)
    assert len(ERRORS) > 35


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_a_title_a_cause_and_advice(qapp: QApplication, error: type[ExpectedError]) -> None:
    problem = describe(error("what the server said"))
    unknown = describe(ExpectedError("what the server said"))
    assert problem.title
    assert problem.title != unknown.title, "it has neither words of its own nor those of its parent"
    assert problem.cause
    assert problem.advice
    assert problem.cause != "what the server said", "that is for Details"
    assert "what the server said" in problem.detail


def test_an_error_of_a_kind_that_is_not_known_yet_is_told_all_the_same(qapp: QApplication) -> None:
    class LaterError(ExpectedError):
        """One that a later version may bring."""

    problem = describe(LaterError("It rained.", detail="raw"))
    assert problem.title
    assert problem.cause == "It rained."
    assert problem.detail == "It rained.\nraw"


def test_an_error_of_a_new_kind_is_worded_like_its_parent(qapp: QApplication) -> None:
    class ExpiredKeyError(api.AuthError):
        """One that a later version may bring."""

    assert describe(ExpiredKeyError()).title == describe(api.AuthError()).title


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (api.AuthError(), Remedy.OPEN_CONNECTION),
        (api.QuotaError(), Remedy.OPEN_CONNECTION),
        (api.ModelNotFoundError(), Remedy.OPEN_CONNECTION),
        (api.NameNotFoundError(), Remedy.OPEN_CONNECTION),
        (api.ChatModelError(), Remedy.OPEN_CONNECTION),
        (api.ProtocolError(), Remedy.OPEN_CONNECTION),
        (api.RedirectRefusedError(), Remedy.OPEN_CONNECTION),
        (api.ContextTooLongError(), Remedy.LOWER_MAX_TOKENS),
        (api.GatewayTimeoutError(), Remedy.LOWER_MAX_TOKENS),
        (api.ConnectionLostError(), Remedy.CONTINUE),
        (api.StalledError(), Remedy.CONTINUE),
        (api.RateLimitedError(), Remedy.TRY_AGAIN),
        (api.UpstreamError(), Remedy.TRY_AGAIN),
        (services.ModelMissingError(""), Remedy.OPEN_CONNECTION),
        (store.KeychainLockedError(""), Remedy.TRY_AGAIN),
        (store.DatabaseTooNewError(""), Remedy.NONE),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_the_button_helps(qapp: QApplication, error: ExpectedError, remedy: Remedy) -> None:
    assert describe(error).remedy is remedy


def test_details_hold_the_raw_answer_its_status_and_its_id(qapp: QApplication) -> None:
    error = api.UpstreamError("It broke", http_status=502, request_id="req-7", detail="<html>502</html>")
    assert describe(error).detail.splitlines() == ["HTTP 502", "It broke", "request id: req-7", "<html>502</html>"]
    same = api.UpstreamError("It broke", detail="It broke")
    assert describe(same).detail == "It broke", "nothing is said twice"
    assert describe(api.UpstreamError()).detail == ""


def test_q29_what_the_server_said_is_in_details_and_not_in_the_sentence(qapp: QApplication) -> None:
    problem = describe(api.BadRequestError("无效的参数"))
    assert "无效的参数" in problem.detail
    assert "无效的参数" not in problem.title + problem.cause + problem.advice


def test_parameters_that_no_server_takes_are_told_with_their_name(qapp: QApplication) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        SamplingParameters(temperature=9).validate()
    problem = describe(refused.value)
    assert problem.title
    assert problem.advice
    assert "temperature" in problem.detail
    assert isinstance(problem, Problem)


@pytest.mark.parametrize("reason", StopReason)
def test_every_stop_reason_has_words_of_its_own(qapp: QApplication, reason: StopReason) -> None:
    words = {other: explain_stop(other) for other in StopReason}
    assert words[reason]
    assert list(words.values()).count(words[reason]) == 1


def test_while_a_candidate_streams_there_is_no_reason(qapp: QApplication) -> None:
    assert explain_stop(None) == ""


def test_a_candidate_that_was_cut_off_with_the_program_is_not_put_down_to_the_server(qapp: QApplication) -> None:
    cut = a_run("r1", "text", "", state=RunState.INTERRUPTED, reason=StopReason.INTERRUPTED)
    by_server = a_run("r2", "text", reason=StopReason.INTERRUPTED)
    assert explain_end(cut, 0) == explain_end(cut, 1) == "Interrupted"
    assert explain_end(by_server, 0) == explain_stop(StopReason.INTERRUPTED)
    before = a_run("r3", "text", state=RunState.INTERRUPTED, reason=StopReason.LENGTH)
    assert explain_end(before, 0) == explain_stop(StopReason.LENGTH), "it had ended by itself before"
    assert explain_end(cut, 7) == ""


def test_the_stop_sequence_that_ended_a_text_is_named(qapp: QApplication) -> None:
    assert explain_stop(StopReason.STOP_SEQUENCE, "\n\n").endswith(r"'\n\n'")
    assert "weird" in explain_stop(StopReason.OTHER, "weird")
    assert explain_stop(StopReason.NATURAL_END, "stop") == explain_stop(StopReason.NATURAL_END)


@pytest.mark.parametrize("adjustment", Adjustment)
def test_every_adjustment_has_words_of_its_own(qapp: QApplication, adjustment: Adjustment) -> None:
    words = {other: explain_adjustment(other) for other in Adjustment}
    assert words[adjustment]
    assert list(words.values()).count(words[adjustment]) == 1


def test_a_setting_that_was_left_out_is_named(qapp: QApplication) -> None:
    assert "best_of" in explain_adjustment(Adjustment.PARAMETER_DROPPED, "best_of")
