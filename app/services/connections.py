"""The servers the user connected, with their keys: kept, changed, forgotten, and turned into where requests go.

Owns the keys of this run, and the order in which lists, key chain and disk are changed, so that no key is left behind
where nobody knows of it. Must not know how options and keys are kept, or what is asked of a server beyond its list of
models.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

from app.api.connection import HttpClient
from app.api.models import list_models
from app.domain.errors import ExpectedError
from app.domain.models import ModelInfo
from app.domain.profile import BUILT_IN, BUILT_IN_ID, Endpoint, Profile, normalise_key
from app.services.connection_keys import ConnectionKeys, Keys
from app.services.connection_list import ConnectionList
from app.services.connection_list import Options as ListOptions
from app.store.errors import StoreError
from app.store.secrets import KeyPlace, key_entry, proxy_entry

if TYPE_CHECKING:  # what only changes of connections need is imported by them: the window starts without it
    from app.domain.exchange import Exported, FoundConnection, Imported

PLACES = ("write",)
"""The places of the program that each use a connection and a model of their own."""


class Options(ListOptions, Protocol):
    """Where connections are kept."""

    async def flush(self) -> None:
        """Write what was changed; raise StorageFailedError."""


class BuiltInModel(Protocol):
    """The server of the built-in model."""

    async def endpoint(self) -> Endpoint:
        """Return where it answers; raise LocalModelError."""


class Learnt(Protocol):
    """Where it is kept what servers do."""

    async def forget(self, profile_id: str) -> None:
        """Forget what was learnt of a connection; raise StoreError."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What keeping a connection came to.

    `place` is where the key went, None where none was given. `problem` is why it is not in the key chain although there
    is one; it is then used for this run all the same. `leftover` is why an earlier key, which is not used any more,
    may still be in the key chain.
    """

    profile: Profile
    place: KeyPlace | None = None
    problem: ExpectedError | None = None
    leftover: ExpectedError | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A connection that was removed, with what it takes to bring it back; its key is gone for good.

    `uses` holds place and model for each place that used it. `problem` is why its key may still be in the key chain.
    """

    profile: Profile
    position: int | None = None
    uses: tuple[tuple[str, str], ...] = ()
    problem: ExpectedError | None = None


class Connections:
    """Know every connection and its key; one for the program, used from one event loop.

    What is changed without `await` is on disk at the next flush of the options.
    """

    def __init__(
        self, options: Options, keys: Keys, built_in: BuiltInModel, http: HttpClient, learnt: Learnt | None = None
    ) -> None:
        self._options = options
        self._list = ConnectionList(options)
        self._keys = ConnectionKeys(keys, self._list)
        self._built_in = built_in
        self._http = http
        self._learnt = learnt

    def __repr__(self) -> str:
        """Show the profile and never a key."""
        return f"Connections({self.current()!r})"

    # --- the list -----------------------------------------------------------------------------------------------------

    def all(self) -> tuple[Profile, ...]:
        """Return the user's connections in their order, and the built-in model last."""
        return self._list.all()

    def profile(self, profile_id: str) -> Profile:
        """Return the connection with this id; an id of which nothing is known any more means the built-in model."""
        return self._list.find(profile_id) or self._list.find(BUILT_IN_ID) or BUILT_IN

    def current(self, place: str = "write") -> Profile:
        """Return the connection that a place uses; KeyError for an unknown place."""
        return self.profile(self._list.place(place)[0])

    def model(self, place: str = "write") -> str:
        """Return the model id chosen at a place, "" for the first that its server lists; KeyError as above."""
        return self._list.place(place)[1]

    def choose(self, place: str, profile_id: str, model: str = "") -> None:
        """Let a place use a connection and a model; KeyError for an unknown place."""
        chosen = self.profile(profile_id)
        self._list.choose(place, chosen.id, model.strip() if chosen.id == profile_id else "")

    def set_favourite(self, profile_id: str, model: str, is_favourite: bool) -> None:
        """Put a model at the end of a connection's favourites, or take it away."""
        profile = self.profile(profile_id)
        others = tuple(each for each in profile.favourites if each != model)
        kept = profile.favourites if model in profile.favourites else (*others, model)
        self._list.put(replace(profile, favourites=kept if is_favourite else others))

    async def add(self, profile: Profile, key: str | None = None, proxy_password: str | None = None) -> Saved:
        """Keep a new connection, with an id and a name of its own; its address may be as it was pasted (Q10).

        Raises:
            InvalidAddressError: The address cannot be read; nothing was changed.
            StorageFailedError: The connection and its key work in this run, but could not be written to disk.
        """
        return await self._save(self._as_new(profile), key, proxy_password)

    async def update(self, profile: Profile, key: str | None = None, proxy_password: str | None = None) -> Saved:
        """Keep a changed connection; a key or password of None stays as it is, as long as its scheme, host and port do.

        What belonged to another origin never goes to the new one, and is removed from the key chain. Raises as `add`.
        """
        from app.domain.presets import api_root

        changed = profile if profile.is_built_in else replace(profile, base_url=api_root(profile.base_url))
        return await self._save(changed, key, proxy_password)

    async def replace_key(self, profile: Profile, key: str) -> Saved:
        """Keep another key for a connection; raises as `add`."""
        return await self._save(self._list.find(profile.id) or profile, key)

    async def remove(self, profile_id: str) -> Removed:
        """Remove a connection and its secrets, and make sure that they are gone from the key chain.

        Places that used it use the built-in model then. A key chain that does not let go is told in the result; the
        entry stays known, and `forget_everything` tries again.

        Raises:
            KeyError: There is no such connection, or it is the built-in model.
            StorageFailedError: It is gone in this run, but the list could not be written to disk.
        """
        profile = self._list.find(profile_id)
        if profile is None or profile.is_built_in:
            raise KeyError(profile_id)
        uses = tuple((place, self.model(place)) for place in PLACES if self._list.place(place)[0] == profile_id)
        problem = await self._keys.forget((key_entry(profile), proxy_entry(profile)))
        for place, _ in uses:
            self._list.choose(place, BUILT_IN_ID, "")
        position = self._list.drop(profile_id)
        await self._forget_learnt(profile_id)
        await self._options.flush()
        return Removed(profile, position, uses, problem)

    def restore(self, removed: Removed) -> None:
        """Bring a removed connection back to where it was, without its key."""
        self._list.put(removed.profile, removed.position)
        for place, model in removed.uses:
            if self.current(place).is_built_in:  # nothing else was chosen meanwhile
                self.choose(place, removed.profile.id, model)

    # --- to and from others -------------------------------------------------------------------------------------------

    def export(self, profile_ids: Iterable[str]) -> "Exported":
        """Return connections as a text without anything secret, in their order, and what was left out of it."""
        from app.domain.exchange import to_text

        wanted = set(profile_ids)
        profiles = [each for each in self.all() if each.id in wanted]
        return to_text(profiles, [each.id for each in profiles if self.may_have_key(each)])

    def import_(self, text: str) -> "Imported":
        """Return the connections that a text tells of, to be looked at; `take` keeps them."""
        from app.domain.exchange import from_text

        return from_text(text)

    async def take(self, imported: "Imported") -> tuple[Profile, ...]:
        """Keep connections that were looked at, with ids and names of their own, and return them as they are kept.

        Raises:
            StorageFailedError: They can be used in this run, but could not be written to disk.
        """
        taken = tuple(self._as_new(profile) for profile in imported.profiles)
        await self._options.flush()
        return taken

    async def take_found(self, found: "Iterable[FoundConnection]") -> tuple[Saved, ...]:
        """Keep connections that another program or the environment held, those without an address left out.

        Raises:
            StorageFailedError: As `add`; those before it are kept.
        """
        from app.domain.presets import preset_for

        saved = []
        for each in found:
            if each.address:
                kind = preset_for(each.address)
                profile = (kind.profile if kind else Profile)("", each.name, each.address)
                saved.append(await self.add(replace(profile, favourites=each.models), each.key or None))
        return tuple(saved)

    # --- the keys -----------------------------------------------------------------------------------------------------

    async def key_place(self) -> KeyPlace:
        """Return where keys are kept on this computer; raises KeychainError."""
        return await self._keys.place()

    def may_have_key(self, profile: Profile) -> bool:
        """Tell whether a key was kept for a connection at its present origin, without asking the key chain."""
        return self._keys.may_have(key_entry(profile))

    def known_secrets(self) -> tuple[str, ...]:
        """Return the keys and passwords known in this run, for whoever keeps them out of logs; from any thread."""
        return self._keys.known()

    async def has_key(self, profile: Profile) -> bool:
        """Tell whether a key is known for a connection; the built-in model needs none. Raises KeychainError."""
        return await self.reveal_key(profile) is not None

    async def reveal_key(self, profile: Profile) -> str | None:
        """Return the key of a connection, to be shown to the user, None for none; raises KeychainError."""
        return await self._keys.secret(key_entry(profile))

    async def forget_key(self, profile: Profile) -> None:
        """Remove the key of a connection from this run and from the key chain; raises KeychainError."""
        if problem := await self._keys.forget((key_entry(profile),)):
            raise problem
        with suppress(StoreError):  # a note too many does no harm, and goes with the next change
            await self._options.flush()

    async def forget_everything(self) -> tuple[str, ...]:
        """Remove every secret of Quillpane from memory and key chain, and make sure that each is gone.

        Returns the names of those that may still be there, in words: the connection's name and the host.
        """
        left = await self._keys.forget_all()
        with suppress(StoreError):  # as above
            await self._options.flush()
        return tuple(self._words(entry) for entry in left)

    # --- where requests go --------------------------------------------------------------------------------------------

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where requests to a connection go, with its key where it has one; start the built-in model if need be.

        Raises:
            LocalModelError: The built-in model cannot answer.
            KeychainError: There may be a key, but the key chain does not hand it over.
        """
        if profile.is_built_in:
            return await self._built_in.endpoint()
        return Endpoint(
            profile.base_url,
            await self._keys.secret(key_entry(profile)),
            profile.network,
            profile.extra_headers,
            profile.extra_body,
            await self._keys.secret(proxy_entry(profile)),
        )

    async def models(self, profile: Profile) -> tuple[ModelInfo, ...]:
        """Return what the server lists (protocol 7, Q28).

        Raises:
            ApiError: The server does not answer, or not with a list.
            LocalModelError, KeychainError: As `endpoint`.
        """
        return await self.models_at(await self.endpoint(profile))

    async def models_at(self, endpoint: Endpoint) -> tuple[ModelInfo, ...]:
        """Return what the server at endpoint lists; raises ApiError."""
        return await list_models(self._http, endpoint)

    async def find_local_servers(self) -> tuple[Profile, ...]:
        """Return the servers that answer on the usual ports of this computer, ready to be added."""
        from app.services.local_servers import find_local_servers

        return await find_local_servers(self._http)

    async def _save(self, profile: Profile, key: str | None, proxy_password: str | None = None) -> Saved:
        """Keep a connection and what was given of its secrets; forget what it does not use any more."""
        before = self._list.find(profile.id) or profile
        self._list.put(profile)
        if before.base_url != profile.base_url:
            await self._forget_learnt(profile.id)  # another server is another server
        given = {key_entry(profile): normalise_key(key or ""), proxy_entry(profile): proxy_password or ""}
        secrets = {entry: secret for entry, secret in given.items() if entry and secret}
        self._keys.expect(secrets)
        try:
            await self._options.flush()
        except StoreError:
            self._keys.hold(secrets)  # without the list on disk, nobody would find them in the key chain again
            raise
        leftover = await self._keys.forget(
            [each for each in (key_entry(before), proxy_entry(before)) if each not in given]
        )
        places, problem = await self._keys.keep(secrets)
        await self._options.flush()
        return Saved(profile, places.get(key_entry(profile)), problem, leftover)

    async def _forget_learnt(self, profile_id: str) -> None:
        if self._learnt is not None:
            with suppress(StoreError):  # a finding too many is corrected by the next check
                await self._learnt.forget(profile_id)

    def _as_new(self, profile: Profile) -> Profile:
        """Put a connection on the list, with an id and a name of its own; raises InvalidAddressError."""
        from app.domain.presets import api_root

        address = api_root(profile.base_url)
        new = replace(profile, id=uuid4().hex[:12], base_url=address, name=self._free_name(profile.name, address))
        self._list.put(new)
        return new

    def _free_name(self, name: str, address: str) -> str:
        """Return the name of a new connection: what was given or else the host, with a number where it is taken."""
        wanted = name.strip() or _host_of(address)
        taken = {each.name.casefold() for each in self.all()}
        numbered = (f"{wanted} {number}" for number in count(2))
        return next(each for each in chain([wanted], numbered) if each.casefold() not in taken)

    def _words(self, entry: str) -> str:
        """Return what an entry is for, in words."""
        profile_id, _, origin = entry.partition("@")
        profile = self._list.find(profile_id)
        return f"{profile.name} ({origin})" if profile and profile.name else origin or entry


def _host_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.netloc.removeprefix("www.").removeprefix("api.")
