"""Name, address, what to expect and favourites, as they are typed."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY
from tests.widgets.connection_probe import window
from tests.widgets.hands import click, is_seen, press, type_text, words_of


async def test_q10_the_resulting_addresses_are_shown_as_it_is_typed(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.connection
        form.address.clear()
        type_text(form.address, "relay.example/v1/chat/completions")
        words = "\n".join(words_of(form))
        assert "https://relay.example/v1/completions" in words
        assert "https://relay.example/v1/chat/completions" in words
        form.address.clear()
        type_text(form.address, "ftp://x")
        assert "✕ This does not look like a web address." in words_of(form)
        assert not probe.window.save_button.isEnabled()


async def test_plain_http_is_warned_of(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.connection
        assert not is_seen(form.warning, form)
        probe.bench.connections.select(PLAIN.id)
        assert is_seen(form.warning, form)
        assert "Not encrypted" in form.warning.accessibleName()
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))


async def test_what_is_known_of_such_a_service_is_said(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        assert "What to expect of Relay (new-api)" in words_of(probe.window.connection)


async def test_favourites_are_added_and_removed(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.connection
        assert not form.add_button.isEnabled()
        type_text(form.favourite, " deepseek-chat ")
        press(form.favourite, Qt.Key.Key_Return)
        type_text(form.favourite, "qwen")
        click(form.add_button)
        assert [form.favourites.item(row).text() for row in range(form.favourites.count())] == [
            *RELAY.favourites,
            "deepseek-chat",
        ]
        form.favourites.setCurrentRow(0)
        click(form.remove_button)
        assert probe.bench.connections.draft.profile.favourites == ("qwen", "deepseek-chat")
