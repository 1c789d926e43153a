"""A server that nobody here wrote: the LiteLLM proxy in front of llama.cpp's own.

LiteLLM is no part of the test needs: it brings a hundred packages. Install it into an environment of its own and put
that environment's `bin` on PATH for this test to run.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.api.errors import ApiError, AuthError, ModelNotFoundError, UnreachableError
from app.assembly import Services, assemble
from app.domain.capabilities import CapabilityMap, Feature, Support
from app.domain.check import StepState
from app.domain.generation import CandidateFinished, GenerationEvent, StopReason, TextArrived, UsageReported
from app.domain.parameters import SamplingParameters
from app.domain.profile import BUILT_IN, Endpoint, Profile
from app.domain.run import Run
from app.services.connections import Connections

LITELLM = shutil.which("litellm")
START_LIMIT = 90.0
MASTER_KEY = "sk-7hQ2mLx9Vt4Rk0Wc"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(LITELLM is None, reason="litellm[proxy] is not installed on PATH"),
    pytest.mark.timeout(180),
]

CONFIGURATION = """\
model_list:
  - model_name: small
    litellm_params:
      model: text-completion-openai/{model}
      api_base: {base_url}
      api_key: os.environ/UPSTREAM_KEY
general_settings:
  master_key: os.environ/MASTER_KEY
litellm_settings:
  telemetry: false
  num_retries: 0
"""


@asynccontextmanager
async def proxy(services: Services, folder: Path) -> AsyncIterator[str]:
    """Run LiteLLM in front of the built-in model until the block ends; give its address."""
    upstream = await services.connections.endpoint(BUILT_IN)
    configuration = folder / "litellm.yaml"
    configuration.write_text(
        CONFIGURATION.format(model=services.local_model.name, base_url=upstream.base_url), encoding="utf-8"
    )
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(str(LITELLM), "--config", str(configuration), "--host", "127.0.0.1", "--port", str(port)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}},
            "UPSTREAM_KEY": upstream.key or "",
            "MASTER_KEY": MASTER_KEY,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # it would fetch its price table at each start
        },
    )
    try:
        address = f"http://127.0.0.1:{port}"
        async with asyncio.timeout(START_LIMIT):
            while not await answers(services.connections, address):
                assert process.returncode is None, "it ended at once"
                await asyncio.sleep(0.2)
        yield address
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answers(connections: Connections, address: str) -> bool:
    """Tell whether anybody answers: with a list, or by asking for a key."""
    try:
        await connections.models_at(Endpoint(f"{address}/v1"))
    except UnreachableError:
        return False
    except ApiError:
        return True
    return True


async def answer(services: Services, profile: Profile, model: str, *, stream: bool = True) -> list[GenerationEvent]:
    parameters = SamplingParameters(max_tokens=12, seed=1)
    run = Run(uuid.uuid4().hex, datetime.now(UTC), "Once upon a time", model, profile.id, parameters)
    async with aclosing(services.generation.generate(run, stream=stream)) as events:
        return [event async for event in events]


async def checked(services: Services, profile: Profile) -> CapabilityMap:
    """Check the connection; no step may fail for want of an answer."""
    async with aclosing(services.check.run(profile, "small")) as results:
        failed = [result async for result in results if result.state is StepState.FAILED]
    assert failed == []
    return await services.capabilities.known(profile.id, "small")


async def test_it_is_connected_asked_and_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    services = assemble(tmp_path)
    try:
        async with proxy(services, tmp_path) as address:
            connections = services.connections
            profile = (await connections.add(Profile("", "LiteLLM", address), MASTER_KEY)).profile
            assert [model.id for model in await connections.models(profile)] == ["small"]

            for stream in (True, False):
                events = await answer(services, profile, "small", stream=stream)
                text = "".join(event.text for event in events if isinstance(event, TextArrived))
                assert text.strip()
                assert CandidateFinished(0, StopReason.LENGTH) in events
                assert [event.usage.completion_tokens for event in events if isinstance(event, UsageReported)][-1] == 12

            learnt = await checked(services, profile)
            assert all(learnt.support(feature) is Support.HONOURED for feature in (Feature.COMPLETION, Feature.STREAM))
            assert learnt.support(Feature.PICTURES) is not Support.HONOURED

            with pytest.raises(ModelNotFoundError):
                await answer(services, profile, "nobody")
            await connections.replace_key(profile, "sk-wrong")
            with pytest.raises(AuthError):
                await connections.models(profile)
    finally:
        await services.aclose()
