"""One client's connection: bytes in, bytes out, and the moment the client goes.

Knows sockets and asyncio; must not know HTTP.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from typing import cast


class Connection(asyncio.Protocol):
    """A connection that notices at once when its client leaves, also while an answer is being sent.

    `reader` holds what the client sent. `is_closed` is true as soon as either side has ended it; `is_lost` once the
    socket is gone.
    """

    def __init__(
        self,
        on_open: Callable[["Connection"], None],
        on_client_left: Callable[["Connection"], None],
    ) -> None:
        self.reader = asyncio.StreamReader()
        self.is_closed = False
        self._on_open = on_open
        self._on_client_left = on_client_left
        self._is_writable = asyncio.Event()
        self._is_writable.set()
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._on_open(self)

    def data_received(self, data: bytes) -> None:
        self.reader.feed_data(data)

    def eof_received(self) -> None:
        """Take the end of the client's sending for its leaving: no client of ours half-closes."""
        self._client_left()

    def connection_lost(self, _error: Exception | None) -> None:
        self._client_left()
        self._is_writable.set()
        self._lost.set()

    def pause_writing(self) -> None:
        self._is_writable.clear()

    def resume_writing(self) -> None:
        self._is_writable.set()

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    async def write(self, data: bytes) -> None:
        """Send data as it is, after a turn of the loop: two writes reach a client on the same loop as two reads."""
        await asyncio.sleep(0)
        if not self.is_closed:
            self._transport.write(data)
        await self._is_writable.wait()

    def close(self) -> None:
        """End the connection in order (FIN), after what was written has gone out."""
        self.is_closed = True
        self._transport.close()

    def reset(self) -> None:
        """End the connection with a reset (RST); what has not gone out yet is lost."""
        self.is_closed = True
        if (sock := self._transport.get_extra_info("socket")) is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER_FORMAT, 1, 0))
        self._transport.abort()

    async def abort(self) -> None:
        """End the connection at once and wait until its socket is gone."""
        self.is_closed = True
        self._transport.abort()
        await self._lost.wait()

    def _client_left(self) -> None:
        self.reader.feed_eof()
        if not self.is_closed:
            self.is_closed = True
            self._on_client_left(self)


# Winsock's linger structure has two shorts, everybody else's two ints.
_LINGER_FORMAT = "hh" if os.name == "nt" else "ii"
