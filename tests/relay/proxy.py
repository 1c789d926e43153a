"""Proxies on real sockets: HTTP with CONNECT and whole addresses, and SOCKS 5, both with or without a login.

Knows their conversations and what may go wrong in them; must not know who asks for what.
"""

import asyncio
import base64
import ssl
from ipaddress import ip_address
from types import TracebackType
from typing import NamedTuple, Self

from app.concurrency.tasks import TaskScope

_OFFERED_LOGIN = 2


class Login(NamedTuple):
    """A name and a password."""

    user: str
    password: str


class Proxy:
    """What both kinds share: a socket of 127.0.0.1, a note of who was asked for, and pipes in both directions.

    Use it as an asynchronous context manager. `asked_for` holds host and port of each request for a server, in order,
    `logins` what was given as name and password. Whatever host is asked for is this computer, as if the proxy alone
    knew the name. A proxy that `is_silent` takes connections and says nothing.
    """

    scheme = ""

    def __init__(
        self, *, login: Login | None = None, is_silent: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        self.asked_for: list[tuple[str, int]] = []
        self.logins: list[Login] = []
        self.ports: dict[int, int] = {}
        """Where a port really is, for those that differ."""
        self.connection_count = 0
        self._login = login
        self._is_silent = is_silent
        self._tls = tls
        self._is_closing = False
        self._crashes: list[BaseException] = []
        self._scope = TaskScope(lambda _, error: self._crashes.append(error))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._on_open, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closing = True
        self._server.close()
        await self._scope.aclose()
        await self._server.wait_closed()
        if self._crashes and error is None:
            raise self._crashes[0]

    @property
    def url(self) -> str:
        """Return the proxy's address, without a login."""
        return f"{self.scheme}{'s' if self._tls else ''}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    def _on_open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_closing:
            writer.close()
            return
        self.connection_count += 1
        self._scope.start(f"connection {self.connection_count}", self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._is_silent:
                await reader.read()
            else:
                await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # a client that leaves in the middle is none of the proxy's business
        finally:
            writer.close()

    async def _pipe(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, *, hello: bytes, first: bytes = b""
    ) -> None:
        """Connect to a port of this computer, say hello to the client, and pass on bytes until either side ends."""
        there, away = await asyncio.open_connection("127.0.0.1", self.ports.get(port, port))
        name = f"back {id(away)}"
        try:
            writer.write(hello)
            away.write(first)
            self._scope.start(name, _copy(there, writer))
            await _copy(reader, away)
            await self._scope.join(name)
        finally:
            away.close()


class HttpProxy(Proxy):
    """An HTTP proxy; `refusal` is the status that every request for a server gets, None to let it through."""

    scheme = "http"

    def __init__(
        self,
        *,
        login: Login | None = None,
        refusal: int | None = None,
        takes: str = "Basic",
        is_silent: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(login=login, is_silent=is_silent, tls=tls)
        self.heads: list[str] = []
        """The head of each request, as it came."""
        self._refusal = refusal
        self._takes = takes

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heads.append(head)
        request_line, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        method, target, _ = request_line.split(" ")
        if not self._lets_in(lines):
            writer.write(f"HTTP/1.1 407 Login\r\nProxy-Authenticate: {self._takes}\r\n{_EMPTY}".encode())
            return
        address = target if method == "CONNECT" else target.removeprefix("http://").partition("/")[0]
        host, _, port = address.rpartition(":") if address.rpartition(":")[2].isdigit() else (address, "", "80")
        if ":" in host and not host.startswith("["):
            writer.write(f"HTTP/1.1 400 Not an address\r\n{_EMPTY}".encode())
            return
        self.asked_for.append((host.strip("[]"), int(port)))
        if self._refusal is not None:
            writer.write(f"HTTP/1.1 {self._refusal} No\r\n{_EMPTY}".encode())
        elif method == "CONNECT":
            await self._pipe(reader, writer, int(port), hello=b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            path = "/" + target.removeprefix("http://").partition("/")[2]
            kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
            first = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1")
            await self._pipe(reader, writer, int(port), hello=b"", first=first)

    def _lets_in(self, lines: list[str]) -> bool:
        said = next((line.split(" ")[2] for line in lines if line.lower().startswith("proxy-authorization: ")), None)
        if said is None:
            return self._login is None
        user, _, password = base64.b64decode(said).decode().partition(":")
        self.logins.append(Login(user, password))
        return self._login in {None, Login(user, password)}


class SocksProxy(Proxy):
    """A SOCKS 5 proxy (RFC 1928, 1929); `reply` answers each request for a server, 0 for success.

    One that `dribbles` sends each byte of its answers alone; `rubbish` is sent in place of the first answer.
    """

    scheme = "socks5"

    def __init__(
        self,
        *,
        login: Login | None = None,
        reply: int = 0,
        dribbles: bool = False,
        rubbish: bytes | None = None,
        is_silent: bool = False,
    ) -> None:
        super().__init__(login=login, is_silent=is_silent)
        self._reply = reply
        self._dribbles = dribbles
        self._rubbish = rubbish

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        if self._rubbish is not None:
            writer.write(self._rubbish)
            return
        if self._login is not None and _OFFERED_LOGIN not in offered:
            await self._say(writer, b"\x05\xff")
            return
        await self._say(writer, b"\x05\x02" if self._login else b"\x05\x00")
        if self._login and not await self._lets_in(reader, writer):
            return
        await reader.readexactly(3)
        host, port = await _read_socks_address(reader), int.from_bytes(await reader.readexactly(2))
        self.asked_for.append((host, port))
        answer = bytes([5, self._reply, 0, 1]) + bytes(6)
        if self._reply:
            await self._say(writer, answer)
            return
        await self._say(writer, answer[:-1])
        await self._pipe(reader, writer, port, hello=answer[-1:])

    async def _lets_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        user, password = [(await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in range(2)]
        self.logins.append(Login(user, password))
        is_right = self._login == (user, password)
        await self._say(writer, b"\x01\x00" if is_right else b"\x01\x01")
        return is_right

    async def _say(self, writer: asyncio.StreamWriter, words: bytes) -> None:
        for piece in [bytes([byte]) for byte in words] if self._dribbles else [words]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01 if self._dribbles else 0)


_EMPTY = "Content-Length: 0\r\nConnection: close\r\n\r\n"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def _read_socks_address(reader: asyncio.StreamReader) -> str:
    kind = (await reader.readexactly(1))[0]
    if kind == 3:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    return str(ip_address(await reader.readexactly(4 if kind == 1 else 16)))
