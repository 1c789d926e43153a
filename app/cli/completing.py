"""`quillpane complete`: continue a text, and print what comes.

Owns which server is asked and which key it gets. Must not know how what comes is laid out.
"""

import argparse
import os
import sys
import uuid
from contextlib import aclosing
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from app.assembly import Services
from app.cli.finding import find_connection
from app.cli.running import run_async, services_of
from app.cli.terminal import DONE, FAILED, UsageError, note, read_text
from app.domain.errors import ExpectedError
from app.domain.parameters import SamplingParameters
from app.domain.profile import BUILT_IN, Endpoint, Profile, normalise_address, normalise_key, origin_of
from app.domain.prompt import has_trailing_blank
from app.domain.run import Run, RunState
from app.services.connections import Connections
from app.services.explain import explain
from app.services.transcript import JsonTranscript, TextTranscript
from app.store.errors import KeychainError

_OPENAI = "https://api.openai.com:443"
"""Where OPENAI_API_KEY belongs while OPENAI_BASE_URL is not set."""


@dataclass(frozen=True, slots=True)
class Server:
    """Which server is asked; `endpoint` is None where the connection's own is meant."""

    profile: Profile
    endpoint: Endpoint | None = None


def complete(options: argparse.Namespace) -> int:
    """Continue a text; return the exit code."""
    prompt, parameters = prompt_of(options.prompt), parameters_of(options)
    parameters.validate(stream=not options.no_stream, max_stop=16)  # some take more than four (Q7)
    ways = [name for name in ("connection", "base_url", "model_file") if getattr(options, name)]
    if len(ways) > 1:
        names = {"connection": "-c", "base_url": "--base-url", "model_file": "--model-file"}
        raise UsageError(f"Give either {names[ways[0]]} or {names[ways[1]]}, not both.")
    return run_async(_complete(options, prompt, parameters))


def prompt_of(given: str) -> str:
    """Return the prompt as it was given, never trimmed (Q11); "-" means all of standard input.

    Raises:
        UsageError: It is empty, or not UTF-8.
    """
    prompt = read_text() if given == "-" else given
    if not prompt:
        raise UsageError("The prompt is empty.")
    if has_trailing_blank(prompt):
        note("The prompt ends in a blank, which usually spoils the next word.")
    return prompt


def parameters_of(options: argparse.Namespace) -> SamplingParameters:
    """Return what was asked of the sampler; what was not given keeps its neutral value."""
    given = {field.name: getattr(options, field.name, None) for field in fields(SamplingParameters)}
    values = {name: value for name, value in given.items() if value is not None}
    return SamplingParameters(**values | {"stop": tuple(values.get("stop", ()))})


async def server_of(services: Services, options: argparse.Namespace) -> Server:
    """Return which server is asked, with the key that belongs to it.

    A key in the environment belongs to the address beside it, and goes nowhere else; a kept key comes before it.

    Raises:
        UsageError: There is no connection of that name.
        KeychainError: There may be a key, but the key chain does not hand it over, and there is none beside it.
    """
    connections = services.connections
    key = normalise_key(os.environ.get("OPENAI_API_KEY", "")) or None
    if options.connection:
        profile = find_connection(connections.all(), options.connection)
        origin = origin_of(os.environ.get("OPENAI_BASE_URL", "")) or _OPENAI
        has_own = profile.is_built_in or profile.origin != origin or key is None
        return Server(profile, None if has_own else await _endpoint(connections, profile, key))
    address = options.base_url or ("" if options.model_file else os.environ.get("OPENAI_BASE_URL", ""))
    if not address:
        return Server(BUILT_IN)
    asked = Profile("", "", normalise_address(address))
    same = [each for each in connections.all() if each.origin == asked.origin]
    kept = next((each for each in same if connections.may_have_key(each)), same[0] if same else None)
    if kept is None:
        return Server(asked, Endpoint(asked.base_url, key))
    return Server(kept, await _endpoint(connections, replace(kept, base_url=asked.base_url), key))


async def _endpoint(connections: Connections, profile: Profile, key: str | None) -> Endpoint:
    """Return where requests to a connection go, with its own key or else this one; raises KeychainError."""
    try:
        endpoint = await connections.endpoint(profile)
    except KeychainError:
        if key is None:
            raise
        endpoint = Endpoint(profile.base_url, key, profile.network, profile.extra_headers, profile.extra_body)
    return endpoint if endpoint.key else replace(endpoint, key=key)


async def model_of(services: Services, server: Server, asked_for: str) -> str:
    """Return the model to ask: what was asked for, what is used there, a favourite, or the first that is listed.

    Raises:
        UsageError: There is none of them.
        ApiError: The server does not list its models.
    """
    profile, connections = server.profile, services.connections
    if profile.is_built_in:
        return asked_for or services.local_model.name
    chosen = connections.model() if profile.id == connections.current().id else ""
    if known := asked_for or chosen or next(iter(profile.favourites), ""):
        return known
    endpoint = server.endpoint or await connections.endpoint(profile)
    listed = await connections.models_at(endpoint)
    if not listed:
        raise UsageError("The server lists no models; name one with --model.")
    return listed[0].id


async def _complete(options: argparse.Namespace, prompt: str, parameters: SamplingParameters) -> int:
    async with services_of(options) as services:
        server = await server_of(services, options)
        model = await model_of(services, server, options.model)
        run = Run(uuid.uuid4().hex, datetime.now(UTC), prompt, model, server.profile.id, parameters)
        return await _print_run(services, options, server, run)


async def _print_run(services: Services, options: argparse.Namespace, server: Server, run: Run) -> int:
    transcript = (JsonTranscript if options.json else TextTranscript)(run, sys.stdout, sys.stderr)
    state, problem = RunState.STOPPED, ""
    try:
        events = services.generation.generate(run, endpoint=server.endpoint, stream=not options.no_stream)
        async with aclosing(events):
            async for event in events:
                transcript.show(event)
        state = RunState.DONE
    except ExpectedError as error:
        state, problem = RunState.FAILED, explain(error)
        raise
    finally:
        is_complete = transcript.end(state, problem)
    return DONE if is_complete else FAILED
