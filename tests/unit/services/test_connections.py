from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.api.connection import HttpClient
from app.api.errors import AuthError
from app.domain.profile import BUILT_IN, InvalidAddressError, Profile
from app.services.connections import CONNECTION_ID, Connections
from app.services.errors import ModelMissingError
from app.services.local_model import LocalModel
from app.store.errors import KeychainFailedError, KeychainLockedError
from app.store.secrets import Keychain, KeychainState, SecretStore
from app.store.settings import Settings
from tests.relay import Relay
from tests.relay.completion_server import completion_server


class Chain:
    """A key chain in memory that counts how often it was asked, and can be locked."""

    name = "Test chain"

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.reads = 0
        self.is_locked = False

    def state(self) -> KeychainState:
        if self.is_locked:
            raise KeychainLockedError("locked")
        return KeychainState.OPEN

    def get(self, entry: str) -> str | None:
        self.reads += 1
        return self.entries.get(entry)

    def set(self, entry: str, key: str) -> None:
        self.entries[entry] = key

    def delete(self, entry: str) -> None:
        del self.entries[entry]


@asynccontextmanager
async def connections(folder: Path, find: Callable[[], Keychain | None] = lambda: None) -> AsyncIterator[Connections]:
    settings = Settings(folder / "settings.json")
    model = LocalModel(lambda: str(folder / "none.gguf"))
    http = HttpClient()
    try:
        yield Connections(settings, SecretStore(find=find), model, http)
    finally:
        await model.aclose()
        await http.aclose()


async def test_the_built_in_model_answers_where_nothing_was_configured(tmp_path: Path) -> None:
    async with connections(tmp_path) as known:
        assert known.current() == BUILT_IN
        assert not await known.has_key(BUILT_IN)
        with pytest.raises(ModelMissingError):
            await known.endpoint(BUILT_IN)


async def test_q10_a_pasted_address_is_understood_and_kept(tmp_path: Path) -> None:
    async with connections(tmp_path) as known:
        saved = await known.configure(" Relay ", "relay.example/v1/completions", " Bearer sk-one\n")
        assert saved.profile == Profile(CONNECTION_ID, "Relay", "https://relay.example/v1")
        assert known.current() == saved.profile
        endpoint = await known.endpoint(saved.profile)
        assert (endpoint.base_url, endpoint.key) == ("https://relay.example/v1", "sk-one")
        assert "sk-one" not in repr(known)
    async with connections(tmp_path) as known:
        assert known.current() == saved.profile
        assert "sk-one" not in (tmp_path / "settings.json").read_text()


async def test_an_address_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    async with connections(tmp_path) as known:
        await known.configure("", "relay.example", "sk-one")
        with pytest.raises(InvalidAddressError):
            await known.configure("", "ftp://relay.example", "sk-two")
        assert (await known.endpoint(known.current())).key == "sk-one"


async def test_without_a_key_chain_the_key_stays_for_this_run(tmp_path: Path) -> None:
    async with connections(tmp_path) as known:
        saved = await known.configure("", "relay.example", "sk-one")
        assert saved.place is not None
        assert not saved.place.is_kept
        assert saved.problem is None
        assert not (await known.key_place()).is_kept
    async with connections(tmp_path) as known:
        assert (await known.endpoint(known.current())).key is None


async def test_a_key_is_kept_in_the_key_chain_and_asked_for_once(tmp_path: Path) -> None:
    chain = Chain()
    async with connections(tmp_path, lambda: chain) as known:
        saved = await known.configure("", "relay.example", "sk-one")
        assert saved.place is not None
        assert saved.place.is_kept
    async with connections(tmp_path, lambda: chain) as known:
        before = chain.reads
        assert await known.has_key(known.current())
        assert (await known.endpoint(known.current())).key == "sk-one"
        assert chain.reads == before + 1


async def test_a_key_never_goes_to_another_origin(tmp_path: Path) -> None:
    chain = Chain()
    async with connections(tmp_path, lambda: chain) as known:
        await known.configure("", "https://relay.example", "sk-one")
        for address in ("https://other.example", "http://relay.example", "https://relay.example:8443"):
            saved = await known.configure("", address)
            assert saved.place is None
            assert (await known.endpoint(saved.profile)).key is None
        back = await known.configure("", "https://relay.example/api/v1")
        assert (await known.endpoint(back.profile)).key == "sk-one"


async def test_a_new_key_takes_the_place_of_the_old_one_at_once(tmp_path: Path) -> None:
    async with connections(tmp_path) as known:
        await known.configure("", "relay.example", "sk-one")
        await known.endpoint(known.current())
        await known.configure("", "relay.example", "sk-two")
        assert (await known.endpoint(known.current())).key == "sk-two"


async def test_a_forgotten_key_is_gone_everywhere(tmp_path: Path) -> None:
    chain = Chain()
    async with connections(tmp_path, lambda: chain) as known:
        await known.configure("", "relay.example", "sk-one")
        await known.forget_key(known.current())
        assert not await known.has_key(known.current())
        assert not chain.entries


async def test_a_locked_key_chain_is_said_and_the_key_serves_this_run(tmp_path: Path) -> None:
    chain = Chain()
    chain.is_locked = True
    async with connections(tmp_path, lambda: chain) as known:
        saved = await known.configure("", "relay.example", "sk-one")
        assert isinstance(saved.problem, KeychainLockedError | KeychainFailedError)
        assert saved.place is not None
        assert not saved.place.is_kept
        assert (await known.endpoint(saved.profile)).key == "sk-one"
    async with connections(tmp_path, lambda: chain) as known:
        with pytest.raises((KeychainLockedError, KeychainFailedError)):
            await known.endpoint(known.current())


async def test_going_back_to_the_built_in_model_keeps_the_address_known(tmp_path: Path) -> None:
    async with connections(tmp_path) as known:
        await known.configure("Relay", "relay.example")
        known.use_built_in()
        assert known.current().is_built_in
        assert known.profile(CONNECTION_ID).base_url == "https://relay.example/v1"


async def test_models_are_listed_with_the_key_of_the_profile(tmp_path: Path) -> None:
    async with Relay() as relay, connections(tmp_path) as known:
        completion_server(relay, key="sk-one", models=("first", "second"))
        await known.configure("", relay.base_url, "sk-wrong")
        with pytest.raises(AuthError):
            await known.models(known.current())
        await known.configure("", relay.base_url, "sk-one")
        assert [model.id for model in await known.models(known.current())] == ["first", "second"]
