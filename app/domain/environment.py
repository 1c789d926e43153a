"""The services that the environment names, in the variables that OpenAI's and other programs read.

Owns the names of the variables. Must not know the environment itself: it is handed in.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from app.domain.address_text import read_address
from app.domain.exchange import FoundConnection
from app.domain.key_text import may_be_key
from app.domain.label_text import Label, label_of
from app.domain.presets import preset, preset_for
from app.domain.profile import normalise_key
from app.domain.profile_codec import one_line

_VARIABLE = re.compile(
    r"([A-Z][A-Z0-9_]{0,60}?)_(?:(API_KEY|KEY)|(BASE_URL|API_BASE|API_BASE_URL|API_HOST|API_URL)|(MODEL|MODEL_NAME))"
)
# What a variable's name stands for by itself; a key alone is never sent there unasked.
_KNOWN = {"OPENAI": "openai", "DEEPSEEK": "deepseek", "OPENROUTER": "openrouter"}


def from_environment(environ: Mapping[str, str]) -> tuple[FoundConnection, ...]:
    """Return the connections that an environment tells of, to be shown before any is taken over.

    A key without an address gets none: `suggested_address` says what the name of its variable stands for. Variables of
    other kinds of services, such as ANTHROPIC_API_KEY, are passed over.
    """
    groups: dict[str, dict[str, str]] = {}
    for name, value in sorted(environ.items()):
        match = _VARIABLE.fullmatch(name.upper())
        if match is None or label_of(f"{match[1]}_API_KEY=") is Label.FOREIGN:
            continue
        kind = "key" if match[2] else "address" if match[3] else "model"
        if text := one_line(value):
            groups.setdefault(match[1], {}).setdefault(kind, text)
    found = [connection for prefix, values in groups.items() if (connection := _connection(prefix, values))]
    if ollama := _ollama(environ):
        found.append(ollama)
    return tuple(found)


def _connection(prefix: str, values: Mapping[str, str]) -> FoundConnection | None:
    key = normalise_key(values.get("key", ""))
    key = key if may_be_key(key) else ""
    address = read_address(values.get("address", "")) if values.get("address") else None
    known = preset(_KNOWN.get(prefix, ""))
    if not (address and (key or known)) and not (key and known):
        return None
    matching = preset_for(address.root) if address else known
    host = urlsplit(address.root).hostname if address and known else None
    name = matching.title if matching else host or prefix.replace("_", " ").capitalize()
    models = (values["model"],) if "model" in values else ()
    suggested = known.address if known and address is None else ""
    return FoundConnection(name, address.root if address else "", key, models, suggested)


def _ollama(environ: Mapping[str, str]) -> FoundConnection | None:
    """Return the Ollama server that OLLAMA_HOST names; its port may be left out."""
    text = one_line(environ.get("OLLAMA_HOST", ""))
    if not text:
        return None
    has_port = re.search(r"(?<!:):\d+/?$", text) is not None
    address = read_address(text if has_port or "://" in text else f"{text}:11434")
    if address is None:
        return None
    root = address.root if "://" in text else re.sub(r"^https:", "http:", address.root)  # as Ollama itself reads it
    return FoundConnection("Ollama", root)
