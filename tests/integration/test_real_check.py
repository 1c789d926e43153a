"""Checking and learning against llama.cpp's own server with the model that ships."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.api.errors import AuthError, ConnectionRefusedByServerError
from app.assembly import Services, assemble
from app.domain.capabilities import Feature, Support
from app.domain.check import Detail, DetailKind, Step, StepResult, StepState
from app.domain.diagnosis import DiagnosisKind
from app.domain.generation import Adjusted
from app.domain.parameters import SamplingParameters
from app.domain.profile import BUILT_IN, Profile
from app.domain.run import Run
from app.services.doctor_words import explain_diagnosis
from tests.support import until

pytestmark = pytest.mark.model

SECONDS = 20.0
"""A check takes about two on a quiet machine, and several times that while other tests run."""


@asynccontextmanager
async def program(folder: Path) -> AsyncIterator[Services]:
    services = assemble(folder)
    try:
        yield services
    finally:
        await services.aclose()


async def check(services: Services, profile: Profile = BUILT_IN, model: str = "") -> dict[Step, StepResult]:
    ended = {}
    async for result in services.check.run(profile, model):
        if result.state is not StepState.RUNNING:
            ended[result.step] = result
    return ended


def run_of(**parameters: Any) -> Run:
    chosen = SamplingParameters(**{"max_tokens": 6} | parameters)
    return Run(uuid.uuid4().hex, datetime.now(UTC), "Once upon a", "SmolLM2 135M", BUILT_IN.id, chosen)


async def test_the_check_finishes_in_seconds_and_finds_what_the_model_does(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        await services.local_model.endpoint()
        began = time.perf_counter()
        ended = await check(services)
        assert time.perf_counter() - began < SECONDS
        assert {step for step, result in ended.items() if result.state is StepState.OK} == set(ended)
        assert ended[Step.CONNECTION].detail == Detail(DetailKind.BUILT_IN)
        assert ended[Step.MODEL_LIST].detail == Detail(DetailKind.MODELS, {"count": 1, "model": "SmolLM2 135M"})
        known = await services.capabilities.known(BUILT_IN.id, "SmolLM2 135M")
        assert {feature: finding.support for feature, finding in known.findings.items()} == {
            Feature.MODEL_LIST: Support.HONOURED,
            Feature.COMPLETION: Support.HONOURED,
            Feature.CHAT: Support.HONOURED,
            Feature.STREAM: Support.HONOURED,
            Feature.USAGE_IN_STREAM: Support.HONOURED,
            Feature.LOGPROBS: Support.HONOURED,
            Feature.CANDIDATES: Support.HONOURED,
            Feature.STOP: Support.HONOURED,
            Feature.SEED: Support.HONOURED,
            Feature.RAW_PROMPT: Support.HONOURED,
            Feature.ECHO: Support.IGNORED,
            Feature.SUFFIX: Support.IGNORED,
            Feature.BEST_OF: Support.IGNORED,
            Feature.PICTURES: Support.REFUSED,
        }
        assert known.findings[Feature.LOGPROBS].maximum == 20
        assert "image" in known.findings[Feature.PICTURES].reason
        assert await services.runs.recent() == []
    async with program(tmp_path) as services:
        for _ in range(20):  # a disk that is busy with other tests is not waited for
            if (again := await services.capabilities.known(BUILT_IN.id, "SmolLM2 135M")).findings:
                break
        assert again == known


async def test_a_check_that_is_stopped_leaves_the_server_free(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        started: set[Step] = set()

        async def follow() -> None:
            async for result in services.check.run(BUILT_IN):
                started.add(result.step)

        task = asyncio.get_running_loop().create_task(follow())
        await until(lambda: Step.CHAT in started)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with aclosing(services.generation.generate(run_of())) as events:
            assert [event async for event in events]


async def test_a_wrong_key_is_found_and_another_one_is_enough(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        endpoint = await services.local_model.endpoint()
        saved = await services.connections.add(Profile("", "Mine", endpoint.base_url), "sk-wrong")
        ended = await check(services, saved.profile)
        assert [step for step, result in ended.items() if result.state is StepState.OK] == [Step.CONNECTION]
        assert ended[Step.KEY].state is StepState.FAILED
        error = ended[Step.KEY].error
        assert isinstance(error, AuthError)
        found = await services.doctor.diagnose(error, saved.profile)
        assert (found.kind, found.step) == (DiagnosisKind.KEY_REFUSED, Step.KEY)
        await services.connections.replace_key(saved.profile, endpoint.key or "")
        ended = await check(services, saved.profile)
        assert ended[Step.KEY].detail == Detail(DetailKind.KEY_ACCEPTED)
        assert {result.state for result in ended.values()} == {StepState.OK}


async def test_a_server_that_has_ended_is_diagnosed(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        endpoint = await services.local_model.endpoint()
        saved = await services.connections.add(Profile("", "Mine", endpoint.base_url))
        await services.local_model.aclose()
        ended = await check(services, saved.profile)
        error = ended[Step.CONNECTION].error
        assert isinstance(error, ConnectionRefusedByServerError)
        found = await services.doctor.diagnose(error, saved.profile)
        assert found.kind is DiagnosisKind.NOTHING_LISTENS
        assert "port" in explain_diagnosis(found)


async def test_runs_teach_what_the_model_does(tmp_path: Path) -> None:
    async with program(tmp_path) as services:
        for run in (run_of(n=2, seed=1, logprobs=2), run_of(stop=("zzz",), presence_penalty=0.5)):
            async with aclosing(services.generation.generate(run)) as events:
                assert not [event async for event in events if isinstance(event, Adjusted)]
        known = await services.capabilities.known(BUILT_IN.id, "SmolLM2 135M")
        assert {feature: finding.support for feature, finding in known.findings.items()} == dict.fromkeys(
            (Feature.COMPLETION, Feature.STREAM, Feature.USAGE_IN_STREAM, Feature.LOGPROBS, Feature.CANDIDATES),
            Support.HONOURED,
        )
