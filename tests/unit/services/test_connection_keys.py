"""Secrets are remembered for this run, noted before they are kept, and asked for only where one may be."""

import asyncio
import threading
from pathlib import Path

import pytest

from app.services.connection_keys import ConnectionKeys
from app.services.connection_list import ConnectionList
from app.store.errors import KeychainFailedError, KeychainLockedError
from app.store.secrets import KeyPlace, SecretStore
from app.store.settings import Settings
from tests.support import until
from tests.unit.services.chains import Chain

ENTRY, OTHER = "one@https://one.example:443", "two@https://two.example:443"


class Kept:
    """One run of the program over a settings file."""

    def __init__(self, folder: Path, chain: Chain | None) -> None:
        self.chain = chain
        self.settings = Settings(folder / "settings.json")
        self.notes = ConnectionList(self.settings)
        self.store = SecretStore(deadline=30, find=lambda: self.chain)
        self.keys = ConnectionKeys(self.store, self.notes)

    async def keep(self, **secrets: str) -> KeyPlace:
        wanted = {ENTRY if name == "one" else OTHER: secret for name, secret in secrets.items()}
        self.keys.expect(wanted)
        places, problem = await self.keys.keep(wanted)
        assert problem is None
        self.settings.flush_now()
        return places[ENTRY]


async def test_a_key_is_kept_noted_and_asked_for_once(tmp_path: Path) -> None:
    chain = Chain()
    assert (await Kept(tmp_path, chain).keep(one="sk-one")).is_kept
    again = Kept(tmp_path, chain)
    chain.calls.clear()
    assert again.keys.may_have(ENTRY)
    assert await again.keys.secret(ENTRY) == "sk-one"
    assert await again.keys.secret(ENTRY) == "sk-one"
    assert chain.calls.count("get") == 1


async def test_what_is_known_in_this_run_can_be_told_to_whoever_hides_it(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    assert kept.keys.known() == ()
    await kept.keep(one="sk-one", two="sk-two")
    assert kept.keys.known() == ("sk-one", "sk-two")
    again = Kept(tmp_path, chain)
    assert again.keys.known() == (), "not read yet"
    await again.keys.secret(OTHER)
    assert again.keys.known() == ("sk-two",)


async def test_where_no_key_was_kept_the_key_chain_is_not_asked(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    chain.is_locked = True
    assert not kept.keys.may_have(ENTRY)
    assert await kept.keys.secret(ENTRY) is None
    assert await kept.keys.secret("") is None
    assert await kept.keys.forget([ENTRY, ""]) is None
    assert chain.calls == []


async def test_a_key_that_another_program_kept_meanwhile_is_found(tmp_path: Path) -> None:
    chain = Chain()
    window = Kept(tmp_path, chain)
    assert await window.keys.secret(ENTRY) is None
    await Kept(tmp_path, chain).keep(one="sk-one")
    assert await window.keys.secret(ENTRY) == "sk-one"


async def test_it_is_noted_before_it_is_kept(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    kept.keys.expect({ENTRY: "sk-one"})
    assert kept.notes.entries() == (ENTRY,)
    assert chain.calls == []
    assert await kept.keys.secret(ENTRY) == "sk-one", "it serves at once"


async def test_without_a_key_chain_nothing_is_noted(tmp_path: Path) -> None:
    kept = Kept(tmp_path, None)
    assert not (await kept.keep(one="sk-one")).is_kept
    assert kept.notes.entries() == ()
    assert await kept.keys.secret(ENTRY) == "sk-one"
    assert await Kept(tmp_path, None).keys.secret(ENTRY) is None


async def test_a_refused_key_stays_noted_and_serves_this_run(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    chain.is_locked = True
    kept.keys.expect({ENTRY: "sk-one", OTHER: "sk-two"})
    places, problem = await kept.keys.keep({ENTRY: "sk-one", OTHER: "sk-two"})
    assert isinstance(problem, KeychainLockedError)
    assert not any(place.is_kept for place in places.values())
    assert kept.notes.entries() == (ENTRY, OTHER), "it may get there all the same"
    assert await kept.keys.secret(OTHER) == "sk-two"


async def test_a_held_key_is_neither_noted_nor_in_the_key_chain(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    kept.keys.hold({ENTRY: "sk-one"})
    assert chain.secrets == {}
    assert await kept.store.read(ENTRY) == "sk-one"


async def test_a_forgotten_key_is_gone_and_no_longer_noted(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    await kept.keep(one="sk-one", two="sk-two")
    assert await kept.keys.forget([ENTRY]) is None
    assert chain.secrets == {OTHER: "sk-two"}
    assert kept.notes.entries() == (OTHER,)
    assert await kept.keys.secret(ENTRY) is None


async def test_a_key_that_stays_in_the_key_chain_stays_noted_but_is_not_used(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    await kept.keep(one="sk-one", two="sk-two")
    chain.stuck = {ENTRY}
    assert isinstance(await kept.keys.forget([ENTRY, OTHER]), KeychainFailedError)
    assert kept.notes.entries() == (ENTRY,)
    assert list(chain.secrets) == [ENTRY], "the others went"


async def test_a_key_is_not_called_gone_where_its_key_chain_is_missing(tmp_path: Path) -> None:
    await Kept(tmp_path, Chain()).keep(one="sk-one")
    kept = Kept(tmp_path, None)
    assert isinstance(await kept.keys.forget([ENTRY]), KeychainFailedError)
    assert kept.notes.entries() == (ENTRY,)


async def test_everything_is_forgotten_and_what_may_be_left_is_named(tmp_path: Path) -> None:
    kept = Kept(tmp_path, chain := Chain())
    await kept.keep(one="sk-one", two="sk-two")
    chain.secrets["unknown@here"] = "sk-three"
    chain.stuck = {OTHER}
    assert await kept.keys.forget_all() == (OTHER,)
    assert list(chain.secrets) == [OTHER]
    assert kept.notes.entries() == (OTHER,)
    assert await kept.keys.secret(ENTRY) is None
    chain.stuck = set()
    assert await kept.keys.forget_all() == ()
    assert kept.notes.entries() == ()
    assert chain.secrets == {}


async def test_a_key_that_is_forgotten_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    class Slow(Chain):
        def __init__(self) -> None:
            super().__init__()
            self.answers = threading.Event()

        def get(self, entry: str) -> str | None:
            found = super().get(entry)
            self.answers.wait(30)
            return found

    chain = Slow()
    chain.answers.set()
    await Kept(tmp_path, chain).keep(one="sk-one")
    kept = Kept(tmp_path, chain)
    chain.answers.clear()
    chain.calls.clear()
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(kept.keys.secret(ENTRY))
        await until(lambda: "get" in chain.calls)
        forgetting = group.create_task(kept.keys.forget([ENTRY]))
        await asyncio.sleep(0)
        chain.answers.set()
    assert forgetting.result() is None
    assert reading.result() is None
    assert await kept.keys.secret(ENTRY) is None


@pytest.mark.parametrize("is_kept", [True, False])
async def test_where_keys_go_can_be_told(tmp_path: Path, is_kept: bool) -> None:
    kept = Kept(tmp_path, Chain() if is_kept else None)
    assert (await kept.keys.place()).is_kept is is_kept
