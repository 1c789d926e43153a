"""Balances on demand: asked once a minute, however often somebody looks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from app.api.connection import HttpClient
from app.api.errors import AuthError, NoBalanceError, RateLimitedError, UnreachableError
from app.domain.balance import Balance
from app.domain.profile import BUILT_IN, Endpoint, Profile
from app.services.balance import INTERVAL, BalanceAnswer, BalanceService
from app.store.errors import KeychainLockedError
from tests.relay import Relay, WaitFor, empty_answer, hang_up
from tests.relay.billing import SUBSCRIPTION, bill, home_page_elsewhere, subscription
from tests.relay.errors import relay_error
from tests.support import until

PATH = "/v1" + SUBSCRIPTION
LEFT = Balance(Decimal(8), Decimal("2.5"), Decimal("10.5"))


class Bench:
    """A service, a relay before it, and the clock and the key that a test sets."""

    def __init__(self, relay: Relay, http: HttpClient) -> None:
        self.relay = relay
        self.now = 1_000_000.0
        self.key: str | None = "sk-test"
        self.service = BalanceService(http, self, lambda: self.now)
        self.profile = Profile("p", "", relay.base_url)

    async def endpoint(self, profile: Profile) -> Endpoint:
        if self.key is None:
            raise KeychainLockedError("locked")
        return Endpoint(profile.base_url, self.key)

    async def ask(self) -> BalanceAnswer:
        return await self.service.ask(self.profile)

    @property
    def questions(self) -> int:
        return len(self.relay.requests_to(PATH))


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    http = HttpClient()
    async with Relay() as relay:
        bill(relay)
        try:
            yield Bench(relay, http)
        finally:
            await http.aclose()


async def test_nothing_is_asked_before_somebody_wants_to_know() -> None:
    async with bench() as at:
        assert at.relay.connection_count == 0


async def test_within_a_minute_the_answer_is_the_one_kept_with_its_age() -> None:
    async with bench() as at:
        assert await at.ask() == BalanceAnswer(LEFT, 0.0)
        at.now += INTERVAL - 1
        at.relay.on("GET", PATH, subscription(20))
        assert await at.ask() == BalanceAnswer(LEFT, INTERVAL - 1)
        assert at.questions == 1
        at.now += 1
        assert await at.ask() == BalanceAnswer(Balance(Decimal("17.5"), Decimal("2.5"), Decimal(20)), 0.0)
        assert at.questions == 2


async def test_who_asks_at_the_same_time_gets_the_same_answer() -> None:
    async with bench() as at:
        answers = await asyncio.gather(*(at.ask() for _ in range(5)))
        assert {answer.balance.remaining for answer in answers} == {Decimal(8)}
        assert at.questions == 1


async def test_when_the_one_who_asked_gives_up_the_next_one_asks() -> None:
    async with bench() as at:
        answers = asyncio.Event()
        at.relay.on("GET", PATH, [subscription().after(WaitFor(answers)), subscription()])

        async def give_up() -> None:
            async with asyncio.timeout(None) as limit:
                waiting.append(limit)
                await at.ask()

        async def cut_short() -> None:
            await until(lambda: at.questions == 1)
            waiting[0].reschedule(asyncio.get_running_loop().time())

        waiting: list[asyncio.Timeout] = []
        outcomes = await asyncio.gather(give_up(), at.ask(), cut_short(), return_exceptions=True)
        assert isinstance(outcomes[0], TimeoutError)
        assert outcomes[1] == BalanceAnswer(LEFT, 0.0)
        assert at.questions == 2


async def test_each_connection_is_asked_for_itself() -> None:
    async with bench() as at:
        await at.ask()
        await at.service.ask(replace(at.profile, id="other"))
        assert at.questions == 2


async def test_another_key_is_another_account() -> None:
    async with bench() as at:
        await at.ask()
        at.key = "sk-other"
        await at.ask()
        assert [request.key for request in at.relay.requests_to(PATH)] == ["sk-test", "sk-other"]
        assert "sk-" not in repr(at.service)


async def test_another_address_is_asked_at_once() -> None:
    async with bench() as at:
        await at.ask()
        at.profile = replace(at.profile, base_url=f"{at.relay.origin}/v2")
        bill(at.relay, root="/v2")
        await at.ask()
        assert len(at.relay.requests_to("/v2" + SUBSCRIPTION)) == 1


@pytest.mark.parametrize(
    ("answer", "error"), [(relay_error("无效的令牌", 401), AuthError), (empty_answer(429), RateLimitedError)]
)
async def test_a_refusal_is_kept_like_an_answer(answer: object, error: type[Exception]) -> None:
    async with bench() as at:
        at.relay.on("GET", PATH, [answer, subscription()])  # type: ignore[list-item]
        for _ in range(3):
            with pytest.raises(error):
                await at.ask()
        assert at.questions == 1
        at.now += INTERVAL
        assert (await at.ask()).balance == LEFT


async def test_a_server_that_does_not_tell_is_not_asked_all_the_time() -> None:
    async with Relay() as relay:
        relay.otherwise = home_page_elsewhere
        http = HttpClient()
        at = Bench(relay, http)
        for _ in range(3):
            with pytest.raises(NoBalanceError):
                await at.ask()
        assert len(relay.requests) == 4
        await http.aclose()


async def test_a_server_that_was_not_reached_may_be_asked_again_at_once() -> None:
    async with bench() as at:
        at.relay.on("GET", PATH, [hang_up(), subscription()])
        with pytest.raises(UnreachableError):
            await at.ask()
        assert (await at.ask()).age == 0


async def test_a_clock_that_was_set_back_keeps_no_answer_forever() -> None:
    async with bench() as at:
        await at.ask()
        at.now -= 3600
        assert (await at.ask()).age == 0
        assert at.questions == 2


async def test_the_built_in_model_has_no_balance() -> None:
    async with bench() as at:
        with pytest.raises(NoBalanceError, match="costs nothing"):
            await at.service.ask(BUILT_IN)
        assert at.relay.connection_count == 0


async def test_without_the_key_nothing_is_asked() -> None:
    async with bench() as at:
        at.key = None
        with pytest.raises(KeychainLockedError):
            await at.ask()
        assert at.relay.connection_count == 0
