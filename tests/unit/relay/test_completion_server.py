import asyncio
import json
from typing import Any

import pytest

from tests.relay import Relay
from tests.relay.completion_server import completion_server
from tests.relay.prose import TEXT, WORDS, tokens_of
from tests.support import until
from tests.unit.relay.raw_client import RawAnswer, RawClient

PATH = "/v1/completions"
WATER = (" deep", " river", "\n", "日", "本", " 🌊")


def request(**fields: Any) -> dict[str, Any]:
    return {"model": "davinci-002", "prompt": "Once", "max_tokens": 100, **fields}


def events(answer: RawAnswer) -> list[dict[str, Any]]:
    frames = answer.body.decode().removesuffix("\n\n").split("\n\n")
    assert frames.pop() == "data: [DONE]"
    return [json.loads(frame.removeprefix("data: ")) for frame in frames]


def texts(answer: RawAnswer) -> dict[int, str]:
    said: dict[int, str] = {}
    for event in events(answer):
        for choice in event["choices"]:
            said[choice["index"]] = said.get(choice["index"], "") + choice["text"]
    return said


async def ask(relay: Relay, **fields: Any) -> RawAnswer:
    async with RawClient(relay) as client:
        return await client.post(PATH, request(**fields))


async def test_lists_models() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        completion_server(relay, models=("a", "b"))
        answer = await client.get("/v1/models")
    assert [entry["id"] for entry in answer.json["data"]] == ["a", "b"]


async def test_writes_all_words_and_ends_naturally() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        streamed, whole = await ask(relay, stream=True), await ask(relay)
    assert texts(streamed) == {0: "".join(WATER)}
    assert [event["choices"][0]["finish_reason"] for event in events(streamed)] == [None] * len(WATER) + ["stop"]
    assert whole.json["choices"] == [{"text": "".join(WATER), "index": 0, "logprobs": None, "finish_reason": "stop"}]
    assert whole.json["usage"] == {"prompt_tokens": 1, "completion_tokens": 6, "total_tokens": 7}


@pytest.mark.parametrize("stream", [True, False])
async def test_max_tokens_limits_the_length(stream: bool) -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        answer = await ask(relay, stream=stream, max_tokens=2)
    last = events(answer)[-1] if stream else answer.json
    assert last["choices"][0]["finish_reason"] == "length"
    assert stream or last["choices"][0]["text"] == " deep river"
    assert not stream or texts(answer) == {0: " deep river"}


async def test_repeats_words_up_to_the_tokens_asked_for() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER, tokens=1000)
        answer = await ask(relay, stream=True, max_tokens=5000)
    assert len(events(answer)) == 1001
    assert texts(answer)[0] == ("".join(WATER) * 200)[: len("".join(WATER)) * 166 + len("".join(WATER[:4]))]


async def test_n_streams_different_candidates_in_turn() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        answer = await ask(relay, stream=True, n=3, max_tokens=2)
    assert texts(answer) == {0: " deep river", 1: " river\n", 2: "\n日"}
    assert [event["choices"][0]["index"] for event in events(answer)] == [0, 1, 2] * 3


async def test_a_seed_repeats_and_changes_the_text() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        said = [(await ask(relay, seed=seed, max_tokens=1)).json["choices"][0]["text"] for seed in (1, 1, 3)]
    assert said == [" river", " river", "日"]


@pytest.mark.parametrize("stop", ["er\n日", ["nothing", "er\n日", "本"]])
async def test_stops_before_a_stop_sequence_that_spans_tokens(stop: str | list[str]) -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        streamed, whole = await ask(relay, stream=True, stop=stop), await ask(relay, stop=stop)
    assert texts(streamed) == {0: " deep riv"}
    assert events(streamed)[-1]["choices"][0]["finish_reason"] == "stop"
    assert whole.json["choices"][0]["text"] == " deep riv"
    assert whole.json["usage"]["completion_tokens"] == 2


async def test_usage_comes_in_a_chunk_without_choices_when_asked_for() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        answer = await ask(relay, stream=True, stream_options={"include_usage": True})
        without = await ask(relay, stream=True)
    *others, last = events(answer)
    assert (last["choices"], last["usage"]["completion_tokens"]) == ([], 6)
    assert all(event["usage"] is None for event in others)
    assert not any("usage" in event for event in events(without))


async def test_logprobs_are_legacy_arrays_that_fit_the_text() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        streamed, whole = await ask(relay, stream=True, logprobs=2), await ask(relay, logprobs=2)
    parts = [event["choices"][0] for event in events(streamed)][:-1]
    assert [part["logprobs"]["tokens"] for part in parts] == [[part["text"]] for part in parts]
    arrays = whole.json["choices"][0]["logprobs"]
    assert arrays["tokens"] == list(WATER)
    assert arrays["text_offset"] == [part["logprobs"]["text_offset"][0] for part in parts] == [4, 9, 15, 16, 17, 18]
    assert all(len(top) == 3 for top in arrays["top_logprobs"])
    assert all(top[token] == max(top.values()) for token, top in zip(WATER, arrays["top_logprobs"], strict=True))


async def test_several_prompts_and_echo() -> None:
    async with Relay() as relay:
        completion_server(relay, WATER)
        fields = {"prompt": ["One", "Two"], "echo": True, "max_tokens": 1, "n": 2}
        whole, streamed = await ask(relay, **fields), await ask(relay, stream=True, **fields)
    expected = ["One deep", "One river", "Two deep", "Two river"]
    assert [choice["text"] for choice in whole.json["choices"]] == expected
    assert texts(streamed) == dict(enumerate(expected))


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"n": 0}, "n"),
        ({"temperature": 2.5}, "temperature"),
        ({"top_p": None}, "top_p"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"logprobs": True}, "logprobs"),
        ({"logprobs": 6}, "logprobs"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stop": [""]}, "stop"),
        ({"best_of": 2, "stream": True}, "best_of"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"prompt": [1, 2]}, "prompt"),
        ({"model": None}, "model"),
    ],
)
async def test_refuses_what_openai_refuses(fields: dict[str, Any], param: str) -> None:
    async with Relay() as relay:
        completion_server(relay)
        answer = await ask(relay, **fields)
    assert answer.status == 400
    assert answer.json["error"]["param"] == param


async def test_refuses_an_unknown_model_and_a_broken_body() -> None:
    async with Relay() as relay, RawClient(relay) as client:
        completion_server(relay)
        assert (await ask(relay, model="davinci-9")).status == 404
        await client.send(b"POST /v1/completions HTTP/1.1\r\nContent-Length: 3\r\n\r\n{br")
        assert (await client.answer()).status == 400


@pytest.mark.parametrize(("key", "status"), [("sk-test", 200), ("sk-wrong", 401), (None, 401)])
async def test_checks_the_key(key: str | None, status: int) -> None:
    async with Relay() as relay, RawClient(relay) as client:
        completion_server(relay, key="sk-test")
        assert (await client.get("/v1/models", key)).status == status
        assert (await client.post(PATH, request(), key)).status == status


async def test_a_rate_slows_the_stream_and_a_leaving_client_ends_it() -> None:
    loop = asyncio.get_running_loop()
    async with Relay() as relay:
        completion_server(relay, WATER, rate=50)
        start = loop.time()
        assert texts(await ask(relay, stream=True)) == {0: "".join(WATER)}
        assert loop.time() - start >= 5 / 50
        completion_server(relay, WATER, tokens=100_000, rate=50)
        async with RawClient(relay) as client:
            await client.send_post(PATH, request(stream=True, max_tokens=100_000))
            await client.read_until(b"river")
        await until(lambda: relay.disconnects)
        assert not relay.answering


def test_the_text_is_cut_into_tokens_without_loss() -> None:
    assert "".join(WORDS) == TEXT
    assert tokens_of("A dog, 日本!\n\n") == ("A", " dog", ",", " ", "日", "本", "!", "\n\n")
