"""Ways through proxies: SOCKS5 and HTTP CONNECT, as streams of bytes to a server.

Owns both conversations. httpx speaks them too, but without any time limit, only to SOCKS proxies that answer in one
piece, and with IPv6 addresses that HTTP proxies do not understand. Must not know which proxy is taken, or HTTP beyond
CONNECT. Imports httpx: to be imported late.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from app import __version__
from app.api.errors import ProxyFailedError, ProxyLoginError
from app.api.failures import proxy_failure
from app.domain.profile import ProxyAddress

PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""Where a proxy listens that names no port."""

_MAX_HEAD = 65_536
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})")
_SCHEMES = re.compile(rb"^proxy-authenticate:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)

_NO_LOGIN, _LOGIN = 0, 2
_MAX_NAME = 255
_REPLIES = {
    1: "failed",
    2: "not_allowed",
    3: "network_unreachable",
    4: "host_unreachable",
    5: "refused",
    6: "expired",
    7: "no_such_command",
    8: "no_such_kind_of_address",
}


class TunnelTransport(httpx.AsyncHTTPTransport):
    """httpx's transport, over streams that lead through a proxy."""

    def __init__(self, proxy: ProxyAddress, context: ssl.SSLContext, limits: httpx.Limits) -> None:
        super().__init__(verify=context, trust_env=False, limits=limits)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Tunnels(proxy, context),
        )


class _Tunnels(httpcore.AsyncNetworkBackend):
    """What httpcore connects with."""

    def __init__(self, proxy: ProxyAddress, context: ssl.SSLContext) -> None:
        self._proxy = proxy
        self._context = context

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002 - the same
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.AsyncNetworkStream:
        return await open_tunnel(self._proxy, host, port, limit=timeout, context=self._context)


async def open_tunnel(
    proxy: ProxyAddress, host: str, port: int, *, limit: float | None, context: ssl.SSLContext
) -> httpcore.AsyncNetworkStream:
    """Return a stream to host and port through a proxy, which looks up the name.

    Each of connecting, TLS with the proxy and the conversation may take `limit` seconds.

    Raises:
        ProxyFailedError: The proxy cannot be reached, refuses, or cannot reach the server.
        ProxyLoginError: It wants another login.
        NoNetworkError: There is no network.
    """
    stream = await connect_to(proxy, limit=limit, context=context)
    ask = _ask_socks if proxy.url.startswith("socks") else _ask_http
    try:
        async with asyncio.timeout(limit):
            await ask(stream, proxy, host, port)
    except BaseException as error:
        await stream.aclose()
        if isinstance(error, TimeoutError | httpcore.NetworkError):
            raise proxy_failure(error) from error
        raise
    return stream


async def connect_to(
    proxy: ProxyAddress, *, limit: float | None, context: ssl.SSLContext
) -> httpcore.AsyncNetworkStream:
    """Return a stream to a proxy itself, with TLS where it speaks it; each may take `limit` seconds.

    Raises:
        ProxyFailedError: The proxy cannot be reached.
        NoNetworkError: There is no network.
    """
    parts = urlsplit(proxy.url)
    name = parts.hostname or ""
    try:
        stream = await httpcore.AnyIOBackend().connect_tcp(name, parts.port or PORTS[parts.scheme], limit)
        return await stream.start_tls(context, name, limit) if parts.scheme == "https" else stream
    except (httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise proxy_failure(error) from error


async def _ask_http(stream: httpcore.AsyncNetworkStream, proxy: ProxyAddress, host: str, port: int) -> None:
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", f"User-Agent: Quillpane/{__version__}"]
    if proxy.user or proxy.password:
        lines.append(f"Proxy-Authorization: {basic_login(proxy)}")
    await stream.write("\r\n".join([*lines, "", ""]).encode("ascii"))
    head = bytearray()
    while b"\r\n\r\n" not in head and len(head) < _MAX_HEAD:
        if not (chunk := await stream.read(4096)):
            break
        head += chunk
    said = head.partition(b"\r\n")[0][:200].decode("latin-1")
    status = int(found[1]) if (found := _STATUS.match(head)) else 0
    if status == 407:
        schemes = " ".join(scheme.decode() for scheme in _SCHEMES.findall(head))
        raise ProxyLoginError(code=schemes, detail=f"{said}; it takes: {schemes}" if schemes else said)
    if not 200 <= status < 300 or b"\r\n\r\n" not in head:
        raise ProxyFailedError(code=str(status) if status else "no_http", detail=said)


def basic_login(proxy: ProxyAddress) -> str:
    """Return the value of the header Proxy-Authorization."""
    return "Basic " + base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")


async def _ask_socks(stream: httpcore.AsyncNetworkStream, proxy: ProxyAddress, host: str, port: int) -> None:
    """Hold the conversation of RFC 1928, with the login of RFC 1929 where the proxy wants one."""
    methods = bytes([_NO_LOGIN, _LOGIN] if proxy.user or proxy.password else [_NO_LOGIN])
    await stream.write(bytes([5, len(methods)]) + methods)
    version, method = await _read(stream, 2)
    if version != 5:
        raise ProxyFailedError(code="no_socks", detail="The proxy does not speak SOCKS 5.")
    if method == _LOGIN and _LOGIN in methods:
        login = [part.encode()[:_MAX_NAME] for part in (proxy.user, proxy.password)]
        await stream.write(b"\x01" + b"".join(bytes([len(part)]) + part for part in login))
        _, refused = await _read(stream, 2)
        if refused:
            raise ProxyLoginError(code="refused", detail="The SOCKS proxy does not accept name and password.")
    elif method != _NO_LOGIN:
        raise ProxyLoginError(code="wanted", detail="The SOCKS proxy wants a login.")
    await stream.write(b"\x05\x01\x00" + _socks_address(host) + port.to_bytes(2))
    _, reply, _, kind = await _read(stream, 4)
    if reply:
        words = _REPLIES.get(reply, str(reply))
        raise ProxyFailedError(code=words, detail=f"The SOCKS proxy could not connect: {words.replace('_', ' ')}.")
    # The proxy's own address, of no use, and its port.
    sizes = {1: 4, 4: 16}
    await _read(stream, (sizes[kind] if kind in sizes else (await _read(stream, 1))[0]) + 2)


def _socks_address(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        if len(name) > _MAX_NAME:
            raise ProxyFailedError(code="no_such_kind_of_address") from None
        return b"\x03" + bytes([len(name)]) + name
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


async def _read(stream: httpcore.AsyncNetworkStream, size: int) -> bytes:
    """Return exactly so many bytes, in however many pieces they come."""
    found = b""
    while len(found) < size:
        if not (chunk := await stream.read(size - len(found))):
            raise ProxyFailedError(code="closed", detail="The proxy closed the connection.")
        found += chunk
    return found
