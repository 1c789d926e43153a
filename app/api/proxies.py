"""Which proxy a request goes through: the environment's or the system's, and none to this computer (design 5).

Owns the choice. Must not know HTTP clients.
"""

from urllib.parse import urlsplit

from app.domain.profile import is_loopback


def proxy_for(url: str) -> str | None:
    """Return the address of the proxy for url, or None to connect directly.

    Takes the variables `https_proxy`, `all_proxy` and `no_proxy`, and on Windows and macOS the system's settings where
    none are set. May resolve names on Windows, so it does not belong on the event loop.
    """
    from urllib.request import getproxies, proxy_bypass  # brings http.client and e-mail along: not at the start

    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return None
    known = getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
