"""The one HTTP client of the program: connections, keys, time limits, redirects and repeated tries.

Owns how a request reaches a server and what its key may see. Must not know endpoints' bodies.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urljoin

from app import __version__
from app.api.answer import Answer
from app.api.envelopes import read_json, redact, says_error
from app.api.errors import (
    ApiError,
    AuthError,
    RedirectRefusedError,
    RequestTimeoutError,
    classify,
    unreadable,
)
from app.api.extras import with_headers
from app.api.failures import translated
from app.api.retry import RetryDelays, RetrySchedule
from app.api.ways_out import WaysOut
from app.domain.profile import Endpoint, origin_of

_MAX_REDIRECTS = 5


class HttpClient:
    """Send requests to servers: one for the program, used from one event loop, closed before the loop ends.

    Nothing is imported or built before the first use, or before `warm_up`.
    """

    def __init__(self, retries: RetryDelays | None = None) -> None:
        self._retries = retries or RetryDelays()
        self._ways = WaysOut()

    def warm_up(self) -> None:
        """Import httpx and build the TLS context; meant for a thread, and quick when done before."""
        self._ways.warm_up()

    def retry_schedule(self) -> RetrySchedule:
        """Return the rules by which one request may be sent again."""
        return RetrySchedule(self._retries)

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
            answer = await self._open(endpoint, method, url, headers, body)
            try:
                location = answer.headers.get("location", "")
                if not 300 <= answer.status < 400:
                    await _refuse_failures(answer, endpoint.key)
                    yield answer
                    return
            finally:
                await answer.aclose()
            url = _redirected(method, url, location, answer.status, endpoint.key)
        raise RedirectRefusedError(redact(url, endpoint.key))

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
        await self._ways.aclose()

    async def _get_json_once(self, endpoint: Endpoint, path: str) -> Any:
        async with self.send(endpoint, "GET", endpoint.base_url + path) as answer:
            body = await answer.read()
        content = read_json(body.decode("utf-8", "replace"))
        if content is None:
            raise unreadable(answer.status, answer.headers, body, key=endpoint.key)
        if says_error(content):
            raise classify(answer.status, answer.headers, body, key=endpoint.key)
        return content

    async def _open(
        self, endpoint: Endpoint, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        """Send a request and wait for the head of its answer, within the connection's time limits (protocol 1)."""
        network = endpoint.network
        way = await self._ways.choose(url, endpoint)
        client = await self._ways.client(way)
        with translated(has_begun=False, by_proxy=way.begins_at_proxy):
            # Only connecting is timed by httpx: its other limits start a timer for each read (see answer.py).
            limits = (network.connect_timeout, None, None, None)
            request = client.build_request(method, url, headers=headers, content=body, timeout=limits)
            try:
                async with asyncio.timeout(network.request_timeout):
                    response = await client.send(request, stream=True)
            except TimeoutError:
                raise RequestTimeoutError from None
        return Answer(response, network.idle_timeout)


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


def _redirected(method: str, url: str, location: str, status: int, key: str | None) -> str:
    """Return where a redirect leads, if it may be followed.

    Raises:
        RedirectRefusedError: It is no GET, or leads to another origin; the message is where it leads, without the key.
    """
    try:
        target = urljoin(url, location)
        is_allowed = method == "GET" and location and origin_of(target) == origin_of(url)
    except ValueError:  # an address that is none
        target, is_allowed = location, False
    if not is_allowed:
        raise RedirectRefusedError(redact(target, key) if location else "", http_status=status)
    return target
