import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.api.completions import CompletionsClient
from app.api.connection import HttpClient
from app.api.errors import AuthError, ChatModelError, ConnectionLostError, StalledError, UpstreamError
from app.api.retry import RetryDelays
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    GenerationEvent,
    Measured,
    StopReason,
    TextArrived,
    Usage,
)
from app.domain.parameters import InvalidParametersError, SamplingParameters
from app.domain.profile import Endpoint, Network, Profile
from app.domain.run import Run, RunState
from app.services.errors import ModelMissingError
from app.services.generation import GenerationService
from app.store.database import Database
from app.store.runs import RunStore
from tests.relay import Relay, Stall, WaitFor, json_answer, sse
from tests.relay.cases import TEXT
from tests.relay.completion_server import completion_server
from tests.relay.completions import choice, chunk, completion, usage, usage_chunk
from tests.relay.errors import openai_error
from tests.relay.habits import new_api_error_in_stream
from tests.relay.refusals import fields_of, refusing
from tests.relay.troubles import IN_MID_STREAM, stall_in_mid_stream
from tests.support import until

PATH = "/v1/completions"


class OneServer:
    """Connections that know one server, or none."""

    def __init__(self, base_url: str, network: Network) -> None:
        self._base_url = base_url
        self._network = network

    def profile(self, profile_id: str) -> Profile:
        return Profile(profile_id, "", self._base_url)

    async def endpoint(self, profile: Profile) -> Endpoint:
        if not profile.base_url:
            raise ModelMissingError("It is not installed.")
        return Endpoint(profile.base_url, "sk-test", self._network)


@dataclass(frozen=True)
class Bench:
    """A generation service with a relay before it and a database behind it."""

    relay: Relay
    database: Database
    runs: RunStore
    service: GenerationService

    async def kept(self, run: Run) -> Run:
        found = await self.runs.load(run.id)
        assert found is not None
        return found

    async def eventually(self, run: Run, is_so: Callable[[Run], bool]) -> Run:
        """Return the run on disk once is_so is true of it."""
        for _ in range(500):
            found = await self.runs.load(run.id)
            if found is not None and is_so(found):
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(found)

    async def collect(self, run: Run, into: list[GenerationEvent] | None = None) -> list[GenerationEvent]:
        events = [] if into is None else into
        async with aclosing(self.service.generate(run)) as stream:
            async for event in stream:
                events.append(event)
        return events


@asynccontextmanager
async def bench(
    folder: Path, *, is_missing: bool = False, idle: float = 30.0, known: "Known | None" = None
) -> AsyncIterator[Bench]:
    http = HttpClient(RetryDelays(first=0.01, longest=0.02, overloaded=0.01))
    database = Database(folder / "test.db")
    runs = RunStore(database)
    async with Relay() as relay:
        try:
            servers = OneServer("" if is_missing else relay.base_url, Network(idle_timeout=idle))
            yield Bench(relay, database, runs, GenerationService(CompletionsClient(http), servers, runs, known))
        finally:
            await http.aclose()
            await database.aclose()


def run_of(**parameters: Any) -> Run:
    return Run(uuid.uuid4().hex, datetime.now(UTC), "Once", "m", "connection", SamplingParameters(**parameters))


def text_of(events: list[GenerationEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextArrived))


async def test_events_come_through_and_the_run_is_kept(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, sse(chunk(" upon"), chunk(" a", finish_reason="length"), usage_chunk(5, 3)))
        run = run_of()
        events = await at.collect(run)
        assert text_of(events) == " upon a"
        assert CandidateFinished(0, StopReason.LENGTH) in events
        last = events[-1]
        assert isinstance(last, Measured)
        assert last.usage == Usage(5, 3)
        assert last.timing.first_token is not None
        assert sum(isinstance(event, Measured) for event in events) == 1
        kept = await at.kept(run)
        assert kept.state is RunState.DONE
        assert kept.candidates[0].text == " upon a"
        assert kept.candidates[0].reason is StopReason.LENGTH
        assert (kept.usage, kept.timing) == (last.usage, last.timing)
        assert kept.problem == ""
        assert at.relay.requests[0].key == "sk-test"


async def test_q17_counts_that_no_server_said_are_estimated(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, sse(chunk(" upon a time", finish_reason="stop")))
        last = (await at.collect(run_of()))[-1]
        assert isinstance(last, Measured)
        assert last.usage.is_estimated
        assert last.usage.completion_tokens > 0


async def test_an_answer_in_one_piece_can_be_asked_for(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        whole = completion(choice(" upon", finish_reason="stop"), usage=usage(1, 1))
        at.relay.on("POST", PATH, json_answer(whole))
        run = run_of()
        async with aclosing(at.service.generate(run, stream=False)) as stream:
            events = [event async for event in stream]
        assert text_of(events) == " upon"
        assert not at.relay.requests[0].json.get("stream")


async def test_the_caller_may_name_the_endpoint(tmp_path: Path) -> None:
    async with bench(tmp_path, is_missing=True) as at:
        at.relay.on("POST", PATH, sse(chunk("x", finish_reason="stop")))
        endpoint = Endpoint(at.relay.base_url, "sk-other")
        async with aclosing(at.service.generate(run_of(), endpoint=endpoint)) as stream:
            assert text_of([event async for event in stream]) == "x"
        assert at.relay.requests[0].key == "sk-other"


async def test_text_is_on_disk_while_it_streams(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        go_on = asyncio.Event()
        at.relay.on("POST", PATH, sse(chunk(" upon"), WaitFor(go_on), chunk(" a", finish_reason="stop")))
        run = run_of()
        async with asyncio.TaskGroup() as group:
            group.create_task(at.collect(run))
            found = await at.eventually(run, lambda kept: kept.answer() != "")
            assert found.state is RunState.RUNNING
            assert found.answer() == " upon"
            go_on.set()
        assert (await at.kept(run)).answer() == " upon a"


async def _stopped_by_cancelling(at: Bench, run: Run) -> None:
    task = asyncio.get_running_loop().create_task(at.collect(run))
    await until(lambda: at.relay.requests)
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def _stopped_by_closing(at: Bench, run: Run) -> None:
    async with aclosing(at.service.generate(run)) as stream:
        text = ""
        async for event in stream:
            text += event.text if isinstance(event, TextArrived) else ""
            if text == "Hello":
                break


@pytest.mark.parametrize("stop", [_stopped_by_cancelling, _stopped_by_closing])
async def test_q26_stopping_ends_the_request_and_keeps_what_came(
    tmp_path: Path, stop: Callable[[Bench, Run], Any]
) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, sse(chunk("Hel"), chunk("lo"), Stall()))
        run = run_of()
        await stop(at, run)
        await until(lambda: len(at.relay.disconnects) == 1)
        kept = await at.kept(run)
        assert kept.state is RunState.STOPPED
        assert kept.answer() == "Hello"
        assert kept.candidates[0].reason is StopReason.STOPPED
        assert kept.timing is not None
        assert kept.usage is not None
        assert kept.usage.is_estimated


async def test_a_second_cancellation_does_not_lose_what_came(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, sse(chunk("Hel"), chunk("lo"), Stall()))
        run = run_of()
        task = asyncio.get_running_loop().create_task(at.collect(run))
        await until(lambda: at.relay.requests)
        await asyncio.sleep(0.1)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        kept = await at.eventually(run, lambda kept: kept.state is not RunState.RUNNING)
        assert kept.state is RunState.STOPPED
        assert kept.answer() == "Hello"


async def test_a_run_that_is_cancelled_before_it_began_is_kept_too(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, sse(Stall()))
        run = run_of()
        task = asyncio.get_running_loop().create_task(at.collect(run))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await at.eventually(run, lambda kept: kept.state is RunState.STOPPED)


@pytest.mark.parametrize("name", list(IN_MID_STREAM))
async def test_q27_a_lost_connection_is_not_retried_and_keeps_what_came(tmp_path: Path, name: str) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, IN_MID_STREAM[name])
        run, events = run_of(), list[GenerationEvent]()
        try:
            await at.collect(run, events)
        except ConnectionLostError:
            assert events[-1] == CandidateFinished(0, StopReason.CONNECTION_LOST)
            expected = (RunState.FAILED, StopReason.CONNECTION_LOST)
        else:  # a body that ended in order only lacks its finish reason (Q13)
            assert name == "closed inside an event"
            expected = (RunState.DONE, StopReason.INTERRUPTED)
        assert text_of(events) == "Hello"
        assert len(at.relay.requests) == 1
        kept = await at.kept(run)
        assert (kept.state, kept.candidates[0].reason) == expected
        assert kept.answer() == "Hello"


async def test_a_silent_server_counts_as_a_lost_connection(tmp_path: Path) -> None:
    async with bench(tmp_path, idle=0.2) as at:
        at.relay.on("POST", PATH, stall_in_mid_stream)
        run = run_of()
        with pytest.raises(StalledError):
            await at.collect(run)
        kept = await at.kept(run)
        assert kept.candidates[0].reason is StopReason.CONNECTION_LOST
        assert kept.answer() == "Hello"
        assert "silent" in kept.problem


async def test_q14_an_error_in_the_stream_keeps_what_came(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, new_api_error_in_stream)
        run, events = run_of(), list[GenerationEvent]()
        with pytest.raises(UpstreamError):
            await at.collect(run, events)
        assert events[-1] == CandidateFinished(0, StopReason.FAILED)
        kept = await at.kept(run)
        assert kept.state is RunState.FAILED
        assert kept.answer() == " red"
        assert kept.problem.startswith("The server has a problem of its own")


async def test_a_refusal_is_kept_with_its_sentence(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        completion_server(at.relay, key="sk-right", models=())
        run = run_of()
        with pytest.raises(AuthError):
            await at.collect(run)
        kept = await at.kept(run)
        assert kept.state is RunState.FAILED
        assert kept.problem == "The key was not accepted: Incorrect API key provided."


async def test_a_server_that_cannot_be_had_is_kept_as_a_failed_run(tmp_path: Path) -> None:
    async with bench(tmp_path, is_missing=True) as at:
        run = run_of()
        with pytest.raises(ModelMissingError):
            await at.collect(run)
        kept = await at.kept(run)
        assert (kept.state, kept.problem) == (RunState.FAILED, "It is not installed.")


async def test_parameters_that_no_server_takes_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = run_of(temperature=9.0)
        with pytest.raises(InvalidParametersError):
            await at.collect(run)
        assert at.relay.requests == []
        assert (await at.kept(run)).state is RunState.FAILED


async def test_candidates_are_kept_each_with_its_reason(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        stream = sse(chunk("a", 0), chunk("b", 1, "stop"), chunk("c", 0, "length"))
        at.relay.on("POST", PATH, stream)
        run = run_of(n=2)
        await at.collect(run)
        kept = await at.kept(run)
        assert [candidate.text for candidate in kept.candidates] == ["ac", "b"]
        assert [candidate.reason for candidate in kept.candidates] == [StopReason.LENGTH, StopReason.NATURAL_END]


async def test_several_runs_at_once_do_not_mix(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        completion_server(at.relay, tokens=50, rate=500.0, models=())
        runs = [run_of(seed=seed) for seed in range(4)]
        streamed = [text_of(events) for events in await asyncio.gather(*map(at.collect, runs))]
        assert [(await at.kept(run)).answer() for run in runs] == streamed
        assert len(set(streamed)) == 4


async def test_a_disk_that_fails_does_not_stop_the_text_and_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_text("This is no database. " * 100)
    async with bench(tmp_path) as at:
        completion_server(at.relay, tokens=200, rate=200.0, models=())
        events = await at.collect(replace(run_of(), parameters=SamplingParameters(max_tokens=200)))
        said = [event for event in events if isinstance(event, Adjusted)]
        assert [event.what for event in said] == [Adjustment.NOT_SAVED]
        assert said[0].detail
        assert len(text_of(events)) > 200
        assert isinstance(events[-1], Measured)
        assert (tmp_path / "test.db").read_text().startswith("This is no database.")


async def test_a_disk_that_fails_is_said_for_a_short_run_too(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_text("This is no database. " * 100)
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, sse(chunk("x", finish_reason="stop")))
        events = await at.collect(run_of())
        assert [event.what for event in events if isinstance(event, Adjusted)] == [Adjustment.NOT_SAVED]
        assert isinstance(events[-1], Measured)


class Known:
    """What is known of servers, by model, and what was learnt."""

    def __init__(self, *findings: Finding) -> None:
        self.map = CapabilityMap().with_findings(findings)
        self.learnt: list[tuple[str, str, dict[Feature, Support]]] = []

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        assert (profile_id, model) == ("connection", "m")
        return self.map

    def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        found = list(findings)
        self.map = self.map.with_findings(found)
        self.learnt.append((profile_id, model, {finding.feature: finding.support for finding in found}))


def refused(feature: Feature) -> Finding:
    return Finding(feature, Support.REFUSED, datetime(2026, 1, 1, tzinfo=UTC), reason="Unsupported param")


async def test_what_is_known_to_be_refused_is_not_sent_and_said_once(tmp_path: Path) -> None:
    known = Known(refused(Feature.SEED), refused(Feature.STOP))
    async with bench(tmp_path, known=known) as at:
        at.relay.on("POST", PATH, refusing("seed", "stop"))
        run = run_of(seed=7, presence_penalty=1.0)
        events = await at.collect(run)
        assert [fields_of(received) for received in at.relay.requests] == [{"presence_penalty": 1.0}]
        assert [event for event in events if isinstance(event, Adjusted)] == [
            Adjusted(Adjustment.PARAMETER_DROPPED, "seed", "Unsupported param")
        ]
        assert (await at.kept(run)).parameters.seed == 7
    assert Feature.SEED not in known.learnt[0][2]


async def test_a_refusal_in_normal_use_is_remembered_and_not_met_again(tmp_path: Path) -> None:
    known = Known()
    async with bench(tmp_path, known=known) as at:
        at.relay.on("POST", PATH, refusing("presence_penalty"))
        events = await at.collect(run_of(presence_penalty=1.0, seed=1))
        assert text_of(events) == TEXT
        assert len(at.relay.requests) == 2
        assert known.map.findings[Feature.PRESENCE_PENALTY].reason.startswith("Unrecognized request argument")
        again = await at.collect(run_of(presence_penalty=1.0, seed=1))
        assert [fields_of(received) for received in at.relay.requests[2:]] == [{"seed": 1}]
        for each in (events, again):
            assert [event.detail for event in each if isinstance(event, Adjusted)] == ["presence_penalty"]


async def test_a_refusal_before_several_requests_is_said_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.relay.on("POST", PATH, refusing("seed", otherwise=sse(chunk("x", finish_reason="stop"))))
        events = await at.collect(run_of(n=3, seed=1))
        said = [event.what for event in events if isinstance(event, Adjusted)]
        assert said == [Adjustment.PARAMETER_DROPPED, Adjustment.CANDIDATES_IN_PARALLEL]


async def test_q8_candidates_known_to_come_one_at_a_time_are_not_asked_for_together(tmp_path: Path) -> None:
    known = Known(Finding(Feature.CANDIDATES, Support.IGNORED, datetime(2026, 1, 1, tzinfo=UTC)))
    async with bench(tmp_path, known=known) as at:
        completion_server(at.relay, models=())
        events = await at.collect(run_of(n=2, max_tokens=2))
        assert [received.json.get("n") for received in at.relay.requests] == [None, None]
        assert Adjusted(Adjustment.CANDIDATES_IN_PARALLEL, "2") in events
    assert Feature.CANDIDATES not in known.learnt[0][2]


async def test_runs_teach_however_they_end(tmp_path: Path) -> None:
    known = Known()
    async with bench(tmp_path, known=known) as at:
        at.relay.on("POST", PATH, sse(chunk("Hel"), Stall()))
        stream = at.service.generate(run_of())
        async for event in stream:
            if isinstance(event, TextArrived):
                break
        await stream.aclose()
        assert known.learnt.pop()[2] == {Feature.COMPLETION: Support.HONOURED, Feature.STREAM: Support.HONOURED}
        at.relay.on("POST", PATH, json_answer(openai_error("This is a chat model and not supported"), 404))
        with pytest.raises(ChatModelError):
            await at.collect(run_of())
        assert known.learnt.pop()[2] == {Feature.COMPLETION: Support.REFUSED}


async def test_a_run_that_goes_elsewhere_than_its_profile_teaches_nothing(tmp_path: Path) -> None:
    known = Known(refused(Feature.SEED))
    async with bench(tmp_path, known=known) as at:
        at.relay.on("POST", PATH, sse(chunk(" upon", finish_reason="stop")))
        async with aclosing(at.service.generate(run_of(seed=7), endpoint=Endpoint(at.relay.base_url))) as stream:
            assert not [event async for event in stream if isinstance(event, Adjusted)]
        assert fields_of(at.relay.requests[0]) == {"seed": 7}
    assert known.learnt == []


async def test_what_is_known_does_not_keep_a_run_from_failing_where_there_is_no_server(tmp_path: Path) -> None:
    known = Known(refused(Feature.SEED))
    async with bench(tmp_path, is_missing=True, known=known) as at:
        with pytest.raises(ModelMissingError):
            await at.collect(run_of(seed=7))
    assert known.learnt == []
