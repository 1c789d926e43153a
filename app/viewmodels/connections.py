"""All connections as a window manages them: the list, the one being edited, its key, what is found, sent and taken in.

Owns drafts, which survive a change of the selection, and what is said about each step. Must not know HTTP, the key
chain or widgets. A key passes through only when it is entered, and when the user asks to see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.domain.profile import BUILT_IN, BUILT_IN_ID, Profile, is_insecure, normalise_key
from app.viewmodels.connection_draft import ConnectionDraft, host_of
from app.viewmodels.options import Options
from app.viewmodels.texts import Problem, describe


class KeyPlaceLike(Protocol):
    """Where keys are kept."""

    @property
    def name(self) -> str:
        """Return the key chain's name, "" for none."""

    @property
    def is_kept(self) -> bool:
        """Tell whether a key outlives this run."""


class SavedLike(Protocol):
    """What keeping a connection came to; `problem` is why the key is held for this run only.

    `leftover` is why an earlier key, which is not used any more, may still be in the key chain.
    """

    @property
    def problem(self) -> ExpectedError | None:
        """Return why the key is held for this run only, although there is a key chain."""

    @property
    def profile(self) -> Profile:
        """Return the connection as it was kept."""

    @property
    def leftover(self) -> ExpectedError | None:
        """Return why an earlier key may still be there."""


class RemovedLike(Protocol):
    """What it takes to bring a removed connection back; `problem` is why its key may still be in the key chain."""

    @property
    def problem(self) -> ExpectedError | None:
        """Return why the key may still be there."""


R = TypeVar("R", bound=RemovedLike)


class Keeper(Protocol[R]):
    """Who keeps connections and their keys."""

    def all(self) -> Sequence[Profile]:
        """Return every connection and the built-in model."""

    async def add(self, profile: Profile, key: str | None = None) -> SavedLike:
        """Keep a new connection; raise StorageFailedError."""

    async def update(self, profile: Profile, key: str | None = None, proxy_password: str | None = None) -> SavedLike:
        """Keep a changed connection; raise StorageFailedError."""

    async def remove(self, profile_id: str) -> R:
        """Remove a connection with its key; raise StorageFailedError."""

    def restore(self, removed: R) -> None:
        """Bring a removed connection back, without its key."""

    async def find_local_servers(self) -> Sequence[Profile]:
        """Return the servers that answer on this computer."""

    async def key_place(self) -> KeyPlaceLike:
        """Return where keys are kept; raise KeychainError."""

    async def has_key(self, profile: Profile) -> bool:
        """Tell whether a key is known; raise KeychainError."""

    async def reveal_key(self, profile: Profile) -> str | None:
        """Return the key, to be shown; raise KeychainError."""

    async def forget_key(self, profile: Profile) -> None:
        """Remove the key; raise KeychainError."""

    async def forget_everything(self) -> Sequence[str]:
        """Remove every key, make sure, and return the names of those that may still be there."""


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One line of the list."""

    id: str
    title: str
    host: str
    is_in_use: bool = False
    is_insecure: bool = False
    is_changed: bool = False

    @property
    def is_built_in(self) -> bool:
        """Tell whether this is the model that ships with the program."""
        return self.id == BUILT_IN_ID


@dataclass(frozen=True, slots=True)
class KeyState:
    """What is known of a key, in one sentence; `can_try_again` where the key chain did not answer."""

    words: str = ""
    has_key: bool = False
    can_try_again: bool = False


class ConnectionsViewModel(QObject):
    """Hold the list, the selection and the drafts; one for the program, made when the window is first opened."""

    rows_changed = Signal()
    selection_changed = Signal()
    draft_changed = Signal()
    key_state_changed = Signal(object)  # KeyState
    key_revealed = Signal(str)
    problem_changed = Signal(object)  # Problem | None: of saving, removing, revealing
    notice_posted = Signal(str, str)  # one line, and the id of what Undo brings back, "" for nothing
    connections_changed = Signal()  # what is kept is another now; for whoever shows it elsewhere
    saved = Signal(str)  # profile id
    found = Signal(object)  # tuple[Profile, ...]: servers on this computer that are not in the list
    built_in_changed = Signal()  # the built-in model's file

    def __init__(self, keeper: Keeper[Any], options: Options, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._options = options
        self._tasks = tasks
        self._drafts: dict[str, ConnectionDraft] = {}
        self._removed: dict[str, Any] = {}  # whatever the keeper wants back
        self._in_use = BUILT_IN_ID
        self._selected = BUILT_IN_ID
        self._is_saving = False

    @property
    def rows(self) -> tuple[ConnectionRow, ...]:
        """Return the list: the user's connections, then the built-in model."""
        built_in = QCoreApplication.translate("Connections", "Built-in model")
        here = QCoreApplication.translate("Connections", "on this computer")
        rows = [self._row(profile) for profile in self._keeper.all() if not profile.is_built_in]
        return (*rows, ConnectionRow(BUILT_IN_ID, built_in, here, self._in_use == BUILT_IN_ID))

    @property
    def selected_id(self) -> str:
        """Return the id of the connection on the right side."""
        return self._selected

    @property
    def profile(self) -> Profile:
        """Return the selected connection as it is kept."""
        return next((profile for profile in self._keeper.all() if profile.id == self._selected), BUILT_IN)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Return the user's connections."""
        return tuple(profile for profile in self._keeper.all() if not profile.is_built_in)

    @property
    def draft(self) -> ConnectionDraft:
        """Return the selected connection as it is edited."""
        return self._drafts.get(self._selected) or ConnectionDraft.of(self.profile)

    @property
    def is_changed(self) -> bool:
        """Tell whether there is anything to save or revert."""
        return self._selected in self._drafts

    @property
    def can_save(self) -> bool:
        """Tell whether what was changed can be saved as it stands."""
        return self.is_changed and not self.draft.faults and not self._is_saving

    @property
    def in_use_id(self) -> str:
        """Return the id of the connection that the place behind the window uses."""
        return self._in_use

    @property
    def model_path(self) -> str:
        """Return the user's own GGUF file, "" for the model that ships."""
        return str(self._options.get("built_in.model_path"))

    def show_in_use(self, profile_id: str) -> None:
        """Mark the connection that the place behind the window uses."""
        self._in_use = profile_id
        self.rows_changed.emit()

    def refresh(self) -> None:
        """Read the list again, after others changed it."""
        known = {profile.id for profile in self.profiles}
        self._drafts = {profile_id: draft for profile_id, draft in self._drafts.items() if profile_id in known}
        self.rows_changed.emit()
        self.select(self._selected if self._selected in known else BUILT_IN_ID)

    def select(self, profile_id: str) -> None:
        """Show a connection; unsaved changes of the one before are kept."""
        self._selected = profile_id
        self.problem_changed.emit(None)
        self.selection_changed.emit()
        self.ask_key_state()

    def edit(self, draft: ConnectionDraft) -> None:
        """Take what was typed; nothing is kept before `save`."""
        before = self.is_changed
        if draft.differs_from(self.profile):
            self._drafts[self._selected] = draft
        else:
            self._drafts.pop(self._selected, None)
        self.draft_changed.emit()
        if before != self.is_changed:
            self.rows_changed.emit()

    def enter_key(self, text: str) -> None:
        """Take a key as typed or pasted, healed; "" takes it back."""
        self.edit(self.draft.with_key(normalise_key(text)))

    def revert(self) -> None:
        """Drop what was typed."""
        self._drafts.pop(self._selected, None)
        self.problem_changed.emit(None)
        self.rows_changed.emit()
        self.selection_changed.emit()

    def save(self) -> None:
        """Keep what was typed; `saved` or `problem_changed` tells what came of it."""
        if self.can_save:
            self._is_saving = True
            self._tasks.start("save-connection", self._save(self._selected, self.draft))
            self.draft_changed.emit()

    def remove(self, profile_id: str) -> None:
        """Remove a connection; the notice offers to undo it."""
        self._tasks.start("remove-connection", self._remove(profile_id))

    def restore(self, profile_id: str) -> None:
        """Bring a removed connection back; its key is gone for good."""
        removed = self._removed.pop(profile_id, None)
        if removed is None:
            return
        self._keeper.restore(removed)
        self._options.save_soon()
        self.rows_changed.emit()
        self.select(profile_id)
        self.connections_changed.emit()

    def find_local_servers(self) -> None:
        """Look for servers on this computer; `found` brings those that are not in the list."""
        self._tasks.start("find-local-servers", self._find_local_servers())

    def stop_finding(self) -> None:
        """Stop looking."""
        self._tasks.cancel("find-local-servers")

    def add(self, profile: Profile) -> None:
        """Keep a connection that was found, and select it."""
        self._tasks.start("add-found", self._add(profile))

    def ask_key_state(self) -> None:
        """Find out where the key of the selected connection is; the answer comes as `key_state_changed`."""
        if self.profile.is_built_in:
            self._tasks.cancel("key-of-connection")
            self.key_state_changed.emit(KeyState())
        else:
            self.key_state_changed.emit(KeyState(QCoreApplication.translate("Connections", "Asking the key chain…")))
            self._tasks.start("key-of-connection", self._ask_key_state(self.profile))

    def reveal_key(self) -> None:
        """Ask for the key, to be shown; it comes as `key_revealed`, for the selected connection only."""
        self._tasks.start("reveal-key", self._reveal(self.profile))

    def forget_key(self) -> None:
        """Remove the key of the selected connection."""
        self._tasks.start("key-of-connection", self._forget_key(self.profile))

    def forget_everything(self) -> None:
        """Remove every key, and tell what reading them back found."""
        self._tasks.start("forget-everything", self._forget_everything())

    def set_model_path(self, path: str) -> None:
        """Let the built-in model be the user's own GGUF file; "" for the one that ships."""
        if path.strip() != self.model_path:
            self._options.set("built_in.model_path", path.strip())
            self.built_in_changed.emit()

    def _row(self, profile: Profile) -> ConnectionRow:
        host = host_of(profile)
        return ConnectionRow(
            profile.id,
            profile.name or host,
            host,
            profile.id == self._in_use,
            is_insecure(profile.base_url),
            profile.id in self._drafts,
        )

    async def _save(self, profile_id: str, draft: ConnectionDraft) -> None:
        try:
            saved = await self._keeper.update(draft.profile, draft.key, draft.proxy_password)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        finally:
            self._is_saving = False
            self.draft_changed.emit()
        if self._drafts.get(profile_id) == draft:  # nothing was typed meanwhile
            del self._drafts[profile_id]
        self.problem_changed.emit(describe(saved.problem) if saved.problem else None)
        if saved.leftover is not None:
            words = QCoreApplication.translate("Connections", "The earlier key may still be in the key chain.")
            self.notice_posted.emit(words, "")
        self.rows_changed.emit()
        self.connections_changed.emit()
        if profile_id == self._selected:
            self.selection_changed.emit()
            self.ask_key_state()
        self.saved.emit(profile_id)

    async def _remove(self, profile_id: str) -> None:
        row = next((row for row in self.rows if row.id == profile_id), None)
        try:
            removed = await self._keeper.remove(profile_id)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        finally:
            self.refresh()
        self._removed[profile_id] = removed
        words = QCoreApplication.translate("Connections", "“{name}” was removed, and its key with it.")
        if removed.problem is not None:
            words = QCoreApplication.translate(
                "Connections", "“{name}” was removed; its key may still be in the key chain."
            )
        self.notice_posted.emit(words.format(name=row.title if row else profile_id), profile_id)
        self.connections_changed.emit()

    async def _find_local_servers(self) -> None:
        known = {profile.origin for profile in self.profiles}
        servers = await self._keeper.find_local_servers()
        self.found.emit(tuple(server for server in servers if server.origin not in known))

    async def _add(self, profile: Profile) -> None:
        try:
            saved = await self._keeper.add(profile)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        self.rows_changed.emit()
        self.select(saved.profile.id)
        self.connections_changed.emit()

    async def _ask_key_state(self, profile: Profile) -> None:
        try:
            place = await self._keeper.key_place()
            has_key = await self._keeper.has_key(profile)
        except ExpectedError as error:
            self.key_state_changed.emit(KeyState(problem_line(describe(error)), can_try_again=True))
            return
        self.key_state_changed.emit(KeyState(_key_sentence(place, has_key=has_key), has_key))

    async def _reveal(self, profile: Profile) -> None:
        try:
            key = await self._keeper.reveal_key(profile)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        if key and profile.id == self._selected:
            self.key_revealed.emit(key)

    async def _forget_key(self, profile: Profile) -> None:
        try:
            await self._keeper.forget_key(profile)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        await self._ask_key_state(profile)
        self.connections_changed.emit()

    async def _forget_everything(self) -> None:
        left = await self._keeper.forget_everything()
        self.notice_posted.emit(forgotten_words(left), "")
        self.ask_key_state()
        self.connections_changed.emit()


def forgotten_words(left: Sequence[str]) -> str:
    """Return what is left after every key was removed, as it was verified."""
    if left:
        words = QCoreApplication.translate("Connections", "These keys may still be in the key chain: {names}.")
        separator = QCoreApplication.translate("Connections", ", ")
        return words.format(names=separator.join(left))
    return QCoreApplication.translate("Connections", "All keys were removed; reading them back found none.")


def problem_line(problem: Problem | None) -> str:
    """Return what happened and what to do in one line, "" for no problem."""
    if problem is None:
        return ""
    if not problem.advice:
        return problem.title
    pattern = QCoreApplication.translate("Connections", "{title}. {advice}")
    return pattern.format(title=problem.title, advice=problem.advice)


def problem_reasons(problem: Problem) -> str:
    """Return why it happened and what to do, as sentences."""
    if not problem.cause or not problem.advice:
        return problem.cause or problem.advice
    pattern = QCoreApplication.translate("Connections", "{cause} {advice}")
    return pattern.format(cause=problem.cause, advice=problem.advice)


def _key_sentence(place: KeyPlaceLike, *, has_key: bool) -> str:
    if has_key and place.is_kept:
        return QCoreApplication.translate("Connections", "Kept in: {place}").format(place=place.name)
    if has_key:
        return QCoreApplication.translate("Connections", "Held for this run only: there is no key chain here.")
    if place.is_kept:
        words = QCoreApplication.translate("Connections", "There is no key. A new one will be kept in: {place}")
        return words.format(place=place.name)
    return QCoreApplication.translate(
        "Connections", "There is no key, and no key chain on this computer: a key stays for this run only."
    )
