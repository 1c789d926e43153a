"""The cases of protocol 16 that concern completions, each under its number: 1 to 19, 41 and 42.

Constants are answers; functions take what a case needs. What a case must lead to is for the tests of the client to say.
"""

import re
from collections.abc import Sequence
from typing import Any

from tests.relay.answers import Answer, empty_answer, html_answer, json_answer, redirect
from tests.relay.completions import Json, choice, chunk, completion, message_choice, usage, usage_chunk
from tests.relay.errors import REFUSALS, REQUEST_ID, UPSTREAM_FAILED, openai_error, relay_error_with_code
from tests.relay.models import MODEL_LIST_FAILURES, MODEL_LISTS
from tests.relay.received import Received
from tests.relay.server import Relay
from tests.relay.sse import Event, comment, event_bytes, sse

TEXT = " red and blue"
"""What most of the complete answers here say."""

CUT_TEXT = "日本語 naïve 🌊\n"
"""What the answers of case 3 say: characters of two, three and four bytes."""

HELLO: tuple[Json, ...] = (chunk("Hel"), chunk("lo"))
"""Two chunks that say "Hello", without an end."""

OK = sse(chunk(" red"), chunk(" and blue", finish_reason="stop"), usage_chunk(5, 3))
"""A stream with nothing odd about it, as the answer to a second try."""

OK_WHOLE = json_answer(completion(choice(TEXT, finish_reason="stop"), usage=usage(5, 3)))
"""The same, not streamed."""

case_01_text_in_array = OK_WHOLE
case_01_text_in_array_streamed = OK

case_02_message_in_object = json_answer(
    completion(usage=usage(5, 3))
    | {"choices": {"message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}}
)
case_02_message_in_array = json_answer(completion(message_choice(TEXT), usage=usage(5, 3)))
case_02_message_streamed = sse(
    completion(message_choice(" red", finish_reason=None, part="delta")),
    completion(message_choice(" and blue", part="delta")),
)

_CUT_EVENTS = (chunk(CUT_TEXT), chunk("", finish_reason="stop"))


def case_03_cut_inside_character(byte: int = 1, character: str = "🌊") -> Answer:
    """Cut after so many bytes of a character of CUT_TEXT."""
    at = event_bytes(_CUT_EVENTS[0]).index(character.encode()) + byte
    return sse(*_CUT_EVENTS, chunking=[at])


def case_03_cut_inside_crlf() -> Answer:
    """Cut between CR and LF of the first line end, and of the blank line behind it."""
    end = len(event_bytes(_CUT_EVENTS[0], "\r\n"))
    return sse(*_CUT_EVENTS, chunking=[end - 3, end - 1], line_ending="\r\n")


def case_03_cut_everywhere(line_ending: str = "\n") -> Answer:
    """Cut after every byte."""
    return sse(*_CUT_EVENTS, chunking="bytes", line_ending=line_ending)


def case_03_framing_cut_everywhere() -> Answer:
    """Send every byte of the stream, HTTP's own framing included, by itself."""
    return sse(*_CUT_EVENTS, segment=1)


case_04_pings_empty_data_usage_and_junk = sse(
    comment(),
    chunk(" red"),
    "",
    comment("OPENROUTER PROCESSING"),
    b"\n\n",
    chunk(" and blue", finish_reason="stop"),
    usage_chunk(5, 3),
    "[DONE]",
    chunk(" JUNK"),
    b"data: trailing junk",
    done=False,
)

case_05_no_done_but_finish_reason = sse(chunk(" red"), chunk(" and blue", finish_reason="stop"), done=False)
case_05_last_event_unterminated = sse(
    chunk(" red"), event_bytes(chunk(" and blue", finish_reason="stop")).rstrip(), done=False
)
"""The stream stops right behind the JSON, without the line's end (protocol 4.2 rule 5)."""
case_05_ended_by_the_connection = sse(
    chunk(" red"), chunk(" and blue", finish_reason="stop"), done=False, is_chunked=False
)

case_06_done_without_finish_reason = sse(*HELLO)
case_06_neither_done_nor_finish_reason = sse(*HELLO, done=False)

case_07_error_after_two_chunks = sse(*HELLO, UPSTREAM_FAILED, done=False)
case_07_error_after_two_chunks_and_done = sse(*HELLO, UPSTREAM_FAILED)
case_07_error_as_the_first_chunk = sse(UPSTREAM_FAILED, done=False)

case_08_json_instead_of_stream = OK_WHOLE
case_08_error_as_json_instead_of_stream = json_answer(openai_error("The server had an error", "server_error"))
case_08_stream_instead_of_json = OK
"""The reverse, as new-api does: decide by content type, not by what was asked (protocol 4.1)."""


def case_09_interleaved(texts: Sequence[str] = (" red and blue", " green"), **fields: Any) -> Answer:
    """Stream candidates a word at a time, in turn and starting with the last, each with its own end (Q16)."""
    words = [re.findall(r"\s*\S+|\s+", text) for text in texts]
    events: list[Event] = []
    for turn in range(max(map(len, words))):
        for index in reversed(range(len(texts))):
            if turn < len(words[index]):
                last = turn == len(words[index]) - 1
                events.append(chunk(words[index][turn], index, "stop" if last else None, **fields))
    return sse(*events)


case_09_two_candidates_whole = json_answer(
    completion(choice(" green", 1, "stop"), choice(" red and blue", 0, "length"), usage=usage(5, 4))
)
"""Not streamed, and not in the order of their indices (protocol 5.4)."""


def case_10_refuse_integer_logprobs(received: Received) -> Answer:
    """Refuse a number as `logprobs` as one-api and new-api do; accept it absent, null or boolean (protocol 5.3, Q4)."""
    logprobs = received.json.get("logprobs")
    if isinstance(logprobs, int) and not isinstance(logprobs, bool):
        return relay_error_with_code(
            "json: cannot unmarshal number into Go struct field GeneralOpenAIRequest.logprobs of type bool",
            400,
            "invalid_text_request",
        )
    return OK if received.json.get("stream") else OK_WHOLE


def case_11_refuse_stream_options(received: Received) -> Answer:
    """Refuse any `stream_options`, naming it; accept without (Q3)."""
    if "stream_options" in received.json:
        return json_answer(openai_error("Unknown field: stream_options", param="stream_options"), 400)
    return OK if received.json.get("stream") else OK_WHOLE


def case_11_refuse_stream_options_422(received: Received) -> Answer:
    """Refuse them as Python servers do (E9)."""
    if "stream_options" in received.json:
        problem = {
            "loc": ["body", "stream_options"],
            "msg": "Extra inputs are not permitted",
            "type": "extra_forbidden",
        }
        return json_answer({"detail": [problem]}, 422)
    return OK if received.json.get("stream") else OK_WHOLE


case_12_invalid_key = REFUSALS["invalid key"][0]
case_12_key_used_up = REFUSALS["key used up"][0]
case_13_account_used_up = REFUSALS["account used up"][0]

case_14_rate_limit_empty = empty_answer(429)
case_14_retry_after_3 = json_answer(openai_error("Slow down", "rate_limit"), 429, {"Retry-After": "3"})
case_14_retry_after_600 = json_answer(openai_error("Slow down", "rate_limit"), 429, {"Retry-After": "600"})
case_14_retry_after_50_ms = json_answer(
    openai_error("Slow down", "rate_limit"), 429, {"retry-after-ms": "50", "Retry-After": "30"}
)
case_14_should_not_retry = empty_answer(429, {"x-should-retry": "false"})
case_14_should_retry = json_answer(
    openai_error("Try that again"), 400, {"x-should-retry": "true", "retry-after-ms": "10"}
)

case_15_no_channel = REFUSALS["no channel"][0]

case_16_too_large = html_answer(413, "413 Request Entity Too Large")
case_16_bad_gateway = html_answer(502, "502 Bad Gateway")
case_16_gateway_timeout = html_answer(504, "504 Gateway Time-out")
case_16_origin_silent = html_answer(524, "relay.example | 524: A timeout occurred")

case_17_home_page = html_answer(200, "New API", {"X-Oneapi-Request-Id": REQUEST_ID})
case_17_page_as_json = html_answer(200, "New API", {"Content-Type": "application/json"})
"""A page that claims to be JSON: a body that starts with `<` is none (protocol 2)."""

case_18_error_with_200 = MODEL_LIST_FAILURES["an error with 200"]

case_19_models_of_openai = MODEL_LISTS["OpenAI"][0]
case_19_models_of_new_api = MODEL_LISTS["new-api"][0]
case_19_models_bare = MODEL_LISTS["Together"][0]
case_19_success_false = MODEL_LIST_FAILURES["success false"]
case_19_not_found = MODEL_LIST_FAILURES["not found"]


def case_41_pasted_addresses(relay: Relay) -> list[str]:
    """Return the ways in which people paste the address of a relay; all mean the same (Q10, protocol 1)."""
    ends = ("", "/", "/v1", "/v1/", "/v1/completions", "/v1/completions/", "/v1/chat/completions")
    return [*(relay.origin + end for end in ends), f"  {relay.base_url}/ \n", relay.origin.upper()]


case_41_pasted_keys = ("sk-test", " sk-test ", "sk-test\n", "sk-te\nst", "\u3000sk-test\r\n")
"""The ways in which people paste the key `sk-test` (protocol 2)."""


def case_42_redirect_to(
    other: Relay, path: str = "/v1/completions", *, status: int = 307, host: str = "localhost"
) -> Answer:
    """Send the client to a host of another name, which must never see the key (protocol 2)."""
    return redirect(f"http://{host}:{other.port}{path}", status)


def case_42_redirect_on_the_same_host(path: str, status: int = 307) -> Answer:
    """Send the client to another path of the same relay."""
    return redirect(path, status)
