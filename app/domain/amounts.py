"""Amounts of money or of a relay's points: what a user types, what is shown, and millionths for the disk.

Owns the reading and writing of one number and of its unit's name. Must not know prices, limits or languages: a fault
has a name, from which the window makes its own sentence.
"""

import re
import unicodedata
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

LARGEST_AMOUNT = Decimal(10**9)
"""More than anybody pays for a million tokens, also where a relay counts in points (500000 to the dollar)."""

FINEST_DIGITS = 9
"""How many digits behind the point are kept."""

MOST_MILLIONTHS = 2**53
"""More than any request costs; sums of it stay far below what 64 bits hold."""

_LONGEST_TEXT = 64
_LONGEST_CURRENCY = 12
_SIGNS = "$€£¥₩₹₽"
_NUMBER = re.compile(r"([0-9]*)(?:([.,])([0-9]*))?")
_MINUS = ("-", "\u2212", "\u2013")


class AmountFault(StrEnum):
    """Why a text is no amount."""

    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    AMBIGUOUS = "ambiguous"
    TOO_LARGE = "too_large"
    TOO_FINE = "too_fine"


class InvalidAmountError(ValueError):
    """A text or number that is no amount; `fault` says why, the message is an English sentence."""

    def __init__(self, fault: AmountFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


def parse_amount(text: str) -> Decimal | None:
    """Return the amount a user typed, with a point or a comma before its decimals; None for an empty text.

    A currency sign at either end is ignored, and what a Chinese keyboard types counts as what it stands for. A comma
    before exactly three digits is refused, because one user means 1.5 by 1,500 and another 1500.

    Raises:
        InvalidAmountError: The text is no number of at least 0 and at most `LARGEST_AMOUNT`.
    """
    # Cut before it is looked at; a digit more than allowed is enough to tell.
    cleaned = unicodedata.normalize("NFKC", text[: _LONGEST_TEXT + 1]).replace("。", ".").strip()
    if not cleaned:
        return None
    number = cleaned.strip(_SIGNS).strip()
    if number.startswith(_MINUS) and _read(number[1:].strip(f"{_SIGNS} ")) is not None:
        raise InvalidAmountError(AmountFault.NEGATIVE, "The number cannot be less than 0.")
    amount = _read(number) if len(text) <= _LONGEST_TEXT else None
    if amount is None:
        raise InvalidAmountError(AmountFault.NOT_A_NUMBER, "Write a number, such as 0.5 or 0,5.")
    if re.fullmatch("[1-9][0-9]{0,2},[0-9]{3}", number):
        thousands, point = number.replace(",", ""), format_amount(amount)
        raise InvalidAmountError(
            AmountFault.AMBIGUOUS, f"Write {thousands} or {point}: {number} can mean either of the two."
        )
    return check_amount(amount)


def check_amount(amount: Decimal) -> Decimal:
    """Return amount if it is one; raises InvalidAmountError, also for infinities and for what is not a number."""
    if not amount.is_finite():
        raise InvalidAmountError(AmountFault.NOT_A_NUMBER, "Write a number, such as 0.5 or 0,5.")
    if amount < 0:
        raise InvalidAmountError(AmountFault.NEGATIVE, "The number cannot be less than 0.")
    if amount > LARGEST_AMOUNT:
        raise InvalidAmountError(AmountFault.TOO_LARGE, f"The number can be {LARGEST_AMOUNT} at most.")
    # A number that small is none; the comparison comes first, because its exponent may be any.
    if amount and (amount.adjusted() < -FINEST_DIGITS or _digits_behind_point(amount) > FINEST_DIGITS):
        raise InvalidAmountError(AmountFault.TOO_FINE, f"Write at most {FINEST_DIGITS} digits behind the point.")
    return amount


def format_amount(amount: Decimal) -> str:
    """Return an amount in full, with a point and without zeros at its end; `parse_amount` reads it back."""
    return format(amount.normalize(), "f") if amount else "0"


def format_cost(amount: Decimal, currency: str = "") -> str:
    """Return a cost for the eye: two decimals, below 1 as many as show two digits, so that little is not nothing."""
    places = max(2, 1 - amount.adjusted()) if amount else 2
    return f"{amount:.{places}f} {currency}".rstrip()


def amount_from_json(value: object) -> Decimal | None:
    """Return an amount written as a text or a number, or None for anything else; never raises."""
    try:
        if isinstance(value, str):
            return parse_amount(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST_AMOUNT:
            return check_amount(Decimal(str(value)))
    except InvalidAmountError:
        pass
    return None


def clean_currency(text: str) -> str:
    """Return the name of a unit as it is kept and compared: without blanks and control characters, at most 12 long.

    The three letters of a currency become capitals; "" means a unit without a name (protocol 14).
    """
    cut = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT])
    kept = "".join(character for character in cut if character.isprintable() and not character.isspace())
    # Once more: an accent that stood on a blank joins the letter before it.
    kept = unicodedata.normalize("NFKC", kept)[:_LONGEST_CURRENCY]
    return kept.upper() if re.fullmatch("[A-Za-z]{3}", kept) else kept


def to_millionths(amount: Decimal) -> int:
    """Return an amount of at least 0 in millionths, rounded up: what cost something is never kept as nothing."""
    return min(int((min(amount, LARGEST_AMOUNT**2) * 10**6).to_integral_value(ROUND_CEILING)), MOST_MILLIONTHS)


def from_millionths(millionths: int) -> Decimal:
    """Return so many millionths as an amount."""
    return Decimal(millionths).scaleb(-6)


def _read(number: str) -> Decimal | None:
    found = _NUMBER.fullmatch(number)
    whole, _, fraction = found.groups("") if found else ("", "", "")
    return Decimal(f"{whole or 0}.{fraction or 0}") if whole or fraction else None


def _digits_behind_point(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
