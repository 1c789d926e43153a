import json

import pytest

from app.api.errors import ApiError, BadRequestError, UpstreamError, classify
from app.api.refusals import DROPPABLE, is_about_a_combination, refused_parameters
from app.domain.parameters import SamplingParameters
from tests.relay.answers import Answer
from tests.relay.refusals import OUT_OF_RANGE, REFUSALS
from tests.relay.steps import Write

EVERYTHING = SamplingParameters(
    seed=7,
    presence_penalty=0.5,
    frequency_penalty=0.5,
    best_of=2,
    echo=True,
    suffix="the end",
    stop=("\n",),
    logit_bias={"50256": -100.0},
    logprobs=3,
)


def error_of(answer: Answer) -> ApiError:
    """Return the error that a client reads out of an answer."""
    (written,) = answer.steps
    assert isinstance(written, Write)
    head, _, body = written.data.partition(b"\r\n\r\n")
    return classify(int(head.split()[1]), {}, body)


@pytest.mark.parametrize("how", REFUSALS)
@pytest.mark.parametrize("name", DROPPABLE)
def test_a_refused_setting_is_named(how: str, name: str) -> None:
    error = error_of(REFUSALS[how](name, getattr(EVERYTHING, name)))
    assert refused_parameters(error, EVERYTHING) == (name,)


@pytest.mark.parametrize("how", REFUSALS)
def test_a_setting_that_was_not_sent_cannot_be_left_out(how: str) -> None:
    error = error_of(REFUSALS[how]("seed", 7))
    assert refused_parameters(error, EVERYTHING.without(["seed"])) == ()


@pytest.mark.parametrize("how", OUT_OF_RANGE)
@pytest.mark.parametrize("name", ["stop", "presence_penalty", "seed", "best_of", "logprobs"])
def test_a_value_out_of_range_is_no_refusal_of_its_setting(how: str, name: str) -> None:
    error = error_of(OUT_OF_RANGE[how](name, getattr(EVERYTHING, name)))
    assert refused_parameters(error, EVERYTHING) == ()


@pytest.mark.parametrize(
    "message",
    [
        "The stop of the service is not supported by your plan; unsupported region",
        "This model is unsupported",
        "The prompt must not be empty",
        "Please stop. This is not allowed.",
        "The bestofall endpoint is not supported",
    ],
)
def test_sentences_that_name_no_setting(message: str) -> None:
    assert refused_parameters(BadRequestError(message, http_status=400), EVERYTHING) == ()


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_other_failures_are_no_refusals(status: int) -> None:
    error = UpstreamError("seed is not supported", http_status=status)
    assert refused_parameters(error, EVERYTHING) == ()


@pytest.mark.parametrize(
    "message",
    ["This model's maximum context length is 4097 tokens, echo is not supported", "敏感词 in suffix: not permitted"],
)
def test_errors_with_a_meaning_of_their_own_are_left_alone(message: str) -> None:
    error = classify(400, {}, json.dumps({"error": {"message": message}}))
    assert refused_parameters(error, EVERYTHING) == ()


def test_several_settings_may_be_refused_at_once() -> None:
    error = BadRequestError("does not support parameters: ['seed', 'stop']", http_status=400)
    assert refused_parameters(error, EVERYTHING) == ("seed", "stop")


def test_the_quoted_request_names_nothing() -> None:
    quoted = json.dumps({"error": {"message": "Not supported."}, "request": {"seed": 7, "stop": ["x"]}})
    assert refused_parameters(classify(400, {}, quoted), EVERYTHING) == ()


def test_what_is_refused_together_only_is_told_apart() -> None:
    assert is_about_a_combination("Setting 'echo' and 'logprobs' at the same time is not supported for this model.")
    assert not is_about_a_combination("Unsupported parameter: 'seed' is not supported with this model.")


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "json: cannot unmarshal number into Go struct field GeneralOpenAIRequest.logprobs of type bool", True),
        (422, "logprobs: Input should be a valid boolean", True),
        (400, "logprobs is not supported with this model", True),
        (400, "logprobs: must be at most 5", False),
        (400, "json: cannot unmarshal number into Go struct field Request.seed of type string", False),
        (500, "cannot unmarshal number into logprobs of type bool", False),
    ],
)
def test_q4_probabilities_known_as_a_boolean_only_are_refused(status: int, message: str, expected: bool) -> None:
    error = classify(status, {}, json.dumps({"error": {"message": message}}))
    assert ("logprobs" in refused_parameters(error, EVERYTHING)) is expected
