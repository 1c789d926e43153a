"""The billing endpoints: what relays say is left on a key, and what comes instead (protocol 14, cases 18 and 43)."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.relay.answers import Answer, Answering, empty_answer, html_answer, json_answer, text_answer
from tests.relay.errors import openai_error, relay_error
from tests.relay.received import Received
from tests.relay.server import Relay, unknown_path

SUBSCRIPTION = "/dashboard/billing/subscription"
USAGE = "/dashboard/billing/usage"
CREDIT_GRANTS = "/dashboard/billing/credit_grants"


def subscription(limit: object = 10.5, access_until: object = 0) -> Answer:
    """Answer as one-api and new-api do; the limit is what remains and what was used together."""
    return json_answer(
        {
            "object": "billing_subscription",
            "has_payment_method": True,
            "soft_limit_usd": limit,
            "hard_limit_usd": limit,
            "system_hard_limit_usd": limit,
            "access_until": access_until,
        }
    )


def billing_usage(hundredths: object = 250.0) -> Answer:
    """Answer with what was used, in hundredths of the unit."""
    return json_answer({"object": "list", "total_usage": hundredths})


def credit_grants(granted: object = 18.0, used: object = 2.5, available: object = 15.5) -> Answer:
    """Answer in OpenAI's old form."""
    figures = {"total_granted": granted, "total_used": used, "total_available": available}
    return json_answer({"object": "credit_summary", **figures, "grants": {"object": "list", "data": []}})


def home_page_elsewhere(received: Received) -> Answer:
    """Answer an unknown path as one-api and new-api do: 404 under /v1 and /api, the home page beside them."""
    if received.path.startswith(("/v1/", "/api/")):
        return unknown_path(received)
    return html_answer(200, "New API")


def bill(relay: Relay, limit: Answering | None = None, used: Answering | None = None, *, root: str = "/v1") -> None:
    """Let a relay tell what is left, below `root` and nowhere else."""
    relay.on("GET", root + SUBSCRIPTION, limit or subscription())
    relay.on("GET", root + USAGE, used or billing_usage())


case_18_billing_error_with_200 = json_answer(openai_error("record not found", "upstream_error"))
case_43_unlimited = subscription(100000000)
case_43_points = subscription(7_500_000)

BILLING_REFUSALS: Mapping[str, tuple[Answer, str]] = MappingProxyType(
    {
        "an error with 200": (case_18_billing_error_with_200, "upstream"),
        "wrong key": (relay_error("无效的令牌", 401), "auth"),
        "rate limit with nothing in it": (empty_answer(429), "rate_limited"),
        "broken": (empty_answer(500), "upstream"),
        "bad gateway": (html_answer(502, "502 Bad Gateway"), "upstream"),
    }
)
"""What says that the endpoint is there and something is wrong, with the kind of error it is."""

NO_BILLING: Mapping[str, Answer] = MappingProxyType(
    {
        "home page": html_answer(200, "New API"),
        "home page as JSON": html_answer(200, "New API", {"Content-Type": "application/json"}),
        "unknown path": json_answer(openai_error("Invalid URL (GET /dashboard)"), 404),
        "page with 404": html_answer(404, "404 Not Found"),
        "not allowed": json_answer({"detail": "Method Not Allowed"}, 405),
        "not built": json_answer(openai_error("API not implemented", code="api_not_implemented"), 501),
        "empty": empty_answer(200),
        "plain text": text_answer("Ollama is running"),
        "an empty object": json_answer({}),
        "a list": json_answer([10.5]),
        "null": json_answer(None),
        "figures that are none": subscription("lots"),
        "for the browser": json_answer(
            openai_error(
                "Your request must be made with a session key (that is, it can only be made from the browser)."
            ),
            401,
        ),
    }
)
"""What comes from servers that do not tell what is left."""
