"""A token with its bytes, log-probability and alternatives.

Owns the one domain type into which every logprob shape of the wire is read. Must not know any wire shape.
"""

import math
from dataclasses import dataclass

IMPOSSIBLE_BELOW = -1000.0
"""Servers send -9999 (vLLM) or -3.4e38 (llama.cpp) for "impossible"; no sampled token is that unlikely (Q22)."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One token the model weighed at a position, with the natural logarithm of its probability."""

    text: str
    logprob: float | None
    data: bytes | None = None

    @property
    def probability(self) -> float:
        """Return the probability in 0…1; unknown and impossible ones count as 0 (Q22)."""
        return 0.0 if self.logprob is None else math.exp(min(self.logprob, 0.0))


@dataclass(frozen=True, slots=True)
class Token:
    """The token chosen at one position, and what else was weighed there.

    `logprob` is None where the server sent none or an impossible number (Q22). `data` holds the token's bytes where
    the server sent them: a token may be a part of a character (Q23). `alternatives` may lack the chosen token (Q24)
    and be longer or shorter than what was asked for (Q25).
    """

    text: str
    logprob: float | None
    data: bytes | None = None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def probability(self) -> float | None:
        """Return the probability in 0…1, or None where it is not known."""
        return None if self.logprob is None else math.exp(min(self.logprob, 0.0))

    @property
    def everything_else(self) -> float:
        """Return the probability mass in 0…1 that neither the token nor a named alternative holds (Q24)."""
        named = sum(alternative.probability for alternative in self.alternatives)
        if all(alternative.text != self.text for alternative in self.alternatives):
            named += self.probability or 0.0
        return max(0.0, 1.0 - named)


def clean_logprob(value: object) -> float | None:
    """Return a usable log-probability (≤ 0), or None for null, NaN, infinities and "impossible" numbers (Q22)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Compared before it is converted: JSON may hold an integer too large for a float.
    if not IMPOSSIBLE_BELOW <= value < math.inf:
        return None
    return min(float(min(value, 0)), 0.0)
