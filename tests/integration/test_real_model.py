"""The services against llama.cpp's own server with the model that ships."""

import asyncio
import os
import signal
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.api.errors import ConnectionLostError, ContextTooLongError
from app.assembly import Services, assemble
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    GenerationEvent,
    Measured,
    StopReason,
    TextArrived,
    TokensArrived,
    UsageReported,
)
from app.domain.parameters import SamplingParameters
from app.domain.profile import BUILT_IN, Endpoint
from app.domain.run import Run, RunState
from tests.support import until

pytestmark = pytest.mark.model

PROMPT = "Once upon a time, in a small village by the sea,"


@asynccontextmanager
async def program(folder: Path) -> AsyncIterator[Services]:
    services = assemble(folder)
    try:
        yield services
    finally:
        await services.aclose()


def run_of(prompt: str = PROMPT, **parameters: Any) -> Run:
    values = {"max_tokens": 24, "seed": 1} | parameters
    return Run(uuid.uuid4().hex, datetime.now(UTC), prompt, "SmolLM2 135M", BUILT_IN.id, SamplingParameters(**values))


async def collect(services: Services, run: Run, into: list[GenerationEvent] | None = None) -> list[GenerationEvent]:
    events = [] if into is None else into
    async with aclosing(services.generation.generate(run)) as stream:
        async for event in stream:
            events.append(event)
    return events


def text_of(events: list[GenerationEvent], index: int = 0) -> str:
    return "".join(event.text for event in events if isinstance(event, TextArrived) and event.index == index)


def reasons(events: list[GenerationEvent]) -> dict[int, StopReason]:
    return {event.index: event.reason for event in events if isinstance(event, CandidateFinished)}


async def test_text_streams_token_by_token_and_is_measured(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        events = await collect(services, run_of())
        pieces = [event.text for event in events if isinstance(event, TextArrived)]
        assert len(pieces) > 12
        assert "".join(pieces).strip()
        assert reasons(events) == {0: StopReason.LENGTH}
        last = events[-1]
        assert isinstance(last, Measured)
        assert last.usage.completion_tokens == 24
        assert not last.usage.is_estimated
        assert last.timing.first_token is not None
        assert last.timing.first_token < last.timing.total
        kept = await services.runs.recent()
        assert [(run.answer(), run.state) for run in kept] == [("".join(pieces), RunState.DONE)]


async def test_the_same_seed_writes_the_same_text(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        first, second = [text_of(await collect(services, run_of(seed=5))) for _ in range(2)]
        third = text_of(await collect(services, run_of(seed=6)))
        assert first == second != third


async def test_the_model_lists_itself_under_its_human_name(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        models = await services.connections.models(BUILT_IN)
        assert [model.id for model in models] == ["SmolLM2 135M"]


async def test_q26_stopping_in_mid_stream_frees_the_server_and_keeps_the_text(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        run = run_of(max_tokens=4000, logit_bias={"2": -100.0, "0": -100.0})
        events: list[GenerationEvent] = []
        task = asyncio.get_running_loop().create_task(collect(services, run, events))
        await until(lambda: text_of(events))
        assert await busy_slots(services) == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(200):
            if not await busy_slots(services):
                break
            await asyncio.sleep(0.02)
        assert await busy_slots(services) == 0
        kept = await services.runs.load(run.id)
        assert kept is not None
        assert kept.state is RunState.STOPPED
        assert kept.candidates[0].reason is StopReason.STOPPED
        assert kept.answer().startswith(text_of(events))


async def busy_slots(services: Services) -> int:
    """Return how many generations the server works on."""
    endpoint = await services.local_model.endpoint()
    server = Endpoint(endpoint.base_url.removesuffix("/v1"), endpoint.key)
    slots = await services.http.get_json(server, "/slots")
    return sum(slot["is_processing"] for slot in slots)


@pytest.mark.parametrize("count", [2, 8])
async def test_candidates_stream_side_by_side_in_one_request(tmp_path: Path, count: int) -> None:
    async with program(tmp_path) as services:
        events = await collect(services, run_of(n=count, max_tokens=12))
        order = [event.index for event in events if isinstance(event, TextArrived)]
        assert set(order) == set(range(count))
        assert order != sorted(order)
        assert len({text_of(events, index) for index in range(count)}) > 1
        assert reasons(events) == dict.fromkeys(range(count), StopReason.LENGTH)
        assert not [event for event in events if isinstance(event, Adjusted)]
        reported = [event.usage for event in events if isinstance(event, UsageReported)]
        assert reported[-1].completion_tokens == 12 * count


async def test_q8_more_candidates_than_the_server_has_slots_are_asked_for_one_by_one(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        events = await collect(services, run_of(n=9, max_tokens=3))
        assert Adjusted(Adjustment.CANDIDATES_IN_PARALLEL, "9") in events
        assert set(reasons(events)) == set(range(9))


async def test_a_stop_sequence_ends_the_text_and_is_not_in_it(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        free = text_of(await collect(services, run_of(max_tokens=40, temperature=0.0)))
        word = free.split()[4]
        events = await collect(services, run_of(max_tokens=40, temperature=0.0, stop=(word,)))
        assert text_of(events) == free[: free.index(word)]
        assert reasons(events)[0] in {StopReason.STOP, StopReason.STOP_SEQUENCE}


async def test_q19_probabilities_come_with_the_text_they_belong_to(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        run = run_of(logprobs=3, max_tokens=10)
        events = await collect(services, run)
        tokens = [token for event in events if isinstance(event, TokensArrived) for token in event.tokens]
        assert len(tokens) == 10
        assert "".join(token.text for token in tokens) == text_of(events)
        for token in tokens:
            assert token.probability is not None
            assert 0.0 < token.probability <= 1.0
            assert 1 <= len(token.alternatives) <= 4
        kept = await services.runs.load(run.id)
        assert kept is not None
        assert kept.candidates[0].tokens == tuple(tokens)


async def test_a_prompt_beyond_the_context_is_an_error_of_its_own(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        run = run_of("word " * 9000)
        with pytest.raises(ContextTooLongError):
            await collect(services, run)
        kept = await services.runs.load(run.id)
        assert kept is not None
        assert kept.state is RunState.FAILED
        assert "too long" in kept.problem


async def test_a_server_killed_in_mid_stream_loses_no_text_and_comes_back(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        run = run_of(max_tokens=4000, logit_bias={"2": -100.0, "0": -100.0})
        events: list[GenerationEvent] = []
        task = asyncio.get_running_loop().create_task(collect(services, run, events))
        await until(lambda: len(text_of(events)) > 40)
        assert services.local_model.process_id is not None
        os.kill(services.local_model.process_id, signal.SIGKILL)
        with pytest.raises(ConnectionLostError):
            await task
        assert events[-1] == CandidateFinished(0, StopReason.CONNECTION_LOST)
        kept = await services.runs.load(run.id)
        assert kept is not None
        assert kept.answer() == text_of(events)
        assert kept.candidates[0].reason is StopReason.CONNECTION_LOST
        again = await collect(services, run_of(kept.prompt + kept.answer()))
        assert text_of(again)


async def test_a_file_of_the_users_own_is_served_under_its_name(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        own = tmp_path / "Grandmother.gguf"
        own.symlink_to(services.local_model._locate())
        services.settings.set("built_in.model_path", str(own))
        assert [model.id for model in await services.connections.models(BUILT_IN)] == ["Grandmother"]
        assert text_of(await collect(services, run_of(max_tokens=4)))
