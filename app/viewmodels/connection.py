"""The one connection: which server answers, its models, where its key is kept.

Owns what the connection dialog and the model box show; must not know HTTP or the key chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.domain.models import ModelInfo
from app.domain.profile import InvalidAddressError, Profile, is_insecure, normalise_address, normalise_key
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
    """What saving a connection came to; `problem` is why the key is not in the key chain."""

    @property
    def problem(self) -> ExpectedError | None:
        """Return why the key is held for this run only, although there is a key chain."""

    @property
    def profile(self) -> Profile:
        """Return the profile as it was saved."""

    @property
    def place(self) -> KeyPlaceLike | None:
        """Return where the key went, None where none was given."""


class ConnectionService(Protocol):
    """What a view-model may ask of the connections."""

    def current(self) -> Profile:
        """Return the profile that answers now."""

    async def configure(self, name: str, address: str, key: str | None) -> SavedLike:
        """Save and use a server."""

    def use_built_in(self) -> None:
        """Use the built-in model."""

    async def models(self, profile: Profile) -> Sequence[ModelInfo]:
        """Return what the server lists."""

    async def key_place(self) -> KeyPlaceLike:
        """Return where keys are kept."""

    async def has_key(self, profile: Profile) -> bool:
        """Tell whether a key is known for the profile."""

    async def forget_key(self, profile: Profile) -> None:
        """Remove the key."""


@dataclass(frozen=True, slots=True)
class AddressPreview:
    """What a pasted address was understood as; `problem` is a sentence where it was not."""

    url: str = ""
    problem: str = ""
    warning: str = ""


class ConnectionViewModel(QObject):
    """Hold the connection in use and the model chosen for it."""

    changed = Signal()  # profile or model
    models_changed = Signal()
    is_loading_changed = Signal(bool)
    problem_changed = Signal(object)  # Problem | None: of listing models or saving
    key_state_changed = Signal(str, bool)  # one sentence on where the key is, and whether there is one
    saved = Signal()

    def __init__(
        self, service: ConnectionService, options: Options, tasks: TaskScope, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._options = options
        self._tasks = tasks
        self._models: tuple[str, ...] = ()
        self._list_problem: Problem | None = None
        self._save_problem: Problem | None = None
        self._unkept_key = ""  # the origin whose key the key chain did not take

    @property
    def problem(self) -> Problem | None:
        """Return what went wrong when models were listed or, before that, when the connection was saved."""
        return self._list_problem or self._save_problem

    @property
    def profile(self) -> Profile:
        """Return the profile that answers now."""
        return self._service.current()

    @property
    def name(self) -> str:
        """Return what to call the connection."""
        profile = self.profile
        if profile.is_built_in:
            return QCoreApplication.translate("Connection", "Built-in model")
        return profile.name or profile.origin

    @property
    def model(self) -> str:
        """Return the model id that requests carry; the first one listed where none was chosen."""
        return str(self._options.get("model")) or (self._models[0] if self._models else "")

    @property
    def models(self) -> tuple[str, ...]:
        """Return the ids that the server lists."""
        return self._models

    @property
    def model_path(self) -> str:
        """Return the user's own GGUF file, "" for the one that ships."""
        return str(self._options.get("built_in.model_path"))

    def set_model(self, model: str) -> None:
        """Choose a model; any text is allowed, because lists are often incomplete (Q28)."""
        cleaned = model.strip()
        if cleaned != str(self._options.get("model")):
            self._options.set("model", cleaned)
            self.changed.emit()

    def refresh_models(self) -> None:
        """Ask the server for its models, in the background."""
        self._tasks.start("models", self._refresh_models())

    def preview(self, address: str) -> AddressPreview:
        """Return what an address is understood as, before anything is sent."""
        if not address.strip():
            return AddressPreview()
        try:
            url = normalise_address(address)
        except InvalidAddressError:
            return AddressPreview(
                problem=QCoreApplication.translate("Connection", "This does not look like a web address.")
            )
        warning = ""
        if is_insecure(url):
            warning = QCoreApplication.translate(
                "Connection", "Not encrypted: others on the network could read your key and texts."
            )
        return AddressPreview(url=f"{url}/completions", warning=warning)

    def save(self, address: str, key: str) -> None:
        """Use the server at address; an empty key keeps the one already known for that host."""
        self._tasks.start("save-connection", self._save(address, normalise_key(key) or None))

    def use_built_in(self, model_path: str) -> None:
        """Use the built-in model, or the user's own GGUF file where a path is given."""
        before = self._answering()
        self._options.set("built_in.model_path", model_path)
        self._service.use_built_in()
        self._options.save_soon()
        self._save_problem = None
        self._after_switch(before)
        self.saved.emit()

    def ask_key_state(self) -> None:
        """Find out where keys are kept and whether one is known; the answer comes as `key_state_changed`."""
        self._tasks.start("key-state", self._ask_key_state())

    def forget_key(self) -> None:
        """Remove the key of the connection in use."""
        self._tasks.start("key-state", self._forget_key())

    async def _save(self, address: str, key: str | None) -> None:
        before = self._answering()
        try:
            saved = await self._service.configure("", address, key)
        except ExpectedError as error:
            self._set_save_problem(describe(error))
            self._after_switch(before)  # it could not be written down, and is used all the same
            return
        except InvalidAddressError:
            return  # the dialog shows it while it is typed
        self._set_save_problem(describe(saved.problem) if saved.problem else None)
        if key is not None:
            self._unkept_key = saved.profile.origin if saved.problem else ""
        self._after_switch(before)
        if saved.problem is None:
            self.saved.emit()
        await self._ask_key_state()

    def _answering(self) -> tuple[Profile, str]:
        return self.profile, self.model_path

    def _after_switch(self, before: tuple[Profile, str]) -> None:
        if self._answering() != before:
            self._models = ()
            self._options.set("model", "")
            self.models_changed.emit()
        self.changed.emit()
        self.refresh_models()

    async def _refresh_models(self) -> None:
        self.is_loading_changed.emit(True)
        try:
            listed = await self._service.models(self.profile)
            self._models = tuple(model.id for model in listed)
            self._set_list_problem(None)
        except ExpectedError as error:
            self._models = ()
            self._set_list_problem(describe(error))
        finally:
            self.is_loading_changed.emit(False)
        self.models_changed.emit()
        self.changed.emit()

    async def _ask_key_state(self) -> None:
        try:
            place = await self._service.key_place()
            has_key = not self.profile.is_built_in and await self._service.has_key(self.profile)
        except ExpectedError as error:
            problem = describe(error)
            self.key_state_changed.emit(f"{problem.title}. {problem.advice}", False)
            return
        if has_key and self._unkept_key == self.profile.origin:
            words = QCoreApplication.translate(
                "Connection", "A key is held for this run only: the key chain did not take it."
            )
        else:
            words = _key_sentence(place, has_key=has_key)
        self.key_state_changed.emit(words, has_key)

    async def _forget_key(self) -> None:
        try:
            await self._service.forget_key(self.profile)
        except ExpectedError as error:
            self._set_save_problem(describe(error))
            return
        self._unkept_key = ""
        self._set_save_problem(None)
        await self._ask_key_state()

    def _set_list_problem(self, problem: Problem | None) -> None:
        self._list_problem = problem
        self.problem_changed.emit(self.problem)

    def _set_save_problem(self, problem: Problem | None) -> None:
        self._save_problem, self._list_problem = problem, None
        self.problem_changed.emit(self.problem)


def _key_sentence(place: KeyPlaceLike, *, has_key: bool) -> str:
    if not place.is_kept and has_key:
        return QCoreApplication.translate("Connection", "A key is held for this run only: there is no key chain here.")
    if not place.is_kept:
        return QCoreApplication.translate(
            "Connection", "This computer has no key chain that Quillpane can use: the key stays for this run only."
        )
    if has_key:
        return QCoreApplication.translate("Connection", "A key is kept in: {place}").format(place=place.name)
    return QCoreApplication.translate("Connection", "The key will be kept in: {place}").format(place=place.name)
