"""Any number of connections, each with its key: kept, changed, forgotten, and turned into where requests go."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app.api.connection import HttpClient
from app.api.errors import AuthError
from app.domain.environment import from_environment
from app.domain.exchange import Part
from app.domain.profile import BUILT_IN, InvalidAddressError, Network, Profile
from app.services.connections import Connections, Removed
from app.services.errors import ModelMissingError
from app.services.local_model import LocalModel
from app.store.errors import KeychainFailedError, KeychainLockedError, StorageFailedError
from app.store.secrets import SecretStore
from app.store.settings import Settings
from tests.relay import Relay
from tests.relay.completion_server import completion_server
from tests.unit.services.chains import Chain

RELAY = Profile("", "Relay", "https://relay.example/v1")
PROXIED = replace(RELAY, network=Network(proxy="http://proxy.example:3128", proxy_user="me"))


@dataclass
class Desk:
    """One run of the program over a folder and, perhaps, a key chain."""

    folder: Path
    chain: Chain | None = None
    forgotten: list[str] = field(default_factory=list)
    """The connections of which was forgotten what their servers do."""

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Connections]:
        """Give the connections of one run; its options are written at the end, as the program does."""
        settings = Settings(self.folder / "settings.json")
        model = LocalModel(lambda: str(self.folder / "none.gguf"))
        http = HttpClient()
        try:
            yield Connections(settings, SecretStore(find=lambda: self.chain), model, http, self)
        finally:
            settings.flush_now()
            await model.aclose()
            await http.aclose()

    async def forget(self, profile_id: str) -> None:
        self.forgotten.append(profile_id)

    @property
    def file(self) -> str:
        return (self.folder / "settings.json").read_text("utf-8")

    @property
    def noted(self) -> list[str]:
        noted = json.loads(json.loads(self.file).get("keychain.entries", "[]"))
        assert isinstance(noted, list)
        return noted


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, Chain())


@pytest.fixture
def chain(desk: Desk) -> Chain:
    assert desk.chain is not None
    return desk.chain


async def test_at_first_the_built_in_model_answers(desk: Desk) -> None:
    async with desk.run() as known:
        assert known.all() == (BUILT_IN,)
        assert known.current() == BUILT_IN
        assert known.model() == ""
        assert not await known.has_key(BUILT_IN)
        with pytest.raises(ModelMissingError):
            await known.endpoint(BUILT_IN)


async def test_q10_a_pasted_address_is_understood_and_kept(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        saved = await known.add(Profile("x", " Relay ", " relay.example/v1/completions\n"), " Bearer sk-one\n")
        profile = saved.profile
        assert (profile.name, profile.base_url) == ("Relay", "https://relay.example/v1")
        assert profile.id not in {"", "x", BUILT_IN.id}
        assert saved.place is not None
        assert saved.place.is_kept
        assert known.all() == (profile, BUILT_IN)
        assert known.current() == BUILT_IN, "adding is not choosing"
        assert chain.secrets == {f"{profile.id}@https://relay.example:443": "sk-one"}
        known.choose("write", profile.id)
        assert "sk-one" not in repr(known) + repr(saved)
    async with desk.run() as known:
        assert known.current() == profile
        endpoint = await known.endpoint(profile)
        assert (endpoint.base_url, endpoint.key) == ("https://relay.example/v1", "sk-one")
    assert "sk-one" not in desk.file


async def test_a_host_that_keeps_its_api_elsewhere_is_known(desk: Desk) -> None:
    async with desk.run() as known:
        saved = await known.add(Profile("", "", "openrouter.ai"))
        assert saved.profile.base_url == "https://openrouter.ai/api/v1"


async def test_an_address_that_cannot_be_read_changes_nothing(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        saved = await known.add(RELAY, "sk-one")
        with pytest.raises(InvalidAddressError):
            await known.add(replace(RELAY, base_url="ftp://there"), "sk-two")
        with pytest.raises(InvalidAddressError):
            await known.update(replace(saved.profile, base_url=""), "sk-two")
        assert known.all() == (saved.profile, BUILT_IN)
        assert (await known.endpoint(saved.profile)).key == "sk-one"
        assert list(chain.secrets.values()) == ["sk-one"]


async def test_each_connection_has_a_name_of_its_own(desk: Desk) -> None:
    async with desk.run() as known:
        addresses = ("https://api.relay.example/v1", "https://www.relay.example:8443", "relay.example", "relay.example")
        names = [(await known.add(Profile("", "", address))).profile.name for address in addresses]
        assert names == ["relay.example", "relay.example:8443", "relay.example 2", "relay.example 3"]
        assert (await known.add(Profile("", "RELAY.example", "a.example"))).profile.name == "RELAY.example 4"


async def test_connections_to_one_host_have_keys_of_their_own(desk: Desk) -> None:
    async with desk.run() as known:
        one = (await known.add(RELAY, "sk-one")).profile
        two = (await known.add(RELAY, "sk-two")).profile
        assert one.id != two.id
    async with desk.run() as known:
        assert [(await known.endpoint(each)).key for each in (one, two)] == ["sk-one", "sk-two"]
        await known.remove(one.id)
        assert (await known.endpoint(two)).key == "sk-two"


async def test_each_place_remembers_its_connection_and_model(desk: Desk) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY)).profile
        known.choose("write", relay.id, " davinci-002 ")
    async with desk.run() as known:
        assert (known.current("write"), known.model("write")) == (relay, "davinci-002")
        known.choose("write", "of which nothing is known", "davinci-002")
        assert (known.current(), known.model()) == (BUILT_IN, "")
        with pytest.raises(KeyError):
            known.choose("nowhere", relay.id)
        with pytest.raises(KeyError):
            known.current("nowhere")


async def test_favourites_are_kept_in_the_users_order(desk: Desk) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY)).profile
        for model in ("b", "a", "c", "a"):
            known.set_favourite(relay.id, model, True)
        known.set_favourite(relay.id, "b", False)
        known.set_favourite(relay.id, "never", False)
        known.set_favourite(BUILT_IN.id, "small", True)
    async with desk.run() as known:
        assert known.profile(relay.id).favourites == ("a", "c")
        assert known.all()[-1] == replace(BUILT_IN, favourites=("small",))


# --- changing ---------------------------------------------------------------------------------------------------------


async def test_what_is_changed_keeps_its_key(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        changed = replace(relay, name="Other", base_url="https://relay.example:443/api/v2", extra_body={"top_k": 4})
        saved = await known.update(changed)
        assert (saved.profile, saved.place, saved.leftover) == (changed, None, None)
        assert known.all() == (changed, BUILT_IN)
        assert (await known.endpoint(changed)).key == "sk-one"
        assert chain.calls.count("set") == 1


@pytest.mark.parametrize("address", ["https://other.example", "http://relay.example", "https://relay.example:8443"])
async def test_a_key_never_goes_to_another_origin(desk: Desk, chain: Chain, address: str) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        saved = await known.update(replace(relay, base_url=address))
        assert saved.place is None
        assert (await known.endpoint(saved.profile)).key is None
        assert not known.may_have_key(saved.profile)
        assert chain.secrets == {}, "nobody uses it any more"
        back = await known.update(relay)
        assert (await known.endpoint(back.profile)).key is None
    assert desk.noted == []


async def test_a_moved_connection_takes_a_new_key(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        saved = await known.update(replace(relay, base_url="https://other.example"), "sk-two")
        assert chain.secrets == {f"{relay.id}@https://other.example:443": "sk-two"}
        assert (await known.endpoint(saved.profile)).key == "sk-two"


async def test_an_old_key_that_the_key_chain_does_not_let_go_is_told(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        chain.stuck = set(chain.secrets)
        saved = await known.update(replace(relay, base_url="https://other.example"), "sk-two")
        assert isinstance(saved.leftover, KeychainFailedError)
        assert saved.problem is None
        assert (await known.endpoint(saved.profile)).key == "sk-two"
    assert len(desk.noted) == 2, "to be tried again"


async def test_a_new_key_takes_the_place_of_the_old_one_at_once(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        await known.endpoint(relay)
        saved = await known.replace_key(replace(relay, name="as it was edited"), " sk-two ")
        assert saved.profile == relay, "only the key is kept"
        assert saved.place is not None
        assert saved.place.is_kept
        assert await known.reveal_key(relay) == "sk-two"
        assert list(chain.secrets.values()) == ["sk-two"]


async def test_a_proxys_password_has_an_entry_of_its_own(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(PROXIED, "sk-one", "secret")).profile
        assert chain.secrets[f"{relay.id}@proxy:http://proxy.example:3128"] == "secret"
    assert "secret" not in desk.file
    async with desk.run() as known:
        endpoint = await known.endpoint(relay)
        assert (endpoint.key, endpoint.proxy_password, endpoint.network) == ("sk-one", "secret", relay.network)
        moved = replace(relay, network=replace(relay.network, proxy="http://elsewhere.example:3128"))
        await known.update(moved)
        assert (await known.endpoint(moved)).proxy_password is None
        assert list(chain.secrets.values()) == ["sk-one"]
        await known.update(moved, proxy_password="another")
        assert (await known.endpoint(moved)).proxy_password == "another"
        assert (await known.endpoint(moved)).key == "sk-one"
        await known.update(relay.__class__(relay.id, relay.name, relay.base_url))
        assert list(chain.secrets.values()) == ["sk-one"]


async def test_headers_and_fields_of_ones_own_go_where_requests_go(desk: Desk) -> None:
    async with desk.run() as known:
        own = replace(RELAY, extra_headers={"X-Team": "blue"}, extra_body={"top_k": 40})
        endpoint = await known.endpoint((await known.add(own)).profile)
        assert (endpoint.extra_headers, endpoint.extra_body) == ({"X-Team": "blue"}, {"top_k": 40})
        assert (endpoint.key, endpoint.proxy_password) == (None, None)


# --- removing ---------------------------------------------------------------------------------------------------------


async def test_a_removed_connection_takes_its_secrets_with_it(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        await known.add(replace(RELAY, name="First"))
        relay = (await known.add(PROXIED, "sk-one", "secret")).profile
        await known.add(replace(RELAY, name="Last"), "sk-last")
        known.choose("write", relay.id, "davinci-002")
        removed = await known.remove(relay.id)
        assert (removed.profile, removed.position, removed.problem) == (relay, 1, None)
        assert list(chain.secrets.values()) == ["sk-last"]
        assert known.current() == BUILT_IN
        assert known.profile(relay.id) == BUILT_IN, "its runs go nowhere else"
        known.restore(removed)
        assert [each.name for each in known.all()] == ["First", "Relay", "Last", ""]
        assert (known.current(), known.model()) == (relay, "davinci-002")
        assert await known.reveal_key(relay) is None
    async with desk.run() as known:
        assert known.profile(relay.id) == relay
    assert len(desk.noted) == 1


async def test_what_was_chosen_meanwhile_stays_chosen(desk: Desk) -> None:
    async with desk.run() as known:
        relay, other = (await known.add(RELAY)).profile, (await known.add(RELAY)).profile
        known.choose("write", relay.id)
        removed = await known.remove(relay.id)
        known.choose("write", other.id)
        known.restore(removed)
        assert known.current() == other


async def test_a_key_chain_that_does_not_let_go_does_not_hold_up_the_removal(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        chain.is_locked = True
        removed = await known.remove(relay.id)
        assert isinstance(removed.problem, KeychainLockedError)
        assert known.all() == (BUILT_IN,)
        assert not known.may_have_key(BUILT_IN)
    chain.is_locked = False
    async with desk.run() as known:
        assert await known.forget_everything() == ()
        assert chain.secrets == {}


@pytest.mark.parametrize("profile_id", ["built-in", "never known"])
async def test_what_is_no_connection_of_the_user_cannot_be_removed(desk: Desk, profile_id: str) -> None:
    async with desk.run() as known:
        with pytest.raises(KeyError):
            await known.remove(profile_id)


async def test_a_connection_without_a_key_needs_no_key_chain_at_all(desk: Desk, chain: Chain) -> None:
    chain.is_locked = True
    async with desk.run() as known:
        local = (await known.add(Profile("", "Ollama", "http://127.0.0.1:11434"))).profile
        assert (await known.endpoint(local)).key is None
        assert not await known.has_key(local)
        assert await known.remove(local.id) == Removed(local, 0)
    assert chain.calls == []


# --- keys -------------------------------------------------------------------------------------------------------------


async def test_without_a_key_chain_the_key_stays_for_this_run(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    async with desk.run() as known:
        saved = await known.add(RELAY, "sk-one")
        assert saved.place is not None
        assert not saved.place.is_kept
        assert saved.problem is None
        assert not (await known.key_place()).is_kept
        assert (await known.endpoint(saved.profile)).key == "sk-one"
    async with desk.run() as known:
        assert (await known.endpoint(saved.profile)).key is None
    assert "sk-one" not in desk.file
    assert desk.noted == []


async def test_a_locked_key_chain_is_said_and_the_key_serves_this_run(desk: Desk, chain: Chain) -> None:
    chain.is_locked = True
    async with desk.run() as known:
        saved = await known.add(RELAY, "sk-one")
        assert isinstance(saved.problem, KeychainLockedError)
        assert saved.place is not None
        assert not saved.place.is_kept
        assert (await known.endpoint(saved.profile)).key == "sk-one"
    async with desk.run() as known:
        with pytest.raises(KeychainLockedError):
            await known.endpoint(saved.profile)


async def test_a_forgotten_key_is_gone_everywhere(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        assert known.may_have_key(relay)
        await known.forget_key(relay)
        assert not await known.has_key(relay)
        assert not known.may_have_key(relay)
        assert chain.secrets == {}
    assert desk.noted == []


async def test_a_key_that_cannot_be_removed_is_told(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(RELAY, "sk-one")).profile
        chain.stuck = set(chain.secrets)
        with pytest.raises(KeychainFailedError):
            await known.forget_key(relay)


async def test_everything_is_forgotten_and_what_is_left_is_named(desk: Desk, chain: Chain) -> None:
    async with desk.run() as known:
        relay = (await known.add(PROXIED, "sk-one", "secret")).profile
        other = (await known.add(Profile("", "Other", "https://other.example"), "sk-two")).profile
        gone = (await known.add(Profile("", "Gone", "https://gone.example"), "sk-three")).profile
        chain.stuck = {f"{gone.id}@https://gone.example:443", f"{relay.id}@https://relay.example:443"}
        await known.remove(gone.id)
        left = await known.forget_everything()
        assert sorted(left) == ["Relay (https://relay.example:443)", "https://gone.example:443"]
        assert set(chain.secrets) == chain.stuck
        assert (await known.endpoint(other)).key is None
        assert known.all() == (relay, other, BUILT_IN), "the connections stay"
        chain.stuck = set()
        assert await known.forget_everything() == ()
        assert chain.secrets == {}
    assert desk.noted == []


async def test_where_the_list_cannot_be_written_the_key_is_held_for_this_run(desk: Desk, chain: Chain) -> None:
    (desk.folder / "settings.json").mkdir()
    async with desk.run() as known:
        with pytest.raises(StorageFailedError):
            await known.add(RELAY, "sk-one")
        (relay, _) = known.all()
        assert (await known.endpoint(relay)).key == "sk-one", "it works in this run"
        assert chain.secrets == {}, "nobody would find it there"
        (desk.folder / "settings.json").rmdir()


# --- to and from others -----------------------------------------------------------------------------------------------


async def test_connections_are_given_away_without_their_secrets(desk: Desk) -> None:
    async with desk.run() as known:
        one = (
            await known.add(replace(PROXIED, extra_body={"top_k": 4}, favourites=("m",)), "sk-one", "secret")
        ).profile
        two = (await known.add(Profile("", "Two", "https://two.example"))).profile
        await known.add(Profile("", "Three", "https://three.example"), "sk-three")
        exported = known.export([two.id, one.id, "unknown"])
        for secret in ("sk-one", "secret", "sk-three", "Three", one.id):
            assert secret not in exported.text
        assert {(each.connection, each.part) for each in exported.stripped} == {
            ("Relay", Part.KEY),
            ("Relay", Part.PROXY_LOGIN),
        }
        imported = known.import_(exported.text)
        assert [each.name for each in imported.profiles] == ["Relay", "Two"]
        assert len(known.all()) == 4, "looking keeps nothing"
        taken = await known.take(imported)
        assert [each.name for each in taken] == ["Relay 2", "Two 2"]
        assert known.all()[3:5] == taken
        assert {one.id, two.id}.isdisjoint(each.id for each in taken)
        assert not known.may_have_key(taken[0])
        assert (taken[0].extra_body, taken[0].favourites) == ({"top_k": 4}, ("m",))
    async with desk.run() as known:
        assert known.all()[3:5] == taken


async def test_what_is_no_list_of_connections_keeps_nothing(desk: Desk) -> None:
    async with desk.run() as known:
        imported = known.import_("nonsense")
        assert imported.problems
        assert await known.take(imported) == ()
        assert known.all() == (BUILT_IN,)


async def test_what_another_program_held_is_taken_with_its_key(desk: Desk, chain: Chain) -> None:
    found = from_environment(
        {"OPENAI_API_KEY": "sk-Zk3qv9T0bXw7Lr5Np2Yd", "RELAY_API_KEY": "sk-Yd3qv9T0bXw7Lr5Np2Zk"}
        | {"RELAY_BASE_URL": "https://relay.example/v1", "RELAY_MODEL": "davinci-002", "OLLAMA_HOST": "127.0.0.1"}
    )
    async with desk.run() as known:
        saved = await known.take_found(found)
        kept = {each.profile.name: each.profile for each in saved}
        assert {each.base_url for each in kept.values()} == {"https://relay.example/v1", "http://127.0.0.1:11434/v1"}
        assert kept["Ollama"].preset == "ollama"
        relay = next(each for each in kept.values() if each.name != "Ollama")
        assert relay.favourites == ("davinci-002",)
        assert list(chain.secrets.values()) == ["sk-Yd3qv9T0bXw7Lr5Np2Zk"], "a key without an address goes nowhere"


# --- servers ----------------------------------------------------------------------------------------------------------


async def test_models_are_listed_with_the_key_of_the_connection(desk: Desk) -> None:
    async with Relay() as relay, desk.run() as known:
        completion_server(relay, key="sk-one", models=("first", "second"))
        profile = (await known.add(Profile("", "", relay.base_url), "sk-wrong")).profile
        with pytest.raises(AuthError):
            await known.models(profile)
        await known.replace_key(profile, "sk-one")
        assert [model.id for model in await known.models(profile)] == ["first", "second"]


# --- the one connection of before -------------------------------------------------------------------------------------


async def test_the_connection_and_the_key_of_the_first_version_are_found(desk: Desk, chain: Chain) -> None:
    old = {"profile.id": "connection", "profile.name": "", "profile.base_url": "https://relay.example/v1", "model": "m"}
    (desk.folder / "settings.json").write_text(json.dumps(old))
    chain.secrets["connection@https://relay.example:443"] = "sk-one"
    async with desk.run() as known:
        assert known.current().base_url == "https://relay.example/v1"
        assert known.model() == "m"
        assert (await known.endpoint(known.current())).key == "sk-one"


async def test_what_was_learnt_of_a_server_goes_with_its_address(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    async with desk.run() as connections:
        profile = (await connections.add(RELAY)).profile
        await connections.update(replace(profile, name="Another name"))
        assert desk.forgotten == []
        await connections.update(replace(profile, base_url="https://other.example/v1"))
        assert desk.forgotten == [profile.id]
        await connections.remove(profile.id)
        assert desk.forgotten == [profile.id] * 2
