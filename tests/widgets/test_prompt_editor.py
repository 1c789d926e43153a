"""The prompt as a person edits it: what a model wrote keeps its colour, and nothing that was typed is changed."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.document import Draft, merge_spans
from app.store.paths import resource
from app.widgets import theme
from app.widgets.prompt_editor import PromptEditor
from tests.viewmodels.fakes import Heard
from tests.widgets.hands import CONTROL, SHIFT, commit, press, type_text


class EditorProbe:
    """A prompt editor with somebody at it. Positions count characters."""

    def __init__(self, qtbot: QtBot, draft: Draft | None = None) -> None:
        self.editor = PromptEditor()
        qtbot.addWidget(self.editor)
        self.editor.resize(400, 300)
        self.editor.show()
        self.editor.set_draft(draft or Draft())
        self.edits = Heard(self.editor.edited)

    @property
    def text(self) -> str:
        return self.editor.toPlainText()

    @property
    def coloured(self) -> list[str]:
        """Return the stretches of text that are seen in the colour of generated text, paragraph by paragraph."""
        found: list[str] = []
        block = self.editor.document().begin()
        while block.isValid():
            units = block.text().encode("utf-16-le", "surrogatepass")
            for part in block.layout().formats():
                if part.format.foreground().color() == QColor(theme.colors().generated):
                    piece = units[part.start * 2 : (part.start + part.length) * 2].decode("utf-16-le", "surrogatepass")
                    found.append(piece)
            block = block.next()
        return found

    @property
    def generated(self) -> list[str]:
        """Return the stretches that the draft says a model wrote."""
        draft = self.editor.draft()
        return [draft.text[start:end] for start, end in draft.generated]

    def go_to(self, position: int, until: int | None = None) -> None:
        """Put the cursor behind so many characters, and select up to `until`."""
        cursor = self.editor.textCursor()
        cursor.setPosition(self._unit(position))
        if until is not None:
            cursor.setPosition(self._unit(until), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)

    def type(self, text: str) -> None:
        type_text(self.editor, text)

    def _unit(self, position: int) -> int:
        return len(self.text[:position].encode("utf-16-le", "surrogatepass")) // 2


STORY = Draft("Once upon a time there was", ((4, 16),))


def test_generated_text_has_a_colour_of_its_own(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    assert probe.text == STORY.text
    assert probe.coloured == [" upon a time"]
    assert probe.editor.draft() == STORY


def test_typing_in_the_middle_of_generated_text_is_typed_text(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(10)
    probe.type("XYZ")
    assert probe.text == "Once upon XYZa time there was"
    assert probe.coloured == [" upon ", "a time"]
    assert probe.generated == [" upon ", "a time"]


@pytest.mark.parametrize("position", [4, 16], ids=["before", "behind"])
def test_typing_at_the_edges_of_generated_text_is_typed_text(qtbot: QtBot, position: int) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(position)
    probe.type("!?")
    assert probe.coloured == [" upon a time"]


def test_what_an_input_method_writes_is_typed_text(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(10)
    commit(probe.editor, "从前")
    assert probe.text == "Once upon 从前a time there was"
    assert probe.coloured == [" upon ", "a time"]


def test_what_is_pasted_is_typed_text(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(10)
    pasted = QMimeData()
    pasted.setText("not ")
    probe.editor.insertFromMimeData(pasted)
    assert probe.text == "Once upon not a time there was"
    assert probe.generated == [" upon ", "a time"]


def test_a_line_break_in_generated_text_leaves_both_halves_generated(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(9)
    probe.type("\n")
    assert probe.text == "Once upon\n a time there was"
    assert probe.coloured == [" upon", " a time"]
    probe.type("so")
    assert probe.coloured == [" upon", " a time"]
    assert probe.generated == [" upon", " a time"]


def test_undo_and_redo_keep_the_colours(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(10)
    probe.type("X")
    probe.go_to(8, 13)
    press(probe.editor, Qt.Key.Key_Delete)
    assert probe.generated == [" upotime"]
    press(probe.editor, Qt.Key.Key_Z, CONTROL)
    press(probe.editor, Qt.Key.Key_Z, CONTROL)
    assert probe.text == STORY.text
    assert probe.coloured == [" upon a time"]
    press(probe.editor, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert probe.coloured == [" upon ", "a time"]


@pytest.mark.parametrize("keys", ["copy", "select more", "modifier", "arrow"])
def test_keys_that_write_nothing_leave_selected_generated_text_as_it_is(qtbot: QtBot, keys: str) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(5, 12)
    if keys == "copy":
        press(probe.editor, Qt.Key.Key_C, CONTROL)
    elif keys == "select more":
        press(probe.editor, Qt.Key.Key_Right, SHIFT)
    elif keys == "modifier":
        press(probe.editor, Qt.Key.Key_Shift)
    else:
        press(probe.editor, Qt.Key.Key_Left)
    assert probe.coloured == [" upon a time"]
    assert probe.editor.draft() == STORY
    assert not probe.editor.document().isUndoAvailable(), "looking is no edit"


def test_selected_generated_text_is_replaced_by_what_is_typed_in_its_place(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.go_to(5, 9)
    probe.type("on")
    assert probe.text == "Once on a time there was"
    assert probe.generated == [" ", " a time"]
    probe.editor.undo()
    while probe.editor.document().isUndoAvailable():
        probe.editor.undo()
    assert probe.editor.draft() == STORY


def test_characters_beyond_the_basic_plane_are_counted_as_one(qtbot: QtBot) -> None:
    draft = Draft("𝕏🙂a👩‍👩‍👧z", ((1, 3), (4, 6)))
    probe = EditorProbe(qtbot, draft)
    assert probe.text == draft.text
    assert probe.editor.draft() == draft
    assert probe.coloured == ["🙂a", draft.text[4:6]]
    probe.go_to(2)
    commit(probe.editor, "😀")
    assert probe.editor.draft() == Draft("𝕏🙂😀a👩‍👩‍👧z", ((1, 2), (3, 4), (5, 7)))
    probe.editor.undo()
    assert probe.editor.draft() == draft


def test_an_answer_that_is_moved_up_is_generated_and_undo_takes_it_back_in_one_step(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, Draft("Once"))
    probe.editor.append_generated(" upon\n\na 𝕏 time")
    assert probe.editor.draft() == Draft("Once upon\n\na 𝕏 time", ((4, 19),))
    assert probe.coloured == [" upon", "a 𝕏 time"]
    probe.type(" there")
    assert probe.coloured == [" upon", "a 𝕏 time"]
    while probe.text != "Once upon\n\na 𝕏 time":
        probe.editor.undo()
    probe.editor.undo()
    assert probe.editor.draft() == Draft("Once")
    probe.editor.redo()
    assert probe.coloured == [" upon", "a 𝕏 time"]


def test_replacing_everything_can_be_undone_in_one_step(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.editor.replace_draft(Draft())
    assert probe.text == ""
    probe.editor.undo()
    assert probe.editor.draft() == STORY
    assert probe.coloured == [" upon a time"]


def test_showing_a_draft_from_disk_cannot_be_undone(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.editor.undo()
    assert probe.text == STORY.text
    probe.type("!")
    probe.editor.undo()
    assert probe.editor.draft() == STORY


def test_after_a_draft_was_shown_one_types_at_its_end(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, Draft("Once upon", ((4, 9),)))
    probe.type(" a")
    assert probe.editor.draft() == Draft("Once upon a", ((4, 9),))


# Line ends of every kind become one; Qt keeps these for itself, and takes the last two for a byte order mark.
KEPT_BY_QT = "\r\u2028\u2029\ufdd0\ufdd1\ufffc\0\ufeff\ufffe"
characters = st.characters(exclude_categories=["Cs"], exclude_characters=KEPT_BY_QT)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    text = draw(st.text(st.one_of(characters, st.sampled_from("a \n\u00a0𝕏🙂\t从é")), max_size=30))
    places = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(places, places), max_size=4))
    return Draft(text, merge_spans(spans))


def marks(draft: Draft) -> list[tuple[str, bool]]:
    """Return each character that can be seen with whether a model wrote it; line breaks have no colour."""
    written = {place for start, end in draft.generated for place in range(start, end)}
    return [(character, place in written) for place, character in enumerate(draft.text) if character != "\n"]


@settings(deadline=None)
@given(draft=drafts())
@example(draft=Draft("10\u00a0000 «\u00a0mots\u00a0»", ((6, 9),)))
@example(draft=Draft("a\n\nb", ((0, 4),)))
def test_a_draft_comes_back_as_it_was(qapp: QApplication, draft: Draft) -> None:
    editor = PromptEditor()
    editor.set_draft(draft)
    back = editor.draft()
    assert back.text == draft.text
    assert editor.toPlainText() == draft.text
    assert marks(back) == marks(draft)
    editor.set_draft(back)
    assert editor.draft() == back, "from then on nothing changes any more"


@settings(deadline=None)
@given(draft=drafts(), place=st.integers(0, 30), typed=st.text(characters, min_size=1, max_size=4))
def test_whatever_is_typed_wherever_leaves_all_other_marks(
    qapp: QApplication, draft: Draft, place: int, typed: str
) -> None:
    editor = PromptEditor()
    editor.set_draft(draft)
    place = min(place, len(draft.text))
    before, behind = draft.text[:place], draft.text[place:]
    cursor = editor.textCursor()
    cursor.setPosition(len(before.encode("utf-16-le")) // 2)
    editor.setTextCursor(cursor)
    commit(editor, typed)
    after = editor.draft()
    assert after.text == before + typed + behind
    seen = sum(character != "\n" for character in before)
    new = [(character, False) for character in typed if character != "\n"]
    assert marks(after) == marks(draft)[:seen] + new + marks(draft)[seen:]


@pytest.mark.parametrize("unit", [0xD83D, 0xDE42])
def test_half_a_character_is_no_crash(qtbot: QtBot, unit: int) -> None:
    half = chr(unit)
    probe = EditorProbe(qtbot, Draft(f"𝕏{half}z", ((1, 2),)))
    assert probe.text.replace(half, "") == "𝕏z"
    probe.type("!")
    assert probe.editor.draft().text.replace(half, "") == "𝕏z!"


def test_lines_end_in_one_way_whatever_was_pasted(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, Draft("a\r\nb\rc\u2028d\u2029e"))
    assert probe.text == "a\nb\nc\nd\ne"
    assert probe.editor.draft().text == probe.text


def test_a_change_of_theme_changes_the_colour_and_nothing_else(qtbot: QtBot, qapp: QApplication) -> None:
    probe = EditorProbe(qtbot, STORY)
    probe.type("!")
    probe.go_to(10, 12)
    before = theme.colors().generated
    theme.apply(qapp, theme.load_colors(resource("themes", "dark.toml")))
    assert theme.colors().generated != before
    assert probe.coloured == [" upon a time"]
    assert probe.editor.draft() == Draft(STORY.text + "!", STORY.generated)
    assert probe.editor.textCursor().selectedText() == "a "
    probe.editor.undo()
    assert probe.editor.draft() == STORY, "undo goes on working"


def test_a_change_of_theme_is_no_edit(qtbot: QtBot, qapp: QApplication) -> None:
    probe = EditorProbe(qtbot, Draft("typed only"))
    theme.apply(qapp, theme.load_colors(resource("themes", "dark.toml")))
    assert not probe.editor.document().isUndoAvailable()


def test_every_way_of_editing_is_told(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, Draft("a"))
    edits: list[Callable[[], object]] = [
        lambda: probe.type("b"),
        lambda: commit(probe.editor, "从"),
        lambda: press(probe.editor, Qt.Key.Key_Backspace),
        probe.editor.undo,
        probe.editor.redo,
        lambda: probe.editor.append_generated("c"),
        lambda: probe.editor.replace_draft(Draft("d")),
        lambda: probe.editor.set_draft(Draft("e")),
    ]
    for edit in edits:
        probe.edits.clear()
        edit()
        assert probe.edits


def test_looking_is_no_edit(qtbot: QtBot) -> None:
    probe = EditorProbe(qtbot, STORY)
    press(probe.editor, Qt.Key.Key_Home)
    press(probe.editor, Qt.Key.Key_A, CONTROL)
    press(probe.editor, Qt.Key.Key_C, CONTROL)
    assert not probe.edits


@pytest.mark.parametrize(
    ("text", "left"),
    [("Once ", "Once"), ("Once \t ", "Once"), ("Once\n", "Once\n"), ("a\nb  ", "a\nb"), ("", ""), ("𝕏\u00a0", "𝕏")],
)
def test_q11_a_blank_at_the_end_can_be_taken_away_and_brought_back(qtbot: QtBot, text: str, left: str) -> None:
    probe = EditorProbe(qtbot, Draft(text))
    probe.editor.strip_trailing_space()
    assert probe.text == left
    if left != text:
        probe.editor.undo()
        assert probe.text == text


def test_tab_leads_out_of_the_editor(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    editor, button = PromptEditor(window), QPushButton(window)
    window.show()
    editor.setFocus()
    press(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == ""
    assert window.focusWidget() is button


def test_long_text_is_edited_as_fast_as_short(qtbot: QtBot) -> None:
    long = Draft("\n".join(["All work and no play. " * 10] * 2000), ((10, 200_000),))
    probe = EditorProbe(qtbot, long)
    probe.go_to(100_000)
    begun = time.perf_counter()
    probe.type("twenty characters...")
    assert time.perf_counter() - begun < 2.0
