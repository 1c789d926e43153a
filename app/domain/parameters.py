"""Every sampling parameter once: its name, range, step and neutral value, and the set a request carries.

Must not know widgets (what a slider looks like) or wire names of other endpoints.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

MAX_STOP_SEQUENCES = 4
"""OpenAI's limit (Q7, protocol 5.1)."""

MOST_LOGPROBS = 20
"""More alternatives than any server gives by its own choice: DeepSeek, Together and vLLM stop there."""


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """The range, step and neutral value of one numeric parameter (protocol 5.1)."""

    name: str
    minimum: float
    maximum: float
    step: float
    neutral: float
    is_integer: bool = False

    def clamp(self, value: float) -> float:
        """Return value moved into the range."""
        bounded = min(max(value, self.minimum), self.maximum)
        return round(bounded) if self.is_integer else round(bounded, 4)


MAX_TOKENS = NumberSpec("max_tokens", 1, 32_768, 1, 256, is_integer=True)
TEMPERATURE = NumberSpec("temperature", 0.0, 2.0, 0.05, 1.0)
# Relays read a top_p of 0 as "not set" or as 1 (Q6), so the smallest that can be chosen is 0.01.
TOP_P = NumberSpec("top_p", 0.01, 1.0, 0.01, 1.0)
CANDIDATES = NumberSpec("n", 1, 8, 1, 1, is_integer=True)
PRESENCE_PENALTY = NumberSpec("presence_penalty", -2.0, 2.0, 0.1, 0.0)
FREQUENCY_PENALTY = NumberSpec("frequency_penalty", -2.0, 2.0, 0.1, 0.0)
LOGPROBS = NumberSpec("logprobs", 0, 5, 1, 0, is_integer=True)
SEED = NumberSpec("seed", 0, 2**31 - 1, 1, 0, is_integer=True)

NUMBER_SPECS: Mapping[str, NumberSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (MAX_TOKENS, TEMPERATURE, TOP_P, CANDIDATES, PRESENCE_PENALTY, FREQUENCY_PENALTY, LOGPROBS, SEED)
    }
)


class InvalidParametersError(ValueError):
    """Parameters that no server may be sent; `name` is the parameter's."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SamplingParameters:
    """What a completion request asks of the sampler; None and empty mean "not sent" (Q1).

    `max_tokens`, `temperature` and `top_p` are always sent, because unsent defaults differ by server (Q2). `logprobs`
    is how many alternatives to ask for per token, 0…20, of which OpenAI and others give 5. `logit_bias` maps token ids
    to -100…100.
    """

    max_tokens: int = 256
    temperature: float = 1.0
    top_p: float = 1.0
    n: int = 1
    stop: tuple[str, ...] = ()
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None
    logprobs: int | None = None
    suffix: str | None = None
    echo: bool = False
    best_of: int | None = None
    logit_bias: Mapping[str, float] = field(default_factory=dict)
    user: str | None = None

    def validate(self, *, stream: bool = True, max_stop: int = MAX_STOP_SEQUENCES) -> None:
        """Refuse what servers refuse, before anything is sent (protocol 5.1, Q5, Q7).

        Raises:
            InvalidParametersError: a value out of range, an empty or fifth stop sequence, best_of ≤ n or streamed.
        """
        ranges = {
            "max_tokens": (0, 2**30 - 1),
            "n": (1, 128),
            "seed": (-(2**63), 2**63 - 1),
            "logprobs": (0, MOST_LOGPROBS),
        }
        for name, spec in NUMBER_SPECS.items():
            value = getattr(self, name)
            low, high = ranges.get(name, (spec.minimum, spec.maximum))
            if name == "top_p":
                low = 0.0
            if value is not None and not low <= value <= high:
                raise InvalidParametersError(name, f"must be between {low:g} and {high:g}")
        if any(not sequence for sequence in self.stop):
            raise InvalidParametersError("stop", "an empty stop sequence is not allowed")
        if len(self.stop) > max_stop:
            raise InvalidParametersError("stop", f"at most {max_stop} stop sequences are allowed")
        if self.best_of is not None and (self.best_of <= self.n or self.best_of > 20):
            raise InvalidParametersError("best_of", "must be greater than n and at most 20")
        if self.best_of is not None and stream:
            raise InvalidParametersError("best_of", "cannot be streamed")
        if any(not -100 <= bias <= 100 for bias in self.logit_bias.values()):
            raise InvalidParametersError("logit_bias", "each bias must be between -100 and 100")

    def asks(self, name: str) -> bool:
        """Tell whether the field called name is away from its default, so that it is sent if it is an optional one."""
        return bool(getattr(self, name) != getattr(_DEFAULT, name))

    def without(self, names: Iterable[str]) -> "SamplingParameters":
        """Return the parameters with the named fields at their defaults; the very same where they are."""
        given = {name: getattr(_DEFAULT, name) for name in names if self.asks(name)}
        return replace(self, **given) if given else self

    def to_json(self) -> dict[str, object]:
        """Return a JSON-ready dict of every field, for keeping a run's parameters on disk."""
        values = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        return values | {"stop": list(self.stop), "logit_bias": dict(self.logit_bias)}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> "SamplingParameters":
        """Read what `to_json` wrote, ignoring unknown names and values of a wrong type."""
        default = cls()
        kept: dict[str, Any] = {}
        for spec in fields(cls):
            value = values.get(spec.name)
            if spec.name == "stop" and isinstance(value, list):
                kept["stop"] = tuple(text for text in value if isinstance(text, str) and text)
            elif spec.name == "logit_bias" and isinstance(value, dict):
                kept["logit_bias"] = {str(key): float(bias) for key, bias in value.items() if _is_number(bias)}
            elif _fits(value, getattr(default, spec.name), spec.name):
                kept[spec.name] = value
        return cls(**kept)

    @property
    def changes_temperature_and_top_p(self) -> bool:
        """Tell whether both are away from neutral, which the protocol advises against (protocol 5.1)."""
        return self.temperature != TEMPERATURE.neutral and self.top_p != TOP_P.neutral


_DEFAULT = SamplingParameters()
_OPTIONAL_TYPES: Mapping[str, type] = {"seed": int, "logprobs": int, "best_of": int, "suffix": str, "user": str}


def _fits(value: object, default: object, name: str) -> bool:
    """Tell whether a value read from disk has the type of the field called name."""
    if name in _OPTIONAL_TYPES:
        return isinstance(value, _OPTIONAL_TYPES[name]) and not isinstance(value, bool)
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, float):
        return _is_number(value)
    if isinstance(default, int):
        return isinstance(value, int) and not isinstance(value, bool)
    return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
