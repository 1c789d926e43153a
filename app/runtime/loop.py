"""Make the one asyncio loop that runs on Qt.

The only module that knows qasync, so that it can be replaced.
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QCoreApplication

os.environ["QT_API"] = "pyside6"  # qasync takes the first binding it finds, which may be another one

import qasync


def make_loop(application: QCoreApplication) -> asyncio.AbstractEventLoop:
    """Build the loop for the running application, with a small pool of threads for name look-ups and disk."""
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    # qasync's own executor starts ten QThreads at the first use.
    loop.set_default_executor(ThreadPoolExecutor(4, "io"))
    return loop
