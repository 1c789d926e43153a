"""Let one process at a time change a checkout's environment.

Owns the lock file only; must not know what is changed. The operating system drops the lock with the process, so a
killed set-up blocks nobody.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from setup_steps.checkout import SetupError, say

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(file: IO[str]) -> None:
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten seconds
            except OSError:
                continue
            return

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def only_one(path: Path) -> Iterator[tuple[int, ...]]:
    """Hold the lock file at path; wait, and say so, while another process holds it.

    Yields:
        The descriptors that a child process must inherit so that the lock lasts as long as the child, should this
        process be killed; none on Windows, where children hold no locks of their parent's.

    Raises:
        SetupError: The folder cannot be written to.
    """
    try:
        opened = path.open("a", encoding="utf-8")
    except OSError as error:
        raise SetupError(f"The folder of the checkout cannot be written to: {error}") from error
    with opened as file:
        if not _try_lock(file):
            say("Another set-up of this checkout is under way; waiting for it.")
            _wait_for_lock(file)
        yield () if sys.platform == "win32" else (file.fileno(),)
