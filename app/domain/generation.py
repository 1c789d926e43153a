"""A generation: the request, the events it yields, usage, timing, and why a candidate stopped.

Owns the vocabulary that api, services, store and view-models share. Must not know wire shapes, disk or Qt.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.parameters import SamplingParameters
from app.domain.tokens import Token


class StopReason(StrEnum):
    """Why a candidate stopped, as far as it is known.

    `INTERRUPTED` is what a missing finish reason means (Q13); `STOP` is "stop" when stop sequences were sent and the
    server did not say which of the two it was.
    """

    NATURAL_END = "natural_end"
    STOP_SEQUENCE = "stop_sequence"
    STOP = "stop"
    LENGTH = "length"
    FILTER = "content_filter"
    INTERRUPTED = "interrupted"
    CONNECTION_LOST = "connection_lost"
    STOPPED = "stopped"
    FAILED = "failed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One call of `POST /v1/completions` (protocol 5.1).

    `with_usage` asks for token counts in a stream, with `stream_options` (Q3).
    """

    model: str
    prompt: str
    parameters: SamplingParameters = field(default_factory=SamplingParameters)
    stream: bool = True
    with_usage: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts; `is_estimated` when no server said them."""

    prompt_tokens: int
    completion_tokens: int
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds since the request was sent: to the first token (None if none came) and to the end."""

    first_token: float | None
    total: float

    def tokens_per_second(self, completion_tokens: int) -> float | None:
        """Return the speed after the first token, or None where it cannot be told."""
        if self.first_token is None or completion_tokens < 2 or self.total - self.first_token <= 0:
            return None
        return (completion_tokens - 1) / (self.total - self.first_token)


@dataclass(frozen=True, slots=True)
class Started:
    """The server accepted the request; `model` is what it says it runs, where it says so."""

    model: str | None = None
    request_id: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class TextArrived:
    """More text of the candidate at `index` (0-based)."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class TokensArrived:
    """Tokens of the candidate at `index`, in order, as an increment; they belong to text already yielded."""

    index: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class CandidateFinished:
    """The candidate at `index` stopped; `detail` is the server's own word or the stop sequence, where known."""

    index: int
    reason: StopReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Token counts from the server; the last one wins (Q17)."""

    usage: Usage


class Adjustment(StrEnum):
    """What was done differently from what was asked, and has to be said (Q3, Q4, Q8, protocol 4.1).

    `PARAMETER_DROPPED`: the server refuses a setting, whose wire name is the detail. `NOT_SAVED`: the text streams on,
    but the disk does not take it; the detail says why. `NEAR_LIMIT`: the month's spending is beyond the soft warning,
    or cannot be told; the detail says how much.
    """

    LOGPROBS_DROPPED = "logprobs_dropped"
    PARAMETER_DROPPED = "parameter_dropped"
    STREAM_OPTIONS_DROPPED = "stream_options_dropped"
    ANSWERED_WITHOUT_STREAM = "answered_without_stream"
    CANDIDATES_IN_PARALLEL = "candidates_in_parallel"
    FEWER_CANDIDATES = "fewer_candidates"
    TEMPLATE_SUSPECTED = "template_suspected"
    RETRIED = "retried"
    NOT_SAVED = "not_saved"
    NEAR_LIMIT = "near_limit"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The request was changed on the way or the server did something else; shown in one line.

    `reason` is the server's own words for refusing a setting, "" where they are in `detail` or there are none.
    """

    what: Adjustment
    detail: str = ""
    reason: str = ""

    @classmethod
    def without(cls, parameter: str, reason: str = "") -> "Adjusted":
        """Return the event that says that a setting, by its wire name, was left out."""
        if parameter == "logprobs":
            return cls(Adjustment.LOGPROBS_DROPPED, reason)
        return cls(Adjustment.PARAMETER_DROPPED, parameter, reason)


@dataclass(frozen=True, slots=True)
class Measured:
    """The generation is over: final usage (possibly estimated) and timing. Always the last event."""

    usage: Usage
    timing: Timing


GenerationEvent = Started | TextArrived | TokensArrived | CandidateFinished | UsageReported | Adjusted | Measured


_WIDE = re.compile("[\u2e80-\U0010ffff]")


class TokenEstimate:
    """Estimate how many tokens a growing text has; adding costs the same however long it is.

    About 4 Latin characters or 1 CJK character each. Only for counts that no server reported; such counts are marked
    as estimated wherever they are shown.
    """

    def __init__(self) -> None:
        self._narrow = self._wide = 0

    def add(self, text: str) -> None:
        """Take the next part of the text."""
        wide = 0 if text.isascii() else len(_WIDE.findall(text))
        self._wide += wide
        self._narrow += len(text) - wide

    @property
    def count(self) -> int:
        """Return the estimate for all that was added."""
        return self._wide + (self._narrow + 3) // 4


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a whole text has, as `TokenEstimate` does."""
    estimate = TokenEstimate()
    estimate.add(text)
    return estimate.count


def most_tokens(text: str) -> int | None:
    """Return more tokens than any tokenizer makes of a short text, or None for a long one, where it says nothing.

    A server that counts more has put something around the text, such as a chat template (Q30). Counted generously:
    a token for two letters of a word, or for each where it is too long to be one; one for each other character; one
    for each byte beyond ASCII; and a few for the beginning and the end.
    """
    if len(text) > 2000:
        return None
    count = 4
    for part in _WORD_OR_CHARACTER.findall(text):
        word = part.strip(" ") or part
        if not word.isascii():
            count += len(word.encode("utf-8", "replace"))
        elif word.isalpha():
            count += len(word) if len(word) > 12 else (len(word) + 1) // 2
        else:
            count += 1
    return count


_WORD_OR_CHARACTER = re.compile(r" ?[A-Za-z]+|.", re.DOTALL)
