"""Which server answers: the built-in model or the one connection, with its key and its models.

Owns the profile in use and the key of this run. Must not know where options and keys are kept, or what is asked of a
server beyond its list of models.
"""

from dataclasses import dataclass
from typing import Protocol

from app.api.connection import HttpClient
from app.api.models import list_models
from app.domain.errors import ExpectedError
from app.domain.models import ModelInfo
from app.domain.profile import BUILT_IN, BUILT_IN_ID, Endpoint, Profile, normalise_address, normalise_key
from app.store.errors import KeychainError
from app.store.secrets import KeyPlace

CONNECTION_ID = "connection"
"""The profile id of the one server that is not built in."""


class Options(Protocol):
    """Where the profile is kept."""

    def text(self, name: str) -> str:
        """Return an option."""

    def set(self, name: str, value: str) -> None:
        """Change an option."""

    async def flush(self) -> None:
        """Write what was changed; raise StorageFailedError."""


class Keys(Protocol):
    """Where keys are kept, by profile and origin."""

    async def read(self, profile: Profile) -> str | None:
        """Return the key or None; raise KeychainError."""

    async def write(self, profile: Profile, key: str) -> KeyPlace:
        """Keep the key; raise KeychainError and hold it in memory."""

    async def forget(self, profile: Profile) -> None:
        """Remove the key; raise KeychainError."""

    async def place(self) -> KeyPlace:
        """Return where a key would be kept; raise KeychainError."""


class BuiltInModel(Protocol):
    """The server of the built-in model."""

    async def endpoint(self) -> Endpoint:
        """Return where it answers; raise LocalModelError."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a connection came to.

    `place` is where the key went, None where none was given. `problem` is why it is not in the key chain although there
    is one; it is then used for this run all the same.
    """

    profile: Profile
    place: KeyPlace | None = None
    problem: ExpectedError | None = None


class Connections:
    """Tell which server answers and with which key; one for the program, used from one event loop."""

    def __init__(self, options: Options, keys: Keys, built_in: BuiltInModel, http: HttpClient) -> None:
        self._options = options
        self._keys = keys
        self._built_in = built_in
        self._http = http
        self._known: dict[tuple[str, str], str] = {}

    def __repr__(self) -> str:
        """Show the profile and never a key."""
        return f"Connections({self.current()!r})"

    def current(self) -> Profile:
        """Return the profile that answers now; the built-in model where nothing else was configured."""
        return self.profile(self._options.text("profile.id"))

    def profile(self, profile_id: str) -> Profile:
        """Return the profile with this id; an id of which nothing is known any more means the built-in model."""
        base_url = self._options.text("profile.base_url")
        if profile_id == BUILT_IN_ID or not base_url:
            return BUILT_IN
        return Profile(profile_id, self._options.text("profile.name"), base_url)

    async def configure(self, name: str, address: str, key: str | None = None) -> Saved:
        """Use the server at a pasted address (Q10), and keep its key where one is given.

        Without a key, the one already known for the same origin goes on being used; it never goes to another origin.

        Raises:
            InvalidAddressError: The address cannot be read; nothing was changed.
            StorageFailedError: The connection works in this run, but could not be written to disk.
        """
        profile = Profile(CONNECTION_ID, name.strip(), normalise_address(address))
        self._options.set("profile.id", profile.id)
        self._options.set("profile.name", profile.name)
        self._options.set("profile.base_url", profile.base_url)
        saved = Saved(profile)
        if cleaned := normalise_key(key or ""):
            saved = await self._keep_key(profile, cleaned)
        await self._options.flush()
        return saved

    def use_built_in(self) -> None:
        """Let the built-in model answer; the address of the connection stays known."""
        self._options.set("profile.id", BUILT_IN_ID)

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where requests to profile go, with its key where it has one; start the built-in model if need be.

        Raises:
            LocalModelError: The built-in model cannot answer.
            KeychainError: There may be a key, but the key chain does not hand it over.
        """
        if profile.is_built_in:
            return await self._built_in.endpoint()
        return Endpoint(profile.base_url, await self._key(profile))

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

    async def key_place(self) -> KeyPlace:
        """Return where keys are kept on this computer; raises KeychainError."""
        return await self._keys.place()

    async def has_key(self, profile: Profile) -> bool:
        """Tell whether a key is known for profile; the built-in model needs none. Raises KeychainError."""
        return not profile.is_built_in and await self._key(profile) is not None

    async def forget_key(self, profile: Profile) -> None:
        """Remove the key of profile from this run and from the key chain; raises KeychainError."""
        self._known.pop((profile.id, profile.origin), None)
        await self._keys.forget(profile)

    async def _keep_key(self, profile: Profile, key: str) -> Saved:
        self._known[profile.id, profile.origin] = key
        try:
            return Saved(profile, await self._keys.write(profile, key))
        except KeychainError as error:
            return Saved(profile, KeyPlace("", is_kept=False), error)

    async def _key(self, profile: Profile) -> str | None:
        """Return the key, from the key chain only once: it may ask the user, and takes time."""
        place = (profile.id, profile.origin)
        if (known := self._known.get(place)) is not None:
            return known
        if (key := await self._keys.read(profile)) is not None:
            self._known.setdefault(place, key)
        return self._known.get(place)
