"""Which programs that share a data folder are alive.

Each running program holds a lock on a file of its own; the operating system lets go of it however the program ends, so
neither a crash nor a reused process id can mislead. Must not know what the others do.
"""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

_SUFFIX = ".lock"


class Instance:
    """Show other programs on the same data folder that this one is alive, from `hold` to `release`.

    Used from the database's thread only.
    """

    def __init__(self, folder: Path) -> None:
        self.id = os.urandom(16).hex()
        self._folder = folder
        self._descriptor: int | None = None

    def hold(self) -> None:
        """Take the lock; raises OSError where files cannot be made or locked."""
        if self._descriptor is not None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        while True:
            descriptor = os.open(self._path_of(self.id), os.O_RDWR | os.O_CREAT, 0o600)
            # Between making the file and locking it, another program may have swept it away as a dead one's.
            if _try_lock(descriptor) and self._is_in_place(descriptor):
                self._descriptor = descriptor
                return
            os.close(descriptor)

    def release(self) -> None:
        """Let the lock go and remove its file; silent when it is not held."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)
            with suppress(OSError):
                self._path_of(self.id).unlink()

    def is_alive(self, instance_id: str) -> bool:
        """Tell whether the instance called instance_id still runs; this one counts as alive while it holds its lock."""
        if instance_id == self.id:
            return self._descriptor is not None
        try:
            descriptor = os.open(self._path_of(instance_id), os.O_RDWR)
        except OSError:
            return False
        try:
            return not _try_lock(descriptor)
        finally:
            os.close(descriptor)

    def sweep(self) -> None:
        """Remove the lock files that dead instances left."""
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDWR)
                try:
                    is_dead = _try_lock(descriptor)
                    # Under the lock, or it could be taken between the question and the removal. Windows removes no
                    # open file, so neither this one now nor one that has just been taken afterwards.
                    if is_dead and os.name == "posix":
                        path.unlink()
                finally:
                    os.close(descriptor)
                if is_dead and os.name != "posix":
                    path.unlink()

    def _path_of(self, instance_id: str) -> Path:
        return self._folder / f"{instance_id}{_SUFFIX}"

    def _is_in_place(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(self._path_of(self.id).stat(), os.fstat(descriptor))
        except FileNotFoundError:
            return False


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            # A file system without locks: every other instance counts as dead, which costs no text (see RunStore).
            return error.errno in {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}
        return True
