"""Drive the real window without a person: for a machine with no display, and for the README's pictures.

With no argument: type the sample prompt, press Run, print the built-in model's answer as it streams, save a picture
of the window, print its path, exit 0. With --screenshots FOLDER: one picture for each state that a designer looks at.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QTimer

from app.assembly import assemble
from app.bootstrap import Program, build, make_application, run_program
from app.runtime.errors import ErrorHub
from app.runtime.loop import make_loop
from app.widgets.write_place import WritePlace

LIMIT = 180.0
"""Seconds until the drive gives up; a slow machine needs a few."""


async def until(predicate: Callable[[], object], limit: float = LIMIT) -> None:
    """Wait until predicate() is true."""
    async with asyncio.timeout(limit):
        while not predicate():  # noqa: ASYNC110 - any state may be waited for, and few have an event
            await asyncio.sleep(0.02)


def type_text(place: WritePlace, text: str) -> None:
    """Type into the prompt as the keyboard would."""
    place.editor.setFocus()
    place.editor.insertPlainText(text)


async def first_light(program: Program, picture: Path) -> None:
    """Type, run, print what streams, take a picture."""
    place = program.window.place
    sample = place.answer.sample_buttons[0].property("sample") if place.answer.sample_buttons else "Once upon a time,"
    problems: list[object] = []
    for changed in (program.write.problem_changed, program.connection.problem_changed):
        changed.connect(lambda problem: problems.extend([problem] if problem else []))
    await until(lambda: program.connection.models or problems)
    if problems:
        raise SystemExit(f"The built-in model did not start: {problems[0]}")
    place.editor.clear()
    type_text(place, str(sample))
    print(sample, end="", flush=True)
    program.write.text_appended.connect(lambda _, text: print(text, end="", flush=True))
    program.parameters.set_number("max_tokens", 64)
    started = time.monotonic()
    place.buttons["run"].click()
    await until(lambda: not program.write.is_running)
    print(f"\n\n[{place.answer.status.text()}; {time.monotonic() - started:.1f} s]")
    if problems or not place.answer.answer().strip():
        raise SystemExit(f"No answer came: {problems}")
    await save(program, picture)


async def save(program: Program, picture: Path) -> None:
    """Save a picture of the window as it is, after it has painted."""
    await asyncio.sleep(0.3)
    picture.parent.mkdir(parents=True, exist_ok=True)
    if not program.window.grab().save(str(picture)):
        raise SystemExit(f"The picture could not be saved to {picture}")
    print(picture)


async def states(program: Program, folder: Path) -> None:
    """Save a picture of each state: empty, streaming, done, candidates, problem, dialog; both themes and languages."""
    window, place = program.window, program.window.place
    await until(lambda: program.connection.models)
    place.clear_prompt()
    await save(program, folder / "empty.png")
    program.parameters.set_number("max_tokens", 160)
    program.parameters.set_seed(7)
    type_text(place, "Once upon a time, in a small library by the sea,")
    place.buttons["run"].click()
    await until(lambda: len(place.answer.answer()) > 120)
    await save(program, folder / "streaming.png")
    await until(lambda: not program.write.is_running)
    await save(program, folder / "write.png")
    program.parameters.set_number("n", 3)
    program.parameters.set_number("temperature", 0.8)
    program.parameters.set_number("top_p", 0.95)
    program.parameters.set_logprobs(5)
    program.parameters.set_seed(None)
    program.parameters.add_stop("\n\n")
    place.buttons["run"].click()
    await until(lambda: not program.write.is_running)
    await save(program, folder / "candidates.png")
    program.preferences.set_theme("dark")
    await save(program, folder / "dark.png")
    program.preferences.set_language("zh_CN")
    await save(program, folder / "dark-zh.png")
    program.preferences.set_theme("light")
    await save(program, folder / "light-zh.png")
    program.screens.open_add()
    await asyncio.sleep(0.3)
    if (dialog := program.screens.add_dialog) is not None:
        dialog.grab().save(str(folder / "connection-zh.png"))
        dialog.reject()
    program.preferences.set_language("en")
    window.resize(640, 560)
    await save(program, folder / "narrow.png")
    window.resize(1180, 780)
    for _ in range(5):
        program.preferences.step_text_scale(1)
    await save(program, folder / "large.png")


def main() -> int:
    """Drive the window and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER", help="save a picture of each state")
    parser.add_argument("--picture", type=Path, default=Path(tempfile.gettempdir()) / "quillpane.png")
    options = parser.parse_args()
    application = make_application(["quillpane"])
    outcome: list[BaseException] = []

    async def drive(program: Program) -> None:
        try:
            if options.screenshots:
                await states(program, options.screenshots)
            else:
                await first_light(program, options.picture)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - handed over to the exit code
            outcome.append(error)
        program.window.close()

    async def run(folder: str) -> int:
        hub = ErrorHub()
        hub.install(asyncio.get_running_loop())
        program = build(application, assemble(Path(folder)), hub)
        program.preferences.set_language("en")
        QTimer.singleShot(0, program.window, lambda: program.tasks.start("drive", drive(program)))
        return await run_program(program)

    with (
        tempfile.TemporaryDirectory(prefix="quillpane-", ignore_cleanup_errors=True) as folder,
        asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner,
    ):
        code = runner.run(run(folder))
    if outcome:
        print(f"{type(outcome[0]).__name__}: {outcome[0]}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
