import asyncio

import pytest

from tests.relay import Close, Pause, Relay, Reset, Stall, WaitFor, Write, hang_up, json_answer, keep_silent
from tests.relay.answers import Answer
from tests.support import until
from tests.unit.relay.raw_client import RawClient

PATH = "/v1/completions"


async def test_answers_and_records_what_arrived() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, json_answer({"n": 1}))
        answer = await client.post(PATH, {"prompt": "日本"}, key="sk-test")
    assert answer.status == 200
    assert answer.json == {"n": 1}
    (received,) = relay.requests
    assert (received.method, received.path, received.json) == ("POST", PATH, {"prompt": "日本"})
    assert received.key == "sk-test"
    assert received.headers["content-type"] == "application/json"


async def test_answers_one_after_another_and_repeats_the_last() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, [json_answer({}, status=500), lambda received: json_answer(received.json)])
        answers = [await client.post(PATH, {"turn": turn}) for turn in range(3)]
    assert [answer.status for answer in answers] == [500, 200, 200]
    assert answers[2].json == {"turn": 2}
    assert relay.connection_count == 1
    assert not relay.disconnects


async def test_unknown_path_is_answered_as_relays_do() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        answer = await client.get("/v1/nothing?x=1")
    assert answer.status == 404
    assert answer.json["error"]["message"] == "Invalid URL (GET /v1/nothing)"
    assert relay.requests[0].query == "x=1"


async def test_reads_a_chunked_request_body() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, json_answer({}))
        await client.send(
            b"POST /v1/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        assert (await client.answer()).status == 200
    assert relay.requests[0].body == b"abcde"


@pytest.mark.parametrize(
    "rubbish", [b"\x16\x03\x01\x02\x00", b"EHLO me\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n"]
)
async def test_records_rubbish_and_refuses_it(rubbish: bytes) -> None:
    async with Relay() as relay, RawClient(relay) as client:
        await client.send(rubbish)
        assert (await client.answer()).status == 400
    assert len(relay.rubbish) == 1
    assert not relay.requests


async def test_serves_connections_at_the_same_time() -> None:
    gate = asyncio.Event()
    async with Relay() as relay, RawClient(relay) as first, RawClient(relay) as second:
        relay.on("POST", PATH, [json_answer({"who": 1}).after(WaitFor(gate)), json_answer({"who": 2})])
        await first.send_post(PATH, {})
        await until(lambda: relay.answering)
        assert (await second.post(PATH, {})).json == {"who": 2}
        gate.set()
        assert (await first.answer()).json == {"who": 1}
    assert relay.connection_count == 2


@pytest.mark.parametrize("step", [Stall(), Pause(3600), WaitFor(asyncio.Event())])
async def test_notices_that_the_client_left_during_an_answer(step: Stall | Pause | WaitFor) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, Answer((Write(b"HTTP/1.1 200 OK\r\n\r\n"), step)))
        async with RawClient(relay) as client:
            await client.send_post(PATH, {"prompt": "x"})
            await client.read_until(b"\r\n\r\n")
            assert not relay.disconnects
        await until(lambda: relay.disconnects)
        assert relay.disconnects == relay.requests
        assert not relay.answering
        await until(lambda: relay.open_connections == 0)


async def test_a_client_that_leaves_after_its_answer_did_not_disconnect() -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, json_answer({}))
        async with RawClient(relay) as client:
            await client.post(PATH, {})
        await until(lambda: relay.open_connections == 0)
    assert not relay.disconnects


async def test_close_ends_without_a_word() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, hang_up())
        await client.send_post(PATH, {})
        assert await client.rest() == b""
    assert not relay.disconnects


async def test_reset_breaks_the_connection_after_what_was_sent() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, Answer((Write(b"HTTP/1.1 200 OK\r\n\r\nhalf"), Pause(0.02), Reset())))
        await client.send_post(PATH, {})
        await client.read_until(b"half")
        with pytest.raises(ConnectionResetError):
            await client.rest()


async def test_leaving_ends_what_stalls_and_refuses_new_connections() -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, keep_silent())
        client = await RawClient(relay).__aenter__()
        await client.send_post(PATH, {})
        await until(lambda: relay.answering)
    with pytest.raises(ConnectionError):
        await RawClient(relay).__aenter__()
    assert await client.rest() == b""
    await client.close()


async def test_a_crash_in_an_answer_fails_the_test() -> None:
    async def talk() -> None:
        async with Relay() as relay, RawClient(relay) as client:
            relay.on("POST", PATH, lambda received: json_answer({"n": 1 / len(received.query)}))
            await client.send_post(PATH, {})
            assert await client.rest() == b""

    with pytest.raises(ZeroDivisionError):
        await talk()


async def test_close_inside_a_chunked_body_leaves_it_without_an_end() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        part = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        relay.on("POST", PATH, Answer((Write(part), Close())))
        await client.send_post(PATH, {})
        assert await client.rest() == part
