"""The relay itself: a listening socket, what it answers, and what it saw.

Knows connections, requests and answers; must not know what is inside them.
"""

import asyncio
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from app.concurrency.tasks import TaskScope
from tests.relay.answers import Answer, Answering, json_answer, text_answer
from tests.relay.connection import Connection
from tests.relay.received import Received, RubbishError, read_request

ACCEPT_TURNS = 5
"""How many turns the loop may need to make a connection of a socket it has accepted; it does so in tasks of its own."""


class Relay:
    """A scripted server on a real socket of 127.0.0.1, or of another address of this computer.

    Use it as an asynchronous context manager; leaving it ends every connection, and its address then refuses new
    ones. `requests` holds each request that arrived, `disconnects` those whose client left before its answer had
    ended, `connection_count` how many connections were ever made, `rubbish` what arrived and was not HTTP.
    """

    def __init__(self, *, port: int = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.requests: list[Received] = []
        self.disconnects: list[Received] = []
        self.rubbish: list[str] = []
        self.connection_count = 0
        self.otherwise: Answering = unknown_path
        """What a path without an answer of its own gets."""
        self._port = port
        self._host = host
        self._tls = tls
        self._script: dict[tuple[str, str], list[Answering]] = {}
        self._open: dict[Connection, str] = {}
        self._busy: dict[Connection, Received] = {}
        self._crashes: list[BaseException] = []
        self._scope = TaskScope(lambda _, error: self._crashes.append(error))

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self._on_open, self._on_client_left), self._host, self._port, ssl=self._tls
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for _ in range(ACCEPT_TURNS):
            await asyncio.sleep(0)
        await self._scope.aclose()
        for connection in list(self._open):
            await connection.abort()
        await self._server.wait_closed()
        if self._crashes and error is None:
            raise self._crashes[0]

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._port

    @property
    def origin(self) -> str:
        """Return scheme, host and port, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    @property
    def base_url(self) -> str:
        """Return the address a user would type."""
        return f"{self.origin}/v1"

    @property
    def open_connections(self) -> int:
        """Return how many connections are open now."""
        return sum(not connection.is_lost for connection in self._open)

    @property
    def answering(self) -> list[Received]:
        """Return the requests whose answers are under way."""
        return list(self._busy.values())

    def on(self, method: str, path: str, answer: Answering | Sequence[Answering]) -> None:
        """Set what a method and path get: one answer, or several used one after another, of which the last repeats."""
        self._script[method, path] = [answer] if isinstance(answer, Answer) or callable(answer) else list(answer)

    def requests_to(self, path: str) -> list[Received]:
        """Return the requests that arrived for a path."""
        return [received for received in self.requests if received.path == path]

    def _on_open(self, connection: Connection) -> None:
        self.connection_count += 1
        self._open = {known: name for known, name in self._open.items() if not known.is_lost}
        self._open[connection] = name = f"connection {self.connection_count}"
        self._scope.start(name, self._converse(connection, self.connection_count))

    def _on_client_left(self, connection: Connection) -> None:
        if received := self._busy.pop(connection, None):
            self.disconnects.append(received)
            self._scope.cancel(self._open[connection])

    async def _converse(self, connection: Connection, number: int) -> None:
        try:
            while received := await read_request(connection.reader, number):
                self.requests.append(received)
                self._busy[connection] = received
                await self._next_answer(received).play(connection)
                self._busy.pop(connection, None)
                if connection.is_closed or not received.keeps_alive:
                    break
        except RubbishError as error:
            self.rubbish.append(str(error))
            await text_answer("Bad Request", 400).play(connection)
        finally:
            self._busy.pop(connection, None)
            connection.close()

    def _next_answer(self, received: Received) -> Answer:
        script = self._script.get((received.method, received.path), [self.otherwise])
        answer = script.pop(0) if len(script) > 1 else script[0]
        return answer if isinstance(answer, Answer) else answer(received)


def unknown_path(received: Received) -> Answer:
    """Answer as one-api and new-api answer an unknown path under /v1 (protocol 2)."""
    message = f"Invalid URL ({received.method} {received.path})"
    return json_answer(
        {"error": {"message": message, "type": "invalid_request_error", "param": "", "code": ""}}, status=404
    )
