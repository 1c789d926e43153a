"""A look at the road to a server, step by step, for the doctor: name, connection, proxy, TLS, clock, login pages.

Owns the single steps, each within a time limit and off the event loop where it blocks. No step ever sends a key, extra
headers or anything of the user's. Must not know in which order they are taken, or how findings are worded.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from app.api.certificates import Certificate, UnreadableCertificateError, read_certificate
from app.api.envelopes import read_body
from app.api.errors import ApiError, ConnectTimeoutError, NameNotFoundError, NoNetworkError, TlsError
from app.api.tls import TlsFiles, trusting_anybody
from app.api.ways_out import WaysOut
from app.concurrency.blocking import run_blocking
from app.domain.profile import Endpoint, Network, ProxyAddress, is_loopback

if TYPE_CHECKING:
    import ssl

    from app.api.roads import Beginning, Road

LIMIT = 10.0
"""Seconds that a step may take, unless told otherwise."""

FAR_OFF = timedelta(minutes=5)
"""How far a clock may be off before it does harm."""

_PAGE = re.compile(rb"<!doctype|<html|<head|<title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reached:
    """A connection that came about: to which address, and after how many seconds."""

    address: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What a server shows in TLS; `problem` is why this connection does not take it, None where it does.

    `version` is "TLSv1.3" or the like; `certificate` is None where it could not be read.
    """

    version: str
    certificate: Certificate | None
    problem: TlsError | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that a server tells, and how far this computer's clock is ahead of it."""

    server: datetime
    ahead: timedelta

    @property
    def is_far_off(self) -> bool:
        """Tell whether the clock is so far off that certificates may be misjudged."""
        return abs(self.ahead) > FAR_OFF


@dataclass(frozen=True, slots=True)
class Portal:
    """What looks like a network's login page: where it is, its title, and what gives it away.

    `sign` is "status" (HTTP 511, which is certain), "redirect" (to another host), or "page" (a page where JSON was
    asked for, which a wrong path brings as well).
    """

    url: str
    title: str
    sign: str


async def resolve(host: str, *, limit: float = LIMIT) -> tuple[str, ...]:
    """Return the addresses of a host name, each once, in the system's order.

    Raises:
        NameNotFoundError: Nobody knows the name.
        NoNetworkError: The name service does not answer.
    """
    try:
        found = await run_blocking(lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM), deadline=limit)
    except TimeoutError as error:
        raise NoNetworkError(code="timeout", detail=f"{host}: the name service did not answer in time") from error
    except (OSError, UnicodeError) as error:
        is_silent = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise (NoNetworkError if is_silent else NameNotFoundError)(detail=f"{host}: {error}") from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


async def connect(host: str, port: int, *, limit: float = LIMIT) -> Reached:
    """Connect to a host and port directly, at whichever of its addresses answers, and hang up.

    Raises:
        UnreachableError: As when a request is sent.
    """
    name = f"[{host}]" if ":" in host else host
    endpoint = Endpoint(f"http://{name}:{port}", network=Network(proxy="none"))
    async with _road(endpoint, endpoint.base_url, limit) as (road, seconds):
        return Reached(road.address, seconds)


async def proxy_of(endpoint: Endpoint, *, limit: float = LIMIT) -> ProxyAddress | None:
    """Return the proxy on the way to a connection's server, None where there is none.

    Raises:
        ProxyFailedError: What is set is no proxy, or the system does not tell.
    """
    return (await WaysOut().choose(endpoint.base_url, endpoint, limit=limit)).proxy


async def reach(endpoint: Endpoint, *, limit: float = LIMIT) -> None:
    """Go the way to a connection's server up to TLS, through its proxy where it has one, and hang up.

    Plain HTTP by way of an HTTP proxy ends at the proxy, whose login only a request can try.

    Raises:
        UnreachableError: As when a request is sent, ProxyLoginError among them.
    """
    async with _road(endpoint, endpoint.base_url, limit):
        pass


async def tls_facts(endpoint: Endpoint, *, limit: float = LIMIT) -> TlsFacts:
    """Shake hands with a connection's server and return what it shows, also where that is not trusted.

    Raises:
        TlsError: There was no certificate to judge: the server speaks no TLS, or hung up.
        CertificateFileError: A file of the connection cannot be used.
        UnreachableError: The server was not reached.
    """
    ways, url = WaysOut(), endpoint.base_url
    context = await ways.context(await ways.choose(url, endpoint))
    async with _road(endpoint, url, limit) as (road, _):
        try:
            return _facts(await road.secure(context))
        except TlsError as error:
            if error.code != "CERTIFICATE_VERIFY_FAILED":
                raise
            problem = error
    async with _road(endpoint, url, limit) as (road, _):
        try:
            return _facts(await road.secure(await _looking(endpoint)), problem)
        except TlsError:
            return TlsFacts("", None, problem)


async def server_date(endpoint: Endpoint, *, limit: float = LIMIT) -> Clock | None:
    """Ask a connection's server what time it is; None where it does not say.

    Its certificate is not judged: a wrong clock is a reason why that cannot be done.

    Raises:
        ApiError: The server was not reached, or does not speak HTTP.
    """
    from email.utils import parsedate_to_datetime

    before = datetime.now(UTC)
    beginning = await _ask(endpoint, urljoin(endpoint.base_url, "/"), limit)
    here = before + (datetime.now(UTC) - before) / 2
    try:
        date = parsedate_to_datetime(beginning.headers.get("date", ""))
        date = date.replace(tzinfo=date.tzinfo or UTC)
        date += timedelta(seconds=int(beginning.headers.get("age", "0")))  # a copy says how long it has lain
    except (ValueError, OverflowError):
        return None
    return Clock(date, here - date)


async def captive_portal(endpoint: Endpoint, *, limit: float = LIMIT) -> Portal | None:
    """Return the login page that answers in a server's place; None where nothing looks like one.

    Such pages get in over plain HTTP, so the server's own host is asked that way, without a key: at the usual port
    where the connection uses TLS, else for the list of models. No other host is asked.
    """
    parts = urlsplit(endpoint.base_url)
    host, is_plain = parts.hostname or "", parts.scheme == "http"
    if is_loopback(host):
        return None
    url = f"{endpoint.base_url}/models" if is_plain else f"http://{f'[{host}]' if ':' in host else host}/"
    try:
        beginning = await _ask(endpoint, url, limit)
    except ApiError:
        return None
    page = _PAGE.search(beginning.body)
    title = read_body(beginning.body[page.start() :].decode("utf-8", "replace")).message if page else ""
    if beginning.status == 511:
        return Portal(url, title, "status")
    if 300 <= beginning.status < 400:
        target = urljoin(url, beginning.headers.get("location", ""))
        return None if _is_same_site(host, target) else Portal(target, title, "redirect")
    return Portal(url, title, "page") if is_plain and page and beginning.status < 300 else None


async def _ask(endpoint: Endpoint, url: str, limit: float) -> "Beginning":
    """Send a bare GET, to whoever answers, and return how the answer begins."""
    async with _road(endpoint, url, limit) as (road, _):
        if url.startswith("https:"):
            await road.secure(await _looking(endpoint))
        return await road.ask()


@asynccontextmanager
async def _road(endpoint: Endpoint, url: str, limit: float) -> AsyncIterator[tuple["Road", float]]:
    """Go the way to url within the limit, which holds for all that is done there, and tell the seconds it took."""
    ways = WaysOut()
    way = await ways.choose(url, endpoint)
    context = await ways.context(way)
    from app.api.roads import open_road

    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limit):
            start = loop.time()
            async with open_road(url, way, context) as road:
                yield road, loop.time() - start
    except TimeoutError as error:
        raise ConnectTimeoutError(detail=f"no answer within {limit:g} seconds") from error


async def _looking(endpoint: Endpoint) -> "ssl.SSLContext":
    """Return a context that takes any certificate."""
    return await run_blocking(lambda: trusting_anybody(TlsFiles.of(endpoint.network)), deadline=LIMIT)


def _facts(secured: "ssl.SSLObject", problem: TlsError | None = None) -> TlsFacts:
    try:
        certificate = read_certificate(secured.getpeercert(binary_form=True) or b"")
    except UnreadableCertificateError:
        certificate = None
    return TlsFacts(secured.version() or "", certificate, problem)


def _is_same_site(host: str, url: str) -> bool:
    """Tell whether url leads to host or to a neighbour of its: a portal lives elsewhere, mostly at a bare address."""
    try:
        other = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host == other or (not _is_address(host) and host.split(".")[-2:] == other.split(".")[-2:])


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
