import pytest

from app.api import errors as api
from app.domain.errors import ExpectedError
from app.domain.generation import Adjustment, StopReason
from app.services.errors import ModelMissingError
from app.services.explain import explain, explain_adjustment, explain_stop
from app.services.problems import words_for
from app.store.errors import DiskFullError


def subclasses(kind: type[ExpectedError]) -> list[type[ExpectedError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in subclasses(child))]


@pytest.mark.parametrize("kind", subclasses(api.ApiError), ids=lambda kind: kind.__name__)
def test_every_api_error_is_one_sentence_with_the_servers_words(kind: type[api.ApiError]) -> None:
    sentence = explain(kind("No such\nthing. "))
    assert sentence.endswith(": No such thing.")
    assert "\n" not in sentence


@pytest.mark.parametrize("kind", subclasses(api.ApiError), ids=lambda kind: kind.__name__)
def test_where_the_server_said_nothing_the_line_says_what_helps(kind: type[api.ApiError]) -> None:
    words = words_for(kind(""))
    assert explain(kind("")) == f"{words.title}. {words.advice}"


def test_a_class_without_words_of_its_own_takes_those_above_it() -> None:
    class StrangeAuthError(api.AuthError):
        pass

    assert explain(StrangeAuthError("")).startswith("The key was not accepted. ")


def test_errors_of_other_layers_speak_for_themselves() -> None:
    assert explain(ModelMissingError("It is not there.")) == "It is not there."
    assert explain(DiskFullError("")) == "The disk is full."


def test_an_error_of_a_kind_that_is_not_known_yet_is_told_all_the_same() -> None:
    assert explain(ExpectedError("It rained.")) == "It rained."
    assert explain(ExpectedError("")) == "Something went wrong."


def test_a_long_answer_is_cut() -> None:
    assert len(explain(api.UpstreamError("x" * 5000))) < 400


@pytest.mark.parametrize("reason", list(StopReason))
def test_every_stop_reason_has_words(reason: StopReason) -> None:
    assert explain_stop(reason)


def test_the_stop_sequence_is_quoted() -> None:
    assert explain_stop(StopReason.STOP_SEQUENCE, "\n") == r"stop sequence '\n'"
    assert explain_stop(StopReason.LENGTH, "length") == "length limit"
    assert explain_stop(None) == ""


@pytest.mark.parametrize("what", list(Adjustment))
def test_every_adjustment_has_words(what: Adjustment) -> None:
    assert explain_adjustment(what).endswith(".")


def test_what_is_not_saved_says_why() -> None:
    assert explain_adjustment(Adjustment.NOT_SAVED, "No room left.") == "The text cannot be saved: No room left."


def test_a_setting_that_was_left_out_is_named() -> None:
    assert "the setting best_of;" in explain_adjustment(Adjustment.PARAMETER_DROPPED, "best_of")
