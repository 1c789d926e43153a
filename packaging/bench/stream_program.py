"""Quillpane itself: the real window over the real services, connected to the benchmark's server, Run pressed.

The only argument is the plan (see `metering`).
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit

import app.assembly
from app.bootstrap import Program, build, make_application, run_program
from app.domain.profile import Profile
from app.runtime.errors import ErrorHub
from app.runtime.loop import make_loop
from bench.metering import Plan, meter
from bench.probes import report

READY = 30.0
"""Seconds that the window may need until it has listed the server's models."""


class RealWindow:
    """Press Run, and know when the run has ended."""

    def __init__(self, program: Program) -> None:
        self._place = program.window.place
        self._done = asyncio.Event()
        program.write.running_changed.connect(lambda is_running: None if is_running else self._done.set())

    def begin(self) -> QPlainTextEdit:
        """Press Run."""
        self._done.clear()
        self._place.buttons["run"].click()
        return self._place.answer.lanes[0].text

    async def ended(self) -> None:
        """Wait until the run has ended."""
        await self._done.wait()


async def drive(program: Program, plan: Plan) -> dict[str, object]:
    """Type a prompt, carry the plan out, and return what was measured."""
    await until(lambda: program.connection.models)
    program.window.place.editor.insertPlainText("Once upon a time,")
    program.connection.set_model(program.connection.models[0])
    program.parameters.set_number("max_tokens", plan.tokens)
    program.parameters.set_logprobs(plan.logprobs)
    return await meter(plan, RealWindow(program))


async def until(predicate: Callable[[], object]) -> None:
    """Wait until predicate() is true."""
    async with asyncio.timeout(READY):
        while not predicate():  # noqa: ASYNC110 - the window has no event for it
            await asyncio.sleep(0.02)


async def run(application: QApplication, plan: Plan, folder: Path) -> int:
    """Open the window over a data folder, drive it, close it, and report."""
    hub = ErrorHub()
    hub.install(asyncio.get_running_loop())
    services = app.assembly.assemble(folder)
    connected = await services.connections.add(Profile("", "Benchmark", plan.base_url))
    services.connections.choose("write", connected.profile.id)
    program = build(application, services, hub)
    measured: list[dict[str, object]] = []

    async def drive_and_close() -> None:
        try:
            measured.append(await drive(program, plan))
        finally:
            program.window.close()

    hub.tell(lambda trace: print(trace, file=sys.stderr))
    QTimer.singleShot(0, program.window, lambda: program.tasks.start("drive", drive_and_close()))
    code = await run_program(program)
    if not measured:
        return 1
    report(measured[0])
    return code


def main() -> int:
    """Carry out the plan of the command line; return the exit code."""
    application = make_application(sys.argv[:1])
    with (
        tempfile.TemporaryDirectory(prefix="quillpane-bench-", ignore_cleanup_errors=True) as folder,
        asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner,
    ):
        return runner.run(run(application, Plan.from_argument(sys.argv[1]), Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
