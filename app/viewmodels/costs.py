"""What a connection costs: prices and limits as they are typed, this month's totals, the balance on demand.

Owns the sentences about amounts, and when the balance may be asked again. Must not know where prices are kept, HTTP or
widgets.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QObject, Signal

from app.concurrency.tasks import TaskScope
from app.domain.amounts import AmountFault, InvalidAmountError, format_amount, format_cost, parse_amount
from app.domain.balance import Balance
from app.domain.errors import ExpectedError
from app.domain.limits import Limits
from app.domain.prices import Price, PriceTable
from app.domain.profile import BUILT_IN, Profile
from app.domain.spending import Totals, month_of
from app.viewmodels.connections import problem_line
from app.viewmodels.texts import describe

BALANCE_INTERVAL = 60.0
"""Seconds between two questions for the balance (protocol 14)."""


class RulesLike(Protocol):
    """What the user set for one connection."""

    @property
    def prices(self) -> PriceTable:
        """Return the prices."""

    @property
    def limits(self) -> Limits:
        """Return the limits."""


class Spending(Protocol):
    """Who keeps prices, limits and totals."""

    async def rules(self, profile_id: str) -> RulesLike:
        """Return prices and limits; raise StoreError."""

    async def month(self, profile_id: str) -> Totals:
        """Return what this month came to; raise StoreError."""

    async def by_model(self, profile_id: str, since: date, until: date) -> Mapping[str, Totals]:
        """Return the same by model; raise StoreError."""

    async def by_day(self, profile_id: str, since: date, until: date) -> Mapping[date, Totals]:
        """Return the same by day; raise StoreError."""

    async def set_prices(self, profile_id: str, prices: PriceTable) -> None:
        """Let prices hold; raise StoreError."""

    async def set_limits(self, profile_id: str, limits: Limits) -> None:
        """Let limits hold; raise StoreError."""


class BalanceAnswerLike(Protocol):
    """A balance, and how many seconds ago the server told it."""

    @property
    def balance(self) -> Balance:
        """Return the figures."""

    @property
    def age(self) -> float:
        """Return seconds since the server was asked."""


class Balances(Protocol):
    """Who asks for balances, at most once a minute."""

    async def ask(self, profile: Profile) -> BalanceAnswerLike:
        """Return what is left; raise ExpectedError."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of the price table as typed: amounts are for a million tokens."""

    model: str = ""
    tokens_in: str = ""
    tokens_out: str = ""
    currency: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed that means a price."""
        return not (self.model.strip() or self.tokens_in.strip() or self.tokens_out.strip())


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One line of a table of totals: what it is of, and the figures with their units."""

    name: str
    requests: str
    tokens_in: str
    tokens_out: str
    cost: str


@dataclass(frozen=True, slots=True)
class Month:
    """What this month came to: in one sentence, by model and by day."""

    summary: str = ""
    models: Sequence[TotalLine] = ()
    days: Sequence[TotalLine] = ()
    fraction: float | None = None  # of the hard limit, else of the soft one; None without limits


@dataclass(frozen=True, slots=True)
class BalanceState:
    """What is known of the balance, in words; `seconds` until it may be asked again, 0 for now."""

    words: str = ""
    age: str = ""
    seconds: int = 0
    is_asking: bool = False


@dataclass(slots=True)
class _Asked:
    words: str = ""
    at: float = 0.0
    is_asking: bool = field(default=False)


class CostsViewModel(QObject):
    """Hold prices, limits, totals and balance of one connection at a time."""

    rules_changed = Signal()
    month_changed = Signal(object)  # Month
    balance_changed = Signal()
    faults_changed = Signal()
    problem_changed = Signal(object)  # Problem | None

    def __init__(
        self,
        spending: Spending,
        balances: Balances,
        tasks: TaskScope,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._spending = spending
        self._balances = balances
        self._tasks = tasks
        self._clock = clock
        self._profile = BUILT_IN
        self._limits = Limits()
        self._asked: dict[str, _Asked] = {}
        self.lines: tuple[PriceLine, ...] = ()
        self.price_faults: dict[tuple[int, int], str] = {}
        self.limit_faults: dict[str, str] = {}

    @property
    def limits(self) -> Limits:
        """Return the limits that hold."""
        return self._limits

    @property
    def balance(self) -> BalanceState:
        """Return what is known of the balance at this moment."""
        asked = self._asked.get(self._profile.origin)
        if asked is None:
            return BalanceState()
        age = max(0.0, self._clock() - asked.at)
        seconds = 0 if asked.is_asking or not asked.at else max(0, round(BALANCE_INTERVAL - age))
        return BalanceState(asked.words, _age_words(age) if asked.words else "", seconds, asked.is_asking)

    def show_profile(self, profile: Profile) -> None:
        """Read everything about a connection anew."""
        self._profile = profile
        self.balance_changed.emit()
        self._tasks.start("costs", self._load(profile))

    def set_lines(self, lines: Sequence[PriceLine]) -> None:
        """Take the price table as typed; it holds at once unless `price_faults` says why not."""
        self.lines = tuple(lines)
        self.price_faults = {}
        prices = PriceTable()
        for row, line in enumerate(lines):
            price = None if line.is_empty else self._read_price(row, line)
            if price is not None:
                prices = prices.with_price(price)
        self.faults_changed.emit()
        if not self.price_faults:
            self._tasks.start("save-prices", self._save(self._spending.set_prices(self._profile.id, prices)))

    def set_limits(self, soft: str, hard: str, currency: str) -> None:
        """Take the limits as typed; they hold at once where both are right, and `limit_faults` says why not."""
        self.limit_faults = {}
        amounts: dict[str, Decimal | None] = {}
        for name, text in (("soft", soft), ("hard", hard)):
            try:
                amounts[name] = parse_amount(text)
            except InvalidAmountError as error:
                self.limit_faults[name] = fault_words(error.fault)
        self.faults_changed.emit()
        if self.limit_faults:
            return
        limits = Limits(amounts["soft"], amounts["hard"], currency)
        if limits != self._limits:
            self._limits = limits
            self._tasks.start("save-limits", self._save(self._spending.set_limits(self._profile.id, limits)))

    def ask_balance(self) -> None:
        """Ask the server what is left, unless it was asked within the last minute."""
        state = self.balance
        if not state.seconds and not state.is_asking:
            self._tasks.start("balance", self._ask_balance(self._profile))

    async def _load(self, profile: Profile) -> None:
        try:
            rules = await self._spending.rules(profile.id)
            self._limits = rules.limits
            self.lines = tuple(_line(price) for price in rules.prices.prices)
            self.price_faults, self.limit_faults = {}, {}
            self.rules_changed.emit()
            await self._load_month(profile)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))
            return
        self.problem_changed.emit(None)

    async def _load_month(self, profile: Profile) -> None:
        since, until = month_of(datetime.now().astimezone().date())
        totals = await self._spending.month(profile.id)
        models = await self._spending.by_model(profile.id, since, until)
        days = await self._spending.by_day(profile.id, since, until)
        self.month_changed.emit(
            Month(
                _summary(totals, self._limits),
                tuple(_total_line(model, each) for model, each in sorted(models.items())),
                tuple(_total_line(day_words(day), days[day]) for day in sorted(days, reverse=True)),
                _fraction(totals, self._limits),
            )
        )

    async def _save(self, work: object) -> None:
        try:
            await work  # type: ignore[misc]  # one of the two setters
            await self._load_month(self._profile)
        except ExpectedError as error:
            self.problem_changed.emit(describe(error))

    async def _ask_balance(self, profile: Profile) -> None:
        asked = self._asked.setdefault(profile.origin, _Asked())
        asked.is_asking = True
        self.balance_changed.emit()
        try:
            answer = await self._balances.ask(profile)
            asked.words, asked.at = balance_words(answer.balance), self._clock() - answer.age
        except ExpectedError as error:
            asked.words, asked.at = problem_line(describe(error)), self._clock()
        finally:
            asked.is_asking = False
            self.balance_changed.emit()

    def _read_price(self, row: int, line: PriceLine) -> Price | None:
        amounts: list[Decimal] = []
        if not line.model.strip():
            self.price_faults[row, 0] = QCoreApplication.translate(
                "Costs", "Write a model's name, or a pattern such as gpt-4*."
            )
        for column, text in ((1, line.tokens_in), (2, line.tokens_out)):
            try:
                amount = parse_amount(text)
            except InvalidAmountError as error:
                self.price_faults[row, column] = fault_words(error.fault)
                continue
            if amount is None:
                self.price_faults[row, column] = QCoreApplication.translate("Costs", "Write a price; 0 means free.")
            else:
                amounts.append(amount)
        if any(place[0] == row for place in self.price_faults):
            return None
        try:
            return Price(line.model.strip(), amounts[0], amounts[1], line.currency)
        except ValueError:
            self.price_faults[row, 0] = QCoreApplication.translate("Costs", "This name is too long.")
            return None


def day_words(day: date) -> str:
    """Return a day as it is written where the user lives."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def fault_words(fault: AmountFault) -> str:
    """Return why a text is no amount."""
    return {
        AmountFault.NOT_A_NUMBER: QCoreApplication.translate("Costs", "Write a number, such as 0.5."),
        AmountFault.NEGATIVE: QCoreApplication.translate("Costs", "The number cannot be less than 0."),
        AmountFault.AMBIGUOUS: QCoreApplication.translate(
            "Costs", "Leave the comma out: it can mean a thousand or a decimal point here."
        ),
        AmountFault.TOO_LARGE: QCoreApplication.translate("Costs", "This number is too large."),
        AmountFault.TOO_FINE: QCoreApplication.translate("Costs", "Write at most 9 digits behind the point."),
    }[fault]


def balance_words(balance: Balance) -> str:
    """Return a balance in one sentence; the server does not name its unit (protocol 14)."""
    if balance.is_unlimited:
        words = QCoreApplication.translate("Costs", "No limit on this key")
    elif balance.remaining is None:
        words = QCoreApplication.translate("Costs", "The server does not say what is left")
    else:
        words = QCoreApplication.translate("Costs", "{amount} left").format(amount=format_cost(balance.remaining))
    parts = [words]
    if balance.used is not None:
        parts.append(QCoreApplication.translate("Costs", "{amount} used").format(amount=format_cost(balance.used)))
    if balance.expires is not None:
        day = day_words(balance.expires.astimezone().date())
        parts.append(QCoreApplication.translate("Costs", "until {day}").format(day=day))
    if balance.unit_is_points:
        parts.append(QCoreApplication.translate("Costs", "probably in points, of which 500,000 are a dollar"))
    return " · ".join(parts)


def cost_words(totals: Totals) -> str:
    """Return the cost of totals with its units; what is not known is never 0."""
    known = [format_cost(amount, unit) for unit, amount in totals.costs.items()]
    if not known:
        return QCoreApplication.translate("Costs", "not known") if totals.requests else "0"
    words = " + ".join(known)
    return (
        QCoreApplication.translate("Costs", "at least {cost}").format(cost=words) if totals.unpriced_requests else words
    )


def _line(price: Price) -> PriceLine:
    amounts = (format_amount(price.input_per_million), format_amount(price.output_per_million))
    return PriceLine(price.model_pattern, *amounts, price.currency)


def _total_line(name: str, totals: Totals) -> TotalLine:
    locale = QLocale()
    sign = "≈ " if totals.estimated_requests else ""
    return TotalLine(
        name,
        locale.toString(totals.requests),
        sign + locale.toString(totals.prompt_tokens),
        sign + locale.toString(totals.completion_tokens),
        cost_words(totals),
    )


def _summary(totals: Totals, limits: Limits) -> str:
    if not totals.requests:
        return QCoreApplication.translate("Costs", "Nothing was sent this month.")
    line = _total_line("", totals)
    words = QCoreApplication.translate(
        "Costs", "{cost} · {requests} requests · {tokens_in} tokens in · {tokens_out} tokens out"
    ).format(cost=line.cost, requests=line.requests, tokens_in=line.tokens_in, tokens_out=line.tokens_out)
    most = limits.hard if limits.hard is not None else limits.soft
    if most is None:
        return words
    limit = QCoreApplication.translate("Costs", "limit {limit}")
    return f"{words} · {limit.format(limit=format_cost(most, limits.currency))}"


def _fraction(totals: Totals, limits: Limits) -> float | None:
    most = limits.hard if limits.hard is not None else limits.soft
    return float(min(Decimal(1), totals.spent(limits.currency) / most)) if most else None


def _age_words(seconds: float) -> str:
    if seconds < 2:
        return QCoreApplication.translate("Costs", "just now")
    if seconds < 90:
        return QCoreApplication.translate("Costs", "{seconds} s ago").format(seconds=round(seconds))
    return QCoreApplication.translate("Costs", "{minutes} min ago").format(minutes=round(seconds / 60))
