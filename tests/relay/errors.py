"""Refusals: every error envelope in the wild, and the relay's own sentences (protocol 3.1 to 3.4, Q29).

Knows what errors look like; must not know which case of a test they are for.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tests.relay.answers import Answer, body_answer, empty_answer, html_answer, json_answer, text_answer
from tests.relay.completions import Json

REQUEST_ID = "20250411093000123456789abcdEFGH"
PROBLEM = "the river has burst its banks"
"""The sentence that each envelope of `ENVELOPES` carries somewhere, for a test to look for."""


def openai_error(
    message: str, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> Json:
    """Return OpenAI's error object (E1)."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def relay_error(message: str, status: int, kind: str = "new_api_error") -> Answer:
    """Refuse as the middleware of one-api and new-api does: request id in the text, no code, no param (E2)."""
    error = {"message": f"{message} (request id: {REQUEST_ID})", "type": kind}
    return json_answer({"error": error}, status, {"X-Oneapi-Request-Id": REQUEST_ID})


def relay_error_with_code(message: str, status: int, code: str, kind: str = "new_api_error") -> Answer:
    """Refuse as new-api does once it knows the request: with a code, and an empty param (E1', protocol 3.2)."""
    error = {"message": f"{message} (request id: {REQUEST_ID})", "type": kind, "param": "", "code": code}
    return json_answer({"error": error}, status, {"X-Oneapi-Request-Id": REQUEST_ID})


UPSTREAM_FAILED = {
    "error": {
        "message": "upstream connection reset",
        "type": "upstream_error",
        "param": "",
        "code": "stream_error",
    }
}
"""The object that arrives in the middle of a stream (protocol 4.4)."""

ENVELOPES: Mapping[str, Answer] = MappingProxyType(
    {
        "E1": json_answer(openai_error(PROBLEM, code="flood"), 400),
        "E1 with a number as code": json_answer(
            {"error": {"message": PROBLEM, "type": "upstream_error", "param": "502", "code": 502}}, 500
        ),
        "E2": relay_error(PROBLEM, 403),
        "E2 of one-api": relay_error(PROBLEM, 403, "one_api_error"),
        "E3": json_answer({"error": PROBLEM}, 400),
        "E4": json_answer({"code": 4, "description": PROBLEM, "result": None, "properties": {}}),
        "E5": json_answer({"description": PROBLEM, "type": "upstream_error", "code": 4}, 400),
        "E6": json_answer({"code": "flood", "message": PROBLEM, "data": None}, 400),
        "E7": json_answer({"code": 500, "message": PROBLEM, "data": None}),
        "E8": json_answer({"success": False, "message": PROBLEM}),
        "E9 with text": json_answer({"detail": PROBLEM}, 400),
        "E9 with a list": json_answer(
            {"detail": [{"loc": ["body", "max_tokens"], "msg": PROBLEM, "type": "value_error"}]}, 422
        ),
        "E10 message": json_answer({"message": PROBLEM}, 400),
        "E10 msg": json_answer({"msg": PROBLEM}, 400),
        "E10 err": json_answer({"err": PROBLEM}, 400),
        "E10 error_msg": json_answer({"error_msg": PROBLEM}, 400),
        "E10 header": json_answer({"header": {"message": PROBLEM}}, 400),
        "E10 response": json_answer({"response": {"error": {"message": PROBLEM}}}, 400),
        "E11 plain text": text_answer(PROBLEM, 400),
        "E11 page": html_answer(400, PROBLEM),
        "an error with 200": json_answer(openai_error(PROBLEM)),
        "JSON as plain text": text_answer('{"error":{"message":"' + PROBLEM + '"}}', 400),
    }
)
"""One refusal for each envelope of protocol 3.1, all with `PROBLEM` as their text."""

WORDLESS: Mapping[str, Answer] = MappingProxyType(
    {
        "empty": empty_answer(500),
        "an empty object": json_answer({}, 500),
        "null": json_answer(None, 500),
        "an empty error": json_answer({"error": {}}, 500),
        "an error without text": json_answer({"error": {"message": "", "type": "", "param": "", "code": ""}}, 500),
        "a number": json_answer(0, 500),
        "broken JSON": text_answer('{"error":{"mess', 500, {"Content-Type": "application/json"}),
        "bytes that are not UTF-8": body_answer(b"\xff\xfe\x00", "application/json", 500),
    }
)
"""Refusals that say nothing, for which a client needs words of its own."""

KINDS = frozenset(
    {
        *("auth", "quota", "forbidden", "unsupported", "bad_request", "too_large"),
        *("content_policy", "rate_limited", "no_channel", "upstream", "timeout"),
    }
)
"""The kinds of error of protocol 3.1 that a refusal of /v1/completions can be."""

REFUSALS: Mapping[str, tuple[Answer, str]] = MappingProxyType(
    {
        "no key": (relay_error("未提供令牌", 401), "auth"),
        "invalid key": (relay_error("无效的令牌", 401), "auth"),
        "expired key": (relay_error("该令牌已过期", 401), "auth"),
        "disabled key": (relay_error("该令牌状态不可用", 401), "auth"),
        "key used up": (relay_error("该令牌额度已用尽", 401), "quota"),
        "payment required": (json_answer(openai_error("Insufficient Balance", "unknown_error"), 402), "quota"),
        "account used up": (
            relay_error_with_code("预扣费额度失败, 用户剩余额度: ＄0.012", 403, "insufficient_user_quota"),
            "quota",
        ),
        "reserve used up": (
            relay_error_with_code("令牌剩余额度不足", 403, "pre_consume_token_quota_failed"),
            "quota",
        ),
        "quota not enough": (relay_error_with_code("quota not enough", 403, "quota_not_enough"), "quota"),
        "quota as a rate limit": (
            json_answer(
                openai_error("You exceeded your current quota", "insufficient_quota", code="insufficient_quota"), 429
            ),
            "quota",
        ),
        "banned": (relay_error("用户已被封禁", 403), "forbidden"),
        "model not allowed": (relay_error("该令牌无权访问模型 davinci-002", 403), "forbidden"),
        "channel in the key": (relay_error("普通用户不支持指定渠道", 403), "forbidden"),
        "unknown path": (json_answer(openai_error("Invalid URL (POST /v1/completions)"), 404), "unsupported"),
        "not built": (
            json_answer(openai_error("API not implemented", "api_error", code="api_not_implemented"), 501),
            "unsupported",
        ),
        "bad request": (relay_error_with_code("field prompt is required", 400, "invalid_text_request"), "bad_request"),
        "sensitive words": (
            relay_error_with_code("检测到敏感词", 400, "sensitive_words_detected"),
            "content_policy",
        ),
        "page too large": (html_answer(413, "413 Request Entity Too Large"), "too_large"),
        "saturated": (relay_error_with_code("当前分组上游负载已饱和，请稍后再试", 429, "rate_limit"), "rate_limited"),
        "too many requests": (relay_error("您已达到请求数限制：1分钟内最多请求60次", 429), "rate_limited"),
        "relay cannot reach upstream": (
            relay_error_with_code("请求上游地址失败", 500, "do_request_failed"),
            "upstream",
        ),
        "relay crashed": (json_answer(openai_error("Panic detected", "new_api_panic"), 500), "upstream"),
        "no channel": (
            relay_error("当前分组 default 下对于模型 gpt-3.5-turbo-instruct 无可用渠道", 503),
            "no_channel",
        ),
        "bad status upstream": (
            json_answer(
                {
                    "error": {
                        "message": "bad response status code 502",
                        "type": "upstream_error",
                        "param": "502",
                        "code": "bad_response_status_code",
                    }
                },
                502,
            ),
            "upstream",
        ),
        "gateway down": (html_answer(502, "502 Bad Gateway"), "upstream"),
        "origin silent": (html_answer(524, "relay.example | 524: A timeout occurred"), "timeout"),
    }
)
"""Each row of protocol 3.2 that /v1/completions meets, with the kind of error it is."""
