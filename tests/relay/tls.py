"""A certificate for a relay that speaks TLS, made for the occasion."""

import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple


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
