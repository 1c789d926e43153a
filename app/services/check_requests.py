"""How a check sends its tiny requests: each once, patiently where the server is busy, and none of them kept as a run.

Owns retries and what is gathered of an answer. Must not know what is asked, or what an answer means.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.api.completions import CompletionsClient
from app.api.connection import HttpClient
from app.api.errors import RateLimitedError
from app.api.single_requests import ChatAnswer, chat_once, list_once
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    CompletionRequest,
    GenerationEvent,
    StopReason,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.models import ModelInfo
from app.domain.parameters import SamplingParameters
from app.domain.profile import Endpoint

T = TypeVar("T")

BUSY_RETRIES = 2
"""How many requests of one check may be sent again because the server was busy: a 429 is its mood, no refusal."""

BUSY_WAIT, LONGEST_WAIT = 0.5, 2.0
"""Seconds before a request is sent again where the server names none, and the most that are waited."""


@dataclass(slots=True)
class TinyAnswer:
    """What one tiny completion brought: the first candidate's text, why each stopped, counts, and probabilities.

    `alternatives` is the largest number of them at any token; `said` is what was adjusted on the way.
    """

    text: str = ""
    reasons: dict[int, StopReason] = field(default_factory=dict)
    usage: Usage | None = None
    has_probabilities: bool = False
    alternatives: int = 0
    said: set[Adjustment] = field(default_factory=set)

    def take(self, event: GenerationEvent) -> None:
        """Take one event in."""
        match event:
            case TextArrived(0, text):
                self.text += text
            case TokensArrived(_, tokens):
                self.has_probabilities |= any(token.logprob is not None for token in tokens)
                self.alternatives = max(self.alternatives, *(len(token.alternatives) for token in tokens))
            case CandidateFinished(index, reason):
                self.reasons[index] = reason
            case UsageReported(usage):
                self.usage = usage
            case Adjusted(what):
                self.said.add(what)
            case _:
                pass


class CheckRequests:
    """Send the requests of one check to one server and model; every method raises ApiError."""

    def __init__(self, completions: CompletionsClient, http: HttpClient, endpoint: Endpoint, model: str) -> None:
        self._completions = completions
        self._http = http
        self._endpoint = endpoint
        self._retries_left = BUSY_RETRIES
        self.model = model

    async def models(self) -> tuple[ModelInfo, ...]:
        """Return what the server lists."""
        return await self._patiently(lambda: list_once(self._http, self._endpoint))

    async def complete(
        self, prompt: str, *, stream: bool = False, with_usage: bool = True, **parameters: Any
    ) -> TinyAnswer:
        """Return the answer to a prompt with these sampling parameters."""
        request = CompletionRequest(self.model, prompt, SamplingParameters(**parameters), stream, with_usage)
        return await self._patiently(lambda: self._gather(request))

    async def chat(self, text: str, *, max_tokens: int, picture: str = "") -> ChatAnswer:
        """Return the answer to one question, with a picture as a data URI where there is one."""
        return await self._patiently(
            lambda: chat_once(self._http, self._endpoint, self.model, text, max_tokens=max_tokens, picture=picture)
        )

    async def _gather(self, request: CompletionRequest) -> TinyAnswer:
        answer = TinyAnswer()
        async with aclosing(self._completions.try_once(self._endpoint, request)) as events:
            async for event in events:
                answer.take(event)
        return answer

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Await what ask returns, once more where the server was busy and soon may not be."""
        try:
            return await ask()
        except RateLimitedError as error:
            wait = error.retry_after or BUSY_WAIT
            if not self._retries_left or wait > LONGEST_WAIT:
                raise
            self._retries_left -= 1
        await asyncio.sleep(wait)
        return await ask()
