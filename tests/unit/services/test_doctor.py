"""From an error to one trouble, with a look where it needs one."""

import socket
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from app.api import errors, probe
from app.api.models import list_models
from app.domain.check import Step
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.profile import BUILT_IN, Endpoint, Network, Profile
from app.services.doctor import Doctor
from app.services.doctor_words import explain_diagnosis, words_of
from app.services.errors import ModelMissingError
from app.store.errors import KeychainLockedError
from tests.relay import Answer, Relay, cases, hang_up, html_answer, json_answer, keep_silent, redirect
from tests.relay.errors import REFUSALS, openai_error, relay_error
from tests.relay.models import model_list
from tests.relay.proxy import HttpProxy, Login
from tests.unit.api.client import KEY, clients

RELAY = Profile("p", "Relay", "https://relay.example/v1")


class Servers:
    """Connections with a key, or without, or with a key chain that does not let it go."""

    def __init__(self, key: str | None = KEY, problem: ExpectedError | None = None) -> None:
        self.key = key
        self.problem = problem

    async def endpoint(self, profile: Profile) -> Endpoint:
        if self.problem:
            raise self.problem
        return Endpoint(profile.base_url, self.key, profile.network, profile.extra_headers, {}, "secret")


async def diagnose(error: ExpectedError, profile: Profile = RELAY, servers: Servers | None = None) -> Diagnosis:
    async with clients() as (http, _):
        return await Doctor(servers or Servers(), http, probe).diagnose(error, profile)


async def trouble_with(relay: Relay, path: str = "/v1", **fields: Any) -> Diagnosis:
    """Ask a relay for its models as a connection does, and have the failure diagnosed."""
    profile = replace(Profile("p", "Relay", relay.origin + path), **fields)
    servers = Servers()
    async with clients() as (http, _):
        try:
            await list_models(http, await servers.endpoint(profile))
        except errors.ApiError as error:
            asked = len(relay.requests)
            found = await Doctor(servers, http, probe).diagnose(error, profile)
            for received in relay.requests[asked:]:
                assert received.key is None
                assert KEY not in str(received.headers)
            assert KEY not in f"{found.facts}{found.said}{explain_diagnosis(found)}"
            return found
    raise AssertionError("the server answered")


@asynccontextmanager
async def listing(answer: Answer) -> Any:
    async with Relay() as relay:
        relay.on("GET", "/v1/models", answer)
        yield relay


@pytest.mark.parametrize(
    ("answer", "kind", "step", "facts"),
    [
        (REFUSALS["invalid key"][0], DiagnosisKind.KEY_REFUSED, Step.KEY, {}),
        (REFUSALS["key used up"][0], DiagnosisKind.QUOTA, Step.KEY, {}),
        (REFUSALS["account used up"][0], DiagnosisKind.QUOTA, Step.KEY, {}),
        (REFUSALS["quota as a rate limit"][0], DiagnosisKind.QUOTA, Step.KEY, {}),
        (REFUSALS["banned"][0], DiagnosisKind.FORBIDDEN, Step.KEY, {}),
        (REFUSALS["no channel"][0], DiagnosisKind.MODEL_NOT_SERVED, Step.COMPLETION, {}),
        (cases.case_14_rate_limit_empty, DiagnosisKind.RATE_LIMITED, Step.COMPLETION, {}),
        (cases.case_14_retry_after_600, DiagnosisKind.RATE_LIMITED_UNTIL, Step.COMPLETION, {"seconds": 600}),
        (cases.case_16_bad_gateway, DiagnosisKind.GATEWAY_FAILED, Step.COMPLETION, {"status": 502}),
        (cases.case_16_gateway_timeout, DiagnosisKind.GATEWAY_FAILED, Step.COMPLETION, {"status": 504}),
        (cases.case_16_origin_silent, DiagnosisKind.SERVER_SILENT, Step.COMPLETION, {}),
        (REFUSALS["relay crashed"][0], DiagnosisKind.SERVER_FAILED, Step.COMPLETION, {"status": 500}),
        (json_answer(openai_error("oops", "server_error")), DiagnosisKind.SERVER_FAILED, Step.COMPLETION, {}),
        (redirect("https://new.example/v1/models"), DiagnosisKind.REDIRECTED, Step.CONNECTION, None),
        (html_answer(511, "Log in"), DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION, {}),
        (json_answer(openai_error("prompt missing"), 400), DiagnosisKind.BAD_REQUEST, Step.COMPLETION, {}),
    ],
)
async def test_what_a_server_says(
    answer: Answer, kind: DiagnosisKind, step: Step, facts: dict[str, object] | None
) -> None:
    async with listing(answer) as relay:
        found = await trouble_with(relay)
    expected = {"suggestion": "https://new.example:443"} if facts is None else facts
    assert (found.kind, found.step, dict(found.facts)) == (kind, step, expected)
    assert "…" not in explain_diagnosis(found)


async def test_the_servers_own_words_are_kept() -> None:
    async with listing(relay_error("该令牌额度已用尽", 401)) as relay:
        found = await trouble_with(relay)
    assert found.said == "该令牌额度已用尽"
    assert isinstance(found.error, errors.QuotaError)


async def test_a_page_with_200_leads_to_the_address_that_is_meant() -> None:
    async with Relay() as relay:
        relay.otherwise = html_answer(200, "New API")
        relay.on("GET", "/v1/models", relay_error("未提供令牌", 401))
        found = await trouble_with(relay, "/relay/v1")
        assert found.kind is DiagnosisKind.PAGE_ELSEWHERE
        assert words_of(found).advice == f"Use {relay.base_url} as the address."


async def test_native_answers_of_llama_cpp() -> None:
    body = '{"content":" Paris","tokens_predicted":8,"tokens_evaluated":5}'
    found = await diagnose(
        errors.ProtocolError(http_status=200, detail=body), Profile("p", "", "http://127.0.0.1:8080/beta")
    )
    assert found.kind is DiagnosisKind.NATIVE_ANSWER
    assert found.facts["suggestion"] == "http://127.0.0.1:8080/v1"


async def test_nothing_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        found = await diagnose(errors.ConnectionRefusedByServerError(), Profile("p", "", f"http://127.0.0.1:{port}/v1"))
    assert (found.kind, found.facts) == (DiagnosisKind.NOTHING_LISTENS, {"host": "127.0.0.1", "port": port})


async def test_a_server_that_hangs_up_is_there() -> None:
    async with listing(hang_up()) as relay:
        found = await trouble_with(relay)
    assert (found.kind, found.facts) == (DiagnosisKind.UNREACHABLE, {"host": "127.0.0.1"})


async def test_a_server_that_says_nothing_took_too_long() -> None:
    async with listing(keep_silent()) as relay:
        found = await trouble_with(relay, network=Network(request_timeout=0.2))
    assert found.kind is DiagnosisKind.SERVER_SILENT


async def test_a_proxy_with_a_login_is_looked_at_with_it() -> None:
    async with Relay() as relay, HttpProxy(login=Login("me", "other")) as proxy:
        found = await trouble_with(relay, network=Network(proxy=proxy.url, proxy_user="me"))
        assert found.kind is DiagnosisKind.PROXY_LOGIN
        assert found.facts == {"proxy": proxy.url}


@pytest.mark.parametrize(
    ("servers", "code", "kind"),
    [
        (Servers(), "", DiagnosisKind.KEY_REFUSED),
        (Servers(None), "", DiagnosisKind.KEY_MISSING),
        (Servers(problem=KeychainLockedError("locked")), "", DiagnosisKind.KEY_REFUSED),
        (Servers(), "malformed_key", DiagnosisKind.KEY_MALFORMED),
    ],
)
async def test_keys_that_are_missing_wrong_or_none(servers: Servers, code: str, kind: DiagnosisKind) -> None:
    assert (await diagnose(errors.AuthError(code=code), servers=servers)).kind is kind


def subclasses(kind: type[ExpectedError]) -> list[type[ExpectedError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in subclasses(child))]


@pytest.mark.parametrize("kind", subclasses(errors.ApiError), ids=lambda kind: kind.__name__)
async def test_every_error_has_a_diagnosis(kind: Callable[[str], errors.ApiError]) -> None:
    async with Relay() as relay:
        relay.on("GET", "/v1/models", model_list())
        error = kind("")
        found = await diagnose(error, Profile("p", "", relay.base_url))
    assert found.error is error
    assert explain_diagnosis(found)


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (KeychainLockedError("The key chain is locked."), Step.KEY),
        (ModelMissingError("It is not installed."), Step.CONNECTION),
    ],
)
async def test_errors_with_words_of_their_own_keep_them(error: ExpectedError, step: Step) -> None:
    found = await diagnose(error)
    assert (found.kind, found.step, found.said) == (DiagnosisKind.OTHER, step, "")
    assert str(error) in explain_diagnosis(found)


async def test_a_setting_that_cannot_be_used_is_named() -> None:
    found = await diagnose(errors.ExtraFieldError("X-Title", code="value"))
    assert explain_diagnosis(found).startswith("A setting of the connection cannot be used: X-Title. ")


async def test_the_built_in_model_is_not_looked_for_on_the_network() -> None:
    found = await diagnose(errors.ConnectionRefusedByServerError(), BUILT_IN, Servers(problem=ModelMissingError("x")))
    assert found.kind is DiagnosisKind.OTHER
