import errno

import pytest

from app.domain.errors import ExpectedError
from app.store.errors import (
    DatabaseDamagedError,
    DatabaseTooNewError,
    DatabaseUnusableError,
    DiskFullError,
    KeychainError,
    KeychainFailedError,
    KeychainLockedError,
    KeychainTimeoutError,
    StorageFailedError,
    StoreError,
    storage_error,
)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (StorageFailedError, StoreError),
        (DiskFullError, StorageFailedError),
        (DatabaseUnusableError, StoreError),
        (DatabaseTooNewError, DatabaseUnusableError),
        (DatabaseDamagedError, DatabaseUnusableError),
        (KeychainLockedError, KeychainError),
        (KeychainTimeoutError, KeychainError),
        (KeychainFailedError, KeychainError),
        (KeychainError, StoreError),
        (StoreError, ExpectedError),
    ],
)
def test_the_tree_is_as_drawn(kind: type[Exception], parent: type[Exception]) -> None:
    assert kind.__base__ is parent


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_from_other_failures(number: int) -> None:
    error = storage_error(OSError(number, "no room"), "It cannot be written.")
    assert isinstance(error, DiskFullError)
    assert str(error) == "It cannot be written."
    assert "no room" in error.detail


def test_a_refusal_is_not_a_full_disk() -> None:
    error = storage_error(PermissionError(errno.EACCES, "denied"), "It cannot be read.")
    assert type(error) is StorageFailedError
