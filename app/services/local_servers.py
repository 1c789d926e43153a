"""Servers on this computer, found on their usual ports when the user asks for it, and only then.

Owns which ports are tried and what counts as a server. Must not know HTTP, or what becomes of what is found.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from app.api.connection import HttpClient
from app.api.errors import ApiError, AuthError, ForbiddenError
from app.api.models import list_models
from app.domain.models import ModelInfo
from app.domain.presets import LOCAL_PORTS, local_address, preset, preset_for
from app.domain.profile import Endpoint, Network, Profile

LIMIT = 2.0
"""Seconds that a server gets to list its models."""

_CONNECT_LIMIT = 0.5
_PRESETS_BY_OWNER = {"library": "ollama", "llamacpp": "llama.cpp", "vllm": "vllm", "koboldcpp": "koboldcpp"}


async def find_local_servers(http: HttpClient, ports: Iterable[int] = LOCAL_PORTS) -> tuple[Profile, ...]:
    """Return the servers that answer on ports of this computer, as connections without an id, in the ports' order.

    Each port is asked for its models at the same time, without a key. A server that wants one counts as found.
    """
    found = await asyncio.gather(*(_ask(http, port) for port in ports))
    return tuple(profile for profile in found if profile is not None)


async def _ask(http: HttpClient, port: int) -> Profile | None:
    if not await _is_open(port):  # a closed port says so at once, but HTTP would try it again
        return None
    models: tuple[ModelInfo, ...] = ()
    endpoint = Endpoint(local_address(port), network=Network(proxy="none"))
    try:
        async with asyncio.timeout(LIMIT):
            models = await list_models(http, endpoint)
    except (AuthError, ForbiddenError):
        pass  # it is one, and tells no strangers what it serves
    except (ApiError, TimeoutError):
        return None
    known = preset(_PRESETS_BY_OWNER.get(models[0].owner if models else "", "")) or preset_for(endpoint.base_url)
    if known is None:
        return Profile("", f"127.0.0.1:{port}", endpoint.base_url)
    return known.profile("", known.title, endpoint.base_url)


async def _is_open(port: int) -> bool:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_CONNECT_LIMIT):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True
    return False
