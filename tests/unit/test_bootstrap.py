"""Building the window, what it looks like, and its end: in order, whatever fails on the way."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.assembly import Services, assemble
from app.bootstrap import Program, build, make_application, run_program
from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.runtime.errors import ErrorHub
from app.store.paths import resource
from app.widgets import theme
from tests.support import until

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> Iterator[QApplication]:
    """Give the application back with its font, its language and no window."""
    font, locale = qapp.font(), QLocale()
    made = make_application(["quillpane"])
    yield made
    qapp.setFont(font)
    QLocale.setDefault(locale)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Run:
    """A program that runs in a task of its own, as `run_window` runs it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.code: int | None = None

    async def close(self) -> int:
        """Close the window as its user does, and wait for the end."""
        self.program.window.close()
        await until(lambda: self.code is not None)
        assert self.code is not None
        return self.code


@asynccontextmanager
async def running(application: QApplication, folder: Path) -> AsyncIterator[Run]:
    """Give the running program over a data folder; its end is waited for."""
    crashes: list[BaseException] = []
    hub = ErrorHub()
    program = build(application, services_of(folder), hub)
    run = Run(program)
    scope = TaskScope(lambda _, error: crashes.append(error))

    async def work() -> None:
        run.code = await run_program(program)

    scope.start("program", work())
    try:
        await until(program.window.isVisible)
        yield run
    finally:
        if run.code is None and not crashes:
            await run.close()
        await scope.aclose()
        program.window.deleteLater()
    assert not crashes, crashes


def services_of(folder: Path) -> Services:
    """Return services that need no model: a server where nothing listens."""
    services = assemble(folder)
    services.settings.set("profile.id", "connection")
    services.settings.set("profile.base_url", "http://127.0.0.1:9/v1")
    return services


async def test_the_window_opens_and_closes_in_order(application: QApplication, tmp_path: Path) -> None:
    async with running(application, tmp_path) as run:
        assert run.program.window.windowTitle() == "Quillpane"
        assert await run.close() == 0
        assert not run.program.window.isVisible()


async def test_what_was_typed_just_before_the_end_is_there_at_the_next_start(
    application: QApplication, tmp_path: Path
) -> None:
    async with running(application, tmp_path) as run:
        await until(lambda: not run.program.tasks.is_running("load-draft"))
        run.program.window.place.editor.insertPlainText("the last words")
        run.program.parameters.set_number("temperature", 0.3)
        run.program.window.resize(700, 600)
        await run.close()
    async with running(application, tmp_path) as run:
        await until(lambda: run.program.window.place.editor.toPlainText() == "the last words")
        assert run.program.parameters.values.temperature == 0.3
        assert (run.program.window.width(), run.program.window.height()) == (700, 600)


async def test_the_program_says_its_name(application: QApplication) -> None:
    assert application.applicationName() == "Quillpane"
    assert not application.quitOnLastWindowClosed()
    assert not application.windowIcon().isNull()


@pytest.mark.parametrize("choice", ["light", "dark"])
async def test_a_theme_is_applied_at_once_and_at_the_next_start(
    application: QApplication, tmp_path: Path, choice: str
) -> None:
    wanted = theme.load_colors(resource("themes", f"{choice}.toml"))
    async with running(application, tmp_path) as run:
        run.program.preferences.set_theme(choice)
        assert application.palette().color(QPalette.ColorRole.Window) == QColor(wanted.window)
    async with running(application, tmp_path):
        assert theme.colors() == wanted


async def test_text_sizes_apply_to_everything_at_once(application: QApplication, tmp_path: Path) -> None:
    async with running(application, tmp_path) as run:
        place = run.program.window.place
        before = [widget.font().pointSizeF() for widget in (place.buttons["run"], place.editor)]
        for _ in range(3):
            run.program.preferences.step_text_scale(1)
        await until(
            lambda: all(
                widget.font().pointSizeF() > size * 1.2
                for widget, size in zip((place.buttons["run"], place.editor), before, strict=True)
            )
        )
        run.program.preferences.step_text_scale(0)
        await until(
            lambda: (
                [round(widget.font().pointSizeF(), 1) for widget in (place.buttons["run"], place.editor)]
                == [round(size, 1) for size in before]
            )
        )


async def test_a_damaged_text_size_still_gives_text_that_can_be_read(application: QApplication, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"text_scale": -5}))
    async with running(application, tmp_path):
        assert application.font().pointSizeF() > 4


async def test_the_samples_follow_the_language(application: QApplication, tmp_path: Path) -> None:
    def samples(run: Run) -> list[str]:
        return [str(button.property("sample")) for button in run.program.window.place.answer.sample_buttons]

    async with running(application, tmp_path) as run:
        for language in ("zh_CN", "en"):
            run.program.preferences.set_language(language)
            wanted = json.loads(resource("samples", f"{language}.json").read_text("utf-8"))
            assert samples(run) == wanted


async def test_settings_of_somebody_else_do_not_keep_the_window_from_opening(
    application: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "settings.json").write_text('{"theme": 7, "write.parameters": "[[[", "window.geometry": "\\u0000"}')
    async with running(application, tmp_path) as run:
        assert run.program.window.isVisible()


async def test_a_disk_that_fails_at_the_end_does_not_keep_the_window_open_or_anything_running(
    application: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data"
    async with running(application, folder) as run:
        await until(lambda: not run.program.tasks.is_running("load-draft"))
        run.program.draft.touch()
        closed: list[bool] = []
        database = run.program.services.database
        for path in folder.glob("settings.json"):
            path.unlink()
        (folder / "settings.json").mkdir()  # what is no file cannot be replaced by one
        (folder / "settings.json" / "in the way").touch()
        assert await run.close() == 0
        closed.append(database._is_closed)
    assert closed == [True], "the other steps of the end happened all the same"
    assert "closing" in caplog.text


async def test_a_stop_signal_ends_the_program_in_order(application: QApplication, tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("POSIX's")
    async with running(application, tmp_path) as run:
        await until(lambda: not run.program.tasks.is_running("load-draft"))
        run.program.window.place.editor.insertPlainText("kept")
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: run.code == 0)
    services = assemble(tmp_path)
    assert await services.drafts.load("write") == Draft("kept")
    await services.aclose()


async def test_a_bug_is_shown_in_the_window(application: QApplication, tmp_path: Path) -> None:
    async with running(application, tmp_path) as run:
        hub = ErrorHub()
        hub.tell(run.program.window.place.show_report)
        hub.on_crash("work", ValueError("a bug"))
        assert run.program.window.place.notice.isVisible()


STUBBORN = """
import asyncio, sys
from pathlib import Path
from app.assembly import assemble
from app.bootstrap import build, make_application, run_program
from app.runtime.errors import ErrorHub
from app.runtime.loop import make_loop

application = make_application(["quillpane"])

async def stay():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def main():
    services = assemble(Path(sys.argv[1]))
    services.settings.set("profile.id", "connection")
    services.settings.set("profile.base_url", "http://127.0.0.1:9/v1")
    program = build(application, services, ErrorHub())
    program.tasks.start("stubborn", stay())
    asyncio.get_running_loop().call_later(0.5, program.window.close)
    return await run_program(program)

with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
    sys.exit(runner.run(main()))
"""


def test_work_that_does_not_end_cannot_keep_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STUBBORN, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 1
    assert "did not end in time" in done.stderr
    assert "Traceback" not in done.stderr


async def test_the_log_is_quiet_when_all_is_well(
    application: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(application, tmp_path):
        await asyncio.sleep(0.2)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
