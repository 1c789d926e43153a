"""The sampling parameters as the panel edits them.

Owns the values and when they are saved; must not know sliders or requests.
"""

import json
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.domain.parameters import MAX_STOP_SEQUENCES, NUMBER_SPECS, SamplingParameters
from app.viewmodels.options import Options


class ParametersViewModel(QObject):
    """Hold the parameters of the next run; every value is moved into its range."""

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
        spec = NUMBER_SPECS[name]
        clamped = spec.clamp(value)
        self.replace(replace(self._values, **{name: int(clamped) if spec.is_integer else clamped}))  # type: ignore[arg-type]  # the names are those of the fields

    def set_seed(self, seed: int | None) -> None:
        """Fix the seed, or let each run differ with None."""
        self.replace(replace(self._values, seed=seed))

    def set_logprobs(self, count: int | None) -> None:
        """Ask for this many alternatives per token, or for no probabilities with None."""
        self.replace(replace(self._values, logprobs=count))

    def add_stop(self, sequence: str) -> bool:
        """Add a stop sequence; False when it is empty, there already, or one too many (Q7)."""
        stop = self._values.stop
        if not sequence or sequence in stop or len(stop) >= MAX_STOP_SEQUENCES:
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
        """Take a whole set, for example that of an earlier run."""
        if values == self._values:
            return
        self._values = values
        self._options.set("write.parameters", json.dumps(values.to_json(), ensure_ascii=False))
        self.changed.emit()


def _read(text: str) -> SamplingParameters:
    try:
        values = json.loads(text)
    except ValueError:
        return SamplingParameters()
    return SamplingParameters.from_json(values) if isinstance(values, dict) else SamplingParameters()
