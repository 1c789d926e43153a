"""The one HTTP client of the program: connections, keys, time limits, redirects and repeated tries.

Owns how a request reaches a server and what its key may see. Must not know endpoints' bodies.
"""

import asyncio
import logging
import ssl
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from app import __version__
from app.api.answer import Answer
from app.api.envelopes import read_json, says_error
from app.api.errors import (
    ApiError,
    AuthError,
    ConnectTimeoutError,
    ProxyFailedError,
    RedirectRefusedError,
    RequestTimeoutError,
    classify,
    unreadable,
)
from app.api.extras import with_headers
from app.api.failures import translated
from app.api.proxies import proxy_for
from app.api.retry import RetryDelays, RetrySchedule
from app.concurrency.blocking import run_blocking
from app.domain.profile import Endpoint, is_loopback, origin_of

if TYPE_CHECKING:
    import httpx

_MAX_REDIRECTS = 5
_WARM_UP_SECONDS = 30.0
_PROXY_SECONDS = 5.0
_KEEP_ALIVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Every time limit of HTTP, in seconds (protocol 1), and the waits between tries (protocol 3.3).

    `connect` holds for the connection and again for its TLS handshake, `request` until the head of the answer has
    come, `idle` between two reads of its body.
    """

    connect: float = 5.0
    request: float = 600.0
    idle: float = 120.0
    retries: RetryDelays = field(default_factory=RetryDelays)


class HttpClient:
    """Send requests to servers: one for the program, used from one event loop, closed before the loop ends.

    Nothing is imported or built before the first use, or before `warm_up`.
    """

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._tls: ssl.SSLContext | None = None
        self._building = threading.Lock()
        # One client for each way out. Plain HTTP has its own: it needs no certificates, whose reading takes 50 ms.
        self._clients: dict[tuple[bool, str | None], httpx.AsyncClient] = {}

    def warm_up(self) -> None:
        """Import httpx and build the TLS context; meant for a thread, and quick when done before."""
        _import_httpx()
        with self._building:
            if self._tls is None:
                self._tls = _build_tls()

    def retry_schedule(self) -> RetrySchedule:
        """Return the rules by which one request may be sent again."""
        return RetrySchedule(self._timeouts.retries)

    @asynccontextmanager
    async def send(
        self, endpoint: Endpoint, method: str, url: str, *, body: bytes | None = None, is_stream: bool = False
    ) -> AsyncIterator[Answer]:
        """Send one request, once, and give its answer; leaving the context ends it at once (Q26).

        The key goes to the endpoint's own origin and nowhere else: redirects are followed for GET and there only
        (protocol 2, case 42).

        Raises:
            ApiError: No answer came, or one with a status that is none of success; the body may raise more.
        """
        if origin_of(url) != origin_of(endpoint.base_url):
            raise RedirectRefusedError(url)
        headers = _headers(endpoint, has_body=body is not None, is_stream=is_stream)
        for _ in range(_MAX_REDIRECTS + 1):
            answer = await self._open(method, url, headers, body)
            try:
                location = answer.headers.get("location", "")
                if not 300 <= answer.status < 400:
                    await _refuse_failures(answer, endpoint.key)
                    yield answer
                    return
            finally:
                await answer.aclose()
            url = _redirected(method, url, location, answer.status)
        raise RedirectRefusedError(url)

    async def get_json(self, endpoint: Endpoint, path: str) -> Any:
        """Return the JSON that GET of a path below the API root brings, after repeated tries where they may help.

        Raises:
            ApiError: No JSON came, or one that says error (protocol 3.1, case 18).
        """
        schedule = self.retry_schedule()
        while True:
            try:
                return await self._get_json_once(endpoint, path)
            except ApiError as error:
                if (delay := schedule.next_delay(error)) is None:
                    raise
            await asyncio.sleep(delay)

    async def aclose(self) -> None:
        """Close every connection."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    async def _get_json_once(self, endpoint: Endpoint, path: str) -> Any:
        async with self.send(endpoint, "GET", endpoint.base_url + path) as answer:
            body = await answer.read()
        content = read_json(body.decode("utf-8", "replace"))
        if content is None:
            raise unreadable(answer.status, answer.headers, body, key=endpoint.key)
        if says_error(content):
            raise classify(answer.status, answer.headers, body, key=endpoint.key)
        return content

    async def _open(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Answer:
        """Send a request and wait for the head of its answer."""
        proxy = await _choose_proxy(url)
        client = await self._client_for(url, proxy)
        with translated(has_begun=False, proxy=proxy):
            request = client.build_request(method, url, headers=headers, content=body)
            try:
                async with asyncio.timeout(self._timeouts.request):
                    response = await client.send(request, stream=True)
            except TimeoutError:
                raise RequestTimeoutError from None
        return Answer(response, self._timeouts.idle)

    async def _client_for(self, url: str, proxy: str | None) -> "httpx.AsyncClient":
        needs_tls = url.startswith("https:") or (proxy or "").startswith("https:")
        prepare = self.warm_up if needs_tls and self._tls is None else None if _is_imported() else _import_httpx
        if prepare:
            try:
                await run_blocking(prepare, deadline=_WARM_UP_SECONDS)
            except TimeoutError as error:
                raise ConnectTimeoutError(detail="httpx or the certificates could not be read in time") from error
        if (needs_tls, proxy) not in self._clients:
            # Without TLS an empty context, which trusts nobody, stands in.
            context = self._tls if needs_tls and self._tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._clients[needs_tls, proxy] = _build_client(context, proxy, self._timeouts.connect)
        return self._clients[needs_tls, proxy]


# What httpx imports only at the first connection takes as long as itself, and then on the event loop.
_MODULES = ("httpx", "httpcore._backends.anyio", "anyio._backends._asyncio")


def _is_imported() -> bool:
    return _MODULES[0] in sys.modules and _MODULES[-1] in sys.modules


def _import_httpx() -> None:
    for module in _MODULES:
        with suppress(ImportError):
            import_module(module)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log addresses and headers


def _build_tls() -> ssl.SSLContext:
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()  # beside httpx's own: what the user's company or system trusts
    return context


def _build_client(context: ssl.SSLContext, proxy: str | None, connect: float) -> "httpx.AsyncClient":
    import httpx

    try:
        return httpx.AsyncClient(
            verify=context,
            proxy=httpx.Proxy(proxy, ssl_context=context if proxy.startswith("https:") else None) if proxy else None,
            trust_env=False,
            # Only connecting is timed by httpx: its other limits start a timer for each read (see answer.py).
            timeout=httpx.Timeout(None, connect=connect),
            limits=httpx.Limits(max_connections=None, keepalive_expiry=_KEEP_ALIVE_SECONDS),
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:  # SOCKS without its library, or no address
        raise ProxyFailedError(detail=f"{type(error).__name__}: {error}") from error


async def _choose_proxy(url: str) -> str | None:
    if is_loopback(urlsplit(url).hostname or ""):
        return None
    try:
        return await run_blocking(lambda: proxy_for(url), deadline=_PROXY_SECONDS)
    except TimeoutError as error:
        raise ProxyFailedError(detail="the system's proxy settings could not be read in time") from error


def _headers(endpoint: Endpoint, *, has_body: bool, is_stream: bool) -> dict[str, str]:
    """Return the headers of a request (protocol 2); a connection's own replace those that are not reserved.

    Raises:
        AuthError: The key holds characters that no header can carry.
        ExtraFieldError: An extra header may not be sent.
    """
    headers = {
        "User-Agent": f"Quillpane/{__version__}",
        "Accept": "text/event-stream" if is_stream else "application/json",
        "Accept-Encoding": "identity",  # a compressed stream would gather tokens
    }
    if has_body:
        headers["Content-Type"] = "application/json"
    if endpoint.key:
        if not (endpoint.key.isascii() and endpoint.key.isprintable()) or " " in endpoint.key:
            raise AuthError(code="malformed_key")
        headers["Authorization"] = f"Bearer {endpoint.key}"
    return with_headers(headers, endpoint.extra_headers)


async def _refuse_failures(answer: Answer, key: str | None) -> None:
    if not 200 <= answer.status < 300:
        raise classify(answer.status, answer.headers, await answer.read_start(), key=key)


def _redirected(method: str, url: str, location: str, status: int) -> str:
    """Return where a redirect leads, if it may be followed.

    Raises:
        RedirectRefusedError: It is no GET, or leads to another origin; the message is where it leads.
    """
    try:
        target = urljoin(url, location)
        is_allowed = method == "GET" and location and origin_of(target) == origin_of(url)
    except ValueError:  # an address that is none
        target, is_allowed = location, False
    if not is_allowed:
        raise RedirectRefusedError(target if location else "", http_status=status)
    return target
