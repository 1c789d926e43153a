"""What was spent: totals of requests, tokens and cost.

Owns how totals add up and what a month is. Must not know where they are kept.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What some requests came to.

    `costs` has an entry for each unit in which any cost is known: none at all means unknown and is never shown as 0.
    `unpriced_requests` had no known price, so that the cost is higher where there are any; of `estimated_requests` no
    server said how many tokens they had.
    """

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated_requests: int = 0
    unpriced_requests: int = 0
    costs: Mapping[str, Decimal] = field(default_factory=dict)

    def __add__(self, other: "Totals") -> "Totals":
        units = [*self.costs, *(unit for unit in other.costs if unit not in self.costs)]
        return Totals(
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.estimated_requests + other.estimated_requests,
            self.unpriced_requests + other.unpriced_requests,
            {unit: self.spent(unit) + other.spent(unit) for unit in units},
        )

    def spent(self, currency: str) -> Decimal:
        """Return what is known to have been spent in one unit."""
        return self.costs.get(currency, Decimal(0))


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month of a day."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
