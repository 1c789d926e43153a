"""The one list that switches: found by typing, walked with the arrows, chosen with Enter, and any name can be typed."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.viewmodels.connection import SwitchRow
from app.widgets.switcher import Switcher
from tests.viewmodels.fakes import Heard
from tests.widgets.hands import below, click, is_seen, press, type_text
from tests.widgets.language import chinese, english_in

ROWS = (
    SwitchRow("relay", "qwen-plus", "★ qwen-plus", "My relay", is_favourite=True),
    SwitchRow("relay", "gpt-4o-mini", "gpt-4o-mini", "My relay"),
    SwitchRow("relay", "gpt-4o", "gpt-4o", "My relay", is_current=True),
    SwitchRow("relay", "", "Connection: My relay", "https://api.relay.example/v1", is_current=True),
    SwitchRow("plain", "", "Connection: Home", "http://10.0.0.7:8000/v1"),
)
TITLES = [row.title for row in ROWS]


class ListProbe:
    """An open list with somebody at it."""

    def __init__(self, qtbot: QtBot, *rows: SwitchRow) -> None:
        self.list = Switcher()
        qtbot.addWidget(self.list)
        self.chosen = Heard(self.list.row_chosen)
        self.typed = Heard(self.list.model_typed)
        self.open(*rows)

    def open(self, *rows: SwitchRow) -> None:
        self.list.show_rows(rows or ROWS, QPoint(10, 10))

    @property
    def titles(self) -> list[str]:
        model = self.list.view.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    @property
    def current(self) -> str | None:
        title = self.list.view.currentIndex().data()
        assert title is None or isinstance(title, str)
        return title

    def type(self, text: str) -> None:
        type_text(self.list.search, text)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            press(self.list.search, key)


@pytest.fixture
def probe(qtbot: QtBot) -> ListProbe:
    return ListProbe(qtbot)


def test_it_opens_with_all_rows_in_order_and_the_one_in_use_marked(probe: ListProbe) -> None:
    assert probe.titles == TITLES
    assert probe.current == "gpt-4o"
    model = probe.list.view.model()
    bold = [
        model.index(row, 0).data()
        for row in range(model.rowCount())
        if (font := model.index(row, 0).data(Qt.ItemDataRole.FontRole)) is not None and font.bold()
    ]
    assert bold == ["gpt-4o", "Connection: My relay"]
    assert probe.list.search.hasFocus()
    assert not is_seen(probe.list.use_typed, probe.list)


def test_without_a_row_in_use_the_first_is_current(qtbot: QtBot) -> None:
    assert ListProbe(qtbot, ROWS[4], ROWS[1]).current == "Connection: Home"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_arrows_walk_while_the_cursor_stays_in_the_search(probe: ListProbe, key: Qt.Key) -> None:
    probe.press(Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert probe.current == "★ qwen-plus"
    probe.press(Qt.Key.Key_Down)
    assert probe.current == "gpt-4o-mini"
    assert probe.list.search.hasFocus()
    probe.press(key)
    assert probe.chosen == [(ROWS[1],)]
    assert not probe.list.isVisible()


def test_the_arrows_stop_at_both_ends(probe: ListProbe) -> None:
    probe.press(*[Qt.Key.Key_Down] * 9)
    assert probe.current == TITLES[-1]
    probe.press(*[Qt.Key.Key_Up] * 9)
    assert probe.current == TITLES[0]
    probe.press(Qt.Key.Key_PageDown)
    assert probe.current == TITLES[-1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("qwen", ["★ qwen-plus"]),
        ("QWEN", ["★ qwen-plus"]),
        ("my relay", TITLES[:4]),
        ("10.0.0.7", ["Connection: Home"]),
        ("  gpt ", ["gpt-4o-mini", "gpt-4o"]),
        ("gpt.4o", []),
        ("", TITLES),
    ],
)
def test_typing_leaves_the_rows_that_hold_the_text(probe: ListProbe, typed: str, found: list[str]) -> None:
    probe.type(typed)
    assert probe.titles == found
    assert probe.current == (found[0] if found and typed else ("gpt-4o" if found else None))


def test_one_can_type_and_walk_and_type_on(probe: ListProbe) -> None:
    probe.type("relay")
    probe.press(Qt.Key.Key_Down)
    assert probe.current == "gpt-4o-mini"
    probe.press(*[Qt.Key.Key_Backspace] * 5)
    probe.type("home")
    probe.press(Qt.Key.Key_Return)
    assert probe.chosen == [(ROWS[4],)]


@pytest.mark.parametrize("typed", ["gpt-4o", "GPT-4o "])
def test_the_model_of_exactly_the_typed_name_comes_before_longer_ones(probe: ListProbe, typed: str) -> None:
    probe.type(typed)
    assert probe.titles == ["gpt-4o-mini", "gpt-4o"]
    probe.press(Qt.Key.Key_Return)
    assert probe.chosen == [(ROWS[2],)]


def test_q28_a_name_that_is_in_no_row_is_taken_as_it_was_typed(probe: ListProbe) -> None:
    probe.type(" Vendor/Model-7:free ")
    probe.press(Qt.Key.Key_Return)
    assert probe.typed == [("Vendor/Model-7:free",)]
    assert probe.chosen == []
    assert not probe.list.isVisible()


def test_q28_a_name_within_another_can_be_typed_all_the_same(probe: ListProbe) -> None:
    probe.type("gpt-4")
    assert probe.titles == ["gpt-4o-mini", "gpt-4o"]
    assert probe.list.use_typed.text() == "Use “gpt-4” as the model's name"
    click(probe.list.use_typed)
    assert probe.typed == [("gpt-4",)]
    assert probe.chosen == []


def test_enter_on_nothing_chooses_nothing(qtbot: QtBot) -> None:
    probe = ListProbe(qtbot, ROWS[0])
    probe.list.show_rows((), QPoint(0, 0))
    probe.press(Qt.Key.Key_Return)
    assert probe.chosen == probe.typed == []
    assert probe.list.isVisible()


def test_escape_closes_and_chooses_nothing(probe: ListProbe) -> None:
    probe.type("qwen")
    probe.press(Qt.Key.Key_Escape)
    assert not probe.list.isVisible()
    assert probe.chosen == probe.typed == []
    probe.open()
    assert probe.list.search.text() == "", "it opens anew"
    assert probe.titles == TITLES


def test_a_click_chooses_once(probe: ListProbe) -> None:
    view = probe.list.view
    click(view.viewport(), view.visualRect(view.model().index(4, 0)).center())
    assert probe.chosen == [(ROWS[4],)]
    assert not probe.list.isVisible()


def test_the_list_itself_can_have_the_keyboard(probe: ListProbe) -> None:
    probe.list.view.setFocus()
    press(probe.list.view, Qt.Key.Key_Home)
    press(probe.list.view, Qt.Key.Key_Return)
    assert probe.chosen == [(ROWS[0],)]


def test_the_other_screens_are_asked_for_and_the_list_closes(probe: ListProbe) -> None:
    for button, signal in (
        (probe.list.add_button, probe.list.add_requested),
        (probe.list.manage_button, probe.list.manage_requested),
    ):
        probe.open()
        heard = Heard(signal)
        click(button)
        assert len(heard) == 1
        assert not probe.list.isVisible()


def test_it_stays_on_the_screen(probe: ListProbe) -> None:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    for at in (QPoint(-500, -500), QPoint(90_000, 90_000), screen.bottomRight()):
        probe.list.show_rows(ROWS, at)
        assert screen.contains(probe.list.geometry())


def test_names_of_others_are_shown_as_they_are(qtbot: QtBot) -> None:
    probe = ListProbe(qtbot)
    probe.type("a&b")
    assert "a&&b" in probe.list.use_typed.text(), "an ampersand alone would be a shortcut"


def test_hundreds_of_models_are_searched_at_once(qtbot: QtBot) -> None:
    rows = [SwitchRow("relay", f"model-{number}", f"model-{number}", "My relay") for number in range(600)]
    probe = ListProbe(qtbot, *rows)
    probe.type("model-599")
    assert probe.titles == ["model-599"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot, qapp: QApplication, language: str) -> None:
    def check() -> None:
        probe = ListProbe(qtbot)
        probe.type("7")
        names = [
            widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            for widget in below(probe.list)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.objectName().startswith("qt_")
        ]
        assert len(names) == 5
        assert all(names)
        if language != "en":
            assert not english_in(" ".join([*names, probe.list.search.placeholderText()]))
        row = probe.list.view.model().index(0, 0)
        assert row.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Connection: Home. http://10.0.0.7")

    if language == "en":
        check()
    else:
        with chinese(qapp):
            check()


def test_a_list_that_was_made_follows_the_language(probe: ListProbe, qapp: QApplication) -> None:
    with chinese(qapp):
        QApplication.sendPostedEvents()
        assert not english_in(probe.list.add_button.text() + probe.list.search.placeholderText())
