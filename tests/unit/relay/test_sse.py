import asyncio
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.relay import Close, Lines, Pause, Relay, Reset, WaitFor, Write, comment, sse
from tests.relay.sse import http_chunk
from tests.support import until
from tests.unit.relay.raw_client import RawClient

PATH = "/v1/completions"
FIRST = {"text": "日本"}
SECOND = {"text": "語"}


async def test_sends_one_event_a_chunk_and_done() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, sse(FIRST, comment(), "", b"junk", Lines("event: x", "data:1", "data:2")))
        answer = await client.post(PATH, {})
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.chunks == (
        'data: {"text":"日本"}\n\n'.encode(),
        b": PING\n\n",
        b"data: \n\n",
        b"junk",
        b"event: x\ndata:1\ndata:2\n\n",
        b"data: [DONE]\n\n",
    )


async def test_ends_lines_as_asked() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, [sse(comment(), line_ending="\r\n"), sse(comment(), done=False, line_ending="\r")])
        assert (await client.post(PATH, {})).body == b": PING\r\n\r\ndata: [DONE]\r\n\r\n"
        assert (await client.post(PATH, {})).body == b": PING\r\r"


async def test_cuts_inside_a_character_and_inside_crlf() -> None:
    whole = 'data: {"text":"日本"}\r\n\r\ndata: {"text":"語"}\r\n\r\n'.encode()
    cuts = [whole.index("本".encode()) + 1, whole.index(b"\r\n") + 1, whole.index("語".encode()) + 2]
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, sse(FIRST, SECOND, done=False, chunking=cuts, line_ending="\r\n"))
        answer = await client.post(PATH, {})
    edges = [0, *cuts, len(whole)]
    assert answer.chunks == tuple(whole[left:right] for left, right in pairwise(edges))
    assert answer.chunks[1].startswith(b"\x9c")
    assert answer.chunks[2].startswith(b"\n\r\n")


@pytest.mark.parametrize(("chunking", "size"), [("bytes", 1), (1, 1), (7, 7), (10_000, 10_000)])
async def test_cuts_into_chunks_of_a_size(chunking: str | int, size: int) -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, sse(FIRST, SECOND, done=False, chunking=chunking))
        answer = await client.post(PATH, {})
    assert answer.body == 'data: {"text":"日本"}\n\ndata: {"text":"語"}\n\n'.encode()
    assert {len(chunk) for chunk in answer.chunks[:-1]} <= {size}
    assert len(answer.chunks[-1]) <= size


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text()), st.lists(st.integers(0, 200)), st.integers(1, 20) | st.none())
def test_no_cut_changes_what_is_said(texts: list[str], cuts: list[int], segment: int | None) -> None:
    written = b"".join(
        step.data
        for step in sse(*texts, Pause(0), *texts, chunking=cuts, segment=segment).steps
        if isinstance(step, Write)
    )
    _, _, body = written.partition(b"\r\n\r\n")
    said = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        said += rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]
    expected = "".join(f"data: {text}\n\n" for text in [*texts, *texts, "[DONE]"])
    assert said == expected.encode()


async def test_a_step_happens_at_its_place() -> None:
    gate = asyncio.Event()
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, sse(FIRST, WaitFor(gate), SECOND, chunking=10_000))
        await client.send_post(PATH, {})
        await client.read_until('本"}\n\n\r\n'.encode())
        assert relay.answering
        gate.set()
        assert await client.read_until(b"0\r\n\r\n") == http_chunk(
            'data: {"text":"語"}\n\ndata: [DONE]\n\n'.encode()
        ) + http_chunk(b"")
        await until(lambda: not relay.answering)


async def test_a_step_that_ends_the_connection_ends_the_answer() -> None:
    async with Relay() as relay, RawClient(relay) as first, RawClient(relay) as second:
        relay.on("POST", PATH, [sse(FIRST, Close(), SECOND), sse(FIRST, Pause(0.02), Reset())])
        await first.send_post(PATH, {})
        assert (await first.rest()).endswith('本"}\n\n\r\n'.encode())
        await second.send_post(PATH, {})
        await second.read_until('本"}\n\n\r\n'.encode())
        with pytest.raises(ConnectionResetError):
            await second.rest()


async def test_a_body_may_end_with_the_connection() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, sse(FIRST, done=False, is_chunked=False))
        answer = await client.post(PATH, {})
    assert answer.headers["connection"] == "close"
    assert json.loads(answer.body.removeprefix(b"data: ")) == FIRST


async def test_segments_cut_the_framing_too() -> None:
    answer = sse(FIRST, segment=1)
    assert {len(step.data) for step in answer.steps[1:] if isinstance(step, Write)} == {1}
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, answer)
        assert (await client.post(PATH, {})).chunks[0] == 'data: {"text":"日本"}\n\n'.encode()
