"""Connections are found by what people type."""

import pytest

from app.cli.finding import find_connection, name_of
from app.cli.terminal import UsageError
from app.domain.profile import BUILT_IN, Profile

RELAY = Profile("a1", "My Relay", "https://relay.example/v1")
LOCAL = Profile("b2", "Ollama", "http://127.0.0.1:11434/v1")
OTHER = Profile("c3", "My Other", "https://other.example/v1")
KNOWN = (RELAY, LOCAL, OTHER, BUILT_IN)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("My Relay", RELAY),
        (" my relay ", RELAY),
        ("my r", RELAY),
        ("olla", LOCAL),
        ("b2", LOCAL),
        ("built-in", BUILT_IN),
        ("built", BUILT_IN),
    ],
)
def test_a_name_its_beginning_or_its_id_will_do(typed: str, found: Profile) -> None:
    assert find_connection(KNOWN, typed) == found


@pytest.mark.parametrize("typed", ["", " ", "relay", "nobody", "my"])
def test_what_is_nobody_or_more_than_one_is_wrong_usage(typed: str) -> None:
    with pytest.raises(UsageError, match="My Relay"):
        find_connection(KNOWN, typed)


def test_a_whole_name_counts_more_than_a_beginning() -> None:
    longer = Profile("d4", "Ollama at work", "https://work.example/v1")
    assert find_connection([longer, *KNOWN], "ollama") == LOCAL
    with pytest.raises(UsageError, match="several"):
        find_connection([longer, *KNOWN], "oll")


def test_everything_has_a_name() -> None:
    assert [name_of(each) for each in (RELAY, BUILT_IN, Profile("e5", "", "https://x.example"))] == [
        "My Relay",
        "built-in",
        "e5",
    ]
