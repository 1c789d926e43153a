"""The button that says which model answers and opens the list to switch it, and the star beside it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.api.errors import UnreachableError
from app.concurrency.tasks import TaskScope
from app.domain.profile import BUILT_IN, Profile
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.options import Options
from app.widgets.model_box import ModelBox
from app.widgets.switcher import Switcher
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, FakeFindings, FakeOptions, Heard, task_scope
from tests.widgets.hands import click, press, type_text, words_of
from tests.widgets.language import chinese, english_in

RELAY = Profile("relay", "My relay", "https://api.relay.example/v1")
PLAIN = Profile("plain", "", "http://10.0.0.7:8000/v1")


class BoxProbe:
    """A model box with somebody at it."""

    def __init__(self, qtbot: QtBot, tasks: TaskScope, *profiles: Profile) -> None:
        self.tasks = tasks
        self.service = FakeConnections(*profiles)
        options = Options(FakeOptions(), tasks)
        self.connection = ConnectionViewModel(self.service, FakeFindings(), options, tasks)
        self.box = ModelBox(self.connection)
        qtbot.addWidget(self.box)
        self.box.show()

    async def settle(self) -> None:
        await until(lambda: not any(map(self.tasks.is_running, ("models", "capabilities"))))

    async def listed(self) -> None:
        self.connection.refresh_models()
        await self.settle()

    @property
    def shown(self) -> str:
        return self.box.button.text().removesuffix("▾").strip()

    def open(self) -> Switcher:
        click(self.box.button)
        assert self.box.switcher is not None
        return self.box.switcher


async def test_it_shows_the_model_and_the_connection_in_use(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, RELAY, PLAIN)
        assert probe.shown == "Choose a model"
        await probe.listed()
        assert probe.shown == "small"
        assert "My relay" in words_of(probe.box)
        probe.connection.use(PLAIN.id, "qwen-plus")
        assert probe.shown == "qwen-plus"
        assert "http://10.0.0.7:8000" in words_of(probe.box)
        await probe.settle()


async def test_it_says_while_the_server_is_asked(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        probe.service.may_list.clear()
        probe.connection.refresh_models()
        await until(lambda: probe.shown == "Asking the server…")
        probe.service.may_list.set()
        await until(lambda: probe.shown == "small")


async def test_a_model_is_switched_by_keys_alone(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, RELAY)
        await probe.listed()
        probe.box.button.setFocus()
        press(probe.box.button, Qt.Key.Key_Space)
        switcher = probe.box.switcher
        assert switcher is not None
        press(switcher.search, Qt.Key.Key_Down)
        press(switcher.search, Qt.Key.Key_Return)
        assert probe.shown == "large"
        assert not switcher.isVisible()
        await probe.settle()


async def test_q28_any_name_may_be_typed_and_no_list_takes_it_away(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        await probe.listed()
        switcher = probe.open()
        type_text(switcher.search, "my-own")
        await probe.listed()
        assert switcher.isVisible()
        assert switcher.search.text() == "my-own"
        type_text(switcher.search, "-model")
        press(switcher.search, Qt.Key.Key_Return)
        assert probe.shown == "my-own-model"
        await probe.listed()
        assert probe.shown == "my-own-model"


async def test_without_a_list_a_name_can_be_typed(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        probe.service.list_problem = UnreachableError("no route")
        await probe.listed()
        assert probe.shown == "Choose a model"
        type_text(probe.open().search, "typed")
        assert probe.box.switcher is not None
        press(probe.box.switcher.search, Qt.Key.Key_Return)
        assert probe.shown == "typed"
        await probe.settle()


async def test_another_connection_can_be_taken_from_the_list(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, RELAY, PLAIN)
        await probe.listed()
        probe.service.listed_at[PLAIN.id] = ["theirs"]
        switcher = probe.open()
        type_text(switcher.search, "10.0.0.7")
        press(switcher.search, Qt.Key.Key_Return)
        await probe.settle()
        assert probe.connection.profile == PLAIN
        assert probe.shown == "theirs"


async def test_the_list_is_as_new_as_its_opening(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, RELAY)
        await probe.listed()
        switcher = probe.open()
        press(switcher.search, Qt.Key.Key_Escape)
        probe.service.listed = ["newest"]
        await probe.listed()
        assert probe.open() is switcher
        model = switcher.view.model()
        rows = [model.index(row, 0).data() for row in range(model.rowCount())]
        assert rows[0] == "newest"


async def test_the_star_makes_a_favourite_and_takes_it_back(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, RELAY)
        assert not probe.box.star.isEnabled(), "there is no model yet"
        await probe.listed()
        assert (probe.box.star.text(), probe.box.star.accessibleName()) == ("☆", "Add to favourites")
        click(probe.box.star)
        assert probe.service.profiles[RELAY.id].favourites == ("small",)
        assert (probe.box.star.text(), probe.box.star.accessibleName()) == ("★", "Remove from favourites")
        assert probe.box.star.isChecked()
        probe.connection.set_model("large")
        assert probe.box.star.text() == "☆"
        probe.connection.set_model("small")
        click(probe.box.star)
        assert probe.service.profiles[RELAY.id].favourites == ()
        await probe.settle()


async def test_the_buttons_of_the_list_ask_for_the_other_screens(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, RELAY)
        adding, managing = Heard(probe.box.add_requested), Heard(probe.box.manage_requested)
        click(probe.open().add_button)
        assert len(adding) == 1
        click(probe.open().manage_button)
        assert len(managing) == 1


async def test_names_of_others_are_shown_as_they_are(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks, Profile("relay", "<b>mine</b>", "https://relay.example/v1"))
        probe.connection.set_model("this&that<i>")
        assert probe.box._heading.textFormat() is Qt.TextFormat.PlainText
        assert probe.box.button.text().startswith("this&&that<i>"), "an ampersand alone would be a shortcut"
        assert "&lt;b&gt;mine" in probe.box.button.toolTip()
        assert "this&that<i> on <b>mine</b>" in probe.box.button.accessibleName()
        await probe.settle()


@pytest.mark.parametrize("model", ["", "small"])
async def test_it_speaks_the_language_of_now(qtbot: QtBot, qapp: QApplication, model: str) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        probe.connection.set_model(model)
        assert probe.service.all() == (BUILT_IN,)
        before = words_of(probe.box)
        with chinese(qapp):
            QApplication.sendPostedEvents()
            said = [*words_of(probe.box), probe.box.button.accessibleName(), probe.box.star.accessibleName()]
            assert not english_in(" ".join(said).replace("small", ""))
        QApplication.sendPostedEvents()
        assert words_of(probe.box) == before
        await probe.settle()
