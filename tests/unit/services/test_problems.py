"""The one table of words for errors is whole and speaks like one person."""

import pytest

from app.api import errors as api
from app.domain.errors import ExpectedError
from app.services import errors as services
from app.services.problems import INVALID_PARAMETERS, UNKNOWN, Remedy, Words, words_for
from app.store import errors as store


def tree_below(root: type[ExpectedError]) -> list[type[ExpectedError]]:
    return [root, *(below for child in root.__subclasses__() for below in tree_below(child))]


OURS = {api.__name__, services.__name__, store.__name__}
ERRORS = [error for error in tree_below(ExpectedError) if error.__module__ in OURS]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_words_of_its_own_or_of_its_family(kind: type[ExpectedError]) -> None:
    words = words_for(kind("what the server said"))
    assert words is not UNKNOWN
    assert words.title
    assert words.cause
    assert words.advice


@pytest.mark.parametrize("words", [*(words_for(kind("")) for kind in ERRORS), INVALID_PARAMETERS, UNKNOWN])
def test_titles_are_headings_and_the_rest_are_sentences(words: Words) -> None:
    assert not words.title.endswith(".")
    assert all(text == "" or text.endswith(".") for text in (words.cause, words.advice))
    assert all(text == text.strip() and "  " not in text for text in (words.title, words.cause, words.advice))


def test_a_kind_of_error_that_is_not_in_the_table_is_worded_like_its_parent() -> None:
    class ExpiredKeyError(api.AuthError):
        """One that a later version may bring."""

    assert words_for(ExpiredKeyError()) is words_for(api.AuthError())
    assert words_for(ExpectedError("")) is UNKNOWN


def test_a_more_special_error_has_the_more_special_words() -> None:
    assert words_for(api.ChatModelError()).title != words_for(api.UnsupportedError()).title
    assert words_for(api.GatewayTimeoutError()).remedy is Remedy.LOWER_MAX_TOKENS
    assert words_for(store.DiskFullError("")) is not words_for(store.StorageFailedError(""))
