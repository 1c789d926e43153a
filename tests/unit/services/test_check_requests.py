import asyncio

import pytest

from app.api.errors import BadRequestError, ProtocolError, RateLimitedError, UpstreamError
from app.domain.generation import Adjustment, StopReason, Usage
from app.domain.profile import Endpoint
from app.services.check_requests import BUSY_RETRIES, CheckRequests
from tests.relay import Answer, Relay, cases, empty_answer, json_answer
from tests.relay.chats import PATH as CHAT
from tests.relay.chats import chatting
from tests.relay.completion_server import completion_server
from tests.relay.habits import ollama_template_applied
from tests.relay.models import MODELS
from tests.relay.refusals import refusing
from tests.unit.api.client import KEY, clients

PATH = "/v1/completions"
SOON = empty_answer(429, {"retry-after-ms": "20"})


async def test_an_answer_is_gathered() -> None:
    async with Relay() as relay, clients() as (http, completions):
        completion_server(relay, ("The", " ferry", " left"))
        requests = CheckRequests(completions, http, Endpoint(relay.base_url, KEY), MODELS[0])
        answer = await requests.complete("Once", max_tokens=2, n=2, logprobs=5)
        assert answer.text == "The ferry"
        assert answer.reasons == {0: StopReason.LENGTH, 1: StopReason.LENGTH}
        assert answer.usage == Usage(1, 4)
        assert (answer.has_probabilities, answer.alternatives) == (True, 5)
        assert not answer.said
        streamed = await requests.complete("Once", max_tokens=2, stream=True)
        assert (streamed.text, streamed.usage, streamed.has_probabilities) == ("The ferry", Usage(1, 2), False)
        assert [model.id for model in await requests.models()] == list(MODELS)
        relay.on("POST", CHAT, chatting())
        assert (await requests.chat("Which colour?", max_tokens=8)).text == "Blue"


async def test_what_was_adjusted_on_the_way_is_noted() -> None:
    async with Relay() as relay, clients() as (http, completions):
        relay.on("POST", PATH, ollama_template_applied)
        requests = CheckRequests(completions, http, Endpoint(relay.base_url), "m")
        answer = await requests.complete("Once", max_tokens=8, stream=True)
        assert answer.said == {Adjustment.ANSWERED_WITHOUT_STREAM, Adjustment.TEMPLATE_SUSPECTED}


async def test_nothing_is_left_out_or_sent_again() -> None:
    async with Relay() as relay, clients() as (http, completions):
        relay.on("POST", PATH, refusing("seed"))
        requests = CheckRequests(completions, http, Endpoint(relay.base_url), "m")
        for _ in range(2):
            with pytest.raises(BadRequestError):
                await requests.complete("Once", max_tokens=1, seed=7)
        relay.on("POST", PATH, cases.case_16_bad_gateway)
        with pytest.raises(UpstreamError):
            await requests.complete("Once", max_tokens=1)
        relay.on("GET", "/v1/models", cases.case_17_home_page)
        with pytest.raises(ProtocolError):
            await requests.models()
        assert ["seed" in received.json for received in relay.requests_to(PATH)] == [True, True, False]
        assert len(relay.requests) == 4


async def test_a_busy_server_is_asked_once_more_after_a_short_while() -> None:
    async with Relay() as relay, clients() as (http, completions):
        relay.on("POST", PATH, [SOON, cases.OK_WHOLE])
        requests = CheckRequests(completions, http, Endpoint(relay.base_url), "m")
        assert (await requests.complete("Once", max_tokens=1)).text == cases.TEXT
        assert len(relay.requests) == 2
        assert relay.requests[1].at - relay.requests[0].at >= 0.02


async def test_a_server_that_stays_busy_is_not_asked_for_ever() -> None:
    async with Relay() as relay, clients() as (http, completions):
        relay.on("POST", PATH, SOON)
        relay.on("POST", CHAT, SOON)
        requests = CheckRequests(completions, http, Endpoint(relay.base_url), "m")
        for _ in range(3):
            with pytest.raises(RateLimitedError):
                await requests.complete("Once", max_tokens=1)
        with pytest.raises(RateLimitedError):
            await requests.chat("Which colour?", max_tokens=1)
        assert len(relay.requests) == 4 + BUSY_RETRIES


@pytest.mark.parametrize("answer", [cases.case_14_retry_after_600, cases.case_14_retry_after_3])
async def test_a_check_does_not_wait_long(answer: Answer) -> None:
    async with Relay() as relay, clients() as (http, completions):
        relay.on("POST", PATH, answer)
        requests = CheckRequests(completions, http, Endpoint(relay.base_url), "m")
        async with asyncio.timeout(2.0):
            with pytest.raises(RateLimitedError):
                await requests.complete("Once", max_tokens=1)
        assert len(relay.requests) == 1


async def test_quota_is_no_mood() -> None:
    async with Relay() as relay, clients() as (http, completions):
        relay.on("POST", PATH, json_answer({"error": {"message": "x", "code": "insufficient_quota"}}, 429))
        requests = CheckRequests(completions, http, Endpoint(relay.base_url), "m")
        with pytest.raises(Exception, match="x"):
            await requests.complete("Once", max_tokens=1)
        assert len(relay.requests) == 1
