"""The model as a person chooses it: from the list, or any name typed, which nothing takes away."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.api.errors import UnreachableError
from app.concurrency.tasks import TaskScope
from app.domain.profile import Profile
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.options import Options
from app.widgets.model_box import ModelBox
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, FakeOptions, Heard, task_scope
from tests.widgets.hands import click, press, type_text, words_of


class BoxProbe:
    """A model box with somebody at it."""

    def __init__(self, qtbot: QtBot, tasks: TaskScope, service: FakeConnections | None = None) -> None:
        self.service = service or FakeConnections()
        self.tasks = tasks
        self.connection = ConnectionViewModel(self.service, Options(FakeOptions(), tasks), tasks)
        self.box = ModelBox(self.connection)
        qtbot.addWidget(self.box)
        self.box.show()

    async def listed(self) -> None:
        self.connection.refresh_models()
        await until(lambda: not self.tasks.is_running("models"))

    @property
    def shown(self) -> str:
        return self.box.box.currentText()

    @property
    def choices(self) -> list[str]:
        return [self.box.box.itemText(row) for row in range(self.box.box.count())]

    @property
    def field(self) -> QLineEdit:
        field = self.box.box.lineEdit()
        assert field is not None
        return field

    def type(self, text: str) -> None:
        self.field.selectAll()
        type_text(self.field, text)


async def test_the_listed_models_can_be_chosen_from(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        await probe.listed()
        assert probe.choices == ["small", "large"]
        assert probe.shown == "small"
        probe.box.box.setFocus()
        press(probe.box.box, Qt.Key.Key_Down)
        assert probe.connection.model == "large"
        assert probe.shown == "large"


async def test_q28_any_name_may_be_typed(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        await probe.listed()
        probe.type("my-own-model")
        press(probe.field, Qt.Key.Key_Return)
        assert probe.connection.model == "my-own-model"
        await probe.listed()
        assert probe.shown == "my-own-model"
        assert probe.choices == ["small", "large"], "a name that was typed is no entry of the server's list"


async def test_a_name_that_is_being_typed_is_not_taken_away_by_the_list(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        probe.service.may_list.clear()
        probe.connection.refresh_models()
        probe.box.activateWindow()
        await until(probe.box.isActiveWindow)
        probe.box.box.setFocus()
        probe.type("my-own")
        probe.service.may_list.set()
        await until(lambda: probe.connection.models)
        assert probe.choices == ["small", "large"]
        assert probe.shown == "my-own"
        type_text(probe.field, "-model")
        press(probe.field, Qt.Key.Key_Return)
        assert probe.connection.model == "my-own-model"


async def test_it_says_while_the_server_is_asked(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        probe.service.may_list.clear()
        probe.connection.refresh_models()
        await until(lambda: probe.field.placeholderText() == "Asking the server…")
        probe.service.may_list.set()
        await until(lambda: probe.field.placeholderText() == "Type a model name")


async def test_without_a_list_a_name_can_be_typed(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        probe.service.list_problem = UnreachableError("no route")
        await probe.listed()
        assert probe.choices == []
        assert probe.shown == ""
        probe.type("typed")
        press(probe.field, Qt.Key.Key_Return)
        assert probe.connection.model == "typed"


async def test_the_connection_is_named_and_can_be_changed(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        asked = Heard(probe.box.connection_requested)
        assert "Built-in model" in words_of(probe.box)
        click(probe.box.button)
        assert asked
        probe.connection.save("https://relay.example", "")
        await until(lambda: "https://relay.example:443" in words_of(probe.box))
        await until(lambda: not tasks.is_running("models"))


async def test_names_are_shown_as_they_are_and_not_as_markup(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        service = FakeConnections(Profile("connection", "<b>mine</b>", "https://relay.example/v1"))
        probe = BoxProbe(qtbot, tasks, service)
        assert probe.box._name.textFormat() is Qt.TextFormat.PlainText
        await asyncio.sleep(0)


async def test_an_emptied_box_goes_back_to_the_first_of_the_list_and_shows_it(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        await probe.listed()
        probe.field.selectAll()
        press(probe.field, Qt.Key.Key_Delete)
        press(probe.field, Qt.Key.Key_Return)
        assert probe.connection.model == "small"
        assert probe.shown == "small"


async def test_leaving_the_box_alone_chooses_nothing(qtbot: QtBot) -> None:
    async with task_scope() as tasks:
        probe = BoxProbe(qtbot, tasks)
        await probe.listed()
        probe.box.activateWindow()
        await until(probe.box.isActiveWindow)
        probe.box.box.setFocus()
        probe.box.button.setFocus()
        probe.service.listed = ["newer", "small"]
        await probe.listed()
        assert probe.shown == "newer", "only passing through, one has not chosen the first of the old list"
