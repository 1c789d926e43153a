"""What certificates say."""

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.certificates import UnreadableCertificateError, read_certificate
from tests.relay.tls import Authority, self_signed


@cache
def trusted() -> list[bytes]:
    return ssl.create_default_context().get_ca_certs(binary_form=True) or pytest.skip("this computer trusts nobody")


def test_it_says_whose_it_is_who_signed_it_how_long_and_for_which_names(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server("relay.example", "*.relay.example", "127.0.0.1", "::1", ends=timedelta(days=2))
    found = read_certificate(ssl.PEM_cert_to_DER_cert(Path(authority.server_file).read_text(encoding="ascii")))
    assert "relay.example" in found.subject
    assert found.issuer == "Kite Works, authority"
    assert found.names == ("relay.example", "*.relay.example", "127.0.0.1", "::1")
    assert found.not_before < datetime.now(UTC) < found.not_after
    assert timedelta(days=1) < found.not_after - datetime.now(UTC) <= timedelta(days=2)


def test_it_agrees_with_what_python_reads_of_a_trusted_one(tmp_path: Path) -> None:
    self_signed(tmp_path)
    pem = (tmp_path / "certificate.pem").read_text(encoding="ascii")
    found = read_certificate(ssl.PEM_cert_to_DER_cert(pem))
    context = ssl.create_default_context(cadata=pem)
    (expected,) = context.get_ca_certs()
    assert isinstance(expected, dict)
    assert found.subject == found.issuer == "127.0.0.1"
    for read, said in ((found.not_before, "notBefore"), (found.not_after, "notAfter")):
        assert read.timestamp() == ssl.cert_time_to_seconds(str(expected[said]))


def test_every_authority_this_computer_trusts_can_be_read() -> None:
    for der in trusted():
        found = read_certificate(der)
        assert found.subject or found.issuer
        assert found.not_before < found.not_after


@given(st.binary())
def test_rubbish_is_no_certificate(data: bytes) -> None:
    with suppress(UnreadableCertificateError):
        read_certificate(data)


@given(st.data())
def test_a_damaged_certificate_is_read_or_refused(data: st.DataObject) -> None:
    der = bytearray(trusted()[0])
    der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadableCertificateError):
        read_certificate(bytes(der[: data.draw(st.integers(0, len(der)))]))
