"""Certificates for relays that speak TLS, made for the occasion."""

import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self

import pytest

HERE = ("127.0.0.1", "::1", "localhost")


class Contexts(NamedTuple):
    """The relay's side, and the side of a client that trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def self_signed(folder: Path) -> Contexts:
    """Make a key and a certificate for 127.0.0.1 with the openssl program, in folder.

    Raises:
        FileNotFoundError: there is no openssl program.
    """
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return Contexts(server, ssl.create_default_context(cafile=certificate))


class StrictServer:
    """A server that says in TLS what it finds wrong with a client, which asyncio's do not; it knows one model list.

    Use it as a context manager; it works in a thread of its own, one client after another.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listening.close()

    @property
    def base_url(self) -> str:
        """Return the address a user would type."""
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}/v1"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                client.settimeout(5)
                with client, suppress(OSError):
                    self._converse(client)

    def _converse(self, client: socket.socket) -> None:
        try:
            with self._context.wrap_socket(client.dup(), server_side=True) as secured:
                while not secured.recv(65_536).endswith(b"\r\n\r\n"):
                    pass
                secured.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"data":[{"id":"a"}]}')
        except ssl.SSLError:
            client.shutdown(socket.SHUT_WR)
            while client.recv(65_536):  # unread bytes would turn the end into a reset, which overtakes what was said
                pass


class Authority:
    """An authority that no system knows; its certificate lies in `file`. Skips the test where trustme is missing."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        trustme = pytest.importorskip("trustme", reason="there is no trustme for this system")
        self._folder = folder
        self._authority = trustme.CA(organization_name="Kite Works", organization_unit_name=name)
        self.file = str(folder / f"{name}.pem")
        self._authority.cert_pem.write_to_path(self.file)

    def server(
        self,
        *names: str,
        begins: timedelta | None = None,
        ends: timedelta | None = None,
        wants_certificate: bool = False,
    ) -> ssl.SSLContext:
        """Return a relay's side, with a certificate for names, by default those of this computer.

        It is valid from `begins` to `ends`, counted from now. One that `wants_certificate` takes only clients whose
        certificate this authority has signed.
        """
        now = datetime.now(UTC)
        issued = self._authority.issue_cert(
            *(names or HERE),
            common_name=(names or HERE)[0],
            not_before=now + begins if begins is not None else None,
            not_after=now + ends if ends is not None else None,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        if wants_certificate:
            self._authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        issued.cert_chain_pems[0].write_to_path(str(self._folder / "server.pem"))
        return context

    @property
    def pem(self) -> bytes:
        """Return the authority's certificate."""
        return Path(self.file).read_bytes()

    @property
    def server_file(self) -> str:
        """Return where the certificate lies that was made last for a server."""
        return str(self._folder / "server.pem")

    def client(self) -> tuple[str, str]:
        """Return where a certificate for a client lies, and its key."""
        issued = self._authority.issue_cert("me@kite.example")
        certificate, key = str(self._folder / "mine.pem"), str(self._folder / "mine.key")
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        return certificate, key
