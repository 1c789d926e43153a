"""Extra headers, body fields and a relay's forms, checked in place while they are typed."""

from pytestqt.qtbot import QtBot

from app.domain.profile import Dialect
from tests.viewmodels.connection_fakes import RELAY
from tests.widgets.connection_probe import window
from tests.widgets.hands import type_text, words_of


async def test_faults_are_said_below_their_field_and_nothing_can_be_saved(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.extras
        type_text(form.headers, "X-Title: Quillpane\nfoo")
        type_text(form.body, '{"top_k": 4,}')
        words = words_of(form)
        assert any(line.startswith("✕ Line 2") for line in words)
        assert any(line.startswith("✕ This is not JSON: line 1") for line in words)
        assert not probe.window.save_button.isEnabled()


async def test_what_is_right_becomes_part_of_the_connection(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.extras
        type_text(form.headers, "X-Title: Quillpane")
        form.body.setPlainText('{"top_k": 4}')
        profile = probe.bench.connections.draft.profile
        assert profile.extra_headers == {"X-Title": "Quillpane"}
        assert profile.extra_body == {"top_k": 4}
        assert not any(line.startswith("✕") for line in words_of(form))
        probe.bench.connections.revert()
        assert form.headers.toPlainText() == ""


async def test_the_forms_of_a_relay_can_be_chosen(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.extras
        type_text(form.fields["mj_prefix"], "/mj-fast")
        box = form.choices["suno"]
        box.setCurrentIndex(box.findData("native"))
        box.activated.emit(box.currentIndex())
        assert probe.bench.connections.draft.profile.dialect == Dialect(mj_prefix="/mj-fast", suno="native")
        assert RELAY.dialect == Dialect()


async def test_tab_leaves_the_editors(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        assert probe.window.extras.headers.tabChangesFocus()
        assert probe.window.extras.body.tabChangesFocus()
