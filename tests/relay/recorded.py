"""Answers with bytes that real servers have sent: llama.cpp's server and a LiteLLM gateway in front of it.

The files of tests/data/wire are named `<name>.<status>.<json, sse or txt>` and hold bodies only.
"""

from pathlib import Path

from tests.relay.answers import Answer, body_answer
from tests.relay.sse import sse

WIRE = Path(__file__).parents[1] / "data" / "wire"

_CONTENT_TYPES = {"json": "application/json; charset=utf-8", "txt": "text/plain; charset=utf-8"}


def names() -> list[str]:
    """Return the name of every recorded answer."""
    return sorted(path.name.split(".")[0] for path in WIRE.glob("*.*.*"))


def body(name: str) -> bytes:
    """Return the recorded body called name."""
    return _find(name).read_bytes()


def recorded(name: str, *, chunking: str | int | list[int] = "event") -> Answer:
    """Answer with the recorded body called name; streams are cut as `sse` cuts them."""
    path = _find(name)
    _, status, kind = path.name.split(".")
    if kind == "sse":
        events = (event + b"\n\n" for event in path.read_bytes().split(b"\n\n") if event)
        return sse(*events, done=False, chunking=chunking)
    return body_answer(path.read_bytes(), _CONTENT_TYPES[kind], int(status))


def _find(name: str) -> Path:
    (path,) = WIRE.glob(f"{name}.*.*")
    return path
