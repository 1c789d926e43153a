"""Which certificates are trusted, which are shown, and what a refused one is called, over real handshakes."""

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.api import errors
from app.api.tls import TlsContexts, TlsFiles, build_context, refusal, trusting_anybody
from app.domain.profile import Network
from tests.relay import Relay, json_answer
from tests.relay.tls import Authority, StrictServer, self_signed
from tests.unit.api.client import failure_of, list_at, list_of

DAY = timedelta(days=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def handshake(context: ssl.SSLContext, port: int, name: str = "127.0.0.1") -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    writer.close()
    await writer.wait_closed()


async def test_an_authority_of_ones_own_is_trusted_where_the_connection_names_its_file(authority: Authority) -> None:
    async with Relay(tls=authority.server()) as relay:
        assert type(await failure_of(relay.base_url)) is errors.UnknownAuthorityError
        assert relay.requests == []
        assert await list_of(relay, Network(ca_file=authority.file)) == 2


async def test_the_file_may_be_der_or_have_comments(authority: Authority, tmp_path: Path) -> None:
    pem = authority.pem.decode()
    binary, commented = tmp_path / "authority.cer", tmp_path / "commented.pem"
    binary.write_bytes(ssl.PEM_cert_to_DER_cert(pem))
    commented.write_text(f"# 公司证书\n{pem}\n# Ende\n{pem}", encoding="utf-8")
    async with Relay(tls=authority.server()) as relay:
        assert await list_of(relay, Network(ca_file=str(binary))) == 2
        assert await list_of(relay, Network(ca_file=str(commented))) == 2


async def test_a_servers_own_certificate_is_enough(authority: Authority) -> None:
    async with Relay(tls=authority.server()) as relay:
        assert await list_of(relay, Network(ca_file=authority.server_file)) == 2


async def test_a_file_of_ones_own_does_not_make_other_servers_trusted(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    async with Relay(tls=stranger.server()) as relay:
        error = await failure_of(relay.base_url, Network(ca_file=authority.file))
    assert type(error) is errors.UnknownAuthorityError


async def test_a_file_that_was_put_right_is_read_again(authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / "mine.pem"
    file.write_bytes(Authority(tmp_path, "stranger").pem)
    network = Network(ca_file=str(file))
    contexts = TlsContexts()
    async with Relay(tls=authority.server()) as relay:
        with pytest.raises(ssl.SSLCertVerificationError):
            await handshake(contexts.get(TlsFiles.of(network)), relay.port)
        file.write_bytes(b"\n" + authority.pem)
        await handshake(contexts.get(TlsFiles.of(network)), relay.port)


async def test_a_certificate_for_another_name(authority: Authority) -> None:
    async with Relay(tls=authority.server("elsewhere.example")) as relay:
        error = await failure_of(relay.base_url, Network(ca_file=authority.file))
    assert type(error) is errors.WrongNameError


async def test_a_certificate_whose_time_is_over(authority: Authority) -> None:
    async with Relay(tls=authority.server(begins=-3 * DAY, ends=-DAY)) as relay:
        error = await failure_of(relay.base_url, Network(ca_file=authority.file))
    assert type(error) is errors.CertificateExpiredError


async def test_a_certificate_whose_time_has_not_come(authority: Authority) -> None:
    async with Relay(tls=authority.server(begins=DAY, ends=3 * DAY)) as relay:
        error = await failure_of(relay.base_url, Network(ca_file=authority.file))
    assert type(error) is errors.CertificateNotYetValidError


async def test_a_certificate_that_only_vouches_for_itself(tmp_path: Path) -> None:
    async with Relay(tls=self_signed(tmp_path).server) as relay:
        assert type(await failure_of(relay.base_url)) is errors.SelfSignedError
        assert await list_of(relay, Network(ca_file=str(tmp_path / "certificate.pem"))) == 2


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_wants_to_see_a_certificate(
    authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    context = authority.server(wants_certificate=True)
    context.maximum_version = version
    certificate, key = authority.client()
    (tmp_path / "other").mkdir()
    other, other_key = Authority(tmp_path / "other").client()
    trusting = Network(ca_file=authority.file)
    with StrictServer(context) as server:
        shown = replace(trusting, client_certificate=certificate, client_key=key)
        assert await list_at(server.base_url, shown) == 1
        strange = replace(trusting, client_certificate=other, client_key=other_key)
        assert type(await failure_of(server.base_url, strange)) is errors.ClientCertificateError
        nothing = type(await failure_of(server.base_url, trusting))
    # TLS 1.2 has no word of its own for a certificate that is missing.
    assert nothing is (errors.ClientCertificateError if version is ssl.TLSVersion.TLSv1_3 else errors.TlsError)


def test_certificate_and_key_may_lie_in_one_file(authority: Authority, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(Path(part).read_bytes() for part in reversed(authority.client())))
    build_context(TlsFiles(certificate=str(both)))


def of(error: pytest.ExceptionInfo[errors.CertificateFileError]) -> tuple[str, str]:
    return Path(str(error.value)).name, error.value.code


@pytest.mark.parametrize(
    ("content", "code"), [(None, "missing"), (b"", "unreadable"), (b"not a certificate", "unreadable")]
)
def test_a_file_of_authorities_that_cannot_be_used(tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "x.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(errors.CertificateFileError) as caught:
        build_context(TlsFiles(str(file)))
    assert of(caught) == ("x.pem", code)


def test_a_certificate_of_ones_own_that_cannot_be_used(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.client()
    with pytest.raises(errors.CertificateFileError) as caught:
        build_context(TlsFiles(certificate="~nobody/x.pem", key=key))
    assert of(caught) == ("x.pem", "missing")
    with pytest.raises(errors.CertificateFileError) as caught:
        build_context(TlsFiles(certificate=certificate, key=str(tmp_path / "gone.key")))
    assert of(caught) == ("gone.key", "missing")
    with pytest.raises(errors.CertificateFileError) as caught:
        build_context(TlsFiles(certificate=certificate))
    assert of(caught) == ("mine.pem", "unreadable")
    stranger = Authority(tmp_path, "stranger")
    mine = tmp_path / "kept.pem"
    mine.write_bytes(Path(certificate).read_bytes())
    _, other_key = stranger.client()
    assert other_key == key
    with pytest.raises(errors.CertificateFileError) as caught:
        build_context(TlsFiles(certificate=str(mine), key=other_key))
    assert of(caught) == ("kept.pem", "key_mismatch")


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(authority: Authority, tmp_path: Path) -> None:
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    certificate, key = authority.client()
    locked = tmp_path / "locked.key"
    plain = serialization.load_pem_private_key(Path(key).read_bytes(), None)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    locked.write_bytes(plain.private_bytes(*form, serialization.BestAvailableEncryption(b"secret")))
    with pytest.raises(errors.CertificateFileError):
        build_context(TlsFiles(certificate=certificate, key=str(locked)))


async def test_nothing_is_sent_where_a_file_is_missing(tmp_path: Path) -> None:
    async with Relay(tls=self_signed(tmp_path).server) as relay:
        error = await failure_of(relay.base_url, Network(ca_file=str(tmp_path / "gone.pem")))
        assert relay.connection_count == 0
    assert type(error) is errors.CertificateFileError


@pytest.mark.parametrize("system_judges", [False, True])
async def test_both_kinds_of_context_trust_the_file_and_nobody_else(authority: Authority, system_judges: bool) -> None:
    async with Relay(tls=authority.server()) as relay:
        await handshake(build_context(TlsFiles(authority.file), system_judges=system_judges), relay.port)
        with pytest.raises(ssl.SSLCertVerificationError):
            await handshake(build_context(TlsFiles(), system_judges=system_judges), relay.port)
        with pytest.raises(ssl.SSLCertVerificationError):
            await handshake(
                build_context(TlsFiles(authority.file), system_judges=system_judges), relay.port, "elsewhere.example"
            )


async def test_to_look_at_a_server_any_certificate_will_do(authority: Authority) -> None:
    async with Relay(tls=authority.server("elsewhere.example", begins=-3 * DAY, ends=-DAY)) as relay:
        relay.otherwise = json_answer({})
        await handshake(trusting_anybody(TlsFiles()), relay.port)


async def test_authorities_are_looked_for_where_openssl_does_not_look(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = ssl.get_default_verify_paths()
    monkeypatch.setenv(paths.openssl_cafile_env, str(tmp_path / "none.pem"))
    monkeypatch.setenv(paths.openssl_capath_env, str(tmp_path / "none"))
    context = build_context(TlsFiles(), system_judges=False)
    assert context.cert_store_stats()["x509_ca"] > 10


def test_contexts_are_built_once_and_not_kept_for_ever(tmp_path: Path) -> None:
    contexts, usual = TlsContexts(), TlsFiles()
    assert contexts.kept(usual) is None
    assert contexts.get(usual) is contexts.get(usual)
    assert contexts.kept(usual) is contexts.get(usual)
    for number in range(20):
        contexts.get(TlsFiles(stamp=((number, 0),)))
    assert contexts.kept(usual) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0x800B0101, errors.CertificateExpiredError),
        (0x800B0109, errors.UnknownAuthorityError),
        (0x800B010F, errors.WrongNameError),
        (-67602, errors.WrongNameError),
        (-67818, errors.CertificateExpiredError),
        (-67819, errors.CertificateNotYetValidError),
        (-67843, errors.UnknownAuthorityError),
        (23, errors.TlsError),
    ],
)
def test_the_refusals_of_windows_and_macos_are_read(code: int, kind: type[errors.TlsError]) -> None:
    error = ssl.SSLCertVerificationError("Whatever the system says")
    error.verify_code = code
    assert refusal(error) is kind


def test_a_failure_that_is_about_no_certificate_stays_general() -> None:
    assert refusal(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")) is errors.TlsError
    assert refusal(ssl.SSLCertVerificationError("Peer sent no certificates to verify")) is errors.TlsError
