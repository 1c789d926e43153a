"""The ways out of this computer: which one a request takes, and one httpx client for each.

Owns what makes one way different from another. Must not know requests, keys or answers.
"""

import logging
import ssl
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from app.api.errors import ConnectTimeoutError, ProxyFailedError
from app.api.proxies import is_quick, proxy_for
from app.api.tls import TlsContexts, TlsFiles
from app.concurrency.blocking import run_blocking
from app.domain.profile import Endpoint, ProxyAddress

if TYPE_CHECKING:
    import httpx

_WARM_UP_SECONDS = 30.0
_CHOICE_SECONDS = 5.0
_KEEP_ALIVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class WayOut:
    """What makes a way: requests of the same way share connections. `files` are None where nothing speaks TLS."""

    proxy: ProxyAddress | None = None
    files: TlsFiles | None = None
    is_tunnel: bool = False

    @property
    def begins_at_proxy(self) -> bool:
        """Tell whether httpx itself connects to a proxy: for plain HTTP, which is sent to it whole."""
        return self.proxy is not None and not self.is_tunnel


def choose_way(url: str, endpoint: Endpoint) -> WayOut:
    """Return the way to url for a connection; may take its time where `is_quick_choice` says so.

    Raises:
        ProxyFailedError: What is set is no proxy.
    """
    proxy = proxy_for(url, endpoint.network, endpoint.proxy_password)
    scheme = proxy.url.partition(":")[0] if proxy else ""
    has_tls = url.startswith("https:") or scheme == "https"
    return WayOut(
        proxy,
        TlsFiles.of(endpoint.network) if has_tls else None,
        is_tunnel=proxy is not None and (url.startswith("https:") or scheme.startswith("socks")),
    )


def is_quick_choice(url: str, endpoint: Endpoint) -> bool:
    """Tell whether choosing the way looks at nothing outside the program."""
    network = endpoint.network
    return is_quick(url, network) and not (network.ca_file or network.client_certificate or network.client_key)


class WaysOut:
    """Keep one httpx client for each way, for one event loop; closed before the loop ends.

    Nothing is imported or built before the first use, or before `warm_up`.
    """

    def __init__(self) -> None:
        self._contexts = TlsContexts()
        self._clients: dict[WayOut, httpx.AsyncClient] = {}

    def warm_up(self) -> None:
        """Import httpx and build the usual TLS context; meant for a thread, and quick when done before."""
        _import_httpx()
        self._contexts.get(TlsFiles())

    async def choose(self, url: str, endpoint: Endpoint, *, limit: float = _CHOICE_SECONDS) -> WayOut:
        """Return the way to url for a connection, as the system's settings are now, within `limit` seconds.

        Raises:
            ProxyFailedError: What is set is no proxy, or the system does not tell.
        """
        if is_quick_choice(url, endpoint):
            return choose_way(url, endpoint)
        try:
            return await run_blocking(lambda: choose_way(url, endpoint), deadline=limit)
        except TimeoutError as error:
            detail = "the system's proxy settings or the certificate files could not be read in time"
            raise ProxyFailedError(code="settings", detail=detail) from error

    async def client(self, way: WayOut) -> "httpx.AsyncClient":
        """Return the client of a way.

        Raises:
            CertificateFileError: A file of the connection cannot be used.
            ConnectTimeoutError: What is needed could not be read in time.
        """
        if way not in self._clients:
            context = await self.context(way)
            self._clients.setdefault(way, _build_client(way, context))
        return self._clients[way]

    async def context(self, way: WayOut) -> ssl.SSLContext:
        """Return the TLS context of a way, with httpx imported; where nothing speaks TLS, one that trusts nobody.

        Raises:
            As `client`.
        """
        kept = self._contexts.kept(way.files) if way.files else _no_context()
        if kept and _is_imported():
            return kept

        def prepare() -> ssl.SSLContext:
            _import_httpx()
            return self._contexts.get(way.files) if way.files else _no_context()

        try:
            return await run_blocking(prepare, deadline=_WARM_UP_SECONDS)
        except TimeoutError as error:
            raise ConnectTimeoutError(detail="httpx or the certificates could not be read in time") from error

    async def aclose(self) -> None:
        """Close every connection."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()


# What httpx imports only at the first connection takes as long as itself, and then on the event loop.
_MODULES = ("httpx", "httpcore._backends.anyio", "anyio._backends._asyncio")


def _is_imported() -> bool:
    return _MODULES[0] in sys.modules and _MODULES[-1] in sys.modules


def _import_httpx() -> None:
    for module in _MODULES:
        with suppress(ImportError):
            import_module(module)
    _keep_quiet()


def _keep_quiet() -> None:
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log addresses and headers


def _no_context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _build_client(way: WayOut, context: ssl.SSLContext) -> "httpx.AsyncClient":
    import httpx

    _keep_quiet()  # somebody else may have imported it
    limits = httpx.Limits(max_connections=None, keepalive_expiry=_KEEP_ALIVE_SECONDS)
    transport: httpx.AsyncHTTPTransport
    try:
        if way.proxy is None:
            transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits)
        elif way.is_tunnel:
            from app.api.tunnels import TunnelTransport

            transport = TunnelTransport(way.proxy, context, limits)
        else:
            login = (way.proxy.user, way.proxy.password) if way.proxy.user or way.proxy.password else None
            tls = context if way.proxy.url.startswith("https:") else None
            proxy = httpx.Proxy(way.proxy.url, auth=login, ssl_context=tls)
            transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits, proxy=proxy)
    except (ValueError, httpx.InvalidURL) as error:
        raise ProxyFailedError(code="address", detail=f"{type(error).__name__}: {error}") from error
    return httpx.AsyncClient(transport=transport, trust_env=False)
