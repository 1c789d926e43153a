"""The card "Connect a service" as a person uses it: paste, look, correct, add; the key is never to be read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.domain.presets import PRESETS
from app.domain.profile import BUILT_IN
from app.store.errors import DiskFullError, KeychainTimeoutError
from app.viewmodels.add_connection import AddConnectionViewModel
from app.widgets.add_connection import AddConnectionDialog
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, Heard, Place, task_scope
from tests.widgets.hands import CONTROL, below, click, everything_said, is_seen, press, type_text, words_of
from tests.widgets.language import chinese, english_in

KEY = "sk-" + "aB3dE5fG7hJ9" * 4
OTHER = "sk-" + "Zy9Xw8Vu7T6s" * 4
NOTE = f"""🎉 感谢购买！
【小明中转站】
API地址: https://relay.example/v1 （国内直连）
令牌：{KEY}
备用令牌：{OTHER}
教程：https://docs.relay.example/start"""


class CardProbe:
    """The open card with somebody at it."""

    def __init__(self, dialog: AddConnectionDialog, service: FakeConnections) -> None:
        self.dialog = dialog
        self.service = service

    @property
    def is_open(self) -> bool:
        return shiboken6.isValid(self.dialog) and self.dialog.isVisible()

    @property
    def words(self) -> str:
        return "\n".join(words_of(self.dialog))

    @property
    def added(self) -> list[str]:
        return [profile.base_url for profile in self.service.all() if profile != BUILT_IN]

    @property
    def key(self) -> str:
        (pair,) = self.service.secrets.values()
        return pair[0] or ""

    async def paste(self, text: str = NOTE) -> None:
        """Paste with the keyboard, and wait until it was read."""
        QApplication.clipboard().setText(text)
        press(self.dialog.paste, Qt.Key.Key_V, CONTROL)
        assert self.dialog.paste.toPlainText() == text
        await until(lambda: not self.dialog._timer.isActive())

    def type(self, field: QLineEdit, text: str) -> None:
        """Type over what a field shows."""
        field.setFocus()
        field.selectAll()
        press(field, Qt.Key.Key_Delete)
        type_text(field, text)

    def menu(self) -> list[QAction]:
        menu = self.dialog.preset_button.menu()
        assert isinstance(menu, QMenu)
        return menu.actions()


@asynccontextmanager
async def card(qtbot: QtBot, service: FakeConnections | None = None) -> AsyncIterator[CardProbe]:
    """Give the open card, as wide as it opens."""
    kept = service or FakeConnections()
    async with task_scope() as tasks:
        dialog = AddConnectionDialog(AddConnectionViewModel(kept, tasks))
        dialog.open()
        await until(lambda: not tasks.is_running("key-place"))
        try:
            yield CardProbe(dialog, kept)
        finally:
            if shiboken6.isValid(dialog):
                dialog.close()


async def test_a_pasted_note_is_shown_before_anything_happens(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        assert not probe.dialog.add_button.isEnabled()
        await probe.paste()
        assert probe.dialog.name.text() == "小明中转站"
        assert probe.dialog.address.text() == "https://relay.example/v1"
        assert probe.dialog.key.text() == KEY
        assert "Requests go to:" in probe.words
        assert "https://relay.example/v1/completions" in probe.words
        assert "https://relay.example/v1/models" in probe.words
        assert probe.dialog.add_button.isEnabled()
        await asyncio.sleep(0.05)
        assert probe.added == []


async def test_the_key_is_nowhere_to_be_read(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        dialog = probe.dialog
        for typed in ("", KEY, f"https://{KEY}/v1", f"https://bob:{KEY}@relay.example/v1"):
            if typed:
                probe.type(dialog.address, typed)
                dialog.address.clear()  # what was typed there is the reader's own
                dialog._show_understood(dialog._understood)
            said = everything_said(dialog, but=dialog.paste)
            for key in (KEY, KEY.lower(), OTHER, KEY[10:30]):
                assert key not in said, typed
        assert len(dialog.key.displayText()) == len(KEY)


async def test_the_key_is_shown_and_hidden_on_request(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        click(probe.dialog.show_key)
        assert probe.dialog.key.displayText() == KEY
        click(probe.dialog.show_key)
        assert KEY not in probe.dialog.key.displayText()


async def test_add_keeps_what_is_shown_and_closes(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        click(probe.dialog.add_button)
        await until(lambda: not probe.is_open)
        assert probe.added == ["https://relay.example/v1"]
        assert probe.key == KEY


async def test_what_was_pasted_in_the_same_breath_is_what_is_added(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste("https://first.example")
        probe.dialog.paste.selectAll()
        QApplication.clipboard().setText(NOTE)
        press(probe.dialog.paste, Qt.Key.Key_V, CONTROL)
        click(probe.dialog.add_button)
        await until(lambda: probe.added)
        assert probe.added == ["https://relay.example/v1"]
        assert probe.key == KEY


async def test_enter_in_a_field_adds_and_in_the_note_it_does_not(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        press(probe.dialog.paste, Qt.Key.Key_Return)
        await asyncio.sleep(0.02)
        assert probe.added == []
        probe.dialog.key.setFocus()
        press(probe.dialog.key, Qt.Key.Key_Return)
        await until(lambda: probe.added)


async def test_every_field_can_be_corrected_by_hand(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        probe.type(probe.dialog.address, "http://10.0.0.7:8000")
        assert "http://10.0.0.7:8000/v1/completions" in probe.words
        assert "Not encrypted" in probe.words
        probe.type(probe.dialog.key, "another-key")
        probe.type(probe.dialog.name, "Mine")
        click(probe.dialog.add_button)
        await until(lambda: probe.added)
        assert probe.added == ["http://10.0.0.7:8000/v1"]
        assert probe.service.all()[0].name == "Mine"
        assert probe.key == "another-key"


async def test_an_address_that_is_none_is_said_and_switches_add_off(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        probe.type(probe.dialog.address, "ftp://relay.example")
        assert "This does not look like a web address." in probe.words
        assert "Requests go to:" not in probe.words
        assert not probe.dialog.add_button.isEnabled()
        press(probe.dialog.address, Qt.Key.Key_Return)
        await asyncio.sleep(0.02)
        assert probe.added == []
        assert probe.dialog.isVisible()
        probe.type(probe.dialog.address, "relay.example")
        assert "This does not look like a web address." not in probe.words
        assert probe.dialog.add_button.isEnabled()


async def test_what_was_not_understood_is_listed_with_its_secrets_masked(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        (line,) = [line for line in probe.words.splitlines() if line.startswith("Not understood: ")]
        assert "•" in line
        assert OTHER not in line


async def test_each_preset_is_in_the_menu_and_fills_the_fields(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        assert [action.text() for action in probe.menu()] == [preset.title for preset in PRESETS]
        probe.type(probe.dialog.key, KEY)
        for action, preset in zip(probe.menu(), PRESETS, strict=True):
            action.trigger()
            assert probe.dialog.name.text() == preset.title
            assert all(note in probe.words for note in preset.notes)
            assert not preset.address or probe.dialog.address.text() == preset.address
        assert probe.dialog.key.text() == KEY
        click(probe.dialog.add_button)
        await until(lambda: probe.added)
        assert probe.service.all()[0].preset == PRESETS[-1].id


async def test_it_says_where_the_key_will_be_kept(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        assert "The key will be kept in: GNOME Keyring" in probe.words


@pytest.mark.parametrize("is_hung", [True, False])
async def test_without_a_key_chain_it_says_that_the_key_is_for_this_run(qtbot: QtBot, is_hung: bool) -> None:
    service = FakeConnections()
    service.place = Place()
    service.place_problem = KeychainTimeoutError("silent") if is_hung else None
    async with card(qtbot, service) as probe:
        assert ("The key chain does not answer." if is_hung else "the key stays for this run only.") in probe.words
        await probe.paste()
        click(probe.dialog.add_button)
        await until(lambda: probe.added)


async def test_a_problem_is_shown_in_the_card_and_goes_with_the_next_try(qtbot: QtBot) -> None:
    service = FakeConnections()
    service.add_problem = DiskFullError("no room")
    async with card(qtbot, service) as probe:
        await probe.paste()
        click(probe.dialog.add_button)
        await until(lambda: "The disk is full." in probe.words)
        assert probe.dialog.isVisible()
        assert probe.dialog.key.text() == KEY, "nothing has to be entered again"
        service.add_problem = None
        service.may_add.clear()
        click(probe.dialog.add_button)
        assert "The disk is full." not in probe.words
        service.may_add.set()
        await until(lambda: not probe.is_open)


@pytest.mark.parametrize("way", ["escape", "cancel", "add"])
async def test_a_closed_card_is_freed_with_what_it_held(qtbot: QtBot, way: str) -> None:
    async with task_scope() as tasks:
        dialog = AddConnectionDialog(AddConnectionViewModel(FakeConnections(), tasks))
        freed = Heard(dialog.destroyed)
        probe = CardProbe(dialog, FakeConnections())
        dialog.open()
        await probe.paste()
        match way:
            case "escape":
                press(dialog, Qt.Key.Key_Escape)
            case "cancel":
                click(dialog.cancel_button)
            case _:
                click(dialog.add_button)
        await until(lambda: freed)


async def test_cancelling_adds_nothing(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste()
        click(probe.dialog.cancel_button)
        await asyncio.sleep(0.02)
        assert probe.added == []


async def test_tab_goes_from_the_note_through_the_fields_to_add(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        dialog = probe.dialog
        await probe.paste()
        dialog.activateWindow()
        await until(dialog.isActiveWindow)
        dialog.paste.setFocus()
        reached: list[QWidget | None] = []
        for _ in range(10):
            press(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
            reached.append(QApplication.focusWidget())
        wanted = (dialog.address, dialog.key, dialog.show_key, dialog.name, dialog.cancel_button, dialog.add_button)
        assert set(wanted) <= set(reached)
        places = [reached.index(widget) for widget in (dialog.address, dialog.key, dialog.name, dialog.add_button)]
        assert places == sorted(places)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot, qapp: QApplication, language: str) -> None:
    async def check() -> None:
        async with card(qtbot) as probe:
            await probe.paste(f"http://relay.example\n说明：一二三\n{KEY}")
            controls = [widget for widget in below(probe.dialog) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
            names = [
                widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                for widget in controls
            ]
            assert len(names) == 8
            assert all(names)
            assert len(set(names)) == 8
            if language != "en":
                said = [*names, *words_of(probe.dialog), probe.dialog.windowTitle()]
                said += [probe.dialog.paste.placeholderText(), *(action.text() for action in probe.menu())]
                for text in said:
                    assert not english_in(text), text

    if language == "en":
        await check()
    else:
        with chinese(qapp):
            await check()


async def test_the_open_card_follows_the_language(qtbot: QtBot, qapp: QApplication) -> None:
    async with card(qtbot) as probe:
        before = probe.words
        with chinese(qapp):
            QApplication.sendPostedEvents()
            assert probe.dialog.add_button.text() == "添加"
        QApplication.sendPostedEvents()
        assert probe.words == before


def cut(probe: CardProbe) -> list[str]:
    """Return the sentences that have fewer lines than they need."""
    labels = [label for label in probe.dialog.findChildren(QLabel) if label.text() and is_seen(label, probe.dialog)]
    return [
        label.text() for label in labels if label.wordWrap() and label.height() < label.heightForWidth(label.width())
    ]


async def test_every_sentence_has_the_room_it_needs(qtbot: QtBot) -> None:
    service = FakeConnections()
    service.place_problem = KeychainTimeoutError("silent")
    service.add_problem = DiskFullError("no room")
    async with card(qtbot, service) as probe:
        await asyncio.sleep(0.02)
        assert cut(probe) == []
        ignored = "\n".join(f"a line of the note that is about something else altogether, number {n}" for n in range(9))
        await probe.paste(f"http://relay.example\nhttp://two.example\n{KEY}\n{ignored}")
        await asyncio.sleep(0.02)
        assert cut(probe) == []
        click(probe.dialog.add_button)
        await until(lambda: "The disk is full." in probe.words)
        await asyncio.sleep(0.02)
        assert cut(probe) == []
        assert probe.dialog.minimumSizeHint().width() <= 640


async def test_what_others_wrote_is_plain_text(qtbot: QtBot) -> None:
    async with card(qtbot) as probe:
        await probe.paste("https://relay.example\n<b>bold</b> <img src=x>")
        assert "<b>bold</b>" in probe.words
        for label in probe.dialog.findChildren(QLabel):
            if "<" in label.text():
                assert label.textFormat() is Qt.TextFormat.PlainText
