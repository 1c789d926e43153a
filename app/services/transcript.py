"""A generation as it is printed: text for people, or one JSON object a line for programs.

Owns the layout of the printed output. Must not know arguments, exit codes or where events come from.
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Protocol

from app.domain.generation import Adjusted, CandidateFinished, GenerationEvent, StopReason, TextArrived
from app.domain.progress import RunProgress
from app.domain.run import Run, RunState
from app.domain.tokens import Token
from app.services.event_json import event_to_json, summary_to_json
from app.services.explain import explain_adjustment, explain_stop

_UNUSUAL = frozenset({StopReason.FILTER, StopReason.INTERRUPTED, StopReason.CONNECTION_LOST, StopReason.OTHER})


class Writable(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> object:
        """Write text."""

    def flush(self) -> None:
        """Make it visible."""


class _Transcript(ABC):
    """Follow a run; `end` is called once, however it ended."""

    def __init__(self, run: Run, output: Writable, notes: Writable) -> None:
        self._progress = RunProgress(run)
        self._count = run.parameters.n
        self._output = output
        self._notes = notes
        self._started = time.perf_counter()
        self._first_token: float | None = None

    def show(self, event: GenerationEvent) -> None:
        """Take one event in and print what it brings."""
        if self._first_token is None and isinstance(event, TextArrived) and event.text:
            self._first_token = time.perf_counter() - self._started
        self._progress.apply(event)

    def end(self, state: RunState, problem: str = "") -> bool:
        """Print what is left; tell whether every candidate came to an end of its own."""
        run = self._progress.finished(state, problem, time.perf_counter() - self._started, self._first_token)
        self._print_end(run)
        self._output.flush()
        return all(candidate.reason is not StopReason.INTERRUPTED for candidate in run.candidates)

    @abstractmethod
    def _print_end(self, run: Run) -> None:
        """Print what the end of the run brings."""


class JsonTranscript(_Transcript):
    """Print each event as a JSON object on a line of its own, flushed; the last is the summary."""

    def show(self, event: GenerationEvent) -> None:
        """Print one event."""
        super().show(event)
        if (fields := event_to_json(event)) is not None:
            self._print(fields)

    def _print_end(self, run: Run) -> None:
        self._print(summary_to_json(run))

    def _print(self, fields: dict[str, object]) -> None:
        self._output.write(json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n")
        self._output.flush()


class TextTranscript(_Transcript):
    """Print the text: one candidate as it streams, several one after the other as soon as each is complete.

    What was done differently from what was asked, and unusual ends, go to the notes.
    """

    def __init__(self, run: Run, output: Writable, notes: Writable) -> None:
        super().__init__(run, output, notes)
        self._printed = 0

    def show(self, event: GenerationEvent) -> None:
        """Print what one event brings."""
        super().show(event)
        if isinstance(event, TextArrived):
            if self._count == 1 and event.index == 0:
                self._output.write(event.text)
                self._output.flush()
        elif isinstance(event, CandidateFinished):
            self._print_complete()
        elif isinstance(event, Adjusted):
            self._notes.write(f"quillpane: {explain_adjustment(event.what, event.detail)}\n")

    def _print_complete(self) -> None:
        """Print the candidates that are complete, in order: the next one waits for those before it."""
        unfinished = self._progress.unfinished()
        until = min(unfinished, default=self._progress.lane_count)
        if self._count > 1 and self._printed < until:
            self._print_candidates(self._progress.snapshot(), until)

    def _print_candidates(self, run: Run, until: int) -> None:
        for index in range(self._printed, until):
            candidate = run.candidates[index]
            words = explain_stop(candidate.reason, candidate.detail)
            self._output.write(f"── {index + 1} of {len(run.candidates)}: {words} ──\n")
            self._output.write(_ended(candidate.text))
            self._output.write(_table(candidate.tokens))
        self._printed = until
        self._output.flush()

    def _print_end(self, run: Run) -> None:
        if self._count > 1:
            self._print_candidates(run, len(run.candidates))
            return
        candidate = run.candidates[0]
        self._output.write(_ended(candidate.text)[len(candidate.text) :])
        self._output.write(_table(candidate.tokens))
        if candidate.reason in _UNUSUAL and run.state is RunState.DONE:
            self._notes.write(
                f"quillpane: The text ended unusually: {explain_stop(candidate.reason, candidate.detail)}.\n"
            )


def _ended(text: str) -> str:
    """Return text with a line break at its end, nothing for nothing."""
    return text if not text or text.endswith("\n") else f"{text}\n"


def _table(tokens: Iterable[Token]) -> str:
    """Return a line for each token: its probability, the token, and what else was weighed."""
    lines = []
    for token in tokens:
        others = ", ".join(
            f"{other.text!r} {other.probability:.1%}" for other in token.alternatives if other.text != token.text
        )
        share = "     ?" if token.probability is None else f"{token.probability:6.1%}"
        lines.append(f"{share}  {token.text!r:<16} {others}".rstrip() + "\n")
    return "".join(lines)
