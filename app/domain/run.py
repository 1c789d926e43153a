"""A run: one generation with everything needed to show it again, continue it or repeat it.

Must not know disk or Qt.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.generation import StopReason, Timing, Usage
from app.domain.parameters import SamplingParameters
from app.domain.tokens import Token


class RunState(StrEnum):
    """Where a run stands; a run found RUNNING when the program starts was cut off and becomes INTERRUPTED."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of a run's n answers; `reason` is None while it streams."""

    text: str = ""
    reason: StopReason | None = None
    detail: str = ""
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One generation. `prompt` is what was sent in full.

    `carried` is the tail of `prompt` that an earlier run had generated and this one continues ("" otherwise), so that
    the output pane can show it as generated text. `created` is in UTC. `problem` is one sentence for a failed run.
    """

    id: str
    created: datetime
    prompt: str
    model: str
    profile_id: str
    parameters: SamplingParameters = field(default_factory=SamplingParameters)
    carried: str = ""
    candidates: tuple[Candidate, ...] = ()
    usage: Usage | None = None
    timing: Timing | None = None
    state: RunState = RunState.RUNNING
    problem: str = ""

    def answer(self, index: int = 0) -> str:
        """Return what the model wrote for the candidate at index, with what was carried over before it."""
        return self.carried + (self.candidates[index].text if index < len(self.candidates) else "")
