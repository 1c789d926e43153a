"""A scripted relay on a real socket, which speaks the completions protocol and misbehaves on demand.

    async with Relay() as relay:
        relay.on("POST", "/v1/completions", sse(chunk("Hel"), chunk("lo", finish_reason="stop")))
        … point a client at relay.base_url, then look at relay.requests

Each module has one subject: connection, steps, received, answers, sse and server are the machinery; completions,
logprobs, errors and models are what goes over the wire; cases and habits are whole answers with a name;
completion_server is a relay that behaves.
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
