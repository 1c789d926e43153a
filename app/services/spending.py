"""What runs cost: ruled on before they are sent, added up after they have ended.

Owns the road from a run to the totals, and what is under way and therefore in no total yet. Must not know SQLite, where
requests go or who watches.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from app.domain.amounts import format_amount, format_cost
from app.domain.errors import ExpectedError
from app.domain.generation import Usage, most_tokens
from app.domain.limits import LimitReason, Limits, Ruling, Verdict, check
from app.domain.prices import Price, PriceTable, bound, cost
from app.domain.profile import BUILT_IN_ID
from app.domain.run import Run
from app.domain.spending import Totals, month_of
from app.store.errors import StoreError
from app.store.spending import SpendingRules, SpendingStore, Spent

_SLICE = 2000
_LONGEST_COUNTED = 100_000
_FREE = Price("*", Decimal(0), Decimal(0))
_UNSURE: Mapping[LimitReason, str] = MappingProxyType(
    {
        LimitReason.UNKNOWN_PRICE: "price of this model is not known",
        LimitReason.OTHER_CURRENCY: "price of this model is in another unit",
    }
)


class SpendingLimitError(ExpectedError):
    """A run that was not sent, because it could cross the hard limit; `verdict` holds the numbers."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(explain_verdict(verdict))
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Charge:
    """What one run came to: `cost` is in the unit `currency`, None where the price is not known.

    `problem` is why it is not on disk; it is then counted in this run of the program, and written with the next one.
    """

    usage: Usage
    cost: Decimal | None
    currency: str = ""
    problem: StoreError | None = None


@dataclass(slots=True, eq=False)
class _Open:
    """A run that is in no total yet: `amount` is the most it can cost, or what it cost once that is known."""

    profile_id: str
    price: Price | None
    amount: Decimal
    spent: Spent | None = None
    is_being_written: bool = False


class SpendingService:
    """Rule on runs by the prices and limits of their connection, and keep the totals; used from one event loop.

    What is under way counts as if it had cost the most it can, so that several runs at once do not cross a limit that
    each alone would keep. `today` gives the user's date.
    """

    def __init__(self, store: SpendingStore, today: Callable[[], date] | None = None) -> None:
        self._store = store
        self._today = today or _today
        self._open: dict[str, _Open] = {}
        self._known: dict[str, tuple[SpendingRules, Totals]] = {}

    async def before(self, run: Run) -> Verdict:
        """Rule on a run that is about to be sent; whatever comes of it, `after` must be called then.

        The built-in model costs nothing. Where the disk cannot be read, what this run of the program knew last holds;
        where it knew nothing the verdict is a warning, `UNREADABLE`.

        Raises:
            SpendingLimitError: It could cross the month's hard limit and must not be sent.
        """
        if run.profile_id == BUILT_IN_ID:
            self._open[run.id] = _Open(run.profile_id, _FREE, Decimal(0))
            return Verdict(bound=Decimal(0))
        # Also those that end meanwhile: the totals may have been read before they were added.
        under_way = list(self._open.values())
        standing = await self._standing(run.profile_id)
        rules, totals = standing or (SpendingRules(), Totals())
        price = rules.prices.price_of(run.model)
        most = _bound(run, price)
        limits = rules.limits
        spent = totals.spent(limits.currency) + sum(
            entry.amount
            for entry in {*under_way, *self._open.values()}
            if entry.profile_id == run.profile_id and entry.price and entry.price.currency == limits.currency
        )
        verdict = (
            check(spent, most, limits, currency=price.currency if price else None)
            if standing
            else Verdict(Ruling.WARN, (LimitReason.UNREADABLE,))
        )
        if verdict.ruling is Ruling.STOP:
            raise SpendingLimitError(verdict)
        self._open[run.id] = _Open(run.profile_id, price, most or Decimal(0))
        return verdict

    async def after(self, run: Run, usage: Usage | None) -> Charge | None:
        """Add what a run used to the totals and return it, at the price that held when it was sent.

        A usage of None means that nothing was sent, or refused as a whole: nothing is added. Never raises for the disk,
        and once called it is carried out, even when the caller is cancelled meanwhile.
        """
        entry = self._open.get(run.id)
        if entry is None or entry.spent is not None:
            return None
        if usage is None:
            del self._open[run.id]
            return None
        amount, currency = cost(usage, entry.price), entry.price.currency if entry.price else ""
        entry.spent = Spent(run.profile_id, run.model, self._today(), usage, amount, currency)
        entry.amount = amount or Decimal(0)
        return Charge(usage, amount, currency, await self._write())

    async def month(self, profile_id: str) -> Totals:
        """Return what this month's finished runs came to; raises StoreError."""
        return await self._store.totals(profile_id, *month_of(self._today()))

    async def by_model(self, profile_id: str, since: date, until: date) -> dict[str, Totals]:
        """Return what each model has come to, both days included; raises StoreError."""
        return await self._store.by_model(profile_id, since, until)

    async def by_day(self, profile_id: str, since: date, until: date) -> dict[date, Totals]:
        """Return what each day has come to, both days included; raises StoreError."""
        return await self._store.by_day(profile_id, since, until)

    async def rules(self, profile_id: str) -> SpendingRules:
        """Return the prices and limits of a connection; raises StoreError."""
        return await self._store.rules(profile_id)

    async def set_prices(self, profile_id: str, prices: PriceTable) -> None:
        """Let these prices hold from now on; what was added stays as it is. Raises StoreError."""
        await self._store.save_prices(profile_id, prices)
        self._known.pop(profile_id, None)

    async def set_limits(self, profile_id: str, limits: Limits) -> None:
        """Let these limits hold from now on; raises StoreError."""
        await self._store.save_limits(profile_id, limits)
        self._known.pop(profile_id, None)

    async def _standing(self, profile_id: str) -> tuple[SpendingRules, Totals] | None:
        """Return the rules and this month's totals, as last known where the disk fails; None where never known."""
        with suppress(StoreError):
            self._known[profile_id] = await self._store.standing(profile_id, *month_of(self._today()))
        return self._known.get(profile_id)

    async def _write(self) -> StoreError | None:
        """Write what has ended and is not on disk; return why that failed, for the next time to try again."""
        batch = {
            run_id: entry
            for run_id, entry in self._open.items()
            if entry.spent is not None and not entry.is_being_written
        }
        for entry in batch.values():
            entry.is_being_written = True
        problem = None
        try:
            await self._store.add_all([entry.spent for entry in batch.values() if entry.spent])
        except StoreError as error:
            problem = error
        finally:
            for run_id, entry in batch.items():
                entry.is_being_written = False
                if problem is None:  # also when cancelled: the store has it by now
                    self._open.pop(run_id, None)
        return problem


def explain_verdict(verdict: Verdict) -> str:
    """Return in English what a verdict says, for the command line and the journal; "" where there is nothing to say."""
    if not verdict.reasons:
        return ""
    first, limits = verdict.reasons[0], verdict.limits
    if first is LimitReason.UNREADABLE:
        return "What was spent this month cannot be read, so that no limit is kept."
    unsure = next((_UNSURE[reason] for reason in verdict.reasons if reason in _UNSURE), "")
    if first in _UNSURE:
        tail = ", so that it does not count towards this month's limit" if limits.are_set else ""
        return f"The {unsure}{tail}."
    what = (
        f"Not sent, to keep this month's limit of {_with_unit(limits.hard, limits.currency)}"
        if first is LimitReason.HARD_LIMIT
        else f"This month's warning limit of {_with_unit(limits.soft, limits.currency)} may be passed"
    )
    most = f"this request can cost {format_cost(verdict.bound or Decimal(0), limits.currency)}"
    return f"{what}: {format_cost(verdict.spent, limits.currency)} spent, and {f'the {unsure}' if unsure else most}."


def _with_unit(amount: Decimal | None, currency: str) -> str:
    return f"{format_amount(amount or Decimal(0))} {currency}".rstrip()


def _bound(run: Run, price: Price | None) -> Decimal | None:
    """Return the most a run can cost; each of `best_of` answers is charged, also those that are not sent."""
    parameters = run.parameters
    count = parameters.n * max(1, parameters.best_of or 1)
    return bound(_most_prompt_tokens(run.prompt), parameters.max_tokens, count, price)


def _most_prompt_tokens(prompt: str) -> int:
    """Return more tokens than a prompt has: counted in slices, and by its bytes where that would take long."""
    if len(prompt) > _LONGEST_COUNTED:
        return len(prompt.encode("utf-8", "replace"))
    starts = range(0, max(1, len(prompt)), _SLICE)  # an empty prompt, too, may have a token that begins it
    return sum(most_tokens(prompt[start : start + _SLICE]) or 0 for start in starts)


def _today() -> date:
    return datetime.now().astimezone().date()
