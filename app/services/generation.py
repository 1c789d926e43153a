"""Generate: send a run's request, pass on what comes, and keep it on disk while it comes.

Owns the road from a run to its events. Must not know HTTP, SQLite or who watches.
"""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from app.domain.capabilities import CapabilityMap, Finding
from app.domain.errors import ExpectedError
from app.domain.generation import Adjusted, Adjustment, CandidateFinished, CompletionRequest, Usage
from app.domain.limits import Ruling, Verdict
from app.domain.parameters import InvalidParametersError
from app.domain.profile import Endpoint, Profile
from app.domain.run import Run, RunState
from app.services.candidates import Candidates, Completions, Events, reason_of
from app.services.explain import explain
from app.services.journal import Journal, RunJournal
from app.services.learning import Fitted, fit, lessons
from app.services.spending import explain_verdict


class Endpoints(Protocol):
    """Who knows where requests go."""

    def profile(self, profile_id: str) -> Profile:
        """Return the profile with this id."""

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where it answers; raise ExpectedError."""


class KnownServers(Protocol):
    """Who knows what each server honours."""

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        """Return what is known of a model on a connection."""

    def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        """Take findings in."""


class Spending(Protocol):
    """Who keeps to the month's limits."""

    async def before(self, run: Run) -> Verdict:
        """Rule on a run about to be sent; raise SpendingLimitError."""

    async def after(self, run: Run, usage: Usage | None) -> object:
        """Add up what a run cost; None for one that was never answered."""


class GenerationService:
    """Generate runs and journal them; any number at a time, used from one event loop.

    What a server is known to refuse is left out and said, and what a run teaches is passed on, for runs that go to
    their profile's own server.
    """

    def __init__(
        self,
        completions: Completions,
        connections: Endpoints,
        runs: RunJournal,
        capabilities: KnownServers | None = None,
        spending: Spending | None = None,
    ) -> None:
        self._candidates = Candidates(completions)
        self._connections = connections
        self._runs = runs
        self._capabilities = capabilities
        self._spending = spending

    async def generate(self, run: Run, *, endpoint: Endpoint | None = None, stream: bool = True) -> Events:
        """Yield the events of a run, `Measured` last; close the generator, or cancel its task, to stop.

        However it ends, the run is on disk with all text that came: DONE, STOPPED when it was closed or cancelled,
        FAILED after an error, whose unfinished candidates are yielded as CONNECTION_LOST or FAILED first. Where the
        disk fails the text goes on, and `Adjusted` says so once. Requests go to `endpoint`, by default to the run's
        profile; without `stream` the server answers in one piece.

        Raises:
            ApiError: The request failed or broke; what was yielded before stays valid (Q14).
            LocalModelError, KeychainError: There is nowhere to send it.
            SpendingLimitError: The month's hard limit would be crossed; nothing was sent.
            InvalidParametersError: The request is one that no server takes.
        """
        journal = Journal(self._runs, run)
        journal.start()
        state, problem, is_warned = RunState.FAILED, "", False
        is_own = endpoint is None
        server = _Server(self._capabilities if is_own else None, self._spending if is_own else None, run)
        has_begun = False
        try:
            if endpoint is None:
                endpoint = await self._connections.endpoint(self._connections.profile(run.profile_id))
            fitted = await server.fit(CompletionRequest(run.model, run.prompt, run.parameters, stream))
            for adjusted in fitted.adjusted:
                journal.add(adjusted)
                yield adjusted
            journal.restart_clock()
            asked = self._candidates.stream(endpoint, fitted.request, one_at_a_time=fitted.one_at_a_time)
            async with aclosing(asked) as events:
                async for event in events:
                    journal.add(event)
                    has_begun = has_begun or not isinstance(event, Adjusted)
                    yield event
                    if journal.failure is not None and not is_warned:
                        is_warned = True
                        yield _not_saved(journal.failure)
            state = RunState.DONE
        except ExpectedError as error:
            problem = explain(error)
            server.failure = error
            for index in journal.unfinished():
                lost = CandidateFinished(index, reason_of(error))
                journal.add(lost)
                yield lost
            raise
        except InvalidParametersError as error:
            problem = str(error)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            state = RunState.STOPPED
            raise
        finally:
            measured = await journal.finish(state, problem)
            server.learn_from(journal)
            await server.settle(measured.usage if has_begun else None)
        if journal.failure is not None and not is_warned:
            yield _not_saved(journal.failure)
        yield measured


class _Server:
    """What holds for the server of one run: what it is known to take, and what may be spent there.

    Nothing of either where `servers` or `spending` is None.
    """

    def __init__(self, servers: KnownServers | None, spending: Spending | None, run: Run) -> None:
        self._servers = servers
        self._spending = spending
        self._run = run
        self._key = (run.profile_id, run.model)
        self._sent: CompletionRequest | None = None
        self.failure: ExpectedError | None = None

    async def fit(self, request: CompletionRequest) -> Fitted:
        """Return the request as the server is known to take it; raise SpendingLimitError where it costs too much."""
        warned: tuple[Adjusted, ...] = ()
        if self._spending is not None:
            verdict = await self._spending.before(self._run)
            if verdict.ruling is Ruling.WARN:
                warned = (Adjusted(Adjustment.NEAR_LIMIT, explain_verdict(verdict)),)
        fitted = Fitted(request) if self._servers is None else fit(request, await self._servers.known(*self._key))
        self._sent = fitted.request
        return replace(fitted, adjusted=(*warned, *fitted.adjusted)) if warned else fitted

    async def settle(self, usage: Usage | None) -> None:
        """Add up what the run cost; None for one that was never answered."""
        if self._spending is not None:
            await self._spending.after(self._run, usage)

    def learn_from(self, journal: Journal) -> None:
        """Pass on what a run that has ended teaches."""
        if self._servers is not None and self._sent is not None and journal.finished is not None:
            learnt = lessons(self._sent, journal.finished, journal.adjusted, self.failure)
            self._servers.learn(*self._key, learnt)


def _not_saved(error: ExpectedError) -> Adjusted:
    return Adjusted(Adjustment.NOT_SAVED, explain(error))
