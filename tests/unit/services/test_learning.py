from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.api.errors import ApiError, ChatModelError, UpstreamError
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.generation import Adjusted, Adjustment, CompletionRequest, StopReason, Timing, Usage
from app.domain.parameters import SamplingParameters
from app.domain.run import Candidate, Run, RunState
from app.domain.tokens import Token
from app.services.learning import SETTINGS, fit, lessons, reason_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "logprobs": 3,
    "stop": ("\n",),
    "seed": 0,
    "echo": True,
    "suffix": "end",
    "best_of": 2,
    "presence_penalty": 1.0,
    "frequency_penalty": 1.0,
}


def known(feature: Feature, support: Support, maximum: int | None = None, reason: str = "no") -> CapabilityMap:
    return CapabilityMap({feature: Finding(feature, support, NOON, maximum, reason)})


def request_of(*, stream: bool = True, **parameters: Any) -> CompletionRequest:
    return CompletionRequest("m", "Once", SamplingParameters(**parameters), stream)


def run_of(
    *texts: str, usage: bool = True, state: RunState = RunState.DONE, reason: StopReason = StopReason.LENGTH
) -> Run:
    counted = Usage(3, 5, is_estimated=not usage)
    candidates = tuple(Candidate(text, reason, "", ()) for text in texts)
    run = Run("r", NOON, "Once", "m", "p", SamplingParameters())
    return replace(run, candidates=candidates, usage=counted, timing=Timing(0.1, 1.0), state=state)


def learnt(
    request: CompletionRequest, run: Run, *adjusted: Adjusted, error: ApiError | None = None
) -> dict[Feature, Support]:
    found = lessons(request, run, adjusted, error)
    assert len({finding.feature for finding in found}) == len(found)
    return {finding.feature: finding.support for finding in found}


# What is sent


@pytest.mark.parametrize("feature", SETTINGS)
def test_what_is_refused_is_left_out_and_said(feature: Feature) -> None:
    request = request_of(stream=False, temperature=0.5, **{feature.value: VALUES[feature.value]})
    fitted = fit(request, known(feature, Support.REFUSED))
    assert fitted.request == request_of(stream=False, temperature=0.5)
    assert fitted.adjusted == (Adjusted.without(feature.value, "no"),)


@pytest.mark.parametrize("support", [Support.HONOURED, Support.IGNORED, Support.UNKNOWN])
@pytest.mark.parametrize("feature", SETTINGS)
def test_what_is_not_refused_is_sent(feature: Feature, support: Support) -> None:
    request = request_of(stream=False, **{feature.value: VALUES[feature.value]})
    fitted = fit(request, known(feature, support))
    assert fitted.request is request
    assert fitted.adjusted == ()


def test_what_was_not_asked_for_is_not_said_to_be_left_out() -> None:
    request = request_of()
    refused = [Finding(feature, Support.REFUSED, NOON) for feature in SETTINGS]
    fitted = fit(request, CapabilityMap().with_findings(refused))
    assert fitted.request is request
    assert fitted.adjusted == ()


def test_no_more_alternatives_are_asked_for_than_the_server_gives() -> None:
    honoured = known(Feature.LOGPROBS, Support.HONOURED, maximum=1)
    assert fit(request_of(logprobs=5), honoured).request.parameters.logprobs == 1
    assert fit(request_of(logprobs=0), honoured).request.parameters.logprobs == 0
    assert fit(request_of(logprobs=5), known(Feature.LOGPROBS, Support.HONOURED)).request.parameters.logprobs == 5


def test_q3_counts_are_not_asked_for_where_that_is_refused() -> None:
    fitted = fit(request_of(), known(Feature.USAGE_IN_STREAM, Support.REFUSED))
    assert (fitted.request.with_usage, fitted.adjusted) == (False, ())


def test_a_stream_is_not_asked_for_where_it_is_refused() -> None:
    fitted = fit(request_of(), known(Feature.STREAM, Support.REFUSED))
    assert not fitted.request.stream
    assert fitted.adjusted == (Adjusted(Adjustment.ANSWERED_WITHOUT_STREAM),)
    assert fit(request_of(stream=False), known(Feature.STREAM, Support.REFUSED)).adjusted == ()


@pytest.mark.parametrize("support", list(Support))
def test_q8_one_candidate_at_a_time_where_more_do_not_come(support: Support) -> None:
    expected = support in {Support.IGNORED, Support.REFUSED}
    assert fit(request_of(n=3), known(Feature.CANDIDATES, support)).one_at_a_time is expected


# What is learnt


def test_an_answer_shows_completion_stream_and_counts() -> None:
    assert learnt(request_of(), run_of(" upon")) == {
        Feature.COMPLETION: Support.HONOURED,
        Feature.STREAM: Support.HONOURED,
        Feature.USAGE_IN_STREAM: Support.HONOURED,
    }
    assert learnt(request_of(stream=False), run_of(" upon")) == {Feature.COMPLETION: Support.HONOURED}


def test_no_answer_shows_nothing() -> None:
    assert learnt(request_of(logprobs=1, n=2), run_of("", "")) == {}


def test_q17_counts_that_did_not_come_are_only_missed_at_the_end() -> None:
    counts = Feature.USAGE_IN_STREAM
    assert learnt(request_of(), run_of(" upon", usage=False))[counts] is Support.IGNORED
    assert counts not in learnt(request_of(), run_of(" upon", usage=False, state=RunState.STOPPED))
    assert counts not in learnt(replace(request_of(), with_usage=False), run_of(" upon", usage=False))
    dropped = Adjusted(Adjustment.STREAM_OPTIONS_DROPPED, "Unknown field")
    assert learnt(request_of(), run_of(" upon", usage=False), dropped)[counts] is Support.REFUSED


def test_an_answer_in_one_piece_shows_that_streaming_is_ignored() -> None:
    found = learnt(request_of(), run_of(" upon"), Adjusted(Adjustment.ANSWERED_WITHOUT_STREAM))
    assert found == {Feature.COMPLETION: Support.HONOURED, Feature.STREAM: Support.IGNORED}
    asked_so = learnt(request_of(stream=False), run_of(" upon"), Adjusted(Adjustment.ANSWERED_WITHOUT_STREAM))
    assert asked_so == {Feature.COMPLETION: Support.HONOURED}


@pytest.mark.parametrize("feature", SETTINGS)
def test_a_setting_left_out_on_the_way_is_refused_in_the_servers_words(feature: Feature) -> None:
    request = request_of(stream=False, **{feature.value: VALUES[feature.value]})
    dropped = Adjusted.without(feature.value, "Not\n  supported")
    (found,) = [one for one in lessons(request, run_of(" upon"), [dropped]) if one.feature is feature]
    assert (found.support, found.reason) == (Support.REFUSED, "Not supported")


def test_what_was_left_out_because_it_is_known_is_not_learnt_again() -> None:
    assert Feature.SEED not in learnt(request_of(), run_of(" upon"), Adjusted.without("seed", "no"))


def test_what_is_refused_in_company_only_is_not_refused() -> None:
    dropped = Adjusted.without("echo", "Setting 'echo' and 'logprobs' at the same time is not supported.")
    assert Feature.ECHO not in learnt(request_of(stream=False, echo=True, logprobs=1), run_of(" upon"), dropped)


def test_q19_probabilities_that_arrived_are_honoured() -> None:
    run = run_of(" upon")
    scored = replace(run, candidates=(replace(run.candidates[0], tokens=(Token(" upon", -0.5),)),))
    lost = replace(run, candidates=(replace(run.candidates[0], tokens=(Token(" upon", None),)),))
    assert learnt(request_of(logprobs=3), scored)[Feature.LOGPROBS] is Support.HONOURED
    assert Feature.LOGPROBS not in learnt(request_of(logprobs=3), lost)
    assert Feature.LOGPROBS not in learnt(request_of(logprobs=3), run)  # they may have come and not fitted the text


@pytest.mark.parametrize(
    ("apart", "expected"), [("2", Support.IGNORED), ("1", Support.HONOURED), ("3", None), ("", None)]
)
def test_q8_how_many_candidates_came_at_once(apart: str, expected: Support | None) -> None:
    said = Adjusted(Adjustment.CANDIDATES_IN_PARALLEL, apart)
    assert learnt(request_of(n=3), run_of("a", "b", "c"), said).get(Feature.CANDIDATES) is expected


def test_candidates_that_all_came_are_honoured() -> None:
    assert learnt(request_of(n=2), run_of("a", "b"))[Feature.CANDIDATES] is Support.HONOURED
    fewer = Adjusted(Adjustment.FEWER_CANDIDATES, "1")
    assert Feature.CANDIDATES not in learnt(request_of(n=2), run_of("a", ""), fewer)
    assert Feature.CANDIDATES not in learnt(request_of(n=2), run_of("a", "b", state=RunState.STOPPED))


def test_q30_a_suspected_template_is_remembered() -> None:
    said = Adjusted(Adjustment.TEMPLATE_SUSPECTED, "31")
    assert learnt(request_of(), run_of(" upon"), said)[Feature.RAW_PROMPT] is Support.IGNORED


def test_the_text_shows_what_became_of_echo() -> None:
    asked = request_of(stream=False, echo=True)
    assert learnt(asked, run_of("Once upon"))[Feature.ECHO] is Support.HONOURED
    assert learnt(asked, run_of(" upon"))[Feature.ECHO] is Support.IGNORED
    assert Feature.ECHO not in learnt(asked, run_of(" upon", state=RunState.FAILED))


def test_the_text_shows_what_became_of_stop_sequences() -> None:
    asked = request_of(stop=("time", "\n"))
    assert learnt(asked, run_of(" upon a time"))[Feature.STOP] is Support.IGNORED
    assert learnt(asked, run_of(" upon a ", reason=StopReason.STOP_SEQUENCE))[Feature.STOP] is Support.HONOURED
    assert Feature.STOP not in learnt(asked, run_of(" upon a "))
    assert Feature.STOP not in learnt(request_of(stop=("ce",), echo=True, stream=False), run_of("Once upon"))


def test_a_model_that_only_chats_completes_nothing() -> None:
    run = run_of("", state=RunState.FAILED)
    (found,) = lessons(request_of(), run, (), ChatModelError("This is a chat model"))
    assert (found.feature, found.support) == (Feature.COMPLETION, Support.REFUSED)
    assert found.reason == "This is a chat model"
    assert lessons(request_of(), run, (), UpstreamError("down")) == ()


def test_a_refusal_without_words_is_named_by_its_number() -> None:
    assert reason_of(ApiError(http_status=400)) == "400"
    assert len(reason_of(ApiError("x" * 2000))) == 300
