"""Requests as they arrived, and how they are read off a socket.

Knows HTTP/1.1 requests; must not know answers.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any

MAX_HEAD = 65_536


class RubbishError(ValueError):
    """What the client sent is not HTTP/1.1."""


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """One request: `headers` has lower-case names, `connection` tells which connection it came over (1, 2, …)."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    at: float
    """The loop's time of arrival in seconds."""

    @property
    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)

    @property
    def key(self) -> str | None:
        """Return the key of the Authorization header, or None."""
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key if scheme == "Bearer" else None

    @property
    def keeps_alive(self) -> bool:
        """Tell whether the client means to send another request over the same connection."""
        return self.headers.get("connection", "").lower() != "close"


async def read_request(reader: asyncio.StreamReader, connection: int) -> Received | None:
    """Read one request; None when the client left between two requests or inside one.

    Raises:
        RubbishError: what arrived is not HTTP/1.1.
    """
    try:
        first = await reader.readexactly(1)
        if not first.isupper():  # a TLS greeting, for one, has no line end to wait for
            raise RubbishError(f"begins with {first!r}")
        head = first + await reader.readuntil(b"\r\n\r\n")
        method, target, headers = _parse_head(head)
        body = await _read_body(reader, headers)
    except asyncio.IncompleteReadError:
        return None
    except (asyncio.LimitOverrunError, ValueError) as error:
        raise RubbishError(str(error)) from error
    path, _, query = target.partition("?")
    return Received(method, path, query, headers, body, connection, asyncio.get_running_loop().time())


def _parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    request_line, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, version = request_line.split(" ")
    if version != "HTTP/1.1" or method not in HTTPMethod.__members__:
        raise ValueError(f"not a request line: {request_line[:80]!r}")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"not a header line: {line[:80]!r}")
        name = name.lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return method, target, headers


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = bytearray()
        while size := int(await reader.readline() or b"0", 16):
            body += (await reader.readexactly(size + 2))[:-2]
        while (await reader.readline()).strip():
            pass
        return bytes(body)
    return await reader.readexactly(int(headers.get("content-length", "0")))
