"""Every door through which a bug can come out, and one place that hears of it.

Owns the hooks of the interpreter, its threads, the loop and Qt; must not know windows. A report is copyable and
holds no key.
"""

import asyncio
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion

from app import __version__
from app.runtime.logs import redact

log = logging.getLogger("app.errors")

NOISE = (
    "This plugin does not support propagateSizeHints",  # the offscreen platform says so at each resize
    "propagateSizeHints",
)


class ErrorHub:
    """Gather unexpected errors: log each, and tell `on_report` of each different one once.

    `on_report` gets a text fit for a bug report. Installed once, for the life of the program.
    """

    def __init__(self) -> None:
        self._on_report: Callable[[str], None] | None = None
        self._seen: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take over the doors; called in the thread of the loop."""
        self._loop = loop
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)
        loop.set_exception_handler(self._on_loop_error)
        qInstallMessageHandler(_on_qt_message)

    def tell(self, on_report: Callable[[str], None]) -> None:
        """Name who shows reports."""
        self._on_report = on_report

    def on_crash(self, task: str, error: BaseException) -> None:
        """Take the crash of a background task, as `TaskScope` reports it."""
        self._report(f"task {task}", error)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
            self._report("uncaught", error)

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._report(str(context.get("message", "loop")), error)
        else:
            log.error("loop: %s", context.get("message"))

    def _report(self, where: str, error: BaseException) -> None:
        where, trace = redact(where), redact("".join(traceback.format_exception(error)))
        log.error("%s: %s", where, trace)
        mark = f"{type(error).__name__}:{trace[-300:]}"
        if threading.current_thread() is threading.main_thread() or self._loop is None:
            self._show(mark, where, trace)
            return
        with suppress(RuntimeError):  # the loop may be closed by now
            self._loop.call_soon_threadsafe(self._show, mark, where, trace)

    def _show(self, mark: str, where: str, trace: str) -> None:
        """Tell the window of an error it has not heard of; in its thread."""
        if mark in self._seen or self._on_report is None:
            return
        self._seen.add(mark)
        import platform

        self._on_report(
            f"Quillpane {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}\n"
            f"{where}\n{trace}"
        )


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if any(noise in message for noise in NOISE):
        return
    level = logging.WARNING if kind in {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg} else logging.DEBUG
    logging.getLogger("qt").log(logging.CRITICAL if kind == QtMsgType.QtFatalMsg else level, "%s", redact(message))
