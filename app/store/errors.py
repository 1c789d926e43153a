"""The errors of the disk and the key chain.

    ExpectedError
    └─ StoreError
       ├─ StorageFailedError        the folder cannot be read or written, or another program holds the file
       │  └─ DiskFullError          no room left, or the quota is used up
       ├─ DatabaseUnusableError     the file is left as it is and nothing is kept until the user decides
       │  ├─ DatabaseTooNewError    written by a later version of the program
       │  └─ DatabaseDamagedError   no database, or one with broken pages
       └─ KeychainError             the key is not in the key chain; what was typed stays in memory for this run
          ├─ KeychainLockedError    locked, and not unlocked: the prompt was dismissed, unanswered or impossible
          ├─ KeychainTimeoutError   no answer in time
          └─ KeychainFailedError    any other refusal

Must not know how an error is worded for people: that is `app.viewmodels.texts`.
"""

import errno

from app.domain.errors import ExpectedError


class StoreError(ExpectedError):
    """Anything that keeps the program from reading or keeping something."""


class StorageFailedError(StoreError):
    """The data folder cannot be read or written."""


class DiskFullError(StorageFailedError):
    """There is no room left where the data folder is."""


class DatabaseUnusableError(StoreError):
    """The database cannot be used and is never overwritten; `Database.set_aside` makes room for a fresh one."""


class DatabaseTooNewError(DatabaseUnusableError):
    """The database was written by a later version of the program."""


class DatabaseDamagedError(DatabaseUnusableError):
    """The file is no database, or its pages are broken."""


class KeychainError(StoreError):
    """The key chain of the operating system did not do what it was asked."""


class KeychainLockedError(KeychainError):
    """The key chain is locked and was not unlocked."""


class KeychainTimeoutError(KeychainError):
    """The key chain did not answer in time."""


class KeychainFailedError(KeychainError):
    """The key chain refused or failed."""


def storage_error(error: OSError, what: str) -> StorageFailedError:
    """Return the error for a failed file operation; `what` is a sentence saying what could not be done."""
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return (DiskFullError if is_full else StorageFailedError)(what, detail=str(error))
