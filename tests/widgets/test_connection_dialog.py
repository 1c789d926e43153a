"""The connection dialog as a person uses it: choose, paste, see where it goes, save; nothing is sent before that."""

import weakref
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.concurrency.tasks import TaskScope
from app.domain.profile import BUILT_IN, Profile
from app.store.errors import KeychainLockedError
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.options import Options
from app.widgets.connection_dialog import ConnectionDialog
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, FakeOptions, Place, task_scope
from tests.widgets.hands import below, click, is_seen, press, type_text, words_of

THEIRS = Profile("connection", "", "https://relay.example/v1")


class DialogProbe:
    """The dialog, opened as the window opens it."""

    def __init__(self, tasks: TaskScope, service: FakeConnections | None = None) -> None:
        self.tasks = tasks
        self.service = service or FakeConnections()
        self.connection = ConnectionViewModel(self.service, Options(FakeOptions(), tasks), tasks)
        self.dialog = ConnectionDialog(self.connection)
        self.dialog.open()

    async def settle(self) -> None:
        await until(
            lambda: not any(map(self.tasks.is_running, ("save-connection", "models", "key-state", "save-options")))
        )

    @property
    def words(self) -> str:
        return "\n".join(words_of(self.dialog))

    def paste(self, field: QLineEdit, text: str) -> None:
        field.selectAll()
        field.insert(text)


async def opened(tasks: TaskScope, service: FakeConnections | None = None) -> DialogProbe:
    probe = DialogProbe(tasks, service)
    await probe.settle()
    return probe


async def test_it_opens_with_what_is_in_use(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        assert probe.dialog.built_in.isChecked()
        assert not probe.dialog.address.isEnabled()
        assert probe.dialog.save.isEnabled()
        probe.dialog.reject()
        other = await opened(tasks, FakeConnections(THEIRS))
        assert other.dialog.service.isChecked()
        assert other.dialog.address.text() == "https://relay.example/v1"
        assert not other.dialog.model_path.isEnabled()
        other.dialog.reject()


async def test_an_address_is_previewed_before_anything_is_sent(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        press(probe.dialog.service, Qt.Key.Key_Space)
        assert not probe.dialog.save.isEnabled(), "there is no address yet"
        type_text(probe.dialog.address, "relay.example")
        assert "Requests go to https://relay.example/v1/completions" in probe.words
        assert probe.dialog.save.isEnabled()
        probe.paste(probe.dialog.address, "http://relay.example")
        assert "Not encrypted" in probe.words
        probe.paste(probe.dialog.address, "ftp://relay.example")
        assert "does not look like a web address" in probe.words
        assert not probe.dialog.save.isEnabled()
        assert probe.service.asked == []
        assert probe.service.profile == BUILT_IN
        probe.dialog.reject()
        assert probe.service.profile == BUILT_IN


async def test_saving_uses_the_service_and_closes(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        press(probe.dialog.service, Qt.Key.Key_Space)
        type_text(probe.dialog.address, "relay.example")
        type_text(probe.dialog.key, "sk-secret")
        probe.service.may_answer.clear()
        press(probe.dialog.key, Qt.Key.Key_Return)
        await until(lambda: tasks.is_running("save-connection"))
        assert "Saving…" in probe.words
        assert not probe.dialog.save.isEnabled(), "once is enough"
        alive = weakref.ref(probe.dialog)
        probe.service.may_answer.set()
        await probe.settle()
        assert probe.service.keys == {"https://relay.example:443": "sk-secret"}
        assert probe.service.profile.base_url == "https://relay.example/v1"
        del probe.dialog
        await until(lambda: alive() is None)


async def test_the_key_is_hidden_unless_it_is_asked_for(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks, FakeConnections(THEIRS))
        type_text(probe.dialog.key, "sk-secret")
        assert probe.dialog.key.echoMode() is QLineEdit.EchoMode.Password
        assert probe.dialog.key.displayText() != "sk-secret"
        click(probe.dialog.show_key)
        assert probe.dialog.key.displayText() == "sk-secret"
        click(probe.dialog.show_key)
        assert probe.dialog.key.displayText() != "sk-secret"
        probe.dialog.reject()


async def test_a_key_that_is_known_is_never_shown_and_can_be_forgotten(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        service = FakeConnections(THEIRS)
        service.keys["https://relay.example:443"] = "sk-known"
        probe = await opened(tasks, service)
        assert probe.dialog.key.text() == ""
        assert probe.dialog.key.placeholderText() == "Leave empty to keep the key"
        assert "A key is kept in: GNOME Keyring" in probe.words
        assert "sk-known" not in probe.words
        click(probe.dialog.forget)
        await probe.settle()
        assert service.keys == {}
        assert not is_seen(probe.dialog.forget, probe.dialog)
        assert "The key will be kept in: GNOME Keyring" in probe.words
        probe.dialog.reject()


async def test_without_a_key_chain_it_says_so_before_a_key_is_typed(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        service = FakeConnections(THEIRS)
        service.place = Place()
        probe = await opened(tasks, service)
        assert "for this run only" in probe.words
        probe.dialog.reject()


async def test_a_key_chain_that_refuses_keeps_the_dialog_open_and_says_why(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        service = FakeConnections(THEIRS)
        service.keychain_problem = KeychainLockedError("locked")
        probe = await opened(tasks, service)
        type_text(probe.dialog.key, "sk-secret")
        click(probe.dialog.save)
        await probe.settle()
        assert probe.dialog.isVisible()
        assert "The key chain is locked" in probe.words
        assert "for this run only" in probe.words
        assert probe.dialog.save.isEnabled()
        service.keychain_problem = None
        click(probe.dialog.save)
        await probe.settle()
        assert service.keys == {"https://relay.example:443": "sk-secret"}


async def test_a_hung_key_chain_leaves_the_dialog_alive(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        service = FakeConnections(THEIRS)
        service.may_answer.clear()
        probe = DialogProbe(tasks, service)
        type_text(probe.dialog.address, "/more")
        assert probe.dialog.address.text().endswith("/more")
        probe.dialog.reject()
        await until(lambda: not any(isinstance(widget, ConnectionDialog) for widget in QApplication.topLevelWidgets()))


async def test_the_built_in_model_may_be_a_file_of_ones_own(qtbot: QtBot, tmp_path: Path) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks, FakeConnections(THEIRS))
        press(probe.dialog.built_in, Qt.Key.Key_Space)
        probe.paste(probe.dialog.model_path, f" {tmp_path / 'mine.gguf'} ")
        click(probe.dialog.save)
        await probe.settle()
        assert probe.service.profile == BUILT_IN
        assert probe.connection.model_path == str(tmp_path / "mine.gguf")


async def test_the_file_can_be_looked_for(qtbot: QtBot, tmp_path: Path) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        click(probe.dialog.browse)
        chooser = probe.dialog.findChild(QFileDialog)
        assert chooser is not None
        assert chooser.fileMode() is QFileDialog.FileMode.ExistingFile
        chooser.fileSelected.emit(str(tmp_path / "mine.gguf"))
        assert probe.dialog.model_path.text() == str(tmp_path / "mine.gguf")
        chooser.reject()
        probe.dialog.reject()


async def test_a_closed_dialog_is_freed(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        freed: list[bool] = []
        probe.dialog.destroyed.connect(lambda: freed.append(True))
        alive = weakref.ref(probe.dialog)
        press(probe.dialog, Qt.Key.Key_Escape)
        await until(lambda: freed)
        del probe.dialog
        assert alive() is None, "without the help of the garbage collector"
        probe.connection.ask_key_state()
        await probe.settle()


async def test_every_field_has_a_name_for_a_screen_reader(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        names = {field.accessibleName(): field for field in below(probe.dialog) if isinstance(field, QLineEdit)}
        assert set(names) == {"Model file", "Address", "Key"}
        probe.dialog.reject()


async def test_what_servers_and_key_chains_say_is_no_markup(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = await opened(tasks)
        formats = {label.textFormat() for label in probe.dialog.findChildren(QLabel)}
        assert formats == {Qt.TextFormat.PlainText}
        probe.dialog.reject()
