"""Completions over a real socket: what is sent, what is sent again, and what comes of it."""

import asyncio
import time
from contextlib import aclosing

import pytest

from app.api import errors
from app.api.completions import CompletionsClient
from app.concurrency.tasks import TaskScope
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    CompletionRequest,
    Started,
    StopReason,
    TextArrived,
    Usage,
    UsageReported,
)
from app.domain.parameters import InvalidParametersError, SamplingParameters
from app.domain.profile import Endpoint, Network, normalise_address, normalise_key
from tests.relay import (
    Answer,
    Pause,
    Received,
    Relay,
    Stall,
    cases,
    chunk,
    habits,
    hang_up,
    json_answer,
    redirect,
    sse,
    troubles,
    usage_chunk,
)
from tests.support import until
from tests.unit.api.client import KEY, clients, complete, gather

PATH = "/v1/completions"


async def test_a_stream_becomes_events_in_order() -> None:
    found = await complete(sse(chunk(" red"), Pause(0.05), chunk(" and blue", finish_reason="stop"), usage_chunk(5, 3)))
    assert found.events == [
        Started("gpt-3.5-turbo-instruct", "cmpl-1"),
        TextArrived(0, " red"),
        TextArrived(0, " and blue"),
        CandidateFinished(0, StopReason.NATURAL_END),
        UsageReported(Usage(5, 3)),
    ]


async def test_the_request_goes_out_as_relays_want_it() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, habits.new_api_needs_the_content_type)
        assert (await gather(client, relay.base_url)).error is None
        (received,) = relay.requests
    assert received.key == KEY
    assert received.headers["accept"] == "text/event-stream"
    assert received.headers["accept-encoding"] == "identity"
    assert received.headers["user-agent"].startswith("Quillpane/")
    assert received.json["stream_options"] == {"include_usage": True}


async def test_q1_servers_that_refuse_the_mere_presence_of_fields_are_content() -> None:
    assert (await complete(habits.llama_refuse_presence)).error is None
    assert (await complete(habits.new_api_refuse_empty_prompt)).error is None


async def test_an_empty_prompt_is_left_out_unless_the_server_wants_it_said() -> None:
    def answer(received: Received) -> Answer:
        missing = {"error": {"code": 400, "message": "[json.exception.out_of_range.403] key 'prompt' not found"}}
        return cases.OK if "prompt" in received.json else json_answer(missing, 400)

    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, answer)
        for _ in range(2):
            assert (await gather(client, relay.base_url, "")).text == cases.TEXT
        assert [received.json.get("prompt") for received in relay.requests] == [None, "", ""]
        relay.on("POST", "/v2/completions", json_answer({"error": {"message": "field prompt is required"}}, 400))
        found = await gather(client, f"{relay.origin}/v2", "")
        assert len(relay.requests_to("/v2/completions")) == 2
    assert isinstance(found.error, errors.BadRequestError)


async def test_q2_numbers_that_differ_by_server_are_always_sent() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, cases.OK)
        await gather(client, relay.base_url)
        assert {"max_tokens", "temperature", "top_p"} <= relay.requests[0].json.keys()


@pytest.mark.parametrize("answer", [cases.case_11_refuse_stream_options, cases.case_11_refuse_stream_options_422])
async def test_q3_case_11_stream_options_are_left_out_once_refused_and_it_is_remembered(answer: object) -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, answer)  # type: ignore[arg-type]
        first = await gather(client, relay.base_url)
        second = await gather(client, relay.base_url)
        assert ["stream_options" in received.json for received in relay.requests] == [True, False, False]
    assert first.text == second.text == cases.TEXT
    assert first.adjustments == [Adjustment.STREAM_OPTIONS_DROPPED]
    assert second.adjustments == []


async def test_q3_without_a_stream_there_are_no_stream_options() -> None:
    found = await complete(habits.vllm_refuse_stream_options_without_stream, stream=False)
    assert found.text == cases.TEXT


async def test_q4_case_10_integer_logprobs_are_left_out_once_refused_and_it_is_remembered_for_the_model() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, cases.case_10_refuse_integer_logprobs)
        first = await gather(client, relay.base_url, logprobs=3)
        second = await gather(client, relay.base_url, logprobs=3)
        assert [received.json.get("logprobs") for received in relay.requests] == [3, None, None]
        other = CompletionRequest("another", "Once", SamplingParameters(logprobs=3))
        async with aclosing(client.stream(Endpoint(relay.base_url), other)) as events:
            assert isinstance(await anext(events), Adjusted)
        assert relay.requests[3].json["logprobs"] == 3
    assert first.text == second.text == cases.TEXT
    assert first.adjustments == second.adjustments == [Adjustment.LOGPROBS_DROPPED]
    assert "unmarshal" in next(event.detail for event in first.events if isinstance(event, Adjusted))


async def test_q4_both_refusals_are_met_in_one_request() -> None:
    def answer(received: object) -> object:
        refused = cases.case_10_refuse_integer_logprobs(received)  # type: ignore[arg-type]
        return refused if refused is not cases.OK else cases.case_11_refuse_stream_options(received)  # type: ignore[arg-type]

    found = await complete(answer, logprobs=3)  # type: ignore[arg-type]
    assert found.text == cases.TEXT
    assert found.adjustments == [Adjustment.LOGPROBS_DROPPED, Adjustment.STREAM_OPTIONS_DROPPED]


@pytest.mark.parametrize(
    "parameters",
    [SamplingParameters(best_of=2), SamplingParameters(stop=("",)), SamplingParameters(stop=tuple("abcde"))],
    ids=["q5 best_of in a stream", "q7 an empty stop sequence", "q7 five stop sequences"],
)
async def test_q5_q7_what_no_server_takes_is_not_sent(parameters: SamplingParameters) -> None:
    async with Relay() as relay, clients() as (_, client):
        with pytest.raises(InvalidParametersError):
            async for _ in client.stream(Endpoint(relay.base_url), CompletionRequest("m", "p", parameters)):
                pass
        assert relay.requests == []


async def test_q10_case_41_every_pasted_address_and_key_works() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, cases.OK)
        addresses = cases.case_41_pasted_addresses(relay)
        for pasted in addresses:
            assert (await gather(client, normalise_address(pasted))).text == cases.TEXT, pasted
        assert len(relay.requests) == len(addresses)
    assert {normalise_key(pasted) for pasted in cases.case_41_pasted_keys} == {"sk-test"}


async def test_q26_closing_the_generator_closes_the_connection() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, sse(chunk("Hel"), Stall()))
        async with aclosing(client.stream(Endpoint(relay.base_url), CompletionRequest("m", "p"))) as events:
            async for event in events:
                if isinstance(event, TextArrived):
                    break
        await until(lambda: relay.disconnects)


@pytest.mark.parametrize("answer", [sse(chunk("Hel"), Stall()), troubles.stall_after_head, sse().after(Stall())])
async def test_q26_cancelling_the_task_closes_the_connection(answer: object) -> None:
    texts: list[str] = []

    async def consume(client: CompletionsClient, base_url: str) -> None:
        async with aclosing(client.stream(Endpoint(base_url), CompletionRequest("m", "p"))) as events:
            texts.extend([event.text async for event in events if isinstance(event, TextArrived)])

    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, answer)  # type: ignore[arg-type]
        scope = TaskScope(lambda _, error: pytest.fail(str(error)))
        scope.start("generate", consume(client, relay.base_url))
        await until(lambda: relay.answering)
        await asyncio.sleep(0.05)
        scope.cancel("generate")
        await until(lambda: relay.disconnects)
        await scope.aclose()


async def test_q26_a_finished_stream_gives_its_connection_back() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, cases.OK)
        for _ in range(3):
            await gather(client, relay.base_url)
        assert relay.connection_count == 1


async def test_a_server_that_keeps_the_connection_open_behind_done_holds_nobody_up() -> None:
    started = time.monotonic()
    found = await complete(sse(chunk("a", finish_reason="stop"), "[DONE]", Stall(), done=False))
    assert (found.text, found.error) == ("a", None)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("answer", troubles.IN_MID_STREAM)
async def test_q27_a_break_in_mid_stream_keeps_the_text_and_is_not_retried(answer: str) -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, troubles.IN_MID_STREAM[answer])
        found = await gather(client, relay.base_url)
        assert len(relay.requests) == 1
    assert found.text == "Hello"
    if answer == "closed inside an event":  # the body itself ended in order
        assert found.reasons == {0: StopReason.INTERRUPTED}
    else:
        assert isinstance(found.error, errors.ConnectionLostError)


async def test_q27_a_break_before_the_answer_is_retried_and_said() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, [hang_up(), hang_up(), cases.OK])
        found = await gather(client, relay.base_url)
        assert len(relay.requests) == 3
    assert found.text == cases.TEXT
    assert found.adjustments == [Adjustment.RETRIED] * 2


@pytest.mark.parametrize("answer", [troubles.stall_in_mid_stream, troubles.stall_inside_an_event])
async def test_a_silent_stall_ends_after_the_idle_limit_and_keeps_the_text(answer: object) -> None:
    found = await complete(answer, network=Network(idle_timeout=0.2))  # type: ignore[arg-type]
    assert found.text == "Hello"
    assert isinstance(found.error, errors.StalledError)


async def test_pings_keep_a_slow_stream_alive() -> None:
    answer = troubles.pings_between(["a", "b"], pings=4, pause=0.2)
    assert (await complete(answer, network=Network(idle_timeout=0.6))).text == "ab"


async def test_a_busy_reader_is_not_the_server_being_silent() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, sse(chunk("a"), Pause(0.1), chunk("b", finish_reason="stop")))
        texts = []
        endpoint = Endpoint(relay.base_url, network=Network(idle_timeout=0.2))
        async with aclosing(client.stream(endpoint, CompletionRequest("m", "p"))) as events:
            async for event in events:
                if isinstance(event, TextArrived):
                    texts.append(event.text)
                    await asyncio.sleep(0.7)
    assert texts == ["a", "b"]


async def test_the_connections_own_headers_and_fields_reach_the_wire() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, sse(chunk("a", finish_reason="stop")))
        extra = {"min_p": 0.1, "temperature": 0.2, "stream_options": None}
        endpoint = Endpoint(relay.base_url, KEY, extra_headers={"HTTP-Referer": "https://me.example"}, extra_body=extra)
        async with aclosing(client.stream(endpoint, CompletionRequest("m", "p"))) as events:
            assert [event async for event in events]
        (received,) = relay.requests
    assert received.headers["http-referer"] == "https://me.example"
    assert received.headers["content-type"] == "application/json"
    assert (received.json["min_p"], received.json["temperature"]) == (0.1, 0.2)
    assert "stream_options" not in received.json


async def test_a_field_that_may_not_be_replaced_stops_the_request() -> None:
    async with Relay() as relay, clients() as (_, client):
        endpoint = Endpoint(relay.base_url, KEY, extra_body={"prompt": "another"})
        with pytest.raises(errors.ExtraFieldError):
            async for _ in client.stream(endpoint, CompletionRequest("m", "p")):
                pass
        assert relay.connection_count == 0


async def test_no_answer_at_all_ends_after_the_request_limit() -> None:
    found = await complete(sse().after(Stall()), network=Network(request_timeout=0.2))
    assert isinstance(found.error, errors.RequestTimeoutError)


@pytest.mark.parametrize(
    ("answer", "error", "tries"),
    [
        (cases.case_12_invalid_key, errors.AuthError, 1),
        (cases.case_12_key_used_up, errors.QuotaError, 1),
        (cases.case_13_account_used_up, errors.QuotaError, 1),
        (cases.case_14_rate_limit_empty, errors.RateLimitedError, 3),
        (cases.case_14_retry_after_600, errors.RateLimitedError, 1),
        (cases.case_14_retry_after_50_ms, errors.RateLimitedError, 3),
        (cases.case_14_should_not_retry, errors.RateLimitedError, 1),
        (cases.case_14_should_retry, errors.BadRequestError, 3),
        (cases.case_15_no_channel, errors.NoChannelError, 2),
        (cases.case_16_too_large, errors.TooLargeError, 1),
        (cases.case_16_bad_gateway, errors.UpstreamError, 3),
        (cases.case_16_gateway_timeout, errors.UpstreamError, 3),
        (cases.case_16_origin_silent, errors.GatewayTimeoutError, 1),
        (cases.case_17_home_page, errors.ProtocolError, 1),
        (cases.case_17_page_as_json, errors.ProtocolError, 1),
        (troubles.page_as_event_stream, errors.ProtocolError, 1),
        (troubles.nothing_as_event_stream, errors.ProtocolError, 1),
        (troubles.json_cut_short, errors.ConnectionLostError, 1),
        (habits.llama_context_overflow, errors.ContextTooLongError, 1),
        (habits.llama_too_many_candidates, errors.BadRequestError, 1),
        (json_answer({"odd": 1}), errors.ProtocolError, 1),
    ],
)
async def test_cases_12_to_17_every_refusal_is_told_and_tried_as_often_as_it_may_help(
    answer: object, error: type[errors.ApiError], tries: int
) -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, answer)  # type: ignore[arg-type]
        found = await gather(client, relay.base_url)
        assert len(relay.requests) == tries
    assert type(found.error) is error
    assert found.adjustments == [Adjustment.RETRIED] * (tries - 1)


async def test_case_14_the_wait_is_as_long_as_the_server_asks() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, [json_answer({}, 429, {"Retry-After": "1"}), cases.OK])
        assert (await gather(client, relay.base_url)).text == cases.TEXT
        first, second = relay.requests
    assert second.at - first.at > 0.8


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_case_42_a_redirect_to_another_host_is_refused_and_the_key_stays(status: int) -> None:
    async with Relay() as relay, Relay() as other, clients() as (_, client):
        relay.on("POST", PATH, cases.case_42_redirect_to(other, status=status))
        other.on("POST", PATH, cases.OK)
        found = await gather(client, relay.base_url)
        assert other.requests == []
        assert other.connection_count == 0
    assert isinstance(found.error, errors.RedirectRefusedError)
    assert found.error.message.endswith(f"{other.origin.rpartition(':')[2]}{PATH}")


async def test_case_42_a_post_is_not_sent_again_to_the_same_host_either() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, redirect("/v2/completions"))
        found = await gather(client, relay.base_url)
        assert len(relay.requests) == 1
    assert isinstance(found.error, errors.RedirectRefusedError)


async def test_q3_requests_side_by_side_each_go_on_without_what_was_refused() -> None:
    ended: list[str] = []

    async def run(client: CompletionsClient, base_url: str) -> None:
        ended.append((await gather(client, base_url)).text)

    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, lambda received: cases.case_11_refuse_stream_options(received).after(Pause(0.05)))
        scope = TaskScope(lambda _, error: ended.append(repr(error)))
        for lane in range(3):
            scope.start(f"lane {lane}", run(client, relay.base_url))
        await until(lambda: len(ended) == 3)
        await scope.aclose()
        assert len(relay.requests) == 6
    assert ended == [cases.TEXT] * 3
