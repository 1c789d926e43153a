"""Addresses and keys as users paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.profile import (
    BUILT_IN,
    Endpoint,
    InvalidAddressError,
    Profile,
    ProxyAddress,
    is_insecure,
    is_loopback,
    normalise_address,
    normalise_key,
    normalise_proxy,
    origin_of,
)


@pytest.mark.parametrize(
    ("pasted", "root"),
    [
        ("https://relay.example", "https://relay.example/v1"),
        ("https://relay.example/", "https://relay.example/v1"),
        ("https://relay.example/v1", "https://relay.example/v1"),
        ("  https://relay.example/v1/ \n", "https://relay.example/v1"),
        ("https://relay.example/v1/completions", "https://relay.example/v1"),
        ("https://relay.example/v1/chat/completions/", "https://relay.example/v1"),
        ("https://relay.example/v1/models", "https://relay.example/v1"),
        ("https://relay.example//v1//completions", "https://relay.example/v1"),
        ("https://relay.example/v1/images/generations", "https://relay.example/v1"),
        ("https://relay.example/v1/audio/transcriptions", "https://relay.example/v1"),
        ("https://api.deepseek.com/beta", "https://api.deepseek.com/beta"),
        ("https://host.example/api/v1", "https://host.example/api/v1"),
        ("https://host.example/proxy/openai", "https://host.example/proxy/openai"),
        ("relay.example", "https://relay.example/v1"),
        ("localhost:8080", "http://localhost:8080/v1"),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://[::1]:8080", "http://[::1]:8080/v1"),
        ('"https://relay.example/v1"', "https://relay.example/v1"),
        ("https://relay.example/v1?key=1#top", "https://relay.example/v1"),
        ("https://someone:secret@relay.example/v1", "https://relay.example/v1"),
    ],
)
def test_q10_any_pasted_address_gives_the_api_root(pasted: str, root: str) -> None:
    assert normalise_address(pasted) == root


@pytest.mark.parametrize("pasted", ["", "  \n", "ftp://relay.example", "https://", "https://relay.example:port/v1"])
def test_what_is_no_address_is_refused(pasted: str) -> None:
    with pytest.raises(InvalidAddressError):
        normalise_address(pasted)


@given(st.text())
def test_q10_normalising_twice_changes_nothing_more(text: str) -> None:
    try:
        once = normalise_address(text)
    except InvalidAddressError:
        return
    assert normalise_address(once) == once


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        ("sk-test", "sk-test"),
        (" sk-te\nst \r\n", "sk-test"),
        ("Bearer sk-test", "sk-test"),
        ("Authorization: Bearer sk-test", "sk-test"),
        ("'sk-test'", "sk-test"),
        ("\ufeffsk-\u200btest", "sk-test"),
        ("", ""),
    ],
)
def test_case_41_keys_lose_blanks_and_line_breaks(pasted: str, key: str) -> None:
    assert normalise_key(pasted) == key


@pytest.mark.parametrize(
    ("pasted", "proxy"),
    [
        ("proxy.example:3128", ProxyAddress("http://proxy.example:3128")),
        (" https://proxy.example/ \n", ProxyAddress("https://proxy.example")),
        ("socks5h://127.0.0.1:1080", ProxyAddress("socks5h://127.0.0.1:1080")),
        ("socks://[::1]:1080", ProxyAddress("socks5://[::1]:1080")),
        ("http://bob:s%40fe@proxy.example:3128", ProxyAddress("http://proxy.example:3128", "bob", "s@fe")),
    ],
)
def test_a_proxy_loses_its_login_to_a_place_of_its_own(pasted: str, proxy: ProxyAddress) -> None:
    assert normalise_proxy(pasted) == proxy
    assert "s@fe" not in repr(proxy)


@pytest.mark.parametrize("pasted", ["", "ftp://proxy.example", "http://", "http://proxy.example:port", "http://[::1"])
def test_what_is_no_proxy_is_refused(pasted: str) -> None:
    with pytest.raises(InvalidAddressError):
        normalise_proxy(pasted)


def test_an_endpoint_never_shows_its_key() -> None:
    endpoint = Endpoint(
        "https://relay.example/v1", "sk-secret", extra_headers={"api-key": "sk-secret"}, proxy_password="sk-secret"
    )
    assert "sk-secret" not in repr(endpoint)
    assert "relay.example" in repr(endpoint)


def test_the_origin_always_names_the_port() -> None:
    assert origin_of("https://relay.example/v1") == "https://relay.example:443"
    assert origin_of("http://[::1]/v1") == "http://[::1]:80"
    assert origin_of("") == ""
    assert Profile("1", "Relay", "http://relay.example:8080/v1").origin == "http://relay.example:8080"


def test_the_built_in_model_has_no_address() -> None:
    assert BUILT_IN.is_built_in
    assert BUILT_IN.origin == ""


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_computer_is_known_by_all_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["relay.example", "127.relay.example", "10.0.0.1", "localhost.example", ""])
def test_other_computers_are_not_this_one(host: str) -> None:
    assert not is_loopback(host)


def test_plain_http_is_insecure_except_on_this_computer() -> None:
    assert is_insecure("http://relay.example/v1")
    assert not is_insecure("https://relay.example/v1")
    assert not is_insecure("http://127.0.0.1:8080/v1")
