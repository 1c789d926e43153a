"""Streams and connections that go wrong or go slowly, apart from what is said in them."""

import gzip
import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from tests.relay.answers import Answer, body_answer, break_off, hang_up, head, html_answer
from tests.relay.completions import choice, chunk, completion
from tests.relay.sse import Event, comment, sse
from tests.relay.steps import Close, Pause, Reset, Stall, Step, Write

_BREATH = Pause(0.05)
"""Long enough for a client to read what went before; only a reset can overtake it."""

HALF: tuple[Event, ...] = (chunk("Hel"), chunk("lo"))
"""What arrives before the trouble: "Hello", without an end."""

reset_in_mid_stream = sse(*HALF, _BREATH, Reset())
closed_in_mid_stream = sse(*HALF, Close())
"""The chunked body has no end."""
stall_in_mid_stream = sse(*HALF, Stall())
stall_inside_an_event = sse(*HALF, b'data: {"choices":[{"index":0,"te', Stall())
stall_after_head = sse(Stall())
closed_inside_an_event = sse(*HALF, b'data: {"choices":[{"index":0,"te', done=False, is_chunked=False)
"""The body ends in order in the middle of an event."""
json_cut_short = Answer(
    (Write(head(200, {"Content-Type": "application/json", "Content-Length": "1000"}) + b'{"choices":[{"te'), Close())
)
"""Fewer bytes than announced."""
not_http = Answer((Write(b"220 mail.example ESMTP\r\n"), Close()))
one_event_not_json = sse(*HALF, "not JSON", chunk("!", finish_reason="stop"))
three_events_not_json = sse(*HALF, "not JSON", "neither", "{", chunk("!", finish_reason="stop"))
"""Three in a row are a fault of the protocol (protocol 4.3)."""
page_with_200 = html_answer(200, "Welcome")
page_with_502 = html_answer(502, "502 Bad Gateway")
page_with_524 = html_answer(524, "relay.example | 524: A timeout occurred")
page_as_event_stream = html_answer(200, "Welcome", {"Content-Type": "text/event-stream"})
nothing_as_event_stream = sse(done=False)
only_done = sse()

BEFORE_ANY_ANSWER: Mapping[str, Answer] = MappingProxyType(
    {"closed": hang_up(), "reset": break_off(), "not HTTP": not_http}
)
"""Connections that end before anything has been answered."""

IN_MID_STREAM: Mapping[str, Answer] = MappingProxyType(
    {"reset": reset_in_mid_stream, "closed": closed_in_mid_stream, "closed inside an event": closed_inside_an_event}
)
"""Streams that say "Hello" and break off: the text is to be kept, and nothing retried (Q26, Q27)."""


def drip(texts: Iterable[str], rate: float) -> Answer:
    """Stream the texts, at most so many a second, and end in order."""
    events: list[Event] = []
    for text in texts:
        events += [chunk(text), Pause(1 / rate)]
    return sse(*events, chunk("", finish_reason="stop"))


def pings_between(texts: Iterable[str], *, pings: int, pause: float) -> Answer:
    """Stream the texts with so many comment lines before each, a pause of so many seconds before each comment."""
    events: list[Event] = []
    for text in texts:
        events += [event for _ in range(pings) for event in (Pause(pause), comment())]
        events.append(chunk(text))
    return sse(*events, chunk("", finish_reason="stop"))


def long_line(size: int) -> Answer:
    """Stream one event whose text has so many characters (protocol 4.2 rule 6)."""
    return sse(chunk("x" * size, finish_reason="stop"), chunking=65_536)


def compressed(content: Any) -> Answer:
    """Answer with JSON that is compressed (protocol 2)."""
    body = gzip.compress(json.dumps(content).encode())
    return body_answer(body, "application/json", headers={"Content-Encoding": "gzip"})


def after_steps(*steps: Step) -> Answer:
    """Answer with a short completion, once the steps have been taken."""
    return sse(chunk(" red", finish_reason="stop")).after(*steps)


def many_candidates(count: int, words: int) -> Answer:
    """Stream so many candidates of so many words each, interleaved; word 3 of candidate 1 is " 1.3"."""
    events: list[Event] = [
        chunk(f" {index}.{word}", index, "length" if word == words - 1 else None)
        for word in range(words)
        for index in range(count)
    ]
    return sse(*events)


whole_without_finish_reason = body_answer(json.dumps(completion(choice("Hello"))).encode(), "application/json")
"""Not streamed, and with no word on why it ended (Q13)."""
