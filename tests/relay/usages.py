"""Streams with usage in every place where it arrives, or does not (Q17)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tests.relay.answers import Answer, json_answer
from tests.relay.completions import NO_USAGE, choice, chunk, completion, usage, usage_chunk
from tests.relay.recorded import recorded
from tests.relay.sse import sse


class Counted(NamedTuple):
    """An answer with the prompt's and the completion's count that it reports, None where a client must estimate."""

    answer: Answer
    counts: tuple[int, int] | None


USAGES: Mapping[str, Counted] = MappingProxyType(
    {
        "absent": Counted(sse(chunk(" red"), chunk(" and blue", finish_reason="stop")), None),
        "null": Counted(sse(chunk(" red", usage=None), chunk(" and blue", finish_reason="stop", usage=None)), None),
        "zeros in every chunk": Counted(
            sse(chunk(" red", usage=NO_USAGE), chunk(" and blue", finish_reason="stop", usage=NO_USAGE)), None
        ),
        "zeros behind the real one": Counted(
            sse(chunk(" red"), chunk("", finish_reason="stop", usage=usage(5, 3)), usage_chunk(0, 0)), (5, 3)
        ),
        "a chunk without choices": Counted(
            sse(
                chunk(" red", usage=None),
                chunk(" and blue", finish_reason="stop", usage=None),
                usage_chunk(5, 3),
            ),
            (5, 3),
        ),
        "without a list of choices": Counted(
            sse(chunk(" red"), chunk("", finish_reason="stop"), {"usage": usage(5, 3)}), (5, 3)
        ),
        "the last text chunk": Counted(
            sse(chunk(" red"), chunk(" and blue", finish_reason="stop", usage=usage(5, 3))), (5, 3)
        ),
        "growing in every chunk": Counted(
            sse(
                chunk(" red", usage=usage(5, 1)),
                chunk(" and", usage=usage(5, 2)),
                chunk(" blue", finish_reason="stop", usage=usage(5, 3)),
            ),
            (5, 3),
        ),
        "called a chat chunk": Counted(
            sse(
                chunk(" red"),
                chunk("", finish_reason="stop"),
                completion(id="", object="chat.completion.chunk", usage=usage(5, 3)),
            ),
            (5, 3),
        ),
        "not streamed": Counted(
            json_answer(completion(choice(" red", finish_reason="stop"), usage=usage(5, 3))), (5, 3)
        ),
        "not streamed and absent": Counted(json_answer(completion(choice(" red", finish_reason="stop"))), None),
        "llama.cpp": Counted(recorded("llama-stream"), (5, 8)),
        "LiteLLM, zeros": Counted(recorded("litellm-stream"), None),
        "LiteLLM, asked for": Counted(recorded("litellm-stream-usage"), (5, 5)),
    }
)
"""Every place of usage, with what it says."""
