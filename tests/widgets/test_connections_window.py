"""The window "Connections" as a person uses it; nothing of it blocks the program or outlives it."""

import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
)
from pytestqt.qtbot import QtBot

from app.api.errors import AuthError, UnknownAuthorityError
from app.domain.check import Step, StepResult, StepState
from app.domain.profile import BUILT_IN_ID
from app.store.errors import StorageFailedError
from app.widgets.connections_window import ConnectionsWindow
from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY, Bench
from tests.viewmodels.fakes import Heard, task_scope
from tests.widgets.connection_probe import window
from tests.widgets.hands import below, click, is_seen, press, type_text


async def test_it_blocks_nothing(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        assert not probe.window.isModal()


async def test_nothing_is_left_of_it_once_it_is_closed() -> None:
    async with task_scope() as tasks:
        bench = Bench(tasks)
        shown = ConnectionsWindow(bench.connections, bench.check, bench.costs)
        gone: list[bool] = []
        shown.destroyed.connect(lambda: gone.append(True))
        watched = weakref.ref(shown)
        shown.show()
        shown.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert gone
        del shown
        assert watched() is None
        bench.connections.select(PLAIN.id)  # the view-models live on and speak to nobody
        await until(lambda: not tasks.is_running("key-of-connection"))


async def test_a_name_is_changed_and_saved(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        assert not shown.save_button.isEnabled()
        assert not shown.revert_button.isEnabled()
        type_text(shown.connection.name, "!")
        assert "Not saved yet" in probe.words
        assert shown.save_button.isEnabled()
        click(shown.save_button)
        await until(lambda: probe.bench.keeper.updates)
        await until(lambda: not shown.save_button.isEnabled())
        assert probe.bench.keeper.profiles[RELAY.id].name == "!My relay"
        assert "Not saved yet" not in probe.words


async def test_revert_puts_everything_back(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        type_text(shown.connection.name, "!")
        click(shown.revert_button)
        assert shown.connection.name.text() == "My relay"
        assert not shown.revert_button.isEnabled()


async def test_a_failure_to_save_is_said_in_place(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        type_text(probe.window.connection.name, "!")
        probe.bench.keeper.problem = StorageFailedError("disk full")
        click(probe.window.save_button)
        await until(lambda: probe.sees("problem"))
        assert probe.window.connection.name.text() == "!My relay"
        assert probe.window.save_button.isEnabled()


async def test_enter_in_a_field_presses_no_button(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        press(probe.window.connection.name, Qt.Key.Key_Return)
        assert probe.window.isVisible()
        assert set(probe.bench.keeper.profiles) == {RELAY.id, PLAIN.id}


async def test_the_built_in_model_has_a_page_of_its_own(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        probe.bench.connections.select(BUILT_IN_ID)
        assert probe.sees("built_in")
        assert "no key, no network" in probe.words
        page = probe.window.built_in
        assert not is_seen(page.own_button, page)
        page.path.setText("/models/big.gguf")
        page.path.editingFinished.emit()
        assert probe.bench.connections.model_path == "/models/big.gguf"
        click(page.own_button)
        assert probe.bench.connections.model_path == ""
        assert page.path.text() == ""


async def test_the_built_in_model_can_be_checked_and_has_no_network_or_costs(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        shown.show_tab("costs")
        probe.bench.connections.select(BUILT_IN_ID)
        tabs = [shown.tabs.tabText(number) for number in range(shown.tabs.count()) if shown.tabs.isTabVisible(number)]
        assert tabs == ["Model", "Check"]
        assert shown.tabs.currentWidget() is shown.built_in
        shown.show_tab("check")
        click(shown.check.check_button)
        await until(lambda: probe.bench.checker.started)
        assert probe.bench.checker.started[0][0].id == BUILT_IN_ID
        probe.bench.connections.select(RELAY.id)
        assert shown.tabs.currentWidget() is shown.check, "the tab in front stays where it means something"
        await until(lambda: probe.bench.checker.ended)
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))
        await until(lambda: not probe.bench.tasks.is_running("costs"))


async def test_use_here_asks_the_place_behind_and_says_what_is_in_use(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        asked = Heard(probe.window.use_requested)
        click(probe.window.use_button)
        assert asked == [(RELAY.id,)]
        probe.bench.connections.show_in_use(RELAY.id)
        assert probe.window.use_button.text() == "✓ In use"
        assert not probe.window.use_button.isEnabled()


async def test_a_removal_can_be_undone_in_the_notice(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        click(probe.window.list.buttons["remove"])
        await until(lambda: probe.sees("notice"))
        assert "“My relay” was removed" in probe.words
        assert probe.sees("built_in")
        click(probe.window.notice.button)
        assert probe.window.title.text() == "My relay"
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))


async def test_all_keys_are_forgotten_after_a_question_in_place(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        click(shown.forget_button)
        assert probe.sees("question")
        press(shown.question.no, Qt.Key.Key_Escape)
        assert not probe.sees("question")
        assert shown.isVisible()
        assert probe.bench.keeper.keys
        click(shown.forget_button)
        click(shown.question.yes)
        await until(lambda: probe.sees("notice"))
        assert probe.bench.keeper.keys == {}
        assert "reading them back found none" in probe.words


async def test_servers_on_this_computer_are_shown_in_place_of_a_connection(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        probe.bench.keeper.may_find.clear()
        click(shown.list.buttons["find"])
        assert "Looking for model servers" in probe.words
        probe.bench.keeper.may_find.set()
        await until(lambda: shown.found.add_buttons)
        click(shown.found.add_buttons[0])
        await until(lambda: shown.title.text() == "Ollama")
        assert probe.sees("tabs")
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))


async def test_an_unknown_authority_leads_to_the_choice_of_a_file(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        shown.show_tab("check")
        click(shown.check.check_button)
        failed = StepResult(Step.TLS, StepState.FAILED, error=UnknownAuthorityError("x"))
        probe.bench.checker.send(failed, None)
        await until(lambda: shown.check.rows.get(Step.TLS) and not probe.bench.check.is_running)
        row = shown.check.rows[Step.TLS]
        assert row.button.text() == "Trust this company's certificate file…"
        click(row.button)
        assert shown.tabs.currentWidget() is shown.network
        (dialog,) = shown.network.findChildren(QFileDialog)
        dialog.close()


async def test_a_refused_key_leads_to_address_and_key(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        shown.show_tab("check")
        click(shown.check.check_button)
        probe.bench.checker.send(StepResult(Step.KEY, StepState.FAILED, error=AuthError("no")), None)
        await until(lambda: shown.check.rows and not probe.bench.check.is_running)
        click(shown.check.rows[Step.KEY].button)
        assert shown.tabs.currentWidget() is shown.connection


async def test_closing_stops_the_check_and_hides_the_key(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        shown = probe.window
        click(shown.connection.key.show_button)
        await until(lambda: probe.key_line.startswith("sk-"))
        shown.show_tab("check")
        assert not probe.key_line.startswith("sk-"), "hidden with the tab"
        click(shown.check.check_button)
        await until(lambda: probe.bench.checker.started)
        shown.close()
        await until(lambda: probe.bench.checker.ended)


@pytest.mark.parametrize("tab", ["connection", "check", "network", "extras", "costs"])
async def test_every_control_has_a_name_for_screen_readers_and_can_be_reached(qtbot: QtBot, tab: str) -> None:
    async with window(qtbot) as probe:
        probe.window.show_tab(tab)
        await until(lambda: not probe.bench.tasks.is_running("costs"))
        await until(lambda: not probe.bench.tasks.is_running("known-of-server"))
        kinds = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
        inner = (QComboBox, QAbstractSpinBox)
        for widget in below(probe.window):
            if isinstance(widget, QAbstractButton) and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                assert widget.text() or widget.accessibleName(), widget
            elif isinstance(widget, kinds) and not isinstance(widget, QHeaderView):
                assert isinstance(widget.parentWidget(), inner) or widget.accessibleName(), f"{widget} in {tab}"
                assert widget.focusPolicy() is not Qt.FocusPolicy.NoFocus, widget


async def test_it_follows_the_language(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        QCoreApplication.sendEvent(probe.window, QEvent(QEvent.Type.LanguageChange))
        assert probe.window.connection.name.text() == "My relay", "what was typed stays"
        assert probe.window.title.text() == "My relay"


async def test_it_can_be_made_small(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        probe.window.resize(640, 480)
        assert (probe.window.width(), probe.window.height()) == (640, 480)
