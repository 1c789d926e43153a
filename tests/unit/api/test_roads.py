"""Single connections to look at what is there; the steps made of them are in test_probe.py."""

import asyncio

import pytest

from app.api import errors
from app.api.roads import open_road
from app.api.tls import TlsFiles, trusting_anybody
from app.api.ways_out import WayOut
from app.domain.profile import ProxyAddress
from tests.relay import Close, Relay, Write, hang_up, json_answer, text_answer
from tests.relay.answers import Answer
from tests.relay.proxy import HttpProxy, Login

CONTEXT = trusting_anybody(TlsFiles())


async def test_a_bare_question_names_the_host_and_nothing_else() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({}, headers={"X-Odd": "a: b"})
        async with open_road(f"{relay.base_url}/models?x=1", WayOut(), CONTEXT) as road:
            assert road.address == "127.0.0.1"
            beginning = await road.ask()
        (received,) = relay.requests
    assert (received.method, received.path, received.query) == ("GET", "/v1/models", "x=1")
    assert set(received.headers) == {"host", "user-agent", "accept", "connection"}
    assert (beginning.status, beginning.headers["x-odd"], beginning.body) == (200, "a: b", b"{}")


async def test_an_http_proxy_is_given_the_whole_address_and_its_login() -> None:
    async with Relay() as relay, HttpProxy(login=Login("me", "secret")) as proxy:
        relay.otherwise = json_answer({})
        way = WayOut(ProxyAddress(proxy.url, "me", "secret"))
        async with open_road(f"http://relay.example:{relay.port}/x", way, CONTEXT) as road:
            assert (await road.ask()).status == 200
        assert proxy.heads[0].startswith(f"GET http://relay.example:{relay.port}/x HTTP/1.1\r\n")
        assert "proxy-authorization" not in relay.requests[0].headers


async def test_only_the_beginning_of_a_long_body_is_read() -> None:
    async with Relay() as relay:
        relay.otherwise = text_answer("x" * 5_000_000)
        async with open_road(relay.base_url, WayOut(), CONTEXT) as road:
            assert 16_384 <= len((await road.ask()).body) <= 65_536


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer((Write(b"220 mail.example ESMTP\r\n\r\n"), Close())), errors.ProtocolError),
        (Answer((Write(b"HTTP/1.1 200 OK\r\nDate: x"), Close())), errors.ProtocolError),
        (Answer((Write(b"x" * 200_000), Close())), errors.ProtocolError),
        (hang_up(), errors.ProtocolError),
    ],
)
async def test_what_answers_does_not_speak_http(answer: Answer, kind: type[errors.ApiError]) -> None:
    async with asyncio.timeout(20), Relay() as relay:
        relay.otherwise = answer
        async with open_road(relay.base_url, WayOut(), CONTEXT) as road:
            with pytest.raises(kind):
                await road.ask()


async def test_a_failed_handshake_is_an_expected_error() -> None:
    async with Relay() as relay, open_road(relay.base_url, WayOut(), CONTEXT) as road:
        with pytest.raises(errors.TlsError):
            await road.secure(CONTEXT)


async def test_an_address_that_is_none() -> None:
    with pytest.raises(errors.NameNotFoundError):
        async with open_road("http://[::g]/", WayOut(), CONTEXT):
            pass
