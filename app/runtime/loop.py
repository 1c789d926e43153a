"""Make the one asyncio loop that runs on Qt.

The only module that knows qasync, so that it can be replaced.
"""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QCoreApplication

os.environ["QT_API"] = "pyside6"  # qasync takes the first binding it finds, which may be another one

import qasync


class _Loop(qasync.QEventLoop):  # type: ignore[misc]  # it ships no types
    """qasync's loop, that also finishes the async generators which nobody closed.

    asyncio's own loops set these hooks wherever they run; qasync runs Qt in their place and leaves them out, so that a
    forgotten generator's `finally` would never happen, and `shutdown_asyncgens` would know of none.
    """

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
