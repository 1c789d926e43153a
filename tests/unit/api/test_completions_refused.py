"""Settings that a server refuses: left out, said, remembered, and asked for again once that is forgotten."""

from contextlib import aclosing
from typing import Any

import pytest

from app.api import errors
from app.api.completions import CompletionsClient
from app.domain.generation import Adjusted, Adjustment, CompletionRequest, GenerationEvent
from app.domain.parameters import SamplingParameters
from app.domain.profile import Endpoint
from tests.relay import Pause, Received, Relay, cases, chunk, hang_up, json_answer, sse
from tests.relay.errors import openai_error
from tests.relay.refusals import (
    OUT_OF_RANGE,
    REFUSALS,
    best_of_by_presence,
    echo_with_probabilities,
    fields_of,
    integer_probabilities_of_relays,
    refusing,
)
from tests.unit.api.client import KEY, clients, gather

PATH = "/v1/completions"
VALUES: dict[str, Any] = {
    "seed": 7,
    "presence_penalty": 0.5,
    "frequency_penalty": 0.5,
    "best_of": 2,
    "echo": True,
    "suffix": "the end",
    "stop": ("\n",),
    "logit_bias": {"50256": -100.0},
    "logprobs": 3,
}


def said(events: list[GenerationEvent]) -> list[tuple[Adjustment, str]]:
    return [(event.what, event.detail) for event in events if isinstance(event, Adjusted)]


# Every pair of them is tried without a socket, in test_refusals.
@pytest.mark.parametrize(("name", "how"), [*zip(sorted(set(VALUES) - {"logprobs"}), REFUSALS, strict=False)])
async def test_a_refused_setting_is_left_out_said_and_remembered(name: str, how: str) -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, refusing(name, how=REFUSALS[how]))
        stream = name != "best_of"
        found = [await gather(client, relay.base_url, stream=stream, **{name: VALUES[name]}) for _ in range(2)]
        assert [name in received.json for received in relay.requests] == [True, False, False]
    for each in found:
        assert each.text == cases.TEXT
        (event,) = [event for event in each.events if isinstance(event, Adjusted)]
        assert (event.what, event.detail) == (Adjustment.PARAMETER_DROPPED, name)
        assert event.reason


async def test_q4_the_refusal_of_an_integer_by_one_api_and_new_api_is_said_in_its_own_words() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, integer_probabilities_of_relays)
        found = await gather(client, relay.base_url, logprobs=3, seed=7)
        assert [fields_of(received) for received in relay.requests] == [{"logprobs": 3, "seed": 7}, {"seed": 7}]
    assert found.text == cases.TEXT
    assert [what for what, _ in said(found.events)] == [Adjustment.LOGPROBS_DROPPED]


async def test_q1_best_of_is_left_out_where_its_mere_presence_is_refused() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, best_of_by_presence)
        assert said((await gather(client, relay.base_url)).events) == []
        found = await gather(client, relay.base_url, stream=False, best_of=3)
        assert [fields_of(received) for received in relay.requests] == [{}, {"best_of": 3}, {}]
    assert said(found.events) == [(Adjustment.PARAMETER_DROPPED, "best_of")]


async def test_several_refused_settings_are_left_out_one_after_another() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, refusing("seed", "suffix", "stop"))
        found = await gather(client, relay.base_url, seed=7, suffix="x", stop=("y",), presence_penalty=1.0)
        assert len(relay.requests) == 4
        assert fields_of(relay.requests[-1]) == {"presence_penalty": 1.0}
    assert [detail for _, detail in said(found.events)] == ["seed", "suffix", "stop"]


@pytest.mark.parametrize("how", OUT_OF_RANGE)
async def test_a_value_out_of_range_is_an_error_and_nothing_is_sent_again(how: str) -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, refusing("presence_penalty", how=OUT_OF_RANGE[how]))
        found = await gather(client, relay.base_url, presence_penalty=1.0)
        assert len(relay.requests) == 1
    assert isinstance(found.error, errors.BadRequestError)


async def test_what_is_refused_together_is_sent_again_alone() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, echo_with_probabilities)
        first = await gather(client, relay.base_url, stream=False, echo=True, logprobs=1)
        await gather(client, relay.base_url, stream=False, echo=True)
        sent = [fields_of(received) for received in relay.requests]
        assert sent == [{"echo": True, "logprobs": 1}, {"logprobs": 1}, {"echo": True}]
    assert said(first.events) == [(Adjustment.PARAMETER_DROPPED, "echo")]


async def test_each_model_is_learnt_for_itself() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, refusing("seed"))
        await gather(client, relay.base_url, seed=7)
        await drain(client, relay, CompletionRequest("another", "Once", SamplingParameters(seed=7)))
        assert ["seed" in received.json for received in relay.requests] == [True, False, True, False]


async def test_what_is_forgotten_is_asked_for_again() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, refusing("seed"))
        await gather(client, relay.base_url, seed=7)
        client.forget("https://another.example/v1")
        await gather(client, relay.base_url, seed=7)
        assert "seed" not in relay.requests[-1].json
        client.forget(relay.base_url)
        await gather(client, relay.base_url, seed=7)
        assert ["seed" in received.json for received in relay.requests] == [True, False, False, True, False]


async def test_q27_nothing_is_left_out_after_the_first_event() -> None:
    refusal = openai_error("Unrecognized request argument supplied: seed")
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, sse(chunk("Hel"), Pause(0.05), refusal, done=False))
        found = await gather(client, relay.base_url, seed=7)
        assert len(relay.requests) == 1
    assert found.text == "Hel"
    assert found.error is not None


async def test_q3_counts_are_not_asked_for_where_they_are_not_wanted() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, cases.OK)
        await drain(client, relay, CompletionRequest("m", "Once", with_usage=False))
        assert "stream_options" not in relay.requests[0].json


async def test_one_try_is_one_request_whatever_was_learnt() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, refusing("seed", "stream_options"))
        await gather(client, relay.base_url, seed=7)
        relay.requests.clear()
        for parameters in (SamplingParameters(seed=7), SamplingParameters()):
            with pytest.raises(errors.BadRequestError):
                await once(client, relay, CompletionRequest("m", "Once", parameters))
        assert ["stream_options" in received.json for received in relay.requests] == [True, True]
        assert ["seed" in received.json for received in relay.requests] == [True, False]


async def test_one_try_is_not_repeated_after_a_failure() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, hang_up())
        with pytest.raises(errors.UnreachableError):
            await once(client, relay, CompletionRequest("m", "Once"))
        relay.on("POST", PATH, json_answer(openai_error("Slow down"), 429))
        with pytest.raises(errors.RateLimitedError):
            await once(client, relay, CompletionRequest("m", "Once"))
        assert len(relay.requests) == 2


async def drain(client: CompletionsClient, relay: Relay, request: CompletionRequest) -> None:
    async with aclosing(client.stream(Endpoint(relay.base_url, KEY), request)) as events:
        async for _ in events:
            pass


async def once(client: CompletionsClient, relay: Relay, request: CompletionRequest) -> None:
    async with aclosing(client.try_once(Endpoint(relay.base_url, KEY), request)) as events:
        async for _ in events:
            pass


def test_every_refusal_has_a_name_of_its_own() -> None:
    received = Received("POST", PATH, "", {}, b'{"seed": 7}', 1, 0.0)
    bodies = {repr(refusing("seed", how=how)(received)) for how in REFUSALS.values()}
    assert len(bodies) == len(REFUSALS)
