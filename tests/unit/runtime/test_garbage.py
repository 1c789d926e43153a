import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from app.runtime.garbage import MainThreadCollector


class Knot:
    """A cycle that notes the thread which frees it."""

    freed_in: list[int] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        self.me = self
        self.qt = QObject()

    def __del__(self) -> None:
        Knot.freed_in.append(threading.get_ident())


@pytest.fixture
def collector(qapp: object) -> Iterator[MainThreadCollector]:
    gc.collect()
    Knot.freed_in.clear()
    made = MainThreadCollector()
    yield made
    made.stop()


def test_a_thread_that_allocates_frees_no_cycle(collector: MainThreadCollector) -> None:
    Knot()
    thread = threading.Thread(target=lambda: [[] for _ in range(200_000)])
    thread.start()
    thread.join()
    assert Knot.freed_in == []


def test_the_main_thread_frees_it_when_it_is_due(collector: MainThreadCollector) -> None:
    Knot()
    kept = [[] for _ in range(gc.get_threshold()[0] + 100)]  # type: ignore[var-annotated]
    assert collector.collect_due() >= 0
    assert Knot.freed_in == [threading.get_ident()]
    assert kept


def test_nothing_is_collected_when_nothing_is_due(collector: MainThreadCollector) -> None:
    gc.collect()
    assert collector.collect_due() == -1


def test_stop_gives_collection_back(qapp: object) -> None:
    MainThreadCollector().stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
