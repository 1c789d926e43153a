"""Servers found on this computer, or what to do where none is."""

from pytestqt.qtbot import QtBot

from tests.support import until
from tests.widgets.connection_probe import window
from tests.widgets.hands import click, is_seen, words_of


async def test_it_says_which_ports_are_asked_and_shows_that_it_is_looking(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        page = probe.window.found
        probe.bench.keeper.may_find.clear()
        probe.window.show_found()
        assert is_seen(page.busy, page)
        assert any("11434, 1234, 8080, 8000, 5001" in words for words in words_of(page))
        probe.bench.keeper.may_find.set()
        await until(lambda: page.add_buttons)
        assert not is_seen(page.busy, page)
        assert {"Ollama", "http://127.0.0.1:11434/v1", "Add"} <= set(words_of(page))
        assert page.add_buttons[0].accessibleName() == "Add Ollama"


async def test_nothing_found_says_what_to_do(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        page = probe.window.found
        probe.bench.keeper.servers = ()
        probe.window.show_found()
        await until(lambda: any("Start Ollama" in words for words in words_of(page)))
        click(page.again_button)
        assert is_seen(page.busy, page)
        await until(lambda: not is_seen(page.busy, page))
