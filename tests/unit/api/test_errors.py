"""Which error each answer means."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import errors
from app.api.errors import ApiError, classify, unreadable
from app.domain.errors import ExpectedError
from tests.relay import recorded


def e1(message: str = "", code: str | int | None = None, kind: str = "") -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def page(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body>x</body></html>"


def of(status: int, body: str = "", **headers: str) -> ApiError:
    return classify(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthError),
        (402, errors.QuotaError),
        (403, errors.ForbiddenError),
        (404, errors.UnsupportedError),
        (405, errors.UnsupportedError),
        (407, errors.ProxyLoginError),
        (408, errors.RequestTimeoutError),
        (409, errors.BadRequestError),
        (413, errors.TooLargeError),
        (422, errors.BadRequestError),
        (429, errors.RateLimitedError),
        (500, errors.UpstreamError),
        (501, errors.UnsupportedError),
        (502, errors.UpstreamError),
        (503, errors.UpstreamError),
        (504, errors.UpstreamError),
        (511, errors.CaptivePortalError),
        (524, errors.GatewayTimeoutError),
        (200, errors.UpstreamError),
    ],
)
def test_the_status_decides_where_the_body_is_empty(status: int, error: type[ApiError]) -> None:
    found = of(status)
    assert type(found) is error
    assert found.http_status == status


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, e1("field prompt is required", "invalid_text_request"), errors.BadRequestError),
        (400, e1("检测到敏感词", "sensitive_words_detected"), errors.ContentPolicyError),
        (400, e1("Your request was rejected by our safety system", "content_policy_violation"),
         errors.ContentPolicyError),
        (401, e1("未提供令牌"), errors.AuthError),
        (401, e1("无效的令牌"), errors.AuthError),
        (401, e1("该令牌已过期"), errors.AuthError),
        (401, e1("该令牌状态不可用"), errors.AuthError),
        (401, e1("该令牌额度已用尽 (request id: 2025)"), errors.QuotaError),
        (403, e1("预扣费额度失败", "insufficient_user_quota"), errors.QuotaError),
        (403, e1("x", "pre_consume_token_quota_failed"), errors.QuotaError),
        (403, e1("x", "quota_not_enough"), errors.QuotaError),
        (403, e1("用户已被封禁"), errors.ForbiddenError),
        (403, e1("您的 IP 不在令牌允许访问的列表中"), errors.ForbiddenError),
        (403, e1("该令牌无权访问模型 davinci-002"), errors.ForbiddenError),
        (403, e1("普通用户不支持指定渠道"), errors.ForbiddenError),
        (404, e1("Invalid URL (POST /v1/completion)", kind="invalid_request_error"), errors.UnsupportedError),
        (404, e1("The model `gpt-9` does not exist or you do not have access to it.", "model_not_found"),
         errors.ModelNotFoundError),
        (404, e1('model "llama3" not found, try pulling it first', kind="api_error"), errors.ModelNotFoundError),
        (404, '{"detail":"Not Found"}', errors.UnsupportedError),
        (404, e1("The file abc was not found"), errors.NotFoundError),
        (404, e1("This is a chat model and not supported in the v1/completions endpoint. Did you mean to use "
                 "v1/chat/completions?", kind="invalid_request_error"), errors.ChatModelError),
        (429, e1("当前分组上游负载已饱和，请稍后再试"), errors.RateLimitedError),
        (429, e1("您已达到请求数限制：1分钟内最多请求60次"), errors.RateLimitedError),
        (429, e1("You exceeded your current quota, please check your plan", "insufficient_quota"), errors.QuotaError),
        (500, e1("请求上游地址失败", "do_request_failed"), errors.UpstreamError),
        (500, e1("Panic detected", kind="new_api_panic"), errors.UpstreamError),
        (501, e1("API not implemented", "api_not_implemented"), errors.UnsupportedError),
        (503, e1("当前分组 default 下对于模型 gpt-4 无可用渠道"), errors.NoChannelError),
        (503, e1("分组 default 下模型 gpt-4 无可用渠道（distributor）", "model_not_found"), errors.NoChannelError),
        (400, e1("bad response status code 502", "bad_response_status_code", "upstream_error"), errors.UpstreamError),
        (400, e1("This model's maximum context length is 4097 tokens", "context_length_exceeded"),
         errors.ContextTooLongError),
        (400, e1("x", 400, "exceed_context_size_error"), errors.ContextTooLongError),
        (400, e1("'max_tokens' is too large: this model's context window is 8192"), errors.ContextTooLongError),
    ],
)  # fmt: skip
def test_codes_and_words_of_relays_refine_the_status(status: int, body: str, error: type[ApiError]) -> None:
    assert type(of(status, body)) is error


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (e1("The model 'x' does not exist", "model_not_found", "invalid_request_error"), errors.ModelNotFoundError),
        (e1("Provider returned error", 429), errors.RateLimitedError),
        (e1("Provider returned error", 502), errors.UpstreamError),
        (e1("wrong", "400"), errors.BadRequestError),
        (e1("upstream connection reset", "stream_error", "upstream_error"), errors.UpstreamError),
        (e1("bad", kind="invalid_request_error"), errors.BadRequestError),
        ('{"success":false,"message":"无权进行此操作，未登录且未提供 access token"}', errors.AuthError),
        (page("New API"), errors.ProtocolError),
    ],
)
def test_q14_an_error_with_status_200_is_read_by_its_own_code(body: str, error: type[ApiError]) -> None:
    found = of(200, body)
    assert type(found) is error
    assert found.http_status == 200


@pytest.mark.parametrize(
    ("status", "title", "error"),
    [
        (413, "413 Request Entity Too Large", errors.TooLargeError),
        (502, "502 Bad Gateway", errors.UpstreamError),
        (524, "relay.example | 524: A timeout occurred", errors.GatewayTimeoutError),
        (404, "404 Not Found", errors.UnsupportedError),
        (503, "Too many requests", errors.UpstreamError),
    ],
)
def test_case_16_pages_say_their_title_and_the_status_decides(status: int, title: str, error: type[ApiError]) -> None:
    found = of(status, page(title))
    assert type(found) is error
    assert found.message == title
    assert "<" not in found.detail


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("llama-wrong-key", errors.AuthError),
        ("llama-context-overflow", errors.ContextTooLongError),
        ("llama-unknown-path", errors.UnsupportedError),
        ("llama-too-many-candidates", errors.BadRequestError),
        ("llama-wrong-type", errors.BadRequestError),
        ("llama-bad-json", errors.BadRequestError),
        ("litellm-context-overflow", errors.ContextTooLongError),
        ("litellm-cooldown", errors.RateLimitedError),
        ("litellm-dead-upstream", errors.UpstreamError),
        ("litellm-no-database", errors.AuthError),
        ("litellm-plain-500", errors.UpstreamError),
        ("litellm-wrong-key", errors.AuthError),
    ],
)
def test_what_real_servers_sent(name: str, error: type[ApiError]) -> None:
    path = next(recorded.WIRE.glob(f"{name}.*"))
    found = classify(int(path.name.split(".")[1]), {}, path.read_bytes())
    assert type(found) is error
    assert found.message


def test_a_body_that_is_not_what_was_asked_for_keeps_its_words() -> None:
    found = unreadable(200, {"x-request-id": "r1"}, page("New API"), key="k")
    assert type(found) is errors.ProtocolError
    assert (found.message, found.http_status, found.request_id) == ("New API", 200, "r1")


def test_the_result_carries_what_helps_to_ask_the_operator() -> None:
    body = e1("bad response (request id: 2025abc)", "bad_response_status_code")
    found = of(502, body)
    assert (found.message, found.code, found.request_id) == ("bad response", "bad_response_status_code", "2025abc")
    assert found.detail == body
    assert of(502, body, X_Oneapi_Request_Id="of-the-header").request_id == "of-the-header"
    assert of(502, "", x_request_id="openai").request_id == "openai"
    assert of(500, e1("x", kind="server_error")).code == "server_error"
    assert of(400, e1("x", 400, "exceed_context_size_error")).code == "exceed_context_size_error"
    assert of(400, e1("x", 400)).code == "400"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"retry-after-ms": "50", "Retry-After": "30"}, 0.05),
        ({"Retry-After": "600"}, 600.0),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"retry-after-ms": "inf"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_each_form(headers: dict[str, str], seconds: float | None) -> None:
    assert classify(429, headers, "").retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    seconds = classify(429, {"Retry-After": in_a_minute}, "").retry_after
    assert seconds is not None
    assert 50 < seconds <= 60
    assert classify(429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, "").retry_after is None


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ("maybe", None)])
def test_x_should_retry_is_read(value: str, expected: bool | None) -> None:
    assert classify(500, {"X-Should-Retry": value}, "").should_retry is expected


def test_the_key_never_reaches_an_error() -> None:
    body = e1("Incorrect API key provided: my-secret. Also sk-abcdef12345")
    found = classify(401, {}, body, key="my-secret")
    for shown in (found.message, found.detail, str(found)):
        assert "my-secret" not in shown
        assert "abcdef" not in shown


@given(st.integers(200, 599), st.dictionaries(st.text(), st.text(), max_size=3), st.binary() | st.text())
def test_no_answer_makes_it_raise(status: int, headers: dict[str, str], body: bytes | str) -> None:
    assert isinstance(classify(status, headers, body), ApiError)


def test_every_error_of_the_tree_is_drawn_and_expected() -> None:
    drawn = errors.__doc__ or ""
    classes = [ApiError]
    for error in classes:
        classes += [child for child in error.__subclasses__() if child.__module__ == errors.__name__]
        assert f" {error.__name__} " in drawn.replace("\n", " ")
    assert issubclass(ApiError, ExpectedError)
