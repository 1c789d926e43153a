"""Addresses are found in a text, and those of an API told from web pages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.address_text import find_addresses, read_address, without_secrets
from app.domain.label_text import Label
from app.domain.profile import normalise_address

KEY = "sk-" + "aB3dE5fG7hJ9" * 4


def roots(line: str, expected: Label = Label.NONE) -> list[str]:
    return [address.root for address in find_addresses(line, expected)]


@pytest.mark.parametrize(
    ("line", "root"),
    [
        ("https://relay.example", "https://relay.example/v1"),
        ("HTTPS://Relay.Example/v1/", "https://relay.example/v1"),
        ("https://relay.example/v1/chat/completions", "https://relay.example/v1"),
        ("https://relay.example/v1/models/gpt-4o", "https://relay.example/v1"),
        ("https://relay.example/v1/images/generations.", "https://relay.example/v1"),
        ("https://relay.example/v1/dashboard/billing/usage", "https://relay.example/v1"),
        ("https://relay.example/mj/submit/imagine", "https://relay.example/v1"),
        ("https://relay.example/mj-fast/mj/submit/imagine", "https://relay.example/v1"),
        ("https://relay.example/suno/v1/music", "https://relay.example/v1"),
        ("https://relay.example/console/token", "https://relay.example/v1"),
        ("https://relay.example/#/topup", "https://relay.example/v1"),
        ("http://localhost:11434/api/generate", "http://localhost:11434/v1"),
        ("http://127.0.0.1:8080/completion", "http://127.0.0.1:8080/v1"),
        ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
        ("https://host.example/proxy/v1?key=abc#x", "https://host.example/proxy/v1"),
        ("地址https://relay.example/v1，谢谢", "https://relay.example/v1"),
        ("(see https://relay.example/v1)", "https://relay.example/v1"),
        ("[Relay](https://relay.example/v1)", "https://relay.example/v1"),
        ("**https://relay.example/v1**", "https://relay.example/v1"),
        ("https://me:pw@relay.example/v1", "https://relay.example/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("relay.example", "https://relay.example/v1"),
        ("relay.example/v1/completions", "https://relay.example/v1"),
        ("接口地址:relay.example", "https://relay.example/v1"),
        ("base_url=relay.corp", "https://relay.corp/v1"),
        ("Try api.relay.com first", "https://api.relay.com/v1"),
        ("localhost:8080", "http://localhost:8080/v1"),
        ("It runs at 192.168.1.5:8000", "http://192.168.1.5:8000/v1"),
        ("服务器: 8.8.8.8:8000", "https://8.8.8.8:8000/v1"),
        ("nas:8080", "https://nas:8080/v1"),
        ("[::1]:8080", "http://[::1]:8080/v1"),
        ("Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)", "http://127.0.0.1:8000/v1"),
        ("OLLAMA_HOST=[::]:11434", "http://127.0.0.1:11434/v1"),
    ],
)
def test_q10_each_address_gives_its_root(line: str, root: str) -> None:
    assert roots(line) == [root]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "https://",
        "https://your-relay.com/v1",
        "https://yourdomain.example",
        "https://api.xxx.com",
        "https://<host>/v1",
        "https://{base}/v1",
        "http://host:8080",
        "https://relay.example:99999",
        "ftp://relay.example",
        "me@relay.example",
        "client.chat.completions.create(",
        "response = client.app",
        "self.app(",
        "python main.py, config.json",
        "gpt-3.5-turbo and qwen2.5:7b",
        "version 1.2.3.4 of Node.js",
        "port:8080",
        "e.g. this",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9.aB3dE5fG7hJ9kLmN",
        "sk-abc.def",
        f"https://{KEY}",
        f"https://{KEY}/v1",
    ],
)
def test_what_is_no_address_or_only_stands_for_one_is_left(line: str) -> None:
    assert all(address.root == "https://client.app/v1" for address in find_addresses(line))


def test_the_line_before_may_say_what_an_address_is() -> None:
    (plain,) = find_addresses("https://relay.example")
    (named,) = find_addresses("https://relay.example", Label.ADDRESS)
    assert named.likelihood > plain.likelihood
    assert roots("  relay.corp", Label.ADDRESS) == ["https://relay.corp/v1"]


@pytest.mark.parametrize(
    ("api", "page"),
    [
        ("https://relay.example/v1", "https://relay.example"),
        ("https://relay.example", "https://docs.relay.example"),
        ("https://relay.example", "https://relay.example/docs/start"),
        ("https://relay.example", "https://relay.example/topup"),
        ("https://relay.example", "https://relay.example/register?aff=12"),
        ("https://relay.example", "https://relay.example/#/register"),
        ("https://relay.example", "https://github.com/someone/something"),
        ("https://relay.example", "https://platform.openai.com/docs"),
        ("https://relay.example", "https://relay.example/guide.html"),
        ("https://relay.example", "教程：https://relay.example"),
        ("API: https://relay.example", "https://relay.example"),
        ("https://api.relay.example", "https://www.relay.example"),
    ],
)
def test_an_api_is_likelier_than_a_page(api: str, page: str) -> None:
    (one,), (other,) = find_addresses(api), find_addresses(page)
    assert one.likelihood > other.likelihood


def test_secrets_in_an_address_are_told_apart_and_not_shown() -> None:
    (address,) = find_addresses(f"https://me:pw123@relay.example/v1?model=x&key={KEY}")
    assert address.key == KEY
    assert address.has_login
    assert address.raw == "https://relay.example/v1"
    assert KEY not in repr(address)
    (address,) = find_addresses(f"https://relay.example/{KEY}/v1/models")
    assert (address.key, address.raw, address.root) == (
        KEY,
        "https://relay.example/v1/models",
        "https://relay.example/v1",
    )
    text = f"a https://me:pw123@relay.example/v1?model=x&token=abc&q={KEY} b http://c.example/?d=e"
    assert without_secrets(text) == "a https://relay.example/v1?model=x&token=…&q=… b http://c.example/?d=e"


def test_addresses_glued_together_come_apart() -> None:
    assert roots("https://a.examplehttps://b.example/v1") == ["https://a.example/v1", "https://b.example/v1"]


def test_an_address_is_read_alone_too() -> None:
    address = read_address("relay.example/v1/models")
    assert address is not None
    assert (address.raw, address.root) == ("relay.example/v1/models", "https://relay.example/v1")
    assert read_address("no address") is None
    address = read_address("https://relay.example/v1/models/{model}")
    assert address is not None
    assert address.root == "https://relay.example/v1"
    for text in ("https://{base}/v1", "https://relay.{tld}/v1", "https://中转.example/v1", "{url}", ""):
        assert read_address(text) is None


@given(st.text())
def test_any_line_is_read_and_every_root_is_one(text: str) -> None:
    for line in (text, f"https://{text}", f"https://relay.example/{text}"):
        for address in find_addresses(line):
            assert normalise_address(address.root) == address.root
            assert line[address.start : address.end]
        assert isinstance(without_secrets(line), str)


@pytest.mark.parametrize(
    "piece",
    [
        "https://a.b ",
        "https://",
        "a.",
        "a.bc/",
        "a.com ",
        "1.1.1.1",
        "a-",
        "[::",
        "https://a?b=c&",
        "http://a@",
        "a:80",
        "/",
    ],
)
def test_long_lines_take_no_long_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.perf_counter()
    find_addresses(text)
    without_secrets(text)
    assert time.perf_counter() - began < 1.5
