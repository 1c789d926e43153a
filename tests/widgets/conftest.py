"""Every widget test starts in the light theme and in English, and leaves no window behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.store.paths import resource
from app.widgets import theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the offscreen platform say what it cannot do."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(autouse=True)
def light_and_english(qapp: QApplication) -> None:
    theme.apply(qapp, theme.load_colors(resource("themes", "light.toml")))
    QLocale.setDefault(QLocale("en_GB"))


@pytest.fixture(autouse=True)
def no_window_left(light_and_english: None, qtbot: QtBot) -> Iterator[None]:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
