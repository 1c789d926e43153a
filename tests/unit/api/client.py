"""What the socket tests of the API share: a client with short waits, and one generation gathered."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.api.completions import CompletionsClient
from app.api.connection import HttpClient
from app.api.errors import ApiError
from app.api.models import list_models
from app.api.retry import RetryDelays
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
from app.domain.parameters import SamplingParameters
from app.domain.profile import Endpoint, Network
from app.domain.tokens import Token
from tests.relay import Answering, Relay
from tests.relay.models import model_list

KEY = "sk-test"
PATIENT = Network()
QUICK = RetryDelays(first=0.01, longest=0.02, overloaded=0.05)


@dataclass(slots=True)
class Gathered:
    """Every event of one generation, and the error it ended with."""

    events: list[GenerationEvent] = field(default_factory=list)
    error: ApiError | None = None

    @property
    def text(self) -> str:
        return self.texts.get(0, "")

    @property
    def texts(self) -> dict[int, str]:
        found: dict[int, str] = {}
        for event in self.events:
            if isinstance(event, TextArrived):
                found[event.index] = found.get(event.index, "") + event.text
        return found

    @property
    def reasons(self) -> dict[int, StopReason]:
        return {event.index: event.reason for event in self.events if isinstance(event, CandidateFinished)}

    @property
    def usage(self) -> Usage | None:
        found = [event.usage for event in self.events if isinstance(event, UsageReported)]
        return found[-1] if found else None

    @property
    def adjustments(self) -> list[Adjustment]:
        return [event.what for event in self.events if isinstance(event, Adjusted)]

    @property
    def tokens(self) -> list[Token]:
        return [token for event in self.events if isinstance(event, TokensArrived) for token in event.tokens]


@asynccontextmanager
async def clients() -> AsyncIterator[tuple[HttpClient, CompletionsClient]]:
    """Give an HTTP client and a completions client over it, and close them."""
    http = HttpClient(QUICK)
    try:
        yield http, CompletionsClient(http)
    finally:
        await http.aclose()


async def gather(
    client: CompletionsClient,
    base_url: str,
    prompt: str = "Once",
    *,
    stream: bool = True,
    network: Network = PATIENT,
    **parameters: Any,
) -> Gathered:
    """Run one generation to its end."""
    gathered = Gathered()
    request = CompletionRequest("m", prompt, SamplingParameters(**parameters), stream)
    try:
        async with aclosing(client.stream(Endpoint(base_url, KEY, network), request)) as events:
            async for event in events:
                gathered.events.append(event)
    except ApiError as error:
        gathered.error = error
    return gathered


async def failure_of(base_url: str, network: Network = PATIENT, password: str | None = None) -> ApiError:
    """Ask for the models of a server that cannot be used, and return why."""
    http = HttpClient(QUICK)
    try:
        with pytest.raises(ApiError) as caught:
            await list_models(http, Endpoint(base_url, KEY, network, proxy_password=password))
    finally:
        await http.aclose()
    assert KEY not in f"{caught.value} {caught.value.detail}"
    return caught.value


async def list_of(relay: Relay, network: Network = PATIENT, password: str | None = None) -> int:
    """Return how many models a relay lists, asked over the road a connection names."""
    relay.on("GET", "/v1/models", model_list())
    return await list_at(relay.base_url, network, password)


async def list_at(base_url: str, network: Network = PATIENT, password: str | None = None) -> int:
    """Return how many models a server lists."""
    http = HttpClient(QUICK)
    try:
        return len(await list_models(http, Endpoint(base_url, KEY, network, proxy_password=password)))
    finally:
        await http.aclose()


async def complete(
    answer: Answering, *, stream: bool = True, network: Network = PATIENT, **parameters: Any
) -> Gathered:
    """Run one generation against a relay that gives this answer to every try."""
    async with Relay() as relay, clients() as (_, client):
        relay.on("POST", "/v1/completions", answer)
        return await gather(client, relay.base_url, stream=stream, network=network, **parameters)
