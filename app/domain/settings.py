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
    Option("connections", ""),  # JSON list of profile_codec.to_json, in the user's order; "" until one was kept
    Option("keychain.entries", ""),  # JSON list: the names under which the key chain may hold something of ours
    Option("place.write.profile", "built-in"),  # what answers in the Write place
    Option("place.write.model", ""),  # the model id last chosen there; "" for the first the server lists
    Option("profile.id", ""),  # version 0.1 had one connection; these four are read once, and never written
    Option("profile.name", ""),
    Option("profile.base_url", ""),
    Option("model", ""),
    Option("built_in.model_path", ""),  # a GGUF file of the user's own; "" for the one that ships
    Option("write.parameters", "{}"),  # JSON of SamplingParameters.to_json
    Option("window.geometry", ""),  # base64 of QMainWindow.saveGeometry
    Option("window.columns", ""),  # base64 of the column splitter's state
    Option("window.rows", ""),  # base64 of the row splitter's state
    Option("window.runs_visible", True),
    Option("window.parameters_visible", True),
)

OPTIONS: Mapping[str, Option] = MappingProxyType({option.name: option for option in _OPTIONS})
