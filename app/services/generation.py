"""Generate: send a run's request, pass on what comes, and keep it on disk while it comes.

Owns the road from a run to its events. Must not know HTTP, SQLite or who watches.
"""

import asyncio
from contextlib import aclosing
from typing import Protocol

from app.domain.errors import ExpectedError
from app.domain.generation import Adjusted, Adjustment, CandidateFinished, CompletionRequest
from app.domain.parameters import InvalidParametersError
from app.domain.profile import Endpoint, Profile
from app.domain.run import Run, RunState
from app.services.candidates import Candidates, Completions, Events, reason_of
from app.services.explain import explain
from app.services.journal import Journal, RunJournal


class Endpoints(Protocol):
    """Who knows where requests go."""

    def profile(self, profile_id: str) -> Profile:
        """Return the profile with this id."""

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where it answers; raise ExpectedError."""


class GenerationService:
    """Generate runs and journal them; any number at a time, used from one event loop."""

    def __init__(self, completions: Completions, connections: Endpoints, runs: RunJournal) -> None:
        self._candidates = Candidates(completions)
        self._connections = connections
        self._runs = runs

    async def generate(self, run: Run, *, endpoint: Endpoint | None = None, stream: bool = True) -> Events:
        """Yield the events of a run, `Measured` last; close the generator, or cancel its task, to stop.

        However it ends, the run is on disk with all text that came: DONE, STOPPED when it was closed or cancelled,
        FAILED after an error, whose unfinished candidates are yielded as CONNECTION_LOST or FAILED first. Where the
        disk fails the text goes on, and `Adjusted` says so once. Requests go to `endpoint`, by default to the run's
        profile; without `stream` the server answers in one piece.

        Raises:
            ApiError: The request failed or broke; what was yielded before stays valid (Q14).
            LocalModelError, KeychainError: There is nowhere to send it.
            InvalidParametersError: The request is one that no server takes.
        """
        journal = Journal(self._runs, run)
        journal.start()
        state, problem, is_warned = RunState.FAILED, "", False
        try:
            if endpoint is None:
                endpoint = await self._connections.endpoint(self._connections.profile(run.profile_id))
            request = CompletionRequest(run.model, run.prompt, run.parameters, stream)
            journal.restart_clock()
            async with aclosing(self._candidates.stream(endpoint, request)) as events:
                async for event in events:
                    journal.add(event)
                    yield event
                    if journal.failure is not None and not is_warned:
                        is_warned = True
                        yield _not_saved(journal.failure)
            state = RunState.DONE
        except ExpectedError as error:
            problem = explain(error)
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
        if journal.failure is not None and not is_warned:
            yield _not_saved(journal.failure)
        yield measured


def _not_saved(error: ExpectedError) -> Adjusted:
    return Adjusted(Adjustment.NOT_SAVED, explain(error))
