"""The connection and model that one place of the program uses: which answers, what it lists, what it honours.

Owns what the switcher and the badges show; must not know HTTP, the key chain or how connections are edited.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.capabilities import CapabilityMap
from app.domain.errors import ExpectedError
from app.domain.models import ModelInfo
from app.domain.profile import Profile
from app.viewmodels.options import Options
from app.viewmodels.texts import Problem, describe

WRITE = "write"
LIST_PATIENCE = 5.0
"""Seconds that a request waits for the list of models where none was chosen; then it goes out without."""


class ConnectionService(Protocol):
    """What a place may ask of the connections."""

    def all(self) -> Sequence[Profile]:
        """Return every connection, the built-in model last."""

    def current(self, place: str) -> Profile:
        """Return the connection that a place uses."""

    def model(self, place: str) -> str:
        """Return the model chosen for a place, "" for none."""

    def choose(self, place: str, profile_id: str, model: str = "") -> None:
        """Let a place use a connection and a model."""

    def set_favourite(self, profile_id: str, model: str, is_favourite: bool) -> None:
        """Make a model of a connection a favourite, or no longer."""

    async def models(self, profile: Profile) -> Sequence[ModelInfo]:
        """Return what the server lists."""


class KnownServers(Protocol):
    """Who knows what each server honours."""

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        """Return what is known of a model on a connection."""


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """One line of the switcher: a connection, or a model on one."""

    profile_id: str
    model: str
    title: str
    detail: str
    is_current: bool = False
    is_favourite: bool = False


class ConnectionViewModel(QObject):
    """Hold the connection in use at one place and the model chosen for it."""

    changed = Signal()  # connection or model
    models_changed = Signal()
    is_loading_changed = Signal(bool)
    problem_changed = Signal(object)  # Problem | None: of listing models
    capabilities_changed = Signal(object)  # CapabilityMap of connection and model in use

    def __init__(
        self,
        service: ConnectionService,
        known: KnownServers,
        options: Options,
        tasks: TaskScope,
        place: str = WRITE,
    ) -> None:
        super().__init__()
        self._service = service
        self._known = known
        self._options = options
        self._tasks = tasks
        self._place = place
        self._models: tuple[str, ...] = ()
        self._listed_at = ""  # the API root that listed them
        self._problem: Problem | None = None

    @property
    def problem(self) -> Problem | None:
        """Return why the server's models could not be listed."""
        return self._problem

    @property
    def profile(self) -> Profile:
        """Return the connection in use."""
        return self._service.current(self._place)

    @property
    def name(self) -> str:
        """Return what to call the connection in use."""
        return name_of(self.profile)

    @property
    def model(self) -> str:
        """Return the model id that requests carry; the first one listed where none was chosen."""
        return self._service.model(self._place) or (self._models[0] if self._models else "")

    @property
    def models(self) -> tuple[str, ...]:
        """Return the ids that the server lists."""
        return self._models

    def rows(self) -> tuple[SwitchRow, ...]:
        """Return the switcher's lines: favourites, the models of the connection in use, the other connections."""
        current, model = self.profile, self.model
        rows = [
            SwitchRow(
                profile.id,
                favourite,
                f"★ {favourite}",
                name_of(profile),
                is_current=(profile.id, favourite) == (current.id, model),
                is_favourite=True,
            )
            for profile in self._service.all()
            for favourite in profile.favourites
        ]
        rows += [
            SwitchRow(current.id, listed, listed, name_of(current), is_current=listed == model)
            for listed in self._models
            if listed not in current.favourites
        ]
        for profile in self._service.all():
            title = QCoreApplication.translate("Connection", "Connection: {name}").format(name=name_of(profile))
            rows.append(SwitchRow(profile.id, "", title, profile.base_url, is_current=profile.id == current.id))
        return tuple(rows)

    def choose(self, row: SwitchRow) -> None:
        """Use what a line of the switcher says."""
        self.use(row.profile_id, row.model)

    def use(self, profile_id: str, model: str = "") -> None:
        """Use a connection, with a model where one is named; the one in use, chosen again, keeps its model."""
        if not model and profile_id == self.profile.id:
            self.refresh_models()
        else:
            self._switch(profile_id, model)

    def set_model(self, model: str) -> None:
        """Choose a model; any text is allowed, because lists are often incomplete (Q28)."""
        if model.strip() != self._service.model(self._place):
            self._switch(self.profile.id, model.strip())

    def toggle_favourite(self) -> None:
        """Make the model in use a favourite, or no longer."""
        profile, model = self.profile, self.model
        if model:
            self._service.set_favourite(profile.id, model, model not in profile.favourites)
            self._options.save_soon()
            self.changed.emit()

    def refresh(self) -> None:
        """Take in that connections were changed elsewhere."""
        if self._models and self.profile.base_url != self._listed_at:  # what another server lists means nothing here
            self._models = ()
            self.models_changed.emit()
        self.changed.emit()
        self.refresh_models()

    def refresh_models(self) -> None:
        """Ask the server for its models, in the background."""
        self._tasks.start("models", self._refresh_models())

    async def settled_model(self) -> str:
        """Return the model that requests carry; where none was chosen, wait a moment for the server's list first."""
        if not self.model:
            if not self._tasks.is_running("models"):
                self.refresh_models()
            with suppress(TimeoutError):
                async with asyncio.timeout(LIST_PATIENCE):
                    while not self.model and self._tasks.is_running("models"):  # asked again, it is another task
                        await self._tasks.join("models")
        return self.model

    def refresh_capabilities(self) -> None:
        """Read what is known of the model in use; it comes as `capabilities_changed`."""
        self._tasks.start("capabilities", self._refresh_capabilities())

    def _switch(self, profile_id: str, model: str) -> None:
        is_moved = profile_id != self.profile.id
        self._service.choose(self._place, profile_id, model)
        self._options.save_soon()
        if is_moved:
            self._models = ()
            self.models_changed.emit()
        self.changed.emit()
        if is_moved:
            self.refresh_models()
        else:
            self.refresh_capabilities()

    async def _refresh_models(self) -> None:
        self.is_loading_changed.emit(True)
        profile = self.profile
        try:
            listed = await self._service.models(profile)
            self._models, problem = tuple(model.id for model in listed), None
        except ExpectedError as error:
            self._models, problem = (), describe(error)
        finally:
            self.is_loading_changed.emit(False)
        self._problem, self._listed_at = problem, profile.base_url
        self.problem_changed.emit(problem)
        self.models_changed.emit()
        self.changed.emit()
        self.refresh_capabilities()

    async def _refresh_capabilities(self) -> None:
        self.capabilities_changed.emit(await self._known.known(self.profile.id, self.model))


def name_of(profile: Profile) -> str:
    """Return what to call a connection."""
    if profile.is_built_in:
        return QCoreApplication.translate("Connection", "Built-in model")
    return profile.name or profile.origin
