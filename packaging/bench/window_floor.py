"""The least that a window can be: a bare QMainWindow with one QPlainTextEdit, from process start to first paint.

The only argument is `time.monotonic()` of the moment before this process was started.
"""

import sys
import time

from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit

from bench.probes import HEIGHT, WIDTH, FirstPaint, memory, report


def main() -> int:
    """Show the window, report, and end."""
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    edit = QPlainTextEdit()
    window.setCentralWidget(edit)
    window.resize(WIDTH, HEIGHT)

    def on_painted() -> None:
        seconds = time.monotonic() - float(sys.argv[1])
        report({"seconds": seconds, **memory(), "platform": application.platformName()})
        application.quit()

    probe = FirstPaint([window, edit], on_painted)
    window.show()
    code = application.exec()
    del probe
    return code


if __name__ == "__main__":
    sys.exit(main())
