"""A bug is reported once, whichever door it comes out of, in the window's thread and without keys."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QTimer, qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QApplication

from app.concurrency.tasks import TaskScope
from app.runtime.errors import ErrorHub
from tests.support import until

KEY = "sk-abcdefghijklmnop"


@pytest.fixture(autouse=True)
def doors(qapp: QApplication) -> Iterator[None]:
    """Give every door back to pytest after the test."""
    hook, thread_hook = sys.excepthook, threading.excepthook
    handler = qInstallMessageHandler(None)
    qInstallMessageHandler(handler)
    yield
    sys.excepthook, threading.excepthook = hook, thread_hook
    qInstallMessageHandler(handler)


class Reports(list[str]):
    """What the window was told, and in which threads."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[threading.Thread] = set()
        self.hub = ErrorHub()
        self.hub.install(asyncio.get_running_loop())
        self.hub.tell(self.hear)

    def hear(self, report: str) -> None:
        self.append(report)
        self.threads.add(threading.current_thread())


def fail() -> None:
    raise RuntimeError(f"a bug with Authorization: Bearer {KEY} in it")


async def in_a_slot(_: Reports) -> None:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(fail)
    timer.start(0)
    await until(lambda: not timer.isActive())


async def in_a_thread(_: Reports) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    await asyncio.to_thread(thread.join)


async def in_the_loop(_: Reports) -> None:
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0.01)


async def in_a_task(reports: Reports) -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        fail()

    scope = TaskScope(reports.hub.on_crash)
    scope.start("work", work())
    await scope.join("work")
    await scope.aclose()


DOORS = (in_a_slot, in_a_thread, in_the_loop, in_a_task)
Door = Callable[[Reports], object]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_a_bug_is_reported_once_from_each_door(
    door: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    reports = Reports()
    for _ in range(3):
        await door(reports)  # type: ignore[misc]  # each is a coroutine function
    await until(lambda: reports)
    await asyncio.sleep(0.01)
    assert len(reports) == 1
    assert "RuntimeError: a bug with" in reports[0]
    assert "test_errors.py" in reports[0], "with where it happened"
    assert reports[0].startswith("Quillpane ")
    assert sum("a bug with" in record.getMessage() for record in caplog.records) == 3, "the log has every time"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_neither_report_nor_log_holds_a_key(
    door: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    reports = Reports()
    await door(reports)  # type: ignore[misc]  # each is a coroutine function
    await until(lambda: reports)
    assert KEY not in reports[0]
    assert "[key removed]" in reports[0]
    assert KEY not in caplog.text


async def test_a_key_in_the_name_of_what_broke_is_taken_out_too() -> None:
    hub, reports = ErrorHub(), list[str]()
    hub.tell(reports.append)
    hub.on_crash(f"ask {KEY}", ValueError("broken"))
    assert "ask [key removed]" in reports[0]


async def test_the_window_hears_of_a_threads_bug_in_its_own_thread() -> None:
    reports = Reports()
    await in_a_thread(reports)
    await until(lambda: reports)
    assert reports.threads == {threading.main_thread()}


async def test_different_bugs_are_reported_each() -> None:
    reports = Reports()
    for number in range(3):
        reports.hub.on_crash("work", ValueError(f"bug {number}"))
    assert [report.strip().splitlines()[-1] for report in reports] == [
        "ValueError: bug 0",
        "ValueError: bug 1",
        "ValueError: bug 2",
    ]


async def test_a_report_names_the_task_and_the_versions() -> None:
    reports = Reports()
    reports.hub.on_crash("load-runs", ValueError("a bug"))
    assert "task load-runs" in reports[0]
    for part in ("Python 3.", "Qt 6."):
        assert part in reports[0]


async def test_before_there_is_a_window_a_bug_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    hub = ErrorHub()
    hub.install(asyncio.get_running_loop())
    hub.on_crash("work", ValueError("early"))
    assert "early" in caplog.text


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
async def test_ending_the_program_is_no_bug(kind: type[BaseException]) -> None:
    reports = Reports()

    def leave() -> None:
        raise kind

    thread = threading.Thread(target=leave)
    thread.start()
    await asyncio.to_thread(thread.join)
    sys.excepthook(kind, kind(), None)
    await asyncio.sleep(0.01)
    assert reports == []


async def test_what_the_loop_says_without_an_exception_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    reports = Reports()
    asyncio.get_running_loop().call_exception_handler({"message": "something odd"})
    assert "something odd" in caplog.text
    assert reports == []


async def test_qts_warnings_go_to_the_log_without_keys_and_without_noise(caplog: pytest.LogCaptureFixture) -> None:
    Reports()
    with caplog.at_level(logging.DEBUG):
        qWarning(f"strange: Bearer {KEY}")
        qWarning("This plugin does not support propagateSizeHints()")
    records = [record for record in caplog.records if record.name == "qt"]
    assert [record.getMessage() for record in records] == ["strange: Bearer [key removed]"]
    assert records[0].levelno == logging.WARNING
