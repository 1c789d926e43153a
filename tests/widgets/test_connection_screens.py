"""The card and the window around connections: opened from everywhere, one of each, and what passes between them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.profile import BUILT_IN
from app.store.errors import KeychainLockedError
from app.widgets.add_connection import AddConnectionDialog
from app.widgets.connections_window import ConnectionsWindow
from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY
from tests.viewmodels.fakes import START, FakeConnections, Heard
from tests.widgets.front import Front, front
from tests.widgets.hands import CONTROL, SHIFT, click, everything_said, is_seen, press, words_of

KEY = "sk-" + "aB3dE5fG7hJ9" * 4


def card(f: Front) -> AddConnectionDialog:
    assert f.screens.add_dialog is not None
    return f.screens.add_dialog


def window(f: Front) -> ConnectionsWindow:
    assert f.screens.window is not None
    return f.screens.window


async def settled(f: Front) -> None:
    await until(lambda: not any(map(f.tasks.is_running, ("models", "capabilities", "key-of-connection"))))


async def add(f: Front, text: str) -> None:
    """Paste, and add without waiting for what was read."""
    card(f).paste.setPlainText(text)
    await until(card(f).add_button.isEnabled)
    click(card(f).add_button)
    await until(lambda: f.screens.add_dialog is None)


@pytest.mark.parametrize("way", ["first run", "menu", "keys", "switcher"])
async def test_the_card_opens_from_everywhere_and_only_once(qtbot: QtBot, way: str) -> None:
    async with front() as f:
        match way:
            case "first run":
                click(f.place.answer.connect_button)
            case "menu":
                f.actions["add_connection"].trigger()
            case "keys":
                f.key(Qt.Key.Key_A, CONTROL | SHIFT)
            case _:
                f.panel.model_box.open_switcher()
                assert f.panel.model_box.switcher is not None
                click(f.panel.model_box.switcher.add_button)
        first = card(f)
        assert first.isVisible()
        assert first.isModal()
        f.screens.open_add()
        assert card(f) is first
        first.reject()


@pytest.mark.parametrize("way", ["menu", "keys", "switcher"])
async def test_the_window_opens_from_everywhere_and_only_once(qtbot: QtBot, way: str) -> None:
    async with front() as f:
        match way:
            case "menu":
                f.actions["connection"].trigger()
            case "keys":
                f.key(Qt.Key.Key_Comma, CONTROL)
            case _:
                f.panel.model_box.open_switcher()
                assert f.panel.model_box.switcher is not None
                click(f.panel.model_box.switcher.manage_button)
        first = window(f)
        assert first.isVisible()
        assert not first.isModal(), "one goes on writing beside it"
        f.screens.open_connections()
        assert window(f) is first
        first.close()
        await settled(f)


async def test_what_is_added_is_used_at_once_with_the_model_that_was_named(qtbot: QtBot) -> None:
    async with front() as f:
        f.screens.open_add()
        freed = Heard(card(f).destroyed)
        await add(f, f"https://relay.example\n{KEY}\nmodel: qwen-plus")
        await settled(f)
        assert f.connection.profile.base_url == "https://relay.example/v1"
        assert f.connection.model == "qwen-plus"
        assert f.connection.models == ("small", "large")
        assert f.panel.model_box.button.text().startswith("qwen-plus")
        await until(lambda: freed)
        f.screens.open_add()
        assert card(f).paste.toPlainText() == card(f).key.text() == ""
        card(f).reject()


async def test_a_card_that_was_cancelled_changes_nothing(qtbot: QtBot) -> None:
    async with front() as f:
        f.screens.open_add()
        card(f).paste.setPlainText(f"https://relay.example\n{KEY}")
        await until(card(f).add_button.isEnabled)
        press(card(f), Qt.Key.Key_Escape)
        await until(lambda: f.screens.add_dialog is None)
        assert f.connection.profile == BUILT_IN
        assert f.connections.secrets == {}


async def test_a_key_that_the_key_chain_refused_is_told_where_the_card_was(qtbot: QtBot) -> None:
    async with front() as f:
        f.connections.unkept = KeychainLockedError("locked")
        f.screens.open_add()
        await add(f, f"https://relay.example\n{KEY}")
        await until(lambda: any("The key chain is locked." in text for text in words_of(f.place)))
        assert is_seen(f.place.notice, f.place)
        assert KEY not in everything_said(f.window)
        await settled(f)


async def test_what_is_added_from_the_window_stands_in_it_and_is_selected(qtbot: QtBot) -> None:
    async with front(connections=FakeConnections(RELAY, PLAIN)) as f:
        f.screens.open_connections()
        assert f.bench.connections.selected_id == RELAY.id, "it opens at the connection in use"
        click(window(f).list.buttons["add"])
        assert card(f).parentWidget() is window(f)
        f.bench.keeper.profiles["new3"] = PLAIN
        await add(f, f"https://relay.example\n{KEY}")
        await settled(f)
        assert f.connection.profile.id == "new3"
        assert f.bench.connections.selected_id == "new3"
        window(f).close()


async def test_a_connection_can_be_used_from_the_window(qtbot: QtBot) -> None:
    async with front(connections=FakeConnections(RELAY, PLAIN)) as f:
        f.screens.open_connections()
        window(f).use_requested.emit(PLAIN.id)
        await settled(f)
        assert f.connection.profile == PLAIN
        assert f.panel.model_box.button.toolTip() == "small on http://10.0.0.7:8000"
        window(f).close()


async def test_a_change_in_the_window_is_seen_in_the_place(qtbot: QtBot) -> None:
    async with front(connections=FakeConnections(RELAY)) as f:
        f.screens.open_connections()
        f.connections.profiles.clear()
        f.bench.connections.connections_changed.emit()
        assert "Built-in model" in words_of(f.panel)
        await settled(f)
        window(f).close()


async def test_what_a_check_found_is_on_the_sliders_at_once(qtbot: QtBot) -> None:
    async with front(connections=FakeConnections(RELAY)) as f:
        f.connection.refresh_models()
        await settled(f)
        f.screens.open_connections()
        await settled(f)
        finding = Finding(Feature.LOGPROBS, Support.REFUSED, START, reason="cannot unmarshal number")
        f.findings.maps[RELAY.id, "small"] = CapabilityMap().with_findings([finding])
        f.bench.check.findings_changed.emit(())
        await until(lambda: not f.panel.probabilities.isEnabled())
        assert f.panel.probabilities_badge.text() == "refused"
        assert "cannot unmarshal number" in f.panel.probabilities_badge.toolTip()
        window(f).close()


async def test_the_badges_follow_the_model_and_the_connection_in_use(qtbot: QtBot) -> None:
    async with front(connections=FakeConnections(RELAY, PLAIN)) as f:
        f.parameters.set_seed(7)  # opens the part of the panel in which the badges stand

        def shown() -> list[str]:
            badges = (f.panel.seed_badge, f.panel.probabilities_badge, f.panel.rows["n"].badge)
            return [badge.text() if is_seen(badge, f.panel) else "" for badge in badges]

        for model, feature, support in (
            ("small", Feature.SEED, Support.IGNORED),
            ("large", Feature.LOGPROBS, Support.REFUSED),
        ):
            f.findings.maps[RELAY.id, model] = CapabilityMap().with_findings([Finding(feature, support, START)])
        f.connection.refresh_models()
        await settled(f)
        assert shown() == ["ignored", "", ""]
        f.connection.set_model("large")
        await settled(f)
        assert shown() == ["", "refused", ""]
        assert not f.panel.probabilities.isEnabled()
        f.connection.use(PLAIN.id)
        await settled(f)
        assert shown() == ["", "", ""], "nothing is known of the other server"
        assert f.panel.probabilities.isEnabled()
        f.connection.use(RELAY.id, "small")
        await settled(f)
        assert shown() == ["ignored", "", ""]


async def test_closing_the_window_frees_it_and_it_opens_again(qtbot: QtBot) -> None:
    async with front(connections=FakeConnections(RELAY, PLAIN)) as f:
        for _ in range(2):
            await open_and_close(f)
            f.connection.use(PLAIN.id)  # nobody is left to hear of it
            await settled(f)


async def open_and_close(f: Front) -> None:
    f.screens.open_connections()
    await settled(f)
    freed = Heard(window(f).destroyed)
    window(f).close()
    await until(lambda: freed and f.screens.window is None)


async def test_no_title_ever_names_a_key(qtbot: QtBot) -> None:
    async with front() as f:
        f.screens.open_connections()
        f.screens.open_add()
        card(f).paste.setPlainText(f"https://relay.example\n{KEY}")
        await until(card(f).add_button.isEnabled)
        titles = [widget.windowTitle() for widget in QApplication.topLevelWidgets()]
        assert "Connect a service" in titles
        assert not any(KEY[:12] in title or "relay" in title for title in titles)
        card(f).reject()
        window(f).close()
