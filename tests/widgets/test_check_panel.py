"""The check on the screen: how much it sends, each step by sign and word, the map of the server."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.api.errors import UpstreamError
from app.domain.check import Detail, DetailKind, Step, StepResult, StepState
from app.store.paths import resource
from app.widgets import theme
from tests.support import until
from tests.widgets.connection_probe import WindowProbe, window
from tests.widgets.hands import click, is_seen, words_of


async def _open(probe: WindowProbe) -> None:
    probe.window.show_tab("check")
    await until(lambda: not probe.bench.tasks.is_running("known-of-server"))


async def test_what_a_check_sends_stands_beside_its_button(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        await _open(probe)
        panel = probe.window.check
        assert "Sends at most 14 tiny requests, with answers of 52 tokens in all." in words_of(panel)
        assert "14" in panel.check_button.accessibleDescription()
        assert probe.bench.checker.started == []
        assert panel.model.currentText() == "gpt-4o"


async def test_steps_appear_as_they_happen_with_sign_and_word(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        await _open(probe)
        panel = probe.window.check
        click(panel.check_button)
        assert is_seen(panel.stop_button, panel)
        assert not is_seen(panel.check_button, panel)
        probe.bench.checker.send(StepResult(Step.NAME, StepState.RUNNING))
        await until(lambda: panel.rows)
        assert words_of(panel.rows[Step.NAME]) == ["…", "Looking up the name", "under way"]
        found = Detail(DetailKind.FOUND, {"address": "10.0.0.1"})
        probe.bench.checker.send(StepResult(Step.NAME, StepState.OK, found), None)
        await until(lambda: is_seen(panel.check_button, panel))
        assert words_of(panel.rows[Step.NAME]) == ["✓", "Looking up the name", "found: 10.0.0.1"]
        assert "This connection works." in words_of(panel)


async def test_a_failed_step_says_what_to_do_and_can_be_checked_again(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        await _open(probe)
        panel = probe.window.check
        click(panel.check_button)
        probe.bench.checker.send(StepResult(Step.COMPLETION, StepState.FAILED, error=UpstreamError("boom")), None)
        await until(lambda: panel.rows and not probe.bench.check.is_running)
        row = panel.rows[Step.COMPLETION]
        assert row.accessibleDescription()
        assert "Check again" in words_of(row)
        click(row.button)
        await until(lambda: len(probe.bench.checker.started) == 2)
        assert not panel.rows
        click(panel.stop_button)
        await until(lambda: "Stopped. What was learnt so far is kept." in words_of(panel))


async def test_the_map_shows_what_is_honoured_ignored_refused_and_since_when(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        await _open(probe)
        words = words_of(probe.window.check)
        assert "✕ refused · cannot unmarshal number into bool" in words
        assert "! ignored" in words
        assert "✓ honoured · at most 8" in words
        assert "? not known yet" in words
        assert "04/03/2026" in words


async def test_it_takes_the_colours_of_another_theme(qtbot: QtBot, qapp: QApplication) -> None:
    async with window(qtbot) as probe:
        await _open(probe)
        panel = probe.window.check
        before = panel._signs[0][0].styleSheet()
        theme.apply(qapp, theme.load_colors(resource("themes", "dark.toml")))
        await until(lambda: panel._signs[0][0].styleSheet() != before)
