"""Envelopes: the one sentence in any refusal, and an excerpt that may be shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.envelopes import DETAIL_LIMIT, Problem, excerpt, read_body, read_content, redact, says_error

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text()
            | st.sampled_from(
                ["error", "message", "detail", "description", "code", "msg", "header", "response", "loc", "type"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "content",
    [
        {"error": {"message": "no", "type": "t", "param": None, "code": "c"}},
        {"error": {"message": "no", "type": "t", "param": "", "code": "c"}},
        {"error": "no", "code": "c", "type": "t"},
        {"code": "c", "description": "no", "type": "t"},
        {"code": "c", "message": "no", "data": None, "type": "t"},
        {"detail": "no", "code": "c", "type": "t"},
        {"msg": "no", "code": "c", "type": "t"},
    ],
)
def test_q29_every_envelope_reads_alike(content: object) -> None:
    assert read_content(content) == Problem("no", "c", "t")


def test_q29_a_list_of_details_names_each_place() -> None:
    detail = [
        {"loc": ["body", "max_tokens"], "msg": "must be positive", "type": "value_error"},
        {"msg": "too long"},
        "and more",
    ]
    assert read_content({"detail": detail}).message == "max_tokens: must be positive; too long; and more"


def test_q29_codes_may_be_numbers() -> None:
    assert read_content({"error": {"message": "no", "code": 502, "param": "502"}}) == Problem("no", "502", param="502")


def test_the_request_id_leaves_the_sentence() -> None:
    problem = read_content({"error": {"message": "该令牌额度已用尽 (request id: 20250411abc)"}})
    assert problem == Problem("该令牌额度已用尽", request_id="20250411abc")


def test_q29_a_page_gives_its_title_and_never_its_mark_up() -> None:
    page = "<!DOCTYPE html><html><head><title>relay &amp; co |\n 524</title></head><body><b>Ray ID</b></body></html>"
    assert read_body(page) == Problem("relay & co | 524", is_page=True)
    assert excerpt(page) == "Ray ID"


def test_q29_plain_text_is_its_own_sentence() -> None:
    assert read_body(" Internal\nServer Error\n") == Problem("Internal Server Error")


@pytest.mark.parametrize(
    "body", ["", "  ", "null", "{}", '{"error":{"mess', '{"error":{}}', "[" * 100_000, "0", "\ufffd\x00"]
)
def test_q29_what_says_nothing_gives_no_words(body: str) -> None:
    assert read_body(body).message == ""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"error": {"message": "no"}}, True),
        ({"error": "no"}, True),
        ({"success": False, "message": "no"}, True),
        ({"object": "error", "message": "no"}, True),
        ({"error": None, "choices": []}, False),
        ({"error": {}, "choices": []}, False),
        ({"success": True, "data": []}, False),
        ([1], False),
        (None, False),
    ],
)
def test_q14_an_error_behind_a_good_status_is_noticed(content: object, expected: bool) -> None:
    assert says_error(content) is expected


@pytest.mark.parametrize(
    "text",
    ["Incorrect API key provided: sk-abcdEFGH1234.", "header Authorization: Bearer abcd.1234-xyz", "got my-own-key!"],
)
def test_keys_are_cut_out(text: str) -> None:
    shown = redact(text, "my-own-key")
    assert "…" in shown
    for secret in ("abcd", "1234", "my-own-key"):
        assert secret not in shown


def test_an_excerpt_is_short() -> None:
    assert len(excerpt("x" * 10_000)) == DETAIL_LIMIT


@given(JSON)
def test_no_json_raises(content: object) -> None:
    problem = read_content(content)
    json.dumps(problem.message).encode()
    says_error(content)


@given(st.text())
def test_no_text_raises(body: str) -> None:
    read_body(body)
    excerpt(body, "key")
