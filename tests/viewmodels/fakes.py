"""Small services written by hand, for tests of view-models and widgets: each does what its test tells it to."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.concurrency.tasks import TaskScope
from app.domain.capabilities import CapabilityMap
from app.domain.document import Draft
from app.domain.errors import ExpectedError
from app.domain.generation import CandidateFinished, GenerationEvent, StopReason, TextArrived, Timing, Usage
from app.domain.models import ModelInfo
from app.domain.parameters import SamplingParameters
from app.domain.profile import BUILT_IN, Profile
from app.domain.run import Candidate, Run, RunState
from app.domain.settings import OPTIONS
from app.domain.tokens import Token
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.drafts import DraftViewModel
from app.viewmodels.options import Options
from app.viewmodels.parameters import ParametersViewModel
from app.viewmodels.preferences import PreferencesViewModel
from app.viewmodels.write import WriteViewModel

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Value = str | int | float | bool


def a_run(
    run_id: str = "r1",
    *texts: str,
    prompt: str = "Once upon a time",
    minute: int = 0,
    state: RunState = RunState.DONE,
    reason: StopReason = StopReason.NATURAL_END,
    parameters: SamplingParameters | None = None,
    carried: str = "",
    problem: str = "",
    tokens: tuple[Token, ...] = (),
) -> Run:
    """Return a run that has ended, with a candidate for each text."""
    return Run(
        run_id,
        START + timedelta(minutes=minute),
        prompt,
        "a-model",
        "built-in",
        parameters or SamplingParameters(n=max(1, len(texts))),
        carried=carried,
        candidates=tuple(Candidate(text, reason, "", tokens) for text in texts),
        usage=Usage(4, 5),
        timing=Timing(0.5, 2.5),
        state=state,
        problem=problem,
    )


@asynccontextmanager
async def task_scope(expected: list[BaseException] | None = None) -> AsyncIterator[TaskScope]:
    """Give a scope for background work; a crash in it fails the test, unless it goes to the list `expected`."""
    crashes: list[BaseException] = []
    scope = TaskScope(lambda _, error: (crashes if expected is None else expected).append(error))
    try:
        yield scope
    finally:
        await scope.aclose()
    assert not crashes, crashes


class FakeOptions:
    """Options in memory; `problem` is raised when they are written."""

    def __init__(self, **values: Value) -> None:
        self.values = {name: option.default for name, option in OPTIONS.items()}
        self.values |= {name.replace("__", "."): value for name, value in values.items()}
        self.written: list[dict[str, Value]] = []
        self.problem: ExpectedError | None = None

    def get(self, name: str) -> Value:
        return self.values[name]

    def set(self, name: str, value: Value) -> None:
        assert OPTIONS[name].accepts(value), f"{name} does not accept {value!r}"
        self.values[name] = value

    async def flush(self) -> None:
        if self.problem is not None:
            raise self.problem
        self.written.append(dict(self.values))


class FakeDrafts:
    """Drafts in memory; loading waits for `may_load`, saving raises `problem`."""

    def __init__(self, draft: Draft | None = None) -> None:
        self.draft = draft or Draft()
        self.saved: list[tuple[float, Draft]] = []
        self.problem: ExpectedError | None = None
        self.may_load = asyncio.Event()
        self.may_load.set()

    async def load(self, name: str) -> Draft:
        assert name == "write"
        await self.may_load.wait()
        if self.problem is not None:
            raise self.problem
        return self.draft

    async def save(self, name: str, draft: Draft) -> None:
        assert name == "write"
        if self.problem is not None:
            raise self.problem
        self.draft = draft
        self.saved.append((time.monotonic(), draft))


class FakeGenerations:
    """Generations that yield what the test sends, until it ends them or lets them fail."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.closed: list[str] = []
        self.may_close = asyncio.Event()
        self.may_close.set()
        self._queue: asyncio.Queue[GenerationEvent | BaseException | None] = asyncio.Queue()

    async def generate(self, run: Run) -> AsyncIterator[GenerationEvent]:
        self.runs.append(run)
        try:
            while (item := await self._queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            await self.may_close.wait()
            self.closed.append(run.id)

    def send(self, *events: GenerationEvent | str) -> None:
        """Yield these; a text is one of the first candidate."""
        for event in events:
            self._queue.put_nowait(TextArrived(0, event) if isinstance(event, str) else event)

    def fail(self, error: BaseException) -> None:
        """Raise error."""
        self._queue.put_nowait(error)

    def end(self, *reasons: StopReason) -> None:
        """Finish a candidate for each reason, then the run."""
        for index, reason in enumerate(reasons or (StopReason.NATURAL_END,)):
            self._queue.put_nowait(CandidateFinished(index, reason))
        self._queue.put_nowait(None)


class FakeHistory:
    """Runs in memory, newest first; without their tokens when listed. `problem` is raised by every call."""

    def __init__(self, *runs: Run) -> None:
        self.runs = {run.id: run for run in runs}
        self.deleted: set[str] = set()
        self.loads: list[str] = []
        self.problem: ExpectedError | None = None

    async def recover(self) -> int:
        await self._answer()
        return 0

    async def recent(self, limit: int = 200) -> Sequence[Run]:
        await self._answer()
        kept = sorted((run for run in self.runs.values() if run.id not in self.deleted), key=lambda run: run.created)
        return [
            replace(run, candidates=tuple(replace(candidate, tokens=()) for candidate in run.candidates))
            for run in kept[::-1][:limit]
        ]

    async def load(self, run_id: str) -> Run | None:
        self.loads.append(run_id)
        await self._answer()
        return self.runs.get(run_id)

    async def delete(self, run_id: str) -> None:
        await self._answer()
        self.deleted.add(run_id)

    async def restore(self, run_id: str) -> None:
        await self._answer()
        self.deleted.discard(run_id)

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.problem is not None:
            raise self.problem


@dataclass(frozen=True)
class Place:
    """Where a key is kept."""

    name: str = ""
    is_kept: bool = False


@dataclass(frozen=True)
class Saved:
    """What saving a connection came to."""

    profile: Profile
    place: Place | None = None
    problem: ExpectedError | None = None


class FakeConnections:
    """Connections in memory, the built-in model last; the first is in use.

    A server lists `listed`, or what `listed_at` holds for its id; that waits for `may_list` and raises `list_problem`.
    Adding waits for `may_add` and raises `add_problem`; `unkept` is why a key stays for this run only.
    """

    def __init__(self, *profiles: Profile, models: Sequence[str] = ("small", "large")) -> None:
        self.profiles = {profile.id: profile for profile in (*profiles, BUILT_IN)}
        self.chosen = {"write": (next(iter(self.profiles)), "")}
        self.secrets: dict[str, tuple[str | None, str | None]] = {}
        self.place = Place("GNOME Keyring", is_kept=True)
        self.listed = list(models)
        self.listed_at: dict[str, list[str]] = {}
        self.asked: list[Profile] = []
        self.list_problem: ExpectedError | None = None
        self.may_list = asyncio.Event()
        self.may_list.set()
        self.add_problem: ExpectedError | None = None
        self.unkept: ExpectedError | None = None
        self.place_problem: ExpectedError | None = None
        self.may_add = asyncio.Event()
        self.may_add.set()

    def all(self) -> Sequence[Profile]:
        return tuple(self.profiles.values())

    def current(self, place: str) -> Profile:
        return self.profiles.get(self.chosen[place][0], BUILT_IN)

    def model(self, place: str) -> str:
        return self.chosen[place][1]

    def choose(self, place: str, profile_id: str, model: str = "") -> None:
        self.chosen[place] = (profile_id, model)

    def set_favourite(self, profile_id: str, model: str, is_favourite: bool) -> None:
        profile = self.profiles[profile_id]
        others = tuple(each for each in profile.favourites if each != model)
        self.profiles[profile_id] = replace(profile, favourites=(*others, model) if is_favourite else others)

    async def add(self, profile: Profile, key: str | None = None, proxy_password: str | None = None) -> Saved:
        if self.add_problem is not None:
            raise self.add_problem
        kept = replace(profile, id=f"new{len(self.profiles)}")
        self.profiles = {kept.id: kept, **self.profiles}
        await self.may_add.wait()  # the key chain comes last, as in life
        self.secrets[kept.id] = (key, proxy_password)
        return Saved(kept, self.place, self.unkept)

    async def key_place(self) -> Place:
        if self.place_problem is not None:
            raise self.place_problem
        return self.place

    async def models(self, profile: Profile) -> Sequence[ModelInfo]:
        self.asked.append(profile)
        await self.may_list.wait()
        if self.list_problem is not None:
            raise self.list_problem
        return [ModelInfo(name) for name in self.listed_at.get(profile.id, self.listed)]


class FakeFindings:
    """What is known of each model on each connection; nothing at first."""

    def __init__(self) -> None:
        self.maps: dict[tuple[str, str], CapabilityMap] = {}

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        await asyncio.sleep(0)
        return self.maps.get((profile_id, model), CapabilityMap())


class Heard(list[tuple[object, ...]]):
    """What a signal said, one tuple for each time; `Heard(signal)` listens from now on."""

    def __init__(self, signal: object) -> None:
        super().__init__()
        signal.connect(self._hear)  # type: ignore[attr-defined]  # PySide's stubs have no type for bound signals

    def _hear(self, *values: object) -> None:
        self.append(values)

    @property
    def last(self) -> object:
        """Return the first value of the last time."""
        return self[-1][0]


class Desk:
    """The view-models of the Write place over fakes, built as the program builds them."""

    def __init__(
        self,
        tasks: TaskScope,
        *,
        history: Sequence[Run] = (),
        options: FakeOptions | None = None,
        draft: Draft | None = None,
        connections: FakeConnections | None = None,
    ) -> None:
        self.tasks = tasks
        self.generations = FakeGenerations()
        self.history = FakeHistory(*history)
        self.store = options or FakeOptions()
        self.drafts = FakeDrafts(draft)
        self.connections = connections or FakeConnections()
        self.options = Options(self.store, tasks)
        self.preferences = PreferencesViewModel(self.options)
        self.findings = FakeFindings()
        self.connection = ConnectionViewModel(self.connections, self.findings, self.options, tasks)
        self.parameters = ParametersViewModel(self.options)
        self.draft = DraftViewModel(self.drafts, tasks)
        self.write = WriteViewModel(self.generations, self.history, self.parameters, self.connection, tasks)
        self._texts: dict[int, str] = {}
        self.write.run_shown.connect(self._on_run_shown)
        self.write.text_appended.connect(self._on_text_appended)

    def text(self, index: int = 0) -> str:
        """Return what a pane would show of the candidate at index: as shown from scratch, and what was added since."""
        return self._texts.get(index, "")

    def rows(self) -> list[str]:
        """Return the ids of the runs in the list."""
        runs = [self.write.runs.run_at(row) for row in range(self.write.runs.rowCount())]
        return [run.id for run in runs if run is not None]

    def _on_run_shown(self, run: Run | None) -> None:
        self._texts = dict(enumerate(candidate.text for candidate in run.candidates)) if run else {}

    def _on_text_appended(self, index: int, text: str) -> None:
        self._texts[index] = self.text(index) + text


@asynccontextmanager
async def desk(
    *runs: Run,
    options: FakeOptions | None = None,
    draft: Draft | None = None,
    connections: FakeConnections | None = None,
    crashes: list[BaseException] | None = None,
) -> AsyncIterator[Desk]:
    """Give the view-models of the Write place with these earlier runs; see `task_scope` for crashes."""
    async with task_scope(crashes) as tasks:
        yield Desk(tasks, history=runs, options=options, draft=draft, connections=connections)
