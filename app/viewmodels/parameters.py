"""The sampling parameters as the panel edits them.

Owns the values, that they stay within what the panel can show, and when they are saved; must not know sliders or
requests.
"""

import json
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.domain.parameters import MAX_STOP_SEQUENCES, NUMBER_SPECS, SamplingParameters
from app.viewmodels.options import Options


class ParametersViewModel(QObject):
    """Hold the parameters of the next run; every value is moved into its range, wherever it comes from."""

    changed = Signal()

    def __init__(self, options: Options, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self._values = _read(str(options.get("write.parameters")))

    @property
    def values(self) -> SamplingParameters:
        """Return the parameters as a request carries them."""
        return self._values

    def set_number(self, name: str, value: float) -> None:
        """Set one number of `NUMBER_SPECS`, clamped to its range."""
        self.replace(replace(self._values, **{name: value}))  # type: ignore[arg-type]  # the names are those of the fields

    def set_seed(self, seed: int | None) -> None:
        """Fix the seed, or let each run differ with None."""
        self.replace(replace(self._values, seed=seed))

    def set_logprobs(self, count: int | None) -> None:
        """Ask for this many alternatives per token, or for no probabilities with None."""
        self.replace(replace(self._values, logprobs=count))

    def add_stop(self, sequence: str) -> bool:
        """Add a stop sequence; False when it is empty, there already, or one too many (Q7)."""
        stop = self._values.stop
        if not sequence or sequence in stop or len(stop) >= MAX_STOP_SEQUENCES or not _is_sendable(sequence):
            return False
        self.replace(replace(self._values, stop=(*stop, sequence)))
        return True

    def remove_stop(self, sequence: str) -> None:
        """Take a stop sequence away."""
        self.replace(replace(self._values, stop=tuple(text for text in self._values.stop if text != sequence)))

    def reset(self) -> None:
        """Set every parameter to neutral."""
        self.replace(SamplingParameters())

    def replace(self, values: SamplingParameters) -> None:
        """Take a whole set, for example that of an earlier run; what the panel cannot show goes back to neutral."""
        values = _shown(values)
        if values == self._values:
            return
        self._values = values
        self._options.set("write.parameters", json.dumps(values.to_json(), ensure_ascii=False))
        self.changed.emit()


def _read(text: str) -> SamplingParameters:
    """Return what was kept; damaged, hostile or missing values are neutral or moved into range."""
    try:
        values = json.loads(text)
        return _shown(SamplingParameters.from_json(values)) if isinstance(values, dict) else SamplingParameters()
    except (ValueError, OverflowError, RecursionError):
        return SamplingParameters()


def _shown(values: SamplingParameters) -> SamplingParameters:
    """Return values as the panel can show them.

    Fields that it has no control for are neutral: a run of the command line may have them, and nobody could see or
    take back what they do here.
    """
    stop = dict.fromkeys(sequence for sequence in values.stop if sequence and _is_sendable(sequence))
    logprobs = None if values.logprobs is None else max(1, _fit("logprobs", values.logprobs))
    return SamplingParameters(
        max_tokens=_fit("max_tokens", values.max_tokens),
        temperature=NUMBER_SPECS["temperature"].clamp(values.temperature),
        top_p=NUMBER_SPECS["top_p"].clamp(values.top_p),
        n=_fit("n", values.n),
        stop=tuple(stop)[:MAX_STOP_SEQUENCES],
        presence_penalty=NUMBER_SPECS["presence_penalty"].clamp(values.presence_penalty),
        frequency_penalty=NUMBER_SPECS["frequency_penalty"].clamp(values.frequency_penalty),
        seed=None if values.seed is None else _fit("seed", values.seed),
        logprobs=logprobs,
    )


def _fit(name: str, value: float) -> int:
    return int(NUMBER_SPECS[name].clamp(value))


def _is_sendable(text: str) -> bool:
    """Tell whether text is whole characters; half of a surrogate pair cannot be sent."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
