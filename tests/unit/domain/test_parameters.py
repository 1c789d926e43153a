"""Sampling parameters: ranges, what is refused before sending, and the way to disk and back."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.parameters import (
    CANDIDATES,
    NUMBER_SPECS,
    TEMPERATURE,
    TOP_P,
    InvalidParametersError,
    NumberSpec,
    SamplingParameters,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from([*NUMBER_SPECS, "stop", "suffix", "echo", "best_of", "logit_bias", "user", "unknown"])


@pytest.mark.parametrize("spec", NUMBER_SPECS.values(), ids=lambda spec: spec.name)
def test_the_neutral_value_lies_in_its_range(spec: NumberSpec) -> None:
    assert spec.clamp(spec.neutral) == spec.neutral


def test_clamping_moves_into_the_range_and_whole_numbers_stay_whole() -> None:
    assert TEMPERATURE.clamp(7) == 2.0
    assert TEMPERATURE.clamp(0.30000000000000004) == 0.3
    assert CANDIDATES.clamp(2.6) == 3
    assert isinstance(CANDIDATES.clamp(2.6), int)


def test_q6_a_top_p_of_zero_cannot_be_chosen() -> None:
    assert TOP_P.clamp(0) == 0.01


def test_the_defaults_may_be_sent() -> None:
    SamplingParameters().validate()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_tokens", -1),
        ("max_tokens", 2**30),
        ("temperature", 2.1),
        ("temperature", -0.1),
        ("temperature", math.nan),
        ("top_p", 1.1),
        ("n", 0),
        ("n", 129),
        ("presence_penalty", 2.5),
        ("frequency_penalty", -2.5),
        ("logprobs", 21),
        ("logprobs", -1),
        ("seed", 2**63),
        ("best_of", 21),
        ("logit_bias", {"50256": 101.0}),
        ("logit_bias", {"50256": math.nan}),
    ],
)
def test_values_that_no_server_takes_are_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidParametersError) as caught:
        SamplingParameters(**{name: value}).validate(stream=False)  # type: ignore[arg-type]
    assert caught.value.name == name


def test_q7_empty_stop_sequences_are_refused() -> None:
    with pytest.raises(InvalidParametersError, match="stop: an empty"):
        SamplingParameters(stop=("\n", "")).validate()


def test_q7_four_stop_sequences_unless_the_server_takes_more() -> None:
    five = SamplingParameters(stop=("a", "b", "c", "d", "e"))
    with pytest.raises(InvalidParametersError, match="at most 4"):
        five.validate()
    five.validate(max_stop=16)


def test_q5_best_of_exceeds_n_and_cannot_be_streamed() -> None:
    with pytest.raises(InvalidParametersError, match="cannot be streamed"):
        SamplingParameters(best_of=3).validate()
    with pytest.raises(InvalidParametersError, match="greater than n"):
        SamplingParameters(best_of=2, n=2).validate(stream=False)
    SamplingParameters(best_of=3, n=2).validate(stream=False)


def test_parameters_come_back_from_disk_as_they_were() -> None:
    parameters = SamplingParameters(
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
        logit_bias={"50256": -100.0},
        user="someone",
    )
    assert SamplingParameters.from_json(json.loads(json.dumps(parameters.to_json()))) == parameters
    assert SamplingParameters.from_json(SamplingParameters().to_json()) == SamplingParameters()


def test_what_does_not_fit_is_left_at_its_default() -> None:
    damaged = {
        "max_tokens": "many",
        "temperature": math.nan,
        "n": True,
        "stop": [1, "", "x"],
        "seed": 1.5,
        "echo": 1,
        "logit_bias": {"1": 2, "2": "3", "3": True},
        "surprise": 1,
    }
    expected = replace(SamplingParameters(), stop=("x",), logit_bias={"1": 2.0})
    assert SamplingParameters.from_json(damaged) == expected


@given(st.dictionaries(NAMES, JSON))
def test_no_content_of_a_file_raises(values: dict[str, object]) -> None:
    assert isinstance(SamplingParameters.from_json(values), SamplingParameters)


def test_changing_both_temperature_and_top_p_is_noticed() -> None:
    assert SamplingParameters(temperature=0.5, top_p=0.9).changes_temperature_and_top_p
    assert not SamplingParameters(temperature=0.5).changes_temperature_and_top_p
    assert not SamplingParameters(top_p=0.5).changes_temperature_and_top_p


def test_what_is_left_out_goes_back_to_its_default() -> None:
    asked = SamplingParameters(seed=0, stop=("x",), echo=True, temperature=0.5)
    assert [name for name in ("seed", "stop", "echo", "suffix", "n") if asked.asks(name)] == ["seed", "stop", "echo"]
    assert asked.without(["seed", "stop", "suffix"]) == SamplingParameters(echo=True, temperature=0.5)
    assert asked.without(["suffix"]) is asked
