"""The window as a whole: keyboard, screen reader, languages, themes, text sizes, closing."""

import asyncio
import re

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QSplitterHandle,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.api.errors import AuthError
from app.domain.generation import StopReason, TextArrived
from app.domain.run import RunState
from app.store.paths import resource
from app.widgets import theme
from tests.support import until
from tests.viewmodels.fakes import FakeOptions, Heard, a_run
from tests.widgets.front import Front, front
from tests.widgets.hands import CONTROL, SHIFT, below, is_seen, words_of
from tests.widgets.language import chinese, english_in

MODELS = ("a-model", "small")


def everything_open(f: Front) -> None:
    """Open what is closed, and set every parameter, so that all controls are to be seen."""
    f.window.resize(1400, 1000)
    f.parameters.set_number("temperature", 0.5)
    f.parameters.set_number("top_p", 0.5)
    f.parameters.set_seed(7)
    f.parameters.set_logprobs(5)
    f.parameters.add_stop("\n")


def controls(root: QWidget) -> list[QWidget]:
    """Return what takes the keyboard below root, without the inner parts of Qt's own controls."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.objectName().startswith("qt_")
        and widget.focusProxy() is None
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
        and not _is_popup_part(widget)
        and not (isinstance(widget, QLabel) and not widget.text())
    ]


def _is_popup_part(widget: QWidget) -> bool:
    return widget.window() is not widget and widget.window().windowType() == Qt.WindowType.Popup


def spoken_name(widget: QWidget) -> str:
    """Return what a screen reader calls a control."""
    if widget.accessibleName():
        return widget.accessibleName()
    return widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""


def is_sign(text: str) -> bool:
    return text.strip() in {"✕", "●"}


async def some_work(f: Front) -> None:
    """Leave a problem, an answer in two lanes and a list of runs on the screen."""
    f.parameters.set_number("n", 2)
    f.type("Once ")
    f.place.run()
    f.generations.send(TextArrived(0, "red"), TextArrived(1, "blue"))
    await until(lambda: f.answers == ["red", "blue"])
    f.generations.fail(AuthError("Incorrect API key", http_status=401))
    await f.ended()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot, qapp: QApplication, language: str) -> None:
    async def check() -> None:
        async with front(a_run("r0", "old", state=RunState.INTERRUPTED)) as f:
            everything_open(f)
            await some_work(f)
            f.screens.open_add()
            dialog = f.screens.add_dialog
            assert dialog is not None
            f.panel.model_box.open_switcher()
            f.place.notice.show_notice("量子", "量子", print)
            found = [widget for widget in controls(f.window) if is_seen(widget, widget.window())]
            assert len(found) > 35
            for widget in found:
                name = spoken_name(widget)
                assert name, f"{type(widget).__name__} in {type(widget.parentWidget()).__name__} has no name"
                assert not is_sign(name), f"{name} is not a word"
                if language != "en":
                    assert not english_in(name.replace("small", "")), name
            dialog.reject()

    if language == "en":
        await check()
    else:
        with chinese(qapp):
            await check()


async def test_tab_reaches_every_control(qtbot: QtBot) -> None:
    async with front(a_run("r0", "old")) as f:
        everything_open(f)
        await some_work(f)
        reached: list[QWidget] = []
        f.place.editor.setFocus()
        for _ in range(120):
            f.key(Qt.Key.Key_Tab)
            focus = QApplication.focusWidget()
            assert focus is not None
            if focus is f.place.editor:
                break
            reached.append(focus)
        assert QApplication.focusWidget() is f.place.editor, "the way is no circle"
        wanted = [
            widget
            for widget in controls(f.window)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisible()
            and widget.isEnabled()
            and widget is not f.place.editor
        ]
        for widget in wanted:
            assert widget in reached, f"{type(widget).__name__} {spoken_name(widget)!r}"
        assert len(wanted) > 15


async def test_tab_goes_from_the_prompt_to_its_commands_first(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.key(Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is f.button("run")
        f.key(Qt.Key.Key_Tab, SHIFT)
        assert QApplication.focusWidget() is f.place.editor


# Languages


def visible_texts(f: Front) -> dict[str, str]:
    """Return every text of the window by where it stands; what people or models wrote is left out."""
    texts: dict[str, str] = {"title": f.window.windowTitle()}
    for number, widget in enumerate(f.window.findChildren(QWidget)):
        place = f"{number} {type(widget).__name__}"
        if isinstance(widget, QLabel | QAbstractButton):
            texts[f"{place} text"] = widget.text()
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            texts[f"{place} placeholder"] = widget.placeholderText()
        if isinstance(widget, QMenu):
            texts[f"{place} title"] = widget.title()
        texts[f"{place} tip"] = widget.toolTip()
        texts[f"{place} name"] = widget.accessibleName()
        texts[f"{place} description"] = widget.accessibleDescription()
    for action in f.window.findChildren(QAction) + f.owner.findChildren(QAction):
        texts[f"action {id(action)}"] = action.text()
        texts[f"action {id(action)} tip"] = action.toolTip()
    for row in range(f.write.runs.rowCount()):
        run = f.write.runs.run_at(row)
        for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            said = str(f.write.runs.index(row).data(role))
            # Why a run failed is kept with it in the words of then.
            texts[f"row {row} {role}"] = said.replace(run.problem, "") if run and run.problem else said
    written = ("Once", "red", "blue", "old", *MODELS)
    return {
        place: text
        for place, text in texts.items()
        if text and not is_sign(text) and not any(text == word or text in word for word in written)
    }


def english_left(f: Front) -> list[str]:
    left = []
    for place, text in visible_texts(f).items():
        words = ("Once upon a time,", "Dear Ms Lambert,", "Thank you", "Once", "red", "blue", "old", *MODELS)
        cleaned = re.sub(rf"(?<![A-Za-z])(?:{'|'.join(words)})", "", text)
        left += [f"{place}: {text}"] if english_in(cleaned) else []
    return left


async def test_a_change_of_language_changes_every_word_in_the_window_and_back(qtbot: QtBot, qapp: QApplication) -> None:
    async with front(a_run("r0", "old", state=RunState.INTERRUPTED, reason=StopReason.INTERRUPTED)) as f:
        everything_open(f)
        await some_work(f)
        await until(f.place._space_hint.isVisible)
        await asyncio.sleep(0.02)  # what was taken out of the window is freed a turn later
        before = visible_texts(f)
        with chinese(qapp):
            await asyncio.sleep(0.02)
            assert "\n".join(english_left(f)) == ""
        await asyncio.sleep(0.02)
        after = visible_texts(f)
        assert sorted(set(after.values()) - set(before.values())) == []
        assert sorted(set(before.values()) - set(after.values())) == []


async def test_an_interrupted_run_and_its_problem_are_said_in_the_new_language(
    qtbot: QtBot, qapp: QApplication
) -> None:
    async with front(a_run("r0", "old", state=RunState.INTERRUPTED, reason=StopReason.INTERRUPTED)) as f:
        assert "This run was interrupted" in words_of(f.place)
        with chinese(qapp):
            await asyncio.sleep(0)
            assert "\n".join(english_left(f)) == ""
            assert "This run was interrupted" not in words_of(f.place)


async def test_the_language_of_the_start_is_spoken_from_the_first_word_on(qtbot: QtBot, qapp: QApplication) -> None:
    with chinese(qapp):
        async with front(a_run("r0", "old", state=RunState.FAILED)) as f:
            everything_open(f)
            await some_work(f)
            f.screens.open_add()
            await until(lambda: not f.tasks.is_running("key-place"))
            f.panel.model_box.open_switcher()
            assert "\n".join(english_left(f)) == ""
            assert f.screens.add_dialog is not None
            f.screens.add_dialog.reject()


@pytest.mark.parametrize("choice", ["system", "en", "zh_CN"])
async def test_a_language_can_be_chosen_in_the_menu(qtbot: QtBot, choice: str) -> None:
    async with front() as f:
        f.actions[f"language_{choice}"].trigger()
        assert f.preferences.language == choice
        assert [name for name in ("system", "en", "zh_CN") if f.actions[f"language_{name}"].isChecked()] == [choice]


@pytest.mark.parametrize("choice", ["system", "light", "dark"])
async def test_a_theme_can_be_chosen_in_the_menu(qtbot: QtBot, choice: str) -> None:
    async with front() as f:
        f.actions[f"theme_{choice}"].trigger()
        assert f.preferences.theme == choice
        assert [name for name in ("system", "light", "dark") if f.actions[f"theme_{name}"].isChecked()] == [choice]


async def test_the_choices_of_last_time_are_checked_in_the_menus(qtbot: QtBot) -> None:
    async with front(options=FakeOptions(theme="dark", language="zh_CN")) as f:
        assert f.actions["theme_dark"].isChecked()
        assert f.actions["language_zh_CN"].isChecked()


async def test_both_themes_are_painted_without_complaint(qtbot: QtBot, qapp: QApplication) -> None:
    async with front(a_run("r0", "old", state=RunState.INTERRUPTED)) as f:
        everything_open(f)
        await some_work(f)
        f.actions["focus_runs"].trigger()  # where no cursor blinks
        pictures = []
        for name in ("light", "dark", "light", "dark"):
            theme.apply(qapp, theme.load_colors(resource("themes", f"{name}.toml")))
            await asyncio.sleep(0.05)  # new colours may ask for a new layout
            pictures.append(f.window.grab().toImage())
        assert pictures[1] != pictures[2]
        assert pictures[1] == pictures[3], "nothing of the light theme is left"


async def test_text_sizes_can_be_changed_by_key(qtbot: QtBot) -> None:
    async with front() as f:
        f.key(Qt.Key.Key_Plus, CONTROL)
        assert f.preferences.text_scale == 110
        f.key(Qt.Key.Key_Minus, CONTROL)
        f.key(Qt.Key.Key_Minus, CONTROL)
        assert f.preferences.text_scale == 90
        f.key(Qt.Key.Key_0, CONTROL)
        assert f.preferences.text_scale == 100


# Dialogs and closing


async def test_the_connections_open_once_and_are_freed_when_they_close(qtbot: QtBot) -> None:
    async with front() as f:
        f.key(Qt.Key.Key_Comma, CONTROL)
        first = f.screens.window
        assert first is not None
        f.actions["connection"].trigger()
        assert f.screens.window is first
        freed = Heard(first.destroyed)
        first.close()
        del first
        await until(lambda: freed and f.screens.window is None)


async def test_about_names_the_version_and_is_freed_when_it_closes(qtbot: QtBot) -> None:
    async with front() as f:
        f.actions["about"].trigger()
        box = f.window.findChild(QMessageBox)
        assert box is not None
        assert "Quillpane" in box.text()
        box.reject()
        del box
        await until(lambda: f.window.findChild(QMessageBox) is None)


async def test_closing_asks_first_and_keeps_the_window(qtbot: QtBot) -> None:
    async with front() as f:
        assert not f.window.close_requested.is_set()
        f.window.close()
        assert f.window.close_requested.is_set()
        assert f.window.isVisible()
        f.window.allow_close()
        assert not f.window.isVisible()


async def test_quit_asks_first_too(qtbot: QtBot) -> None:
    async with front() as f:
        f.key(Qt.Key.Key_Q, CONTROL)
        assert f.window.close_requested.is_set()
        assert f.window.isVisible()


async def test_the_window_is_where_it_was_left(qtbot: QtBot) -> None:
    store = FakeOptions()
    async with front(options=store) as f:
        f.window.resize(700, 600)  # no larger than the screen, or Qt would make it smaller
        f.window.keep_layout()
    async with front(options=store) as f:
        assert (f.window.width(), f.window.height()) == (700, 600)


async def test_a_damaged_layout_is_ignored(qtbot: QtBot) -> None:
    store = FakeOptions(window__geometry="AAAA", window__columns="////", window__rows="no base64")
    async with front(options=store) as f:
        assert f.window.width() > 400
        assert min(f.place._columns.sizes()) > 0


async def test_a_closed_window_is_freed(qtbot: QtBot) -> None:
    freed: list[bool] = []
    async with front(a_run("r0", "old")) as f:
        f.window.destroyed.connect(lambda: freed.append(True))
        f.window.allow_close()
        f.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert freed
        f.write.run("Once")  # nobody is left to hear of it
        f.write.stop()


async def test_all_parameters_can_be_set_to_neutral_from_the_menu(qtbot: QtBot) -> None:
    async with front() as f:
        f.parameters.set_number("temperature", 0.2)
        f.actions["reset_parameters"].trigger()
        assert f.parameters.values.temperature == 1.0


async def test_the_window_fits_on_a_small_screen(qtbot: QtBot) -> None:
    async with front(a_run("r0", "old")) as f:
        f.window.resize(480, 420)
        assert f.window.width() <= 640
        assert f.window.height() <= 520
        for widget in below(f.window):
            if isinstance(widget, QAbstractScrollArea | QAbstractItemView | QSplitterHandle):
                continue
            if isinstance(widget, QAbstractButton) and widget.isVisible():
                right = widget.mapTo(f.window, widget.rect().topRight()).x()
                assert right <= f.window.width(), spoken_name(widget)
