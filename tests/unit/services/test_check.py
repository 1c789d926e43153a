"""The course of a check: its steps in order, what makes later ones pointless, and what is kept."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.api import errors
from app.api.completions import CompletionsClient
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.check import Detail, DetailKind, Step, StepResult, StepState
from app.domain.errors import ExpectedError
from app.domain.profile import BUILT_IN, Endpoint, Network, Profile
from app.services.check import ConnectionCheck
from app.services.check_trials import Outcome
from app.services.errors import ModelMissingError
from app.store.errors import KeychainLockedError
from tests.relay import Answer, Received, Relay, Stall, cases, empty_answer, json_answer, sse
from tests.relay.chats import PATH as CHAT
from tests.relay.chats import chatting
from tests.relay.completion_server import completion_server
from tests.relay.errors import openai_error, relay_error
from tests.relay.habits import ollama_template_applied
from tests.relay.models import MODELS, model_list
from tests.relay.refusals import accept, best_of_by_presence, integer_probabilities_of_relays, refusing
from tests.support import until
from tests.unit.api.client import KEY, clients, gather

PATH, LIST = "/v1/completions", "/v1/models"


class Way:
    """A network on which every step works, but the one that is told not to."""

    def __init__(self) -> None:
        self.problems: dict[Step, errors.ApiError] = {}
        self.looked: list[Step] = []

    async def look(self, step: Step, endpoint: Endpoint) -> Outcome:
        assert endpoint.base_url
        self.looked.append(step)
        if step in self.problems:
            raise self.problems[step]
        return Outcome(Detail(DetailKind.CONNECTED))


class Servers:
    """Connections that know one server, or are kept from it."""

    def __init__(self) -> None:
        self.problem: ExpectedError | None = None
        self.key: str | None = KEY

    async def endpoint(self, profile: Profile) -> Endpoint:
        if self.problem is not None:
            raise self.problem
        return Endpoint(profile.base_url, self.key, profile.network, profile.extra_headers, profile.extra_body)


class Learner:
    """Who keeps findings."""

    def __init__(self) -> None:
        self.learnt: list[tuple[str, str, Finding]] = []

    def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        self.learnt += [(profile_id, model, finding) for finding in findings]


@dataclass
class Bench:
    """A check, the server it looks at, and what was learnt."""

    relay: Relay
    check: ConnectionCheck
    way: Way
    servers: Servers
    completions: CompletionsClient
    learnt: list[tuple[str, str, Finding]]

    def profile(self, **fields: Any) -> Profile:
        return replace(Profile("p", "Relay", self.relay.base_url), **fields)

    async def run(self, model: str = MODELS[0], **fields: Any) -> dict[Step, StepResult]:
        """Run a check to its end and return how each step ended."""
        ended: dict[Step, StepResult] = {}
        running: Step | None = None
        profile = self.profile(**fields)
        plan = self.check.plan(profile, model)
        async for result in self.check.run(profile, model):
            if result.state is StepState.RUNNING:
                assert running is None
                running = result.step
            else:
                assert running in {result.step, None}
                assert (running is None) is (result.state is StepState.SKIPPED)
                running = None
                assert result.step not in ended
                ended[result.step] = result
        assert tuple(ended) == plan.steps
        assert len(self.relay.requests) <= plan.request_count
        assert sum(_tokens(received) for received in self.relay.requests) <= plan.token_bound
        return ended

    @property
    def map(self) -> dict[Feature, Support]:
        known = CapabilityMap().with_findings(finding for _, _, finding in self.learnt)
        return {feature: finding.support for feature, finding in known.findings.items()}


def _tokens(received: Received) -> int:
    if received.method == "GET":
        return 0
    body = received.json
    return int(body["max_tokens"] * max(body.get("n", 1), body.get("best_of", 1)))


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    async with Relay() as relay, clients() as (http, completions):
        completion_server(relay, models=MODELS, key=KEY)
        relay.on("POST", CHAT, chatting())
        way, servers = Way(), Servers()
        learner = Learner()
        check = ConnectionCheck(servers, completions, http, way, learner)
        yield Bench(relay, check, way, servers, completions, learner.learnt)


def states(ended: dict[Step, StepResult], *wanted: StepState) -> list[Step]:
    return [step for step, result in ended.items() if result.state in wanted]


def because(result: StepResult) -> str:
    assert result.state is StepState.SKIPPED
    assert result.detail is not None
    assert result.detail.kind is DetailKind.NOT_WITHOUT
    return str(result.detail.values["step"])


# The plan


def test_a_plan_names_the_steps_that_a_connection_has() -> None:
    check = ConnectionCheck(*[None] * 5)  # type: ignore[arg-type]  # nothing of it is used
    every = tuple(Step)
    assert check.plan(Profile("p", "", "https://relay.example/v1"), "m").steps == every
    network = Network(proxy="none")
    direct = check.plan(Profile("p", "", "http://relay.example/v1", network=network)).steps
    assert set(every) - set(direct) == {Step.PROXY, Step.TLS}
    local = check.plan(Profile("p", "", "http://127.0.0.1:8080/v1"))
    assert set(every) - set(local.steps) == {Step.NAME, Step.PROXY, Step.TLS}
    named = check.plan(Profile("p", "", "http://localhost:1/v1", network=Network(proxy="http://proxy:3128")))
    assert set(every) - set(named.steps) == {Step.NAME, Step.TLS}
    assert set(every) - set(check.plan(BUILT_IN).steps) == {Step.NAME, Step.PROXY, Step.TLS, Step.KEY}


def test_a_plan_bounds_requests_and_tokens() -> None:
    check = ConnectionCheck(*[None] * 5)  # type: ignore[arg-type]  # nothing of it is used
    plan = check.plan(Profile("p", "", "https://relay.example/v1"))
    assert 10 <= plan.request_count <= 20
    assert plan.token_bound <= 8 * plan.request_count
    more = check.plan(Profile("p", "", "https://relay.example/v1", extra_body={"max_tokens": 100, "n": 2}))
    assert more.request_count == plan.request_count
    assert more.token_bound == 200 * (plan.request_count - 3 + 2)  # without the list and retries; two steps want two
    assert check.plan(Profile("p", "", "https://x.example/v1", extra_body={"max_tokens": "a"})) == plan


# Courses


async def test_a_server_like_openai_is_known_in_full() -> None:
    async with bench() as at:
        ended = await at.run()
        assert states(ended, StepState.OK) == list(ended)
        assert at.map == {
            Feature.MODEL_LIST: Support.HONOURED,
            Feature.COMPLETION: Support.HONOURED,
            Feature.CHAT: Support.HONOURED,
            Feature.STREAM: Support.HONOURED,
            Feature.USAGE_IN_STREAM: Support.HONOURED,
            Feature.LOGPROBS: Support.HONOURED,
            Feature.CANDIDATES: Support.HONOURED,
            Feature.STOP: Support.HONOURED,
            Feature.SEED: Support.HONOURED,
            Feature.ECHO: Support.HONOURED,
            Feature.SUFFIX: Support.IGNORED,
            Feature.BEST_OF: Support.IGNORED,
            Feature.RAW_PROMPT: Support.HONOURED,
            Feature.PICTURES: Support.HONOURED,
        }
        assert {(profile_id, model) for profile_id, model, _ in at.learnt} == {("p", MODELS[0])}
        assert all(result.seconds is not None and result.seconds >= 0 for result in ended.values())
        assert ended[Step.KEY].detail == Detail(DetailKind.KEY_ACCEPTED)
        assert ended[Step.MODEL_LIST].detail == Detail(DetailKind.MODELS, {"count": 2, "model": MODELS[0]})


async def test_a_relay_like_one_api_refuses_probabilities_and_llama_cpp_best_of() -> None:
    def answer(received: Received) -> Answer:
        for refuse in (integer_probabilities_of_relays, best_of_by_presence):
            refused = refuse(received)
            if refused not in {cases.OK, cases.OK_WHOLE}:
                return refused
        return accept(received)

    async with bench() as at:
        at.relay.on("POST", PATH, answer)
        ended = await at.run()
        assert states(ended, StepState.FAILED, StepState.SKIPPED) == []
        assert at.map[Feature.LOGPROBS] is at.map[Feature.BEST_OF] is Support.REFUSED
        assert ended[Step.LOGPROBS].error is None
        kinds = {step: result.detail.kind for step, result in ended.items() if result.detail}
        assert kinds[Step.LOGPROBS] is kinds[Step.BEST_OF] is DetailKind.REFUSED


async def test_q30_a_server_like_ollama_ignores_much() -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, ollama_template_applied)
        await at.run()
        ignored = {feature for feature, support in at.map.items() if support is Support.IGNORED}
        assert ignored >= {Feature.RAW_PROMPT, Feature.LOGPROBS, Feature.CANDIDATES, Feature.ECHO, Feature.STREAM}


async def test_a_chat_server_is_useful_without_completion() -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, json_answer(openai_error("This is a chat model and not supported"), 404))
        ended = await at.run()
        assert states(ended, StepState.FAILED) == []
        assert at.map == {
            Feature.MODEL_LIST: Support.HONOURED,
            Feature.COMPLETION: Support.REFUSED,
            Feature.CHAT: Support.HONOURED,
            Feature.PICTURES: Support.HONOURED,
        }
        assert because(ended[Step.SEED]) == because(ended[Step.RAW_PROMPT]) == "completion"
        assert because(ended[Step.USAGE_IN_STREAM]) == "stream"
        assert ended[Step.KEY].detail == Detail(DetailKind.KEY_ACCEPTED)


async def test_a_server_that_neither_completes_nor_chats_is_of_no_use() -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, json_answer(openai_error("Invalid URL (POST /v1/completions)"), 404))
        at.relay.on("POST", CHAT, json_answer(openai_error("Invalid URL (POST /v1/chat/completions)"), 404))
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.CHAT]
        assert isinstance(ended[Step.CHAT].error, errors.UnsupportedError)
        assert because(ended[Step.PICTURES]) == "chat"
        assert len(at.relay.requests) == 3


async def test_a_completion_that_breaks_leaves_the_chat_to_be_tried() -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, cases.case_16_bad_gateway)
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.COMPLETION]
        assert at.map[Feature.CHAT] is Support.HONOURED
        assert Feature.COMPLETION not in at.map
        assert because(ended[Step.SEED]) == "completion"


# The key


async def test_a_wrong_key_ends_the_check() -> None:
    async with bench() as at:
        at.servers.key = "sk-wrong"
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.KEY]
        assert isinstance(ended[Step.KEY].error, errors.AuthError)
        assert because(ended[Step.MODEL_LIST]) == because(ended[Step.PICTURES]) == "key"
        assert len(at.relay.requests) == 2
        assert at.learnt == []


async def test_a_list_for_everybody_proves_no_key() -> None:
    async with bench() as at:
        at.relay.on("GET", LIST, model_list())
        at.servers.key = "sk-wrong"
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.KEY]
        assert ended[Step.MODEL_LIST].state is StepState.OK
        assert because(ended[Step.COMPLETION]) == "key"


async def test_a_list_that_wants_another_right_does_not_spoil_the_key() -> None:
    async with bench() as at:
        at.relay.on("GET", LIST, relay_error("无效的令牌", 401))
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.MODEL_LIST]
        assert ended[Step.KEY].detail == Detail(DetailKind.KEY_ACCEPTED)
        assert at.map[Feature.SEED] is Support.HONOURED


async def test_a_server_without_keys_needs_none() -> None:
    async with bench() as at:
        completion_server(at.relay)
        at.servers.key = None
        assert (await at.run())[Step.KEY].detail == Detail(DetailKind.NO_KEY_NEEDED)


@pytest.mark.parametrize("answer", [cases.case_12_key_used_up, cases.case_13_account_used_up, cases.case_15_no_channel])
async def test_a_key_without_credit_or_channel_is_a_key(answer: Answer) -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, answer)
        ended = await at.run()
        assert ended[Step.KEY].detail == Detail(DetailKind.KEY_ACCEPTED)
        assert states(ended, StepState.FAILED) == [Step.COMPLETION]
        assert isinstance(ended[Step.COMPLETION].error, errors.QuotaError | errors.NoChannelError)
        assert because(ended[Step.CHAT]) == "completion"
        assert len(at.relay.requests) == 2


async def test_nothing_is_said_of_a_key_that_nobody_looked_at() -> None:
    async with bench() as at:
        at.relay.on("GET", LIST, cases.case_17_home_page)
        at.relay.on("POST", PATH, cases.case_17_home_page)
        ended = await at.run()
        assert ended[Step.KEY].detail == Detail(DetailKind.CANNOT_TELL)
        assert states(ended, StepState.FAILED) == [Step.MODEL_LIST, Step.COMPLETION]
        assert isinstance(ended[Step.COMPLETION].error, errors.ProtocolError)


async def test_a_locked_key_chain_lets_the_way_be_looked_at() -> None:
    async with bench() as at:
        at.servers.problem = KeychainLockedError("The key chain is locked.")
        ended = await at.run()
        assert at.way.looked == [Step.CONNECTION]
        assert states(ended, StepState.FAILED) == [Step.KEY]
        assert isinstance(ended[Step.KEY].error, KeychainLockedError)
        assert at.relay.requests == []


async def test_where_there_is_no_server_nothing_else_is_tried() -> None:
    async with bench() as at:
        at.servers.problem = ModelMissingError("It is not installed.")
        ended = {}
        async for result in at.check.run(BUILT_IN, "m"):
            ended[result.step] = result
        assert states(ended, StepState.FAILED) == [Step.CONNECTION]
        assert {because(result) for step, result in ended.items() if step is not Step.CONNECTION} == {"connection"}


# The way to the server


@pytest.mark.parametrize("step", [Step.NAME, Step.CONNECTION, Step.PROXY, Step.TLS])
async def test_a_way_that_fails_leaves_nothing_to_ask(step: Step) -> None:
    async with bench() as at:
        at.way.problems[step] = errors.UnreachableError("no way")
        ended = {}
        async for result in at.check.run(Profile("p", "", "https://relay.example/v1"), "m"):
            ended[result.step] = result
        assert states(ended, StepState.FAILED) == [step]
        assert ended[step].error is at.way.problems[step]
        assert because(ended[Step.PICTURES]) == step.value
        assert at.relay.requests == []


# Models


async def test_without_a_model_the_first_that_writes_is_taken() -> None:
    async with bench() as at:
        listed = ("mj_imagine", "text-embedding-3-small", "gpt-4-gizmo-*", "davinci-002", "gpt-4o")
        completion_server(at.relay, models=listed, key=KEY)
        ended = await at.run("")
        assert ended[Step.MODEL_LIST].detail == Detail(DetailKind.MODELS, {"count": 5, "model": "davinci-002"})
        assert {model for _, model, _ in at.learnt} == {"davinci-002"}


async def test_q28_a_model_that_is_not_listed_is_tried_all_the_same() -> None:
    async with bench() as at:
        at.relay.on("GET", LIST, model_list(["another"]))
        ended = await at.run()
        assert ended[Step.MODEL_LIST].detail == Detail(DetailKind.MODEL_NOT_LISTED, {"count": 1, "model": MODELS[0]})
        assert at.map[Feature.COMPLETION] is Support.HONOURED


async def test_q28_a_server_without_a_list_is_checked() -> None:
    async with bench() as at:
        at.relay.on("GET", LIST, json_answer(openai_error("Invalid URL (GET /v1/models)"), 404))
        ended = await at.run()
        assert states(ended, StepState.FAILED, StepState.SKIPPED) == []
        assert ended[Step.MODEL_LIST].detail == Detail(DetailKind.NO_LIST)
        assert at.map[Feature.MODEL_LIST] is Support.REFUSED


async def test_without_model_and_list_there_is_nothing_to_ask() -> None:
    async with bench() as at:
        at.relay.on("GET", LIST, model_list([]))
        ended = await at.run("")
        assert states(ended, StepState.FAILED) == [Step.COMPLETION]
        assert ended[Step.COMPLETION].detail == Detail(DetailKind.NO_MODEL)
        assert len(at.relay.requests) == 1


# Moods


async def test_a_busy_moment_is_passed_over() -> None:
    async with bench() as at:
        busy = empty_answer(429, {"retry-after-ms": "10"})
        at.relay.on("POST", CHAT, [busy, chatting()])
        ended = await at.run()
        assert states(ended, StepState.OK) == list(ended)


async def test_a_busy_server_teaches_nothing_and_is_left_alone() -> None:
    async with bench() as at:
        plain = {"model", "prompt", "max_tokens", "temperature", "top_p"}

        def answer(received: Received) -> Answer:
            return cases.OK_WHOLE if set(received.json) == plain else cases.case_14_retry_after_600

        at.relay.on("POST", PATH, answer)
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.STREAM, Step.LOGPROBS]
        assert ended[Step.LOGPROBS].detail == Detail(DetailKind.BUSY)
        assert isinstance(ended[Step.LOGPROBS].error, errors.RateLimitedError)
        assert because(ended[Step.CANDIDATES]) == because(ended[Step.PICTURES]) == "logprobs"
        assert set(at.map) == {Feature.MODEL_LIST, Feature.COMPLETION, Feature.CHAT}


async def test_one_step_that_breaks_does_not_end_the_check() -> None:
    async with bench() as at:
        broken = json_answer(openai_error("crashed", "server_error"), 500)
        at.relay.on("POST", PATH, refusing("suffix", how=lambda *_: broken))
        ended = await at.run()
        assert states(ended, StepState.FAILED) == [Step.SUFFIX]
        assert at.map[Feature.PICTURES] is Support.HONOURED
        assert Feature.SUFFIX not in at.map


async def test_a_server_that_is_silent_is_given_up() -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, sse(Stall()))
        ended = await at.run(network=Network(request_timeout=0.3, idle_timeout=0.2))
        assert states(ended, StepState.FAILED) == [Step.COMPLETION]
        assert isinstance(ended[Step.COMPLETION].error, errors.StalledError)


# Stopping, and what goes along


async def test_a_check_can_be_stopped_and_keeps_what_it_learnt() -> None:
    async with bench() as at:
        at.relay.on("POST", CHAT, sse(Stall()))
        async with aclosing(at.check.run(at.profile(), MODELS[0])) as results:
            async for result in results:
                if result.step is Step.COMPLETION and result.state is StepState.OK:
                    break
        assert set(at.map) == {Feature.MODEL_LIST, Feature.COMPLETION}

        async def check() -> None:
            async for _ in at.check.run(at.profile(), MODELS[0]):
                pass

        task = asyncio.get_running_loop().create_task(check())
        await until(lambda: at.relay.requests_to(CHAT))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: at.relay.disconnects)


async def test_headers_and_fields_of_the_connection_go_along() -> None:
    async with bench() as at:
        await at.run(extra_headers={"X-Title": "Quillpane"}, extra_body={"provider": "a"})
        assert {received.headers["x-title"] for received in at.relay.requests} == {"Quillpane"}
        assert {received.json["provider"] for received in at.relay.requests if received.method == "POST"} == {"a"}


async def test_what_was_refused_before_is_asked_again() -> None:
    async with bench() as at:
        at.relay.on("POST", PATH, refusing("seed"))
        await gather(at.completions, at.relay.base_url, seed=7)
        await gather(at.completions, at.relay.base_url, seed=7)
        assert ["seed" in received.json for received in at.relay.requests] == [True, False, False]
        at.relay.requests.clear()
        await at.run()
        at.relay.requests.clear()
        await gather(at.completions, at.relay.base_url, seed=7)
        assert "seed" in at.relay.requests[0].json
