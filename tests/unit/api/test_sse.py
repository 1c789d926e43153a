"""The SSE decoder: byte-exact across any cut, and linear in the bytes."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.sse import ServerSentEvent, SseDecoder

SNIPPETS = st.sampled_from(
    [
        b"data: ", b"data:", b"data", b"event: error", b"event:", b"id: 7", b"retry: 5", b": PING", b":", b" ", b"x",
        b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n", b"data: a\n\n", b"data: [DONE]\n\n", b"\xef\xbb\xbf",
        "é漢😀".encode(), b"\xf0\x9f", b"\xff", b"\x00", b"data: one\n\ndata: two\n\n", b"data: one\n\n\n",
    ]
)  # fmt: skip
BODIES = st.lists(SNIPPETS | st.binary(max_size=3), max_size=40).map(b"".join)


def decode(*chunks: bytes) -> list[ServerSentEvent]:
    decoder = SseDecoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + decoder.finish()


def texts(*chunks: bytes) -> list[str]:
    return [event.data for event in decode(*chunks)]


def read_at_once(body: bytes) -> list[ServerSentEvent]:
    """Say what the event-stream rules make of a whole body, slowly and plainly."""
    lines = re.split(rb"\r\n|\r|\n", body)
    if lines[0].startswith(b"\xef\xbb\xbf"):
        lines[0] = lines[0][3:]
    events: list[ServerSentEvent] = []
    data: list[str] = []
    kind = ""
    for line in [*lines, b""]:
        field, _, value = line.partition(b":")
        text = (value[1:] if value[:1] == b" " else value).decode("utf-8", "replace")
        if line == b"":
            events += [ServerSentEvent("\n".join(data), kind)] if data else []
            data, kind = [], ""
        elif field == b"data":
            data.append(text)
        elif field == b"event":
            kind = text
    return events


@given(BODIES, st.lists(st.integers(0, 200), max_size=12))
def test_q12_any_cut_gives_the_same_events(body: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    assert decode(*(body[left:right] for left, right in pairwise(edges))) == read_at_once(body)


@given(BODIES)
def test_q12_byte_by_byte_gives_the_same_events(body: bytes) -> None:
    assert decode(*(body[at : at + 1] for at in range(len(body)))) == read_at_once(body)


@given(st.lists(SNIPPETS, max_size=30))
def test_q12_chunks_that_begin_and_end_like_events_give_the_same_events(chunks: list[bytes]) -> None:
    assert decode(*chunks) == read_at_once(b"".join(chunks))


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_q12_every_line_ending(end: bytes) -> None:
    assert texts(b"data: one" + end + b"data: two" + end + end + b"data: three" + end + end) == ["one\ntwo", "three"]


def test_q12_a_crlf_cut_in_two_ends_one_line() -> None:
    assert texts(b"data: one\r", b"\ndata: two\r", b"\n\r", b"\n") == ["one\ntwo"]


def test_case_3_a_character_cut_in_two_is_not_garbled() -> None:
    body = 'data: {"text":"漢字 😀"}\r\n\r\n'.encode()
    for cut in range(len(body)):
        assert texts(body[:cut], body[cut:]) == ['{"text":"漢字 😀"}']


def test_q12_data_with_and_without_a_space_and_only_one_space_goes() -> None:
    assert texts(b"data:a\n\ndata: b\n\ndata:  c\n\ndata\n\n") == ["a", "b", " c", ""]


def test_q12_comments_and_blank_keep_alives_are_no_events() -> None:
    assert texts(b": PING\n\n", b"\n\n", b":\n\n", b"data: a\n\n", b": OPENROUTER PROCESSING\n\n") == ["a"]


def test_q12_several_data_lines_make_one_event() -> None:
    assert texts(b'data: {"a":\ndata: 1}\n\n') == ['{"a":\n1}']


def test_the_type_of_an_event_is_kept_and_ends_with_it() -> None:
    assert decode(b"event: error\ndata: a\n\ndata: b\n\n") == [ServerSentEvent("a", "error"), ServerSentEvent("b")]


def test_a_byte_order_mark_goes_from_the_first_line_only() -> None:
    assert texts(b"\xef", b"\xbb\xbfdata: a\n\n", b"\xef\xbb\xbfdata: b\n\n") == ["a"]


@pytest.mark.parametrize("tail", [b"data: [DONE]", b"data: [DONE]\n", b"data: [DONE]\r"])
def test_q12_an_event_left_unterminated_counts_at_the_end(tail: bytes) -> None:
    assert texts(b"data: a\n\n", tail) == ["a", "[DONE]"]


def test_bytes_that_are_no_utf_8_are_replaced_in_their_line_only() -> None:
    assert texts(b"data: a\xffb\n\n", b"data: c\n\n") == ["a�b", "c"]


def test_an_event_of_ten_megabytes_in_small_pieces_takes_linear_time() -> None:
    body = b"data: " + b"x" * 10_000_000 + b"\n\n"
    decoder = SseDecoder()
    started = time.perf_counter()
    events = [event for at in range(0, len(body), 1400) for event in decoder.feed(body[at : at + 1400])]
    assert [len(event.data) for event in events] == [10_000_000]
    assert time.perf_counter() - started < 10  # a quadratic decoder copies 36 gigabytes
