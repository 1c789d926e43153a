"""What GNOME and KDE were told, read from the real program and from files as they write them."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.api.desktop_proxies import desktop_proxy
from app.api.proxies import proxy_for
from app.domain.profile import ProxyAddress

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="these desktops are Linux'")

RELAY = "https://relay.example/v1"
MANUAL = {
    "mode": "'manual'",
    "ignore-hosts": "['localhost', '127.0.0.0/8', '::1', '*.internal', 'kite.example', '10.0.0.0/8']",
    "http host": "'proxy.example'",
    "http port": "8080",
    "https host": "'secure.example'",
    "https port": "8443",
    "socks host": "'socks.example'",
    "socks port": "1080",
}


def speak_gnome(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    """Put a gsettings in front of the path that says what GNOME's says, line by line."""
    lines = []
    for name, value in settings.items():
        child, _, key = name.rpartition(" ")
        lines.append(f"org.gnome.system.proxy{'.' if child else ''}{child} {key} {value}")
    (folder / "said").write_text("\n".join(lines), encoding="utf-8")
    program = folder / "gsettings"
    program.write_text(f"#!/bin/sh\ncat '{folder / 'said'}'\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")


@pytest.mark.parametrize(
    ("changes", "url", "proxy"),
    [
        ({}, RELAY, "http://secure.example:8443"),
        ({}, "http://relay.example/v1", "http://proxy.example:8080"),
        ({"https host": "''"}, RELAY, "http://proxy.example:8080"),
        ({"https host": "''", "http host": "''"}, RELAY, "socks5://socks.example:1080"),
        ({"https port": "0", "http port": "0", "socks port": "0"}, RELAY, None),
        ({"mode": "'none'"}, RELAY, None),
        ({"mode": "'auto'"}, RELAY, None),
        ({}, "https://kite.example/v1", None),
        ({}, "https://api.kite.example/v1", None),
        ({}, "https://a.internal/v1", None),
        ({}, "https://10.1.2.3/v1", None),
        ({}, "https://notkite.example/v1", "http://secure.example:8443"),
        ({"https host": "'2001:db8::1'"}, RELAY, "http://[2001:db8::1]:8443"),
        (
            {
                "https host": "''",
                "http use-authentication": "true",
                "http authentication-user": "'me'",
                "http authentication-password": r"'it\'s @me'",
            },
            RELAY,
            "http://me:it%27s%20%40me@proxy.example:8080",
        ),
    ],
)
def test_what_gnome_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], url: str, proxy: str | None
) -> None:
    speak_gnome(tmp_path, monkeypatch, MANUAL | changes)
    assert desktop_proxy(url) == proxy


def test_it_counts_where_the_environment_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak_gnome(tmp_path, monkeypatch, MANUAL)
    assert proxy_for(RELAY) == ProxyAddress("http://secure.example:8443")
    monkeypatch.setenv("https_proxy", "http://other.example:1")
    assert proxy_for(RELAY) == ProxyAddress("http://other.example:1")
    monkeypatch.setenv("no_proxy", "relay.example")
    assert proxy_for(RELAY) is None
    monkeypatch.delenv("https_proxy")
    assert proxy_for(RELAY) is None
    monkeypatch.setenv("no_proxy", "another.example")
    assert proxy_for(RELAY) == ProxyAddress("http://secure.example:8443")


def test_the_real_program_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = shutil.which("gsettings")
    if not program:
        pytest.skip("there is no gsettings")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("GSETTINGS_BACKEND", "keyfile")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    assert desktop_proxy(RELAY) is None
    for schema, name, value in [
        ("", "mode", "manual"),
        (".https", "host", "proxy.example"),
        (".https", "port", "8080"),
        ("", "ignore-hosts", "['elsewhere.example']"),
    ]:
        command = [program, "set", f"org.gnome.system.proxy{schema}", name, value]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("this gsettings knows no proxies")
    assert desktop_proxy(RELAY) == "http://proxy.example:8080"
    assert desktop_proxy("https://elsewhere.example/v1") is None


@pytest.mark.parametrize("output", ["", "nonsense", "org.gnome.system.proxy", "\n\n"])
def test_a_program_that_says_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    speak_gnome(tmp_path, monkeypatch, {})
    (tmp_path / "said").write_text(output, encoding="utf-8")
    assert desktop_proxy(RELAY) is None


def test_a_program_that_fails_or_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak_gnome(tmp_path, monkeypatch, MANUAL)
    (tmp_path / "gsettings").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert desktop_proxy(RELAY) is None
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert desktop_proxy(RELAY) is None


@pytest.mark.parametrize(
    ("lines", "proxy"),
    [
        ("ProxyType=1\nhttpsProxy=http://proxy.example 8080", "http://proxy.example:8080"),
        ("ProxyType=1\nhttpsProxy=http://proxy.example:8080/", "http://proxy.example:8080"),
        ("ProxyType=1\nhttpsProxy=proxy.example 8080", "http://proxy.example:8080"),
        ("ProxyType=1\nsocksProxy=socks://proxy.example 1080", "socks5://proxy.example:1080"),
        ("ProxyType=1\nhttpProxy=http://proxy.example 8080", None),
        ("ProxyType=0\nhttpsProxy=http://proxy.example 8080", None),
        ("ProxyType=2\nhttpsProxy=http://proxy.example 8080", None),
        ("ProxyType=1\nhttpsProxy=http://proxy.example 8080\nNoProxyFor=localhost,relay.example", None),
        (
            "ProxyType=1\nhttpsProxy=http://proxy.example 8080\nNoProxyFor=relay.example\nReversedException=true",
            "http://proxy.example:8080",
        ),
        ("ProxyType=1\nhttpsProxy=http://proxy.example 8080\nNoProxyFor=x.example\nReversedException=true", None),
        ("%=[", None),
        ("", None),
    ],
)
def test_what_kde_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, proxy: str | None) -> None:
    (tmp_path / "kioslaverc").write_text(f"[Proxy Settings]\n{lines}\n", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    assert desktop_proxy(RELAY) == proxy


def test_a_file_of_kdes_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    assert desktop_proxy(RELAY) is None
    (tmp_path / "kioslaverc").write_bytes(b"\xff\xfe[Proxy")
    assert desktop_proxy(RELAY) is None


def test_elsewhere_no_desktop_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak_gnome(tmp_path, monkeypatch, MANUAL)
    for name in ("", "sway", "i3"):
        monkeypatch.setenv("XDG_CURRENT_DESKTOP", name)
        assert desktop_proxy(RELAY) is None
