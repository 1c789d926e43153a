"""Headers and body fields of a connection's own."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.errors import ExtraFieldError
from app.api.extras import RESERVED_HEADERS, check_fields, check_headers, with_fields, with_headers


@pytest.mark.parametrize("name", [*RESERVED_HEADERS, "Authorization", "HOST", "Content-Type", "Content-Length"])
def test_what_the_program_says_itself_is_never_replaced(name: str) -> None:
    with pytest.raises(ExtraFieldError) as caught:
        check_headers({"X-Title": "mine", name: "x"})
    assert (str(caught.value), caught.value.code) == (name, "reserved")


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"X-Title": "mine\r\nAuthorization: Bearer other"}, "value"),
        ({"X-Title": "小说"}, "value"),
        ({"X-Title": "a\x00b"}, "value"),
        ({"X-Title": " mine"}, "value"),
        ({"X Title": "mine"}, "name"),
        ({"X-Title:": "mine"}, "name"),
        ({"": "mine"}, "name"),
        ({"标题": "mine"}, "name"),
        ({"x-title": "mine", "X-Title": "other"}, "twice"),
    ],
)
def test_headers_that_no_request_can_carry(extra: dict[str, str], code: str) -> None:
    with pytest.raises(ExtraFieldError) as caught:
        check_headers(extra)
    assert caught.value.code == code


def test_headers_of_ones_own_replace_those_that_are_not_reserved() -> None:
    own = {"User-Agent": "Quillpane/1", "Accept": "application/json"}
    extra = {"user-agent": "curl/8", "HTTP-Referer": "https://mine.example"}
    assert with_headers(own, extra) == {"Accept": "application/json", **extra}
    assert with_headers(own, {}) == own


@given(st.dictionaries(st.text(), st.text()))
def test_any_headers_are_taken_or_refused_by_name(extra: dict[str, str]) -> None:
    with suppress(ExtraFieldError):
        found = with_headers({"Accept": "x"}, extra)
        assert all(found[name] == value for name, value in extra.items())


def test_fields_of_ones_own_come_last_and_win() -> None:
    body = {"model": "m", "temperature": 1.0, "stream_options": {"include_usage": True}}
    extra = {"temperature": 0.2, "provider": {"order": ["a"]}, "stream_options": None}
    assert with_fields(body, extra) == {"model": "m", "temperature": 0.2, "provider": {"order": ["a"]}}
    assert with_fields({"suffix": None}, {}) == {"suffix": None}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("prompt", "another", "reserved"),
        ("stream", False, "reserved"),
        ("x", math.nan, "value"),
        ("x", [math.inf], "value"),
        ("x", object(), "value"),
        ("x", {1, 2}, "value"),
    ],
)
def test_fields_that_are_refused(name: str, value: object, code: str) -> None:
    with pytest.raises(ExtraFieldError) as caught:
        check_fields({name: value})
    assert (str(caught.value), caught.value.code) == (name, code)


def test_a_field_that_holds_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ExtraFieldError):
        with_fields({}, {"x": endless})
