"""Free each test's loop in the main thread.

A finished loop is a cycle of Qt objects; left to the collector, it is freed wherever that happens to run next, and in
the database's thread Qt warns, rightly.
"""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect what a test left before the next one starts threads."""
    yield
    gc.collect()
