"""The least that a streaming window can do: bare httpx on a qasync loop, and a bare QPlainTextEdit once a frame.

The only argument is the plan (see `metering`).
"""

import asyncio
import json
import sys

import httpx
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit

from app.concurrency.tasks import TaskScope
from app.runtime.loop import make_loop
from bench.metering import Plan, meter
from bench.probes import report

FRAME_MS = 16


class BareWindow:
    """Read a stream line by line and append what has come once a frame."""

    def __init__(self, plan: Plan, client: httpx.AsyncClient, tasks: TaskScope) -> None:
        self._plan = plan
        self._client = client
        self._tasks = tasks
        self._pieces: list[str] = []
        self._done = asyncio.Event()
        self.window = QMainWindow()
        self._edit = QPlainTextEdit()
        self._edit.setReadOnly(True)
        self._edit.setUndoRedoEnabled(False)
        self.window.setCentralWidget(self._edit)
        self.window.resize(plan.width, plan.height)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._append)

    def begin(self) -> QPlainTextEdit:
        """Ask for a stream."""
        self._edit.clear()
        self._done.clear()
        self._timer.start(FRAME_MS)
        self._tasks.start("read", self._read())
        return self._edit

    async def ended(self) -> None:
        """Wait until all has been appended."""
        await self._done.wait()

    async def _read(self) -> None:
        plan = self._plan
        body = {"model": "model-a", "prompt": "Once", "max_tokens": plan.tokens, "stream": True}
        if plan.logprobs is not None:
            body["logprobs"] = plan.logprobs
        body["model"] = (await self._client.get(f"{plan.base_url}/models")).json()["data"][0]["id"]
        async with self._client.stream("POST", f"{plan.base_url}/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    self._pieces += [choice["text"] for choice in json.loads(line[6:])["choices"]]
        self._timer.stop()
        self._append()
        self._done.set()

    def _append(self) -> None:
        if self._pieces:
            text, self._pieces = "".join(self._pieces), []
            cursor = QTextCursor(self._edit.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text)
            bar = self._edit.verticalScrollBar()
            bar.setValue(bar.maximum())


async def run(plan: Plan) -> None:
    """Show the window, carry the plan out, and report."""
    crashes: list[BaseException] = []
    tasks = TaskScope(lambda _, error: crashes.append(error))
    async with httpx.AsyncClient(trust_env=False, timeout=None) as client:  # noqa: S113 - the benchmark has its own
        subject = BareWindow(plan, client, tasks)
        subject.window.show()
        measured = await meter(plan, subject)
        await tasks.aclose()
    if crashes:
        raise crashes[0]
    report(measured)


def main() -> None:
    """Carry out the plan of the command line."""
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: make_loop(application)) as runner:
        runner.run(run(Plan.from_argument(sys.argv[1])))


if __name__ == "__main__":
    main()
