"""When a request is sent again."""

import pytest

from app.api import errors
from app.api.errors import ApiError, classify
from app.api.retry import MAX_RETRIES, RetryDelays, RetrySchedule


def delays_of(error: ApiError, limit: int = MAX_RETRIES) -> list[float]:
    schedule = RetrySchedule(RetryDelays(), limit)
    found = []
    while (delay := schedule.next_delay(error)) is not None:
        found.append(delay)
    return found


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 504, 599])
def test_two_more_tries_with_growing_waits(status: int) -> None:
    first, second = delays_of(classify(status, {}, ""))
    assert 0.375 <= first <= 0.5
    assert 0.75 <= second <= 1.0


def test_waits_never_grow_beyond_the_longest() -> None:
    assert max(delays_of(classify(500, {}, ""), limit=20)) <= 8.0


@pytest.mark.parametrize(
    "error",
    [
        errors.UnreachableError(),
        errors.NameNotFoundError(),
        errors.ConnectionRefusedByServerError(),
        errors.ConnectTimeoutError(),
        errors.ProxyFailedError(),
        errors.NoNetworkError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_connection_that_failed_before_the_answer_is_tried_again(error: ApiError) -> None:
    assert len(delays_of(error)) == 2


@pytest.mark.parametrize(
    "error",
    [
        *(classify(status, {}, "") for status in (400, 401, 402, 403, 404, 413, 422, 501, 200)),
        errors.ConnectionLostError(),
        errors.StalledError(),
        errors.RequestTimeoutError(),
        errors.TlsError(),
        errors.CertificateExpiredError(),
        errors.ProxyLoginError(),
        classify(407, {}, ""),
        classify(511, {}, ""),
        errors.ProtocolError(),
        errors.RedirectRefusedError(),
        errors.CertificateFileError(),
    ],
    ids=lambda error: f"{type(error).__name__} {error.http_status}",
)
def test_what_would_fail_again_is_not_tried_again(error: ApiError) -> None:
    assert delays_of(error) == []


def test_case_16_a_silent_origin_is_never_asked_again() -> None:
    assert delays_of(classify(524, {"x-should-retry": "true"}, "")) == []


def test_case_14_a_quota_is_not_refilled_by_waiting() -> None:
    body = '{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}'
    assert delays_of(classify(429, {"Retry-After": "1"}, body)) == []


def test_case_14_the_server_says_how_long() -> None:
    assert delays_of(classify(429, {"Retry-After": "3"}, "")) == [3.0, 3.0]
    assert delays_of(classify(429, {"Retry-After": "600"}, "")) == []


def test_the_server_says_whether() -> None:
    assert delays_of(classify(500, {"x-should-retry": "false"}, "")) == []
    assert len(delays_of(classify(400, {"x-should-retry": "true"}, ""))) == 2


def test_case_15_an_overloaded_server_is_asked_once_more_after_five_seconds() -> None:
    assert delays_of(classify(503, {}, "")) == [5.0]
    assert delays_of(classify(503, {"Retry-After": "1"}, "")) == [5.0]
    assert delays_of(classify(503, {"Retry-After": "9"}, "")) == [9.0]


def test_the_limit_can_be_none_at_all() -> None:
    assert delays_of(classify(503, {}, ""), limit=0) == []
