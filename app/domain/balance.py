"""What is left on an account, as a server tells it.

Must not know wire shapes.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

POINTS_FROM = Decimal(1_000_000)
"""What is more than this is probably no money but a relay's points, 500000 to the dollar (protocol 14)."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left, was used and may be used in all, in a unit the server does not name; None for what it does not say.

    Usually the figures of the key and not of the account. `remaining` is less than 0 for an account that is overdrawn;
    with `is_unlimited` there is neither `remaining` nor `limit`. `expires` is in UTC, None for never (protocol 14).
    """

    remaining: Decimal | None = None
    used: Decimal | None = None
    limit: Decimal | None = None
    is_unlimited: bool = False
    expires: datetime | None = None

    @property
    def unit_is_points(self) -> bool:
        """Tell whether the figures are probably points: they are shown without a currency in any case."""
        return any(value is not None and abs(value) > POINTS_FROM for value in (self.remaining, self.used, self.limit))
