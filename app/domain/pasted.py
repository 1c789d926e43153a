"""Whatever was pasted into the one field that accepts anything, as a connection.

Owns the choice among what was found, and what is shown of it before anything is sent (Q10, protocol 1 and 2, case 41).
Must not know where a connection is kept. Nothing is ever guessed about the host of a bare key.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

from app.domain.address_text import FoundAddress, find_addresses, read_address, without_secrets
from app.domain.curl_command import CurlCommand, find_curl
from app.domain.key_text import is_placeholder, mask, mask_keys, may_be_key
from app.domain.label_text import LONGEST, Label, label_of
from app.domain.marking import QT_TRANSLATE_NOOP
from app.domain.pasted_note import FoundKey, Note, read_note
from app.domain.pasted_text import is_too_long, plain
from app.domain.presets import preset_for
from app.domain.profile import InvalidAddressError, ProxyAddress, is_insecure, normalise_address, normalise_proxy
from app.domain.profile_codec import is_header

__all__ = ["Caution", "Pasted", "mask", "read_pasted", "resulting_urls"]

_MOST_SHOWN = 20
_LONGEST_SHOWN = 120
_KEY_HEADERS = {"authorization", "x-api-key", "api-key", "mj-api-secret", "x-goog-api-key"}
_NOISE = re.compile(
    r"content-.*|accept.*|host|connection|user-agent|origin|referer|cookie|sec-.*|dnt|te|expect|proxy-.*|priority|pragma"
    r"|cache-control|transfer-encoding|anthropic-.*|if-.*|upgrade.*",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(r"[=:|][\s\"'`*]*(?!https?://)([^\s\"'`,;|=:]+)|\s([^\s\"'`,;|=:]+)$")
_LINK_TEXT = re.compile(r"\[([^\[\]\n]{1,40})\]\(\s*$")


class Caution(Enum):
    """What the user should know before the connection is used; the value is marked for translation in "Pasted"."""

    INSECURE = QT_TRANSLATE_NOOP("Pasted", "This address is not encrypted: others on the way can read the key.")
    PAGE = QT_TRANSLATE_NOOP("Pasted", "This looks like the address of a web page; the API may have another one.")
    SEVERAL_ADDRESSES = QT_TRANSLATE_NOOP("Pasted", "There were several addresses; the likeliest was taken.")
    SEVERAL_KEYS = QT_TRANSLATE_NOOP("Pasted", "There were several keys; the likeliest was taken.")
    PLACEHOLDER = QT_TRANSLATE_NOOP("Pasted", "The key is missing: the text only shows where it would stand.")
    HEALED = QT_TRANSLATE_NOOP("Pasted", "The key was broken into pieces and was put together; check its end.")
    LOGIN_IN_ADDRESS = QT_TRANSLATE_NOOP("Pasted", "The address held a login, which was left out.")
    CERTIFICATE_UNCHECKED = QT_TRANSLATE_NOOP(
        "Pasted", "The command switches off the check of the certificate; here it stays on."
    )
    OTHER_HEADER = QT_TRANSLATE_NOOP("Pasted", "The key was sent in an unusual header; the server may want it there.")
    OTHER_SERVICES = QT_TRANSLATE_NOOP("Pasted", "Keys of other services were left out.")
    CUT = QT_TRANSLATE_NOOP("Pasted", "The text is very long; only its beginning was read.")


@dataclass(frozen=True, slots=True, repr=False)
class Pasted:
    """What a pasted text says about a connection; "" and () where it says nothing.

    `address` is the API root, `raw_address` what it was read from, without secrets. `name` is a suggestion. `model` was
    named in the text. `extra_headers` and the proxy come from a `curl` command. `more_addresses` are the other API
    roots of the text; `ignored` is what was not taken, its secrets masked. `preset` is the id of a preset that fits.
    """

    address: str = ""
    raw_address: str = ""
    key: str = ""
    name: str = ""
    model: str = ""
    extra_headers: dict[str, str] = field(default_factory=dict)
    proxy: str = ""
    proxy_user: str = ""
    proxy_password: str = ""
    preset: str = ""
    more_addresses: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    warnings: tuple[Caution, ...] = ()

    def __repr__(self) -> str:
        """Show the address and never a secret."""
        return f"Pasted({self.address!r}, key={'set' if self.key else None})"


def read_pasted(text: str) -> Pasted:
    """Return what a pasted text says about a connection.

    It may be an address, a key, both, `curl` commands, lines of an environment, a piece of code or JSON, or a note in
    English or Chinese. An address and a key on two lines are always read as such.
    """
    return _Reading(text).result()


def resulting_urls(address: str, completions_address: str = "") -> tuple[str, ...]:
    """Return the URLs that a connection to an API root will call first; () for what is no address.

    `completions_address` is the API root of text completion where it is another one (`Preset.completions_address`).
    """
    try:
        root = normalise_address(address)
        completions = normalise_address(completions_address) if completions_address else root
    except InvalidAddressError:
        return ()
    return (f"{root}/models", f"{completions}/completions", f"{root}/chat/completions")


class _Reading:
    """Read one text; lives for one call."""

    def __init__(self, text: str) -> None:
        self._text = plain(text)
        self._commands = find_curl(self._text)
        self._cautions: list[Caution] = [Caution.CUT] if is_too_long(text) else []
        self._ignored: list[str] = []
        self._headers: dict[str, str] = {}
        self._secrets: set[str] = set()
        self._key_header = ""
        self._proxy = ProxyAddress("")
        self._note = self._read_rest()
        for command in self._commands:
            self._take_command(command)

    def result(self) -> Pasted:
        """Return what was read."""
        address = self._best_address()
        key = self._best_key(address)
        self._secrets |= {found.text for found in self._note.keys} | {self._proxy.password} - {""}
        more = self._more_addresses(address)
        self._warn(address, key)
        matching = preset_for(address.root) if address else None
        preset = "midjourney-proxy" if self._key_header == "mj-api-secret" else (matching.id if matching else "")
        return Pasted(
            address=address.root if address else "",
            raw_address=(address.raw if self._is_harmless(address.raw) else address.root) if address else "",
            key=key.text if key else "",
            name=self._name(address),
            model=next((model for model in self._note.models if self._is_harmless(model)), ""),
            extra_headers=self._headers,
            proxy=self._proxy.url,
            proxy_user=self._proxy.user,
            proxy_password=self._proxy.password,
            preset=preset,
            more_addresses=more,
            ignored=self._ignored_lines(key),
            warnings=tuple(dict.fromkeys(self._cautions)),
        )

    def _read_rest(self) -> Note:
        """Read what lies around the commands; their place is blank, so that positions stay."""
        pieces, position = list[str](), 0
        for command in self._commands:
            pieces.append(self._text[position : command.start])
            pieces.append(re.sub(r"[^\n]", " ", self._text[command.start : command.end]))
            position = command.end
        # In strings of programs, quotes are escaped; the blank keeps the positions.
        return read_note("".join([*pieces, self._text[position:]]).replace('\\"', ' "'))

    def _take_command(self, command: CurlCommand) -> None:
        for url in command.urls:
            if found := read_address(url, Label.ADDRESS, command.start, command.end):
                self._note.addresses.append(found)
                if found.key:
                    self._take_key(found.key, command, "")
            else:
                self._ignored.append(url)
        for name, value in (*command.headers, *([("Authorization", command.bearer)] if command.bearer else [])):
            self._take_header(name, value, command)
        if command.model and not re.search(r"[<>{}$]", command.model):
            self._note.models.insert(0, command.model)
        if command.is_insecure:
            self._cautions.append(Caution.CERTIFICATE_UNCHECKED)
        self._ignored += command.unused
        self._take_proxy(command)

    def _take_header(self, name: str, value: str, command: CurlCommand) -> None:
        if name.lower() in _KEY_HEADERS:
            scheme, blank, rest = value.partition(" ")
            if blank and scheme.lower() == "basic":
                self._ignored.append(name)
            else:
                self._take_key(
                    rest if scheme.lower() in {"bearer", "token"} and blank else value, command, name.lower()
                )
        elif not _NOISE.fullmatch(name) and is_header(name, value) and value.isascii() and not is_placeholder(value):
            self._headers[name] = value
        elif re.fullmatch(r"cookie|anthropic-.*", name, re.IGNORECASE):
            self._ignored.append(name)

    def _take_key(self, text: str, command: CurlCommand, header: str) -> None:
        key = re.sub(r"\s+", "", text)
        if may_be_key(key) and not find_addresses(key, Label.ADDRESS):
            self._note.keys.append(FoundKey(key, command.start, 60))
            self._key_header = self._key_header or header
        elif is_placeholder(text):
            self._note.has_placeholder = True

    def _take_proxy(self, command: CurlCommand) -> None:
        if not command.proxy or self._proxy.url:
            return
        user, _, password = command.proxy_user.partition(":")
        try:
            proxy = normalise_proxy(command.proxy)
        except InvalidAddressError:
            self._ignored.append("--proxy")
            return
        self._proxy = ProxyAddress(proxy.url, proxy.user or user, proxy.password or password)

    def _best_address(self) -> FoundAddress | None:
        return max(self._note.addresses, key=lambda each: (each.likelihood, -each.start), default=None)

    def _best_key(self, address: FoundAddress | None) -> FoundKey | None:
        """Return the surest key, and of equally sure ones that which follows the address."""
        here = address.end if address else 0

        def rank(key: FoundKey) -> tuple[int, bool, int]:
            return (key.weight, key.start >= here, -abs(key.start - here))

        return max(self._note.keys, key=rank, default=None)

    def _more_addresses(self, best: FoundAddress | None) -> tuple[str, ...]:
        more = []
        for found in sorted(self._note.addresses, key=lambda each: each.start):
            if best and found.root == best.root:
                continue
            if found.likelihood >= 0:
                more.append(found.root)
            else:
                self._ignored.append(found.raw)
        return tuple(root for root in dict.fromkeys(more) if self._is_harmless(root))[:_MOST_SHOWN]

    def _warn(self, address: FoundAddress | None, key: FoundKey | None) -> None:
        roots = {found.root for found in self._note.addresses if found.likelihood >= 0}
        said = {
            Caution.INSECURE: address is not None and is_insecure(address.root),
            Caution.PAGE: address is not None and address.likelihood < 0,
            Caution.SEVERAL_ADDRESSES: len(roots) > 1,
            Caution.SEVERAL_KEYS: len({found.text for found in self._note.keys}) > 1,
            Caution.PLACEHOLDER: key is None and self._note.has_placeholder,
            Caution.HEALED: key is not None and key.is_healed,
            Caution.LOGIN_IN_ADDRESS: address is not None and address.has_login,
            Caution.OTHER_HEADER: key is not None and self._key_header not in {"", "authorization", "mj-api-secret"},
            Caution.OTHER_SERVICES: self._note.has_foreign,
            Caution.CUT: self._note.is_cut,
        }
        self._cautions += [caution for caution, is_so in said.items() if is_so]

    def _name(self, address: FoundAddress | None) -> str:
        link = []
        if address and address.label is not Label.ADDRESS:
            link = _LINK_TEXT.findall(self._text[max(0, address.start - LONGEST) : address.start])
        named = [*self._note.names, *link, *self._note.titles]
        clean = (re.sub(r"[^\w\s.()&+-]", "", name).strip() for name in named)
        own = next((name for name in clean if re.search(r"[^\W\d]", name) and self._is_harmless(name)), "")
        return own or (_name_of(address.root) if address else "")

    def _is_harmless(self, text: str) -> bool:
        """Tell whether a text can be shown: it holds no key."""
        return mask_keys(text) == text and not any(secret in text for secret in self._secrets)

    def _ignored_lines(self, key: FoundKey | None) -> tuple[str, ...]:
        others = (mask(found.text) for found in self._note.keys if key is None or found.text != key.text)
        lines = (self._shown(line) for line in (*self._ignored, *self._note.left))
        return tuple(dict.fromkeys(line for line in (*others, *lines) if line))[:_MOST_SHOWN]

    def _shown(self, line: str) -> str:
        """Return a line as it can be shown: no login, no key, nothing that is called a secret."""
        line = _without(self._secrets, mask_keys(without_secrets(line.strip()[: 10 * _LONGEST_SHOWN])))
        pieces, position = list[str](), 0
        for match in _SECRET_VALUE.finditer(line):
            group = 1 if match[1] else 2
            start, end = match.span(group)
            if label_of(line[max(0, start - LONGEST) : start]) in {Label.KEY, Label.SECRET, Label.FOREIGN}:
                pieces += [line[position:start], mask("?")]
                position = end
        line = "".join([*pieces, line[position:]])
        return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, mask(secret))
    return text


def _name_of(root: str) -> str:
    """Return what a server is called by its address."""
    if preset := preset_for(root):
        return preset.title
    parts = urlsplit(root)
    host = re.sub(r"^(?:www|api|gateway|openai)\d*\.(?=.*\.)", "", parts.hostname or "")
    return f"{host}:{parts.port}" if parts.port else host
