import json
from typing import Any

import pytest

from tests.relay import Answer, Relay, cases, habits, troubles
from tests.relay.answers import Answering
from tests.support import until
from tests.unit.relay.raw_client import RawAnswer, RawClient

PATH = "/v1/completions"


def answers_of(module: object) -> dict[str, Answer]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Answer) and name[0] != "_"}


CASES, HABITS = answers_of(cases), answers_of(habits)


async def get(answer: Answering, **request: Any) -> RawAnswer:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, answer)
        return await client.post(PATH, request)


def data_of(answer: RawAnswer) -> list[str]:
    """Return the data of each event, lines ended by whatever the stream uses."""
    lines = answer.body.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]


def said(answer: RawAnswer) -> dict[int, str]:
    texts: dict[int, str] = {}
    for data in data_of(answer):
        if data.startswith("{") and data.endswith("}"):
            for choice in json.loads(data).get("choices", []):
                text = choice.get("text") or choice.get("delta", {}).get("content") or ""
                texts[choice["index"]] = texts.get(choice["index"], "") + text
    return texts


@pytest.mark.parametrize("name", [*CASES, *HABITS])
async def test_every_named_answer_is_well_formed_http(name: str) -> None:
    answer = await get({**CASES, **HABITS}[name])
    assert 200 <= answer.status < 600
    if answer.headers.get("content-type", "").startswith("application/json") and name != "case_17_page_as_json":
        assert answer.json


def test_there_is_a_case_for_every_number() -> None:
    numbers = {name.split("_")[1] for name in vars(cases) if name.startswith("case_")}
    assert numbers == {f"{number:02}" for number in [*range(1, 20), 41, 42]}


async def test_case_02_has_the_shape_of_the_schema() -> None:
    answer = await get(cases.case_02_message_in_object)
    assert answer.json["choices"]["message"]["content"] == cases.TEXT


@pytest.mark.parametrize(("byte", "character"), [(1, "🌊"), (2, "🌊"), (3, "🌊"), (1, "ï"), (2, "語")])
async def test_case_03_cuts_inside_a_character(byte: int, character: str) -> None:
    answer = await get(cases.case_03_cut_inside_character(byte, character))
    first, second, *_ = answer.chunks
    encoded = character.encode()
    assert first.endswith(encoded[:byte])
    assert second.startswith(encoded[byte:])
    assert said(answer) == {0: cases.CUT_TEXT}


async def test_case_03_cuts_inside_both_line_ends() -> None:
    answer = await get(cases.case_03_cut_inside_crlf())
    assert answer.chunks[0].endswith(b"}\r")
    assert answer.chunks[1] == b"\n\r"
    assert answer.chunks[2].startswith(b"\ndata:")


@pytest.mark.parametrize("line_ending", ["\n", "\r\n", "\r"])
async def test_case_03_cuts_everywhere(line_ending: str) -> None:
    answer = await get(cases.case_03_cut_everywhere(line_ending))
    assert {len(chunk) for chunk in answer.chunks} == {1}
    assert said(answer) == {0: cases.CUT_TEXT}


async def test_case_03_sends_the_framing_byte_by_byte() -> None:
    assert said(await get(cases.case_03_framing_cut_everywhere())) == {0: cases.CUT_TEXT}


async def test_case_04_has_junk_behind_done() -> None:
    answer = await get(cases.case_04_pings_empty_data_usage_and_junk)
    data = data_of(answer)
    assert data.index("") < data.index("[DONE]") < data.index("trailing junk")
    assert answer.body.startswith(b": PING\n\n")


async def test_cases_05_and_06_differ_in_done_and_finish_reason() -> None:
    ends = {}
    for name in CASES:
        if name.startswith(("case_05", "case_06")):
            body = (await get(CASES[name])).body
            ends[name] = (b'"finish_reason":"stop"' in body, b"[DONE]" in body, body.endswith(b"\n\n"))
    assert ends == {
        "case_05_no_done_but_finish_reason": (True, False, True),
        "case_05_last_event_unterminated": (True, False, False),
        "case_05_ended_by_the_connection": (True, False, True),
        "case_06_done_without_finish_reason": (False, True, True),
        "case_06_neither_done_nor_finish_reason": (False, False, True),
    }


async def test_case_07_puts_an_error_behind_two_chunks() -> None:
    answer = await get(cases.case_07_error_after_two_chunks)
    assert said(answer) == {0: "Hello"}
    assert "error" in json.loads(data_of(answer)[-1])


async def test_case_09_interleaves_candidates_and_starts_with_the_last() -> None:
    answer = await get(cases.case_09_interleaved(("one two", " a b c d")))
    assert said(answer) == {0: "one two", 1: " a b c d"}
    indices = [json.loads(data)["choices"][0]["index"] for data in data_of(answer)[:-1]]
    assert indices == [1, 0, 1, 0, 1, 1]


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("value", [None, True, 0, 3])
async def test_case_10_refuses_integers_only(stream: bool, value: bool | int | None) -> None:
    answer = await get(cases.case_10_refuse_integer_logprobs, stream=stream, logprobs=value)
    is_integer = value is not None and value is not True
    assert answer.status == (400 if is_integer else 200)
    if is_integer:
        assert "cannot unmarshal number into Go struct field" in answer.json["error"]["message"]
        assert answer.json["error"]["code"] == "invalid_text_request"
    else:
        assert (answer.headers["content-type"] == "text/event-stream") is stream


@pytest.mark.parametrize(
    ("case", "status"),
    [(cases.case_11_refuse_stream_options, 400), (cases.case_11_refuse_stream_options_422, 422)],
)
async def test_case_11_refuses_stream_options_by_name(case: Answering, status: int) -> None:
    refused = await get(case, stream=True, stream_options={"include_usage": True})
    assert refused.status == status
    assert b"stream_options" in refused.body
    assert (await get(case, stream=True)).status == 200


async def test_cases_12_to_16_have_their_status_and_text() -> None:
    expected: dict[str, tuple[int, str]] = {
        "case_12_invalid_key": (401, "无效的令牌"),
        "case_12_key_used_up": (401, "额度已用尽"),
        "case_13_account_used_up": (403, "insufficient_user_quota"),
        "case_14_rate_limit_empty": (429, ""),
        "case_15_no_channel": (503, "无可用渠道"),
        "case_16_too_large": (413, "<title>413 Request Entity Too Large</title>"),
        "case_16_bad_gateway": (502, "<title>502 Bad Gateway</title>"),
        "case_16_origin_silent": (524, "<title>relay.example | 524: A timeout occurred</title>"),
    }
    for name, (status, text) in expected.items():
        answer = await get(CASES[name])
        assert answer.status == status
        assert text in answer.body.decode()
        assert text or not answer.body


async def test_case_14_says_when_to_try_again() -> None:
    assert (await get(cases.case_14_retry_after_3)).headers["retry-after"] == "3"
    assert (await get(cases.case_14_retry_after_600)).headers["retry-after"] == "600"
    assert (await get(cases.case_14_retry_after_50_ms)).headers["retry-after-ms"] == "50"


async def test_case_42_leads_to_a_host_of_another_name() -> None:
    async with Relay() as other, Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, cases.case_42_redirect_to(other))
        answer = await client.post(PATH, {}, key="sk-test")
        assert answer.status == 307
        assert answer.headers["location"] == f"http://localhost:{other.port}{PATH}"
        async with RawClient(other) as follower:
            await follower.post(PATH, {}, key="sk-test")
        assert [received.key for received in other.requests] == ["sk-test"]


@pytest.mark.parametrize(
    ("habit", "refused", "accepted"),
    [
        (habits.openai_refuse_echo_with_logprobs, {"echo": True, "logprobs": 1}, {"echo": True}),
        (habits.llama_refuse_presence, {"best_of": None}, {}),
        (habits.llama_refuse_presence, {"suffix": None}, {}),
        (
            habits.vllm_refuse_stream_options_without_stream,
            {"stream_options": {}},
            {"stream_options": {}, "stream": True},
        ),
        (habits.vllm_refuse_stream_options_without_stream, {"prompt": ""}, {"prompt": "a"}),
        (habits.ollama_refuse_several_prompts, {"prompt": ["a"]}, {"prompt": "a"}),
        (habits.new_api_refuse_empty_prompt, {"prompt": ""}, {}),
    ],
)
async def test_habits_refuse_what_their_back_end_refuses(
    habit: Answering, refused: dict[str, Any], accepted: dict[str, Any]
) -> None:
    assert (await get(habit, **refused)).status == 400
    assert (await get(habit, **accepted)).status == 200


async def test_recorded_streams_say_what_their_servers_said() -> None:
    assert said(await get(habits.llama_stream)) == {0: " Paris.\n\nThe United States has"}
    assert said(await get(habits.llama_unicode)) == {0: "ライラグロー"}
    assert set(said(await get(habits.llama_two_candidates))) == {0, 1}
    assert said(await get(habits.litellm_stream)) == {0: " Paris.\n\nThe"}


@pytest.mark.parametrize("name", troubles.IN_MID_STREAM)
async def test_trouble_in_mid_stream_comes_after_the_text(name: str) -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, troubles.IN_MID_STREAM[name])
        await client.send_post(PATH, {})
        await client.read_until(b'"lo"')
        try:
            rest = await client.rest()
        except ConnectionResetError:
            rest = b""
        assert (rest == b"") is (name == "reset")
        assert b"[DONE]" not in rest
        assert not relay.disconnects


@pytest.mark.parametrize("name", troubles.BEFORE_ANY_ANSWER)
async def test_trouble_before_any_answer(name: str) -> None:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("POST", PATH, troubles.BEFORE_ANY_ANSWER[name])
        await client.send_post(PATH, {})
        try:
            assert b"HTTP/" not in await client.rest()
        except ConnectionResetError:
            assert name == "reset"


@pytest.mark.parametrize(
    "answer", [troubles.stall_in_mid_stream, troubles.stall_inside_an_event, troubles.stall_after_head]
)
async def test_stalls_last_until_the_client_leaves(answer: Answer) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, answer)
        async with RawClient(relay) as client:
            await client.send_post(PATH, {})
            await client.read_until(b"\r\n\r\n")
            assert relay.answering
        await until(lambda: relay.disconnects)


async def test_slow_streams_end_in_order() -> None:
    assert said(await get(troubles.drip((" a", " b"), rate=100))) == {0: " a b"}
    pinged = await get(troubles.pings_between((" a", " b"), pings=2, pause=0.001))
    assert said(pinged) == {0: " a b"}
    assert pinged.body.count(b": PING") == 4
    assert len(said(await get(troubles.long_line(200_000)))[0]) == 200_000
    assert said(await get(troubles.many_candidates(2, 3))) == {0: " 0.0 0.1 0.2", 1: " 1.0 1.1 1.2"}
