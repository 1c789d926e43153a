"""What may be spent in a month: a soft warning, a hard limit, and the verdict on a request before it is sent.

Owns the rule. Must not know who spent what, where limits are kept, or how a verdict is worded for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.amounts import amount_from_json, check_amount, clean_currency, format_amount


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may cost in a calendar month, in the unit `currency`; None for no limit.

    Beyond `soft` the user is warned, beyond `hard` nothing is sent. Raises InvalidAmountError for what is no amount.
    """

    soft: Decimal | None = None
    hard: Decimal | None = None
    currency: str = ""

    def __post_init__(self) -> None:
        for amount in (self.soft, self.hard):
            if amount is not None:
                check_amount(amount)
        object.__setattr__(self, "currency", clean_currency(self.currency))

    @property
    def are_set(self) -> bool:
        """Tell whether there is any limit."""
        return self.soft is not None or self.hard is not None

    def to_json(self) -> dict[str, str | None]:
        """Return the limits for JSON, with amounts as texts, so that nothing is rounded."""
        return {
            "soft": None if self.soft is None else format_amount(self.soft),
            "hard": None if self.hard is None else format_amount(self.hard),
            "currency": self.currency,
        }

    @classmethod
    def from_json(cls, value: object) -> "Limits":
        """Return what `to_json` wrote; what in it is no amount is no limit."""
        if not isinstance(value, Mapping):
            return cls()
        currency = value.get("currency")
        return cls(
            amount_from_json(value.get("soft")),
            amount_from_json(value.get("hard")),
            currency if isinstance(currency, str) else "",
        )


class Ruling(StrEnum):
    """What is to be done about a request: send it, send it and warn, or do not send it."""

    OK = "ok"
    WARN = "warn"
    STOP = "stop"


class LimitReason(StrEnum):
    """Why a verdict is what it is.

    `UNKNOWN_PRICE` and `OTHER_CURRENCY`: the request cannot be held against the limit. `UNREADABLE`: nobody knows what
    the limits are or what was spent, because the disk does not say.
    """

    HARD_LIMIT = "hard_limit"
    SOFT_LIMIT = "soft_limit"
    UNKNOWN_PRICE = "unknown_price"
    OTHER_CURRENCY = "other_currency"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ruling with the parts of a sentence about it.

    `spent` is what this month has cost so far, with what is under way; `bound` the most that this request can cost,
    None where nobody knows; both in the unit of `limits`, except a bound whose reason is `OTHER_CURRENCY`.
    """

    ruling: Ruling = Ruling.OK
    reasons: tuple[LimitReason, ...] = ()
    spent: Decimal = Decimal(0)
    bound: Decimal | None = None
    limits: Limits = Limits()


def check(spent: Decimal, bound: Decimal | None, limits: Limits, *, currency: str | None = None) -> Verdict:
    """Return whether a request may be sent that costs `bound` at most, after `spent` in this month.

    It is stopped where the two together are more than the hard limit; what costs nothing is never stopped. A bound that
    is not known stops only where the hard limit has been reached. `currency` is the bound's unit, by default that of
    the limits.
    """
    reasons: list[LimitReason] = []
    known: Decimal | None = bound
    if bound is None:
        reasons.append(LimitReason.UNKNOWN_PRICE)
    elif bound and limits.are_set and currency is not None and currency != limits.currency:
        reasons.append(LimitReason.OTHER_CURRENCY)
        known = None
    if _is_crossed(limits.hard, spent, known):
        reasons.insert(0, LimitReason.HARD_LIMIT)
        ruling = Ruling.STOP
    elif _is_crossed(limits.soft, spent, known):
        reasons.insert(0, LimitReason.SOFT_LIMIT)
        ruling = Ruling.WARN
    else:
        # Without a limit there is nothing to warn of: the reason only tells why no cost is shown.
        ruling = Ruling.WARN if known is None and limits.are_set else Ruling.OK
    return Verdict(ruling, tuple(reasons), spent, bound, limits)


def _is_crossed(limit: Decimal | None, spent: Decimal, bound: Decimal | None) -> bool:
    if limit is None:
        return False
    return spent >= limit if bound is None else bound > 0 and spent + bound > limit
