"""The program as a process of its own: it types a prompt, runs it and says what it shows, until it is ended.

    python window_child.py DATA_FOLDER BASE_URL PROMPT

Prints one JSON object a line: {"shown": text of the answer, "at": seconds of the monotonic clock}.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TextIO

from app.assembly import assemble
from app.bootstrap import Program, build, make_application, run_program
from app.concurrency.tasks import TaskScope
from app.domain.document import Draft
from app.domain.profile import Profile
from app.runtime.errors import ErrorHub
from app.runtime.loop import make_loop


def say(stream: TextIO, line: str) -> None:
    """Write a line at once, also where the stream is a pipe."""
    stream.write(f"{line}\n")
    stream.flush()


async def work(program: Program, prompt: str) -> None:
    """Type and run, then say what is shown."""
    while any(map(program.tasks.is_running, ("load-draft", "load-runs"))) or not program.window.isVisible():  # noqa: ASYNC110 - two tasks, no event
        await asyncio.sleep(0.01)
    while not program.connection.models:  # noqa: ASYNC110 - they come by themselves
        await asyncio.sleep(0.01)
    place = program.window.place
    program.parameters.set_number("temperature", 0.35)
    program.parameters.add_stop("never there")
    place.editor.set_draft(Draft(prompt))
    place.buttons["run"].click()
    while True:
        shown = place.answer.answer()
        say(sys.stdout, json.dumps({"shown": shown, "at": time.monotonic()}))
        await asyncio.sleep(0.05)


async def main(folder: str, base_url: str, prompt: str) -> int:
    services = assemble(Path(folder))
    if base_url:
        saved = await services.connections.add(Profile("", "", base_url))
        services.connections.choose("write", saved.profile.id)
    hub = ErrorHub()
    hub.install(asyncio.get_running_loop())
    hub.tell(lambda report: say(sys.stderr, report))
    program = build(application, services, hub)
    scope = TaskScope(lambda _, error: say(sys.stderr, repr(error)))
    scope.start("work", work(program, prompt))
    code = await run_program(program)
    await scope.aclose()
    return code


if __name__ == "__main__":
    application = make_application(["quillpane"])
    with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
        sys.exit(runner.run(main(*sys.argv[1:4])))
