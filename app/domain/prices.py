"""What a model costs: a table the user edits, and what a request comes to by it.

Owns the choice of the price that holds for a model, and the sums. No price is built in: prices change and differ by
reseller, so an empty table says "unknown". Must not know what was spent, or where tables are kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.amounts import amount_from_json, check_amount, clean_currency, format_amount
from app.domain.generation import Usage

MOST_PRICES = 2000
"""How many prices a table holds."""

LONGEST_PATTERN = 200
"""Characters of a model id or pattern."""

_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, of the prompt and of the completion, for the models that a pattern names.

    `model_pattern` is a model id, or one with `*` for any characters; upper and lower case are the same. `currency` is
    the name of the unit, "" for one without a name.

    Raises InvalidAmountError for an amount that is none, and ValueError for a pattern that is empty or too long.
    """

    model_pattern: str
    input_per_million: Decimal
    output_per_million: Decimal
    currency: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.model_pattern) <= LONGEST_PATTERN or self.model_pattern != self.model_pattern.strip():
            raise ValueError("A price needs the name of a model, or a pattern such as gpt-4*.")
        check_amount(self.input_per_million)
        check_amount(self.output_per_million)
        object.__setattr__(self, "currency", clean_currency(self.currency))

    @property
    def is_pattern(self) -> bool:
        """Tell whether it is for every model that fits, and not for one."""
        return "*" in self.model_pattern

    @property
    def is_free(self) -> bool:
        """Tell whether it costs nothing, which is not the same as a price that is not known."""
        return not self.input_per_million and not self.output_per_million

    def fits(self, model: str) -> bool:
        """Tell whether it holds for a model id."""
        first, *rest = _fold(self.model_pattern).split("*")
        name = _fold(model)
        if not rest:
            return name == first
        last = rest.pop()
        if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
            return False
        # Each part as early as can be: no more than one pass, whatever the pattern is.
        place, end = len(first), len(name) - len(last)
        for part in rest:
            place = name.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return True


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The prices of one connection, at most one for each pattern, in the order of the user."""

    prices: tuple[Price, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether no price is known at all."""
        return not self.prices

    def price_of(self, model: str) -> Price | None:
        """Return the price that holds for a model: its own, else that of the longest pattern; None for unknown.

        The length of a pattern counts without its `*`; of equals the earlier one holds.
        """
        fitting = [price for price in self.prices if price.fits(model)]
        for price in fitting:
            if not price.is_pattern:
                return price
        return max(fitting, key=lambda price: len(price.model_pattern.replace("*", "")), default=None)

    def with_price(self, price: Price) -> "PriceTable":
        """Return the table with a price in place of the one for the same pattern, or at the end.

        Raises:
            ValueError: The table is full.
        """
        names = [_fold(known.model_pattern) for known in self.prices]
        if (name := _fold(price.model_pattern)) in names:
            place = names.index(name)
            return PriceTable((*self.prices[:place], price, *self.prices[place + 1 :]))
        if len(self.prices) >= MOST_PRICES:
            raise ValueError(f"A table holds {MOST_PRICES} prices at most.")
        return PriceTable((*self.prices, price))

    def without(self, model_pattern: str) -> "PriceTable":
        """Return the table without the price for a pattern; the same where there is none."""
        name = _fold(model_pattern.strip())
        return PriceTable(tuple(price for price in self.prices if _fold(price.model_pattern) != name))

    def to_json(self) -> list[dict[str, str]]:
        """Return the table for JSON, with amounts as texts, so that nothing is rounded."""
        return [
            {
                "model": price.model_pattern,
                "input": format_amount(price.input_per_million),
                "output": format_amount(price.output_per_million),
                "currency": price.currency,
            }
            for price in self.prices
        ]

    @classmethod
    def from_json(cls, value: object) -> "PriceTable":
        """Return what `to_json` wrote, without whatever in it is no price; of two for one pattern the later holds."""
        found: dict[str, Price] = {}
        for entry in value if isinstance(value, list) else ():
            if len(found) < MOST_PRICES and (price := _price_from_json(entry)):
                found[_fold(price.model_pattern)] = price
        return cls(tuple(found.values()))


def cost(usage: Usage, price: Price | None) -> Decimal | None:
    """Return what a request came to, exactly; None where the price is not known."""
    if price is None:
        return None
    tokens_in, tokens_out = max(0, usage.prompt_tokens), max(0, usage.completion_tokens)
    return (tokens_in * price.input_per_million + tokens_out * price.output_per_million) / _MILLION


def bound(prompt_tokens: int, max_tokens: int, n: int, price: Price | None) -> Decimal | None:
    """Return the most that asking for n candidates can cost; None where the price is not known.

    `prompt_tokens` is the most the prompt may have. It counts n times: a server that gives one candidate at a time is
    asked n times, and each is charged (Q8).
    """
    count = max(1, n)
    return cost(Usage(prompt_tokens * count, max_tokens * count), price)


def _price_from_json(entry: object) -> Price | None:
    if not isinstance(entry, Mapping):
        return None
    model, currency = entry.get("model"), entry.get("currency", "")
    if not isinstance(model, str) or not isinstance(currency, str):
        return None
    tokens_in, tokens_out = amount_from_json(entry.get("input")), amount_from_json(entry.get("output"))
    if tokens_in is None or tokens_out is None:
        return None
    try:
        return Price(model[: LONGEST_PATTERN + 1].strip(), tokens_in, tokens_out, currency)
    except ValueError:
        return None


def _fold(pattern: str) -> str:
    """Return a pattern as it is compared: in one case, and with one `*` where several stand together."""
    return re.sub(r"\*+", "*", pattern.casefold())
