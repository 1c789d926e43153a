"""The text of the prompt editor and which parts of it a model wrote.

Positions count Unicode code points, as Python does. Must not know Qt, whose positions count UTF-16 units.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt with the spans a model wrote: sorted (start, end) pairs, end exclusive, never touching."""

    text: str = ""
    generated: tuple[tuple[int, int], ...] = ()

    def with_appended(self, text: str) -> "Draft":
        """Return the draft with generated text put at its end."""
        if not text:
            return self
        start = len(self.text)
        return Draft(self.text + text, merge_spans([*self.generated, (start, start + len(text))]))


def merge_spans(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans sorted, without empty ones, and with those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
