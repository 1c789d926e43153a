"""Connections survive the way to JSON and back, and hostile JSON does no harm."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.profile import BUILT_IN, BUILT_IN_ID, Dialect, Network, Profile
from app.domain.profile_codec import from_json, is_header, one_line, to_json

FULL = Profile(
    "7",
    "小明中转站",
    "https://relay.example/v1",
    "new-api",
    ("gpt-4o", "deepseek-chat"),
    Dialect("/mj-fast", "mj-api-secret", "newapi", "flat", "/music/{id}", "/video/{id}"),
    Network("socks5h://127.0.0.1:1080", "bob", "/ca.pem", "/me.pem", "/me.key", 3.0, 300.0, 60.0),
    {"X-Title": "Quillpane"},
    {"provider": {"require_parameters": True}, "top_k": 40, "stops": ["a", None, 0.5]},
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
NAMES = [field.name for kind in (Profile, Dialect, Network) for field in fields(kind)]


def read(data: object) -> Profile:
    profile = from_json(data)
    assert profile is not None
    return profile


def test_every_field_survives_the_way_to_text_and_back() -> None:
    for full, plain in ((FULL, Profile("", "")), (FULL.dialect, Dialect()), (FULL.network, Network())):
        same = [field.name for field in fields(plain) if getattr(full, field.name) == getattr(plain, field.name)]
        assert not same, "the example must differ from the default in every field"
    assert read(json.loads(json.dumps(to_json(FULL)))) == FULL


def test_a_bare_profile_survives_too_and_so_does_the_built_in_one() -> None:
    bare = Profile("1", "", "http://127.0.0.1:8080/v1")
    assert read(to_json(bare)) == bare
    assert read(to_json(BUILT_IN)) == BUILT_IN


def test_the_built_in_model_never_gets_an_address() -> None:
    assert read({"id": BUILT_IN_ID, "base_url": "https://evil.example/v1"}).base_url == ""


@pytest.mark.parametrize(
    "data",
    [None, [], "text", 3, {}, {"id": "1"}, {"base_url": "https://relay.example"}, {"id": "1", "base_url": "ftp://x"}],
)
def test_what_is_no_connection_gives_none(data: object) -> None:
    assert from_json(data) is None


@pytest.mark.parametrize("wrong", [None, 3, [], ["x", 3, "x"], {"a": 1}, "nonsense", float("nan"), True, -1])
@pytest.mark.parametrize("name", [field.name for field in fields(Profile) if field.name not in {"id", "base_url"}])
def test_a_wrong_value_costs_only_itself(name: str, wrong: object) -> None:
    read_back = read({**to_json(FULL), name: wrong})
    for field in fields(Profile):
        if field.name != name:
            assert getattr(read_back, field.name) == getattr(FULL, field.name)


@pytest.mark.parametrize("wrong", [None, [], "1", float("inf"), float("nan"), 0, -5, 10**400, True])
def test_a_wrong_time_limit_is_the_default(wrong: object) -> None:
    network = read({**to_json(FULL), "network": {"connect_timeout": wrong, "idle_timeout": 7}}).network
    assert network == replace(Network(), idle_timeout=7.0)


def test_unknown_dialects_are_the_seed_relays_and_unknown_fields_are_passed_over() -> None:
    data = {**to_json(FULL), "dialect": {"suno": "tomorrow", "luma": ["flat"], "mj_auth": "bearer"}, "colour": "red"}
    assert read(data) == replace(FULL, dialect=Dialect())


def test_a_proxy_is_an_address_or_the_default_and_holds_no_login() -> None:
    assert read({**to_json(FULL), "network": {"proxy": "file:///etc/passwd"}}).network.proxy == "system"
    assert read({**to_json(FULL), "network": {"proxy": "none"}}).network.proxy == "none"
    assert (
        read({**to_json(FULL), "network": {"proxy": "http://u:pw@p.example:1"}}).network.proxy == "http://p.example:1"
    )


def test_headers_that_would_break_a_request_are_left_out() -> None:
    headers = {"X-Good": "yes", "X-Bad": "a\r\nX-More: b", "Spaced name": "x", "": "x", "X-Empty": "", "X-Number": 3}
    assert read({**to_json(FULL), "extra_headers": headers}).extra_headers == {"X-Good": "yes"}
    assert is_header("X-Title", "小店")
    assert not is_header("X-Title", "a\nb")


def test_what_json_cannot_hold_is_left_out_of_the_body() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    body = {"kept": 1, "nan": float("nan"), "huge": 10**5_000, "deep": deep, "half": "\ud800", 3: "x", "set": {1}}
    kept = read({**to_json(FULL), "extra_body": body}).extra_body
    assert {**kept, "deep": None} == {"kept": 1, "deep": None, "half": "?"}
    assert json.dumps(kept).encode()


def test_names_are_one_line() -> None:
    assert one_line(" a\nb\x00\ud800 ") == "ab"
    assert one_line("x" * 1_000_000) == ""
    assert one_line(["a"]) == ""


@given(st.dictionaries(st.sampled_from([*NAMES, "other"]), JSON))
def test_any_json_is_read_without_an_error_and_what_came_of_it_is_stable(data: dict[str, object]) -> None:
    for given_json in (data, {**data, "id": "1", "base_url": "relay.example"}):
        profile = from_json(given_json)
        if profile is not None:
            assert from_json(json.loads(json.dumps(to_json(profile)).encode())) == profile
