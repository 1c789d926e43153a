"""What the tests of the command line share."""

import asyncio
import io
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.assembly import Services, assemble
from app.store.secrets import Keychain, SecretStore

Work = Callable[[Services], Coroutine[Any, Any, Any]]


@pytest.fixture(autouse=True)
def keep_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the hook for unexpected errors back afterwards, and keep the key chain of whoever runs the tests out."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@dataclass
class Shell:
    """Commands on one data folder."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    code: int = 0
    out: str = ""
    err: str = ""

    def run(self, *arguments: str, given: str | bytes = "") -> int:
        """Run a command with this on standard input; what it printed is in `out` and `err`."""
        content = given if isinstance(given, bytes) else given.encode()
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        try:
            self.code = main(["--data-dir", str(self.folder), *arguments])
        except SystemExit as end:
            self.code = int(end.code or 0)
        captured = self.capsys.readouterr()
        self.out, self.err = captured.out, captured.err
        return self.code

    def has_one_sentence(self) -> bool:
        """Tell whether standard error holds one sentence of ours."""
        return self.err.startswith("quillpane: ") and self.err.count("\n") == 1 and self.err.endswith("\n")

    def ask(self, work: Work, keychain: Keychain | None = None) -> Any:
        """Return what work says of the services of this folder, with this key chain or none."""

        async def body() -> Any:
            services = assemble(self.folder)
            services.connections._keys._store = SecretStore(find=lambda: keychain)
            try:
                return await work(services)
            finally:
                await services.aclose()

        with asyncio.Runner() as runner:
            return runner.run(body())


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)
