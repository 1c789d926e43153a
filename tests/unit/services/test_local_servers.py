"""Servers on this computer are found on request, whatever else listens there."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.api.connection import HttpClient
from app.domain.presets import LOCAL_PORTS
from app.services import local_servers
from app.services.local_servers import find_local_servers
from tests.relay import Answer, Relay, html_answer, json_answer
from tests.relay.answers import keep_silent
from tests.relay.completion_server import completion_server


@asynccontextmanager
async def client() -> AsyncIterator[HttpClient]:
    http = HttpClient()
    try:
        yield http
    finally:
        await http.aclose()


def port_of(relay: Relay) -> int:
    return int(relay.base_url.rsplit(":", 1)[1].split("/", 1)[0])


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


async def test_a_server_that_lists_models_is_found() -> None:
    async with Relay() as relay, client() as http:
        completion_server(relay, models=("first",))
        (found,) = await find_local_servers(http, [closed_port(), port_of(relay)])
        assert found.base_url == relay.base_url
        assert found.id == ""
        assert found.name == f"127.0.0.1:{port_of(relay)}"
        assert [request.headers.get("authorization") for request in relay.requests] == [None], "no key goes anywhere"


@pytest.mark.parametrize(
    ("owner", "preset", "name"),
    [("library", "ollama", "Ollama"), ("llamacpp", "llama.cpp", "llama.cpp"), ("vllm", "vllm", "vLLM")],
)
async def test_what_the_list_says_of_itself_counts_more_than_the_port(owner: str, preset: str, name: str) -> None:
    async with Relay() as relay, client() as http:
        relay.on("GET", "/v1/models", json_answer({"data": [{"id": "m", "owned_by": owner}]}))
        (found,) = await find_local_servers(http, [port_of(relay)])
        assert (found.preset, found.name, found.base_url) == (preset, name, relay.base_url)


async def test_a_server_that_wants_a_key_counts_as_found() -> None:
    async with Relay() as relay, client() as http:
        completion_server(relay, key="sk-one")
        assert [found.base_url for found in await find_local_servers(http, [port_of(relay)])] == [relay.base_url]


@pytest.mark.parametrize(
    "answer", [html_answer(200, "A page"), json_answer({"error": {"message": "no"}}, 404), html_answer(500, "Oops")]
)
async def test_another_program_on_the_port_is_no_server(answer: Answer) -> None:
    async with Relay() as relay, client() as http:
        relay.otherwise = answer
        assert await find_local_servers(http, [port_of(relay)]) == ()


async def test_a_silent_program_holds_nobody_up() -> None:
    async with Relay() as silent, Relay() as relay, client() as http:
        silent.otherwise = keep_silent()
        completion_server(relay, models=("first",))
        found = await find_local_servers(http, [port_of(silent), port_of(relay)])
        assert [each.base_url for each in found] == [relay.base_url]


async def test_the_usual_ports_are_asked_and_no_others() -> None:
    assert LOCAL_PORTS == (11434, 1234, 8080, 8000, 5001)
    assert find_local_servers.__defaults__ == (LOCAL_PORTS,)
    assert local_servers.LIMIT <= 3
