"""What a TLS connection trusts and shows, and why one was refused.

Owns contexts, and the reading of OpenSSL's, Windows' and macOS' refusals. Must not know HTTP clients or proxies.
"""

import os
import re
import ssl
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.api.errors import (
    CertificateExpiredError,
    CertificateFileError,
    CertificateNotYetValidError,
    ClientCertificateError,
    SelfSignedError,
    TlsError,
    UnknownAuthorityError,
    WrongNameError,
)
from app.domain.profile import Network

SYSTEM_JUDGES = sys.platform in {"win32", "darwin"}
"""Whether the operating system judges certificates itself, rather than keeping a file of authorities for OpenSSL."""

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora before 44, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, BSD
)
_MAX_FILE = 16 * 2**20
_MAX_CONTEXTS = 16
_PEM = re.compile(rb"-----BEGIN (?:X509 )?CERTIFICATE-----.+?-----END (?:X509 )?CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files a connection names for TLS: paths, "" for none; `stamp` is another one whenever one of them changes."""

    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    stamp: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def of(network: Network) -> "TlsFiles":
        """Return the files of a connection as they are now; looks at the disk where there are any."""
        paths = (network.ca_file, network.client_certificate, network.client_key)
        return TlsFiles(*paths, tuple(_stamp(path) for path in paths if path))


class TlsContexts:
    """Build contexts and keep them, because each takes 50 ms; for any thread."""

    def __init__(self) -> None:
        self._kept: dict[TlsFiles, ssl.SSLContext] = {}
        self._building = threading.Lock()

    def kept(self, files: TlsFiles) -> ssl.SSLContext | None:
        """Return a context that was built before, at once."""
        return self._kept.get(files)

    def get(self, files: TlsFiles) -> ssl.SSLContext:
        """Return the context for a connection's files; not for the event loop.

        Raises:
            CertificateFileError: One of the files cannot be used.
        """
        with self._building:
            if files not in self._kept:
                while len(self._kept) >= _MAX_CONTEXTS:
                    del self._kept[next(iter(self._kept))]
                self._kept[files] = build_context(files)
            return self._kept[files]


def build_context(files: TlsFiles, *, system_judges: bool = SYSTEM_JUDGES) -> ssl.SSLContext:
    """Return a context that trusts what the operating system trusts, and the connection's own file of authorities.

    The file may hold authorities, or the very certificate of one server, in PEM or DER form.

    Raises:
        CertificateFileError: One of the files cannot be used.
    """
    if system_judges:
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        # Not truststore's: on Linux it reads all authorities again for each connection, for 25 ms on the event loop.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _trust_the_system(context)
    if files.ca_file:
        _trust_file(context, files.ca_file)
    show_certificate(context, files)
    return context


def trusting_anybody(files: TlsFiles) -> ssl.SSLContext:
    """Return a context that takes any certificate: to look at a server, never to tell it anything.

    Raises:
        CertificateFileError: The connection's own certificate cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    show_certificate(context, files)
    return context


def show_certificate(context: ssl.SSLContext, files: TlsFiles) -> None:
    """Let a context show the connection's own certificate, where it has one, to servers that ask for it.

    Raises:
        CertificateFileError: It cannot be used: no PEM, a key that does not fit, or one with a password.
    """
    if not files.certificate:
        return
    certificate, key = _at(files.certificate), _at(files.key) if files.key else None
    try:
        # Without a function for the password OpenSSL would ask for it on the terminal.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        reason = "key_mismatch" if error.reason == "KEY_VALUES_MISMATCH" else "unreadable"
        raise CertificateFileError(files.certificate, code=reason, detail=str(error)) from error
    except (OSError, ValueError) as error:
        culprit = files.key if key and certificate.is_file() else files.certificate
        raise CertificateFileError(culprit, code="missing", detail=str(error)) from error


def refusal(error: ssl.SSLError) -> type[TlsError]:
    """Return what a failed handshake means, in the terms of whoever judged the certificate."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _REFUSALS.get(getattr(error, "verify_code", 0), TlsError)
    words = f"{getattr(error, 'reason', '')} {error}".upper().replace(" ", "_")
    return ClientCertificateError if _ABOUT_OURS.search(words) else TlsError


_REFUSALS: Mapping[int, type[TlsError]] = MappingProxyType(
    {
        # OpenSSL
        2: UnknownAuthorityError,
        9: CertificateNotYetValidError,
        10: CertificateExpiredError,
        18: SelfSignedError,
        19: UnknownAuthorityError,  # a chain that ends in an authority of its own
        20: UnknownAuthorityError,
        21: UnknownAuthorityError,
        62: WrongNameError,
        64: WrongNameError,  # an address instead of a name
        # Windows
        0x800B0101: CertificateExpiredError,  # or not yet valid
        0x800B0109: UnknownAuthorityError,
        0x800B010A: UnknownAuthorityError,  # no chain to any authority
        0x800B010F: WrongNameError,
        0x800B0112: UnknownAuthorityError,
        # macOS
        -67602: WrongNameError,
        -67818: CertificateExpiredError,
        -67819: CertificateNotYetValidError,
        -67843: UnknownAuthorityError,
    }
)
# What a server says of a certificate is of ours, or of its absence.
_ABOUT_OURS = re.compile(r"ALERT_(\w*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)")


def _trust_the_system(context: ssl.SSLContext) -> None:
    context.load_default_certs()
    if context.cert_store_stats()["x509_ca"]:
        return
    folder = ssl.get_default_verify_paths().capath
    if folder and any(Path(folder).glob("*.0")):
        return  # authorities are looked up there when they are needed
    # OpenSSL was built for another system than this one, as in a bundled program, or there are no authorities at all.
    for bundle in _BUNDLES:
        if Path(bundle).is_file():
            context.load_verify_locations(bundle)
            return
    import certifi

    context.load_verify_locations(certifi.where())


def _trust_file(context: ssl.SSLContext, path: str) -> None:
    try:
        with _at(path).open("rb") as file:
            content = file.read(_MAX_FILE)
    except (OSError, ValueError) as error:
        raise CertificateFileError(path, code="missing", detail=str(error)) from error
    found = b"\n".join(_PEM.findall(content))  # comments between certificates need not be ASCII
    try:
        context.load_verify_locations(cadata=found.decode("ascii") if found else content)
    except (ssl.SSLError, ValueError) as error:
        raise CertificateFileError(path, code="unreadable", detail=str(error)) from error
    # A server's own certificate is enough, and so is an authority that another one has signed.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = _at(path).stat()
    except (OSError, ValueError):
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _at(path: str) -> Path:
    """Return where a path leads that may begin with ~."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises for a user who has no home
