"""The list of connections: two or three lines each, marks in words, what can be done to it."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY
from tests.viewmodels.fakes import Heard
from tests.widgets.connection_probe import WindowProbe, window
from tests.widgets.hands import click, press


def _rows(probe: WindowProbe) -> list[list[str]]:
    view = probe.window.list.view
    return [view.item(row).text().splitlines() for row in range(view.count())]


async def test_each_connection_has_name_host_and_marks(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        probe.bench.connections.show_in_use(RELAY.id)
        assert _rows(probe) == [
            ["My relay", "api.relay.example", "✓ in use"],
            ["10.0.0.7:8000", "⚠ not encrypted"],
            ["Built-in model", "on this computer"],
        ]
        first = probe.window.list.view.item(0)
        assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "My relay, api.relay.example, in use"


async def test_the_arrow_keys_choose(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        press(probe.window.list.view, Qt.Key.Key_Down)
        assert probe.bench.connections.selected_id == PLAIN.id
        assert probe.window.title.text() == "10.0.0.7:8000"
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))


async def test_the_built_in_model_cannot_be_removed(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        buttons = probe.window.list.buttons
        assert buttons["remove"].isEnabled()
        press(probe.window.list.view, Qt.Key.Key_End)
        assert not buttons["remove"].isEnabled()
        assert buttons["export"].isEnabled()


async def test_the_buttons_ask_for_what_others_do(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        heard = [Heard(shown.add_requested), Heard(shown.import_requested), Heard(shown.export_requested)]
        for name in ("add", "import", "export"):
            click(shown.list.buttons[name])
        assert [len(each) for each in heard] == [1, 1, 1]
