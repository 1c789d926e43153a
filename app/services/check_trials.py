"""The trials of a check: for each feature the smallest requests that show it, and what their answers mean.

Owns what is sent and how it is judged (Q1, Q3, Q4, Q8, Q30). Must not know the order of steps, or who is told.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from app.api.errors import (
    ApiError,
    BadRequestError,
    ContentPolicyError,
    ModelNotFoundError,
    NotFoundError,
    UnsupportedError,
    UpstreamError,
)
from app.api.refusals import refused_parameters
from app.api.single_requests import ChatAnswer
from app.domain.capabilities import Feature, Finding, Support
from app.domain.check import Detail, DetailKind, Step
from app.domain.generation import Adjustment, StopReason
from app.domain.parameters import SamplingParameters
from app.services.check_requests import CheckRequests, TinyAnswer
from app.services.learning import reason_of

REQUESTS: Mapping[Step, tuple[int, ...]] = MappingProxyType(
    {
        Step.MODEL_LIST: (0,),
        Step.COMPLETION: (8,),
        Step.CHAT: (8,),
        Step.STREAM: (8, 8),
        Step.LOGPROBS: (1, 1),
        Step.CANDIDATES: (2,),
        Step.STOP: (8,),
        Step.SEED: (8, 8),
        Step.ECHO: (1,),
        Step.SUFFIX: (4,),
        Step.BEST_OF: (2,),
        Step.PICTURES: (8,),
    }
)
"""At most the requests of each step, each with the tokens it may generate for all its candidates together."""

_PROMPT = "Once"
_SUFFIX = " and they lived happily ever after."
_OPEN_PROMPT = "Some random words: stone,"
"""Many words may follow, so that two answers are the same by the seed alone."""

_LETTERS = ("a", "e", "i", "o")
"""No eight tokens of any language in Latin letters do without all of them; servers take four stop sequences (Q7)."""

_QUESTION = "Which colour is this? Answer with one word."
_RED_DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
_RED = re.compile(r"\bred\b|红|紅", re.IGNORECASE)
_SAME_COUNT = 3
"""How many tokens a text may count more when it is sent as a part of a list; any picture counts more."""

# How chats begin an answer to one word; a continuation of it begins with a blank or a letter that belongs to it.
_ANSWERS = re.compile(
    r"(sure|certainly|of course|hello|hi|hey|i'm|i am|it (seems|looks|sounds|appears)|could you|can you|please|what"
    r"|how|once|you|the word|“|\"|你|您|好的|当然|看起来)(?![a-z])",
    re.IGNORECASE,
)
_ABOUT_SIZE = re.compile(r"too small|(larger|greater|less|more) than|dimension|height|width|resolution", re.IGNORECASE)
_ABOUT_PICTURES = re.compile(r"image|picture|vision|multi-?modal|mmproj|图", re.IGNORECASE)


class Outcome(NamedTuple):
    """What a step came to: a sentence, what was learnt, and what a server said that refused."""

    detail: Detail
    findings: tuple[Finding, ...] = ()
    error: ApiError | None = None


class Trials:
    """Try features of one model on one server, each when asked; made anew for each check.

    What one trial measures is what others compare with, so completion comes first, and chat before pictures. A method
    raises the ApiError that kept it from an answer.
    """

    def __init__(self, requests: CheckRequests) -> None:
        self._requests = requests
        self._plain: TinyAnswer | None = None
        self._chat: ChatAnswer | None = None
        self._usage_in_stream = Outcome(Detail(DetailKind.CANNOT_TELL))

    async def try_step(self, step: Step) -> Outcome:
        """Send the requests of a step and return what they show."""
        trials: Mapping[Step, Callable[[], Awaitable[Outcome]]] = {
            Step.COMPLETION: self._try_completion,
            Step.CHAT: self._try_chat,
            Step.STREAM: self._try_stream,
            Step.USAGE_IN_STREAM: self._tell_usage,
            Step.LOGPROBS: self._try_logprobs,
            Step.CANDIDATES: self._try_candidates,
            Step.STOP: self._try_stop,
            Step.SEED: self._try_seed,
            Step.ECHO: self._try_echo,
            Step.SUFFIX: self._try_suffix,
            Step.BEST_OF: self._try_best_of,
            Step.RAW_PROMPT: self._tell_raw_prompt,
            Step.PICTURES: self._try_pictures,
        }
        return await trials[step]()

    async def _try_completion(self) -> Outcome:
        try:
            self._plain = await self._requests.complete(_PROMPT, max_tokens=8)
        except (BadRequestError, NotFoundError) as error:
            if isinstance(error, ModelNotFoundError | ContentPolicyError):
                raise
            return _refused(Feature.COMPLETION, error)
        return _honoured(Feature.COMPLETION)

    async def _try_chat(self) -> Outcome:
        try:
            self._chat = await self._requests.chat(_QUESTION, max_tokens=8)
        except (BadRequestError, NotFoundError) as error:
            if isinstance(error, ModelNotFoundError | ContentPolicyError):
                raise
            return _refused(Feature.CHAT, error)
        return _honoured(Feature.CHAT)

    async def _try_stream(self) -> Outcome:
        refusal: ApiError | None = None
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=8, stream=True)
        except (BadRequestError, UnsupportedError) as error:
            refusal = error
            try:
                answer = await self._requests.complete(_PROMPT, max_tokens=8, stream=True, with_usage=False)
            except (BadRequestError, UnsupportedError) as second:
                return _refused(Feature.STREAM, second)
        if Adjustment.ANSWERED_WITHOUT_STREAM in answer.said:
            return _ignored(Feature.STREAM)
        if refusal is not None:
            self._usage_in_stream = _refused(Feature.USAGE_IN_STREAM, refusal)
        else:
            self._usage_in_stream = (_honoured if answer.usage else _ignored)(Feature.USAGE_IN_STREAM)
        return _honoured(Feature.STREAM)

    async def _tell_usage(self) -> Outcome:
        return self._usage_in_stream

    async def _try_logprobs(self) -> Outcome:
        count = 5
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=1, logprobs=count)
        except (BadRequestError, UnsupportedError) as error:
            if refused_parameters(error, SamplingParameters(logprobs=count)):
                return _refused(Feature.LOGPROBS, error)
            count = 1  # the number may be what is refused
            try:
                answer = await self._requests.complete(_PROMPT, max_tokens=1, logprobs=count)
            except (BadRequestError, UnsupportedError) as second:
                return _refused(Feature.LOGPROBS, second)
        if not answer.has_probabilities:
            return _ignored(Feature.LOGPROBS)
        most = min(count, answer.alternatives)
        if count > 1:
            with suppress(ApiError):  # for most servers more than 5 is a number out of range
                most = max(most, (await self._requests.complete(_PROMPT, max_tokens=1, logprobs=20)).alternatives)
        finding = _finding(Feature.LOGPROBS, Support.HONOURED, maximum=most)
        return Outcome(Detail(DetailKind.ALTERNATIVES, {"maximum": most}), (finding,))

    async def _try_candidates(self) -> Outcome:
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=1, n=2)
        except ApiError as error:
            return _refused_setting(Feature.CANDIDATES, error)
        if len(answer.reasons) > 1:
            return _honoured(Feature.CANDIDATES)
        finding = _finding(Feature.CANDIDATES, Support.IGNORED, maximum=1)
        return Outcome(Detail(DetailKind.ONE_CANDIDATE), (finding,))

    async def _try_stop(self) -> Outcome:
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=8, stop=_LETTERS)
        except ApiError as error:
            return _refused_setting(Feature.STOP, error)
        if any(letter in answer.text for letter in _LETTERS):
            return _ignored(Feature.STOP)
        if answer.reasons.get(0) in {StopReason.STOP, StopReason.STOP_SEQUENCE}:
            return _honoured(Feature.STOP)
        return Outcome(Detail(DetailKind.CANNOT_TELL))

    async def _try_seed(self) -> Outcome:
        texts = []
        for _ in range(2):
            try:
                answer = await self._requests.complete(_OPEN_PROMPT, max_tokens=8, temperature=1.0, seed=7)
            except ApiError as error:
                return _refused_setting(Feature.SEED, error)
            texts.append(answer.text)
        if not all(texts):
            return Outcome(Detail(DetailKind.CANNOT_TELL))
        return (_honoured if texts[0] == texts[1] else _ignored)(Feature.SEED)

    async def _try_echo(self) -> Outcome:
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=1, echo=True)
        except ApiError as error:
            return _refused_setting(Feature.ECHO, error)
        return (_honoured if answer.text.lstrip().startswith(_PROMPT) else _ignored)(Feature.ECHO)

    async def _try_suffix(self) -> Outcome:
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=4, suffix=_SUFFIX)
        except ApiError as error:
            return _refused_setting(Feature.SUFFIX, error)
        if answer.text.endswith(_SUFFIX):
            return _ignored(Feature.SUFFIX)  # pasted behind the text, which was written without it
        without = self._plain.usage if self._plain else None
        if not without or not answer.usage or not without.prompt_tokens:
            return Outcome(Detail(DetailKind.CANNOT_TELL))
        # A model that has seen the suffix has counted it.
        has_seen = answer.usage.prompt_tokens > without.prompt_tokens + 2
        return (_honoured if has_seen else _ignored)(Feature.SUFFIX)

    async def _try_best_of(self) -> Outcome:
        try:
            answer = await self._requests.complete(_PROMPT, max_tokens=1, best_of=2)
        except ApiError as error:
            return _refused_setting(Feature.BEST_OF, error)
        if not answer.usage or not answer.usage.completion_tokens:
            return Outcome(Detail(DetailKind.CANNOT_TELL))
        return (_honoured if answer.usage.completion_tokens > 1 else _ignored)(Feature.BEST_OF)

    async def _tell_raw_prompt(self) -> Outcome:
        """Judge the answer to one word: by its count, and by whether it answers (Q30)."""
        plain = self._plain
        if plain and (Adjustment.TEMPLATE_SUSPECTED in plain.said or _ANSWERS.match(plain.text)):
            finding = _finding(Feature.RAW_PROMPT, Support.IGNORED)
            return Outcome(Detail(DetailKind.TEMPLATE), (finding,))
        if plain and plain.text and plain.usage and plain.usage.prompt_tokens:
            return _honoured(Feature.RAW_PROMPT)
        return Outcome(Detail(DetailKind.CANNOT_TELL))

    async def _try_pictures(self) -> Outcome:
        try:
            seen = await self._requests.chat(_QUESTION, max_tokens=8, picture=_RED_DOT)
        except ApiError as error:
            if isinstance(error, BadRequestError) and _ABOUT_SIZE.search(error.message):
                return _honoured(Feature.PICTURES)  # who complains of a dot's size has looked at it
            says_so = isinstance(error, BadRequestError | NotFoundError) or _ABOUT_PICTURES.search(error.message)
            if isinstance(error, ContentPolicyError) or not says_so:
                raise
            return _refused(Feature.PICTURES, error)
        blind = self._chat
        if seen.usage and blind and blind.usage and blind.usage.prompt_tokens:
            more = seen.usage.prompt_tokens - blind.usage.prompt_tokens
            return (_honoured if more > _SAME_COUNT else _ignored)(Feature.PICTURES)
        if _RED.search(seen.text) and not (blind and _RED.search(blind.text)):
            return _honoured(Feature.PICTURES)
        return Outcome(Detail(DetailKind.CANNOT_TELL))


def _finding(feature: Feature, support: Support, *, maximum: int | None = None, reason: str = "") -> Finding:
    return Finding(feature, support, datetime.now(UTC), maximum, reason)


def _honoured(feature: Feature) -> Outcome:
    return Outcome(Detail(DetailKind.HONOURED), (_finding(feature, Support.HONOURED),))


def _ignored(feature: Feature) -> Outcome:
    return Outcome(Detail(DetailKind.IGNORED), (_finding(feature, Support.IGNORED),))


def _refused(feature: Feature, error: ApiError) -> Outcome:
    reason = reason_of(error)
    finding = _finding(feature, Support.REFUSED, reason=reason)
    return Outcome(Detail(DetailKind.REFUSED, {"reason": reason}), (finding,), error)


def _refused_setting(feature: Feature, error: ApiError) -> Outcome:
    """Return the outcome of a refusal of one setting; the same request without it was answered.

    Raises:
        ApiError: It is no refusal.
    """
    is_named = isinstance(error, UpstreamError) and feature.value in error.message
    if is_named or (
        isinstance(error, BadRequestError | UnsupportedError) and not isinstance(error, ContentPolicyError)
    ):
        return _refused(feature, error)
    raise error
