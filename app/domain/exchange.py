"""Connections as a text to give away, without anything secret, and back.

Owns the format of the text and what counts as a secret in it. Must not know files, or which connections there are. What
comes in is as untrusted as what anybody could have written: it brings no secret, no path of a file and no id.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from urllib.parse import urlsplit

from app.domain.address_text import without_secrets
from app.domain.key_text import holds_key, mask_keys
from app.domain.marking import QT_TRANSLATE_NOOP
from app.domain.profile import Network, Profile
from app.domain.profile_codec import from_json, one_line, to_json

FORMAT = "quillpane-connections"
VERSION = 1

_LONGEST = 5_000_000
_MOST = 500
_SECRET_WORD = re.compile(
    r"authorization|auth|key|apikey|token|secret|password|passwd|pwd|cookie|session|credentials?|signature|bearer|jwt",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_VALUE = re.compile(r"\s*(?:Bearer|Basic|Token)\s+\S", re.IGNORECASE)
_SECRET_QUERY = re.compile(
    r"[?&](?:api[-_]?)?(?:key|token|secret|password|sig|signature|auth)=(?!\{)[^&]", re.IGNORECASE
)


class Part(Enum):
    """A part of a connection that is not given away; the value is marked for translation in "Exchange"."""

    KEY = QT_TRANSLATE_NOOP("Exchange", "the key")
    PROXY_LOGIN = QT_TRANSLATE_NOOP("Exchange", "the login of the proxy")
    ADDRESS = QT_TRANSLATE_NOOP("Exchange", "a secret within the address")
    HEADER = QT_TRANSLATE_NOOP("Exchange", "a header")
    BODY = QT_TRANSLATE_NOOP("Exchange", "a field of the body")
    FILE = QT_TRANSLATE_NOOP("Exchange", "the path of a certificate file")
    TEXT = QT_TRANSLATE_NOOP("Exchange", "a key within a text")
    ALL = QT_TRANSLATE_NOOP("Exchange", "everything, because its address cannot be read")


class Trouble(Enum):
    """Why something could not be taken in; the value is marked for translation in "Exchange"."""

    NOT_READABLE = QT_TRANSLATE_NOOP("Exchange", "This is not a text with connections.")
    TOO_LONG = QT_TRANSLATE_NOOP("Exchange", "The text is too long for a list of connections.")
    NEWER = QT_TRANSLATE_NOOP("Exchange", "This was written by a newer version of the program.")
    TOO_MANY = QT_TRANSLATE_NOOP("Exchange", "There are too many connections; only the first 500 were read.")
    NO_CONNECTION = QT_TRANSLATE_NOOP("Exchange", "This entry has no address that can be read.")
    SECRET = QT_TRANSLATE_NOOP("Exchange", "A secret was left out.")
    OTHER_PROTOCOL = QT_TRANSLATE_NOOP("Exchange", "This service speaks another protocol.")
    EMPTY = QT_TRANSLATE_NOOP("Exchange", "There is no connection in it.")


@dataclass(frozen=True, slots=True)
class Stripped:
    """Something that was left out: of which connection, which part, and its name where it has one."""

    connection: str
    part: Part
    name: str = ""

    def __str__(self) -> str:
        """Say it in English, for a terminal."""
        return f"{self.connection}: {self.part.value}" + (f" ({self.name})" if self.name else "")


@dataclass(frozen=True, slots=True)
class Exported:
    """Connections as a text, and what was left out of it."""

    text: str
    stripped: tuple[Stripped, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Why an entry was not taken in, or not whole; `name` is the entry's, "" where it is about all of the text."""

    trouble: Trouble
    name: str = ""

    def __str__(self) -> str:
        """Say it in English, for a terminal."""
        return f"{self.name}: {self.trouble.value}" if self.name else self.trouble.value


@dataclass(frozen=True, slots=True)
class Imported:
    """Connections that a text told of; their ids ("imported-1" …) are to be replaced by real ones."""

    profiles: tuple[Profile, ...] = ()
    problems: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundConnection:
    """A connection that another program or the environment holds, to be shown before it is taken over.

    `address` is an API root, "" where none was named; `suggested_address` is then what the name of the service stands
    for, and never used unasked. The key is never shown.
    """

    name: str
    address: str
    key: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    suggested_address: str = ""


def to_text(profiles: Iterable[Profile], with_key: Collection[str] = ()) -> Exported:
    """Return connections as a text that anyone may see, and what was left out of it.

    `with_key` are the ids of those for which a key is known, so that its absence is told. The built-in model is left
    out.
    """
    entries: list[dict[str, object]] = []
    stripped: list[Stripped] = []
    for profile in profiles:
        if profile.is_built_in:
            continue
        if profile.id in with_key:
            stripped.append(Stripped(_shown_name(profile), Part.KEY))
        clean, left_out = _without_secrets(profile)
        stripped += left_out
        if clean is not None:
            entries.append(_entry(clean))
    text = json.dumps({"format": FORMAT, "version": VERSION, "connections": entries}, ensure_ascii=False, indent=2)
    return Exported(f"{text}\n", tuple(stripped))


def from_text(text: str) -> Imported:
    """Return the connections that a text tells of, and what was wrong with it; whatever it is, nothing is raised."""
    data, trouble = read_json(text, _LONGEST)
    if trouble is not None:
        return Imported(problems=(ImportProblem(trouble),))
    entries = data.get("connections")
    version = data.get("version")
    if data.get("format") != FORMAT or not isinstance(entries, list) or type(version) is not int or version < 1:
        return Imported(problems=(ImportProblem(Trouble.NOT_READABLE),))
    if version > VERSION:
        return Imported(problems=(ImportProblem(Trouble.NEWER),))
    problems = [ImportProblem(Trouble.TOO_MANY)] if len(entries) > _MOST else []
    profiles = []
    for number, entry in enumerate(entries[:_MOST], 1):
        profile = from_json({**entry, "id": f"imported-{number}"}) if isinstance(entry, dict) else None
        if profile is None:
            problems.append(ImportProblem(Trouble.NO_CONNECTION, _name_of(entry) or f"#{number}"))
            continue
        clean, stripped = _without_secrets(profile)
        problems += [ImportProblem(Trouble.SECRET, each.connection) for each in stripped]
        profiles += [clean] if clean else []
    if not profiles and not problems:
        problems.append(ImportProblem(Trouble.EMPTY))
    return Imported(tuple(profiles), tuple(dict.fromkeys(problems)))


def read_json(text: str, longest: int) -> tuple[dict[str, object], Trouble | None]:
    """Return the JSON object in a text of at most `longest` characters, or what is wrong with it."""
    if len(text) > longest:
        return {}, Trouble.TOO_LONG
    try:
        data = json.loads(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return {}, Trouble.NOT_READABLE
    return (data, None) if isinstance(data, dict) else ({}, Trouble.NOT_READABLE)


def _entry(profile: Profile) -> dict[str, object]:
    """Return what of a profile differs from a bare one, without its id."""
    bare = to_json(Profile(profile.id, ""))
    return {name: value for name, value in to_json(profile).items() if value != bare[name]}


def _name_of(entry: object) -> str:
    return mask_keys(one_line(entry.get("name"))) if isinstance(entry, Mapping) else ""


def _shown_name(profile: Profile) -> str:
    return mask_keys(one_line(profile.name)) or urlsplit(without_secrets(profile.base_url)).hostname or "?"


def _without_secrets(profile: Profile) -> tuple[Profile | None, list[Stripped]]:
    """Return a profile without its secrets and without what belongs to this computer, and what was taken away."""
    shown = _shown_name(profile)
    base_url = "/".join(part for part in without_secrets(profile.base_url).split("/") if not holds_key(part))
    readable = from_json(to_json(replace(profile, base_url=base_url)))
    if readable is None:
        return None, [Stripped(shown, Part.ALL)]
    network, dialect = readable.network, readable.dialect
    found = [Stripped(shown, Part.ADDRESS)] if base_url != profile.base_url else []
    is_proxy_secret = network.proxy_user or "@" in profile.network.proxy or _holds_secret(network.proxy)
    found += [Stripped(shown, Part.PROXY_LOGIN)] if is_proxy_secret else []
    files = (network.ca_file, network.client_certificate, network.client_key)
    found += [Stripped(shown, Part.FILE) for path in files if path]
    headers = {name: text for name, text in readable.extra_headers.items() if not _is_secret(name, text)}
    found += [Stripped(shown, Part.HEADER, mask_keys(name)) for name in readable.extra_headers if name not in headers]
    body_found: list[str] = []
    body = {name: _clean(name, value, body_found) for name, value in readable.extra_body.items()}
    found += [Stripped(shown, Part.BODY, mask_keys(name)) for name in dict.fromkeys(body_found)]
    paths = {name: getattr(dialect, name) for name in ("mj_prefix", "music_path", "luma_path")}
    kept = {name: "" if _holds_secret(path) else path for name, path in paths.items()}
    favourites = tuple(model for model in readable.favourites if not _holds_secret(model))
    name = mask_keys(readable.name)
    if (
        kept != paths
        or favourites != readable.favourites
        or name != readable.name
        or mask_keys(profile.preset) != profile.preset
    ):
        found.append(Stripped(shown, Part.TEXT))
    return (
        replace(
            readable,
            name=name,
            preset=mask_keys(readable.preset),
            favourites=favourites,
            dialect=replace(dialect, **kept),
            network=_network_to_give(network),
            extra_headers=headers,
            extra_body={name: value for name, value in body.items() if value is not _Gone},
        ),
        found,
    )


def _network_to_give(network: Network) -> Network:
    proxy = Network().proxy if _holds_secret(network.proxy) else network.proxy
    return replace(network, proxy=proxy, proxy_user="", ca_file="", client_certificate="", client_key="")


class _Gone:
    """What stands for a value that was taken away."""


def _clean(name: str, value: object, found: list[str], *, is_secret: bool = False) -> object:
    """Return a body's value without secrets; `found` gets the names of those. Numbers are none."""
    is_secret = is_secret or _is_secret_name(name)
    cleaned: object = value
    if isinstance(value, dict):
        inner = {key: _clean(key, each, found, is_secret=is_secret) for key, each in value.items()}
        cleaned = {key: each for key, each in inner.items() if each is not _Gone}
    elif isinstance(value, list):
        cleaned = [
            each for each in (_clean(name, each, found, is_secret=is_secret) for each in value) if each is not _Gone
        ]
    elif isinstance(value, str) and (is_secret or _holds_secret(value)):
        cleaned = _Gone
    if mask_keys(name) != name or (is_secret and value and not cleaned):
        cleaned = _Gone
    if cleaned is _Gone:
        found.append(name)
    return cleaned


def _is_secret(name: str, text: str) -> bool:
    """Tell whether a header is a secret, by its name or by its value."""
    return _is_secret_name(name) or _holds_secret(text)


def _is_secret_name(name: str) -> bool:
    return any(_SECRET_WORD.fullmatch(word) for word in _WORDS.findall(name)) or mask_keys(name) != name


def _holds_secret(text: str) -> bool:
    return (
        mask_keys(text) != text
        or without_secrets(text) != text
        or _SECRET_VALUE.match(text) is not None
        or _SECRET_QUERY.search(text) is not None
    )
