"""The way to a server, looked at over real sockets."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.api import errors, probe
from app.domain.check import Detail, DetailKind, Step
from app.domain.profile import Endpoint, Network
from app.services.check_network import NetworkLook, host_and_port
from tests.relay import Relay
from tests.relay.proxy import HttpProxy, Login
from tests.relay.tls import Authority

ME = Login("me", "secret")


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


async def look(step: Step, base_url: str, network: Network | None = None, password: str | None = None) -> Detail:
    endpoint = Endpoint(base_url, "sk-test", network or Network(), proxy_password=password)
    found = await NetworkLook(probe).look(step, endpoint)
    assert found.findings == ()
    return found.detail


async def test_a_name_is_looked_up() -> None:
    found = await look(Step.NAME, "http://localhost:1/v1")
    assert found.kind is DetailKind.FOUND
    assert set(str(found.values["address"]).split(", ")) & {"127.0.0.1", "::1"}
    with pytest.raises(errors.UnreachableError):
        await look(Step.NAME, "http://no-such-host.invalid/v1")


async def test_a_server_is_connected_to_and_asked_nothing(closed_port: int) -> None:
    async with Relay() as relay:
        found = await look(Step.CONNECTION, relay.base_url)
        assert relay.requests == []
        assert relay.connection_count == 1
    assert found.kind is DetailKind.CONNECTED
    assert found.values["address"] == "127.0.0.1"
    assert isinstance(found.values["milliseconds"], int)
    with pytest.raises(errors.ConnectionRefusedByServerError):
        await look(Step.CONNECTION, f"http://127.0.0.1:{closed_port}/v1")


async def test_where_there_is_a_proxy_it_is_reached_first() -> None:
    async with Relay() as relay, HttpProxy(login=ME) as proxy:
        url, network = f"https://relay.example:{relay.port}/v1", Network(proxy=proxy.url, proxy_user=ME.user)
        assert (await look(Step.NAME, url, network)).values["address"] == "127.0.0.1"
        assert (await look(Step.CONNECTION, url, network)).kind is DetailKind.CONNECTED
        assert proxy.asked_for == []
        through = await look(Step.PROXY, url, network, ME.password)
        assert through == Detail(DetailKind.THROUGH_PROXY, {"proxy": proxy.url})
        assert proxy.asked_for == [("relay.example", relay.port)]
        with pytest.raises(errors.ProxyLoginError):
            await look(Step.PROXY, url, network, "wrong")


async def test_no_proxy_is_said() -> None:
    assert await look(Step.PROXY, "https://relay.example/v1", Network(proxy="none")) == Detail(DetailKind.NO_PROXY)


async def test_a_certificate_is_shown_or_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Relay(tls=authority.server(ends=timedelta(days=9))) as relay:
        found = await look(Step.TLS, relay.base_url, Network(ca_file=authority.file))
        assert found.kind is DetailKind.CERTIFICATE
        assert found.values["issuer"] == "Kite Works, authority"
        assert str(found.values["until"]).count("-") == 2
        with pytest.raises(errors.UnknownAuthorityError):
            await look(Step.TLS, relay.base_url)
        assert relay.requests == []


async def test_only_the_way_is_looked_at() -> None:
    with pytest.raises(ValueError, match="key"):
        await look(Step.KEY, "https://relay.example/v1")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://relay.example/v1", ("relay.example", 443)),
        ("http://relay.example/v1", ("relay.example", 80)),
        ("http://[::1]:8080/v1", ("::1", 8080)),
        ("socks5h://proxy.example", ("proxy.example", 1080)),
    ],
)
def test_host_and_port_of_a_url(url: str, expected: tuple[str, int]) -> None:
    assert host_and_port(url) == expected
