import inspect

import pytest

from app.domain.errors import ExpectedError
from app.services import errors

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_expected_and_drawn_in_the_tree(kind: type[ExpectedError]) -> None:
    assert issubclass(kind, errors.LocalModelError)
    assert errors.__doc__ is not None
    assert f"─ {kind.__name__}" in errors.__doc__


def test_the_last_words_of_the_engine_are_cut() -> None:
    assert len(errors.ModelFailedError("It broke.", detail="x" * 9000).detail) == 2048
