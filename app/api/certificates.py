"""What a server's certificate says: whose it is, who signed it, for how long and for which names (X.509).

Owns the reading of one certificate, also of one that nobody trusts, which Python shows as bytes only. Must not know
connections or trust.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

_OID, _UTC_TIME = 0x06, 0x17
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87
_COMMON_NAME, _ORGANISATION, _UNIT = b"\x55\x04\x03", b"\x55\x04\x0a", b"\x55\x04\x0b"
_OTHER_NAMES = b"\x55\x1d\x11"  # subjectAltName
_ENCODINGS = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1", 0x0C: "utf-8"}
_MAX_NAMES = 200


class UnreadableCertificateError(ValueError):
    """The bytes are no X.509 certificate."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: subject and issuer in one line each, and the names and addresses it is made out to."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]


def read_certificate(der: bytes) -> Certificate:
    """Return what a certificate in DER form says.

    Raises:
        UnreadableCertificateError: It is none.
    """
    try:
        _, outer = next(_parts(der))
        _, inner = next(_parts(outer))
        fields = [field for field in _parts(inner) if field[0] != _VERSION]
        # serial number, kind of signature, issuer, validity, subject, key, extensions
        issuer, validity, subject = (content for _, content in fields[2:5])
        begin, end = (_time(tag, content) for tag, content in _parts(validity))
        extensions = next((content for tag, content in fields[5:] if tag == _EXTENSIONS), b"")
        names = tuple(_other_names(extensions))
        return Certificate(_name(subject), _name(issuer), begin, end, names)
    except (StopIteration, ValueError, IndexError, OverflowError) as error:
        raise UnreadableCertificateError("This is no certificate.") from error


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each value that stands in data, one behind the other."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size])
            at += size
        if at + length > len(data):
            raise ValueError("cut short")
        yield tag, data[at : at + length]
        at += length


def _name(content: bytes) -> str:
    """Return a name in one line: what is common, or else the organisation and its unit."""
    found: dict[bytes, str] = {}
    for _, group in _parts(content):
        for _, pair in _parts(group):
            (_, kind), (tag, value) = _parts(pair)
            found.setdefault(kind, value.decode(_ENCODINGS.get(tag, "utf-8"), "replace"))
    parts = [found.get(kind, "") for kind in (_COMMON_NAME, _ORGANISATION, _UNIT)]
    return _one_line(", ".join(dict.fromkeys(part for part in parts if part)))


def _time(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii")
    if tag == _UTC_TIME:  # two digits for the year, of 1950 to 2049
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _other_names(extensions: bytes) -> Iterator[str]:
    for _, sequence in _parts(extensions):
        for _, extension in _parts(sequence):
            kind, *_, (_, value) = _parts(extension)
            if kind != (_OID, _OTHER_NAMES):
                continue
            _, names = next(_parts(value))
            for number, (tag, name) in enumerate(_parts(names)):
                if number >= _MAX_NAMES:
                    return
                if tag == _DNS_NAME:
                    yield _one_line(name.decode("ascii", "replace"))
                elif tag == _IP_ADDRESS:
                    yield str(ip_address(name))


def _one_line(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:200]
