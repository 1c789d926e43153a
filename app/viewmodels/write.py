"""The Write place: start, stop, continue, show and delete runs.

Owns which run is shown and the one that streams; must not know widgets, HTTP or disk. Text of the run shown goes out
as `text_appended`, at most once per display frame.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.domain.generation import (
    Adjusted,
    CandidateFinished,
    GenerationEvent,
    Measured,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
    estimate_tokens,
)
from app.domain.parameters import InvalidParametersError
from app.domain.progress import RunProgress
from app.domain.run import Run, RunState
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.parameters import ParametersViewModel
from app.viewmodels.runs import RunListModel
from app.viewmodels.stream import StreamBuffer
from app.viewmodels.texts import Problem, Remedy, describe, explain_adjustment, explain_end, explain_stop

GENERATE = "generate"
STATUS_MS = 250
MAX_LISTED = 500


class Generations(Protocol):
    """What makes text; it journals by itself."""

    def generate(self, run: Run) -> AsyncIterator[GenerationEvent]:
        """Yield the events of one run; raise ExpectedError."""


class RunHistory(Protocol):
    """Where runs are kept."""

    async def recover(self) -> int:
        """Mark runs that were cut off as interrupted; return how many."""

    async def recent(self, limit: int = ...) -> Sequence[Run]:
        """Return the newest runs first, without tokens."""

    async def load(self, run_id: str) -> Run | None:
        """Return one run with its tokens."""

    async def delete(self, run_id: str) -> None:
        """Put a run into the recycle bin."""

    async def restore(self, run_id: str) -> None:
        """Take a run out of the recycle bin."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What the status line says: seconds, counts, and why the candidates stopped, in words."""

    is_running: bool
    elapsed: float | None = None
    first_token: float | None = None
    usage: Usage | None = None
    tokens_per_second: float | None = None
    stop_words: tuple[str, ...] = ()


class WriteViewModel(QObject):
    """Drive the Write place; one run streams at a time, any run can be looked at meanwhile."""

    run_shown = Signal(object)  # Run | None: show this from scratch
    text_appended = Signal(int, str)
    tokens_arrived = Signal(int, object)  # index, tuple[Token, ...]
    candidate_finished = Signal(int, str)  # index, why in words
    running_changed = Signal(bool)
    status_changed = Signal(object)  # RunStatus
    problem_changed = Signal(object)  # Problem | None, of the run shown
    notice_given = Signal(str)
    run_deleted = Signal(str)  # run id, for an offer to undo

    def __init__(
        self,
        generations: Generations,
        history: RunHistory,
        parameters: ParametersViewModel,
        connection: ConnectionViewModel,
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self.runs = RunListModel(self)
        self._generations = generations
        self._history = history
        self._parameters = parameters
        self._connection = connection
        self._tasks = tasks
        self._live: RunProgress | None = None
        self._is_begun = False
        self._started = 0.0
        self._first_token: float | None = None
        self._shown: Run | None = None
        self._errors: dict[str, ExpectedError | InvalidParametersError] = {}
        self._load_error: ExpectedError | None = None
        self._buffer = StreamBuffer(self)
        self._buffer.flushed.connect(self.text_appended)
        self._buffer.tokens_flushed.connect(self.tokens_arrived)
        self._ticker = QTimer(self)
        self._ticker.setInterval(STATUS_MS)
        self._ticker.timeout.connect(self._emit_status)

    @property
    def is_running(self) -> bool:
        """Tell whether a run streams."""
        return self._live is not None

    @property
    def shown(self) -> Run | None:
        """Return the run that is shown, as it stands."""
        if self._live is not None and self._shown is not None and self._shown.id == self._live.run_id:
            return self._live.snapshot()
        return self._shown

    def load(self) -> None:
        """Bring the earlier runs back and show the newest."""
        self._tasks.start("load-runs", self._load())

    def run(self, prompt: str, carried: str = "") -> None:
        """Start a run; `carried` is the tail of prompt that an earlier run had written. Ignored while one streams."""
        if self.is_running:
            return
        from uuid import uuid4

        run = Run(
            id=uuid4().hex,
            created=datetime.now(UTC),
            prompt=prompt,
            carried=carried,
            model=self._connection.model,
            profile_id=self._connection.profile.id,
            parameters=self._parameters.values,
        )
        self._live, self._is_begun = RunProgress(run), False
        self._started, self._first_token = time.perf_counter(), None
        self._tasks.start(GENERATE, self._generate(run))
        self.runs.put(run)
        self._show(run)
        self._ticker.start()
        self.running_changed.emit(True)
        self._emit_status()

    def stop(self) -> None:
        """Stop the run that streams; what has come stays."""
        self._tasks.cancel(GENERATE)
        if self._live is not None and not self._is_begun:  # cancelled before its first step, a task runs nothing at all
            self._end(RunState.STOPPED, "")

    def continue_run(self, index: int = 0, prompt: str | None = None) -> None:
        """Let the model go on after the candidate at index; prompt replaces the run's own where it was edited."""
        run = self.shown
        if run is None or self.is_running:
            return
        answer = run.answer(index)
        self.run((base_prompt(run) if prompt is None else prompt) + answer, carried=answer)

    def run_again(self) -> None:
        """Send the prompt of the run shown once more, with the parameters of now; without one, look for the runs."""
        if (run := self.shown) is not None:
            self.run(run.prompt, run.carried)
        elif self._load_error is not None:
            self.load()

    def lower_max_tokens_and_run(self) -> None:
        """Halve the longest answer and send the prompt of the run shown again."""
        if self.shown is not None and not self.is_running:
            self._parameters.set_number("max_tokens", self._parameters.values.max_tokens // 2)
            self.run_again()

    def show_run(self, run_id: str) -> None:
        """Show a run of the list."""
        if self._shown is not None and self._shown.id == run_id:
            return
        row = self.runs.row_of(run_id)
        run = self.runs.run_at(row) if row is not None else None
        if run is not None:
            self._show(run)

    def show_nothing(self) -> None:
        """Clear the pane; the runs stay in the list."""
        if not self.is_running:
            self._show(None)

    def adopt_parameters(self, run_id: str) -> None:
        """Make the parameters of a run those of the next."""
        row = self.runs.row_of(run_id)
        if row is not None and (run := self.runs.run_at(row)):
            self._parameters.replace(run.parameters)

    def delete_run(self, run_id: str) -> None:
        """Put a run into the recycle bin; the one that streams stays."""
        if self._live is not None and self._live.run_id == run_id:
            return
        if (run := self.runs.remove(run_id)) is None:
            return
        if self._shown is not None and self._shown.id == run_id:
            self._show(self.runs.run_at(0))
        self._tasks.start(f"delete-{run_id}", self._delete(run))

    def restore_run(self, run_id: str) -> None:
        """Undo `delete_run`."""
        self._tasks.start(f"delete-{run_id}", self._restore(run_id))

    def retranslate(self) -> None:
        """Say everything again in the language of now."""
        self.runs.refresh_texts()
        self.problem_changed.emit(self._problem_of(self._shown))
        self._emit_status()

    async def _load(self) -> None:
        try:
            await self._history.recover()
            runs = list(await self._history.recent(MAX_LISTED))
        except ExpectedError as error:
            self._load_error = error
            self.problem_changed.emit(self._problem_of(self._shown))
            return
        self._load_error = None
        live = [run for run in runs if self._live is not None and run.id == self._live.run_id]
        self.runs.set_runs([*([self._live.snapshot()] if self._live and not live else []), *runs])
        if self._shown is None and runs:
            self._show(runs[0])

    async def _load_tokens(self, run_id: str) -> None:
        try:
            run = await self._history.load(run_id)
        except ExpectedError as error:
            self._tell(error)
            return
        if run is not None and self._shown is not None and self._shown.id == run_id:
            for index, candidate in enumerate(run.candidates):
                self.tokens_arrived.emit(index, candidate.tokens)

    async def _delete(self, run: Run) -> None:
        try:
            await self._history.delete(run.id)
        except ExpectedError as error:
            self.runs.restore(run)
            self._tell(error)
            return
        self.run_deleted.emit(run.id)

    async def _restore(self, run_id: str) -> None:
        try:
            await self._history.restore(run_id)
            run = await self._history.load(run_id)
        except ExpectedError as error:
            self._tell(error)
            return
        if run is not None:
            self.runs.restore(run)
            self._show(run)

    async def _generate(self, run: Run) -> None:
        state, problem = RunState.FAILED, ""
        self._is_begun = True
        try:
            if not run.model:
                run = self._with_model(run, await self._connection.settled_model())
            async with aclosing(self._generations.generate(run)) as events:  # type: ignore[type-var]  # async generators all
                async for event in events:
                    self._take(event)
            state = RunState.DONE
        except asyncio.CancelledError:
            state = RunState.STOPPED
            raise
        except (ExpectedError, InvalidParametersError) as error:
            self._errors[run.id] = error
            problem = describe(error).title
        finally:
            self._buffer.flush()
            self._end(state, problem)

    def _with_model(self, run: Run, model: str) -> Run:
        """Return the run that has just begun with its model, wherever it is shown."""
        named = replace(run, model=model)
        self._live = RunProgress(named)
        self.runs.put(named)
        if self._shown is not None and self._shown.id == run.id:
            self._shown = named
        return named

    def _take(self, event: GenerationEvent) -> None:
        live = self._live
        if live is None:
            return
        live.apply(event)
        if isinstance(event, TextArrived) and self._first_token is None and event.text:
            self._first_token = time.perf_counter() - self._started
        if isinstance(event, Adjusted):
            self.notice_given.emit(explain_adjustment(event.what, event.detail))
        elif self._is_live_shown():
            self._pass_on(event)

    def _pass_on(self, event: GenerationEvent) -> None:
        if isinstance(event, TextArrived):
            self._buffer.add(event.index, event.text)
        elif isinstance(event, TokensArrived):
            self._buffer.add_tokens(event.index, event.tokens)
        elif isinstance(event, CandidateFinished):
            self._buffer.flush()
            self.candidate_finished.emit(event.index, explain_stop(event.reason, event.detail))
        elif isinstance(event, UsageReported | Measured):
            self._emit_status()

    def _end(self, state: RunState, problem: str) -> None:
        live, self._live = self._live, None
        self._ticker.stop()
        if live is not None:
            is_shown = self._shown is not None and self._shown.id == live.run_id
            run = live.finished(state, problem, time.perf_counter() - self._started, self._first_token)
            self.runs.put(run)
            if is_shown:
                self._shown = run
                for index in range(len(run.candidates)):
                    self.candidate_finished.emit(index, explain_end(run, index))
                self.problem_changed.emit(self._problem_of(run))
        self.running_changed.emit(False)
        self._emit_status()

    def _is_live_shown(self) -> bool:
        return self._live is not None and self._shown is not None and self._shown.id == self._live.run_id

    def _show(self, run: Run | None) -> None:
        self._buffer.clear()
        self._shown = run
        shown = self.shown
        self.run_shown.emit(shown)
        self.problem_changed.emit(self._problem_of(shown))
        self._emit_status()
        if run is None or run.parameters.logprobs is None or self._is_live_shown():
            return
        if not any(candidate.tokens for candidate in run.candidates):  # listed runs come without
            self._tasks.start("load-run", self._load_tokens(run.id))

    def _tell(self, error: ExpectedError) -> None:
        problem = describe(error)
        self.notice_given.emit(f"{problem.title}. {problem.advice}")

    def _problem_of(self, run: Run | None) -> Problem | None:
        if run is None:
            return describe(self._load_error) if self._load_error is not None else None
        if run.id in self._errors:
            return describe(self._errors[run.id])
        if run.state is RunState.INTERRUPTED:
            return Problem(
                QCoreApplication.translate("Problems", "This run was interrupted"),
                QCoreApplication.translate(
                    "Problems", "Quillpane ended while it was being written. All that had come is kept."
                ),
                "",
                Remedy.CONTINUE,
            )
        if run.state is not RunState.FAILED:
            return None
        return Problem(run.problem or QCoreApplication.translate("Problems", "Something went wrong"), "", "")

    def _emit_status(self) -> None:
        self.status_changed.emit(self._status())

    def _status(self) -> RunStatus:
        if self._live is not None and self._is_live_shown():
            elapsed = time.perf_counter() - self._started
            completion = self._live.estimated_tokens()
            speed = None
            if self._first_token is not None and completion > 1 and elapsed > self._first_token:
                speed = (completion - 1) / (elapsed - self._first_token)
            prompt = self._shown.prompt if self._shown else ""
            usage = Usage(estimate_tokens(prompt), completion, is_estimated=True)
            return RunStatus(True, elapsed, self._first_token, usage, speed)
        run = self._shown
        if run is None:
            return RunStatus(self.is_running)
        words = tuple(explain_end(run, index) for index in range(len(run.candidates)))
        timing = run.timing
        speed = timing.tokens_per_second(run.usage.completion_tokens) if timing and run.usage else None
        return RunStatus(
            is_running=False,
            elapsed=timing.total if timing else None,
            first_token=timing.first_token if timing else None,
            usage=run.usage,
            tokens_per_second=speed,
            stop_words=words,
        )


def base_prompt(run: Run) -> str:
    """Return the part of a run's prompt that was typed for it, without what an earlier run had written."""
    return run.prompt.removesuffix(run.carried) if run.carried else run.prompt
