"""Which proxy a request goes through."""

import pytest

from app.api.proxies import proxy_for

RELAY = "https://relay.example/v1/completions"


def test_without_settings_there_is_none() -> None:
    assert proxy_for(RELAY) is None


@pytest.mark.parametrize(
    ("name", "value", "proxy"),
    [
        ("https_proxy", "http://127.0.0.1:7890", "http://127.0.0.1:7890"),
        ("HTTPS_PROXY", "http://proxy.example:8080", "http://proxy.example:8080"),
        ("all_proxy", "socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("https_proxy", "proxy.example:8080", "http://proxy.example:8080"),
        ("http_proxy", "http://127.0.0.1:7890", None),
    ],
)
def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, name: str, value: str, proxy: str | None) -> None:
    monkeypatch.setenv(name, value)
    assert proxy_for(RELAY) == proxy


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080"])
def test_this_computer_is_always_reached_directly(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:8080")
    monkeypatch.setenv("all_proxy", "http://proxy.example:8080")
    assert proxy_for(f"http://{host}/v1") is None


def test_exceptions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:8080")
    monkeypatch.setenv("no_proxy", "relay.example,.internal")
    assert proxy_for(RELAY) is None
    assert proxy_for("https://a.internal:8443/v1") is None
    assert proxy_for("https://other.example/v1") == "http://proxy.example:8080"
