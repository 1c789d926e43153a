"""A client that sees bytes, for testing the relay itself."""

import asyncio
import contextlib
import json
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.relay import Relay


@dataclass(frozen=True)
class RawAnswer:
    """A response as it arrived; `chunks` are the chunks of a chunked body."""

    status: int
    headers: dict[str, str]
    body: bytes
    chunks: tuple[bytes, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    """One connection to a relay, by hand."""

    def __init__(self, relay: Relay, tls: ssl.SSLContext | None = None) -> None:
        self._port = relay.port
        self._tls = tls

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):  # the relay may have been quicker
            await self._writer.wait_closed()

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def send_post(self, path: str, content: object, key: str | None = None) -> None:
        body = json.dumps(content).encode()
        lines = [f"POST {path} HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        if key:
            lines.append(f"Authorization: Bearer {key}")
        await self.send("\r\n".join([*lines, "", ""]).encode() + body)

    async def post(self, path: str, content: object, key: str | None = None) -> RawAnswer:
        await self.send_post(path, content, key)
        return await self.answer()

    async def get(self, path: str, key: str | None = None) -> RawAnswer:
        line = f"Authorization: Bearer {key}\r\n" if key else ""
        await self.send(f"GET {path} HTTP/1.1\r\n{line}\r\n".encode())
        return await self.answer()

    async def read_until(self, end: bytes) -> bytes:
        return await self._reader.readuntil(end)

    async def rest(self) -> bytes:
        return await self._reader.read()

    async def answer(self) -> RawAnswer:
        first, *lines = (await self.read_until(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        chunks: list[bytes] = []
        if headers.get("transfer-encoding") == "chunked":
            while size := int(await self._reader.readline(), 16):
                chunks.append((await self._reader.readexactly(size + 2))[:-2])
            await self._reader.readline()
            body = b"".join(chunks)
        elif "content-length" in headers:
            body = await self._reader.readexactly(int(headers["content-length"]))
        else:
            body = await self.rest()
        return RawAnswer(int(first.split(" ")[1]), headers, body, tuple(chunks))
