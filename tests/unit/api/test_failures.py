"""What goes wrong on the way, told apart over real sockets."""

import asyncio
import errno
import socket
import ssl
import sys
from pathlib import Path
from typing import cast

import httpx
import pytest

from app.api import errors
from app.api.connection import HttpClient
from app.api.failures import connect_failure, proxy_failure, translated
from app.api.models import list_models
from app.api.retry import RetryDelays
from app.domain.profile import Endpoint, Network
from tests.relay import Close, Relay, Stall, Write, body_answer, hang_up, json_answer
from tests.relay.answers import Answer
from tests.relay.models import model_list
from tests.relay.tls import self_signed
from tests.relay.troubles import BEFORE_ANY_ANSWER
from tests.unit.api.client import KEY

AT_ONCE = RetryDelays(first=0.001, longest=0.001)
IMPATIENT = Network(connect_timeout=0.3, request_timeout=0.5)


async def failure_of(base_url: str, network: Network = IMPATIENT) -> errors.ApiError:
    http = HttpClient(AT_ONCE)
    try:
        with pytest.raises(errors.ApiError) as caught:
            await list_models(http, Endpoint(base_url, KEY, network))
    finally:
        await http.aclose()
    assert caught.value.message == "" or caught.value.http_status
    assert KEY not in caught.value.detail
    return caught.value


def closed_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


async def test_nothing_listens() -> None:
    error = await failure_of(f"http://127.0.0.1:{closed_port()}/v1")
    assert type(error) is errors.ConnectionRefusedByServerError
    assert error.code == "ECONNREFUSED"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".invalid"])
async def test_the_name_is_unknown(host: str) -> None:
    error = await failure_of(f"http://{host}/v1")
    assert isinstance(error, errors.UnreachableError)


async def test_nobody_answers_the_door() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = []
        try:
            for _ in range(3):  # fill the queue of connections that nobody accepts
                waiting.append(caller := socket.socket())
                caller.setblocking(False)
                caller.connect_ex(listening.getsockname())
            error = await failure_of(f"http://127.0.0.1:{listening.getsockname()[1]}/v1")
        finally:
            for caller in waiting:
                caller.close()
    assert type(error) in {errors.ConnectTimeoutError, errors.RequestTimeoutError}


@pytest.mark.parametrize("trouble", BEFORE_ANY_ANSWER)
async def test_the_connection_ends_before_any_answer(trouble: str) -> None:
    async with Relay() as relay:
        relay.otherwise = BEFORE_ANY_ANSWER[trouble]
        error = await failure_of(relay.base_url)
        assert len(relay.requests) == 3
    assert type(error) is errors.UnreachableError


async def test_whatever_answers_does_not_speak_http() -> None:
    async with Relay() as relay:
        relay.otherwise = Answer((Write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Close()))
        assert type(await failure_of(relay.base_url)) is errors.ProtocolError
        assert len(relay.requests) == 1


async def test_no_answer_within_the_time_limit() -> None:
    async with Relay() as relay:
        relay.otherwise = json_answer({}).after(Stall())
        assert type(await failure_of(relay.base_url)) is errors.RequestTimeoutError


async def test_a_body_that_breaks_off() -> None:
    async with Relay() as relay:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        relay.otherwise = Answer((Write(head),)).then(*hang_up().steps)
        assert type(await failure_of(relay.base_url)) is errors.ConnectionLostError


async def test_a_body_that_is_not_compressed_as_it_says() -> None:
    async with Relay() as relay:
        relay.otherwise = body_answer(b"not gzip", "application/json", headers={"Content-Encoding": "gzip"})
        assert type(await failure_of(relay.base_url)) is errors.ProtocolError


async def test_a_compression_nobody_asked_for_and_nobody_knows() -> None:
    async with Relay() as relay:
        relay.otherwise = body_answer(b"x", "application/json", headers={"Content-Encoding": "zstd"})
        assert (await failure_of(relay.base_url)).code == "unknown_encoding"


async def test_a_certificate_nobody_knows(tmp_path: Path) -> None:
    async with Relay(tls=self_signed(tmp_path).server) as relay:
        error = await failure_of(relay.base_url)
        assert relay.requests == []
    assert isinstance(error, errors.TlsError)
    assert error.code == "CERTIFICATE_VERIFY_FAILED"


async def test_a_certificate_the_system_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = self_signed(tmp_path).server
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(tmp_path / "certificate.pem"))
    async with Relay(tls=server) as relay:
        relay.on("GET", "/v1/models", model_list())
        http = HttpClient(AT_ONCE)
        assert len(await list_models(http, Endpoint(relay.base_url, KEY, IMPATIENT))) == 2
        await http.aclose()


async def test_tls_spoken_to_a_server_without_it() -> None:
    async with Relay() as relay:
        assert type(await failure_of(relay.base_url.replace("http:", "https:"))) is errors.TlsError


async def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    assert type(await failure_of("http://relay.example/v1")) is errors.ProxyFailedError


async def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Relay() as proxy:
        proxy.otherwise = json_answer({}, 407)
        monkeypatch.setenv("http_proxy", proxy.origin)
        assert type(await failure_of("http://relay.example/v1")) is errors.ProxyLoginError


def test_a_refusal_of_the_operating_system_is_read_without_openssls_words() -> None:
    judged = ssl.SSLCertVerificationError("A certificate chain could not be built")
    judged.verify_code = 0x800B0109
    with pytest.raises(errors.UnknownAuthorityError) as caught, translated(has_begun=False):
        raise httpx.ConnectError("x") from judged
    assert "could not be built" in caught.value.detail
    assert caught.value.code == "CERTIFICATE_VERIFY_FAILED"


class Resetting(asyncio.Protocol):
    """Reset each connection as soon as its client has said something, and count them."""

    def __init__(self, seen: list[bytes]) -> None:
        self._seen = seen

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._seen.append(data)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._transport.abort()


@pytest.mark.skipif(sys.platform == "win32", reason="the linger structure is another one")
async def test_a_reset_in_the_middle_of_the_handshake_is_tried_again() -> None:
    seen: list[bytes] = []
    server = await asyncio.get_running_loop().create_server(lambda: Resetting(seen), "127.0.0.1", 0)
    error = await failure_of(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
    server.close()
    await server.wait_closed()
    assert type(error) is errors.UnreachableError
    assert error.code == "ECONNRESET"
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "try again"), errors.NoNetworkError),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), errors.NameNotFoundError),
        (OSError(errno.ENETUNREACH, "unreachable"), errors.NoNetworkError),
        (OSError(errno.EHOSTUNREACH, "no route"), errors.UnreachableError),
        (
            ExceptionGroup("all", [OSError(errno.ENETUNREACH, "v6"), ConnectionRefusedError(errno.ECONNREFUSED, "v4")]),
            errors.ConnectionRefusedByServerError,
        ),
        (ExceptionGroup("all", [OSError(errno.ENETUNREACH, "v6"), OSError(errno.ENETUNREACH, "v4")]),
         errors.NoNetworkError),
    ],
)  # fmt: skip
def test_being_offline_is_told_from_one_server_being_away(raised: Exception, kind: type[errors.ApiError]) -> None:
    with pytest.raises(errors.ApiError) as caught, translated(has_begun=False):
        raise httpx.ConnectError("x") from raised
    assert type(caught.value) is kind
    assert type(connect_failure(raised)) is kind
    by_proxy = kind if kind is errors.NoNetworkError else errors.ProxyFailedError
    assert type(proxy_failure(raised)) is by_proxy


@pytest.mark.parametrize("address", ["socks4://127.0.0.1:1", "nonsense://x", "http://[x"])
async def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("http_proxy", address)
    assert type(await failure_of("http://relay.example/v1")) is errors.ProxyFailedError
