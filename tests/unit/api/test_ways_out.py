"""Which way a request takes, and what requests of the same way share."""

import asyncio
import socket
from pathlib import Path

import pytest

from app.api import errors
from app.api.connection import HttpClient
from app.api.tls import TlsFiles
from app.api.ways_out import WayOut, WaysOut, choose_way, is_quick_choice
from app.domain.profile import Endpoint, Network, ProxyAddress
from tests.relay import Pause, Relay, json_answer, redirect
from tests.relay.models import model_list
from tests.relay.proxy import HttpProxy, Login, SocksProxy
from tests.relay.tls import Authority
from tests.unit.api.client import KEY, QUICK, failure_of, list_at, list_of

ME = Login("me", "secret")
RELAY = "https://relay.example/v1/models"
HERE = "http://127.0.0.1:8080/v1/models"


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def way(url: str, **network: str) -> WayOut:
    return choose_way(url, Endpoint("", KEY, Network(**network), proxy_password="secret"))  # type: ignore[arg-type]


def test_a_way_is_made_of_proxy_and_files() -> None:
    assert way(HERE) == WayOut()
    assert way(RELAY, proxy="none") == WayOut(files=TlsFiles())
    assert way(RELAY, proxy="http://p.example:1") == WayOut(
        ProxyAddress("http://p.example:1"), TlsFiles(), is_tunnel=True
    )
    assert way(HERE, proxy="http://p.example:1") == WayOut(ProxyAddress("http://p.example:1"))
    assert way(HERE, proxy="https://p.example:1") == WayOut(ProxyAddress("https://p.example:1"), TlsFiles())
    assert way(HERE, proxy="socks5://p.example:1", proxy_user="me") == WayOut(
        ProxyAddress("socks5://p.example:1", "me", "secret"), is_tunnel=True
    )


def test_only_where_the_way_lies_makes_it_another() -> None:
    assert way(RELAY, proxy="none") == way("https://other.example/v1", proxy="none")
    assert way(RELAY, proxy="none", ca_file="x") != way(RELAY, proxy="none")
    assert way(HERE, ca_file="x") == way(HERE), "nothing there speaks TLS"
    assert "secret" not in repr(way(HERE, proxy="socks5://p.example:1", proxy_user="me"))


def test_a_choice_is_quick_unless_system_or_disk_are_asked() -> None:
    assert is_quick_choice(HERE, Endpoint(""))
    assert is_quick_choice(RELAY, Endpoint("", network=Network(proxy="none")))
    assert not is_quick_choice(RELAY, Endpoint(""))
    assert not is_quick_choice(HERE, Endpoint("", network=Network(client_key="x")))


async def test_there_is_one_client_for_each_way() -> None:
    ways = WaysOut()
    direct = await ways.client(WayOut())
    assert await ways.client(WayOut()) is direct
    assert await ways.client(WayOut(files=TlsFiles())) is not direct
    await ways.aclose()
    assert await ways.client(WayOut()) is not direct
    await ways.aclose()


async def test_plain_http_through_an_http_proxy() -> None:
    async with Relay() as relay, HttpProxy(login=ME) as proxy:
        network = Network(proxy=proxy.url, proxy_user=ME.user)
        assert await list_of(relay, network, ME.password) == 2
        assert proxy.heads[0].startswith(f"GET {relay.base_url}/models HTTP/1.1\r\n")
        assert proxy.logins == [ME]
        assert "proxy-authorization" not in relay.requests[0].headers
        error = await failure_of(relay.base_url, network, "wrong")
        assert type(error) is errors.ProxyLoginError
        assert len(relay.requests) == 1


async def test_a_proxy_for_plain_http_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = await failure_of("http://relay.example/v1", Network(proxy=f"http://127.0.0.1:{port}"))
    assert type(error) is errors.ProxyFailedError


async def test_the_environment_is_asked_anew_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Relay() as relay, HttpProxy() as first, SocksProxy() as second:
        relay.on("GET", "/v1/models", model_list())
        address, http = f"http://relay.example:{relay.port}/v1", HttpClient(QUICK)
        for proxy in (first, second, first):
            monkeypatch.setenv("http_proxy", proxy.url)
            await http.get_json(Endpoint(address), "/models")
        await http.aclose()
        assert len(first.asked_for) == 2
        assert second.asked_for == [("relay.example", relay.port)]


async def test_a_login_in_the_environment_is_used_and_kept_from_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Relay() as relay, HttpProxy(login=ME) as proxy:
        relay.on("GET", "/v1/models", model_list())
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:secret@"))
        assert await list_at(f"http://relay.example:{relay.port}/v1") == 2
        assert "proxy-authorization" not in relay.requests[0].headers


async def test_this_computer_is_reached_directly_unless_a_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Relay() as relay, HttpProxy() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("all_proxy", proxy.url)
        assert await list_of(relay) == 2
        assert proxy.connection_count == 0
        assert await list_of(relay, Network(proxy=proxy.url)) == 2
        assert proxy.connection_count == 1


async def test_another_password_is_another_way() -> None:
    async with Relay() as relay, SocksProxy(login=ME) as proxy:
        relay.on("GET", "/v1/models", model_list())
        http, network = HttpClient(QUICK), Network(proxy=proxy.url, proxy_user=ME.user)
        with pytest.raises(errors.ProxyLoginError):
            await http.get_json(Endpoint(relay.base_url, KEY, network, proxy_password="old"), "/models")
        await http.get_json(Endpoint(relay.base_url, KEY, network, proxy_password=ME.password), "/models")
        await http.aclose()


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6")
@pytest.mark.parametrize("is_secure", [False, True])
async def test_ipv6_addresses(tmp_path: Path, is_secure: bool) -> None:
    authority = Authority(tmp_path)
    async with Relay(host="::1", tls=authority.server() if is_secure else None) as relay, SocksProxy() as proxy:
        assert "//[::1]:" in relay.base_url
        assert await list_of(relay, Network(ca_file=authority.file)) == 2
        assert relay.requests[0].headers["host"] == f"[::1]:{relay.port}"
        await failure_of(relay.base_url, Network(proxy=proxy.url))
        assert proxy.asked_for[0] == ("::1", relay.port)


@pytest.mark.parametrize("host", ["[fe80::1%no-such-link]", "-x.invalid", f"{'a' * 70}.invalid", "münchen.invalid"])
async def test_hosts_that_cannot_be_are_expected_errors(host: str) -> None:
    assert isinstance(await failure_of(f"http://{host}:1/v1"), errors.UnreachableError)


@pytest.mark.parametrize("is_proxied", [False, True])
async def test_case_42_a_redirect_never_takes_the_key_to_another_host(is_proxied: bool) -> None:
    async with Relay() as relay, Relay() as other, SocksProxy() as proxy:
        relay.on("GET", "/v1/models", redirect(f"{other.base_url}/models"))
        error = await failure_of(relay.base_url, Network(proxy=proxy.url if is_proxied else "none"))
        assert type(error) is errors.RedirectRefusedError
        assert other.connection_count == 0


async def test_a_redirect_on_the_same_host_is_followed_the_same_way() -> None:
    async with Relay() as relay, HttpProxy() as proxy:
        relay.on("GET", "/v1/models", redirect("/v1/list"))
        relay.on("GET", "/v1/list", model_list())
        http = HttpClient(QUICK)
        await http.get_json(Endpoint(relay.base_url, KEY, Network(proxy=proxy.url)), "/models")
        await http.aclose()
        assert len(proxy.asked_for) == 2
        assert [received.key for received in relay.requests] == [KEY, KEY]


async def test_each_connection_has_time_limits_of_its_own() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({}).after(Pause(0.5))
        http = HttpClient(QUICK)
        with pytest.raises(errors.RequestTimeoutError):
            await http.get_json(Endpoint(relay.base_url, network=Network(request_timeout=0.1)), "/models")
        assert await http.get_json(Endpoint(relay.base_url), "/models") == {}
        await http.aclose()


async def test_ways_are_chosen_side_by_side() -> None:
    async with Relay() as relay, HttpProxy() as proxy:
        relay.on("GET", "/v1/models", model_list())
        http = HttpClient(QUICK)
        networks = [Network(proxy="none"), Network(proxy=proxy.url)] * 4
        asked = (http.get_json(Endpoint(relay.base_url, KEY, network), "/models") for network in networks)
        assert len(await asyncio.gather(*asked)) == 8
        await http.aclose()
        assert len(proxy.asked_for) == 4
