"""Which proxy a request goes through: the connection's own, the environment's, the system's or none (design 5).

Owns the choice. Must not know HTTP clients.
"""

import sys
from urllib.parse import urlsplit

from app.api.errors import ProxyFailedError
from app.domain.profile import InvalidAddressError, Network, ProxyAddress, is_loopback, normalise_proxy

SYSTEM_TELLS = sys.platform in {"win32", "darwin"}
"""Whether Python knows where the operating system keeps its proxy; on Linux each desktop has a place of its own."""

_ANY_NETWORK = Network()


def proxy_for(url: str, network: Network = _ANY_NETWORK, password: str | None = None) -> ProxyAddress | None:
    """Return the proxy for url, or None to connect directly.

    A proxy that the connection names is always used. Otherwise the variables `https_proxy`, `http_proxy`, `all_proxy`
    and `no_proxy` decide, or where none are set the system's settings as they are now; this computer is then reached
    directly. May ask the system and resolve names, so it does not belong on the event loop: see `is_quick`.

    Raises:
        ProxyFailedError: What is set is no address of a proxy, or of none that can be spoken to.
    """
    if network.proxy == "none":
        return None
    if network.proxy != "system":
        address = _read(network.proxy)
        if not network.proxy_user:
            return address
        return ProxyAddress(address.url, network.proxy_user, password or "")
    if is_loopback(urlsplit(url).hostname or ""):
        return None
    found = _system_proxy(url)
    return _read(found) if found else None


def is_quick(url: str, network: Network) -> bool:
    """Tell whether the choice needs no look at the system."""
    return network.proxy != "system" or is_loopback(urlsplit(url).hostname or "")


def _system_proxy(url: str) -> str | None:
    # They bring http.client and e-mail along: not at the start.
    from urllib.request import getproxies, getproxies_environment, proxy_bypass

    parts = urlsplit(url)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    if not SYSTEM_TELLS and getproxies_environment().keys() <= {"no"}:
        from app.api.desktop_proxies import desktop_proxy

        return desktop_proxy(url)
    known = getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy and (socks := known.get("socks")):
        proxy = f"socks5://{socks.rpartition('://')[2]}"  # macOS' setting, which Python calls http://
    return proxy


def _read(text: str) -> ProxyAddress:
    try:
        return normalise_proxy(text)
    except InvalidAddressError as error:
        raise ProxyFailedError(code="address", detail=str(error)) from error
