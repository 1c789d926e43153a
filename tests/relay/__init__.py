"""A scripted relay on a real socket, which speaks the completions protocol and misbehaves on demand.

    async with Relay() as relay:
        relay.on("POST", "/v1/completions", sse(chunk("Hel"), chunk("lo", finish_reason="stop")))
        … point a client at relay.base_url, then look at relay.requests

Each module has one subject. The machinery: connection, steps, received, answers, sse, server, tls. What goes over the
wire: completions, logprobs, usages, errors, models, and recorded, with bytes of real servers. Whole answers that have a
name: cases (protocol 16), habits (of each back end), troubles (with the connection). A relay that behaves:
completion_server, also as a program, `python -m tests.relay`.
"""

from tests.relay.answers import (
    Answer,
    Answering,
    body_answer,
    break_off,
    empty_answer,
    hang_up,
    html_answer,
    json_answer,
    keep_silent,
    redirect,
    text_answer,
)
from tests.relay.completions import choice, chunk, completion, usage, usage_chunk
from tests.relay.received import Received
from tests.relay.server import Relay
from tests.relay.sse import DONE, Lines, comment, sse
from tests.relay.steps import Close, Pause, Reset, Stall, Step, WaitFor, Write

__all__ = [
    "DONE",
    "Answer",
    "Answering",
    "Close",
    "Lines",
    "Pause",
    "Received",
    "Relay",
    "Reset",
    "Stall",
    "Step",
    "WaitFor",
    "Write",
    "body_answer",
    "break_off",
    "choice",
    "chunk",
    "comment",
    "completion",
    "empty_answer",
    "hang_up",
    "html_answer",
    "json_answer",
    "keep_silent",
    "redirect",
    "sse",
    "text_answer",
    "usage",
    "usage_chunk",
]
