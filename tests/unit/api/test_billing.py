"""What is left on a key, from every form in which servers say it or do not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import errors
from app.api.billing import _read_grants, _read_subscription, _read_usage, balance
from app.api.errors import NoBalanceError
from app.domain.balance import Balance
from app.domain.profile import Endpoint
from tests.relay import Answer, Relay, empty_answer, hang_up, html_answer, json_answer, redirect
from tests.relay.billing import (
    BILLING_REFUSALS,
    CREDIT_GRANTS,
    NO_BILLING,
    SUBSCRIPTION,
    USAGE,
    bill,
    billing_usage,
    case_18_billing_error_with_200,
    case_43_points,
    case_43_unlimited,
    credit_grants,
    home_page_elsewhere,
    subscription,
)
from tests.unit.api.client import KEY, clients

TODAY = date(2026, 3, 31)
KINDS = {"upstream": errors.UpstreamError, "auth": errors.AuthError, "rate_limited": errors.RateLimitedError}
LEFT = Balance(Decimal(8), Decimal("2.5"), Decimal("10.5"))
NAMES = ["hard_limit_usd", "access_until", "total_usage", "total_granted", "total_used", "total_available"]
JSON = st.dictionaries(
    st.sampled_from(NAMES) | st.text(),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
)


async def ask(relay: Relay, base_url: str = "", key: str = KEY) -> Balance:
    async with clients() as (http, _):
        return await balance(http, Endpoint(base_url or relay.base_url, key), today=TODAY)


async def ask_about(limit: Answer, used: Answer | None = None) -> Balance:
    async with Relay() as relay:
        bill(relay, limit, used)
        return await ask(relay)


async def test_what_remains_is_the_limit_less_what_was_used_in_hundredths() -> None:
    async with Relay() as relay:
        bill(relay)
        assert await ask(relay) == LEFT
        assert [(request.path, request.query) for request in relay.requests] == [
            ("/v1" + SUBSCRIPTION, ""),
            ("/v1" + USAGE, "start_date=2026-03-01&end_date=2026-04-01"),
        ]
        assert {request.key for request in relay.requests} == {KEY}


@pytest.mark.parametrize("trap", [*NO_BILLING.values()], ids=[*NO_BILLING])
async def test_where_v1_has_nothing_the_same_is_asked_beside_it(trap: Answer) -> None:
    async with Relay() as relay:
        bill(relay, root="")
        relay.on("GET", "/v1" + SUBSCRIPTION, trap)
        assert await ask(relay) == LEFT
        assert [request.path for request in relay.requests] == ["/v1" + SUBSCRIPTION, SUBSCRIPTION, USAGE]


async def test_an_api_below_a_path_of_its_own_is_asked_there() -> None:
    async with Relay() as relay:
        bill(relay, root="/gate")
        assert await ask(relay, f"{relay.origin}/gate/v1") == LEFT
    async with Relay() as relay:
        bill(relay, root="/openai")
        assert await ask(relay, f"{relay.origin}/openai") == LEFT


@pytest.mark.parametrize("root", ["", "/v1"])
async def test_the_old_form_is_asked_for_last(root: str) -> None:
    async with Relay() as relay:
        relay.otherwise = home_page_elsewhere
        relay.on("GET", root + CREDIT_GRANTS, credit_grants())
        assert await ask(relay) == Balance(Decimal("15.5"), Decimal("2.5"), Decimal(18))
        assert [request.path for request in relay.requests][:3] == ["/v1" + SUBSCRIPTION, SUBSCRIPTION, CREDIT_GRANTS]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"total_granted": 18}, Balance(limit=Decimal(18))),
        ({"total_granted": 18, "total_used": 3}, Balance(Decimal(15), Decimal(3), Decimal(18))),
        ({"total_available": 15, "total_used": 3}, Balance(Decimal(15), Decimal(3), Decimal(18))),
        ({"total_available": 15}, Balance(Decimal(15))),
        ({"total_granted": 100000000, "total_used": 3}, Balance(used=Decimal(3), is_unlimited=True)),
        ({"total_used": 3}, None),
        ({}, None),
    ],
)
def test_the_old_form_may_be_incomplete(content: dict[str, Any], expected: Balance | None) -> None:
    assert _read_grants(content) == expected


@pytest.mark.parametrize("nothing", [*NO_BILLING.values()], ids=[*NO_BILLING])
async def test_a_server_that_tells_nothing_is_no_error_of_the_key(nothing: Answer) -> None:
    async with Relay() as relay:
        relay.otherwise = nothing
        with pytest.raises(NoBalanceError, match="does not tell"):
            await ask(relay)
        assert len(relay.requests) == 4
        assert len({request.path for request in relay.requests}) == 4


@pytest.mark.parametrize("refusal", BILLING_REFUSALS)
@pytest.mark.parametrize("path", [SUBSCRIPTION, USAGE])
async def test_case_18_what_is_wrong_is_told_and_asked_only_once(refusal: str, path: str) -> None:
    answer, kind = BILLING_REFUSALS[refusal]
    async with Relay() as relay:
        bill(relay)
        relay.on("GET", "/v1" + path, answer)
        with pytest.raises(KINDS[kind]) as refused:
            await ask(relay)
        assert not isinstance(refused.value, NoBalanceError)
        assert len(relay.requests_to("/v1" + path)) == 1
        assert relay.requests[-1].path == "/v1" + path


async def test_case_18_the_servers_own_words_are_kept_and_the_key_is_not() -> None:
    async with Relay() as relay:
        bill(relay, json_answer({"error": {"message": f"no quota for {KEY}", "type": "upstream_error"}}))
        with pytest.raises(errors.UpstreamError) as refused:
            await ask(relay)
    assert "no quota for" in refused.value.message
    assert KEY not in refused.value.message + refused.value.detail
    async with Relay() as relay:
        bill(relay, case_18_billing_error_with_200)
        with pytest.raises(errors.UpstreamError, match="record not found"):
            await ask(relay)


async def test_a_connection_that_fails_is_told() -> None:
    async with Relay() as relay:
        bill(relay, hang_up())
        with pytest.raises(errors.UnreachableError):
            await ask(relay)
        assert len(relay.requests) == 1


async def test_case_43_a_key_without_a_limit() -> None:
    found = await ask_about(case_43_unlimited, billing_usage(1234))
    assert found == Balance(used=Decimal("12.34"), is_unlimited=True)
    assert not found.unit_is_points


async def test_case_43_points_are_no_dollars() -> None:
    found = await ask_about(case_43_points, billing_usage(250_000_000))
    assert (found.remaining, found.used) == (Decimal(5_000_000), Decimal(2_500_000))
    assert found.unit_is_points
    assert not (await ask_about(subscription())).unit_is_points
    rich = await ask_about(subscription(250_000_000))
    assert not rich.is_unlimited, "only the very number means that, and so many points are 500 dollars"
    assert rich.limit == 250_000_000


async def test_an_account_may_be_overdrawn() -> None:
    assert (await ask_about(subscription(2), billing_usage(350))).remaining == Decimal("-1.5")


@pytest.mark.parametrize("usage", [html_answer(200, "New API"), empty_answer(404), json_answer({"total_usage": None})])
async def test_without_the_use_nobody_knows_what_remains(usage: Answer) -> None:
    assert await ask_about(subscription(), usage) == Balance(limit=Decimal("10.5"))


@pytest.mark.parametrize(
    ("access_until", "expires"),
    [
        (0, None),
        (-1, None),
        (None, None),
        ("", None),
        (1_800_000_000, datetime(2027, 1, 15, 8, 0, tzinfo=UTC)),
        ("1800000000", datetime(2027, 1, 15, 8, 0, tzinfo=UTC)),
        (1e300, None),
        (10**14, None),
        (True, None),
    ],
)
async def test_when_a_key_ends(access_until: object, expires: datetime | None) -> None:
    assert (await ask_about(subscription(access_until=access_until))).expires == expires


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (10, "10"),
        (0, "0"),
        ("10.5", "10.5"),
        (0.1 + 0.2, "0.3"),
        (1e-9, "0"),
        (True, None),
        (None, None),
        ("", None),
        ("NaN", None),
        ("1e9", None),
        ([10], None),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
        (10**400, None),
    ],
)
def test_what_counts_as_a_figure(limit: object, expected: str | None) -> None:
    found, _ = _read_subscription({"hard_limit_usd": limit})
    assert found == (None if expected is None else Decimal(expected))


def test_the_limit_is_found_under_its_other_names() -> None:
    assert _read_subscription({"soft_limit_usd": 1, "system_hard_limit_usd": 2, "hard_limit_usd": 3})[0] == 3
    assert _read_subscription({"soft_limit_usd": 1, "system_hard_limit_usd": 2, "hard_limit_usd": None})[0] == 2
    assert _read_subscription({"soft_limit_usd": 1})[0] == 1


@given(JSON)
def test_no_json_breaks_the_reading(content: dict[str, Any]) -> None:
    _read_subscription(content)
    _read_usage(content)
    found = _read_grants(content)
    assert found is None or found.is_unlimited or found.limit is not None or found.remaining is not None


async def test_case_42_the_key_does_not_follow_to_another_host() -> None:
    async with Relay() as relay, Relay() as other:
        relay.otherwise = redirect(f"{other.origin}/login", 302)
        with pytest.raises(NoBalanceError):
            await ask(relay)
        assert other.connection_count == 0
