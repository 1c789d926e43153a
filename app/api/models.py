"""`GET /v1/models`: which models a server offers.

Owns the shapes of the list. Must not know who chooses among them.
"""

from typing import Any

from app.api.connection import HttpClient
from app.api.envelopes import excerpt
from app.api.errors import ProtocolError
from app.api.text import without_surrogates
from app.domain.models import ModelInfo
from app.domain.profile import Endpoint


async def list_models(http: HttpClient, endpoint: Endpoint) -> tuple[ModelInfo, ...]:
    """Return the models the server lists, in its order and each once (protocol 7, Q28).

    Being listed proves nothing and missing means little: a name typed by hand must always be allowed.

    Raises:
        NotFoundError: The server has no list; it may complete all the same.
        ApiError: No list came.
    """
    return read_models(await http.get_json(endpoint, "/models"), key=endpoint.key)


def read_models(content: Any, *, key: str | None = None) -> tuple[ModelInfo, ...]:
    """Read a list in any of its shapes: below `data`, below `models`, or bare (Q28); `key` is kept out of errors.

    Raises:
        ProtocolError: The JSON holds no list.
    """
    entries = content
    if isinstance(content, dict):
        entries = content.get("data", content.get("models", ...))
        if entries is None:  # how Go writes an empty list
            entries = []
    if not isinstance(entries, list):
        raise ProtocolError(code="no_list", detail=excerpt(str(content), key))
    found: dict[str, ModelInfo] = {}
    for entry in entries:
        if model := _read_model(entry):
            found.setdefault(model.id, model)
    return tuple(found.values())


def _read_model(entry: object) -> ModelInfo | None:
    fields = {"id": entry} if isinstance(entry, str) else entry
    if not isinstance(fields, dict):
        return None
    name = _text(fields.get("id")) or _text(fields.get("name")) or _text(fields.get("model"))
    if not name:
        return None
    return ModelInfo(name, _text(fields.get("owned_by")), _text(fields.get("shutdown_date")))


def _text(value: object) -> str:
    """Return a string, or a number as one: some servers send dates as seconds."""
    if isinstance(value, str):
        return without_surrogates(value.strip())
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15 else ""
