"""No edit, no earlier run and no file on disk ever brings parameters into the window that it could not show."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.concurrency.tasks import TaskScope
from app.domain.parameters import MAX_STOP_SEQUENCES, NUMBER_SPECS, SamplingParameters
from app.viewmodels.options import Options
from app.viewmodels.parameters import ParametersViewModel
from tests.support import until
from tests.viewmodels.fakes import FakeOptions, Heard, task_scope

NUMBERS = [name for name in NUMBER_SPECS if name not in {"seed", "logprobs"}]


class QuietOptions(Options):
    """Options that are never written, so that no loop is needed."""

    def __init__(self, store: FakeOptions) -> None:
        super().__init__(store, TaskScope(lambda _name, _error: None))

    def save_soon(self) -> None:
        """Keep the change in memory."""


def parameters_from(text: str) -> ParametersViewModel:
    return ParametersViewModel(QuietOptions(FakeOptions(write__parameters=text)))


def assert_in_range(values: SamplingParameters) -> None:
    values.validate()
    for name, spec in NUMBER_SPECS.items():
        value = getattr(values, name)
        assert value is None or spec.minimum <= value <= spec.maximum, name
        assert value is None or isinstance(value, int if spec.is_integer else float | int), name
    assert len(values.stop) <= MAX_STOP_SEQUENCES
    assert len(set(values.stop)) == len(values.stop)
    json.dumps(values.to_json()).encode()
    "".join(values.stop).encode()  # what cannot be encoded cannot be sent


def test_without_anything_on_disk_all_is_neutral() -> None:
    assert parameters_from("{}").values == SamplingParameters()


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [-1e300, -1, 0, 1e300])
def test_a_number_is_moved_into_its_range(name: str, value: float) -> None:
    parameters = parameters_from("{}")
    parameters.set_number(name, value)
    assert getattr(parameters.values, name) == NUMBER_SPECS[name].clamp(value)
    assert_in_range(parameters.values)


def test_a_number_within_its_range_is_taken_as_it_is() -> None:
    parameters = parameters_from("{}")
    changed = Heard(parameters.changed)
    parameters.set_number("temperature", 0.35)
    parameters.set_number("max_tokens", 77.0)
    assert parameters.values == SamplingParameters(temperature=0.35, max_tokens=77)
    assert isinstance(parameters.values.max_tokens, int)
    assert len(changed) == 2
    parameters.set_number("max_tokens", 77)
    assert len(changed) == 2, "nothing changed"


def test_q7_four_stop_sequences_and_no_empty_or_second_one() -> None:
    parameters = parameters_from("{}")
    assert not parameters.add_stop("")
    assert [parameters.add_stop(text) for text in ("\n", "\n", "END", " ", "。", "five")] == [
        True,
        False,
        True,
        True,
        True,
        False,
    ]
    assert list(parameters.values.stop) == ["\n", "END", " ", "。"]
    parameters.remove_stop(" ")
    assert not parameters.add_stop("\ud83c"), "half a character cannot be sent"
    assert parameters.add_stop(" ")
    parameters.remove_stop("END")
    parameters.remove_stop("never there")
    assert list(parameters.values.stop) == ["\n", "。", " "]
    assert parameters.add_stop("five")


def test_reset_sets_everything_to_neutral() -> None:
    parameters = parameters_from("{}")
    parameters.set_number("n", 3)
    parameters.set_seed(7)
    parameters.set_logprobs(5)
    parameters.add_stop("\n")
    parameters.reset()
    assert parameters.values == SamplingParameters()


edits = st.lists(
    st.one_of(
        st.tuples(st.just("number"), st.sampled_from(NUMBERS), st.floats(allow_nan=False, width=64)),
        st.tuples(st.just("seed"), st.none() | st.integers(-(2**70), 2**70)),
        st.tuples(st.just("logprobs"), st.none() | st.integers(-10, 100)),
        st.tuples(st.just("add_stop"), st.text(max_size=3)),
        st.tuples(st.just("remove_stop"), st.text(max_size=1)),
        st.tuples(st.just("reset")),
    ),
    max_size=15,
)


@given(edits=edits)
def test_no_edit_ever_leaves_the_allowed_range(edits: list[tuple[object, ...]]) -> None:
    store = FakeOptions()
    parameters = ParametersViewModel(QuietOptions(store))
    for command, *arguments in edits:
        name = f"set_{command}" if command in {"number", "seed", "logprobs"} else str(command)
        getattr(parameters, name)(*arguments)
        assert_in_range(parameters.values)
    again = ParametersViewModel(QuietOptions(store))
    assert again.values == parameters.values, "what was set is back after a restart"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)
names = sorted(SamplingParameters().to_json())


@given(values=st.dictionaries(st.sampled_from(names) | st.text(max_size=3), json_values, max_size=12))
def test_whatever_is_on_disk_the_values_are_in_range(values: dict[str, object]) -> None:
    parameters = parameters_from(json.dumps(values))
    assert_in_range(parameters.values)
    parameters.set_number("temperature", 0.5)
    assert_in_range(parameters.values)


@given(text=st.text(max_size=40))
def test_whatever_is_no_json_means_neutral_values(text: str) -> None:
    assert_in_range(parameters_from(text).values)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        '{"temperature": NaN, "top_p": Infinity, "max_tokens": -Infinity}',
        '{"temperature": 1' + "0" * 400 + "}",
        '{"max_tokens": 9' + "9" * 5000 + "}",
        '{"stop": ["\\ud83c"]}',
    ],
    ids=["nothing", "list", "null", "deep", "not a number", "huge", "too long a number", "half a character"],
)
def test_hostile_values_on_disk_mean_neutral_ones(text: str) -> None:
    assert parameters_from(text).values == SamplingParameters()


HOSTILE: Mapping[str, tuple[object, object]] = {
    "max_tokens": (10**12, 32_768),
    "temperature": (9.5, 2.0),
    "top_p": (0.0, 0.01),
    "n": (128, 8),
    "presence_penalty": (-7, -2.0),
    "frequency_penalty": (7, 2.0),
    "seed": (2**40, 2**31 - 1),
    "logprobs": (20, 5),
    "stop": (["a", "a", "b", "c", "d", "e"], ("a", "b", "c", "d")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_from_disk_that_is_out_of_range_never_reaches_a_request(name: str) -> None:
    written, read = HOSTILE[name]
    assert getattr(parameters_from(json.dumps({name: written})).values, name) == read


@pytest.mark.parametrize(
    "hidden",
    [
        {"suffix": "the end"},
        {"echo": True},
        {"best_of": 9},
        {"logit_bias": {"50256": -100.0}},
        {"user": "somebody"},
    ],
    ids=lambda hidden: next(iter(hidden)),
)
def test_what_the_window_does_not_show_is_not_sent_from_it(hidden: dict[str, object]) -> None:
    """A run of the command line may have such values; nobody could see, or take back, what they do."""
    assert parameters_from(json.dumps(hidden)).values == SamplingParameters()
    parameters = parameters_from("{}")
    parameters.replace(replace(SamplingParameters(temperature=0.4), **hidden))  # type: ignore[arg-type]  # by name
    assert parameters.values == SamplingParameters(temperature=0.4)


def test_the_values_of_an_earlier_run_are_moved_into_range_too() -> None:
    parameters = parameters_from("{}")
    changed = Heard(parameters.changed)
    wide = SamplingParameters(max_tokens=100_000, n=20, top_p=0.0, stop=("1", "2", "3", "4", "5"), logprobs=0)
    parameters.replace(wide)
    assert parameters.values == SamplingParameters(
        max_tokens=32_768, n=8, top_p=0.01, stop=("1", "2", "3", "4"), logprobs=1
    )
    parameters.replace(wide)
    assert len(changed) == 1


async def test_values_are_written_soon_after_an_edit() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        parameters = ParametersViewModel(Options(store, tasks))
        parameters.set_number("temperature", 0.4)
        parameters.add_stop("。\n")
        await until(lambda: store.written)
        kept = parameters_from(str(store.written[-1]["write.parameters"]))
        assert kept.values == SamplingParameters(temperature=0.4, stop=("。\n",))
