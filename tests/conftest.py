"""The guards: one Qt loop a test, a time limit, and no leaked task, lost coroutine or loop error goes unseen."""

import asyncio
import gc
import inspect
import os
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

import pytest
from PySide6.QtWidgets import QApplication

from app.runtime.loop import make_loop

ASYNC_LIMIT = 60.0
_ATHROW = "async_generator_athrow"  # what the loop's hook runs (app/runtime/loop.py)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def test_…` on a Qt loop of its own; a leaked task or a loop error fails the test."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    errors: list[object] = []

    async def body() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: errors.append(context.get("exception") or context["message"]))
        async with asyncio.timeout(ASYNC_LIMIT):
            await pyfuncitem.obj(**arguments)
            await _generators_finished()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        assert not left, f"tasks left behind: {[task.get_name() for task in left]}"

    with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
        runner.run(body())
    assert not errors, errors
    return True


async def _generators_finished() -> None:
    """Let the loop end those generators of httpx that httpx drops unclosed; they are nobody's tasks."""
    await asyncio.sleep(0)
    while ending := [task for task in asyncio.all_tasks() if type(task.get_coro()).__name__ == _ATHROW]:
        await asyncio.wait(ending)


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Free each test's loop in the main thread; elsewhere Qt warns, rightly (app/runtime/garbage.py).

    What was there before the first test, thousands of collected tests among it, is not looked at again each time.
    """
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's proxies, also the desktop's, and keys out of the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
