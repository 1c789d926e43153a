"""Adding a connection from whatever was pasted: what was understood, shown before anything is sent.

Owns the draft of a connection; must not know HTTP, the key chain or widgets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.domain.key_text import mask_keys
from app.domain.pasted import Caution, mask, read_pasted, resulting_urls
from app.domain.presets import PRESETS, Preset, preset, preset_for
from app.domain.profile import (
    InvalidAddressError,
    Network,
    Profile,
    is_insecure,
    is_loopback,
    normalise_address,
    normalise_key,
)
from app.viewmodels.texts import Problem, describe

# What was said of the pasted address or key means nothing for one that was typed.
_OF_ADDRESS = frozenset({Caution.PAGE, Caution.SEVERAL_ADDRESSES, Caution.LOGIN_IN_ADDRESS})
_OF_KEY = frozenset({Caution.PLACEHOLDER, Caution.HEALED, Caution.SEVERAL_KEYS})


class KeyPlaceLike(Protocol):
    """Where keys are kept."""

    @property
    def name(self) -> str:
        """Return the key chain's name, "" for none."""

    @property
    def is_kept(self) -> bool:
        """Tell whether a key outlives this run."""


class SavedLike(Protocol):
    """What adding came to; `problem` is why the key is not in the key chain."""

    @property
    def profile(self) -> Profile:
        """Return the connection as it was kept."""

    @property
    def problem(self) -> ExpectedError | None:
        """Return why the key is held for this run only, although there is a key chain."""


class Adding(Protocol):
    """Who keeps connections."""

    async def add(self, profile: Profile, key: str | None = None, proxy_password: str | None = None) -> SavedLike:
        """Keep a new connection; its id is given by the service."""

    async def key_place(self) -> KeyPlaceLike:
        """Return where keys are kept; raise ExpectedError."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a connection would be; `urls` are the addresses that would be called, `key` is masked."""

    name: str = ""
    address: str = ""
    urls: tuple[str, ...] = ()
    key: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    can_add: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    name: str = ""
    address: str = ""
    key: str = field(default="", repr=False)
    model: str = ""
    preset_id: str = ""
    is_preset_chosen: bool = False
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    proxy_password: str = field(default="", repr=False)
    ignored: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()


class AddConnectionViewModel(QObject):
    """Turn a pasted text into a connection: read, show, correct, add."""

    understood_changed = Signal(object)  # Understood
    filled = Signal(str, str, str)  # name, address, key: what the fields are to show after a paste or a preset
    problem_changed = Signal(object)  # Problem | None
    key_place_told = Signal(str)
    added = Signal(str, str)  # profile id, model ("" where none was named)
    key_not_kept = Signal(object)  # Problem: the connection was added, and its key is held for this run only

    def __init__(self, service: Adding, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._tasks = tasks
        self._draft = _Draft()

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Return the kinds of servers to start from."""
        return PRESETS

    def begin(self) -> None:
        """Start anew, and find out where a key would be kept; that comes as `key_place_told`."""
        self._draft = _Draft()
        self._tell()
        self._tasks.start("key-place", self._ask_key_place())

    def read(self, text: str) -> None:
        """Take a pasted text in; what it says replaces what an earlier one said."""
        pasted = read_pasted(text)
        self._draft = _Draft(
            name=pasted.name,
            address=pasted.address,
            key=pasted.key,
            model=pasted.model,
            preset_id=pasted.preset or self._preset_id(pasted.address),
            extra_headers=dict(pasted.extra_headers),
            network=Network(proxy=pasted.proxy, proxy_user=pasted.proxy_user) if pasted.proxy else Network(),
            proxy_password=pasted.proxy_password,
            ignored=pasted.ignored,
            cautions=pasted.warnings,
        )
        self.filled.emit(self._draft.name, self._draft.address, self._draft.key)
        self._tell()

    def start_from(self, preset_id: str) -> None:
        """Take a preset's address and settings; a key that was entered stays."""
        chosen = preset(preset_id)
        if chosen is None:
            return
        self._draft = replace(
            self._draft,
            name=QCoreApplication.translate("Presets", chosen.title),
            address=chosen.address or self._draft.address,
            preset_id=chosen.id,
            is_preset_chosen=True,
        )
        self.filled.emit(self._draft.name, self._draft.address, self._draft.key)
        self._tell()

    def correct(self, name: str, address: str, key: str) -> None:
        """Take what was typed into the fields."""
        draft, key = self._draft, normalise_key(key)
        settled = _OF_ADDRESS if address != draft.address else frozenset()
        settled |= _OF_KEY if key != draft.key else frozenset()
        self._draft = replace(
            draft,
            name=name.strip(),
            address=address,
            key=key,
            preset_id=self._preset_after(address),
            cautions=tuple(caution for caution in draft.cautions if caution not in settled),
        )
        self._tell()

    def add(self) -> None:
        """Keep the connection; `added` or `problem_changed` tells what came of it."""
        if self._understood().can_add and not self._tasks.is_running("add-connection"):
            self._tasks.start("add-connection", self._add())

    async def _ask_key_place(self) -> None:
        try:
            place = await self._service.key_place()
        except ExpectedError as error:
            self.key_place_told.emit(problem_words(describe(error)))
            return
        if place.is_kept:
            words = QCoreApplication.translate("AddConnection", "The key will be kept in: {place}")
            self.key_place_told.emit(words.format(place=place.name))
        else:
            self.key_place_told.emit(
                QCoreApplication.translate(
                    "AddConnection",
                    "This computer has no key chain that Quillpane can use: the key stays for this run only.",
                )
            )

    async def _add(self) -> None:
        draft = self._draft
        profile = Profile(
            "",
            draft.name or _host(draft.address),
            normalise_address(draft.address),
            preset=draft.preset_id,
            network=draft.network,
            extra_headers=draft.extra_headers,
        )
        if (chosen := preset(draft.preset_id)) is not None:
            profile = replace(profile, dialect=chosen.dialect)
        try:
            saved = await self._service.add(profile, draft.key or None, draft.proxy_password or None)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        self._draft = _Draft()
        self.added.emit(saved.profile.id, draft.model)
        if saved.problem is not None:
            self.key_not_kept.emit(describe(saved.problem))

    def _tell(self) -> None:
        self.understood_changed.emit(self._understood())

    def _understood(self) -> Understood:
        draft = self._draft
        try:
            address = _address(draft.address) if draft.address.strip() else ""
        except InvalidAddressError:
            wrong = QCoreApplication.translate("AddConnection", "This does not look like a web address.")
            shown, key = mask_keys(draft.address), mask(draft.key) if draft.key else ""
            return Understood(draft.name, shown, key=key, warnings=(wrong,), ignored=draft.ignored)
        chosen = preset(draft.preset_id)
        notes = tuple(QCoreApplication.translate("Presets", note) for note in chosen.notes) if chosen else ()
        # What is typed afterwards may be encrypted or not, so that is looked at anew.
        said = [caution for caution in draft.cautions if caution is not Caution.INSECURE]
        warnings = [QCoreApplication.translate("Pasted", caution.value) for caution in said]
        if address and is_insecure(address):
            warnings.append(
                QCoreApplication.translate(
                    "AddConnection", "Not encrypted: others on the network could read your key and texts."
                )
            )
        if address and not draft.key and (chosen is None or chosen.needs_key):
            warnings.append(
                QCoreApplication.translate("AddConnection", "There is no key yet; most services ask for one.")
            )
        return Understood(
            name=draft.name or (_host(address) if address else ""),
            address=address,
            urls=resulting_urls(address, chosen.completions_address if chosen else "") if address else (),
            key=mask(draft.key) if draft.key else "",
            notes=notes,
            warnings=tuple(warnings),
            ignored=draft.ignored,
            can_add=bool(address),
        )

    def _preset_after(self, address: str) -> str:
        """Return the preset once this address was typed; one that was chosen stays where it may stand at any host."""
        draft = self._draft
        if address == draft.address:
            return draft.preset_id
        known, chosen = preset_for(address), preset(draft.preset_id)
        if chosen is not None and draft.is_preset_chosen and _is_anywhere(chosen):
            known = chosen if known is None or _is_anywhere(known) else known
        return known.id if known else ""

    @staticmethod
    def _preset_id(address: str) -> str:
        found = preset_for(address) if address else None
        return found.id if found else ""


def _address(text: str) -> str:
    """Return the API root of a typed address; a key in its place is none. Raises InvalidAddressError."""
    address = normalise_address(text)
    host = urlsplit(text.strip() if "://" in text else f"//{text.strip()}").netloc
    if mask_keys(host) != host:
        raise InvalidAddressError("This is a key.")
    return address


def _host(address: str) -> str:
    """Return what to call a server: its host, without a login."""
    return urlsplit(normalise_address(address)).netloc.removeprefix("www.").removeprefix("api.")


def _is_anywhere(known: Preset) -> bool:
    """Tell whether servers of this kind have no address in common."""
    return not known.address or is_loopback(urlsplit(known.address).hostname or "")


def problem_words(problem: Problem | None) -> str:
    """Return a problem in one line, "" for none."""
    return "" if problem is None else " ".join(part for part in (f"{problem.title}.", problem.advice) if part)
