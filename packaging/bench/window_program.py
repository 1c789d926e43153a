"""Quillpane from process start to the first paint of its window with prompt and Run, then closed.

Arguments: `time.monotonic()` of the moment before this process was started, and the data folder. Takes the road of
`python -m app --data-dir FOLDER`, import for import.
"""

import sys
import time
from typing import TYPE_CHECKING

from app.cli import parse

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.assembly import Services
    from app.bootstrap import Program
    from app.runtime.errors import ErrorHub


def main() -> int:
    """Show the window, report, and close it."""
    options = parse(["--data-dir", sys.argv[2]])

    import app.assembly  # noqa: F401 - as app.__main__ does
    from app import bootstrap

    build, probes = bootstrap.build, []

    def build_watched(application: "QApplication", services: "Services", hub: "ErrorHub") -> "Program":
        from bench.probes import FirstPaint, memory, report

        program = build(application, services, hub)
        window, place = program.window, program.window.place

        def on_painted() -> None:
            seconds = time.monotonic() - float(sys.argv[1])
            report({"seconds": seconds, **memory(), "platform": application.platformName()})
            window.close()

        probes.append(FirstPaint([window, place.editor, place.buttons["run"]], on_painted))
        return program

    bootstrap.build = build_watched
    return bootstrap.run_window([], options.data_dir)


if __name__ == "__main__":
    sys.exit(main())
