"""What closer looks find, over real sockets where there are any, and with a scripted road where there are none."""

import socket
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from app.api import errors, probe
from app.api.connection import HttpClient
from app.api.probe import Clock, Portal, Reached, TlsFacts
from app.domain.check import Step
from app.domain.diagnosis import DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.profile import Endpoint, Network, ProxyAddress
from app.services.check_network import Prober
from app.services.doctor_looks import CloserLook, Found
from tests.relay import Relay, cases, html_answer, json_answer, redirect
from tests.relay.answers import Answer
from tests.relay.errors import openai_error, relay_error
from tests.relay.models import model_list
from tests.relay.proxy import HttpProxy, Login, SocksProxy
from tests.relay.tls import Authority
from tests.unit.api.client import clients

DAY = timedelta(days=1)
NATIVE = '{"index":0,"content":" Paris","tokens_predicted":8,"tokens_evaluated":5,"generation_settings":{}}'


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@dataclass
class Road:
    """A road on which everything works, but for what a test says."""

    resolved: errors.ApiError | None = None
    connected: errors.ApiError | None = None
    proxy: ProxyAddress | errors.ApiError | None = None
    portal: Portal | None = None
    clock: Clock | errors.ApiError | None = None
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, **_: float) -> tuple[str, ...]:
        self.asked.append(f"resolve {host}")
        if self.resolved:
            raise self.resolved
        return ("192.0.2.1",)

    async def connect(self, host: str, port: int, **_: float) -> Reached:
        self.asked.append(f"connect {host}:{port}")
        if self.connected:
            raise self.connected
        return Reached("192.0.2.1", 0.1)

    async def proxy_of(self, _: Endpoint, /, **__: float) -> ProxyAddress | None:
        if isinstance(self.proxy, errors.ApiError):
            raise self.proxy
        return self.proxy

    async def reach(self, _: Endpoint, /, **__: float) -> None:
        raise AssertionError

    async def tls_facts(self, _: Endpoint, /, **__: float) -> TlsFacts:
        raise errors.UnreachableError

    async def server_date(self, _: Endpoint, /, **__: float) -> Clock | None:
        if isinstance(self.clock, errors.ApiError):
            raise self.clock
        return self.clock

    async def captive_portal(self, _: Endpoint, /, **__: float) -> Portal | None:
        return self.portal


def look_of(road: Prober, http: HttpClient, error: ExpectedError, base_url: str, **network: Any) -> CloserLook:
    return CloserLook(road, http, Endpoint(base_url, None, Network(**network)), error)


async def at_way(road: Road, error: ExpectedError) -> Found:
    async with clients() as (http, _):
        return await look_of(road, http, error, "https://relay.example:8443/v1").at_way()


# The way


@pytest.mark.parametrize(
    ("road", "error", "expected"),
    [
        (
            Road(resolved=errors.NoNetworkError()),
            errors.NameNotFoundError(),
            (DiagnosisKind.NO_NETWORK, Step.NAME, {}),
        ),
        (
            Road(resolved=errors.NameNotFoundError()),
            errors.NameNotFoundError(),
            (DiagnosisKind.NAME_NOT_FOUND, Step.NAME, {"host": "relay.example"}),
        ),
        (
            Road(),  # the name is there again
            errors.NameNotFoundError(),
            (DiagnosisKind.NAME_NOT_FOUND, Step.NAME, {"host": "relay.example"}),
        ),
        (
            Road(connected=errors.ConnectionRefusedByServerError()),
            errors.UnreachableError(),
            (DiagnosisKind.NOTHING_LISTENS, Step.CONNECTION, {"host": "relay.example", "port": 8443}),
        ),
        (
            Road(connected=errors.NoNetworkError()),
            errors.ConnectTimeoutError(),
            (DiagnosisKind.NO_NETWORK, Step.NAME, {}),
        ),
        (
            Road(connected=errors.ConnectTimeoutError()),
            errors.ConnectTimeoutError(),
            (DiagnosisKind.TIMED_OUT, Step.CONNECTION, {"host": "relay.example"}),
        ),
        (
            Road(),
            errors.UnreachableError("hung up"),
            (DiagnosisKind.UNREACHABLE, Step.CONNECTION, {"host": "relay.example"}),
        ),
        (
            Road(connected=errors.ConnectTimeoutError(), portal=Portal("http://10.0.0.1", "Hotel", "redirect")),
            errors.ConnectTimeoutError(),
            (DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION, {}),
        ),
        (
            Road(connected=errors.ConnectTimeoutError(), portal=Portal("http://relay.example", "Hello", "page")),
            errors.ConnectTimeoutError(),
            (DiagnosisKind.TIMED_OUT, Step.CONNECTION, {"host": "relay.example"}),
        ),
    ],
)
async def test_what_keeps_from_connecting(road: Road, error: ExpectedError, expected: Found) -> None:
    assert await at_way(road, error) == expected


async def test_nothing_listens_at_a_port_of_this_computer(closed_port: int) -> None:
    async with clients() as (http, _):
        url = f"http://127.0.0.1:{closed_port}/v1"
        found = await look_of(probe, http, errors.ConnectionRefusedByServerError(), url).at_way()
    assert found == (DiagnosisKind.NOTHING_LISTENS, Step.CONNECTION, {"host": "127.0.0.1", "port": closed_port})


# The proxy


async def at_proxy(error: ExpectedError, **network: Any) -> Found:
    async with clients() as (http, _):
        return await look_of(probe, http, error, "https://relay.example/v1", **network).at_proxy()


async def test_a_proxy_that_is_not_there(closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"
    expected = (DiagnosisKind.PROXY_UNREACHABLE, Step.PROXY, {"proxy": url})
    assert await at_proxy(errors.ProxyFailedError(), proxy=url) == expected


async def test_a_proxy_that_refuses_or_asks_for_a_login() -> None:
    async with HttpProxy() as proxy:
        refused = await at_proxy(errors.ProxyFailedError(http_status=403), proxy=proxy.url)
        assert refused == (DiagnosisKind.PROXY_REFUSED, Step.PROXY, {"proxy": proxy.url, "host": "relay.example"})
        asked = await at_proxy(errors.ProxyLoginError(), proxy=proxy.url)
        assert asked == (DiagnosisKind.PROXY_LOGIN, Step.PROXY, {"proxy": proxy.url})
        assert proxy.asked_for == []


@pytest.mark.parametrize("proxy", ["nonsense://x", "none"])
async def test_a_proxy_that_is_none(proxy: str) -> None:
    found = await at_proxy(errors.ProxyFailedError(code="address"), proxy=proxy)
    assert found == (DiagnosisKind.PROXY_SETTING, Step.PROXY, {})


async def test_offline_a_proxy_is_not_to_blame() -> None:
    road = Road(connected=errors.NoNetworkError(), proxy=ProxyAddress("http://proxy.example:3128"))
    found = await at_way(road, errors.UnreachableError())
    assert found == (DiagnosisKind.NO_NETWORK, Step.NAME, {})
    assert road.asked == ["connect proxy.example:3128"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [(errors.ConnectTimeoutError(), DiagnosisKind.TIMED_OUT), (errors.UnreachableError(), DiagnosisKind.UNREACHABLE)],
)
async def test_a_proxy_that_answers_is_not_to_blame_for_what_is_behind_it(
    error: ExpectedError, kind: DiagnosisKind
) -> None:
    found = await at_way(Road(proxy=ProxyAddress("http://proxy.example:3128")), error)
    assert found == (kind, Step.CONNECTION, {"host": "relay.example"})


# TLS


async def at_tls(base_url: str, error: ExpectedError | None = None, **network: Any) -> Found:
    async with clients() as (http, _):
        return await look_of(probe, http, error or errors.TlsError(), base_url, **network).at_tls()


def today(days: int) -> str:
    return (datetime.now(UTC) + days * DAY).date().isoformat()


async def test_a_certificate_signed_by_nobody_known_names_who_signed(tmp_path: Path) -> None:
    async with Relay(tls=Authority(tmp_path).server()) as relay:
        found = await at_tls(relay.base_url)
    assert found == (DiagnosisKind.UNKNOWN_AUTHORITY, Step.TLS, {"issuer": "Kite Works, authority"})


async def test_a_certificate_for_another_name_says_for_which(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    names = ("a.example", "b.example", "c.example", "d.example")
    async with Relay(tls=authority.server(*names)) as relay:
        found = await at_tls(relay.base_url, ca_file=authority.file)
    facts = {"host": "127.0.0.1", "names": "a.example, b.example, c.example"}
    assert found == (DiagnosisKind.WRONG_NAME, Step.TLS, facts)


async def test_a_certificate_out_of_its_time_says_so_where_the_clock_is_right(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Relay(tls=authority.server(begins=-3 * DAY, ends=-DAY)) as relay:
        relay.otherwise = dated(timedelta())
        found = await at_tls(relay.base_url, ca_file=authority.file)
    assert found == (DiagnosisKind.EXPIRED, Step.TLS, {"until": today(-1)})
    async with Relay(tls=authority.server(begins=DAY, ends=3 * DAY)) as relay:
        found = await at_tls(relay.base_url, ca_file=authority.file)
    assert found == (DiagnosisKind.NOT_YET_VALID, Step.TLS, {"since": today(1)})


async def test_a_clock_that_is_far_off_is_to_blame(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Relay(tls=authority.server(begins=DAY, ends=4 * DAY)) as relay:
        relay.otherwise = dated(-2 * DAY - timedelta(hours=3, minutes=30))
        kind, step, facts = await at_tls(relay.base_url, ca_file=authority.file)
    assert (kind, step) == (DiagnosisKind.CLOCK_WRONG, Step.TLS)
    assert facts == {"difference": "2 d 3 h"}


async def test_a_clock_that_is_off_does_not_excuse_a_certificate_that_has_expired(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Relay(tls=authority.server(begins=-30 * DAY, ends=-20 * DAY)) as relay:
        relay.otherwise = dated(timedelta(hours=2))
        kind, _, _ = await at_tls(relay.base_url, ca_file=authority.file)
    assert kind is DiagnosisKind.EXPIRED


async def test_a_server_that_speaks_no_tls() -> None:
    async with Relay() as relay:
        found = await at_tls(relay.base_url.replace("http:", "https:"))
    assert found == (DiagnosisKind.TLS_FAILED, Step.TLS, {"host": "127.0.0.1"})


async def test_a_login_page_of_the_network_explains_a_strange_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with (
        Relay(tls=authority.server("portal.hotel.example")) as secure,
        Relay() as plain,
        SocksProxy(login=Login("me", "secret")) as road,
    ):
        road.ports.update({443: secure.port, 80: plain.port})
        plain.otherwise = redirect("http://portal.hotel.example/login", 302)
        async with clients() as (http, _):
            network = Network(proxy=road.url, proxy_user="me")
            endpoint = Endpoint("https://api.relay.example/v1", None, network, proxy_password="secret")
            found = await CloserLook(probe, http, endpoint, errors.WrongNameError()).at_tls()
    assert found == (DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION, {})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.SelfSignedError(), DiagnosisKind.SELF_SIGNED),
        (errors.ClientCertificateError(), DiagnosisKind.CLIENT_CERTIFICATE),
        (errors.ClockWrongError(), DiagnosisKind.CLOCK_WRONG),
        (errors.CertificateExpiredError(), DiagnosisKind.EXPIRED),
    ],
)
async def test_where_nothing_more_can_be_seen_the_error_speaks(error: ExpectedError, kind: DiagnosisKind) -> None:
    async with clients() as (http, _):
        road = Road(clock=errors.ConnectTimeoutError())
        found = await look_of(road, http, error, "https://relay.example/v1").at_tls()
    assert found == (kind, Step.TLS, {})


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=3, hours=5, minutes=9), "3 d 5 h"),
        (timedelta(days=3, minutes=9), "3 d"),
        (timedelta(hours=-1, minutes=-30), "1 h 30 min"),
        (timedelta(minutes=6), "6 min"),
    ],
)
async def test_a_difference_of_clocks_is_told_in_two_units(ahead: timedelta, words: str) -> None:
    clock = Clock(datetime.now(UTC), ahead)
    async with clients() as (http, _):
        look = look_of(Road(clock=clock), http, errors.CertificateExpiredError(), "https://relay.example/v1")
        assert (await look.at_tls())[2] == {"difference": words}


def dated(ahead: timedelta) -> Answer:
    """Answer with a date that lies so far behind this computer's clock."""
    return json_answer({}, headers={"Date": format_datetime(datetime.now(UTC) - ahead, usegmt=True)})


# The path


@asynccontextmanager
async def relays() -> Any:
    async with Relay() as relay, clients() as (http, _):
        yield relay, http
        for received in relay.requests:
            assert received.key is None


PAGE = html_answer(200, "Welcome to Relay")


async def at_path(relay: Relay, http: HttpClient, error: ExpectedError, path: str = "/v1") -> Found:
    return await look_of(probe, http, error, relay.origin + path).at_path()


async def test_a_page_at_a_wrong_path_leads_to_the_right_one() -> None:
    async with relays() as (relay, http):
        relay.otherwise = PAGE
        relay.on("GET", "/v1/models", relay_error("未提供令牌", 401))
        found = await at_path(relay, http, errors.ProtocolError(http_status=200), "/relay/v1")
    address = f"{relay.origin}/relay/v1"
    facts = {"address": address, "suggestion": relay.base_url}
    assert found == (DiagnosisKind.PAGE_ELSEWHERE, Step.MODEL_LIST, facts)


async def test_pages_everywhere_are_a_page() -> None:
    async with relays() as (relay, http):
        relay.otherwise = PAGE
        found = await at_path(relay, http, errors.ProtocolError(http_status=200))
        assert len(relay.requests) <= 6
    assert found == (DiagnosisKind.PAGE, Step.MODEL_LIST, {"address": relay.base_url})


@pytest.mark.parametrize(
    ("path", "right"), [("/v1", "/api/v1"), ("/openai", "/openai/v1"), ("/v1/v1", "/v1"), ("/beta", "/v1")]
)
async def test_a_missing_path_leads_to_the_right_one(path: str, right: str) -> None:
    async with relays() as (relay, http):
        relay.otherwise = html_answer(404, "404 Not Found")
        relay.on("GET", f"{right}/models", model_list())
        found = await at_path(relay, http, errors.UnsupportedError(http_status=404), path)
    facts = {"address": relay.origin + path, "suggestion": relay.origin + right}
    assert found == (DiagnosisKind.NOTHING_THERE_ELSEWHERE, Step.MODEL_LIST, facts)


async def test_nothing_anywhere() -> None:
    async with relays() as (relay, http):
        found = await at_path(relay, http, errors.NotFoundError("no Route matched", http_status=404))
    assert found == (DiagnosisKind.NOTHING_THERE, Step.MODEL_LIST, {"address": relay.base_url})


async def test_an_api_that_lists_models_does_not_complete() -> None:
    async with relays() as (relay, http):
        relay.on("GET", "/v1/models", model_list())
        found = await at_path(relay, http, errors.UnsupportedError(http_status=404))
        assert len(relay.requests) == 1
    assert found == (DiagnosisKind.NO_COMPLETION, Step.COMPLETION, {})


async def test_the_native_answer_of_llama_cpp_lacks_the_end_of_the_address() -> None:
    async with relays() as (relay, http):
        for path in ("", "/openai"):
            found = await at_path(relay, http, errors.ProtocolError(http_status=200, detail=NATIVE), path)
            facts = {"address": relay.origin + path, "suggestion": relay.base_url}
            assert found == (DiagnosisKind.NATIVE_ANSWER, Step.COMPLETION, facts)
        assert relay.requests == []


@pytest.mark.parametrize("answer", [json_answer({"hello": 1}), json_answer(openai_error("down", "server_error"), 500)])
async def test_what_is_no_api_is_unreadable(answer: Answer) -> None:
    async with relays() as (relay, http):
        relay.otherwise = answer
        found = await at_path(relay, http, errors.ProtocolError(http_status=200, code="empty_answer"))
    assert found == (DiagnosisKind.UNREADABLE, Step.MODEL_LIST, {"address": relay.base_url})


async def test_an_api_whose_completions_cannot_be_read() -> None:
    async with relays() as (relay, http):
        relay.on("GET", "/v1/models", cases.case_14_rate_limit_empty)
        found = await at_path(relay, http, errors.ProtocolError(http_status=200))
    assert found == (DiagnosisKind.UNREADABLE, Step.COMPLETION, {"address": relay.base_url})


@pytest.mark.parametrize(
    ("base_url", "kind"),
    [
        ("http://relay.example/v1", DiagnosisKind.CAPTIVE_PORTAL),
        ("https://127.0.0.1:1/v1", DiagnosisKind.UNREADABLE),  # its certificate was right
    ],
)
async def test_a_page_over_plain_http_may_be_the_networks(base_url: str, kind: DiagnosisKind) -> None:
    road = Road(portal=Portal("http://10.0.0.1", "Hotel", "redirect"))
    async with clients() as (http, _):
        found = await look_of(road, http, errors.ProtocolError(http_status=200), base_url).at_path()
    assert found[0] is kind
