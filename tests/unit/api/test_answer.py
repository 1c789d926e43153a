"""Reading an answer: bounded, resumable, and ended at once."""

import asyncio

import pytest

from app.api import answer as answers
from app.api import errors
from app.api.connection import HttpClient
from app.concurrency.tasks import TaskScope
from app.domain.profile import Endpoint
from tests.relay import Pause, Relay, Stall, body_answer, html_answer, sse, text_answer
from tests.support import until
from tests.unit.api.client import QUICK


async def test_several_readers_share_one_position() -> None:
    async with Relay() as relay:
        relay.otherwise = sse(b"one", Pause(0.05), b"two", Pause(0.05), b"three", done=False)
        http = HttpClient(QUICK)
        async with http.send(Endpoint(relay.base_url), "GET", relay.base_url) as answer:
            assert await anext(answer.chunks) == b"one"
            assert await anext(answer.chunks) == b"two"
            assert await answer.read() == b"three"
            assert await answer.read() == b""
        await http.aclose()


async def test_the_head_is_read_in_any_case() -> None:
    async with Relay() as relay:
        relay.otherwise = text_answer("x", headers={"Content-Type": "Text/Plain; Charset=UTF-8", "X-Request-ID": "r1"})
        http = HttpClient(QUICK)
        async with http.send(Endpoint(relay.base_url), "GET", relay.base_url) as answer:
            assert (answer.status, answer.content_type, answer.request_id) == (200, "text/plain", "r1")
        await http.aclose()


async def test_a_body_without_end_is_not_read_into_memory() -> None:
    async with Relay() as relay:
        relay.otherwise = body_answer(b"x" * (answers.MAX_BODY + 1), "application/json")
        http = HttpClient(QUICK)
        with pytest.raises(errors.ProtocolError):
            await http.get_json(Endpoint(relay.base_url), "/models")
        await http.aclose()


async def test_of_a_refusal_without_end_only_the_start_is_read() -> None:
    async with Relay() as relay:
        page = html_answer(413, "Too large")
        relay.otherwise = page
        long = sse(b"x" * 100_000, Stall(), status=500)
        relay.on("GET", "/v1/long", long)
        http = HttpClient(QUICK)
        for path, error in (("/", errors.TooLargeError), ("/long", errors.UpstreamError)):
            with pytest.raises(error):
                await http.get_json(Endpoint(relay.base_url), path)
        await http.aclose()


async def test_leaving_early_closes_the_connection() -> None:
    async with Relay() as relay:
        relay.otherwise = sse(b"one", Stall(), done=False)
        http = HttpClient(QUICK)
        async with http.send(Endpoint(relay.base_url), "GET", relay.base_url) as answer:
            assert await anext(answer.chunks) == b"one"
        await until(lambda: relay.disconnects)
        await http.aclose()


async def test_a_cancellation_from_outside_is_no_stall() -> None:
    ended: list[str] = []

    async def read(http: HttpClient, relay: Relay) -> None:
        try:
            async with http.send(Endpoint(relay.base_url), "GET", relay.base_url) as answer:
                await answer.read()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async with Relay() as relay:
        relay.otherwise = sse(b"one", Stall(), done=False)
        http = HttpClient(QUICK)
        scope = TaskScope(lambda _, error: ended.append(repr(error)))
        scope.start("read", read(http, relay))
        await until(lambda: relay.answering)
        await asyncio.sleep(0.05)
        await scope.aclose()
        await http.aclose()
    assert ended == ["cancelled"]
