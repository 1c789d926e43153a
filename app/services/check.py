"""The check of a connection: a handful of tiny requests, each step told as it happens.

Owns the order of the steps, what makes later ones pointless, and what is learnt. Must not know how a feature is tried
(`check_trials`), how the network is looked at (`check_network`), or who watches.
"""

import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

from app.api.completions import CompletionsClient
from app.api.connection import HttpClient
from app.api.errors import (
    ApiError,
    AuthError,
    ForbiddenError,
    NoChannelError,
    NotFoundError,
    QuotaError,
    RateLimitedError,
    RedirectRefusedError,
    UnreachableError,
    UnusableSettingError,
    UpstreamError,
)
from app.domain.capabilities import Feature, Finding, Support
from app.domain.check import NETWORK_STEPS, Detail, DetailKind, Plan, Step, StepResult, StepState
from app.domain.errors import ExpectedError
from app.domain.profile import Endpoint, Profile, is_loopback
from app.services.check_requests import BUSY_RETRIES, CheckRequests
from app.services.check_trials import REQUESTS, Outcome, Trials
from app.services.learning import reason_of
from app.store.errors import KeychainError

ANSWER_LIMIT = 90.0
"""Seconds that one request of a check may take: a local server loads its model before it answers the first."""

SILENCE_LIMIT = 30.0
"""Seconds of silence in the middle of an answer."""

_NEEDS: Mapping[Step, Step] = MappingProxyType(
    dict.fromkeys(
        (
            *(Step.STREAM, Step.LOGPROBS, Step.CANDIDATES, Step.STOP, Step.SEED, Step.ECHO, Step.SUFFIX),
            *(Step.BEST_OF, Step.RAW_PROMPT),
        ),
        Step.COMPLETION,
    )
    | {Step.USAGE_IN_STREAM: Step.STREAM, Step.PICTURES: Step.CHAT}
)
"""The step without whose success another is pointless."""

_BAD_MOODS = 2
"""How many steps in a row may fail for reasons of the server's own, before the rest is left for another time."""

_MANY = frozenset({Step.CANDIDATES, Step.BEST_OF})
_HOPELESS = (UnreachableError, AuthError, QuotaError, ForbiddenError, RedirectRefusedError, UnusableSettingError)
_NOT_FOR_TEXT = ("mj_", "suno_", "swap_face", "luma", "text-embedding", "whisper", "tts-", "dall-e")


class Endpoints(Protocol):
    """Who knows where requests go."""

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where a connection answers; raise ExpectedError."""


class NetworkLook(Protocol):
    """Who looks at the way to a server."""

    async def look(self, step: Step, endpoint: Endpoint) -> Outcome:
        """Return what one of `NETWORK_STEPS` shows; raise ApiError."""


class Learner(Protocol):
    """Who keeps findings."""

    def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        """Take findings in."""


class ConnectionCheck:
    """Check connections, any number at a time; used from one event loop. Nothing of it is journaled as a run."""

    def __init__(
        self,
        connections: Endpoints,
        completions: CompletionsClient,
        http: HttpClient,
        network: NetworkLook,
        capabilities: Learner,
    ) -> None:
        self._connections = connections
        self._completions = completions
        self._http = http
        self._network = network
        self._capabilities = capabilities

    def plan(self, profile: Profile, model: str = "") -> Plan:
        """Return what a check of this connection and model would do; sends nothing and asks nobody."""
        del model  # every model is asked the same
        steps = tuple(step for step in Step if not _is_needless(step, profile))
        requests = [(step, tokens) for step in steps for tokens in REQUESTS.get(step, ())]
        tokens = sum(_bound(step, tokens, profile.extra_body) for step, tokens in requests)
        return Plan(steps, len(requests) + BUSY_RETRIES, tokens)

    async def run(self, profile: Profile, model: str = "") -> AsyncGenerator[StepResult, None]:
        """Yield each step when it begins and when it ends; close the generator, or cancel its task, to stop.

        What was learnt is kept as it comes. Without a model the first that the server lists is taken, and named by the
        step MODEL_LIST. An ExpectedError is not raised: the step that it keeps from an answer has it as its `error`.
        """
        first, *others = self.plan(profile).steps
        yield StepResult(first, StepState.RUNNING)
        try:
            course = await self._begin(profile, model)
        except ExpectedError as error:
            yield StepResult(first, StepState.FAILED, error=error)
            for step in others:
                yield _skipped(step, first)
            return
        for step in (first, *others):
            if (why := course.pointless(step)) is not None:
                yield _skipped(step, why)
                continue
            if step is not first:
                yield StepResult(step, StepState.RUNNING)
            result = await course.take(step)
            if result.findings:
                self._capabilities.learn(profile.id, course.model, result.findings)
            yield result

    async def _begin(self, profile: Profile, model: str) -> "_Course":
        """Get ready to send; raises ExpectedError."""
        key_problem = None
        try:
            endpoint = await self._connections.endpoint(profile)
        except KeychainError as error:
            key_problem = error  # the way to the server can be looked at without a key
            endpoint = Endpoint(profile.base_url, None, profile.network)
        self._completions.forget(endpoint.base_url)  # what was refused once is asked again, here and after this
        patience = replace(
            endpoint.network,
            request_timeout=min(endpoint.network.request_timeout, ANSWER_LIMIT),
            idle_timeout=min(endpoint.network.idle_timeout, SILENCE_LIMIT),
        )
        endpoint = replace(endpoint, network=patience)
        requests = CheckRequests(self._completions, self._http, endpoint, model)
        return _Course(requests, self._network, endpoint, key_problem, is_built_in=profile.is_built_in)


class _Course:
    """How far one check has come, and what makes its next steps pointless."""

    def __init__(
        self,
        requests: CheckRequests,
        network: NetworkLook,
        endpoint: Endpoint,
        key_problem: KeychainError | None,
        *,
        is_built_in: bool,
    ) -> None:
        self._requests = requests
        self._is_built_in = is_built_in
        self._trials = Trials(requests)
        self._network = network
        self._endpoint = endpoint
        self._key_problem = key_problem
        self._ahead: dict[Step, StepResult] = {}
        self._honoured: set[str] = set()
        self._refusals: dict[Step, ApiError] = {}
        self._broken: Step | None = None
        self._bad_moods = 0

    @property
    def model(self) -> str:
        """Return the model that is checked, "" while none is known."""
        return self._requests.model

    def pointless(self, step: Step) -> Step | None:
        """Return the earlier step that leaves nothing to find out here, None where there is something."""
        ahead = self._ahead.get(step)
        if self._broken is not None and (ahead is None or ahead.state is StepState.FAILED):
            return self._broken
        needed = _NEEDS.get(step)
        return needed if needed is not None and needed not in self._honoured else None

    async def take(self, step: Step) -> StepResult:
        """Do a step and return how it ended."""
        result = self._ahead.pop(step, None) or await self._timed(step)
        self._honoured |= {found.feature for found in result.findings if found.support is Support.HONOURED}
        if step is Step.CHAT and step in self._refusals and Feature.COMPLETION not in self._honoured:
            # Nothing is left that this connection is good for.
            result = replace(result, state=StepState.FAILED, error=self._refusals[step])
        if result.state is StepState.FAILED:
            if self._is_hopeless(step, result.error):
                self._broken = step
        else:
            self._bad_moods = 0
        return result

    async def _timed(self, step: Step) -> StepResult:
        began = time.perf_counter()
        try:
            outcome = await self._outcome(step)
        except ExpectedError as error:
            busy = Detail(DetailKind.BUSY) if isinstance(error, RateLimitedError) else None
            return StepResult(step, StepState.FAILED, busy, error=error, seconds=time.perf_counter() - began)
        if outcome.error is not None:
            self._refusals[step] = outcome.error
        state = StepState.FAILED if outcome.detail.kind is DetailKind.NO_MODEL else StepState.OK
        return StepResult(step, state, outcome.detail, outcome.findings, seconds=time.perf_counter() - began)

    async def _outcome(self, step: Step) -> Outcome:
        if step in NETWORK_STEPS:
            if self._is_built_in:
                return Outcome(Detail(DetailKind.BUILT_IN))
            return await self._network.look(step, self._endpoint)
        if step is Step.KEY:
            return await self._try_key()
        if step is Step.MODEL_LIST:
            return await self._list_models()
        if not self.model:
            return Outcome(Detail(DetailKind.NO_MODEL))
        return await self._trials.try_step(step)

    async def _try_key(self) -> Outcome:
        """Judge the key by the two requests that come next anyway: some servers list their models to anybody."""
        if self._key_problem is not None:
            raise self._key_problem
        listed = self._ahead[Step.MODEL_LIST] = await self._timed(Step.MODEL_LIST)
        completed = self._ahead[Step.COMPLETION] = await self._timed(Step.COMPLETION)
        if isinstance(completed.error, AuthError):
            raise completed.error
        is_known = any(found.support is Support.HONOURED for found in completed.findings)
        if not is_known and isinstance(listed.error, AuthError):
            raise listed.error
        is_known |= any(found.support is Support.HONOURED for found in listed.findings)
        # Whoever speaks of quota, channels or models has let the key pass.
        is_known |= isinstance(completed.error, QuotaError | ForbiddenError | RateLimitedError | NoChannelError)
        if not is_known:
            return Outcome(Detail(DetailKind.CANNOT_TELL))
        return Outcome(Detail(DetailKind.KEY_ACCEPTED if self._endpoint.key else DetailKind.NO_KEY_NEEDED))

    async def _list_models(self) -> Outcome:
        now = datetime.now(UTC)
        try:
            models = await self._requests.models()
        except NotFoundError as error:  # it may complete all the same (Q28)
            found = Finding(Feature.MODEL_LIST, Support.REFUSED, now, reason=reason_of(error))
            return Outcome(Detail(DetailKind.NO_LIST), (found,), error)
        names = [model.id for model in models]
        if not self.model:
            fit = (name for name in names if not name.startswith(_NOT_FOR_TEXT) and not name.endswith("*"))
            self._requests.model = next(fit, "")
        kind = DetailKind.MODELS if self.model in names else DetailKind.MODEL_NOT_LISTED
        found = Finding(Feature.MODEL_LIST, Support.HONOURED, now)
        return Outcome(Detail(kind, {"count": len(names), "model": self.model}), (found,))

    def _is_hopeless(self, step: Step, error: ExpectedError | None) -> bool:
        """Tell whether a failure leaves nothing that further steps could find out."""
        if step is Step.MODEL_LIST:
            return False
        if step in NETWORK_STEPS or step is Step.KEY or isinstance(error, _HOPELESS):
            return True
        if step is Step.COMPLETION:
            return not isinstance(error, UpstreamError)
        if step is Step.CHAT and Feature.COMPLETION not in self._honoured:
            return True
        self._bad_moods += 1
        return self._bad_moods >= _BAD_MOODS


def _skipped(step: Step, why: Step) -> StepResult:
    return StepResult(step, StepState.SKIPPED, Detail(DetailKind.NOT_WITHOUT, {"step": why.value}))


def _is_needless(step: Step, profile: Profile) -> bool:
    """Tell whether a connection has nothing to look at there."""
    if profile.is_built_in:
        return step in {Step.NAME, Step.PROXY, Step.TLS, Step.KEY}
    parts = urlsplit(profile.base_url)
    is_here = is_loopback(parts.hostname or "")
    if step is Step.NAME:
        return is_here
    if step is Step.PROXY:
        return profile.network.proxy == "none" or (profile.network.proxy == "system" and is_here)
    return step is Step.TLS and parts.scheme != "https"


def _bound(step: Step, tokens: int, extra_body: Mapping[str, object]) -> int:
    """Return the most tokens a request generates; fields of the connection's own may ask for more."""
    limits = [extra_body[name] for name in ("max_tokens", "max_completion_tokens") if name in extra_body]
    sizes = [limit for limit in limits if type(limit) is int]
    count = extra_body.get("n")
    if not tokens:
        return 0
    bound = max([tokens, *(size * (2 if step in _MANY else 1) for size in sizes)])
    return bound * count if type(count) is int else bound
