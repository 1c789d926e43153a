"""Which proxy a request goes through."""

import pytest

from app.api.errors import ProxyFailedError
from app.api.proxies import is_quick, proxy_for
from app.domain.profile import Network, ProxyAddress

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
    found = proxy_for(RELAY)
    assert (found.url if found else None) == proxy


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
    assert proxy_for("https://other.example/v1") == ProxyAddress("http://proxy.example:8080")


def test_a_login_in_the_environment_is_taken_out_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:p%40ss@proxy.example:8080")
    assert proxy_for(RELAY) == ProxyAddress("http://proxy.example:8080", "me", "p@ss")


def test_what_gnome_calls_socks_is_socks_5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:1080/")
    assert proxy_for(RELAY) == ProxyAddress("socks5://127.0.0.1:1080")


@pytest.mark.parametrize("url", [RELAY, "http://127.0.0.1:8080/v1", "http://localhost/v1"])
def test_a_proxy_of_the_connections_own_is_always_used(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("https_proxy", "http://other.example:8080")
    monkeypatch.setenv("no_proxy", "*")
    network = Network(proxy="socks5h://mine.example:1080", proxy_user="me")
    assert proxy_for(url, network, "secret") == ProxyAddress("socks5h://mine.example:1080", "me", "secret")
    assert is_quick(url, network)


def test_no_proxy_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://other.example:8080")
    assert proxy_for(RELAY, Network(proxy="none")) is None
    assert is_quick(RELAY, Network(proxy="none"))
    assert not is_quick(RELAY, Network())


@pytest.mark.parametrize("address", ["socks4://127.0.0.1:1", "nonsense://x", "http://[x", "http://"])
def test_what_is_no_proxy_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(ProxyFailedError):
        proxy_for(RELAY, Network(proxy=address))
    monkeypatch.setenv("https_proxy", address)
    with pytest.raises(ProxyFailedError):
        proxy_for(RELAY)
