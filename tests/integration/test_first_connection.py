"""From a seller's note to an answer: three actions in the real window, and nothing is sent before the last of them."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.widgets.add_connection import AddConnectionDialog
from tests.integration.program import Screen, opened
from tests.relay import Relay
from tests.relay.completion_server import completion_server
from tests.relay.refusals import refusing
from tests.support import until
from tests.widgets.hands import CONTROL, click, everything_said, press, words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

KEY = "sk-" + "aB3dE5fG7hJ9" * 4
NOTE = """🎉 感谢购买小明中转站，以下是您的专属信息，请妥善保管：
【接口地址】{address}（国内直连，无需代理）
【密钥】{key}
支持 gpt-4o、qwen-plus 等模型，额度用完可到群里续费。
使用教程：https://docs.relay.example/start
客服微信：xiaoming_2024"""


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    """Keep keys in memory, and give the application back as it was."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    font, locale = qapp.font(), QLocale()
    yield
    qapp.setFont(font)
    QLocale.setDefault(locale)


class Person:
    """Somebody with a mouse and a keyboard; `actions` says what they did, one entry each time."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.actions: list[str] = []

    def click(self, what: str, widget: QWidget) -> None:
        self._act(what, lambda: click(widget))

    def press(self, what: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        """Press keys wherever the keyboard is."""
        focus = QApplication.focusWidget()
        assert focus is not None
        self._act(what, lambda: press(focus, key, modifiers))

    def _act(self, what: str, do: Callable[[], None]) -> None:
        self.actions.append(what)
        do()

    @property
    def card(self) -> AddConnectionDialog:
        card = self.screen.program.screens.add_dialog
        assert card is not None
        return card

    def said(self) -> str:
        """Return every text of every window, but what this person pasted themselves."""
        card = self.screen.program.screens.add_dialog
        return everything_said(*QApplication.topLevelWidgets(), but=card.paste if card else None)


async def listed(screen: Screen, *models: str) -> None:
    """Wait until the server in use has listed these."""
    await until(lambda: screen.program.connection.models == models, limit=40)


async def back(screen: Screen) -> None:
    """Give the main window the keyboard, as a window manager does when a card has closed."""
    screen.program.window.activateWindow()
    await until(screen.program.window.isActiveWindow)


def on_disk(folder: Path) -> str:
    """Return everything that the data folder holds."""
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_a_note_becomes_a_connection_in_three_actions(tmp_path: Path, language: str) -> None:
    async with Relay() as home, Relay() as relay:
        completion_server(home)
        completion_server(relay, key=KEY, models=["gpt-4o", "qwen-plus"])
        async with opened(tmp_path, home.base_url) as screen:
            person = Person(screen)
            screen.program.preferences.set_language(language)
            await until(lambda: screen.program.connection.models)
            QApplication.clipboard().setText(NOTE.format(address=relay.origin, key=KEY))

            click(screen.place.answer.connect_button)  # the card is open: from here on each action counts
            await until(lambda: QApplication.focusWidget() is person.card.paste)
            person.press("paste", Qt.Key.Key_V, CONTROL)
            person.actions.append("look")
            await until(person.card.add_button.isEnabled)
            seen = "\n".join(words_of(person.card))
            assert f"{relay.base_url}/completions" in seen
            assert person.card.name.text()
            await asyncio.sleep(0.3)
            assert relay.connection_count == 0, "nothing reaches the relay before Add"
            assert KEY not in person.said()
            person.click("add", person.card.add_button)
            assert person.actions == ["paste", "look", "add"]

            connection = screen.program.connection
            await listed(screen, "gpt-4o", "qwen-plus")
            await back(screen)
            assert screen.program.screens.add_dialog is None
            assert connection.profile.base_url == relay.base_url
            assert {received.key for received in relay.requests} == {KEY}
            screen.type("Once upon")
            screen.press_run()
            await screen.ended()
            assert screen.answers[0]
            assert relay.requests_to("/v1/completions")[0].key == KEY
            assert KEY not in person.said()
            screen.program.preferences.set_language("en")
            assert not any(received.key == KEY for received in home.requests)
    assert KEY not in on_disk(tmp_path)


async def test_a_key_alone_is_sent_nowhere(tmp_path: Path) -> None:
    async with Relay() as home:
        completion_server(home)
        async with opened(tmp_path, home.base_url) as screen:
            person = Person(screen)
            await until(lambda: screen.program.connection.models)
            asked = len(home.requests)
            QApplication.clipboard().setText(KEY)
            click(screen.place.answer.connect_button)
            await until(lambda: QApplication.focusWidget() is person.card.paste)
            person.press("paste", Qt.Key.Key_V, CONTROL)
            await until(lambda: person.card.key.text() == KEY)
            assert not person.card.add_button.isEnabled()
            assert person.card.address.text() == "", "no host is guessed"
            click(person.card.add_button)
            await asyncio.sleep(0.2)
            assert len(home.requests) == asked
            person.card.reject()


async def test_two_connections_are_switched_by_keys_and_each_gets_its_own_key(tmp_path: Path) -> None:
    async with Relay() as first, Relay() as second:
        for relay, model in ((first, "one"), (second, "two")):
            completion_server(relay, key=f"{KEY}-{model}", models=[model])
        async with opened(tmp_path, first.base_url, f"{KEY}-one") as screen:
            await listed(screen, "one")
            person = Person(screen)
            QApplication.clipboard().setText(f"{second.base_url} {KEY}-two")
            click(screen.place.answer.connect_button)
            await until(lambda: QApplication.focusWidget() is person.card.paste)
            person.press("paste", Qt.Key.Key_V, CONTROL)
            await until(person.card.add_button.isEnabled)
            click(person.card.add_button)
            await listed(screen, "two")
            await back(screen)
            for relay, model in ((first, "one"), (second, "two")):
                screen.place.editor.setFocus()
                screen.key(Qt.Key.Key_M, CONTROL)
                switcher = screen.place.panel.model_box.switcher
                assert switcher is not None
                for character in str(relay.port):
                    press(switcher.search, Qt.Key(ord(character)))
                press(switcher.search, Qt.Key.Key_Return)
                await listed(screen, model)
                await back(screen)
                screen.place.editor.setFocus()
                screen.type("Once")
                screen.press_run()
                await screen.ended()
                assert screen.run.model == model
            for relay, model in ((first, "one"), (second, "two")):
                assert relay.requests_to("/v1/completions")
                assert {received.key for received in relay.requests} == {f"{KEY}-{model}"}


async def test_what_a_run_learnt_in_passing_is_on_the_switches_at_once(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, models=["one", "two"])
        relay.on("POST", "/v1/completions", refusing("seed"))
        async with opened(tmp_path, relay.base_url) as screen:
            panel = screen.place.panel
            await listed(screen, "one", "two")
            screen.program.parameters.set_seed(7)
            screen.type("Once")
            screen.press_run()
            await screen.ended()
            await until(lambda: not panel.seed_switch.isEnabled())
            assert panel.seed_badge.text() == "refused"
            screen.program.connection.set_model("two")
            await until(panel.seed_switch.isEnabled)
            assert panel.seed_badge.isHidden()
