"""Answers read into events, without a socket."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import errors
from app.api.completion_reading import CompletionReader
from app.api.errors import ApiError
from app.api.sse import ServerSentEvent, SseDecoder
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    CompletionRequest,
    GenerationEvent,
    Started,
    StopReason,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.parameters import SamplingParameters
from tests.relay import choice, chunk, completion, recorded, usage, usage_chunk
from tests.relay.completions import NO_USAGE, message_choice
from tests.relay.logprobs import PARIS, content, legacy

PROMPT = "The capital of France is"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.text()
        | st.sampled_from(
            ["choices", "text", "index", "finish_reason", "logprobs", "usage", "prompt_tokens", "completion_tokens",
             "message", "delta", "content", "model", "id", "error", "stop_reason", "tokens", "token_logprobs"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


def reader_for(prompt: str = PROMPT, **parameters: Any) -> CompletionReader:
    return CompletionReader(CompletionRequest("m", prompt, SamplingParameters(**parameters)))


def sse(*contents: object) -> list[ServerSentEvent]:
    texts = (item if isinstance(item, str) else json.dumps(item) for item in contents)
    return [ServerSentEvent(text) for text in texts]


def read(*contents: object, **parameters: Any) -> list[GenerationEvent]:
    reader = reader_for(**parameters)
    return [*(event for one in sse(*contents) for event in reader.feed([one])), *reader.finish()]


def texts(events: Iterable[GenerationEvent]) -> dict[int, str]:
    found: dict[int, str] = {}
    for event in events:
        if isinstance(event, TextArrived):
            found[event.index] = found.get(event.index, "") + event.text
    return found


def ends(events: Iterable[GenerationEvent]) -> list[CandidateFinished]:
    return [event for event in events if isinstance(event, CandidateFinished)]


def usages(events: Iterable[GenerationEvent]) -> list[Usage]:
    return [event.usage for event in events if isinstance(event, UsageReported)]


def test_a_stream_starts_once_then_text_then_the_end() -> None:
    assert read(chunk(" red", system_fingerprint="fp"), chunk(" and blue", finish_reason="stop"), "[DONE]") == [
        Started("gpt-3.5-turbo-instruct", "cmpl-1", "fp"),
        TextArrived(0, " red"),
        TextArrived(0, " and blue"),
        CandidateFinished(0, StopReason.NATURAL_END),
    ]


def test_the_request_id_of_the_header_comes_before_the_id_of_the_body() -> None:
    reader = CompletionReader(CompletionRequest("m", PROMPT), request_id="2025abc")
    assert reader.feed(sse(chunk("a")))[0] == Started("gpt-3.5-turbo-instruct", "2025abc")


def test_a_frame_that_says_nothing_is_not_the_start() -> None:
    events = read({"id": "", "model": "", "choices": []}, chunk("a", finish_reason="stop"))
    assert events[0] == Started("gpt-3.5-turbo-instruct", "cmpl-1")


def test_text_that_came_together_is_one_event_for_each_candidate() -> None:
    together = sse(chunk("a", 0), chunk("x", 1), chunk("b", 0), chunk("y", 1, "stop"), chunk("c", 0))
    assert reader_for(n=2).feed(together)[1:] == [
        TextArrived(0, "abc"),
        TextArrived(1, "xy"),
        CandidateFinished(1, StopReason.NATURAL_END),
    ]


@pytest.mark.parametrize(
    ("reason", "fields", "stop", "expected"),
    [
        ("stop", {}, (), (StopReason.NATURAL_END, "")),
        ("stop", {}, ("\n",), (StopReason.STOP, "")),
        ("stop", {"stop_reason": None}, ("\n",), (StopReason.STOP, "")),
        ("stop", {"stop_reason": "\n"}, ("\n",), (StopReason.STOP_SEQUENCE, "\n")),
        ("stop", {"stopping_word": "END"}, ("END",), (StopReason.STOP_SEQUENCE, "END")),
        ("stop", {"matched_stop": "END"}, ("END",), (StopReason.STOP_SEQUENCE, "END")),
        ("stop", {"matched_stop": 2}, (), (StopReason.NATURAL_END, "")),
        ("stop", {"stop_reason": "end_turn"}, (), (StopReason.NATURAL_END, "")),
        ("stop", {"stop_reason": "stop"}, ("stop",), (StopReason.STOP_SEQUENCE, "stop")),
        ("length", {}, ("\n",), (StopReason.LENGTH, "")),
        ("content_filter", {}, (), (StopReason.FILTER, "")),
        ("eos_token", {}, (), (StopReason.OTHER, "eos_token")),
        (7, {}, (), (StopReason.OTHER, "7")),
    ],
)
def test_finish_reasons_become_stop_reasons(
    reason: object, fields: dict[str, object], stop: tuple[str, ...], expected: tuple[StopReason, str]
) -> None:
    ended = completion({**choice("a"), "finish_reason": reason, **fields})
    assert ends(read(ended, stop=stop)) == [CandidateFinished(0, *expected)]


def test_only_the_first_finish_reason_of_a_candidate_counts() -> None:
    events = read(chunk("a", finish_reason="length"), chunk("b"), chunk("", finish_reason="stop"))
    assert ends(events) == [CandidateFinished(0, StopReason.LENGTH)]
    assert texts(events) == {0: "ab"}


@pytest.mark.parametrize("last", [["[DONE]"], []], ids=["done", "nothing"])
def test_q13_a_missing_finish_reason_means_interrupted(last: list[str]) -> None:
    assert ends(read(chunk("a"), chunk("b"), *last)) == [CandidateFinished(0, StopReason.INTERRUPTED)]


def test_q13_every_candidate_needs_a_reason_of_its_own() -> None:
    events = read(chunk("a", 0, "stop"), chunk("b", 1), "[DONE]", n=2)
    assert ends(events) == [
        CandidateFinished(0, StopReason.NATURAL_END),
        CandidateFinished(1, StopReason.INTERRUPTED),
    ]


def test_q13_done_with_nothing_before_it_is_an_interrupted_candidate() -> None:
    assert read("[DONE]") == [CandidateFinished(0, StopReason.INTERRUPTED)]


def test_what_follows_done_is_ignored() -> None:
    reader = reader_for()
    events = reader.feed(sse(chunk("a", finish_reason="stop"), "[DONE]", chunk("junk")))
    assert texts(events) == {0: "a"}
    assert reader.has_ended


def test_q14_text_before_an_error_object_is_kept() -> None:
    reader = reader_for()
    failed = {"error": {"message": "upstream connection reset", "type": "upstream_error", "code": "stream_error"}}
    assert texts(reader.feed(sse(chunk("Hel"), chunk("lo"), failed, chunk("never")))) == {0: "Hello"}
    assert isinstance(reader.failure, errors.UpstreamError)
    assert reader.failure.message == "upstream connection reset"


def test_q14_an_event_called_error_is_one() -> None:
    reader = reader_for()
    reader.feed([ServerSentEvent('{"message":"overloaded","code":429}', "error")])
    assert isinstance(reader.failure, errors.RateLimitedError)


@pytest.mark.parametrize("odd", [[], None, 7, "x", [None, 3, "x"]])
def test_q15_choices_may_be_empty_or_odd(odd: object) -> None:
    events = read({"model": "m", "choices": odd}, chunk("a", finish_reason="stop"))
    assert texts(events) == {0: "a"}


def test_q16_candidates_are_told_by_index_and_not_by_id_or_order() -> None:
    events = read(
        chunk("x", 1, id="cmpl-1"),
        chunk("a", 0, id="cmpl-998"),
        chunk("y", 1, id="cmpl-1"),
        chunk("b", 0, "stop", id="cmpl-0"),
        chunk("", 1, "length"),
        n=2,
    )
    assert texts(events) == {0: "ab", 1: "xy"}
    assert ends(events) == [
        CandidateFinished(0, StopReason.NATURAL_END),
        CandidateFinished(1, StopReason.LENGTH),
    ]


@pytest.mark.parametrize("index", [None, "0", -1, 10**9, 1.5, True, []])
def test_q16_an_index_that_is_none_counts_as_the_position(index: object) -> None:
    first, second = {**choice("a"), "index": index}, {**choice("b"), "index": index}
    assert texts(read(completion(first, second), n=2)) == {0: "a", 1: "b"}


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ((chunk("a"), chunk("b", finish_reason="stop")), []),
        ((chunk("a", usage=None), chunk("b", usage=NO_USAGE)), []),
        ((chunk("a", usage=NO_USAGE), chunk("b", usage=usage(5, 2)), usage_chunk(0, 0)), [Usage(5, 2)]),
        ((chunk("a"), usage_chunk(5, 3)), [Usage(5, 3)]),
        ((chunk("a"), {"usage": usage(5, 3)}), [Usage(5, 3)]),
        ((chunk("a", usage=usage(5, 1)), chunk("b", usage=usage(5, 2))), [Usage(5, 1), Usage(5, 2)]),
        ((chunk("a", usage=usage(5, 1)), chunk("b", usage=usage(5, 1))), [Usage(5, 1)]),
        ((chunk("a", usage={"prompt_tokens": "5", "completion_tokens": True}), usage_chunk(5, 3)), [Usage(5, 3)]),
        ((chunk("a", usage=[5, 3]), chunk("b", usage="many")), []),
        ((chunk("a", usage={"prompt_tokens": -5, "completion_tokens": 3}),), [Usage(0, 3)]),
    ],
)  # fmt: skip
def test_q17_the_last_usage_that_says_something_wins(contents: tuple[object, ...], expected: list[Usage]) -> None:
    assert usages(read(*contents)) == expected


def test_q17_counts_that_ride_on_single_candidates_are_added_up() -> None:
    events = read(chunk("", 1, "length", usage=usage(5, 8)), chunk("", 0, "length", usage=usage(5, 7)), n=2)
    assert usages(events)[-1] == Usage(5, 15)


def test_q17_a_total_comes_before_the_counts_of_candidates() -> None:
    events = read(
        chunk("", 1, "length", usage=usage(5, 8)), usage_chunk(5, 16), chunk("", 0, "stop", usage=usage(5, 8)), n=2
    )
    assert usages(events) == [Usage(5, 8), Usage(5, 16)]


@pytest.mark.parametrize(
    "entry",
    [
        {"text": " red"},
        {"message": {"role": "assistant", "content": " red"}},
        {"delta": {"content": " red"}},
        {"delta": {"text": " red"}},
        {"text": "", "message": {"content": " red"}},
        {"text": None, "delta": {"content": " red"}},
        {"message": {"content": [{"type": "text", "text": " r"}, {"type": "text", "text": "ed"}]}},
    ],
)
def test_q18_text_is_found_wherever_it_stands(entry: dict[str, object]) -> None:
    assert texts(read({"choices": [entry]})) == {0: " red"}
    assert texts(read({"choices": entry})) == {0: " red"}


def test_q18_a_stream_in_chat_form_is_read() -> None:
    deltas = [message_choice(" red", finish_reason=None, part="delta"), message_choice(" blue", part="delta")]
    events = read(*(completion(delta) for delta in deltas))
    assert texts(events) == {0: " red blue"}
    assert ends(events) == [CandidateFinished(0, StopReason.NATURAL_END)]


def test_q19_tokens_follow_the_text_they_belong_to() -> None:
    reader = reader_for(logprobs=3)
    out = reader.feed(sse(*(chunk(token.text, logprobs=legacy(token)) for token in PARIS)))
    assert [type(event) for event in out] == [Started, TextArrived, TokensArrived]
    tokens = out[2]
    assert isinstance(tokens, TokensArrived)
    assert [token.text for token in tokens.tokens] == [" Paris", ".", "\n"]


def test_q19_probabilities_that_nobody_asked_for_are_left() -> None:
    events = read(chunk(" Paris", logprobs=content(PARIS[0])))
    assert not any(isinstance(event, TokensArrived) for event in events)


def test_q20_candidates_are_aligned_apart() -> None:
    events = read(
        chunk(" Paris", 0, logprobs=legacy(PARIS[0])),
        chunk(" Rome", 1, logprobs=legacy(PARIS[0])),
        chunk(".", 0, logprobs=legacy(PARIS[1])),
        n=2,
        logprobs=3,
    )
    assert [(event.index, event.tokens[0].text) for event in events if isinstance(event, TokensArrived)] == [
        (0, " Paris"),
        (0, "."),
    ]


def test_a_character_cut_into_two_json_halves_is_joined() -> None:
    halves = (r'{"choices":[{"text":"\ud83c","index":0}]}', r'{"choices":[{"text":"\udf0a!","index":0}]}')
    assert texts(read(*halves)) == {0: "🌊!"}
    assert texts(read(halves[0])) == {0: "�"}


@pytest.mark.parametrize(
    ("prompt", "counted", "is_suspected"),
    [
        ("Hi", 4, False),
        ("Hi", 10, True),
        (PROMPT, 5, False),
        (PROMPT, 31, True),
        ("", 1, False),
        ("", 22, True),
        ("你好", 6, False),
        ("你好", 30, True),
        ("x" * 3000, 4000, False),
    ],
)
def test_q30_more_prompt_tokens_than_the_prompt_can_have_means_a_template(
    prompt: str, counted: int, is_suspected: bool
) -> None:
    events = read(chunk("a"), usage_chunk(counted, 1), usage_chunk(counted, 2), prompt=prompt)
    found = [event for event in events if isinstance(event, Adjusted)]
    assert found == ([Adjusted(Adjustment.TEMPLATE_SUSPECTED, str(counted))] if is_suspected else [])


def test_q30_a_suffix_counts_as_prompt() -> None:
    events = read(chunk("a"), usage_chunk(14, 1), prompt="Hi", suffix="and that was all there was")
    assert not any(isinstance(event, Adjusted) for event in events)


def test_one_unreadable_event_is_ignored_and_three_in_a_row_are_not() -> None:
    reader = reader_for()
    assert texts(reader.feed(sse("{oops", "[1]", chunk("a"), "x", "y"))) == {0: "a"}
    assert reader.failure is None
    reader.feed(sse("z"))
    assert isinstance(reader.failure, errors.ProtocolError)
    assert reader.failure.detail == "z"


def test_an_answer_without_anything_in_it_cannot_be_read() -> None:
    with pytest.raises(errors.ProtocolError):
        read()


def test_a_whole_answer_is_read_like_a_stream() -> None:
    reader = reader_for(n=2)
    events = reader.read_whole(completion(choice("b", 1, "stop"), choice("a", 0, "length"), usage=usage(5, 4)))
    assert texts(events) == {0: "a", 1: "b"}
    assert len(ends(events)) == 2
    assert usages(events) == [Usage(5, 4)]
    assert reader.is_complete
    assert reader.finish() == []


@pytest.mark.parametrize(
    ("name", "text", "reason", "counts"),
    [
        ("llama-stream", " Paris.\n\nThe United States has", StopReason.LENGTH, Usage(5, 8)),
        ("llama-stream-usage", " Paris.\n\nThe United States has", StopReason.LENGTH, Usage(5, 8)),
        ("llama-unicode-stream", "ライラグロー", StopReason.LENGTH, Usage(24, 12)),
        ("litellm-stream", " Paris.\n\nThe", StopReason.LENGTH, None),
        ("litellm-stream-usage", " Paris.\n\nThe", StopReason.LENGTH, Usage(5, 5)),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_what_real_servers_streamed(name: str, text: str, reason: StopReason, counts: Usage | None, size: int) -> None:
    body, decoder, reader = recorded.body(name), SseDecoder(), reader_for()
    events = [
        event for at in range(0, len(body), size) for event in reader.feed(decoder.feed(body[at : at + size]))
    ] + reader.finish()
    assert texts(events) == {0: text}
    assert ends(events) == [CandidateFinished(0, reason)]
    assert usages(events)[-1:] == ([counts] if counts else [])


def test_what_llama_cpp_streamed_for_two_candidates() -> None:
    reader = reader_for(n=2)
    events = reader.feed(SseDecoder().feed(recorded.body("llama-two-candidates-stream"))) + reader.finish()
    assert texts(events) == {
        0: " the capital of the largest overseas territory of",
        1: " the capital of France, Paris is also",
    }
    assert usages(events)[-1] == Usage(5, 16)


def test_what_llama_cpp_streamed_with_probabilities() -> None:
    reader = reader_for(logprobs=3)
    events = reader.feed(SseDecoder().feed(recorded.body("llama-logprobs-stream"))) + reader.finish()
    (tokens,) = (event.tokens for event in events if isinstance(event, TokensArrived))
    assert [token.data for token in tokens] == [b" Paris", b".", b"\n"]


@given(st.lists(JSON, max_size=6), st.booleans())
def test_no_json_raises_anything_but_an_api_error(contents: list[object], with_logprobs: bool) -> None:
    reader = reader_for(logprobs=2 if with_logprobs else None, n=2)
    try:
        for event in reader.feed(sse(*contents)) + reader.finish():
            if isinstance(event, TextArrived):
                event.text.encode()
    except ApiError:
        pass
    for item in contents:
        if isinstance(item, dict):
            reader_for().read_whole(item)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_an_api_error(body: bytes) -> None:
    decoder, reader = SseDecoder(), reader_for()
    reader.feed([*decoder.feed(b"data: " + body), *decoder.finish()])
