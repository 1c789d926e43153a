import json

import pytest

from tests.relay import Answer, Relay, errors, logprobs, models, recorded, usages
from tests.relay.sse import sse
from tests.unit.relay.raw_client import RawAnswer, RawClient

PATH = "/v1/models"


async def get(answer: Answer) -> RawAnswer:
    async with Relay() as relay, RawClient(relay) as client:
        relay.on("GET", PATH, answer)
        return await client.get(PATH)


@pytest.mark.parametrize("name", errors.ENVELOPES)
async def test_each_envelope_carries_the_problem(name: str) -> None:
    answer = await get(errors.ENVELOPES[name])
    assert errors.PROBLEM in answer.body.decode()
    is_json = answer.headers["content-type"].startswith("application/json")
    assert is_json is not name.startswith(("E11", "JSON as"))


def test_there_is_an_envelope_for_every_row() -> None:
    assert {name.split(" ")[0] for name in errors.ENVELOPES} >= {f"E{number}" for number in range(1, 12)}


@pytest.mark.parametrize("name", errors.WORDLESS)
async def test_wordless_refusals_say_nothing(name: str) -> None:
    answer = await get(errors.WORDLESS[name])
    assert answer.status == 500
    assert len(answer.body) < 80


@pytest.mark.parametrize("name", errors.REFUSALS)
async def test_each_refusal_is_a_failure_of_a_known_kind(name: str) -> None:
    answer, kind = errors.REFUSALS[name]
    assert (await get(answer)).status >= 400
    assert kind in errors.KINDS


@pytest.mark.parametrize("name", models.MODEL_LISTS)
async def test_each_list_names_its_models_in_order(name: str) -> None:
    answer, names = models.MODEL_LISTS[name]
    content = (await get(answer)).json
    entries = content if isinstance(content, list) else content["data"] or []
    assert tuple(entry["id"] for entry in entries) == names


@pytest.mark.parametrize("name", models.MODEL_LIST_FAILURES)
async def test_what_comes_instead_of_a_list_is_none(name: str) -> None:
    answer = await get(models.MODEL_LIST_FAILURES[name])
    assert b'"data"' not in answer.body


@pytest.mark.parametrize("name", usages.USAGES)
async def test_each_usage_is_where_it_says(name: str) -> None:
    answer, counts = usages.USAGES[name]
    body = (await get(answer)).body.decode()
    objects = [
        json.loads(line.removeprefix("data: ")) for line in body.split("\n") if line.startswith(("{", "data: {"))
    ]
    found = [usage for part in objects if (usage := part.get("usage")) and usage["total_tokens"]]
    assert (found[-1]["prompt_tokens"], found[-1]["completion_tokens"]) == counts if found else counts is None


@pytest.mark.parametrize("name", recorded.names())
async def test_each_recording_is_sent_byte_for_byte(name: str) -> None:
    answer = await get(recorded.recorded(name))
    assert answer.body == recorded.body(name)
    cut = await get(recorded.recorded(name, chunking=7))
    assert cut.body == answer.body


def test_shapes_of_logprobs_hold_the_same_three_tokens() -> None:
    assert logprobs.text_of(logprobs.PARIS) == " Paris.\n"
    legacy = logprobs.SHAPES["legacy"]
    assert legacy is not None
    assert legacy["tokens"] == [" Paris", ".", "\n"]
    assert legacy["text_offset"] == [0, 6, 7]
    assert legacy["top_logprobs"][0] == {" Paris": -0.25, " the": -2.75, " London": -4.25}
    for name in ("content", "content without bytes", "post-sampling", "both"):
        shape = logprobs.SHAPES[name]
        assert shape is not None
        assert [entry["token"] for entry in shape["content"]] == legacy["tokens"]


def test_fragments_of_a_character_are_written_as_their_back_ends_write_them() -> None:
    assert logprobs.text_of(logprobs.EMOJI) == "🌊!"
    assert logprobs.byte_names(*logprobs.EMOJI)["tokens"] == ["bytes:\\xf0\\x9f", "bytes:\\x8c\\x8a", "!"]
    assert logprobs.escaped_bytes(*logprobs.EMOJI)["tokens"] == ["\\xf0\\x9f", "\\x8c\\x8a", "!"]
    assert logprobs.content(*logprobs.EMOJI)["content"][0]["bytes"] == [0xF0, 0x9F]


@pytest.mark.parametrize("name", logprobs.MISALIGNED)
def test_misaligned_shapes_do_not_fit_the_text(name: str) -> None:
    shape = logprobs.MISALIGNED[name]
    tokens: list[str] = shape["tokens"] if "tokens" in shape else [entry["token"] for entry in shape["content"]]
    is_complete = len(shape.get("token_logprobs", tokens)) == len(tokens)
    assert not is_complete or "".join(tokens) != " Paris.\n"


async def test_odd_numbers_go_out_bare() -> None:
    tokens = [logprobs.Scored("a", number) for number in logprobs.ODD_NUMBERS.values()]
    answer = await get(sse({"logprobs": logprobs.legacy(*tokens)}))
    assert b'"token_logprobs":[null,-9999.0,-3.4028234663852886e+38,NaN,-Infinity]' in answer.body
