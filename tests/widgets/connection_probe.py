"""A person in front of the window "Connections": what a test of its parts presses and reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pytestqt.qtbot import QtBot

from app.domain.profile import Profile
from app.widgets.connections_window import ConnectionsWindow
from tests.support import until
from tests.viewmodels.connection_fakes import RELAY, Bench
from tests.viewmodels.fakes import task_scope
from tests.widgets.hands import is_seen, words_of


class WindowProbe:
    """The open window over fakes."""

    def __init__(self, bench: Bench, window: ConnectionsWindow) -> None:
        self.bench = bench
        self.window = window

    @property
    def words(self) -> str:
        """Return everything that is to be read, line by line."""
        return "\n".join(words_of(self.window))

    @property
    def key_line(self) -> str:
        """Return what stands in the field of the key."""
        return self.window.connection.key.line.displayText()

    def sees(self, name: str) -> bool:
        """Tell whether the tab's widget `name` is to be seen."""
        return is_seen(getattr(self.window, name), self.window)


@asynccontextmanager
async def window(qtbot: QtBot, *profiles: Profile) -> AsyncIterator[WindowProbe]:
    """Open the window at the relay, and close it at the end."""
    async with task_scope() as tasks:
        bench = Bench(tasks, *profiles)
        shown = ConnectionsWindow(bench.connections, bench.check, bench.costs)
        qtbot.addWidget(shown)
        shown.show()
        bench.connections.select(RELAY.id if not profiles else profiles[0].id)
        await until(lambda: not tasks.is_running("key-of-connection"))
        yield WindowProbe(bench, shown)
