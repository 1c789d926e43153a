"""Runs on disk: journaled as they stream, finished at the end, recovered after a crash.

Must not know the wire or the window.
"""

from collections.abc import Sequence

from app.domain.run import Run
from app.store.database import Database


class RunStore:
    """Keep every run; the text of one that streams is on disk from each `append` on, whatever happens then.

    Every method raises the errors of `Database.run`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run: Run) -> None:
        """Keep a run that is about to start."""
        raise NotImplementedError

    async def append(self, run_id: str, pieces: Sequence[tuple[int, str]]) -> None:
        """Add text to a run that streams; pieces are (candidate index, text) in order of arrival.

        Raises:
            StorageFailedError: The run was never begun here.
        """
        raise NotImplementedError

    async def finish(self, run: Run) -> None:
        """Keep the final state of a run: candidates with tokens, usage, timing, state and problem.

        What was journaled is replaced. A run whose `begin` failed is kept all the same.
        """
        raise NotImplementedError

    async def recover(self) -> int:
        """Mark the runs that a crashed program left RUNNING as INTERRUPTED and return how many.

        Runs of another instance that is alive are left alone.
        """
        raise NotImplementedError

    async def recent(self, limit: int = 200, before: str | None = None) -> list[Run]:
        """Return the newest runs first, without tokens (`load` has them), and without those in the recycle bin.

        `before` is the id of the oldest run already seen: the page after it is returned.
        """
        raise NotImplementedError

    async def deleted(self, limit: int = 200) -> list[Run]:
        """Return the runs in the recycle bin, the last deleted first, without tokens."""
        raise NotImplementedError

    async def load(self, run_id: str) -> Run | None:
        """Return the run with its tokens, in the recycle bin or not; None for an unknown id."""
        raise NotImplementedError

    async def delete(self, run_id: str) -> None:
        """Put the run into the recycle bin; silent for an unknown id."""
        raise NotImplementedError

    async def restore(self, run_id: str) -> None:
        """Take the run out of the recycle bin; silent for an unknown id."""
        raise NotImplementedError
