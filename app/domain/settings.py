"""Every option of the program once: name, type, default, range.

Must not know where options are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Option:
    """One option; `choices` is empty where any value of the default's type is allowed."""

    name: str
    default: str | int | float | bool
    choices: tuple[str, ...] = ()

    def accepts(self, value: object) -> bool:
        """Tell whether value may be stored for this option."""
        if isinstance(self.default, bool) != isinstance(value, bool):
            return False
        if isinstance(self.default, float):
            return isinstance(value, int | float)
        return isinstance(value, type(self.default)) and (not self.choices or value in self.choices)


_OPTIONS = (
    Option("theme", "system", ("system", "light", "dark")),
    Option("language", "system", ("system", "en", "zh_CN")),
    Option("text_scale", 100),  # percent, 80 to 200
    Option("profile.id", "built-in"),  # what answers: the built-in model or the one connection
    Option("profile.name", ""),
    Option("profile.base_url", ""),
    Option("model", ""),  # the model id last chosen; "" for the first the server lists
    Option("built_in.model_path", ""),  # a GGUF file of the user's own; "" for the one that ships
    Option("write.parameters", "{}"),  # JSON of SamplingParameters.to_json
    Option("window.geometry", ""),  # base64 of QMainWindow.saveGeometry
    Option("window.columns", ""),  # base64 of the column splitter's state
    Option("window.rows", ""),  # base64 of the row splitter's state
    Option("window.runs_visible", True),
    Option("window.parameters_visible", True),
)

OPTIONS: Mapping[str, Option] = MappingProxyType({option.name: option for option in _OPTIONS})
