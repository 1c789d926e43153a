"""The body of a completion request, field by field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.completion_request import (
    build_body,
    completions_url,
    refuses_stream_options,
    stop_limit,
)
from app.api.errors import ExtraFieldError, classify
from app.domain.generation import CompletionRequest
from app.domain.parameters import SamplingParameters


def body_of(prompt: str = "Once", *, model: str = "m", stream: bool = True, **parameters: Any) -> dict[str, Any]:
    request = CompletionRequest(model, prompt, SamplingParameters(**parameters), stream)
    found = json.loads(build_body(request))
    assert isinstance(found, dict)
    return found


ALWAYS = {"max_tokens": 256, "temperature": 1.0, "top_p": 1.0}


def test_q1_what_is_unset_or_neutral_is_left_out() -> None:
    assert body_of(stream=False) == {"model": "m", "prompt": "Once", **ALWAYS}


def test_q1_no_field_is_ever_null() -> None:
    assert None not in body_of(suffix=None, seed=None, best_of=None, user=None).values()


def test_q2_max_tokens_temperature_and_top_p_are_always_there() -> None:
    assert ALWAYS.items() <= body_of().items()
    assert body_of(temperature=0.0, max_tokens=0)["temperature"] == 0
    assert body_of(max_tokens=0)["max_tokens"] == 0


def test_fields_of_the_connections_own_come_last_and_win() -> None:
    request = CompletionRequest("m", "Once", SamplingParameters(temperature=0.3))
    body = json.loads(build_body(request, extra={"temperature": 0.9, "min_p": 0.1, "stream_options": None}))
    assert body == {"model": "m", "prompt": "Once", **ALWAYS, "temperature": 0.9, "min_p": 0.1, "stream": True}
    with pytest.raises(ExtraFieldError):
        build_body(request, extra={"prompt": "Another"})


def test_every_field_reaches_the_wire() -> None:
    assert body_of(
        stream=False,
        max_tokens=7,
        temperature=0.3,
        top_p=0.5,
        n=2,
        stop=("\n", "###"),
        presence_penalty=0.1,
        frequency_penalty=-0.1,
        seed=0,
        logprobs=0,
        suffix="end",
        echo=True,
        best_of=3,
        logit_bias={"50256": -100.0, "7": 0.5},
        user="someone",
    ) == {
        "model": "m",
        "prompt": "Once",
        "max_tokens": 7,
        "temperature": 0.3,
        "top_p": 0.5,
        "n": 2,
        "stop": ["\n", "###"],
        "presence_penalty": 0.1,
        "frequency_penalty": -0.1,
        "seed": 0,
        "logprobs": 0,
        "suffix": "end",
        "echo": True,
        "best_of": 3,
        "logit_bias": {"50256": -100, "7": 0.5},
        "user": "someone",
    }


def test_q3_stream_options_go_only_with_a_stream() -> None:
    assert body_of()["stream_options"] == {"include_usage": True}
    assert "stream_options" not in body_of(stream=False)
    request = CompletionRequest("m", "p")
    assert "stream_options" not in json.loads(build_body(request, with_stream_options=False))


def test_q6_a_top_p_of_zero_becomes_the_smallest_that_survives_relays() -> None:
    assert body_of(top_p=0.0)["top_p"] == 0.01


def test_q7_stop_is_always_a_list() -> None:
    assert body_of(stop=("\n",))["stop"] == ["\n"]


@pytest.mark.parametrize(
    ("base_url", "limit"),
    [
        ("https://relay.example/v1", 4),
        ("https://api.deepseek.com/beta", 16),
        ("https://deepseek.com.evil.example/v1", 4),
        ("https://notdeepseek.com/v1", 4),
    ],
)
def test_q7_deepseek_takes_more_stop_sequences(base_url: str, limit: int) -> None:
    assert stop_limit(base_url) == limit


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://relay.example/v1", "https://relay.example/v1/completions"),
        ("https://api.deepseek.com/v1", "https://api.deepseek.com/beta/completions"),
        ("https://api.deepseek.com", "https://api.deepseek.com/beta/completions"),
        ("https://api.deepseek.com/beta", "https://api.deepseek.com/beta/completions"),
    ],
)
def test_q10_completions_lie_below_the_root_and_at_deepseek_below_beta(base_url: str, url: str) -> None:
    assert completions_url(base_url) == url


@given(st.text())
def test_q11_the_prompt_is_sent_as_it_is(prompt: str) -> None:
    assert body_of(prompt).get("prompt", "") == prompt


def test_an_empty_prompt_is_left_out() -> None:
    assert "prompt" not in body_of("")
    assert json.loads(build_body(CompletionRequest("m", ""), with_empty_prompt=True))["prompt"] == ""


def test_half_a_character_in_the_prompt_does_not_break_the_body() -> None:
    assert body_of("a\ud83d")["prompt"] == "a�"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": {"message": "Unknown field: stream_options"}}, True),
        (400, {"error": {"message": "Unknown field", "param": "stream_options"}}, True),
        (422, {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}, True),
        (400, {"error": {"message": "Unknown field: stop"}}, False),
        (500, {"error": {"message": "stream_options"}}, False),
    ],
)
def test_q3_a_refusal_of_stream_options_is_told_by_its_name(status: int, body: object, expected: bool) -> None:
    assert refuses_stream_options(classify(status, {}, json.dumps(body))) is expected
