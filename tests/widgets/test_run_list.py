"""The list of runs as a person uses it: look, go back, delete, take over settings; nothing is overwritten."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.domain.parameters import SamplingParameters
from app.domain.run import RunState
from app.widgets.run_list import RunList
from tests.support import until
from tests.viewmodels.fakes import Desk, a_run, desk
from tests.widgets.hands import click, is_seen, press


class ListProbe:
    """The list over the view-models of a desk, connected as the Write place connects it."""

    def __init__(self, qtbot: QtBot, d: Desk) -> None:
        self.list = RunList(d.write)
        qtbot.addWidget(self.list)
        self.list.run_chosen.connect(d.write.show_run)
        self.list.delete_requested.connect(d.write.delete_run)
        self.list.parameters_requested.connect(d.write.adopt_parameters)
        self.list.resize(220, 400)
        self.list.show()
        self._desk = d

    def click_row(self, row: int) -> None:
        index = self._desk.write.runs.index(row)
        click(self.list.view.viewport(), self.list.view.visualRect(index).center())

    def press(self, key: Qt.Key) -> None:
        press(self.list.view, key)

    @property
    def selected(self) -> int:
        rows = self.list.view.selectionModel().selectedIndexes()
        return rows[0].row() if rows else -1

    @property
    def is_empty(self) -> bool:
        return is_seen(self.list.empty, self.list) and not is_seen(self.list.view, self.list)


async def loaded(d: Desk) -> None:
    d.write.load()
    await until(lambda: d.write.shown)


async def test_before_the_first_run_it_says_what_will_be_here(qtbot: QtBot) -> None:
    async with desk() as d:
        probe = ListProbe(qtbot, d)
        assert probe.is_empty
        assert "Nothing is ever overwritten" in probe.list.empty.text()
        d.write.run("Once")
        assert not probe.is_empty
        assert probe.selected == 0


async def test_the_run_that_is_shown_is_selected(qtbot: QtBot) -> None:
    async with desk(*(a_run(f"r{n}", f"answer {n}", minute=n) for n in range(3))) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        assert probe.selected == 0
        d.write.show_run("r0")
        assert probe.selected == 2
        d.write.show_nothing()
        assert probe.selected == -1


async def test_a_click_or_an_arrow_shows_a_run(qtbot: QtBot) -> None:
    async with desk(*(a_run(f"r{n}", f"answer {n}", minute=n) for n in range(3))) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        probe.click_row(1)
        assert d.text() == "answer 1"
        probe.press(Qt.Key.Key_Down)
        assert d.text() == "answer 0"
        probe.press(Qt.Key.Key_Home)
        assert d.text() == "answer 2"


async def test_the_run_that_was_left_can_be_shown_again_by_a_click(qtbot: QtBot) -> None:
    async with desk(a_run("r0", "answer 0")) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        d.write.show_nothing()
        probe.click_row(0)
        assert d.text() == "answer 0"


async def test_a_new_run_comes_on_top_and_is_selected(qtbot: QtBot) -> None:
    async with desk(*(a_run(f"r{n}", f"answer {n}", minute=n) for n in range(3))) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        probe.click_row(2)
        d.write.run("Once")
        assert probe.selected == 0
        assert d.write.runs.rowCount() == 4
        d.generations.send("new")
        await until(lambda: d.text() == "new")
        probe.click_row(3)
        assert d.text() == "answer 0"
        assert d.write.is_running


async def test_a_run_that_was_started_before_the_list_came_stays_selected(qtbot: QtBot) -> None:
    async with desk(a_run("r0", "answer 0")) as d:
        probe = ListProbe(qtbot, d)
        d.write.run("Once")
        d.write.load()
        await until(lambda: d.write.runs.rowCount() == 2)
        assert probe.selected == 0


async def test_delete_removes_the_selected_run_and_selects_a_neighbour(qtbot: QtBot) -> None:
    async with desk(*(a_run(f"r{n}", f"answer {n}", minute=n) for n in range(3))) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        probe.click_row(1)
        probe.press(Qt.Key.Key_Delete)
        await until(lambda: d.history.deleted == {"r1"})
        assert d.rows() == ["r2", "r0"]
        shown = d.write.shown
        assert shown is not None
        assert d.rows()[probe.selected] == shown.id
        probe.press(Qt.Key.Key_Delete)
        probe.press(Qt.Key.Key_Delete)
        await until(lambda: len(d.history.deleted) == 3)
        assert probe.is_empty
        probe.press(Qt.Key.Key_Delete)


async def test_the_menu_of_a_row_deletes_it_or_takes_its_settings(qtbot: QtBot) -> None:
    parameters = SamplingParameters(temperature=0.25)
    async with desk(a_run("r0", "answer", parameters=parameters)) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        probe.click_row(0)
        row = probe.list.view.visualRect(d.write.runs.index(0)).center()
        probe.list.view.customContextMenuRequested.emit(row)
        menu = probe.list._menu
        assert menu.isVisible()
        assert [action.text() for action in menu.actions()] == ["Use its settings", "Delete"]
        menu.actions()[0].trigger()
        assert d.parameters.values == parameters
        menu.actions()[1].trigger()
        await until(lambda: d.history.deleted == {"r0"})
        menu.close()


async def test_there_is_no_menu_where_there_is_no_row(qtbot: QtBot) -> None:
    async with desk(a_run("r0", "answer")) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        probe.list.view.customContextMenuRequested.emit(QPoint(5, 380))
        assert not probe.list._menu.isVisible()


async def test_rows_are_painted_in_every_state(qtbot: QtBot) -> None:
    async with desk(*(a_run(f"r{n}", "word " * 90, minute=n, state=state) for n, state in enumerate(RunState))) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        empty = ListProbe(qtbot, d)
        empty.list.view.setModel(None)
        with_rows = probe.list.view.grab().toImage()
        assert with_rows != empty.list.view.grab().toImage()
        option = QStyleOptionViewItem()
        option.initFrom(probe.list.view)
        hint = probe.list.view.itemDelegate().sizeHint(option, d.write.runs.index(0))
        assert hint.height() > 2 * option.fontMetrics.height(), "two lines"
        probe.click_row(1)
        assert probe.list.view.grab().toImage() != with_rows, "the selected row is another"


async def test_a_screen_reader_hears_name_and_rows(qtbot: QtBot) -> None:
    async with desk(a_run("r0", "answer")) as d:
        probe = ListProbe(qtbot, d)
        await loaded(d)
        assert probe.list.view.accessibleName() == "Runs"
        said = d.write.runs.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert str(said).startswith("answer. ")
