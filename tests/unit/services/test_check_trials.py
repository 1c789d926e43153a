"""What each trial concludes from the answers that servers give."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from app.api.errors import ApiError, RateLimitedError, UpstreamError
from app.domain.capabilities import Support
from app.domain.check import DetailKind, Step
from app.domain.profile import Endpoint
from app.services.check_requests import CheckRequests
from app.services.check_trials import REQUESTS, Outcome, Trials
from tests.relay import (
    Answer,
    Answering,
    Received,
    Relay,
    cases,
    choice,
    chunk,
    completion,
    html_answer,
    json_answer,
    sse,
    usage,
)
from tests.relay.chats import PATH as CHAT
from tests.relay.chats import chat_completion, chatting, has_picture
from tests.relay.completion_server import completion_server
from tests.relay.errors import openai_error
from tests.relay.habits import (
    koboldcpp_five_alternatives,
    lm_studio_null_logprobs,
    ollama_template_applied,
    one_choice_whatever_n,
)
from tests.relay.logprobs import PARIS, SHAPES, Scored, legacy
from tests.relay.models import MODELS
from tests.relay.refusals import (
    OUT_OF_RANGE,
    REFUSALS,
    best_of_by_presence,
    integer_probabilities_of_relays,
    openai_probabilities_beyond_5,
    refusing,
)
from tests.unit.api.client import KEY, clients

PATH = "/v1/completions"


async def outcome(step: Step, answer: Answering | None = None, *, first: tuple[Step, ...] = ()) -> Outcome:
    """Return what a step comes to, with a server that behaves unless another answer is given."""
    async with Relay() as relay, clients() as (http, completions):
        completion_server(relay)
        relay.on("POST", CHAT, chatting())
        if answer is not None:
            relay.on("POST", CHAT if step in {Step.CHAT, Step.PICTURES} else PATH, answer)
        trials = Trials(CheckRequests(completions, http, Endpoint(relay.base_url, KEY), MODELS[0]))
        for earlier in first:
            await trials.try_step(earlier)
        before = len(relay.requests)
        try:
            return await trials.try_step(step)
        finally:
            sent = relay.requests[before:]
            assert len(sent) <= len(REQUESTS.get(step, ()))
            for received, most in zip(sent, REQUESTS.get(step, ()), strict=False):
                body = received.json
                assert 1 <= body["max_tokens"] <= 8
                assert body["max_tokens"] * max(body.get("n", 1), body.get("best_of", 1)) <= most


async def support(step: Step, answer: Answering | None = None, *, first: tuple[Step, ...] = ()) -> Support:
    found = await outcome(step, answer, first=first)
    own = [finding for finding in found.findings if finding.feature.value == step.value]
    assert own == list(found.findings)
    return own[0].support if own else Support.UNKNOWN


def whole(text: str, prompt: int = 1, completed: int = 1, **fields: Any) -> Answer:
    return json_answer(completion(choice(text, finish_reason="length", **fields), usage=usage(prompt, completed)))


@pytest.mark.parametrize("step", [Step.COMPLETION, Step.CHAT, Step.STREAM, Step.LOGPROBS, Step.CANDIDATES, Step.STOP])
async def test_a_server_like_openai_honours_it(step: Step) -> None:
    assert await support(step) is Support.HONOURED


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (Step.LOGPROBS, "logprobs"),
        (Step.CANDIDATES, "n"),
        (Step.STOP, "stop"),
        (Step.SEED, "seed"),
        (Step.ECHO, "echo"),
        (Step.SUFFIX, "suffix"),
        (Step.BEST_OF, "best_of"),
    ],
)
@pytest.mark.parametrize("how", ["llama.cpp", "a Python server", "not built"])
async def test_a_refused_setting_is_found_with_the_servers_words(step: Step, name: str, how: str) -> None:
    found = await outcome(step, refusing(name, how=REFUSALS[how]))
    (finding,) = found.findings
    assert finding.support is Support.REFUSED
    assert name in finding.reason
    assert found.detail.values == {"reason": finding.reason}
    assert found.error is not None


async def test_q1_best_of_is_refused_for_its_mere_presence() -> None:
    assert await support(Step.BEST_OF, best_of_by_presence) is Support.REFUSED


@pytest.mark.parametrize(
    "answer",
    [
        html_answer(404, "404 Not Found"),
        json_answer(openai_error("Invalid URL (POST /v1/completions)"), 404),
        json_answer(openai_error("This is a chat model and not supported in the v1/completions endpoint."), 404),
        json_answer(openai_error("The completions operation does not work with the specified model"), 400),
    ],
)
async def test_a_server_that_does_not_complete_refuses_it(answer: Answer) -> None:
    assert await support(Step.COMPLETION, answer) is Support.REFUSED
    assert await support(Step.CHAT, answer) is Support.REFUSED


@pytest.mark.parametrize(
    "answer", [cases.case_12_invalid_key, cases.case_15_no_channel, cases.case_16_bad_gateway, cases.case_17_home_page]
)
async def test_what_keeps_from_an_answer_says_nothing_of_the_feature(answer: Answer) -> None:
    for step in (Step.COMPLETION, Step.CHAT, Step.SEED, Step.LOGPROBS, Step.STREAM, Step.PICTURES):
        with pytest.raises(ApiError):
            await outcome(step, answer)


async def test_a_model_that_is_not_there_is_no_refusal_of_completion() -> None:
    answer = json_answer(openai_error("The model 'm' does not exist", code="model_not_found"), 404)
    with pytest.raises(ApiError):
        await outcome(Step.COMPLETION, answer)


async def test_a_busy_server_refuses_nothing() -> None:
    with pytest.raises(RateLimitedError):
        await outcome(Step.ECHO, cases.case_14_retry_after_600)


async def test_a_broken_server_refuses_what_it_names_only() -> None:
    assert await support(Step.SUFFIX, json_answer(openai_error("suffix crashed"), 500)) is Support.REFUSED
    with pytest.raises(UpstreamError):
        await outcome(Step.SUFFIX, json_answer(openai_error("crashed"), 500))


# Streams and counts


@pytest.mark.parametrize(
    ("answer", "stream", "counts"),
    [
        (None, Support.HONOURED, Support.HONOURED),
        (sse(chunk("The", finish_reason="stop")), Support.HONOURED, Support.IGNORED),
        (cases.case_11_refuse_stream_options, Support.HONOURED, Support.REFUSED),
        (cases.case_11_refuse_stream_options_422, Support.HONOURED, Support.REFUSED),
        (cases.OK_WHOLE, Support.IGNORED, Support.UNKNOWN),
        (refusing("stream", how=REFUSALS["LiteLLM"]), Support.REFUSED, Support.UNKNOWN),
    ],
)
async def test_q3_streams_and_their_counts(answer: Answering | None, stream: Support, counts: Support) -> None:
    assert await support(Step.STREAM, answer) is stream
    assert await support(Step.USAGE_IN_STREAM, answer, first=(Step.STREAM,)) is counts


# Probabilities


def up_to(most: int) -> Callable[[Received], Answer]:
    """Give as many alternatives as asked for, at most so many, and refuse more."""

    def answer(received: Received) -> Answer:
        asked = received.json["logprobs"]
        if asked > most:
            return json_answer(openai_error(f"logprobs must be at most {most}", param="logprobs"), 400)
        top = tuple((f" {place}", -1.0 - place) for place in range(asked))
        return whole(" a", logprobs=legacy(Scored(" a", -0.5, top)))

    return answer


@pytest.mark.parametrize("most", [1, 5, 20])
async def test_the_largest_number_of_alternatives_is_found(most: int) -> None:
    found = await outcome(Step.LOGPROBS, up_to(most))
    assert found.findings[0].maximum == most
    assert found.detail.values == {"maximum": most}


async def test_five_is_the_most_where_more_is_refused_or_does_not_come() -> None:
    for answer in (None, koboldcpp_five_alternatives):
        found = await outcome(Step.LOGPROBS, answer)
        assert (found.findings[0].support, found.findings[0].maximum) == (Support.HONOURED, 5)


async def test_openai_takes_five() -> None:
    def answer(received: Received) -> Answer:
        refused = openai_probabilities_beyond_5(received)
        return up_to(5)(received) if refused is cases.OK_WHOLE else refused

    assert (await outcome(Step.LOGPROBS, answer)).findings[0].maximum == 5


@pytest.mark.parametrize("shape", SHAPES)
async def test_q19_probabilities_of_every_shape_are_found(shape: str) -> None:
    text = "".join(token.text for token in PARIS)
    found = await outcome(Step.LOGPROBS, whole(text, logprobs=SHAPES[shape]))
    assert (found.findings[0].support, found.findings[0].maximum) == (Support.HONOURED, 3)


async def test_q4_integer_probabilities_are_refused_by_relays() -> None:
    found = await outcome(Step.LOGPROBS, integer_probabilities_of_relays)
    assert found.findings[0].support is Support.REFUSED
    assert "unmarshal" in found.findings[0].reason


async def test_probabilities_that_do_not_come_are_ignored() -> None:
    assert await support(Step.LOGPROBS, lm_studio_null_logprobs) is Support.IGNORED


async def test_a_number_that_is_always_out_of_range_is_a_refusal() -> None:
    always = refusing("logprobs", how=OUT_OF_RANGE["llama.cpp, out of range"])
    assert await support(Step.LOGPROBS, always) is Support.REFUSED


# Candidates, stop, seed, echo


async def test_q8_one_candidate_whatever_was_asked() -> None:
    found = await outcome(Step.CANDIDATES, one_choice_whatever_n)
    assert (found.findings[0].support, found.findings[0].maximum) == (Support.IGNORED, 1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (whole(" upon a time"), Support.IGNORED),
        (json_answer(completion(choice(" ", finish_reason="stop"))), Support.HONOURED),
        (json_answer(completion(choice("", finish_reason="stop"))), Support.HONOURED),
        (whole("从前有座山"), Support.UNKNOWN),
    ],
)
async def test_the_text_shows_whether_it_was_stopped(answer: Answer, expected: Support) -> None:
    assert await support(Step.STOP, answer) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((" leaf, cup", " leaf, cup"), Support.HONOURED),
        ((" leaf, cup", " door, sea"), Support.IGNORED),
        (("", ""), Support.UNKNOWN),
    ],
)
async def test_the_same_seed_is_tried_twice(texts: tuple[str, str], expected: Support) -> None:
    following = cycle(texts)
    seeds = []

    def answer(received: Received) -> Answer:
        seeds.append((received.json["seed"], received.json["temperature"]))
        return whole(next(following))

    assert await support(Step.SEED, answer) is expected
    assert seeds == [(7, 1.0), (7, 1.0)]


async def test_echo_shows_in_the_text() -> None:
    assert await support(Step.ECHO) is Support.HONOURED
    assert await support(Step.ECHO, whole(" upon")) is Support.IGNORED


# What is compared with the plain completion


@pytest.mark.parametrize(
    ("with_suffix", "expected"),
    [
        (whole(" upon", prompt=12), Support.HONOURED),
        (whole(" upon", prompt=1), Support.IGNORED),
        (whole(" upon and they lived happily ever after.", prompt=1), Support.IGNORED),
        (json_answer(completion(choice(" upon", finish_reason="length"))), Support.UNKNOWN),
    ],
)
async def test_a_suffix_that_was_seen_was_counted(with_suffix: Answer, expected: Support) -> None:
    def answer(received: Received) -> Answer:
        return with_suffix if "suffix" in received.json else whole(" upon", prompt=1)

    assert await support(Step.SUFFIX, answer, first=(Step.COMPLETION,)) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (whole(" upon", completed=2), Support.HONOURED),
        (whole(" upon", completed=1), Support.IGNORED),
        (json_answer(completion(choice(" upon", finish_reason="length"))), Support.UNKNOWN),
    ],
)
async def test_best_of_counts_what_was_thrown_away(answer: Answer, expected: Support) -> None:
    assert await support(Step.BEST_OF, answer) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, Support.HONOURED),
        (ollama_template_applied, Support.IGNORED),
        (whole("Sure! Here is a story:"), Support.IGNORED),
        (whole("It seems like you started a sentence"), Support.IGNORED),
        (whole("Once upon a time, there was"), Support.IGNORED),
        (whole("当然！"), Support.IGNORED),
        (whole(" upon a time"), Support.HONOURED),
        (whole("ler, the"), Support.HONOURED),
        (json_answer(completion(choice(" upon", finish_reason="length"))), Support.UNKNOWN),
        (whole(""), Support.UNKNOWN),
    ],
)
async def test_q30_a_chat_around_the_prompt_is_seen(answer: Answer | None, expected: Support) -> None:
    assert await support(Step.RAW_PROMPT, answer, first=(Step.COMPLETION,)) is expected


async def test_q30_what_is_seen_is_said() -> None:
    found = await outcome(Step.RAW_PROMPT, ollama_template_applied, first=(Step.COMPLETION,))
    assert found.detail.kind is DetailKind.TEMPLATE


# Pictures


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (chatting(), Support.HONOURED),
        (chatting(4), Support.HONOURED),
        (chatting(0), Support.IGNORED),
        (chatting(1), Support.IGNORED),
        (chatting(counts=False), Support.HONOURED),
        (chatting(counts=False, text_with_picture="Blue"), Support.UNKNOWN),
        (chatting(counts=False, text="Red"), Support.UNKNOWN),
    ],
)
async def test_a_picture_that_was_seen_was_counted_or_described(answer: Answering, expected: Support) -> None:
    assert await support(Step.PICTURES, answer, first=(Step.CHAT,)) is expected


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (json_answer(openai_error("image_url is only supported by certain models"), 400), Support.REFUSED),
        (json_answer(openai_error("No endpoints found that support image input"), 404), Support.REFUSED),
        (json_answer(openai_error("image input is not supported", "server_error"), 500), Support.REFUSED),
        (json_answer({"detail": [{"loc": ["messages"], "msg": "Input should be a string"}]}, 422), Support.REFUSED),
        (json_answer(openai_error("The image width must be larger than 10 pixels"), 400), Support.HONOURED),
    ],
)
async def test_pictures_are_refused_or_found_too_small(refusal: Answer, expected: Support) -> None:
    def answer(received: Received) -> Answer:
        return refusal if has_picture(received) else json_answer(chat_completion("Blue"))

    assert await support(Step.PICTURES, answer, first=(Step.CHAT,)) is expected


async def test_a_server_that_breaks_at_a_picture_leaves_it_open() -> None:
    def answer(received: Received) -> Answer:
        return cases.case_16_bad_gateway if has_picture(received) else json_answer(chat_completion("Blue"))

    with pytest.raises(UpstreamError):
        await outcome(Step.PICTURES, answer, first=(Step.CHAT,))
