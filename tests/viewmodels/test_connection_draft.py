"""What is typed into the forms of a connection: what it means, and the sentence about it where it means nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.profile import Network, Profile
from app.viewmodels.connection_draft import (
    ConnectionDraft,
    Field,
    address_words,
    body_text,
    headers_text,
    host_of,
    read_body,
    read_headers,
)
from tests.viewmodels.connection_fakes import KEY, RELAY


def test_a_draft_of_what_is_kept_has_nothing_to_save() -> None:
    kept = replace(RELAY, extra_headers={"X-Title": "Q"}, extra_body={"top_k": 40}, network=Network("http://p:8080"))
    draft = ConnectionDraft.of(kept)
    assert not draft.differs_from(kept)
    assert not draft.with_name("Other").with_name(kept.name).differs_from(kept)
    assert draft.with_name("Other").differs_from(kept)
    assert draft.with_key(KEY).differs_from(kept)


@pytest.mark.parametrize("typed", ["api.relay.example", "https://api.relay.example/v1/", "https://api.relay.example"])
def test_q10_an_address_means_the_same_however_it_is_written(typed: str) -> None:
    draft = ConnectionDraft.of(RELAY).with_address(typed)
    assert draft.profile == RELAY
    assert address_words(typed).urls[0] == "https://api.relay.example/v1/completions"


def test_an_address_that_cannot_be_read_is_a_fault_and_leaves_the_kept_one() -> None:
    draft = ConnectionDraft.of(RELAY).with_address("ftp://relay")
    assert draft.faults[Field.ADDRESS]
    assert draft.profile.base_url == RELAY.base_url
    assert not draft.with_address(RELAY.base_url).faults


def test_plain_http_is_warned_of_except_on_this_computer() -> None:
    assert address_words("http://10.0.0.7:8000").warning
    assert not address_words("http://127.0.0.1:11434").warning
    assert not address_words("https://10.0.0.7").warning
    assert address_words(" ").problem


def test_another_host_port_or_scheme_asks_for_the_key_again() -> None:
    draft = ConnectionDraft.of(RELAY)
    for moved in ("https://other.example/v1", "https://api.relay.example:8443/v1", "http://api.relay.example/v1"):
        assert draft.with_address(moved).needs_key(RELAY), moved
        assert not draft.with_address(moved).with_key(KEY).needs_key(RELAY)
    assert not draft.with_address("https://api.relay.example/v2").needs_key(RELAY)


def test_a_draft_never_shows_its_secrets() -> None:
    draft = replace(ConnectionDraft.of(RELAY).with_key(KEY), proxy_password="hunter2")
    assert KEY not in repr(draft)
    assert "hunter2" not in repr(draft)


def test_a_pasted_proxy_gives_its_login_away_to_the_fields_for_it() -> None:
    draft = ConnectionDraft.of(RELAY).with_proxy("address", "socks5://ann:s%40cret@proxy:1080")
    assert draft.profile.network.proxy == "socks5://proxy:1080"
    assert (draft.profile.network.proxy_user, draft.proxy_password) == ("ann", "s@cret")
    assert not draft.faults
    assert draft.with_proxy("address", "ftp://proxy").faults[Field.PROXY]
    assert draft.with_proxy("none", "").profile.network.proxy == "none"


def test_other_network_settings_leave_the_proxy_alone() -> None:
    draft = ConnectionDraft.of(RELAY).with_proxy("none", "").with_network(Network(ca_file="/ca.pem"), "")
    assert draft.profile.network == Network("none", ca_file="/ca.pem")
    assert draft.proxy_password is None


def test_headers_are_read_line_by_line() -> None:
    assert read_headers("X-Title: Quillpane\n\n  HTTP-Referer : https://a.example/x  ") == (
        {"X-Title": "Quillpane", "HTTP-Referer": "https://a.example/x"},
        "",
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("X-Title", "Line 1"),
        ("X-A: 1\nno colon", "Line 2"),
        ("X A: 1", "colon"),
        ("X-A:", "colon"),
        ("Authorization: Bearer x", "itself"),
        ("X-A: 1\nx-a: 2", "already"),
        (f"X-Key: {KEY}", "key"),
    ],
)
def test_a_wrong_header_is_named_by_its_line(text: str, word: str) -> None:
    headers, fault = read_headers(text)
    assert headers == {}
    assert word in fault
    assert KEY not in fault


@pytest.mark.parametrize("text", ["{", "[1]", "1", '{"a": NaN}', '{"stream": true}', "[" * 5000, "[" * 30_000])
def test_a_wrong_body_has_a_sentence(text: str) -> None:
    body, fault = read_body(text)
    assert body == {}
    assert fault


def test_the_id_of_an_organisation_is_no_key() -> None:
    assert read_headers("OpenAI-Organization: org-Ab12Cd34Ef56Gh78Ij90Kl12")[1] == ""


def test_a_body_is_an_object() -> None:
    assert read_body(' {"top_k": 40, "a": {"b": [1, null]}} ') == ({"top_k": 40, "a": {"b": [1, None]}}, "")
    assert read_body("  ") == ({}, "")
    draft = ConnectionDraft.of(RELAY).with_body("{")
    assert draft.faults[Field.BODY]
    assert draft.body == "{", "what was typed stays"
    assert draft.with_body('{"top_k": 1}').profile.extra_body == {"top_k": 1}


@given(st.text())
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    draft = ConnectionDraft.of(RELAY).with_headers(text).with_body(text).with_address(text).with_proxy("address", text)
    for name in (Field.HEADERS, Field.BODY, Field.ADDRESS, Field.PROXY):
        assert draft.faults.get(name, "sentence")
    address_words(text)


@given(st.dictionaries(st.text("abcXYZ-", min_size=1), st.text("abc 123", min_size=1).map(str.strip).filter(bool)))
def test_headers_survive_being_shown_and_read(headers: dict[str, str]) -> None:
    if len({name.lower() for name in headers}) == len(headers) and "connection" not in {n.lower() for n in headers}:
        assert read_headers(headers_text(headers)) == (headers, "")


def test_a_body_survives_being_shown_and_read() -> None:
    body = {"top_k": 40, "词": ["…", None, 1.5]}
    assert read_body(body_text(body)) == (body, "")
    assert body_text({}) == ""


def test_a_host_is_named_as_people_say_it() -> None:
    assert host_of(RELAY) == "api.relay.example"
    assert host_of(Profile("x", "", "http://10.0.0.7:8000/v1")) == "10.0.0.7:8000"
