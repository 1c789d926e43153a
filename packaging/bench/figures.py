"""What comes out: samples, a floor beside them, a limit, and whether it is met; as a table and as JSON.

Must not know how anything is measured.
"""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Samples:
    """The values of one quantity, one for each round."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Samples":
        """Return the samples of all values there are."""
        return cls(tuple(values))

    @property
    def median(self) -> float:
        """Return the value that half of the rounds stay below."""
        return statistics.median(self.values)

    def __str__(self) -> str:
        """Return the median, and in brackets the range where there is one."""
        low, high = min(self.values), max(self.values)
        spread = "" if len(self.values) == 1 else f" [{_short(low)}–{_short(high)}]"
        return f"{_short(self.median)}{spread}"


@dataclass(frozen=True, slots=True)
class Limit:
    """How large the median may be: as a value, or as the ratio to the floor's median or the difference from it."""

    kind: Literal["value", "ratio", "difference"]
    at_most: float

    def __str__(self) -> str:
        """Return the limit in words."""
        words = {"value": "at most {}", "ratio": "at most {} times", "difference": "at most {} more"}
        return words[self.kind].format(_short(self.at_most))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without a limit it is only told."""

    figure: str
    name: str
    unit: str
    program: Samples
    floor: Samples | None = None
    limit: Limit | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return the program's median in floors, None where there is nothing to divide by."""
        if self.floor is None or self.floor.median <= 0:
            return None
        return self.program.median / self.floor.median

    @property
    def is_met(self) -> bool | None:
        """Tell whether the limit is kept, None where there is none."""
        if self.limit is None:
            return None
        measured = self.program.median
        if self.limit.kind == "ratio":
            return self.ratio is not None and self.ratio <= self.limit.at_most
        if self.limit.kind == "difference" and self.floor is not None:
            measured -= self.floor.median
        return measured <= self.limit.at_most

    def to_json(self) -> dict[str, object]:
        """Return the row ready for JSON."""
        return {
            "figure": self.figure,
            "name": self.name,
            "unit": self.unit,
            "floor": list(self.floor.values) if self.floor else None,
            "program": list(self.program.values),
            "ratio": self.ratio,
            "limit": {"kind": self.limit.kind, "at_most": self.limit.at_most} if self.limit else None,
            "is_met": self.is_met,
            "note": self.note,
        }


def table(rows: Sequence[Row]) -> str:
    """Return the rows as aligned text: median and range of the floor and the program, ratio, limit, verdict."""
    verdicts = {True: "met", False: "MISSED", None: ""}
    cells = [("", "floor", "Quillpane", "ratio", "limit", "")]
    for row in rows:
        floor = f"{row.floor} {row.unit}" if row.floor else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        limit = str(row.limit) if row.limit else ""
        cells.append((row.name, floor, f"{row.program} {row.unit}", ratio, limit, verdicts[row.is_met]))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "─" * max(map(len, lines)))
    return "\n".join(lines + [f"{row.name}: {row.note}" for row in rows if row.note])


def _short(value: float) -> str:
    """Return a number with three significant digits, or whole where it is large."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
