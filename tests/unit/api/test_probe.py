"""The single steps of a look at the road, over real sockets; none of them ever says a key."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from app.api import errors, probe
from app.domain.profile import Endpoint, Network, ProxyAddress
from tests.relay import Close, Relay, Stall, Write, empty_answer, html_answer, json_answer, keep_silent, redirect
from tests.relay.answers import Answer, Answering
from tests.relay.proxy import HttpProxy, Login, Proxy, SocksProxy
from tests.relay.tls import Authority
from tests.unit.api.client import KEY

DAY = timedelta(days=1)
ME = Login("me", "secret")
PROXIES = pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def endpoint(base_url: str, **network: str) -> Endpoint:
    """Return a connection with everything in it that must not be said."""
    return Endpoint(base_url, KEY, Network(**network), {"api-key": KEY}, {}, ME.password)  # type: ignore[arg-type]


def assert_nothing_was_said(relay: Relay) -> None:
    for received in relay.requests:
        assert not {"authorization", "api-key", "proxy-authorization"} & set(received.headers)
        assert KEY not in f"{received.path}{received.query}{received.headers}"


async def test_a_name_has_addresses() -> None:
    assert "127.0.0.1" in await probe.resolve("localhost") + await probe.resolve("127.0.0.1")
    assert await probe.resolve("::1") == ("::1",)


@pytest.mark.parametrize("host", ["no-such-host.invalid", f"{'a' * 70}.invalid", ""])
async def test_a_name_that_nobody_knows(host: str) -> None:
    with pytest.raises(errors.UnreachableError) as caught:
        await probe.resolve(host)
    assert type(caught.value) in {errors.NameNotFoundError, errors.NoNetworkError}


async def test_connecting_says_where_to() -> None:
    async with Relay() as relay:
        reached = await probe.connect("127.0.0.1", relay.port)
        assert relay.requests == []
    assert reached.address == "127.0.0.1"
    assert reached.seconds >= 0


async def test_nothing_listens(closed_port: int) -> None:
    with pytest.raises(errors.ConnectionRefusedByServerError):
        await probe.connect("127.0.0.1", closed_port)
    with pytest.raises(errors.ConnectionRefusedByServerError):
        await probe.reach(endpoint(f"https://127.0.0.1:{closed_port}/v1"))


async def test_the_proxy_on_the_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:8080")
    assert await probe.proxy_of(endpoint("https://relay.example/v1")) == ProxyAddress("http://proxy.example:8080")
    assert await probe.proxy_of(endpoint("https://relay.example/v1", proxy="none")) is None
    with pytest.raises(errors.ProxyFailedError):
        await probe.proxy_of(endpoint("https://relay.example/v1", proxy="nonsense://x"))


@PROXIES
async def test_the_way_leads_through_the_proxy(kind: type[Proxy], closed_port: int) -> None:
    async with Relay() as relay, kind(login=ME) as proxy:
        url = f"https://relay.example:{relay.port}/v1"
        await probe.reach(endpoint(url, proxy=proxy.url, proxy_user=ME.user))
        assert proxy.asked_for == [("relay.example", relay.port)]
        with pytest.raises(errors.ProxyLoginError):
            await probe.reach(endpoint(url, proxy=proxy.url))
    with pytest.raises(errors.ProxyFailedError):
        await probe.reach(endpoint(url, proxy=f"{kind.scheme}://127.0.0.1:{closed_port}"))


@PROXIES
async def test_a_silent_proxy_is_given_up(kind: type[Proxy]) -> None:
    async with asyncio.timeout(20), kind(is_silent=True) as proxy:
        with pytest.raises(errors.UnreachableError):
            await probe.reach(endpoint("https://relay.example/v1", proxy=proxy.url), limit=0.2)


async def test_what_a_trusted_server_shows(authority: Authority) -> None:
    async with Relay(tls=authority.server("127.0.0.1", "relay.example")) as relay:
        facts = await probe.tls_facts(endpoint(relay.base_url, ca_file=authority.file))
    assert facts.problem is None
    assert facts.version.startswith("TLS")
    assert facts.certificate is not None
    assert facts.certificate.issuer == "Kite Works, authority"
    assert facts.certificate.names == ("127.0.0.1", "relay.example")


@pytest.mark.parametrize(
    ("names", "begins", "ends", "is_known", "problem"),
    [
        ((), None, None, False, errors.UnknownAuthorityError),
        (("elsewhere.example",), None, None, True, errors.WrongNameError),
        ((), -3 * DAY, -DAY, True, errors.CertificateExpiredError),
        ((), DAY, 3 * DAY, True, errors.CertificateNotYetValidError),
    ],
)
async def test_what_a_server_shows_that_is_not_trusted(
    authority: Authority,
    names: tuple[str, ...],
    begins: timedelta | None,
    ends: timedelta | None,
    is_known: bool,
    problem: type[errors.TlsError],
) -> None:
    async with Relay(tls=authority.server(*names, begins=begins, ends=ends)) as relay:
        facts = await probe.tls_facts(endpoint(relay.base_url, ca_file=authority.file if is_known else ""))
        assert relay.requests == []
    assert type(facts.problem) is problem
    assert facts.certificate is not None
    assert facts.certificate.issuer == "Kite Works, authority"
    if ends:
        assert abs(facts.certificate.not_after - datetime.now(UTC) - ends) < timedelta(minutes=5)


@PROXIES
async def test_what_a_server_shows_behind_a_proxy(authority: Authority, kind: type[Proxy]) -> None:
    async with Relay(tls=authority.server("relay.example")) as relay, kind() as proxy:
        facts = await probe.tls_facts(endpoint(f"https://relay.example:{relay.port}/v1", proxy=proxy.url))
    assert type(facts.problem) is errors.UnknownAuthorityError
    assert facts.certificate is not None
    assert facts.certificate.names == ("relay.example",)


async def test_a_server_that_speaks_no_tls() -> None:
    async with Relay() as relay:
        with pytest.raises(errors.TlsError):
            await probe.tls_facts(endpoint(relay.base_url.replace("http:", "https:")))


async def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.CertificateFileError):
        await probe.tls_facts(endpoint("https://127.0.0.1:1/v1", ca_file=str(tmp_path / "gone")))


def dated(ahead: timedelta, **headers: str) -> Answer:
    """Answer with a date that lies so far behind this computer's clock."""
    date = format_datetime(datetime.now(UTC) - ahead, usegmt=True)
    return json_answer({}, headers={"Date": date, **headers})


@pytest.mark.parametrize(
    ("hours", "is_far_off"), [(0, False), (0.05, False), (0.2, True), (-0.2, True), (24 * 400, True)]
)
async def test_the_clock_is_compared(hours: float, is_far_off: bool) -> None:
    ahead = timedelta(hours=hours)
    async with Relay() as relay:
        relay.otherwise = dated(ahead)
        clock = await probe.server_date(endpoint(relay.base_url))
        assert_nothing_was_said(relay)
    assert clock is not None
    assert clock.is_far_off is is_far_off
    assert abs(clock.ahead - ahead) < timedelta(minutes=1)


async def test_the_clock_is_compared_although_the_certificate_cannot_be_judged(authority: Authority) -> None:
    async with Relay(tls=authority.server("elsewhere.example", begins=DAY, ends=2 * DAY)) as relay:
        relay.otherwise = dated(-1.5 * DAY)
        clock = await probe.server_date(endpoint(relay.base_url))
        assert_nothing_was_said(relay)
    assert clock is not None
    assert clock.is_far_off


async def test_a_copy_of_an_answer_is_older_than_it_says() -> None:
    async with Relay() as relay:
        relay.otherwise = dated(timedelta(hours=2), Age="7200")
        clock = await probe.server_date(endpoint(relay.base_url))
    assert clock is not None
    assert not clock.is_far_off


@pytest.mark.parametrize("headers", [{}, {"Date": "soon"}, {"Date": "Sat, 99 Foo 2026 00:00:00 GMT"}, {"Age": "x"}])
async def test_a_server_that_does_not_say_what_time_it_is(headers: dict[str, str]) -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({}, headers=headers)
        assert await probe.server_date(endpoint(relay.base_url)) is None


@PROXIES
async def test_the_clock_is_compared_through_a_proxy(kind: type[Proxy]) -> None:
    async with Relay() as relay, kind(login=ME) as proxy:
        relay.otherwise = dated(timedelta())
        url = f"http://relay.example:{relay.port}/v1"
        assert await probe.server_date(endpoint(url, proxy=proxy.url, proxy_user=ME.user)) is not None
        assert_nothing_was_said(relay)
        assert (relay.requests[0].path, relay.requests[0].headers["host"]) == ("/", f"relay.example:{relay.port}")


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        (html_answer(200, "Welcome to Hotel Kite"), "page"),
        (redirect("http://10.0.0.1/login", 302), "redirect"),
        (redirect("https://wifi.hotel.example/", 307), "redirect"),
        (html_answer(511, "Network Authentication Required"), "status"),
        (redirect("https://relay.example/v1/models"), ""),
        (redirect("http://www.relay.example/", 301), ""),
        (json_answer({"data": []}), ""),
        (json_answer({"error": {"message": "no key"}}, 401), ""),
        (html_answer(404, "404 Not Found"), ""),
        (html_answer(502, "502 Bad Gateway"), ""),
        (empty_answer(302), ""),
        (keep_silent(), ""),
        (Answer((Write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Close())), ""),
    ],
)
async def test_a_login_page_in_the_servers_place(answer: Answering, sign: str) -> None:
    async with Relay() as relay, SocksProxy() as proxy:
        relay.otherwise = answer
        found = await probe.captive_portal(
            endpoint(f"http://relay.example:{relay.port}/v1", proxy=proxy.url), limit=1.0
        )
        assert_nothing_was_said(relay)
        assert relay.requests[0].path == "/v1/models"
        assert {host for host, _ in proxy.asked_for} == {"relay.example"}, "no other host is asked"
    assert (found.sign if found else "") == sign
    if sign in {"page", "status"}:
        assert found is not None
        assert found.title


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        (redirect("http://10.0.0.1/login", 302), "redirect"),
        (redirect("https://relay.example/", 301), ""),
        (html_answer(200, "Welcome to nginx"), ""),
    ],
)
async def test_where_the_server_speaks_tls_its_plain_port_is_asked(answer: Answering, sign: str) -> None:
    async with Relay() as relay, SocksProxy() as proxy:
        proxy.ports[80] = relay.port
        relay.otherwise = answer
        found = await probe.captive_portal(endpoint("https://api.relay.example/v1", proxy=proxy.url))
        assert proxy.asked_for == [("api.relay.example", 80)]
        assert_nothing_was_said(relay)
    assert (found.sign if found else "") == sign


async def test_this_computer_is_no_network_to_log_in_to() -> None:
    async with Relay() as relay:
        relay.otherwise = html_answer(200, "Welcome")
        assert await probe.captive_portal(endpoint(relay.base_url)) is None
        assert relay.requests == []


async def test_a_page_without_an_end_does_not_keep_anybody_waiting() -> None:
    page = Write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>Hotel</title>")
    async with asyncio.timeout(20), Relay() as relay, SocksProxy() as proxy:
        relay.otherwise = Answer((page, Stall()))
        found = await probe.captive_portal(endpoint(f"http://relay.example:{relay.port}/v1", proxy=proxy.url))
    assert found is not None
    assert found.title == "Hotel"


async def test_a_server_that_stays_silent_is_given_up(authority: Authority) -> None:
    async with asyncio.timeout(20), Relay(tls=authority.server()) as relay:
        relay.otherwise = keep_silent()
        with pytest.raises(errors.ConnectTimeoutError):
            await probe.server_date(endpoint(relay.base_url), limit=0.3)


def test_httpx_is_imported_late() -> None:
    program = "import sys, app.api.probe; sys.exit('httpx' in sys.modules or 'anyio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
