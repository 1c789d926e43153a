"""What every test of the services needs."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collect_earlier_loops() -> Iterator[None]:
    """Free the Qt loops of earlier tests here: on a thread that a test starts, Qt would complain or crash."""
    gc.collect()
    yield
    gc.collect()
