"""Single connections to a server, the way a connection goes, to look at what is there: streams, TLS, one bare question.

Owns one connection from its beginning to its end. Never sends a key, extra headers or anything of the user's. Must not
know what is looked for. Imports httpx: to be imported late.
"""

import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpcore
import httpx

from app import __version__
from app.api.errors import NameNotFoundError, ProtocolError
from app.api.failures import connect_failure
from app.api.tunnels import basic_login, connect_to, open_tunnel
from app.api.ways_out import WayOut

_MAX_HEAD, _MAX_BODY = 65_536, 16_384
_BODY_SECONDS = 1.0
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})")
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an answer begins: status, headers with names in lower case, and up to 16 KB of the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Road:
    """A connection to a server, before TLS; plain HTTP by way of an HTTP proxy ends at the proxy."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, url: httpx.URL, way: WayOut) -> None:
        self._stream = stream
        self._url = url
        self._way = way

    async def secure(self, context: ssl.SSLContext) -> ssl.SSLObject:
        """Shake hands in TLS and return what came of it.

        Raises:
            TlsError: It failed.
        """
        try:
            self._stream = await self._stream.start_tls(context, self._url.raw_host.decode("ascii"))
        except httpcore.NetworkError as error:
            raise connect_failure(error) from error
        found: ssl.SSLObject = self._stream.get_extra_info("ssl_object")
        return found

    async def ask(self) -> Beginning:
        """Send a bare GET for the URL and return how the answer begins.

        Raises:
            ProtocolError: What answers does not speak HTTP.
            UnreachableError: The connection broke.
        """
        whole = self._way.begins_at_proxy
        target = str(self._url).partition("#")[0] if whole else self._url.raw_path.decode("ascii")
        lines = [f"GET {target} HTTP/1.1", f"Host: {self._url.netloc.decode('ascii')}"]
        if whole and self._way.proxy and self._way.proxy.user:
            lines.append(f"Proxy-Authorization: {basic_login(self._way.proxy)}")
        lines += [f"User-Agent: Quillpane/{__version__}", "Accept: application/json", "Connection: close", "", ""]
        try:
            await self._stream.write("\r\n".join(lines).encode("ascii"))
            return _begin(await self._read())
        except httpcore.NetworkError as error:
            raise connect_failure(error) from error

    async def aclose(self) -> None:
        """Hang up."""
        await self._stream.aclose()

    @property
    def address(self) -> str:
        """Return the address at the other end: the server's, or its proxy's."""
        return str(self._stream.get_extra_info("server_addr")[0])

    async def _read(self) -> bytes:
        """Return the head of the answer, and of the body what comes without much ado."""
        found = bytearray()
        while len(found) < _MAX_HEAD:
            _, has_head, body = found.partition(b"\r\n\r\n")
            if has_head and (len(body) >= _MAX_BODY or b"</title" in body.lower()):
                break
            try:
                chunk = await self._stream.read(4096, _BODY_SECONDS if has_head else None)
            except httpcore.ReadTimeout:
                break
            if not chunk:
                break
            found += chunk
        return bytes(found)


@asynccontextmanager
async def open_road(url: str, way: WayOut, context: ssl.SSLContext) -> AsyncIterator[Road]:
    """Connect to the server of url and hang up in the end; `context` is for TLS with a proxy, where the way has one.

    Raises:
        UnreachableError: As when a request is sent.
    """
    try:
        address = httpx.URL(url)
        host = address.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise NameNotFoundError(detail=str(error)) from error
    port = address.port or _USUAL_PORTS[address.scheme]
    if way.proxy is None:
        try:
            stream = await httpcore.AnyIOBackend().connect_tcp(host, port)
        except httpcore.NetworkError as error:
            raise connect_failure(error) from error
    elif way.is_tunnel:
        stream = await open_tunnel(way.proxy, host, port, limit=None, context=context)
    else:
        stream = await connect_to(way.proxy, limit=None, context=context)
    road = Road(stream, address, way)
    try:
        yield road
    finally:
        await road.aclose()


def _begin(data: bytes) -> Beginning:
    head, end, body = data.partition(b"\r\n\r\n")
    status = _STATUS.match(head)
    if not status or not end:
        raise ProtocolError(code="no_http", detail=data[:200].decode("latin-1"))
    lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
    return Beginning(int(status[1]), {name.strip().lower(): value.strip() for name, _, value in lines}, body)
