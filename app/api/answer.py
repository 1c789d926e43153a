"""The answer to one request: its head, and its body as it comes.

Owns reading, and the limit on silence. Must not know what is in the body, or how requests are sent.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from app.api.errors import ApiError, ProtocolError, StalledError
from app.api.failures import translated
from app.api.pace import REST_SECONDS, Pace

if TYPE_CHECKING:
    import httpx

MAX_BODY = 64 * 2**20
"""How many bytes a body may have that is read as a whole."""

_DRAIN_SECONDS = 0.05
_START_BYTES = 65_536


class Answer:
    """An answer whose head has come; valid inside `HttpClient.send` only."""

    def __init__(self, response: "httpx.Response", idle: float) -> None:
        self._response = response
        self._idle = idle
        self._chunks: AsyncGenerator[bytes, None] | None = None

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers; names are found in any case."""
        return self._response.headers

    @property
    def content_type(self) -> str:
        """Return the media type in lower case, without parameters; "" where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str:
        """Return what the server calls the request, to ask its operator; "" where it says nothing (protocol 2)."""
        return self.headers.get("x-oneapi-request-id") or self.headers.get("x-request-id") or ""

    @property
    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Return the body's bytes as they come, once; several readers share one position.

        Raises:
            ConnectionLostError: The connection broke.
            StalledError: No byte came within the idle limit.
        """
        if self._chunks is None:
            self._chunks = self._read()
        return self._chunks

    async def read(self) -> bytes:
        """Return the rest of the body as a whole.

        Raises:
            ApiError: As for `chunks`; ProtocolError beyond `MAX_BODY`.
        """
        parts, size = [], 0
        async for chunk in self.chunks:
            parts.append(chunk)
            size += len(chunk)
            if size > MAX_BODY:
                raise ProtocolError("", http_status=self.status, code="too_long")
        return b"".join(parts)

    async def read_start(self) -> bytes:
        """Return as much of the rest of the body as can be had, up to 64 KB: for refusals, whose status says enough."""
        body = bytearray()
        with suppress(ApiError):
            async for chunk in self.chunks:
                body += chunk
                if len(body) > _START_BYTES:
                    break
        return bytes(body[:_START_BYTES])

    async def drain(self) -> None:
        """Read what little may be left, so that the connection can be used again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self.read_start()

    async def aclose(self) -> None:
        """Give the connection back, or close it where the body has not come to its end (Q26)."""
        if self._chunks is not None:
            await self._chunks.aclose()
        await self._response.aclose()

    async def _read(self) -> AsyncGenerator[bytes, None]:
        source = cast("AsyncGenerator[bytes, None]", self._response.aiter_raw())
        unpack = self._unpacker()
        watch, pace = _SilenceWatch(self._idle), Pace()
        try:
            with translated(has_begun=True):
                while True:
                    watch.start()
                    try:
                        chunk = await pace.next(source)
                    except StopAsyncIteration:
                        return
                    except asyncio.CancelledError:
                        if watch.has_expired():
                            raise StalledError(http_status=self.status) from None
                        raise
                    watch.stop()
                    yield unpack(chunk) if unpack else chunk
                    if pace.wants_rest():
                        await asyncio.sleep(REST_SECONDS)
        finally:
            watch.close()
            # In this order: httpx leaves its inner generators to the garbage collector, and once the response is
            # closed they have nothing left to wait for there.
            await self._response.aclose()
            await source.aclose()

    def _unpacker(self) -> Callable[[bytes], bytes] | None:
        """Return what undoes the body's compression, for servers that compress although they were asked not to."""
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding in {"", "identity"}:
            return None
        if encoding not in {"gzip", "x-gzip", "deflate"}:
            raise ProtocolError(http_status=self.status, code="unknown_encoding", detail=encoding)
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # either header

        def unpack(chunk: bytes) -> bytes:
            try:
                return unpacker.decompress(chunk)
            except zlib.error as error:
                raise ProtocolError(http_status=self.status, code="broken_encoding", detail=str(error)) from error

        return unpack


class _SilenceWatch:
    """Cancel a read that has waited too long, with one timer for the whole answer.

    A timer for each read would not do: qasync keeps a cancelled timer until it is due, which at a thousand tokens a
    second would be a hundred thousand of them.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._reader: asyncio.Task[object] | None = None
        self._since = 0.0
        self._is_expired = False
        self._timer = self._loop.call_later(limit, self._check)

    def start(self) -> None:
        """Note that the current task begins to wait."""
        self._since = self._loop.time()
        self._reader = asyncio.current_task()

    def stop(self) -> None:
        """Note that it waits no more: what its reader does then is not the server's silence."""
        self._reader = None

    def has_expired(self) -> bool:
        """Tell whether a cancellation came from here and from nobody else."""
        return self._is_expired and self._reader is not None and self._reader.uncancel() == 0

    def close(self) -> None:
        """End the watch."""
        self._reader = None
        self._timer.cancel()

    def _check(self) -> None:
        left = self._limit if self._reader is None else self._since + self._limit - self._loop.time()
        if left > 0 or self._reader is None:
            self._timer = self._loop.call_later(left, self._check)
        else:
            self._is_expired = True
            self._reader.cancel()
