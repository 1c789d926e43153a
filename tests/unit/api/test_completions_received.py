"""Completions over a real socket: what comes back, in every shape, and what is made of it."""

import pytest

from app.api import errors
from app.domain.generation import (
    Adjustment,
    StopReason,
    Usage,
)
from tests.relay import (
    Close,
    Relay,
    cases,
    chunk,
    comment,
    habits,
    sse,
    troubles,
)
from tests.relay.errors import ENVELOPES, PROBLEM, WORDLESS
from tests.relay.logprobs import MISALIGNED, PARIS, SHAPES, SILENT_SHAPES
from tests.relay.usages import USAGES
from tests.unit.api.client import clients, complete, gather

PATH = "/v1/completions"


@pytest.mark.parametrize("line_ending", ["\n", "\r", "\r\n"])
async def test_q12_case_3_a_stream_cut_after_every_byte_is_not_garbled(line_ending: str) -> None:
    assert (await complete(cases.case_03_cut_everywhere(line_ending))).text == cases.CUT_TEXT


@pytest.mark.parametrize("byte", [1, 2, 3])
async def test_case_3_a_stream_cut_inside_a_character_is_not_garbled(byte: int) -> None:
    assert (await complete(cases.case_03_cut_inside_character(byte))).text == cases.CUT_TEXT


async def test_case_3_cuts_inside_crlf_and_inside_http_framing_change_nothing() -> None:
    assert (await complete(cases.case_03_cut_inside_crlf())).text == cases.CUT_TEXT
    assert (await complete(cases.case_03_framing_cut_everywhere())).text == cases.CUT_TEXT


async def test_q12_an_event_of_two_megabytes_is_read() -> None:
    assert len((await complete(troubles.long_line(2_000_000))).text) == 2_000_000


async def test_q12_case_4_pings_empty_data_usage_and_junk_behind_done() -> None:
    found = await complete(cases.case_04_pings_empty_data_usage_and_junk)
    assert (found.text, found.usage, found.error) == (cases.TEXT, Usage(5, 3), None)
    assert found.reasons == {0: StopReason.NATURAL_END}


@pytest.mark.parametrize(
    "answer",
    [
        cases.case_05_no_done_but_finish_reason,
        cases.case_05_last_event_unterminated,
        cases.case_05_ended_by_the_connection,
        habits.no_space_after_the_colon,
        habits.openrouter_comments,
    ],
)
async def test_q12_case_5_a_stream_without_done_is_complete(answer: object) -> None:
    found = await complete(answer)  # type: ignore[arg-type]
    assert (found.text, found.reasons, found.error) == (cases.TEXT, {0: StopReason.NATURAL_END}, None)


async def test_case_5_a_break_behind_the_last_finish_reason_harms_nothing() -> None:
    found = await complete(sse(chunk("a", finish_reason="stop"), Close()))
    assert (found.text, found.reasons, found.error) == ("a", {0: StopReason.NATURAL_END}, None)


@pytest.mark.parametrize(
    "answer",
    [
        cases.case_06_done_without_finish_reason,
        cases.case_06_neither_done_nor_finish_reason,
        troubles.closed_inside_an_event,
    ],
)
async def test_q13_case_6_no_finish_reason_means_interrupted(answer: object) -> None:
    found = await complete(answer)  # type: ignore[arg-type]
    assert (found.text, found.reasons, found.error) == ("Hello", {0: StopReason.INTERRUPTED}, None)


async def test_q13_a_whole_answer_without_a_finish_reason_is_interrupted_too() -> None:
    found = await complete(troubles.whole_without_finish_reason, stream=False)
    assert (found.text, found.reasons) == ("Hello", {0: StopReason.INTERRUPTED})


async def test_q13_done_and_nothing_else() -> None:
    assert (await complete(troubles.only_done)).reasons == {0: StopReason.INTERRUPTED}


@pytest.mark.parametrize(
    "answer", [cases.case_07_error_after_two_chunks, cases.case_07_error_after_two_chunks_and_done]
)
async def test_q14_case_7_an_error_in_mid_stream_keeps_the_text_and_is_not_retried(answer: object) -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, answer)  # type: ignore[arg-type]
        found = await gather(client, relay.base_url)
        assert len(relay.requests) == 1
    assert found.text == "Hello"
    assert isinstance(found.error, errors.UpstreamError)
    assert found.error.message == "upstream connection reset"
    assert found.reasons == {}


@pytest.mark.parametrize(
    "answer",
    [habits.vllm_error_in_stream, habits.vllm_wrapped_error_in_stream, habits.openrouter_error_in_stream],
)
async def test_q14_errors_in_every_shape_of_stream(answer: object) -> None:
    found = await complete(answer)  # type: ignore[arg-type]
    assert found.text == " red"
    assert isinstance(found.error, errors.UpstreamError)
    assert found.error.message


async def test_q14_an_error_as_the_first_event_is_not_retried() -> None:
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", PATH, cases.case_07_error_as_the_first_chunk)
        found = await gather(client, relay.base_url)
        assert len(relay.requests) == 1
    assert isinstance(found.error, errors.UpstreamError)
    assert found.events == []


async def test_q15_frames_without_choices_are_passed_over() -> None:
    found = await complete(habits.azure_frames_without_choices)
    assert (found.text, found.error) == (cases.TEXT, None)


async def test_q16_case_9_interleaved_candidates_are_told_apart() -> None:
    found = await complete(cases.case_09_interleaved(), n=2)
    assert found.texts == {0: " red and blue", 1: " green"}
    whole = await complete(cases.case_09_two_candidates_whole, n=2, stream=False)
    assert whole.texts == {0: " red and blue", 1: " green"}
    assert whole.reasons == {0: StopReason.LENGTH, 1: StopReason.NATURAL_END}


async def test_q16_eight_candidates_of_many_words() -> None:
    found = await complete(troubles.many_candidates(8, 20), n=8)
    assert found.texts == {index: "".join(f" {index}.{word}" for word in range(20)) for index in range(8)}


@pytest.mark.parametrize("case", USAGES)
async def test_q17_usage_from_wherever_it_arrives(case: str) -> None:
    answer, counts = USAGES[case]
    found = await complete(answer)
    assert found.usage == (Usage(*counts) if counts else None)


@pytest.mark.parametrize(
    ("answer", "stream"),
    [
        (cases.case_01_text_in_array, False),
        (cases.case_01_text_in_array_streamed, True),
        (cases.case_02_message_in_object, False),
        (cases.case_02_message_in_array, False),
        (cases.case_02_message_streamed, True),
        (habits.mistral_chat_shape, True),
    ],
)
async def test_q18_cases_1_and_2_text_in_both_schemas(answer: object, stream: bool) -> None:
    found = await complete(answer, stream=stream)  # type: ignore[arg-type]
    assert (found.text, found.reasons, found.error) == (cases.TEXT, {0: StopReason.NATURAL_END}, None)


@pytest.mark.parametrize("shape", SHAPES)
async def test_q19_log_probabilities_of_every_shape(shape: str) -> None:
    found = await complete(sse(chunk(" Paris.\n", finish_reason="stop", logprobs=SHAPES[shape])), logprobs=3)
    assert [token.text for token in found.tokens] == [token.text for token in PARIS]


@pytest.mark.parametrize("shape", SILENT_SHAPES)
async def test_q19_no_log_probabilities_are_no_error(shape: str) -> None:
    found = await complete(sse(chunk(" Paris", finish_reason="stop", logprobs=SILENT_SHAPES[shape])), logprobs=3)
    assert (found.text, found.tokens, found.error) == (" Paris", [], None)


@pytest.mark.parametrize("case", MISALIGNED)
async def test_q20_log_probabilities_that_do_not_fit_are_left_out(case: str) -> None:
    found = await complete(sse(chunk(" Paris.\n", finish_reason="stop", logprobs=MISALIGNED[case])), logprobs=3)
    assert (found.text, found.tokens, found.error) == (" Paris.\n", [], None)


@pytest.mark.parametrize(
    ("answer", "tokens"),
    [
        (habits.openai_last_chunk_is_empty, [" Paris", ".", "\n"]),
        (habits.vllm_several_tokens_a_chunk, [" Paris", ".", "\n"]),
        (habits.sglang_repeated_token, [" Paris"]),
        (habits.tabby_content_misaligned, []),
        (habits.tgwebui_extra_arrays, [" Paris", ".", "\n"]),
        (habits.llama_logprobs, [" Paris", ".", "\n"]),
    ],
)
async def test_q20_q21_tokens_of_real_habits(answer: object, tokens: list[str]) -> None:
    assert [token.text for token in (await complete(answer, logprobs=3)).tokens] == tokens  # type: ignore[arg-type]


async def test_q22_q24_an_impossible_alternative_is_unknown_and_the_chosen_may_be_missing() -> None:
    (token,) = (await complete(habits.vllm_impossible_logprob, logprobs=3)).tokens
    assert (token.logprob, token.alternatives[0].logprob) == (-0.25, None)


@pytest.mark.parametrize("answer", [habits.openai_byte_tokens, habits.deepseek_escaped_bytes])
async def test_q23_bytes_are_kept(answer: object) -> None:
    tokens = (await complete(answer, logprobs=3)).tokens  # type: ignore[arg-type]
    assert b"".join(token.data or token.text.encode() for token in tokens) == "🌊!".encode()


async def test_q25_five_alternatives_are_cut_to_what_was_asked_for() -> None:
    (token,) = (await complete(habits.koboldcpp_five_alternatives, logprobs=2)).tokens
    assert len(token.alternatives) == 2


async def test_case_8_json_instead_of_a_stream_is_read_and_said() -> None:
    found = await complete(cases.case_08_json_instead_of_stream)
    assert (found.text, found.adjustments) == (cases.TEXT, [Adjustment.ANSWERED_WITHOUT_STREAM])


async def test_case_8_an_error_as_json_instead_of_a_stream() -> None:
    found = await complete(cases.case_08_error_as_json_instead_of_stream)
    assert isinstance(found.error, errors.UpstreamError)
    assert found.error.message == "The server had an error"


async def test_case_8_a_stream_instead_of_json_is_read() -> None:
    found = await complete(cases.case_08_stream_instead_of_json, stream=False)
    assert (found.text, found.adjustments) == (cases.TEXT, [])


async def test_a_stream_under_another_type_is_read() -> None:
    assert (await complete(sse(comment(), chunk("a", finish_reason="stop"), content_type="text/plain"))).text == "a"
    one_byte_each = sse(chunk("a", finish_reason="stop"), content_type="application/json", chunking="bytes")
    assert (await complete(one_byte_each)).text == "a"


async def test_case_16_a_page_shows_its_title_and_not_its_mark_up() -> None:
    found = await complete(cases.case_16_origin_silent)
    assert found.error is not None
    assert found.error.message == "relay.example | 524: A timeout occurred"
    assert "<" not in found.error.detail


@pytest.mark.parametrize("envelope", ENVELOPES)
async def test_q29_every_envelope_gives_its_sentence(envelope: str) -> None:
    found = await complete(ENVELOPES[envelope], stream=False)
    assert found.error is not None
    assert PROBLEM in found.error.message
    assert PROBLEM in found.error.detail


@pytest.mark.parametrize("envelope", WORDLESS)
async def test_q29_refusals_without_words_are_errors_too(envelope: str) -> None:
    found = await complete(WORDLESS[envelope], stream=False)
    assert isinstance(found.error, errors.UpstreamError)
    assert found.error.message == ""


async def test_q30_a_template_is_suspected() -> None:
    found = await complete(habits.ollama_template_applied, stream=False)
    assert found.adjustments == [Adjustment.TEMPLATE_SUSPECTED]


async def test_unreadable_events_are_forgiven_once_and_not_three_times() -> None:
    assert (await complete(troubles.one_event_not_json)).text == "Hello!"
    found = await complete(troubles.three_events_not_json)
    assert found.text == "Hello"
    assert isinstance(found.error, errors.ProtocolError)


@pytest.mark.parametrize("answer", [habits.new_api_go_zeros, habits.litellm_stream, habits.llama_unicode])
async def test_streams_of_real_relays_end_as_they_should(answer: object) -> None:
    found = await complete(answer)  # type: ignore[arg-type]
    assert found.error is None
    assert found.text
    assert found.reasons[0] in {StopReason.NATURAL_END, StopReason.LENGTH}
