"""Ways through proxies, over real sockets."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.api import errors
from app.api.connection import HttpClient
from app.domain.profile import Endpoint, Network
from tests.relay import Relay
from tests.relay.models import model_list
from tests.relay.proxy import HttpProxy, Login, Proxy, SocksProxy
from tests.relay.tls import Authority
from tests.unit.api.client import KEY, QUICK, failure_of, list_at, list_of

ME = Login("me", "p:ä@ss")
SOCKS_AND_CONNECT = pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def through(proxy: Proxy, authority: Authority | None = None, user: str = "", limit: float = 5.0) -> Network:
    return Network(proxy=proxy.url, proxy_user=user, ca_file=authority.file if authority else "", connect_timeout=limit)


@SOCKS_AND_CONNECT
async def test_tls_goes_through_the_proxy_and_the_proxy_sees_none_of_it(
    authority: Authority, kind: type[Proxy]
) -> None:
    async with Relay(tls=authority.server()) as relay, kind() as proxy:
        assert await list_of(relay, through(proxy, authority)) == 2
        assert proxy.asked_for == [("127.0.0.1", relay.port)]
        assert relay.requests[0].key == KEY
        if isinstance(proxy, HttpProxy):
            assert KEY not in "".join(proxy.heads)


@SOCKS_AND_CONNECT
async def test_the_proxy_looks_up_the_name(authority: Authority, kind: type[Proxy]) -> None:
    async with Relay(tls=authority.server("relay.example")) as relay, kind() as proxy:
        relay.on("GET", "/v1/models", model_list())
        assert await list_at(f"https://relay.example:{relay.port}/v1", through(proxy, authority)) == 2
        assert proxy.asked_for == [("relay.example", relay.port)]


@SOCKS_AND_CONNECT
async def test_an_ipv6_address_is_asked_for_as_one(kind: type[Proxy]) -> None:
    async with kind() as proxy:
        error = await failure_of("https://[2001:db8::7]:1/v1", through(proxy))
        assert proxy.asked_for[0] == ("2001:db8::7", 1)
    assert isinstance(error, errors.UnreachableError)  # nothing listens where the proxy then goes


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_plain_http_through_socks(scheme: str) -> None:
    async with Relay() as relay, SocksProxy() as proxy:
        assert await list_of(relay, Network(proxy=proxy.url.replace("socks5", scheme))) == 2
        assert proxy.asked_for == [("127.0.0.1", relay.port)]
        assert relay.requests[0].headers["host"] == f"127.0.0.1:{relay.port}"


async def test_a_socks_proxy_that_answers_byte_by_byte() -> None:
    async with Relay() as relay, SocksProxy(login=ME, dribbles=True) as proxy:
        assert await list_of(relay, through(proxy, user=ME.user), ME.password) == 2


@SOCKS_AND_CONNECT
async def test_a_login_opens_the_proxy(authority: Authority, kind: type[Proxy]) -> None:
    async with Relay(tls=authority.server()) as relay, kind(login=ME) as proxy:
        assert await list_of(relay, through(proxy, authority, ME.user), ME.password) == 2
        assert proxy.logins == [ME]


@SOCKS_AND_CONNECT
async def test_a_login_that_nobody_asks_for_does_no_harm(authority: Authority, kind: type[Proxy]) -> None:
    async with Relay(tls=authority.server()) as relay, kind() as proxy:
        assert await list_of(relay, through(proxy, authority, ME.user), ME.password) == 2


@SOCKS_AND_CONNECT
@pytest.mark.parametrize(("user", "password"), [("", None), ("me", "wrong"), ("me", None)])
async def test_a_login_that_is_missing_or_wrong_is_said_and_not_tried_again(
    kind: type[Proxy], user: str, password: str | None
) -> None:
    async with kind(login=ME) as proxy:
        error = await failure_of("https://relay.example/v1", through(proxy, user=user), password)
        assert proxy.connection_count == 1
        assert proxy.asked_for == []
    assert type(error) is errors.ProxyLoginError
    assert ME.password not in error.detail


async def test_a_login_of_a_kind_that_is_not_spoken_is_named() -> None:
    async with HttpProxy(login=ME, takes="NTLM") as proxy:
        error = await failure_of("https://relay.example/v1", through(proxy))
    assert error.code == "NTLM"


@pytest.mark.parametrize("status", [403, 502, 503])
async def test_a_proxy_that_does_not_let_through(status: int) -> None:
    async with HttpProxy(refusal=status) as proxy:
        error = await failure_of("https://relay.example/v1", through(proxy))
    assert type(error) is errors.ProxyFailedError
    assert error.code == str(status)


@pytest.mark.parametrize(("reply", "code"), [(2, "not_allowed"), (4, "host_unreachable"), (99, "99")])
async def test_a_socks_proxy_that_cannot_connect(reply: int, code: str) -> None:
    async with SocksProxy(reply=reply) as proxy:
        error = await failure_of("https://relay.example/v1", through(proxy))
    assert type(error) is errors.ProxyFailedError
    assert error.code == code


@pytest.mark.parametrize("rubbish", [b"", b"\x05", b"\x04\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05\x07"])
async def test_what_answers_is_no_socks_proxy(rubbish: bytes) -> None:
    async with SocksProxy(rubbish=rubbish) as proxy:
        error = await failure_of("https://relay.example/v1", through(proxy))
    assert isinstance(error, errors.ProxyFailedError)


async def test_what_answers_is_no_http_proxy() -> None:
    async with SocksProxy() as proxy:  # waits for two bytes, takes the second for a count, and waits for so many more
        address = proxy.url.replace("socks5", "http")
        error = await failure_of("https://relay.example/v1", Network(proxy=address, connect_timeout=0.5))
    assert type(error) is errors.ProxyFailedError


@SOCKS_AND_CONNECT
async def test_a_silent_proxy_is_given_up_within_the_limit_for_connecting(kind: type[Proxy]) -> None:
    async with asyncio.timeout(20), kind(is_silent=True) as proxy:
        error = await failure_of("https://relay.example/v1", through(proxy, limit=0.2))
    assert type(error) is errors.ProxyFailedError
    assert error.code == "timeout"


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_a_proxy_that_is_not_there(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = await failure_of("https://relay.example/v1", Network(proxy=f"{scheme}://127.0.0.1:{port}"))
    assert type(error) is errors.ProxyFailedError


async def test_a_proxy_whose_name_nobody_knows() -> None:
    error = await failure_of("https://relay.example/v1", Network(proxy="socks5://no-such-host.invalid:1"))
    assert isinstance(error, errors.UnreachableError)
    assert not isinstance(error, errors.NameNotFoundError), "the server's name is not the one that is unknown"


async def test_a_proxy_that_speaks_tls_itself(authority: Authority) -> None:
    async with Relay(tls=authority.server()) as relay, HttpProxy(tls=authority.server(), login=ME) as proxy:
        assert proxy.url.startswith("https:")
        assert await list_of(relay, through(proxy, authority, ME.user), ME.password) == 2
        error = await failure_of(relay.base_url, through(proxy, user=ME.user), ME.password)
    assert type(error) is errors.ProxyFailedError, "its certificate is not known, and it is not the server's"


@SOCKS_AND_CONNECT
async def test_the_servers_certificate_is_judged_behind_the_proxy(authority: Authority, kind: type[Proxy]) -> None:
    async with Relay(tls=authority.server()) as relay, kind() as proxy:
        assert type(await failure_of(relay.base_url, through(proxy))) is errors.UnknownAuthorityError


@SOCKS_AND_CONNECT
async def test_two_requests_share_a_way_through(authority: Authority, kind: type[Proxy]) -> None:
    async with Relay(tls=authority.server()) as relay, kind() as proxy:
        relay.otherwise = model_list()
        http, endpoint = HttpClient(QUICK), Endpoint(relay.base_url, KEY, through(proxy, authority))
        for _ in range(3):
            await http.get_json(endpoint, "/models")
        await http.aclose()
        assert (proxy.connection_count, relay.connection_count) == (1, 1)


@asynccontextmanager
async def real_proxy(folder: Path) -> AsyncIterator[str]:
    """Run proxy.py from the package index, with a login, and give its address."""
    pytest.importorskip("proxy", reason="proxy.py is not installed")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    command = ["-m", "proxy", "--hostname", "127.0.0.1", "--port", str(port), "--basic-auth", "me:secret"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command, "--num-workers", "1", "--num-acceptors", "1", "--log-level", "e"),
        env={**os.environ, "HOME": str(folder), "USERPROFILE": str(folder)},  # it keeps a folder there
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            assert process.returncode is None, "it did not start"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
        if sys.platform != "win32":
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its workers


async def test_a_proxy_that_others_wrote(authority: Authority, tmp_path: Path) -> None:
    async with real_proxy(tmp_path) as url, Relay(tls=authority.server()) as secure, Relay() as plain:
        for relay in (secure, plain):
            network = Network(proxy=url, proxy_user="me", ca_file=authority.file)
            assert await list_of(relay, network, "secret") == 2
            assert "proxy-authorization" not in relay.requests[-1].headers
            error = await failure_of(relay.base_url, network, "wrong")
            assert type(error) is errors.ProxyLoginError
            assert len(relay.requests) == 1
