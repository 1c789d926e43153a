import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

import app.__main__
from app.services import local_model
from app.services.local_model import LocalModel, server_command


@asynccontextmanager
async def served(order: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the server with an order, and end it at the latest at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *server_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        await tell(process, order)
        async with asyncio.timeout(30.0):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def tell(process: asyncio.subprocess.Process, order: dict[str, str]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    await process.stdin.drain()


def end_input(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()


async def answer_of(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    return json.loads(await process.stdout.readline())


def shipped() -> str:
    return str(LocalModel(lambda: "")._locate())


@pytest.mark.model
async def test_it_says_its_address_and_ends_with_its_input() -> None:
    async with served({"model": shipped(), "alias": "x", "key": "k"}) as process:
        assert (await answer_of(process))["address"].startswith("http://127.0.0.1:")
        assert process.returncode is None
        end_input(process)
        assert await process.wait() == 0


@pytest.mark.model
async def test_it_ends_when_its_input_does_while_the_model_loads() -> None:
    async with served({"model": shipped(), "alias": "x", "key": "k"}) as process:
        end_input(process)
        assert await process.wait() == 0


@pytest.mark.model
async def test_a_file_that_is_not_there_is_an_error_in_the_answer() -> None:
    async with served({"model": "/nowhere/none.gguf", "alias": "x", "key": "k"}) as process:
        assert "error" in await answer_of(process)
        assert await process.wait() == 1


async def test_an_order_without_a_model_is_an_error_in_the_answer() -> None:
    async with served({"alias": "x"}) as process:
        assert "KeyError" in (await answer_of(process))["error"]
        assert await process.wait() == 1


def test_a_frozen_program_knows_the_argument_that_makes_it_the_server() -> None:
    source = app.__main__.__file__
    with open(source, encoding="utf-8") as file:  # noqa: PTH123 - one line
        assert f'"{local_model.SERVE_ARGUMENT}"' in file.read()
