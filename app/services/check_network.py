"""The steps of a check that look at the way to a server: name, connection, proxy, TLS.

Owns what is said of each. Must not know sockets (`app.api.probe`), or the order of steps. No secret is sent.
"""

from typing import Protocol
from urllib.parse import urlsplit

from app.api.probe import Clock, Portal, Reached, TlsFacts
from app.domain.check import Detail, DetailKind, Step
from app.domain.profile import Endpoint, ProxyAddress
from app.services.check_trials import Outcome

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_MAX_ADDRESSES = 3


class Prober(Protocol):
    """Who takes single steps on the road to a server: `app.api.probe`. Each raises ApiError where it fails."""

    async def resolve(self, host: str, /, *, limit: float = ...) -> tuple[str, ...]:
        """Return the addresses of a name."""

    async def connect(self, host: str, port: int, /, *, limit: float = ...) -> Reached:
        """Connect directly and hang up."""

    async def proxy_of(self, endpoint: Endpoint, /, *, limit: float = ...) -> ProxyAddress | None:
        """Return the proxy on the way."""

    async def reach(self, endpoint: Endpoint, /, *, limit: float = ...) -> None:
        """Go the whole way, up to TLS."""

    async def tls_facts(self, endpoint: Endpoint, /, *, limit: float = ...) -> TlsFacts:
        """Return what the server shows in TLS."""

    async def server_date(self, endpoint: Endpoint, /, *, limit: float = ...) -> Clock | None:
        """Return the server's time."""

    async def captive_portal(self, endpoint: Endpoint, /, *, limit: float = ...) -> Portal | None:
        """Return the page that answers in the server's place."""


class NetworkLook:
    """Look at the way to a server, one step at a time; each within the connection's own time limit."""

    def __init__(self, probe: Prober) -> None:
        self._probe = probe

    async def look(self, step: Step, endpoint: Endpoint) -> Outcome:
        """Return what a step shows; raises ApiError."""
        match step:
            case Step.NAME:
                return await self._look_up(endpoint)
            case Step.CONNECTION:
                return await self._connect(endpoint)
            case Step.PROXY:
                return await self._pass_proxy(endpoint)
            case Step.TLS:
                return await self._shake_hands(endpoint)
            case _:
                raise ValueError(step)

    async def _look_up(self, endpoint: Endpoint) -> Outcome:
        host, _ = await self._first_stop(endpoint)
        found = await self._probe.resolve(host, limit=endpoint.network.connect_timeout)
        return Outcome(Detail(DetailKind.FOUND, {"address": ", ".join(found[:_MAX_ADDRESSES])}))

    async def _connect(self, endpoint: Endpoint) -> Outcome:
        host, port = await self._first_stop(endpoint)
        reached = await self._probe.connect(host, port, limit=endpoint.network.connect_timeout)
        milliseconds = round(reached.seconds * 1000)
        return Outcome(Detail(DetailKind.CONNECTED, {"address": reached.address, "milliseconds": milliseconds}))

    async def _pass_proxy(self, endpoint: Endpoint) -> Outcome:
        proxy = await self._probe.proxy_of(endpoint, limit=endpoint.network.connect_timeout)
        if proxy is None:
            return Outcome(Detail(DetailKind.NO_PROXY))
        await self._probe.reach(endpoint, limit=endpoint.network.connect_timeout)
        return Outcome(Detail(DetailKind.THROUGH_PROXY, {"proxy": proxy.url}))

    async def _shake_hands(self, endpoint: Endpoint) -> Outcome:
        facts = await self._probe.tls_facts(endpoint, limit=endpoint.network.connect_timeout)
        if facts.problem is not None:
            raise facts.problem
        if facts.certificate is None:
            return Outcome(Detail(DetailKind.HONOURED))
        until = facts.certificate.not_after.date().isoformat()
        return Outcome(Detail(DetailKind.CERTIFICATE, {"issuer": facts.certificate.issuer, "until": until}))

    async def _first_stop(self, endpoint: Endpoint) -> tuple[str, int]:
        """Return host and port that are connected to first: the proxy's where there is one."""
        proxy = await self._probe.proxy_of(endpoint, limit=endpoint.network.connect_timeout)
        return host_and_port(proxy.url if proxy else endpoint.base_url)


def host_and_port(url: str) -> tuple[str, int]:
    """Return the host and port that a URL means."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
