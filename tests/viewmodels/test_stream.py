"""Streamed text goes out at once, then at most once a frame, and none of it is lost, doubled or out of order."""

import asyncio
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from app.domain.tokens import Token
from app.viewmodels.stream import FRAME_MS, StreamBuffer
from tests.support import until


class Reader:
    """Read what a buffer hands on, with the moments."""

    def __init__(self, buffer: StreamBuffer) -> None:
        self.texts: dict[int, str] = {}
        self.tokens: dict[int, list[Token]] = {}
        self.moments: list[float] = []
        buffer.flushed.connect(self._on_flushed)
        buffer.tokens_flushed.connect(self._on_tokens_flushed)

    def _on_flushed(self, index: int, text: str) -> None:
        self.moments.append(time.perf_counter())
        self.texts[index] = self.texts.get(index, "") + text

    def _on_tokens_flushed(self, index: int, tokens: list[Token]) -> None:
        gathered = self.tokens.setdefault(index, [])
        gathered.extend(tokens)
        assert len("".join(token.text for token in gathered)) <= len(self.texts.get(index, "")), "before their text"


# At the beginning of a text Qt takes these two for a byte order mark.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\ufffe")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 3), st.text(characters, max_size=5)),
        st.tuples(st.just("token"), st.integers(0, 3), st.text(characters, min_size=1, max_size=3)),
        st.tuples(st.just("flush"), st.none(), st.none()),
    ),
    max_size=40,
)


@given(steps=steps)
def test_everything_that_was_added_comes_out_in_order(
    qapp: QApplication, steps: list[tuple[str, int | None, str | None]]
) -> None:
    buffer = StreamBuffer()
    reader = Reader(buffer)
    texts: dict[int, str] = {}
    tokens: dict[int, list[Token]] = {}
    for step, index, text in steps:
        if index is None or text is None:
            buffer.flush()
            continue
        buffer.add(index, text)
        texts[index] = texts.get(index, "") + text
        if step == "token":
            token = Token(text, -0.5)
            buffer.add_tokens(index, [token])
            tokens.setdefault(index, []).append(token)
    buffer.flush()
    assert reader.texts == texts
    assert reader.tokens == tokens
    assert all(given is got for index in tokens for given, got in zip(tokens[index], reader.tokens[index], strict=True))


def test_the_first_piece_comes_out_at_once(qapp: QApplication) -> None:
    buffer = StreamBuffer()
    reader = Reader(buffer)
    buffer.add(0, "Once")
    assert reader.texts == {0: "Once"}
    buffer.add(0, " upon")
    assert reader.texts == {0: "Once"}, "the second waits for the next frame"


async def test_later_pieces_come_out_by_themselves_and_at_most_once_a_frame() -> None:
    buffer = StreamBuffer()
    reader = Reader(buffer)
    expected = ""
    begun = time.perf_counter()
    while time.perf_counter() - begun < 0.2:
        buffer.add(0, "word ")
        expected += "word "
        await asyncio.sleep(0.001)
    await until(lambda: reader.texts[0] == expected)
    gaps = [later - earlier for earlier, later in pairwise(reader.moments)]
    assert len(gaps) > 3, "text was shown while it streamed"
    assert min(gaps) * 1000 > FRAME_MS * 0.9


async def test_after_a_pause_a_piece_comes_out_at_once_again() -> None:
    buffer = StreamBuffer()
    reader = Reader(buffer)
    buffer.add(0, "a")
    buffer.add(0, "b")
    await until(lambda: reader.texts[0] == "ab")
    await asyncio.sleep(FRAME_MS * 5 / 1000)  # long enough for the frame behind the last text to pass
    buffer.add(0, "c")
    assert reader.texts[0] == "abc"


async def test_drawing_that_is_slow_takes_at_most_a_fraction_of_the_time() -> None:
    buffer = StreamBuffer()
    reader = Reader(buffer)
    slow = 0.03

    def draw(_index: int, _text: str) -> None:
        end = time.perf_counter() + slow
        while time.perf_counter() < end:
            pass

    buffer.flushed.connect(draw)
    for number in range(40):
        buffer.add(0, f"{number} ")
        await asyncio.sleep(0.01)
    buffer.flush()
    assert reader.texts[0] == "".join(f"{number} " for number in range(40))
    gaps = [later - earlier for earlier, later in pairwise(reader.moments[:-1])]
    assert gaps
    assert min(gaps) > slow * 3


@pytest.mark.parametrize("is_waiting", [False, True])
async def test_what_was_cleared_never_comes_out(is_waiting: bool) -> None:
    buffer = StreamBuffer()
    reader = Reader(buffer)
    buffer.add(0, "shown")
    if is_waiting:
        buffer.add(0, " dropped")
        buffer.add_tokens(0, [Token(" dropped", None)])
    buffer.clear()
    await asyncio.sleep(FRAME_MS * 3 / 1000)
    assert reader.texts == {0: "shown"}
    buffer.add(0, " new")
    assert reader.texts == {0: "shown new"}, "the next piece comes at once"
    assert reader.tokens == {}
