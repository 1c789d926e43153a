"""Small services for the window "Connections", written by hand: each does what its test tells it to."""

# ruff: noqa: ARG002 - they take what the services take

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.concurrency.tasks import TaskScope
from app.domain.balance import Balance
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.check import Plan, Step, StepResult
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.limits import Limits
from app.domain.prices import Price, PriceTable
from app.domain.profile import BUILT_IN, Profile
from app.domain.spending import Totals
from app.viewmodels.connection_check import CheckViewModel
from app.viewmodels.connections import ConnectionsViewModel
from app.viewmodels.costs import CostsViewModel
from app.viewmodels.options import Options
from tests.viewmodels.fakes import FakeOptions, Place, Saved

KEY = "sk-Abcd1234efgh5678ijkl9012"
RELAY = Profile("relay", "My relay", "https://api.relay.example/v1", preset="new-api", favourites=("gpt-4o", "qwen"))
PLAIN = Profile("plain", "", "http://10.0.0.7:8000/v1")


@dataclass(frozen=True)
class Kept(Saved):
    """What keeping a connection came to."""

    leftover: ExpectedError | None = None


@dataclass(frozen=True)
class Removed:
    """What it takes to bring a connection back."""

    profile: Profile
    problem: ExpectedError | None = None


class FakeKeeper:
    """Connections and keys in memory; keys are asked for by id and origin, as in life. `problem` is raised by all."""

    def __init__(self, *profiles: Profile) -> None:
        self.profiles = {profile.id: profile for profile in profiles or (RELAY, PLAIN)}
        self.keys = {(RELAY.id, RELAY.origin): KEY}
        self.place = Place("GNOME Keyring", is_kept=True)
        self.problem: ExpectedError | None = None
        self.unkept: ExpectedError | None = None
        self.leftover: ExpectedError | None = None
        self.left: tuple[str, ...] = ()
        self.servers: tuple[Profile, ...] = (Profile("", "Ollama", "http://127.0.0.1:11434/v1", preset="ollama"), PLAIN)
        self.may_find = asyncio.Event()
        self.may_find.set()
        self.updates: list[tuple[Profile, str | None, str | None]] = []
        self.reveals = 0

    def all(self) -> Sequence[Profile]:
        return [*self.profiles.values(), BUILT_IN]

    async def add(self, profile: Profile, key: str | None = None) -> Kept:
        return await self.update(replace(profile, id=f"new{len(self.profiles)}"), key)

    async def update(self, profile: Profile, key: str | None = None, proxy_password: str | None = None) -> Kept:
        await self._answer()
        self.updates.append((profile, key, proxy_password))
        self.profiles[profile.id] = profile
        if key is not None:
            self.keys[profile.id, profile.origin] = key
        return Kept(profile, self.place, self.unkept, self.leftover)

    async def remove(self, profile_id: str) -> Removed:
        await self._answer()
        profile = self.profiles.pop(profile_id)
        self.keys.pop((profile_id, profile.origin), None)
        return Removed(profile, self.leftover)

    def restore(self, removed: Removed) -> None:
        self.profiles[removed.profile.id] = removed.profile

    async def find_local_servers(self) -> Sequence[Profile]:
        await self.may_find.wait()
        return self.servers

    async def key_place(self) -> Place:
        await self._answer()
        return self.place

    async def has_key(self, profile: Profile) -> bool:
        await self._answer()
        return (profile.id, profile.origin) in self.keys

    async def reveal_key(self, profile: Profile) -> str | None:
        await self._answer()
        self.reveals += 1
        return self.keys.get((profile.id, profile.origin))

    async def forget_key(self, profile: Profile) -> None:
        await self._answer()
        self.keys.pop((profile.id, profile.origin), None)

    async def forget_everything(self) -> Sequence[str]:
        self.keys.clear()
        return self.left

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.problem is not None:
            raise self.problem


class FakeChecker:
    """A check that yields what the test sends, until it ends it."""

    def __init__(self) -> None:
        self.started: list[tuple[Profile, str]] = []
        self.ended = 0
        self._queue: asyncio.Queue[StepResult | None] = asyncio.Queue()

    def plan(self, profile: Profile, model: str = "") -> Plan:
        return Plan(tuple(Step), 14, 52)

    async def run(self, profile: Profile, model: str = "") -> AsyncGenerator[StepResult, None]:
        self.started.append((profile, model))
        try:
            while (step := await self._queue.get()) is not None:
                yield step
        finally:
            self.ended += 1

    def send(self, *steps: StepResult | None) -> None:
        """Yield these; None ends the check."""
        for step in steps:
            self._queue.put_nowait(step)


class FakeKnown:
    """What is known of servers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        learnt = datetime(2026, 3, 4, 12, tzinfo=UTC)
        self.map = CapabilityMap().with_findings(
            [
                Finding(Feature.COMPLETION, Support.HONOURED, learnt),
                Finding(Feature.LOGPROBS, Support.REFUSED, learnt, None, "cannot unmarshal number into bool"),
                Finding(Feature.SEED, Support.IGNORED, learnt),
                Finding(Feature.CANDIDATES, Support.HONOURED, learnt, 8),
            ]
        )

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        self.asked.append((profile_id, model))
        await asyncio.sleep(0)
        return self.map


@dataclass(frozen=True)
class Rules:
    """Prices and limits."""

    prices: PriceTable = field(default_factory=PriceTable)
    limits: Limits = field(default_factory=Limits)


class FakeSpending:
    """Prices, limits and totals in memory; `problem` is raised by all."""

    def __init__(self) -> None:
        self.kept = Rules(
            PriceTable((Price("gpt-4o*", Decimal("2.5"), Decimal(10), "USD"),)), Limits(Decimal(5), Decimal(10), "USD")
        )
        self.models: dict[str, Totals] = {
            "gpt-4o": Totals(42, 120_300, 48_200, 0, 0, {"USD": Decimal("0.78275")}),
            "qwen": Totals(3, 900, 400, 3, 3),
        }
        self.days: dict[date, Totals] = {
            date(2026, 3, 3): Totals(40, 100_000, 40_000, 0, 0, {"USD": Decimal("0.65")}),
            date(2026, 3, 4): Totals(5, 21_200, 8_600, 3, 3, {"USD": Decimal("0.13275")}),
        }
        self.problem: ExpectedError | None = None

    async def rules(self, profile_id: str) -> Rules:
        await self._answer()
        return self.kept

    async def month(self, profile_id: str) -> Totals:
        await self._answer()
        return sum(self.models.values(), Totals())

    async def by_model(self, profile_id: str, since: date, until: date) -> Mapping[str, Totals]:
        await self._answer()
        return self.models

    async def by_day(self, profile_id: str, since: date, until: date) -> Mapping[date, Totals]:
        await self._answer()
        return self.days

    async def set_prices(self, profile_id: str, prices: PriceTable) -> None:
        await self._answer()
        self.kept = replace(self.kept, prices=prices)

    async def set_limits(self, profile_id: str, limits: Limits) -> None:
        await self._answer()
        self.kept = replace(self.kept, limits=limits)

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.problem is not None:
            raise self.problem


@dataclass(frozen=True)
class Answer:
    """A balance and its age in seconds."""

    balance: Balance
    age: float = 0.0


class FakeBalances:
    """A server that tells what is left; `problem` is raised instead."""

    def __init__(self) -> None:
        self.asked: list[Profile] = []
        self.problem: ExpectedError | None = None

    async def ask(self, profile: Profile) -> Answer:
        self.asked.append(profile)
        await asyncio.sleep(0)
        if self.problem is not None:
            raise self.problem
        return Answer(Balance(Decimal("12.3"), Decimal("7.7"), Decimal(20)))


class Bench:
    """The view-models of the window over fakes, built as the program builds them."""

    def __init__(self, tasks: TaskScope, *profiles: Profile) -> None:
        self.tasks = tasks
        self.keeper, self.checker, self.known = FakeKeeper(*profiles), FakeChecker(), FakeKnown()
        self.spending, self.balances = FakeSpending(), FakeBalances()
        self.store = FakeOptions()
        self.now = 1000.0
        self.diagnosed: list[tuple[Profile, ExpectedError]] = []
        self.connections = ConnectionsViewModel(self.keeper, Options(self.store, tasks), tasks)
        self.check = CheckViewModel(self.checker, self.known, tasks, diagnose=self._diagnose)
        self.costs = CostsViewModel(self.spending, self.balances, tasks, clock=lambda: self.now)

    async def _diagnose(self, profile: Profile, error: ExpectedError) -> Diagnosis:
        await asyncio.sleep(0)
        self.diagnosed.append((profile, error))
        return Diagnosis(DiagnosisKind.KEY_REFUSED, Step.KEY, error=error)
