"""The key of a connection: hidden until asked for, hidden again, replaced with Save, removed after a question."""

from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.store.errors import KeychainLockedError
from app.widgets.key_field import DOTS, SHOWN_MS, KeyField
from tests.support import until
from tests.viewmodels.connection_fakes import KEY, PLAIN, RELAY
from tests.widgets.connection_probe import WindowProbe, window
from tests.widgets.hands import click, is_seen, type_text


def _field(probe: WindowProbe) -> KeyField:
    return probe.window.connection.key


async def test_a_kept_key_is_dots_and_is_not_even_read(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        assert probe.key_line == DOTS
        assert _field(probe).line.isReadOnly()
        assert probe.bench.keeper.reveals == 0
        assert "Kept in: GNOME Keyring" in probe.words


async def test_show_reveals_and_hide_hides(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        click(field.show_button)
        await until(lambda: probe.key_line == KEY)
        assert field.show_button.text() == "Hide"
        click(field.show_button)
        assert probe.key_line == DOTS
        assert KEY not in field.line.text()


async def test_a_shown_key_goes_by_itself_and_with_another_connection(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        click(field.show_button)
        await until(lambda: probe.key_line == KEY)
        assert 20_000 < field._timer.remainingTime() < 40_000
        field._timer.setInterval(1)
        await until(lambda: probe.key_line == DOTS)
        field._timer.setInterval(SHOWN_MS)
        click(field.show_button)
        await until(lambda: probe.key_line == KEY)
        probe.bench.connections.select(PLAIN.id)
        assert KEY not in field.line.text()
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))


async def test_no_key_is_put_on_the_clipboard_unasked(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        QApplication.clipboard().setText("before")
        click(_field(probe).show_button)
        await until(lambda: probe.key_line == KEY)
        assert QApplication.clipboard().text() == "before"


async def test_another_key_is_typed_hidden_and_kept_by_save(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        click(field.replace_button)
        assert field.line.text() == ""
        assert field.line.echoMode() is QLineEdit.EchoMode.Password
        type_text(field.line, "sk-new")
        click(probe.window.save_button)
        await until(lambda: probe.bench.keeper.keys[RELAY.id, RELAY.origin] == "sk-new")
        await until(lambda: probe.key_line == DOTS)


async def test_the_old_key_can_be_kept_after_all(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        click(field.replace_button)
        type_text(field.line, "sk-new")
        click(field.replace_button)
        assert probe.key_line == DOTS
        assert not probe.bench.connections.is_changed


async def test_another_host_asks_for_the_key_again(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        type_text(probe.window.connection.address, "x")
        probe.window.connection.address.setText("")
        type_text(probe.window.connection.address, "https://new.example/v1")
        assert is_seen(field.need, field)
        assert "api.relay.example" in field.need.text()
        assert not field.line.isReadOnly()
        assert field.line.text() == "", "the key of the old host is not carried over"
        type_text(field.line, KEY)
        assert not is_seen(field.need, field)


async def test_a_key_is_removed_only_after_a_question(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        click(field.remove_button)
        assert probe.bench.keeper.keys
        click(field.question.no)
        click(field.remove_button)
        click(field.question.yes)
        await until(lambda: not probe.bench.keeper.keys)
        await until(lambda: not field.line.isReadOnly())
        assert "There is no key" in probe.words


async def test_a_locked_key_chain_can_be_tried_again(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        field = _field(probe)
        probe.bench.keeper.problem = KeychainLockedError("locked")
        probe.bench.connections.ask_key_state()
        await until(lambda: is_seen(field.try_again_button, field))
        assert "locked" in field.words.text()
        probe.bench.keeper.problem = None
        click(field.try_again_button)
        await until(lambda: "GNOME Keyring" in field.words.text())
        assert not is_seen(field.try_again_button, field)
