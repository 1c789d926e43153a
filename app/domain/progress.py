"""A run while it happens: events in, the run as it stands out.

The one place where events become a run; the journal and the window both use it. Must not know disk or Qt.
"""

from dataclasses import dataclass, field, replace

from app.domain.generation import (
    Adjusted,
    CandidateFinished,
    GenerationEvent,
    Measured,
    StopReason,
    TextArrived,
    Timing,
    TokenEstimate,
    TokensArrived,
    Usage,
    UsageReported,
    estimate_tokens,
)
from app.domain.run import Candidate, Run, RunState
from app.domain.tokens import Token


@dataclass(slots=True)
class _Lane:
    pieces: list[str] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    reason: StopReason | None = None
    detail: str = ""
    estimate: TokenEstimate = field(default_factory=TokenEstimate)

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.estimate.add(text)

    def text(self) -> str:
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


class RunProgress:
    """Gather the events of one run; adding text costs the same however long the run is."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lanes = [_Lane() for _ in range(max(1, run.parameters.n))]
        self._usage: Usage | None = None
        self._timing: Timing | None = None
        self._adjusted: list[Adjusted] = []

    @property
    def run_id(self) -> str:
        """Return the id of the run."""
        return self._run.id

    @property
    def lane_count(self) -> int:
        """Return how many candidates there are so far, at least the number asked for."""
        return len(self._lanes)

    @property
    def adjusted(self) -> tuple[Adjusted, ...]:
        """Return what was done differently from what was asked, in order."""
        return tuple(self._adjusted)

    def apply(self, event: GenerationEvent) -> None:
        """Take one event in; a candidate index beyond n makes room for it."""
        match event:
            case TextArrived(index, text):
                self._lane(index).add(text)
            case TokensArrived(index, tokens):
                self._lane(index).tokens.extend(tokens)
            case CandidateFinished(index, reason, detail):
                lane = self._lane(index)
                lane.reason, lane.detail = reason, detail
            case UsageReported(usage):
                self._usage = usage
            case Measured(usage, timing):
                self._usage, self._timing = usage, timing
            case Adjusted():
                self._adjusted.append(event)
            case _:
                pass

    def text(self, index: int) -> str:
        """Return what the candidate at index has written so far."""
        return self._lanes[index].text() if index < len(self._lanes) else ""

    def estimated_tokens(self) -> int:
        """Return the completion tokens so far: the server's number where known, else an estimate."""
        if self._usage is not None and not self._usage.is_estimated:
            return self._usage.completion_tokens
        return sum(len(lane.tokens) or lane.estimate.count for lane in self._lanes)

    def unfinished(self) -> list[int]:
        """Return the indexes of the candidates that have not stopped."""
        return [index for index, lane in enumerate(self._lanes) if lane.reason is None]

    def snapshot(self, state: RunState = RunState.RUNNING, problem: str = "") -> Run:
        """Return the run as it stands."""
        candidates = tuple(Candidate(lane.text(), lane.reason, lane.detail, tuple(lane.tokens)) for lane in self._lanes)
        return replace(
            self._run, candidates=candidates, usage=self._usage, timing=self._timing, state=state, problem=problem
        )

    def finished(self, state: RunState, problem: str = "", total: float = 0.0, first_token: float | None = None) -> Run:
        """Return the run at its end: what has not stopped by itself gets the reason that the end implies.

        `total` and `first_token` are seconds, used where no `Measured` came; counts are then estimates.
        """
        implied = {
            RunState.STOPPED: StopReason.STOPPED,
            RunState.FAILED: StopReason.FAILED,
            RunState.INTERRUPTED: StopReason.INTERRUPTED,
        }.get(state, StopReason.INTERRUPTED)
        for index in self.unfinished():
            self._lanes[index].reason = implied
        if self._timing is None:
            self._timing = Timing(first_token, total)
        if self._usage is None:
            self._usage = Usage(estimate_tokens(self._run.prompt), self.estimated_tokens(), is_estimated=True)
        return self.snapshot(state, problem)

    def _lane(self, index: int) -> _Lane:
        while index >= len(self._lanes):
            self._lanes.append(_Lane())
        return self._lanes[index]
