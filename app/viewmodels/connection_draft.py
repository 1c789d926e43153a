"""A connection while it is edited: what was typed, what it means, and what is wrong with it.

Owns the rules by which typed texts become a profile, and the sentences about those that do not. Must not know where
connections are kept, Qt's widgets or the network.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from app.domain.key_text import find_keys
from app.domain.presets import api_root
from app.domain.profile import Dialect, InvalidAddressError, Network, Profile, is_insecure, normalise_proxy, origin_of
from app.domain.profile_codec import is_header

LONGEST_BODY = 20_000
"""Characters of extra body fields that are read while they are typed."""

_OWN_HEADERS = frozenset({"authorization", "host", "content-length", "content-type", "transfer-encoding", "connection"})
_OWN_FIELDS = frozenset({"prompt", "messages", "model", "stream"})


class Field(StrEnum):
    """What can be wrong in a draft."""

    ADDRESS = "address"
    PROXY = "proxy"
    HEADERS = "headers"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class AddressWords:
    """What an address is understood as: the resulting URLs, or a sentence on what is wrong; and a warning."""

    urls: tuple[str, ...] = ()
    problem: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionDraft:
    """A connection as it is being edited; `profile` holds what could be read of the texts.

    `key` and `proxy_password` are what was entered anew, None where nothing was. `faults` has a sentence for each field
    that cannot be saved as it stands.
    """

    profile: Profile
    address: str = ""
    headers: str = ""
    body: str = ""
    proxy: str = ""
    proxy_choice: str = "system"
    key: str | None = field(default=None, repr=False)
    proxy_password: str | None = field(default=None, repr=False)
    faults: Mapping[Field, str] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: Profile) -> "ConnectionDraft":
        """Return the draft of a profile as it is kept."""
        proxy = profile.network.proxy
        return cls(
            profile,
            profile.base_url,
            headers_text(profile.extra_headers),
            body_text(profile.extra_body),
            "" if proxy in {"system", "none"} else proxy,
            proxy if proxy in {"system", "none"} else "address",
        )

    def differs_from(self, kept: Profile) -> bool:
        """Tell whether there is anything to save."""
        return self.profile != kept or bool(self.faults) or self.key is not None or self.proxy_password is not None

    def needs_key(self, kept: Profile) -> bool:
        """Tell whether the key must be entered again, because it is bound to scheme, host and port."""
        return self.profile.origin != kept.origin and not self.key

    def with_name(self, name: str) -> "ConnectionDraft":
        """Return the draft with another name."""
        return replace(self, profile=replace(self.profile, name=name.strip()))

    def with_address(self, text: str) -> "ConnectionDraft":
        """Return the draft with another address as typed (Q10)."""
        try:
            profile, fault = replace(self.profile, base_url=api_root(text)), ""
        except InvalidAddressError:
            profile, fault = self.profile, _not_an_address()
        return replace(self, profile=profile, address=text, faults=self._faults(Field.ADDRESS, fault))

    def with_favourites(self, models: tuple[str, ...]) -> "ConnectionDraft":
        """Return the draft with other favourites."""
        return replace(self, profile=replace(self.profile, favourites=models))

    def with_key(self, key: str | None) -> "ConnectionDraft":
        """Return the draft with a key entered anew, None for none."""
        return replace(self, key=key or None)

    def with_network(self, network: Network, proxy_password: str | None) -> "ConnectionDraft":
        """Return the draft with other settings of the network, the proxy's address apart."""
        password = proxy_password or None
        kept = replace(network, proxy=self.profile.network.proxy)
        return replace(self, profile=replace(self.profile, network=kept), proxy_password=password)

    def with_proxy(self, choice: str, address: str) -> "ConnectionDraft":
        """Return the draft with another proxy: "system", "none", or "address" for the one at address."""
        network, fault = self.profile.network, ""
        password = self.proxy_password
        if choice in {"system", "none"}:
            network = replace(network, proxy=choice)
        else:
            try:
                read = normalise_proxy(address)
                network = replace(network, proxy=read.url, proxy_user=read.user or network.proxy_user)
                password = read.password or password
            except InvalidAddressError:
                fault = QCoreApplication.translate(
                    "ConnectionDraft", "A proxy's address looks like http://host:8080 or socks5://host:1080."
                )
        profile = replace(self.profile, network=network)
        faults = self._faults(Field.PROXY, fault)
        return replace(
            self, profile=profile, proxy=address, proxy_choice=choice, proxy_password=password, faults=faults
        )

    def with_dialect(self, dialect: Dialect) -> "ConnectionDraft":
        """Return the draft with other forms of the relay's services."""
        return replace(self, profile=replace(self.profile, dialect=dialect))

    def with_headers(self, text: str) -> "ConnectionDraft":
        """Return the draft with other extra headers, one `Name: value` a line."""
        headers, fault = read_headers(text)
        profile = self.profile if fault else replace(self.profile, extra_headers=headers)
        return replace(self, profile=profile, headers=text, faults=self._faults(Field.HEADERS, fault))

    def with_body(self, text: str) -> "ConnectionDraft":
        """Return the draft with other extra body fields, a JSON object."""
        body, fault = read_body(text)
        profile = self.profile if fault else replace(self.profile, extra_body=body)
        return replace(self, profile=profile, body=text, faults=self._faults(Field.BODY, fault))

    def _faults(self, name: Field, fault: str) -> dict[Field, str]:
        others = {key: words for key, words in self.faults.items() if key is not name}
        return others | ({name: fault} if fault else {})


def address_words(text: str) -> AddressWords:
    """Return what an address is understood as, before anything is sent."""
    if not text.strip():
        return AddressWords(problem=QCoreApplication.translate("ConnectionDraft", "Enter the address of the service."))
    try:
        root = api_root(text)
    except InvalidAddressError:
        return AddressWords(problem=_not_an_address())
    warning = ""
    if is_insecure(root):
        warning = QCoreApplication.translate(
            "ConnectionDraft", "Not encrypted: others on the network could read your key and texts."
        )
    return AddressWords((f"{root}/completions", f"{root}/chat/completions"), warning=warning)


def host_of(profile: Profile) -> str:
    """Return host and port of a profile as people say them, "" for none."""
    return origin_of(profile.base_url).partition("://")[2].removesuffix(":443").removesuffix(":80")


def headers_text(headers: Mapping[str, str]) -> str:
    """Return headers as they are typed: one a line."""
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def body_text(body: Mapping[str, object]) -> str:
    """Return body fields as they are typed, "" for none."""
    return json.dumps(dict(body), indent=2, ensure_ascii=False) if body else ""


def read_headers(text: str) -> tuple[dict[str, str], str]:
    """Return the headers of a text and "", or nothing and a sentence on the first line that is wrong."""
    headers: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if fault := _header_fault(name, colon, value, headers):
            place = QCoreApplication.translate("ConnectionDraft", "Line {number}: {fault}")
            return {}, place.format(number=number, fault=fault)
        headers[name] = value
    return headers, ""


def read_body(text: str) -> tuple[dict[str, object], str]:
    """Return the body fields of a text and "", or nothing and a sentence on what is wrong."""
    if not text.strip():
        return {}, ""
    try:
        body = json.loads(text[: LONGEST_BODY + 1], parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        if len(text) > LONGEST_BODY:
            return {}, QCoreApplication.translate("ConnectionDraft", "This is too long for extra fields.")
        words = QCoreApplication.translate("ConnectionDraft", "This is not JSON: line {line}, column {column}.")
        return {}, words.format(line=error.lineno, column=error.colno)
    except (ValueError, RecursionError):
        return {}, QCoreApplication.translate("ConnectionDraft", "This is not JSON that a server can read.")
    fault = _body_fault(body)
    return ({}, fault) if fault else (body, "")


def _body_fault(body: object) -> str:
    if not isinstance(body, dict):
        return QCoreApplication.translate("ConnectionDraft", 'Write an object in braces, such as {"top_k": 40}.')
    if own := sorted(_OWN_FIELDS & body.keys()):
        return QCoreApplication.translate("ConnectionDraft", "Quillpane sets “{name}” itself.").format(name=own[0])
    return ""


def _header_fault(name: str, colon: str, value: str, headers: Mapping[str, str]) -> str:
    lower = name.lower()
    if not colon or not is_header(name, value):
        return QCoreApplication.translate("ConnectionDraft", "write a name, a colon and a value.")
    if lower in _OWN_HEADERS:
        return QCoreApplication.translate("ConnectionDraft", "Quillpane sets “{name}” itself.").format(name=name)
    if lower in {known.lower() for known in headers}:
        return QCoreApplication.translate("ConnectionDraft", "“{name}” is there already.").format(name=name)
    if find_keys(value):  # ids of organisations look as if drawn by lot, too, and may stay
        return QCoreApplication.translate(
            "ConnectionDraft", "this looks like a key; headers are kept in a file, so a key does not belong here."
        )
    return ""


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _not_an_address() -> str:
    return QCoreApplication.translate("ConnectionDraft", "This does not look like a web address.")
