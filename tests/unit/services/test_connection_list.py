"""The list of connections as it is kept among the options."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.profile import BUILT_IN, Dialect, Network, Profile
from app.services.connection_list import FIRST_ID, ConnectionList
from app.store.settings import Settings

ONE = Profile("one", "One", "https://one.example/v1")
TWO = Profile("two", "Two", "https://two.example/v1")
THREE = Profile("three", "三", "https://three.example/v1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def content(path: Path) -> dict[str, str]:
    read = json.loads(path.read_text("utf-8"))
    assert isinstance(read, dict)
    return read


def test_at_first_there_is_the_built_in_model_alone(path: Path) -> None:
    settings = Settings(path)
    known = ConnectionList(settings)
    assert known.all() == (BUILT_IN,)
    assert known.find("built-in") == BUILT_IN
    assert known.find("one") is None
    assert known.place("write") == ("built-in", "")
    assert known.entries() == ()
    assert not settings.pending, "looking changes nothing"


def test_connections_keep_their_order_and_come_back_whole(path: Path) -> None:
    settings = Settings(path)
    known = ConnectionList(settings)
    full = replace(
        TWO,
        preset="new-api",
        favourites=("a", "b"),
        dialect=Dialect(suno="newapi"),
        network=Network(proxy="http://proxy.example:1", proxy_user="me", idle_timeout=7.0),
        extra_headers={"X-Team": "blue"},
        extra_body={"top_k": 40, "deep": {"list": [1, None, "x"]}},
    )
    for profile in (ONE, full, THREE):
        known.put(profile)
    known.put(replace(ONE, name="Renamed"))
    settings.flush_now()
    again = ConnectionList(Settings(path))
    assert again.all() == (replace(ONE, name="Renamed"), full, THREE, BUILT_IN)
    assert again.find("two") == full


def test_one_that_is_brought_back_stands_where_it_was(path: Path) -> None:
    known = ConnectionList(Settings(path))
    for profile in (ONE, TWO, THREE):
        known.put(profile)
    assert known.drop("two") == 1
    assert known.all() == (ONE, THREE, BUILT_IN)
    known.put(TWO, 1)
    assert known.all() == (ONE, TWO, THREE, BUILT_IN)
    assert known.drop("four") is None


def test_the_built_in_model_comes_last_and_has_favourites_too(path: Path) -> None:
    known = ConnectionList(Settings(path))
    known.put(replace(BUILT_IN, favourites=("small",), name="Mine", base_url="https://one.example/v1"))
    known.put(ONE)
    assert known.all() == (ONE, replace(BUILT_IN, favourites=("small",)))
    assert known.find("built-in") == replace(BUILT_IN, favourites=("small",)), "it is not moved elsewhere"


def test_each_place_has_its_connection_and_model(path: Path) -> None:
    known = ConnectionList(Settings(path))
    known.choose("write", "one", "m")
    assert known.place("write") == ("one", "m")
    with pytest.raises(KeyError):
        known.choose("nowhere", "one", "m")
    with pytest.raises(KeyError):
        known.place("nowhere")


def test_two_programs_do_not_undo_each_others_changes(path: Path) -> None:
    window, command = Settings(path), Settings(path)
    shown, changed = ConnectionList(window), ConnectionList(command)
    shown.put(ONE)
    window.flush_now()
    changed.put(TWO)
    changed.set_entries(["two@there"])
    command.flush_now()
    shown.put(replace(ONE, favourites=("m",)))
    assert shown.entries() == ("two@there",)
    window.flush_now()
    assert ConnectionList(Settings(path)).all() == (replace(ONE, favourites=("m",)), TWO, BUILT_IN)


STRANGE = [
    {"id": "later", "transport": "pigeon"},
    7,
    None,
    {"id": "one", "name": "twin", "base_url": "https://x.example"},
]


def test_what_cannot_be_read_is_left_where_it_is(path: Path) -> None:
    entry = {"id": "one", "name": "One", "base_url": "https://one.example/v1"}
    path.write_text(json.dumps({"connections": json.dumps([entry, *STRANGE])}))
    settings = Settings(path)
    known = ConnectionList(settings)
    assert known.all() == (ONE, BUILT_IN), "the first of two with one id"
    known.put(TWO)
    settings.flush_now()
    kept = json.loads(content(path)["connections"])
    assert [each for each in kept if each in STRANGE] == STRANGE
    assert ConnectionList(Settings(path)).all() == (ONE, TWO, BUILT_IN)


@pytest.mark.parametrize("damaged", ["[", "null", "7", "{}", "[" * 100_000])
def test_a_damaged_list_is_an_empty_one(path: Path, damaged: str) -> None:
    path.write_text(json.dumps({"connections": damaged, "keychain.entries": damaged}))
    known = ConnectionList(Settings(path))
    assert known.all() == (BUILT_IN,)
    assert known.entries() == ()


def test_entries_are_noted_once_each(path: Path) -> None:
    settings = Settings(path)
    known = ConnectionList(settings)
    known.set_entries(["a", "b", "a"])
    assert known.entries() == ("a", "b")
    settings.flush_now()
    known.set_entries(["a", "b"])
    assert not settings.pending


OLD = {
    "profile.id": "connection",
    "profile.name": "Relay",
    "profile.base_url": "https://relay.example/v1",
    "model": "davinci-002",
    "theme": "dark",
}


def test_the_one_connection_of_the_first_version_is_taken_over(path: Path) -> None:
    path.write_text(json.dumps(OLD))
    settings = Settings(path)
    known = ConnectionList(settings)
    relay = Profile(FIRST_ID, "Relay", "https://relay.example/v1")
    assert known.place("write") == (FIRST_ID, "davinci-002")
    assert known.all() == (relay, BUILT_IN)
    assert known.entries() == ("connection@https://relay.example:443",), "its key is in the key chain"
    assert settings.text("theme") == "dark"
    known.choose("write", FIRST_ID, "another")
    known.drop(FIRST_ID)
    settings.flush_now()
    again = ConnectionList(Settings(path))
    assert again.all() == (BUILT_IN,), "once is enough"
    assert again.place("write")[1] == "another"
    assert content(path)["profile.base_url"] == "https://relay.example/v1", "the first version still finds its own"


@pytest.mark.parametrize(
    ("changes", "place", "count"),
    [
        ({"profile.id": "built-in"}, ("built-in", "davinci-002"), 2),
        ({"profile.id": ""}, ("built-in", "davinci-002"), 2),
        ({"profile.base_url": ""}, ("built-in", "davinci-002"), 1),
        ({"profile.base_url": "ftp://there"}, ("built-in", "davinci-002"), 1),
        ({"model": ""}, ("connection", ""), 2),
        ({"profile.base_url": 7, "model": 8}, ("built-in", ""), 1),
    ],
)
def test_whatever_the_first_version_left_is_understood(
    path: Path, changes: dict[str, object], place: tuple[str, str], count: int
) -> None:
    path.write_text(json.dumps(OLD | changes))
    settings = Settings(path)
    known = ConnectionList(settings)
    assert known.place("write") == place
    assert len(known.all()) == count
    settings.flush_now()
    assert ConnectionList(Settings(path)).place("write") == place
