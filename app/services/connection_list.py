"""The user's connections as they are kept among the options, and what each place of the program uses.

Owns the list, its order, and the names of the entries in which the key chain may hold something of ours. Must not know
a key, or what a connection is used for.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from app.domain.profile import BUILT_IN, BUILT_IN_ID, InvalidAddressError, Profile, normalise_address
from app.domain.profile_codec import from_json, to_json
from app.store.secrets import key_entry

FIRST_ID = "connection"
"""The id of the one connection that version 0.1 had; its key and its runs go by it."""

_LIST, _ENTRIES = "connections", "keychain.entries"


class Options(Protocol):
    """Where texts are kept."""

    def text(self, name: str) -> str:
        """Return an option."""

    def set(self, name: str, value: str) -> None:
        """Change an option in memory."""

    def reread(self, *names: str) -> None:
        """Take over what another instance of the program has written meanwhile."""


class ConnectionList:
    """Hold the connections in the user's order; used from the loop's thread only.

    Before each change the list is read again, because another window or a command may have changed it. What in it
    cannot be read stays where it is: a later version may know what it is.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._text: str | None = None
        self._profiles: dict[str, Profile] = {}
        self._strange: list[object] = []

    def all(self) -> tuple[Profile, ...]:
        """Return the user's connections in their order, and the built-in model last."""
        known = self._read()
        return (*(each for each in known.values() if not each.is_built_in), known.get(BUILT_IN_ID, BUILT_IN))

    def find(self, profile_id: str) -> Profile | None:
        """Return the connection with this id, None for an unknown one."""
        return (
            BUILT_IN if profile_id == BUILT_IN_ID and BUILT_IN_ID not in self._read() else self._read().get(profile_id)
        )

    def put(self, profile: Profile, position: int | None = None) -> None:
        """Keep a connection in place of the one with its id, or at a position, by default at the end."""

        def change(profiles: dict[str, Profile]) -> dict[str, Profile]:
            if profile.id in profiles or position is None:
                return profiles | {profile.id: profile}
            pairs = list(profiles.items())
            return dict([*pairs[:position], (profile.id, profile), *pairs[position:]])

        self._change(change)

    def drop(self, profile_id: str) -> int | None:
        """Take a connection off the list and return where it was, None where it was not."""
        self._options.reread(_LIST)
        position = next((number for number, each in enumerate(self._read()) if each == profile_id), None)
        self._change(lambda profiles: {key: each for key, each in profiles.items() if key != profile_id})
        return position

    def place(self, name: str) -> tuple[str, str]:
        """Return the profile id and the model id that a place of the program uses; KeyError for an unknown place."""
        self._read()  # which may come from an earlier version
        return self._options.text(f"place.{name}.profile"), self._options.text(f"place.{name}.model")

    def choose(self, name: str, profile_id: str, model: str) -> None:
        """Let a place use a connection and a model; KeyError for an unknown place."""
        self._read()
        self._options.set(f"place.{name}.profile", profile_id)
        self._options.set(f"place.{name}.model", model)

    def entries(self) -> tuple[str, ...]:
        """Return the names under which the key chain may hold something of ours."""
        self._read()
        self._options.reread(_ENTRIES)
        return tuple(entry for entry in _json_list(self._options.text(_ENTRIES)) if isinstance(entry, str) and entry)

    def set_entries(self, entries: Iterable[str]) -> None:
        """Keep the names under which the key chain may hold something of ours, each once."""
        kept = list(dict.fromkeys(entries))
        if kept != list(self.entries()):
            self._options.set(_ENTRIES, json.dumps(kept, ensure_ascii=False))

    def _read(self) -> dict[str, Profile]:
        """Return the connections by their ids."""
        if not self._options.text(_LIST):
            self._take_over()
        text = self._options.text(_LIST)
        if text != self._text:
            self._text, self._profiles, self._strange = text, {}, []
            for each in _json_list(text):
                profile = from_json(each)
                if profile is None or profile.id in self._profiles:
                    self._strange.append(each)
                elif profile.is_built_in:
                    self._profiles[profile.id] = replace(BUILT_IN, favourites=profile.favourites)
                else:
                    self._profiles[profile.id] = profile
        return self._profiles

    def _change(self, change: Callable[[dict[str, Profile]], dict[str, Profile]]) -> None:
        self._options.reread(_LIST)
        changed = change(self._read())
        content = [*(to_json(profile) for profile in changed.values()), *self._strange]
        self._options.set(_LIST, json.dumps(content, ensure_ascii=False))

    def _take_over(self) -> None:
        """Take over the one connection and the model of version 0.1, once."""
        address, model = self._options.text("profile.base_url"), self._options.text("model")
        if not address and not model:
            return
        self._options.set("place.write.model", model)
        kept: list[dict[str, object]] = []
        with suppress(InvalidAddressError):
            profile = Profile(FIRST_ID, self._options.text("profile.name"), normalise_address(address))
            kept.append(to_json(profile))
            self._options.set(_ENTRIES, json.dumps([key_entry(profile)]))
            is_used = self._options.text("profile.id") == FIRST_ID
            self._options.set("place.write.profile", FIRST_ID if is_used else BUILT_IN_ID)
        self._options.set(_LIST, json.dumps(kept, ensure_ascii=False))


def _json_list(text: str) -> list[object]:
    try:
        content = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return content if isinstance(content, list) else []
