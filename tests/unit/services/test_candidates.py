import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from app.api.completions import CompletionsClient
from app.api.connection import HttpClient
from app.api.errors import AuthError, BadRequestError, ConnectionLostError, ContextTooLongError
from app.api.retry import RetryDelays
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    CompletionRequest,
    GenerationEvent,
    Started,
    StopReason,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.parameters import SamplingParameters
from app.domain.profile import Endpoint
from app.services.candidates import Candidates
from tests.relay import Pause, Relay, Stall, json_answer, sse
from tests.relay.answers import Answer
from tests.relay.completion_server import completion_server
from tests.relay.completions import chunk, usage_chunk
from tests.relay.errors import openai_error
from tests.relay.habits import llama_context_overflow, llama_too_many_candidates
from tests.relay.received import Received
from tests.relay.troubles import reset_in_mid_stream
from tests.support import until

PATH = "/v1/completions"


@asynccontextmanager
async def candidates() -> AsyncIterator[Candidates]:
    http = HttpClient(RetryDelays(first=0.01, longest=0.02, overloaded=0.01))
    try:
        yield Candidates(CompletionsClient(http))
    finally:
        await http.aclose()


def request_of(n: int, **parameters: Any) -> CompletionRequest:
    return CompletionRequest("m", "Once", SamplingParameters(n=n, **parameters))


async def collect(
    known: Candidates, relay: Relay, request: CompletionRequest, events: list[GenerationEvent] | None = None
) -> list[GenerationEvent]:
    """Return all events; `events`, where given, has those that came before an error."""
    collected = [] if events is None else events
    async with aclosing(known.stream(Endpoint(relay.base_url), request)) as stream:
        async for event in stream:
            collected.append(event)
    return collected


def texts(events: list[GenerationEvent]) -> dict[int, str]:
    result: dict[int, str] = {}
    for event in events:
        if isinstance(event, TextArrived):
            result[event.index] = result.get(event.index, "") + event.text
    return result


def adjustments(events: list[GenerationEvent]) -> list[Adjustment]:
    return [event.what for event in events if isinstance(event, Adjusted)]


def sent(relay: Relay) -> list[tuple[int, int | None]]:
    return [(received.json.get("n", 1), received.json.get("seed")) for received in relay.requests]


def one_only(received: Received) -> Answer:
    """Answer with one candidate whatever n; its text names the seed."""
    return sse(chunk(f"seed {received.json.get('seed')}"), chunk("", finish_reason="stop"), usage_chunk(5, 2))


def refusing(answer: Answer) -> Callable[[Received], Answer]:
    """Refuse n > 1 with the answer."""
    return lambda received: answer if received.json.get("n", 1) > 1 else one_only(received)


async def test_a_server_that_gives_all_is_asked_once() -> None:
    async with Relay() as relay, candidates() as known:
        completion_server(relay, ("a", "b", "c"), tokens=2, models=())
        events = await collect(known, relay, request_of(3, seed=0))
        assert texts(events) == {0: "ab", 1: "bc", 2: "ca"}
        assert len(relay.requests) == 1
        assert adjustments(events) == []


async def test_q8_candidates_that_did_not_come_are_asked_for_one_by_one() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        events = await collect(known, relay, request_of(3, seed=7))
        assert texts(events) == {0: "seed 7", 1: "seed 8", 2: "seed 9"}
        assert sorted(sent(relay)) == [(1, 8), (1, 9), (3, 7)]
        assert adjustments(events) == [Adjustment.CANDIDATES_IN_PARALLEL]


async def test_q9_lanes_without_a_seed_stay_without_one() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        await collect(known, relay, request_of(2))
        assert [seed for _, seed in sent(relay)] == [None, None]


async def test_q8_a_server_that_gives_one_is_remembered_for_its_model() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        await collect(known, relay, request_of(2, seed=1))
        relay.requests.clear()
        events = await collect(known, relay, request_of(3, seed=1))
        assert sorted(sent(relay)) == [(1, 1), (1, 2), (1, 3)]
        assert adjustments(events) == [Adjustment.CANDIDATES_IN_PARALLEL]
        relay.requests.clear()
        other = CompletionRequest("other", "Once", SamplingParameters(n=2))
        await collect(known, relay, other)
        assert sent(relay)[0][0] == 2


async def test_q8_a_server_that_gives_two_is_asked_for_two_at_a_time() -> None:
    def two_at_most(received: Received) -> Answer:
        count = min(received.json.get("n", 1), 2)
        seed = received.json["seed"]
        return sse(*(chunk(f"{seed}.{index}", index, "stop") for index in range(count)))

    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, two_at_most)
        events = await collect(known, relay, request_of(5, seed=10))
        assert texts(events) == {0: "10.0", 1: "10.1", 2: "12.0", 3: "12.1", 4: "14.0"}
        assert sorted(sent(relay)) == [(1, 14), (2, 12), (5, 10)]
        relay.requests.clear()
        await collect(known, relay, request_of(3, seed=10))
        assert sorted(sent(relay)) == [(1, 12), (2, 10)]


async def test_q8_what_a_server_gave_before_it_refused_more_is_what_it_is_asked_for() -> None:
    def eight_slots(received: Received) -> Answer:
        count = received.json.get("n", 1)
        if count > 8:
            return json_answer(openai_error("Field 'n': Value must be between 1 <= value <= 8"), 400)
        return sse(*(chunk(f"{index}", index, "stop") for index in range(count)))

    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, eight_slots)
        assert len(texts(await collect(known, relay, request_of(9)))) == 9
        assert sorted(count for count, _ in sent(relay)) == [*[1] * 9, 9]
        relay.requests.clear()
        assert adjustments(await collect(known, relay, request_of(8))) == []
        assert sent(relay) == [(8, None)]
        relay.requests.clear()
        assert len(texts(await collect(known, relay, request_of(10)))) == 10
        assert sorted(count for count, _ in sent(relay)) == [2, 8]


REFUSALS = [
    "Field 'n': Value must be between 1 <= value <= 1, but got 3",
    "Only one completion choice is allowed",
    "'n' : number must be at most 1",
    "n must be 1 when using greedy sampling, got 3.",
    "Unrecognized request argument supplied: n",
    "body.n: Input should be less than or equal to 1",
    "n > 1 is not supported by this model",
    "参数 n 只能为 1",
]


@pytest.mark.parametrize("message", REFUSALS)
async def test_q8_a_refusal_that_names_n_leads_to_one_request_each(message: str) -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, refusing(json_answer(openai_error(message), 400)))
        events = await collect(known, relay, request_of(2, seed=3))
        assert texts(events) == {0: "seed 3", 1: "seed 4"}
        assert adjustments(events) == [Adjustment.CANDIDATES_IN_PARALLEL]


async def test_q8_the_recorded_refusal_of_llama_cpp_is_understood() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, refusing(llama_too_many_candidates))
        assert set(texts(await collect(known, relay, request_of(3)))) == {0, 1, 2}


async def test_q8_the_name_of_the_parameter_is_enough() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, refusing(json_answer(openai_error("Bad value.", param="n"), 422)))
        assert set(texts(await collect(known, relay, request_of(2)))) == {0, 1}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (json_answer(openai_error("temperature must be at most 1"), 400), BadRequestError),
        (json_answer(openai_error("Don't send n-grams"), 400), BadRequestError),
        (json_answer({"detail": [{"loc": ["body", "seed"], "msg": "Bad", "input": {"n": 2}}]}, 422), BadRequestError),
        (json_answer(openai_error("Incorrect API key provided."), 401), AuthError),
        (llama_context_overflow, ContextTooLongError),
    ],
)
async def test_other_refusals_are_passed_on_after_one_request(answer: Answer, kind: type[Exception]) -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, answer)
        with pytest.raises(kind):
            await collect(known, relay, request_of(2))
        assert len(relay.requests) == 1


async def test_nothing_is_asked_again_once_text_has_come() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, sse(chunk("Hel"), openai_error("n must be 1")))
        with pytest.raises(BadRequestError):
            await collect(known, relay, request_of(2))
        assert len(relay.requests) == 1


async def test_an_answer_that_broke_off_does_not_lead_to_more_requests() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, sse(chunk("Hel"), chunk("lo")))
        events = await collect(known, relay, request_of(2))
        assert len(relay.requests) == 1
        assert adjustments(events) == [Adjustment.FEWER_CANDIDATES]
        assert CandidateFinished(0, StopReason.INTERRUPTED) in events


async def test_usage_of_several_requests_is_added_up() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        events = await collect(known, relay, request_of(3))
        reported = [event.usage for event in events if isinstance(event, UsageReported)]
        assert reported[-1] == Usage(15, 6)


async def test_events_of_parallel_requests_carry_their_lane_and_start_once() -> None:
    def with_logprobs(received: Received) -> Answer:
        arrays = {"tokens": ["a"], "token_logprobs": [-0.5], "top_logprobs": [{"a": -0.5}], "text_offset": [4]}
        return sse(chunk("a", logprobs=arrays, finish_reason="length"))

    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, with_logprobs)
        await collect(known, relay, request_of(2, logprobs=1))
        events = await collect(known, relay, request_of(2, logprobs=1))
        assert sorted(event.index for event in events if isinstance(event, TokensArrived)) == [0, 1]
        finished = {event.index: event.reason for event in events if isinstance(event, CandidateFinished)}
        assert finished == {0: StopReason.LENGTH, 1: StopReason.LENGTH}
        assert sum(isinstance(event, Started) for event in events) == 1


async def test_where_one_of_several_requests_breaks_the_others_go_on() -> None:
    def second_breaks(received: Received) -> Answer:
        if received.json["seed"] == 1:
            return reset_in_mid_stream
        return sse(Pause(0.2), chunk("whole"), chunk("", finish_reason="stop"))

    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        await collect(known, relay, request_of(2))
        relay.on("POST", PATH, second_breaks)
        events: list[GenerationEvent] = []
        with pytest.raises(ConnectionLostError):
            await collect(known, relay, request_of(3, seed=0), events)
        assert texts(events) == {0: "whole", 1: "Hello", 2: "whole"}
        assert CandidateFinished(1, StopReason.CONNECTION_LOST) in events


async def test_closing_stops_every_request() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        await collect(known, relay, request_of(2))
        relay.on("POST", PATH, sse(chunk("Hel"), Stall()))
        async with aclosing(known.stream(Endpoint(relay.base_url), request_of(3))) as stream:
            seen = set()
            async for event in stream:
                if isinstance(event, TextArrived):
                    seen.add(event.index)
                if len(seen) == 3:
                    break
        await until(lambda: len(relay.disconnects) == 3)


async def test_cancelling_stops_every_request() -> None:
    async with Relay() as relay, candidates() as known:
        relay.on("POST", PATH, one_only)
        await collect(known, relay, request_of(2))
        relay.requests.clear()
        relay.on("POST", PATH, sse(chunk("Hel"), Stall()))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(collect(known, relay, request_of(3)))
            await until(lambda: len(relay.requests) == 3)
            task.cancel()
        await until(lambda: len(relay.disconnects) == 3)
