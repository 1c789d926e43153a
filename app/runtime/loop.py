"""Make the one asyncio loop that runs on Qt.

The only module that knows qasync, so that it can be replaced.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QCoreApplication, QSocketNotifier

os.environ["QT_API"] = "pyside6"  # qasync takes the first binding it finds, which may be another one

import qasync


class _Notifier(QSocketNotifier):
    """Run `handle` whenever a file descriptor can be read."""

    def __init__(self, fd: int) -> None:
        super().__init__(fd, QSocketNotifier.Type.Read)
        self.handle: asyncio.Handle | None = None
        self.activated["int"].connect(self._on_activated)  # type: ignore[index]  # its stubs know no overloads

    def _on_activated(self) -> None:
        if self.handle is not None:
            self.handle._run()  # noqa: SLF001 - what every loop does with its handles


class _Loop(qasync.QEventLoop):  # type: ignore[misc]  # it ships no types
    """qasync's loop, that also finishes the async generators which nobody closed, and reads with fewer steps.

    asyncio's own loops set these hooks wherever they run; qasync runs Qt in their place and leaves them out, so that a
    forgotten generator's `finally` would never happen, and `shutdown_asyncgens` would know of none.
    """

    def __init__(self, application: QCoreApplication) -> None:
        self._resting: dict[int, _Notifier] = {}
        super().__init__(application)

    def _add_reader(self, fd: int, callback: Callable[..., object], *arguments: object) -> None:
        """Call callback whenever fd can be read.

        httpx stops reading after each piece and goes on before the next. qasync makes a notifier each time, and a
        timer for each piece that arrives; together that is a tenth of what a token costs. Here the notifier rests.
        """
        self._check_closed()
        self._remove_reader(fd)
        notifier = self._resting.pop(fd, None) or _Notifier(fd)
        notifier.handle = asyncio.Handle(callback, arguments, self)
        self._read_notifiers[fd] = notifier
        notifier.setEnabled(True)

    def _remove_reader(self, fd: int) -> bool:
        """Do not call back for fd any more; tell whether that was to be done."""
        notifier = None if self.is_closed() else self._read_notifiers.pop(fd, None)
        if notifier is None:
            return False
        notifier.setEnabled(False)
        notifier.handle = None
        self._resting[fd] = notifier
        return True

    # qasync's own ends by handling what Qt still has to do after the loop has stopped: a task that runs then finds no
    # running loop. Here it waits for the next run, as everywhere else.
    run_until_complete = asyncio.BaseEventLoop.run_until_complete

    def run_forever(self) -> None:
        """Run until `stop`, with the hooks of this loop set in this thread."""
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        try:
            super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*before)


def make_loop(application: QCoreApplication) -> asyncio.AbstractEventLoop:
    """Build the loop for the running application, with a small pool of threads for name look-ups and disk."""
    loop: asyncio.AbstractEventLoop = _Loop(application)
    # qasync's own executor starts ten QThreads at the first use.
    loop.set_default_executor(ThreadPoolExecutor(4, "io"))
    return loop
