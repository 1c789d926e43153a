"""The second front end as a program of its own, from its arguments to its exit code."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.domain.generation import StopReason
from app.domain.run import Run, RunState
from app.services.connection_list import FIRST_ID
from app.store.database import Database
from app.store.runs import RunStore
from app.store.settings import Settings
from tests.relay import Relay, Stall, json_answer, sse
from tests.relay.completion_server import completion_server
from tests.relay.completions import chunk
from tests.relay.errors import openai_error
from tests.relay.troubles import reset_in_mid_stream
from tests.support import until

posix = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")

PATH = "/v1/completions"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def has_one_sentence(self) -> bool:
        return self.err.startswith("quillpane: ") and self.err.count("\n") == 1 and "Traceback" not in self.err


@asynccontextmanager
async def started(folder: Path, *arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a command; what still runs at the end of the block is killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "--data-dir", str(folder), *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", **environment},
    )
    try:
        async with asyncio.timeout(45.0):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: asyncio.subprocess.Process, standard_input: bytes = b"") -> Done:
    out, err = await process.communicate(standard_input)
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


async def quillpane(folder: Path, *arguments: str, standard_input: bytes = b"", **environment: str) -> Done:
    async with started(folder, *arguments, **environment) as process:
        return await ended(process, standard_input)


async def runs_in(folder: Path, *, recover: bool = False) -> list[Run]:
    database = Database(folder / "quillpane.db")
    try:
        runs = RunStore(database)
        if recover:
            await runs.recover()
        return await runs.recent()
    finally:
        await database.aclose()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def read_until(process: asyncio.subprocess.Process, size: int) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readexactly(size)


@pytest.mark.model
async def test_the_built_in_model_answers_and_the_run_is_kept(tmp_path: Path) -> None:
    done = await quillpane(tmp_path, "complete", "Once upon a time", "--max-tokens", "12", "--seed", "1")
    assert (done.code, done.err) == (0, "")
    assert done.out.strip()
    run = (await runs_in(tmp_path))[0]
    assert run.answer() == done.out.removesuffix("\n")
    assert (run.state, run.model, run.prompt) == (RunState.DONE, "SmolLM2 135M", "Once upon a time")


@pytest.mark.model
async def test_json_is_one_object_a_line_and_the_last_sums_up(tmp_path: Path) -> None:
    done = await quillpane(
        tmp_path, *("complete", "Once upon a time", "--max-tokens", "8", "-n", "2", "--logprobs", "2", "--json")
    )
    assert (done.code, done.err) == (0, "")
    *events, last = done.lines
    assert events[0]["event"] == "started"
    assert {event["event"] for event in events} >= {"text", "tokens", "finished", "usage"}
    assert last["event"] == "done"
    assert last["state"] == "done"
    assert last["usage"] == {"prompt_tokens": 4, "completion_tokens": 16, "is_estimated": False}
    assert 0 < last["timing"]["first_token"] <= last["timing"]["total"]
    for candidate in last["candidates"]:
        pieces = [
            event["text"] for event in events if event["event"] == "text" and event["index"] == candidate["index"]
        ]
        assert "".join(pieces) == candidate["text"]
        assert candidate["finish_reason"] == "length"


@pytest.mark.model
async def test_a_proxy_is_not_asked_for_the_built_in_model(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    done = await quillpane(
        tmp_path, "complete", "Once", "--max-tokens", "4", HTTP_PROXY=nowhere, http_proxy=nowhere, ALL_PROXY=nowhere
    )
    assert (done.code, done.err) == (0, "")


@pytest.mark.model
async def test_the_command_line_never_loads_qt(tmp_path: Path) -> None:
    program = (
        "import sys; from app.__main__ import main; "
        f"code = main(['--data-dir', {str(tmp_path)!r}, 'complete', 'Once', '--max-tokens', '2']); "
        "print([name for name in ('PySide6', 'qasync', 'keyring') if name in sys.modules], code)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().splitlines()[-1] == "[] 0"


async def test_standard_input_is_the_prompt_as_it_is(tmp_path: Path) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, sse(chunk("…完", finish_reason="stop")))
        arguments = ("complete", "-", "--base-url", relay.base_url, "--model", "m")
        done = await quillpane(tmp_path, *arguments, standard_input="从前\n有 ".encode())
        assert (done.code, done.out) == (0, "…完\n")
        assert relay.requests[0].json["prompt"] == "从前\n有 "
        done = await quillpane(tmp_path, *arguments, standard_input=b"\xff\xfe")
        assert done.code == 2
        assert done.has_one_sentence()
        assert len(relay.requests) == 1


async def test_text_that_is_no_character_is_printed_all_the_same(tmp_path: Path) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, sse(b'data: {"choices":[{"index":0,"text":"a\\ud83d","finish_reason":"stop"}]}\n\n'))
        for extra in ((), ("--json",)):
            done = await quillpane(tmp_path, "complete", "x", "--base-url", relay.base_url, "--model", "m", *extra)
            assert (done.code, done.err) == (0, "")


async def test_the_key_of_the_environment_is_sent_and_never_shown(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, ("one ", "two"), key="sk-right")
        done = await quillpane(tmp_path, "complete", "x", OPENAI_BASE_URL=relay.base_url, OPENAI_API_KEY="sk-right")
        assert (done.code, done.out) == (0, "one two\n")
        wrong = await quillpane(
            tmp_path, "complete", "x", "--base-url", relay.base_url, OPENAI_API_KEY="sk-secret-wrong"
        )
        assert wrong.code == 1
        assert wrong.has_one_sentence()
        assert "key" in wrong.err
        assert b"sk-" not in wrong.err.encode() + wrong.out.encode() + everything_in(tmp_path)


async def test_several_candidates_come_one_after_the_other_under_headings(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, ("a", "b", "c"), tokens=2, models=())
        arguments = ("--base-url", relay.base_url, "--model", "m", "-n", "2", "--seed", "0")
        done = await quillpane(tmp_path, "complete", "x", *arguments)
        assert done.out == "── 1 of 2: natural end ──\nab\n── 2 of 2: natural end ──\nbc\n"


async def test_q13_a_text_that_was_cut_off_is_printed_and_is_1(tmp_path: Path) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, sse(chunk("Hel"), chunk("lo")))
        done = await quillpane(tmp_path, "complete", "x", "--base-url", relay.base_url, "--model", "m")
        assert (done.code, done.out) == (1, "Hello\n")
        assert done.has_one_sentence()


async def test_a_lost_connection_keeps_the_text_and_is_1(tmp_path: Path) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, reset_in_mid_stream)
        arguments = ("complete", "x", "--base-url", relay.base_url, "--model", "m")
        done = await quillpane(tmp_path, *arguments)
        assert (done.code, done.out) == (1, "Hello\n")
        assert done.has_one_sentence()
        in_json = await quillpane(tmp_path, *arguments, "--json")
        assert in_json.code == 1
        assert in_json.lines[-1]["state"] == "failed"
        assert in_json.lines[-1]["candidates"][0]["finish_reason"] == "connection_lost"
        assert [run.answer() for run in await runs_in(tmp_path)] == ["Hello", "Hello"]


async def test_a_refusal_is_1_with_the_servers_words(tmp_path: Path) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, json_answer(openai_error("The prompt is odd.\nVery odd."), 400))
        done = await quillpane(tmp_path, "complete", "x", "--base-url", relay.base_url, "--model", "m")
        assert (done.code, done.out) == (1, "")
        assert done.has_one_sentence()
        assert "The prompt is odd. Very odd." in done.err


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupted_command_is_130_and_keeps_what_came(tmp_path: Path, number: signal.Signals) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, sse(chunk("Hel"), chunk("lo"), Stall()))
        async with started(tmp_path, "complete", "x", "--base-url", relay.base_url, "--model", "m") as process:
            assert await read_until(process, 5) == b"Hello"
            process.send_signal(number)
            done = await ended(process)
        assert (done.code, done.out, done.err) == (130, "\n", "")
        await until(lambda: relay.disconnects)
        run = (await runs_in(tmp_path))[0]
        assert (run.state, run.answer()) == (RunState.STOPPED, "Hello")
        assert run.candidates[0].reason is StopReason.STOPPED


@posix
@pytest.mark.model
async def test_ctrl_c_while_the_built_in_model_writes_is_130(tmp_path: Path) -> None:
    arguments = ("complete", "Once upon a time", "--max-tokens", "3000", "--json")
    async with started(tmp_path, *arguments) as process:
        assert process.stdout is not None
        while json.loads(await process.stdout.readline())["event"] != "text":
            pass
        process.send_signal(signal.SIGINT)
        done = await ended(process)
    assert (done.code, done.err) == (130, "")
    assert done.lines[-1]["state"] == "stopped"
    assert done.lines[-1]["candidates"][0]["finish_reason"] == "stopped"


@posix
async def test_a_command_that_is_killed_loses_less_than_a_second(tmp_path: Path) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, sse(chunk("Hel"), chunk("lo"), Stall()))
        async with started(tmp_path, "complete", "x", "--base-url", relay.base_url, "--model", "m") as process:
            assert await read_until(process, 5) == b"Hello"
            await asyncio.sleep(1.0)
            process.kill()
            await process.wait()
        run = (await runs_in(tmp_path, recover=True))[0]
        assert (run.state, run.answer()) == (RunState.INTERRUPTED, "Hello")
        assert run.candidates[0].reason is StopReason.INTERRUPTED


@posix
async def test_a_reader_that_leaves_ends_the_command_quietly(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, tokens=5000, rate=500.0, models=())
        reading, writing = os.pipe()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app", "--data-dir", str(tmp_path), "complete", "x", "--max-tokens", "5000"),
            *("--base-url", relay.base_url, "--model", "m"),
            stdout=writing,
            stderr=subprocess.PIPE,
        )
        os.close(writing)
        assert await asyncio.to_thread(os.read, reading, 10)
        os.close(reading)
        async with asyncio.timeout(20.0):
            _, err = await process.communicate()
        assert (process.returncode, err) == (130, b"")
        await until(lambda: relay.disconnects)
        assert (await runs_in(tmp_path))[0].state is RunState.STOPPED


IN_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@posix
async def test_in_a_terminal_the_key_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    key = "sk-Zk3qv9T0bXw7Lr5Np2Yd"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IN_A_TERMINAL, sys.executable, "-m", "app", "--data-dir", str(tmp_path)),
        *("connections", "add", "relay.example", "--name", "Mine"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    screen = b""
    try:
        async with asyncio.timeout(45.0):
            for question, answer in ((b"Key (nothing for none): ", key), (b"[y/N] ", "y")):
                while not screen.endswith(question):
                    screen += await process.stdout.read(1) or pytest.fail(screen.decode())
                process.stdin.write(f"{answer}\n".encode())
            screen += await process.stdout.read()
            assert await process.wait() == 1, "the key could not be kept"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        process.stdin.close()
    assert key.encode() not in screen
    assert b'Added "Mine".' in screen
    assert [each["name"] for each in json.loads(Settings(tmp_path / "settings.json").text("connections"))] == ["Mine"]


async def test_a_check_says_what_a_server_can_do_and_the_doctor_why_it_cannot(tmp_path: Path) -> None:
    key = "sk-Zk3qv9T0bXw7Lr5Np2Yd"
    async with Relay() as relay:
        completion_server(relay, key=key, models=("first", "second"))
        added = await quillpane(
            tmp_path, "connections", "add", "--yes", "--name", "Mine", standard_input=relay.base_url.encode()
        )
        assert (added.code, added.err) == (0, "")
        refused = await quillpane(tmp_path, "connections", "check", "mine", "--yes")
        assert refused.code == 1
        assert [line for line in refused.out.splitlines() if line.startswith("! Key")]
        arguments = ("complete", "Once", "-c", "mine", "--max-tokens", "4")
        done = await quillpane(tmp_path, *arguments, OPENAI_API_KEY=key, OPENAI_BASE_URL=relay.base_url)
        assert (done.code, done.err) == (0, "")
        assert [request.key for request in relay.requests][-1] == key
        assert (await runs_in(tmp_path))[0].model == "first"
    listed = await quillpane(tmp_path, "connections", "list")
    assert "  Mine" in listed.out
    assert "* built-in" in listed.out
    assert key not in added.out + refused.out + done.out + listed.out


@pytest.mark.model
async def test_the_doctor_names_what_there_is(tmp_path: Path) -> None:
    done = await quillpane(tmp_path, "doctor", QT_QPA_PLATFORM="offscreen")
    assert (done.code, done.err) == (0, "")
    found = dict(line.split(": ", 1) for line in done.out.splitlines())
    parts = ["Quillpane", "Python", "PySide6", "qasync", "httpx", "keyring", "xllamacpp"]
    assert set(parts) < set(found)
    assert found["Qt platform"].startswith("offscreen (Qt 6.")
    assert found["Data folder"] == str(tmp_path)
    assert found["Built-in model"] == "SmolLM2 135M answers"
    assert found["Server"] == "none configured"
    assert "Key chain" in found


async def test_the_doctor_asks_the_configured_server(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, models=("first", "second"))
        settings = Settings(tmp_path / "settings.json")
        settings.set("profile.id", FIRST_ID)
        settings.set("profile.base_url", relay.base_url)
        settings.flush_now()
        done = await quillpane(tmp_path, "doctor")
        assert f"Server: {relay.base_url} answers; it lists 2 models" in done.out
        address = relay.base_url
        named = await quillpane(tmp_path, "doctor", FIRST_ID)
        assert named.out == f"Server: {address} answers; it lists 2 models\n"
        assert (named.code, named.err) == (0, "")
    done = await quillpane(tmp_path, "doctor")
    assert done.code == 1
    assert f"! Server: {address}: Nothing answers at 127.0.0.1, port {address.rpartition(':')[2][:-3]}." in done.out
    assert done.err == ""
