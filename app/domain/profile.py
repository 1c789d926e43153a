"""A server as the user knows it: name, address, and how a pasted address becomes URLs.

Must not know keys' storage or HTTP.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

BUILT_IN_ID = "built-in"
"""The profile id of the model that ships with the program; its address is known only while it runs."""

PROXY_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})

_ENDPOINT_PATHS = (
    "/chat/completions",
    "/completions",
    "/models",
    "/embeddings",
    "/images/generations",
    "/images/edits",
    "/images/variations",
    "/audio/speech",
    "/audio/transcriptions",
    "/audio/translations",
    "/responses",
    "/messages",
    "/moderations",
)
_VERSION_SEGMENT = re.compile(r"/v\d+(beta)?$|/beta$|/openai$")


class InvalidAddressError(ValueError):
    """A text that cannot be read as the address of a server."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which of the forms in use a relay speaks (protocol 1, 11.1, 12.1, 13.1); the defaults are the seed relay's."""

    mj_prefix: str = ""
    mj_auth: str = "bearer"  # or "mj-api-secret"
    suno: str = "seed"  # seed, newapi, goapi, native
    luma: str = "seed"  # seed, swapped, flat, official
    music_path: str = ""
    luma_path: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """How a server is reached. Times are seconds (protocol 1); files are paths, "" for none.

    `proxy` is "system" (the environment's or the system's), "none", or a URL with a scheme of `PROXY_SCHEMES`. Its
    login is a secret and never part of it: `proxy_user` names the account, the password lies in the key chain.
    """

    proxy: str = "system"
    proxy_user: str = ""
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    connect_timeout: float = 5.0
    request_timeout: float = 600.0
    idle_timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class Profile:
    """One server the user configured; `base_url` is empty for the built-in model.

    `extra_headers` and `extra_body` go into every request; `favourites` are model ids, in the user's order.
    """

    id: str
    name: str
    base_url: str = ""
    preset: str = ""
    favourites: tuple[str, ...] = ()
    dialect: Dialect = field(default_factory=Dialect)
    network: Network = field(default_factory=Network)
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    extra_body: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_built_in(self) -> bool:
        """Tell whether this is the model that ships with the program."""
        return self.id == BUILT_IN_ID

    @property
    def origin(self) -> str:
        """Return scheme, host and port: what a key is bound to."""
        return origin_of(self.base_url)


BUILT_IN = Profile(BUILT_IN_ID, "")


@dataclass(frozen=True, slots=True, repr=False)
class Endpoint:
    """Where requests go right now and how: API root (with version segment, no trailing slash), key, None for none.

    `extra_headers` go with every request; `extra_body` is put into the JSON of each completion last, and wins.
    """

    base_url: str
    key: str | None = None
    network: Network = Network()
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    extra_body: Mapping[str, object] = field(default_factory=dict)
    proxy_password: str | None = None

    def __repr__(self) -> str:
        """Show the address and no secret: headers may hold one too."""
        return f"Endpoint({self.base_url!r}, key={'set' if self.key else None})"


@dataclass(frozen=True, slots=True, repr=False)
class ProxyAddress:
    """A proxy as it was pasted: its URL without a login, and the login beside it, "" for none."""

    url: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Show the address and never the password."""
        return f"ProxyAddress({self.url!r}, password={'set' if self.password else None})"


def normalise_address(text: str) -> str:
    """Return the API root of whatever address was pasted (Q10, protocol 1, case 41).

    Blanks and line breaks go, a missing scheme becomes https (http for loopback), a full endpoint path is cut back to
    its root, and `/v1` is added where no version segment stands. `https://host/v1/`, `host` and
    `https://host/v1/chat/completions` all give `https://host/v1`.

    Raises:
        InvalidAddressError: the text is empty or no http(s) address.
    """
    cleaned = re.sub(r"\s+", "", text).strip("\"'<>,;")
    if not cleaned:
        raise InvalidAddressError("The address is empty.")
    if "://" not in cleaned:
        host = cleaned.split("/", 1)[0].rsplit(":", 1)[0].strip("[]")
        cleaned = ("http://" if is_loopback(host) else "https://") + cleaned
    try:
        parts = urlsplit(cleaned)
        port = parts.port
    except ValueError as error:
        raise InvalidAddressError("The address cannot be read.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidAddressError("The address must begin with http:// or https://.")
    return urlunsplit(SplitResult(parts.scheme, _netloc(parts.hostname, port), _root_path(parts.path), "", ""))


def normalise_proxy(text: str) -> ProxyAddress:
    """Return the proxy that a pasted text names; without a scheme it is an HTTP proxy, as for curl.

    Raises:
        InvalidAddressError: The text is empty or no address of a proxy.
    """
    cleaned = re.sub(r"\s+", "", text).strip("\"'<>,;")
    if "://" not in cleaned:
        cleaned = f"http://{cleaned}"
    if cleaned.lower().startswith("socks://"):
        cleaned = f"socks5{cleaned[5:]}"
    try:
        parts = urlsplit(cleaned)
        port = parts.port
    except ValueError as error:
        raise InvalidAddressError("The address of the proxy cannot be read.") from error
    if parts.scheme not in PROXY_SCHEMES or not parts.hostname:
        raise InvalidAddressError("The address of a proxy must begin with http://, https://, socks5:// or socks5h://.")
    url = urlunsplit(SplitResult(parts.scheme, _netloc(parts.hostname, port), "", "", ""))
    return ProxyAddress(url, unquote(parts.username or ""), unquote(parts.password or ""))


def normalise_key(text: str) -> str:
    """Return a pasted key without blanks, line breaks, quotes and a leading "Bearer" (protocol 2, case 41)."""
    cleaned = re.sub(r"[\s\u200b\ufeff]+", " ", text).strip().strip("\"'")
    cleaned = re.sub(r"^(Authorization:\s*)?Bearer\s+", "", cleaned, flags=re.IGNORECASE)
    return cleaned.replace(" ", "")


def origin_of(url: str) -> str:
    """Return `scheme://host:port` with the port always written out, or "" for an empty URL."""
    if not url:
        return ""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def is_insecure(url: str) -> bool:
    """Tell whether a key sent to url could be read on the way: plain http to anything but this computer."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this computer."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name; 127.example.org is one too
        return False


def _netloc(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def _root_path(path: str) -> str:
    root = re.sub(r"/{2,}", "/", path).rstrip("/")
    for endpoint in _ENDPOINT_PATHS:
        if root.endswith(endpoint):
            root = root.removesuffix(endpoint)
            break
    return root if _VERSION_SEGMENT.search(root) else f"{root}/v1"
