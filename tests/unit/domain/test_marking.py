"""Marked words stay as they are until they are said."""

from PySide6.QtCore import QT_TRANSLATE_NOOP as QTS_OWN

from app.domain.marking import QT_TRANSLATE_NOOP


def test_a_marked_text_is_the_text() -> None:
    assert QT_TRANSLATE_NOOP("Commands", "Run") == "Run"


def test_the_mark_is_the_one_that_translators_tools_look_for() -> None:
    assert QT_TRANSLATE_NOOP.__name__ == QTS_OWN.__name__
    assert QT_TRANSLATE_NOOP("Commands", "Run") == QTS_OWN("Commands", "Run")
