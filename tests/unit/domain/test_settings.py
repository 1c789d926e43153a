import json

import pytest

from app.domain.parameters import SamplingParameters
from app.domain.settings import OPTIONS, Option


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_every_default_is_accepted_and_fits_into_json(option: Option) -> None:
    assert option.accepts(option.default)
    assert json.loads(json.dumps(option.default)) == option.default


def test_every_option_is_found_under_its_own_name() -> None:
    assert all(name == option.name for name, option in OPTIONS.items())


def test_no_option_is_a_place_for_a_key() -> None:
    words = {word for name in OPTIONS for word in name.replace(".", "_").split("_")}
    assert words.isdisjoint({"key", "secret", "password", "token", "authorization"})


def test_the_default_parameters_are_readable() -> None:
    default = OPTIONS["write.parameters"].default
    assert isinstance(default, str)
    assert SamplingParameters.from_json(json.loads(default)) == SamplingParameters()


@pytest.mark.parametrize(
    ("default", "accepted", "refused"),
    [
        ("text", ["", "字"], [1, None, True, ["x"]]),
        (100, [0, -5], ["1", 1.5, True, None]),
        (1.5, [2.5, 2], ["1", False, None]),
        (True, [False], [0, 1, "true", None]),
    ],
)
def test_only_values_of_the_defaults_type_are_accepted(
    default: str | float, accepted: list[object], refused: list[object]
) -> None:
    option = Option("x", default)
    assert [option.accepts(value) for value in accepted] == [True] * len(accepted)
    assert [option.accepts(value) for value in refused] == [False] * len(refused)


def test_choices_limit_what_is_accepted() -> None:
    option = Option("x", "a", ("a", "b"))
    assert option.accepts("b")
    assert not option.accepts("c")
