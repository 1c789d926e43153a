"""A page of fields: buttons beside a field where there is room, below it where there is none."""

from PySide6.QtWidgets import QBoxLayout, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.form_page import FaultLabel, FieldRow, FormPage, WarningCard, hint_label, say
from tests.widgets.hands import words_of


def test_buttons_go_below_their_field_where_both_do_not_fit(qtbot: QtBot) -> None:
    row = FieldRow(QLineEdit(), QPushButton("Choose…"), QPushButton("Remove this again"))
    window = QWidget()  # without a layout of its own, so that the test says how wide the row is
    qtbot.addWidget(window)
    row.setParent(window)
    window.show()
    row.resize(700, 60)
    row.show()
    assert row._box.direction() is QBoxLayout.Direction.LeftToRight
    buttons = sum(button.sizeHint().width() for button in row.findChildren(QPushButton))
    row.resize(buttons + 30, 60)
    assert row._box.direction() is QBoxLayout.Direction.TopToBottom
    assert row._buttons.direction() is QBoxLayout.Direction.LeftToRight
    row.resize(buttons - 30, 90)
    assert row._buttons.direction() is QBoxLayout.Direction.TopToBottom
    row.resize(700, 60)
    assert row._box.direction() is QBoxLayout.Direction.LeftToRight


def test_a_field_has_its_label_above_and_reads_it_out(qtbot: QtBot) -> None:
    page = FormPage()
    qtbot.addWidget(page)
    field = QLineEdit()
    label, hint = page.add_field(field)
    label.setText("&Name")
    say(hint, "As you like")
    page.end()
    assert label.buddy() is field
    assert words_of(page) == ["&Name", "As you like"]


def test_what_is_empty_takes_no_room(qtbot: QtBot) -> None:
    card, fault, hint = WarningCard(), FaultLabel(), hint_label()
    for widget in (card, fault, hint):
        qtbot.addWidget(widget)
        assert widget.isHidden()
    card.say("Careful")
    fault.say("wrong")
    assert not card.isHidden()
    assert fault.text() == "✕ wrong"
    card.say("")
    fault.say("")
    assert card.isHidden()
    assert fault.isHidden()
