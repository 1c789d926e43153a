"""Every command has words, no two share a shortcut, and the tool tips say both."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.actions import COMMANDS, Actions
from app.widgets.window import MENUS


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[Actions]:
    owner = QWidget()
    qtbot.addWidget(owner)
    yield Actions(owner)
    owner.close()


def test_every_command_has_words_and_says_what_it_does(actions: Actions) -> None:
    for command in COMMANDS:
        action = actions[command.name]
        assert action.text()
        assert action.toolTip()


def test_names_are_there_once() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)


def test_no_two_commands_share_a_shortcut(actions: Actions) -> None:
    shortcuts = [actions[command.name].shortcut() for command in COMMANDS if command.shortcut]
    assert all(not shortcut.isEmpty() for shortcut in shortcuts)
    assert len({shortcut.toString() for shortcut in shortcuts}) == len(shortcuts)


@pytest.mark.parametrize(
    ("name", "shortcut"),
    [("run", "Ctrl+Return"), ("stop", "Esc"), ("continue", "Ctrl+Shift+Return"), ("undo", "Ctrl+Z")],
)
def test_the_commands_of_every_day_have_the_keys_people_know(actions: Actions, name: str, shortcut: str) -> None:
    assert actions[name].shortcut() == QKeySequence(shortcut)
    assert actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText) in actions[name].toolTip()


def test_every_command_is_in_a_menu() -> None:
    shown = {entry for _, entries in MENUS for entry in entries if entry}
    for command in COMMANDS:
        assert command.name in shown or command.name.split("_")[0] in {"theme", "language"}


def test_an_unknown_command_is_a_mistake(actions: Actions) -> None:
    with pytest.raises(KeyError):
        actions["no such command"]
