"""Several candidates from servers of which some give only one at a time (Q8, Q9).

Owns how n candidates are spread over requests. Must not know HTTP, the journal or how candidates are shown.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.api.errors import (
    ApiError,
    BadRequestError,
    ConnectionLostError,
    ContentPolicyError,
    ContextTooLongError,
    StalledError,
    TooLargeError,
    UnsupportedError,
    UpstreamError,
)
from app.concurrency.tasks import TaskScope
from app.domain.errors import ExpectedError
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    CompletionRequest,
    GenerationEvent,
    Started,
    StopReason,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
)
from app.domain.profile import Endpoint

Events = AsyncGenerator[GenerationEvent, None]

_NAMES_N = re.compile(
    r"""(?:^|[\s'"`(\[./])n(?:['"`)\]]|$|\s*(?:[><=!≤≥:]|[^\x00-\x7f])|\s+(?:must|should|is|cannot|can't|exceeds?)\b)"""
    r"""|\b(?:one|single|1)\s+(?:completion\s+)?(?:choice|candidate|completion)""",
    re.IGNORECASE,
)
_PARAM_IS_N = re.compile(r'"param"\s*:\s*"n"')
"""Only this is looked for in the raw answer, which may quote the whole request."""

_EARLIER = -1
"""In a table of usages by lane: what the request that came before has used."""


class Completions(Protocol):
    """Who asks servers for completions."""

    def stream(self, endpoint: Endpoint, request: CompletionRequest) -> Events:
        """Yield the events of one request; raise ApiError."""


@dataclass(slots=True)
class _Limit:
    """What is known of one model on one server: `most` came at once, `refused` or more did not (None: not known)."""

    most: int = 1
    refused: int | None = None

    def allows(self, count: int) -> bool:
        """Tell whether count candidates may come from one request, as far as is known."""
        return self.refused is None or count < self.refused


@dataclass(slots=True)
class _Arrived:
    """What one request for several candidates brought; `is_whole` unless one of them was cut off."""

    lanes: set[int] = field(default_factory=set)
    usages: dict[int, Usage] = field(default_factory=dict)
    said: set[Adjusted] = field(default_factory=set)
    is_whole: bool = True

    def note(self, event: GenerationEvent) -> None:
        """Take one event in."""
        if isinstance(event, TextArrived):
            self.lanes.add(event.index)
        elif isinstance(event, CandidateFinished):
            self.lanes.add(event.index)
            self.is_whole = self.is_whole and event.reason is not StopReason.INTERRUPTED
        elif isinstance(event, UsageReported):
            self.usages[_EARLIER] = event.usage
        elif isinstance(event, Adjusted):
            self.said.add(event)


class Candidates:
    """Ask for n candidates, with more than one request where the server needs it, and remember which servers do."""

    def __init__(self, completions: Completions) -> None:
        self._completions = completions
        self._limits: dict[tuple[str, str], _Limit] = {}

    def stream(self, endpoint: Endpoint, request: CompletionRequest, *, one_at_a_time: bool = False) -> Events:
        """Yield the events of all n candidates; close the generator to stop them all.

        Further requests are only sent for candidates of which nothing has come, and `Adjusted` says that they were,
        because each is charged (Q8). Where one of several requests fails, the others go on to their end.
        `one_at_a_time` tells what is known from an earlier run of the program.

        Raises:
            ApiError: The request, or one of several, failed; what was yielded before stays valid.
        """
        count = request.parameters.n
        if count == 1:
            return self._completions.stream(endpoint, request)
        limit = self._limits.setdefault((endpoint.base_url, request.model), _Limit())
        if one_at_a_time and limit.refused is None and limit.most == 1:
            limit.refused = 2
        if limit.allows(count):
            return self._together(endpoint, request, limit)
        return self._apart(endpoint, request, range(count), limit.most, _Arrived())

    async def _together(self, endpoint: Endpoint, request: CompletionRequest, limit: _Limit) -> Events:
        """Send one request for all; then further ones for the candidates that this did not bring."""
        count = request.parameters.n
        arrived = _Arrived()
        try:
            async with aclosing(self._completions.stream(endpoint, request)) as events:
                async for event in events:
                    arrived.note(event)
                    yield event
        except (BadRequestError, UnsupportedError, UpstreamError) as error:
            if arrived.lanes or not _is_about_count(error):
                raise
            limit.refused = count
        missing = [lane for lane in range(count) if lane not in arrived.lanes]
        if missing and not arrived.is_whole:
            # The answer broke off, so nobody knows whether the server would have sent them.
            yield Adjusted(Adjustment.FEWER_CANDIDATES, str(len(arrived.lanes)))
            return
        limit.most = max(limit.most, len(arrived.lanes))
        if missing:
            limit.refused = min(limit.refused or count, len(arrived.lanes) + 1 if arrived.lanes else count)
            async with aclosing(self._apart(endpoint, request, missing, limit.most, arrived)) as events:
                async for event in events:
                    yield event

    async def _apart(
        self,
        endpoint: Endpoint,
        request: CompletionRequest,
        lanes: Sequence[int],
        step: int,
        arrived: _Arrived,
    ) -> Events:
        """Send requests side by side, each for `step` lanes at most; seeds go on by lane (Q9)."""
        yield Adjusted(Adjustment.CANDIDATES_IN_PARALLEL, str(len(lanes)))
        merged = _Merged(arrived)
        try:
            for start in range(0, len(lanes), step):
                group = lanes[start : start + step]
                merged.add(group, self._completions.stream(endpoint, _part_of(request, group)))
            async for event in merged.events():
                yield event
        finally:
            await merged.aclose()


class _Merged:
    """Several requests as one stream of events; each has a task of its own until `aclose`.

    `arrived` is what a request before these brought: its usage counts, and what it said is not said again.
    """

    def __init__(self, arrived: _Arrived) -> None:
        self._usages = dict(arrived.usages)
        self._said = set(arrived.said)
        self._queue: asyncio.Queue[GenerationEvent | BaseException | None] = asyncio.Queue()
        self._scope = TaskScope(lambda _, error: self._queue.put_nowait(error))
        self._open = 0

    def add(self, lanes: Sequence[int], events: Events) -> None:
        """Take in a request whose candidate i belongs into lanes[i]."""
        self._open += 1
        self._scope.start(f"candidates {lanes[0]}", self._pump(lanes, events))

    async def aclose(self) -> None:
        """Stop what still runs."""
        await self._scope.aclose()

    async def events(self) -> Events:
        """Yield what arrives until every request has ended, then raise the first error there was."""
        first_error: ExpectedError | None = None
        while self._open:
            item = await self._queue.get()
            if item is None:
                self._open -= 1
            elif isinstance(item, ExpectedError):
                self._open -= 1
                first_error = first_error or item
            elif isinstance(item, BaseException):
                raise item
            else:
                yield item
        if first_error is not None:
            raise first_error

    async def _pump(self, lanes: Sequence[int], events: Events) -> None:
        """Pass one request's events on, then None or the error it ended with."""
        running = set(lanes)
        try:
            async with aclosing(events) as stream:
                async for event in stream:
                    if isinstance(event, UsageReported):
                        self._usages[lanes[0]] = event.usage
                        self._queue.put_nowait(UsageReported(_sum(list(self._usages.values()))))
                    elif isinstance(event, Adjusted):
                        if event not in self._said:
                            self._said.add(event)
                            self._queue.put_nowait(event)
                    elif (moved := _moved(event, lanes)) is not None:
                        if isinstance(moved, CandidateFinished):
                            running.discard(moved.index)
                        self._queue.put_nowait(moved)
        except ExpectedError as error:
            for lane in sorted(running):
                self._queue.put_nowait(CandidateFinished(lane, reason_of(error)))
            self._queue.put_nowait(error)
        else:
            self._queue.put_nowait(None)


def reason_of(error: ExpectedError) -> StopReason:
    """Return why a candidate stopped that error cut off."""
    return StopReason.CONNECTION_LOST if isinstance(error, ConnectionLostError | StalledError) else StopReason.FAILED


def _is_about_count(error: ApiError) -> bool:
    """Tell whether a refusal is because of `n` (Q8)."""
    if isinstance(error, ContextTooLongError | TooLargeError | ContentPolicyError):
        return False
    return bool(_NAMES_N.search(error.message) or _PARAM_IS_N.search(error.detail))


def _part_of(request: CompletionRequest, lanes: Sequence[int]) -> CompletionRequest:
    parameters = request.parameters
    seed = None if parameters.seed is None else parameters.seed + lanes[0]
    return replace(request, parameters=replace(parameters, n=len(lanes), seed=seed))


def _moved(event: GenerationEvent, lanes: Sequence[int]) -> GenerationEvent | None:
    """Return event with its candidate's index among all; None for a candidate nobody asked for, and for `Started`."""
    if isinstance(event, TextArrived | TokensArrived | CandidateFinished):
        return replace(event, index=lanes[event.index]) if event.index < len(lanes) else None
    return None if isinstance(event, Started) and lanes[0] > 0 else event


def _sum(usages: Sequence[Usage]) -> Usage:
    return Usage(
        sum(usage.prompt_tokens for usage in usages),
        sum(usage.completion_tokens for usage in usages),
        any(usage.is_estimated for usage in usages),
    )
