"""Connections are given away without secrets, and taken in from anybody without harm."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.exchange import FORMAT, FoundConnection, ImportProblem, Part, Stripped, Trouble, from_text, to_text
from app.domain.profile import BUILT_IN, Dialect, Network, Profile

KEY = "sk-" + "aB3dE5fG7hJ9" * 4
PLAIN = Profile(
    "7",
    "小明中转站",
    "https://relay.example/v1",
    "new-api",
    ("gpt-4o",),
    Dialect("/mj-fast", suno="newapi", music_path="/music/{id}?key={id}"),
    Network("socks5h://127.0.0.1:1080", connect_timeout=3.0),
    {"X-Title": "Quillpane", "OpenAI-Organization": "org-1"},
    {"provider": {"require_parameters": True}, "max_tokens": 40, "stop_token_ids": [1, 2]},
)
SECRETS = replace(
    PLAIN,
    name=f"Mine {KEY}",
    base_url=f"https://me:pw123@relay.example/{KEY}/v1?api_key={KEY}",
    favourites=("gpt-4o", KEY),
    dialect=Dialect(music_path="/x?token=abcdef", luma_path="/y"),
    network=Network("http://proxy.example", "bob", "/home/me/ca.pem", "/home/me/c.pem", "/home/me/k.pem"),
    extra_headers={
        "Authorization": "Bearer x",
        "x-api-key": "abc",
        "Cookie": "a=b",
        "X-Auth-Token": "t",
        "X-Other": KEY,
        "X-Basic": "Basic Ym9i",
        "X-Link": "https://me:pw123@a.example",
        "X-Title": "Quillpane",
    },
    extra_body={
        "api_key": "hunter2",
        "nested": {"clientSecret": "hunter2", "fine": 1, "list": [KEY, "fine"]},
        "password": {"a": "hunter2"},
        "url": "https://a.example/?token=hunter2",
        KEY: 1,
        "max_tokens": 40,
        "text": "plain",
    },
)


def taken(text: str) -> tuple[Profile, ...]:
    return from_text(text).profiles


def trouble(text: str) -> list[Trouble]:
    return [problem.trouble for problem in from_text(text).problems]


def wrapped(*entries: object, version: object = 1) -> str:
    return json.dumps({"format": FORMAT, "version": version, "connections": entries})


def test_a_connection_comes_back_as_it_was_but_for_its_id() -> None:
    exported = to_text([PLAIN, BUILT_IN, Profile("8", "Local", "http://127.0.0.1:8080/v1")])
    assert exported.stripped == ()
    first, second = taken(exported.text)
    assert first == replace(PLAIN, id="imported-1")
    assert second == Profile("imported-2", "Local", "http://127.0.0.1:8080/v1")
    assert '"7"' not in exported.text


def test_nothing_secret_is_given_away_and_everything_left_out_is_listed() -> None:
    exported = to_text([SECRETS], with_key={"7"})
    for secret in (KEY, "pw123", "hunter2", "abcdef", "bob", "/home/me", "Bearer", "a=b", "Basic", '"t"'):
        assert secret not in exported.text
    parts = [stripped.part for stripped in exported.stripped]
    assert set(parts) == set(Part) - {Part.ALL}
    assert parts.count(Part.FILE) == 3
    headers = {stripped.name for stripped in exported.stripped if stripped.part is Part.HEADER}
    assert headers == {"Authorization", "x-api-key", "Cookie", "X-Auth-Token", "X-Other", "X-Basic", "X-Link"}
    assert not any(KEY in str(stripped) for stripped in exported.stripped)
    fields = {stripped.name for stripped in exported.stripped if stripped.part is Part.BODY}
    assert {"api_key", "clientSecret", "list", "a", "password", "url"} < fields
    (profile,) = taken(exported.text)
    assert profile.base_url == "https://relay.example/v1"
    assert profile.extra_headers == {"X-Title": "Quillpane"}
    assert profile.extra_body == {"nested": {"fine": 1, "list": ["fine"]}, "max_tokens": 40, "text": "plain"}
    assert profile.network == Network("http://proxy.example")
    assert profile.favourites == ("gpt-4o",)


def test_a_key_in_the_place_of_a_proxy_is_not_given_away() -> None:
    exported = to_text([replace(PLAIN, network=Network(f"http://%{KEY}"))])
    assert KEY not in exported.text
    assert exported.stripped == (Stripped("小明中转站", Part.PROXY_LOGIN),)
    assert taken(exported.text)[0].network == Network()


def test_what_was_left_out_can_be_said_in_a_line() -> None:
    assert str(Stripped("Mine", Part.HEADER, "Cookie")) == "Mine: a header (Cookie)"
    assert str(Stripped("Mine", Part.KEY)) == "Mine: the key"
    assert str(ImportProblem(Trouble.EMPTY)) == "There is no connection in it."
    assert str(ImportProblem(Trouble.SECRET, "Mine")) == "Mine: A secret was left out."


def test_a_key_is_listed_only_where_there_is_one() -> None:
    assert to_text([PLAIN]).stripped == ()
    assert to_text([PLAIN], with_key=["7"]).stripped == (Stripped("小明中转站", Part.KEY),)
    assert to_text([replace(PLAIN, name="")], with_key=["7"]).stripped[0].connection == "relay.example"


def test_a_connection_that_cannot_be_read_back_is_left_out_and_listed() -> None:
    exported = to_text([Profile("9", "Broken", "nonsense://x")])
    assert exported.stripped == (Stripped("Broken", Part.ALL),)
    assert trouble(exported.text) == [Trouble.EMPTY]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "3",
        "null",
        "{}",
        '{"connections": []}',
        json.dumps({"format": "other", "version": 1, "connections": []}),
        json.dumps({"format": FORMAT, "version": 1, "connections": {}}),
        json.dumps({"format": FORMAT, "connections": []}),
        json.dumps({"format": FORMAT, "version": "1", "connections": []}),
        json.dumps({"format": FORMAT, "version": True, "connections": []}),
        json.dumps({"format": FORMAT, "version": 0, "connections": []}),
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"version": ' + "9" * 10_000 + "}",
        "\ud800",
    ],
)
def test_what_is_no_export_is_told_so(text: str) -> None:
    assert trouble(text) == [Trouble.NOT_READABLE]


def test_newer_longer_and_empty_texts_are_told_apart() -> None:
    assert trouble(wrapped(version=2)) == [Trouble.NEWER]
    assert trouble(" " * 5_000_001) == [Trouble.TOO_LONG]
    assert trouble(wrapped()) == [Trouble.EMPTY]
    many = from_text(wrapped(*({"name": str(number), "base_url": "relay.example"} for number in range(501))))
    assert len(many.profiles) == 500
    assert many.problems == (ImportProblem(Trouble.TOO_MANY),)
    assert len({profile.id for profile in many.profiles}) == 500


def test_a_byte_order_mark_does_no_harm() -> None:
    assert len(taken("\ufeff" + to_text([PLAIN]).text)) == 1


def test_a_bad_entry_costs_only_itself() -> None:
    imported = from_text(wrapped(3, {"name": "No address"}, {"base_url": "relay.example"}, None))
    assert [profile.base_url for profile in imported.profiles] == ["https://relay.example/v1"]
    assert [problem.name for problem in imported.problems] == ["#1", "No address", "#4"]


def test_nothing_taken_in_brings_an_id_a_secret_or_a_file() -> None:
    entry = {
        "id": "built-in",
        "name": "Evil",
        "base_url": "https://relay.example/v1",
        "network": {"ca_file": "/tmp/evil.pem", "proxy": "http://u:p@proxy.example", "proxy_user": "u"},  # noqa: S108
        "extra_headers": {"Authorization": "Bearer evil", "X-Fine": "yes"},
    }
    imported = from_text(wrapped(entry))
    (profile,) = imported.profiles
    assert profile.id == "imported-1"
    assert profile.network == Network("http://proxy.example")
    assert profile.extra_headers == {"X-Fine": "yes"}
    assert imported.problems == (ImportProblem(Trouble.SECRET, "Evil"),)


def test_a_found_connection_never_shows_its_key() -> None:
    assert KEY not in repr(FoundConnection("Mine", "https://relay.example/v1", KEY))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(KEY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just(KEY), inner, max_size=4),
    max_leaves=10,
)
TEXT = st.text() | st.just(KEY) | st.text().map(lambda text: f"{text} {KEY}")


@given(
    st.text()
    | JSON.map(json.dumps)
    | JSON.map(lambda data: wrapped(data, {"base_url": "a.example", "extra_body": data}))
)
def test_any_text_is_taken_without_an_error(text: str) -> None:
    imported = from_text(text)
    assert imported.profiles or imported.problems
    again = from_text(to_text(imported.profiles).text)
    assert [replace(profile, id="") for profile in again.profiles] == [
        replace(profile, id="") for profile in imported.profiles
    ]


@given(
    st.builds(
        Profile,
        st.just("1"),
        TEXT,
        st.sampled_from(["https://relay.example/v1", f"https://relay.example/{KEY}", f"https://{KEY}@relay.example"]),
        TEXT,
        st.lists(TEXT).map(tuple),
        st.builds(Dialect, TEXT, music_path=TEXT, luma_path=TEXT),
        st.builds(Network, TEXT, TEXT, TEXT, TEXT, TEXT),
        st.dictionaries(TEXT, TEXT),
        st.dictionaries(TEXT, JSON),
    )
)
def test_no_key_anywhere_is_given_away(profile: Profile) -> None:
    exported = to_text([profile])
    assert KEY not in exported.text
    assert not any(KEY in str(stripped) for stripped in exported.stripped)
    data: Any = json.loads(exported.text.encode())
    assert data["version"] == 1
