"""What an answer does to its connection, step by step.

Knows connections; must not know HTTP. A client that leaves ends whatever step is under way.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from tests.relay.connection import Connection


class Step(Protocol):
    """One thing done to a connection."""

    async def run(self, connection: Connection, /) -> None:
        """Do it."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send bytes as they are."""

    data: bytes

    async def run(self, connection: Connection, /) -> None:
        await connection.write(self.data)


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing for at least so many seconds."""

    seconds: float

    async def run(self, _: Connection, /) -> None:
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Send nothing until the test sets the event."""

    event: asyncio.Event

    async def run(self, _: Connection, /) -> None:
        await self.event.wait()


@dataclass(frozen=True, slots=True)
class Stall:
    """Keep silent, with the connection open, until the client goes or the relay ends."""

    async def run(self, _: Connection, /) -> None:
        await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection in order, wherever the answer is: a chunked body stays without its last chunk."""

    async def run(self, connection: Connection, /) -> None:
        connection.close()


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection (RST). Put a Pause before it where the client must have read what went before."""

    async def run(self, connection: Connection, /) -> None:
        connection.reset()
