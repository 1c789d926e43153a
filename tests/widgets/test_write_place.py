"""The Write place as a person works in it: write, run, stop, continue, move up, run again, with mouse or keyboard."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.api.errors import AuthError, ConnectionLostError, ContextTooLongError, RateLimitedError
from app.domain.document import Draft
from app.domain.generation import StopReason
from app.domain.parameters import SamplingParameters
from app.domain.run import RunState
from app.store.errors import DiskFullError
from tests.support import until
from tests.viewmodels.fakes import FakeOptions, a_run
from tests.widgets.front import SAMPLES, Front, front
from tests.widgets.hands import CONTROL, SHIFT, click, commit, is_seen, press, type_text, words_of


def sees(f: Front, words: str) -> bool:
    return any(words in text for text in words_of(f.place))


async def finished(f: Front, text: str, prompt: str = "Once") -> None:
    """Run a prompt to its end."""
    f.place.editor.set_draft(Draft(prompt))
    f.place.run()
    await f.wrote(text)
    f.generations.end()
    await f.ended()


async def test_typing_and_pressing_run_streams_an_answer(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once upon")
        f.press_button("run")
        await f.wrote(" a time")
        assert f.generations.runs[0].prompt == "Once upon"
        assert f.answers == [" a time"]
        assert f.prompt == "Once upon"


async def test_q11_the_prompt_is_sent_exactly_as_it_was_typed(qtbot: QtBot) -> None:
    async with front() as f:
        f.place.editor.set_draft(Draft("  «\u00a0Été\u00a0»\t𝕏\n\n "))
        f.place.run()
        await until(lambda: f.generations.runs)
        assert f.generations.runs[0].prompt == "  «\u00a0Été\u00a0»\t𝕏\n\n "


async def test_an_empty_prompt_is_asked_for_and_nothing_is_sent(qtbot: QtBot) -> None:
    async with front() as f:
        for text in ("", "  \n"):
            f.place.editor.set_draft(Draft(text))
            f.press_button("run")
            await asyncio.sleep(0.01)
            assert f.generations.runs == []
            assert sees(f, "Write the beginning of a text first.")


async def test_the_commands_are_possible_when_they_make_sense(qtbot: QtBot) -> None:
    def possible(f: Front) -> set[str]:
        return {name for name, button in f.place.buttons.items() if button.isEnabled()}

    async with front() as f:
        assert possible(f) == {"run"}
        f.type("Once")
        f.press_button("run")
        assert possible(f) == {"stop"}
        await f.wrote("text")
        assert possible(f) == {"stop", "copy_answer"}
        f.press_button("stop")
        await f.ended()
        assert possible(f) == {"run", "continue", "use_as_prompt", "copy_answer"}
        f.place.clear_prompt()
        assert possible(f) == {"run"}


async def test_stop_keeps_what_has_come(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.press_button("run")
        await f.wrote("kept")
        f.press_button("stop")
        await f.ended()
        assert f.answers == ["kept"]
        assert "Stopped by you" in f.status


async def test_continue_goes_on_behind_the_answer(qtbot: QtBot) -> None:
    async with front() as f:
        await finished(f, " upon", prompt="Once")
        f.press_button("continue")
        await until(lambda: len(f.generations.runs) == 2)
        assert f.generations.runs[1].prompt == "Once upon"
        assert f.answers == [" upon"]
        await f.wrote(" a time")
        assert f.answers == [" upon a time"]
        assert f.prompt == "Once"


async def test_use_as_prompt_moves_the_answer_up_and_undo_takes_it_back(qtbot: QtBot) -> None:
    async with front() as f:
        await finished(f, " upon 10\u00a0000 𝕏", prompt="Once")
        f.press_button("use_as_prompt")
        assert f.prompt == "Once upon 10\u00a0000 𝕏"
        assert f.place.editor.draft().generated == ((4, 18),)
        assert f.place.answer.lanes == []
        assert len(f.rows()) == 1, "the run stays in the list"
        assert QApplication.focusWidget() is f.place.editor
        f.key(Qt.Key.Key_Z, CONTROL)
        assert f.prompt == "Once"
        f.place.run_list.view.setCurrentIndex(f.write.runs.index(0))
        assert f.answers == [" upon 10\u00a0000 𝕏"]


async def test_run_again_keeps_the_earlier_result(qtbot: QtBot) -> None:
    async with front() as f:
        await finished(f, "first")
        f.press_button("run")
        await f.wrote("second")
        f.generations.end()
        await f.ended()
        assert len(f.rows()) == 2
        f.place.run_list.view.setCurrentIndex(f.write.runs.index(1))
        assert f.answers == ["first"]


async def test_copy_puts_the_answer_on_the_clipboard_and_says_so(qtbot: QtBot) -> None:
    async with front() as f:
        await finished(f, "the 10\u00a0000 answers")
        f.press_button("copy_answer")
        assert QApplication.clipboard().text() == "the 10\u00a0000 answers"
        assert sees(f, "The answer was copied.")


async def test_clearing_the_prompt_can_be_undone(qtbot: QtBot) -> None:
    async with front(draft=Draft("Once upon", ((4, 9),))) as f:
        f.place.clear_prompt()
        assert f.prompt == ""
        f.place.editor.undo()
        assert f.place.editor.draft() == Draft("Once upon", ((4, 9),))


async def test_a_sample_can_be_tried_with_one_click(qtbot: QtBot) -> None:
    async with front() as f:
        click(f.place.answer.sample_buttons[1])
        assert f.prompt == SAMPLES[1]
        f.press_button("run")
        await f.wrote("you")


# Keyboard


async def test_control_return_runs_and_escape_stops(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.key(Qt.Key.Key_Return, CONTROL)
        await f.wrote("text")
        assert f.prompt == "Once", "no line break was typed"
        f.key(Qt.Key.Key_Escape)
        await f.ended()
        assert f.answers == ["text"]
        f.key(Qt.Key.Key_Return, CONTROL | SHIFT)
        await until(lambda: len(f.generations.runs) == 2)
        assert f.generations.runs[1].prompt == "Oncetext"
        f.key(Qt.Key.Key_Escape)
        await f.ended()
        f.key(Qt.Key.Key_U, CONTROL)
        assert f.prompt == "Oncetext"


async def test_return_alone_is_a_line_break(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once\nupon")
        await asyncio.sleep(0.01)
        assert f.prompt == "Once\nupon"
        assert f.generations.runs == []


async def test_the_return_that_ends_an_input_methods_word_does_not_run(qtbot: QtBot) -> None:
    async with front() as f:
        f.place.editor.setFocus()
        QApplication.sendEvent(f.place.editor, QInputMethodEvent("cong qian", []))
        commit(f.place.editor, "从前")
        await asyncio.sleep(0.01)
        assert f.prompt == "从前"
        assert f.generations.runs == []


@pytest.mark.parametrize("name", ["temperature", "max_tokens"])
async def test_a_number_that_is_still_being_typed_counts_when_run_is_pressed(qtbot: QtBot, name: str) -> None:
    async with front(draft=Draft("Once")) as f:
        box = f.panel.rows[name].box
        box.setFocus()
        box.selectAll()
        type_text(box, "2")
        f.key(Qt.Key.Key_Return, CONTROL)
        await until(lambda: f.generations.runs)
        assert getattr(f.generations.runs[0].parameters, name) == 2


async def test_q28_a_model_is_switched_and_run_without_the_mouse(qtbot: QtBot) -> None:
    async with front(draft=Draft("Once")) as f:
        f.connection.refresh_models()
        await until(lambda: f.connection.models)
        f.key(Qt.Key.Key_M, CONTROL)
        switcher = f.panel.model_box.switcher
        assert switcher is not None
        assert switcher.isVisible()
        type_text(switcher.search, "typed")
        press(switcher.search, Qt.Key.Key_Return)
        assert not switcher.isVisible()
        f.place.editor.setFocus()
        f.key(Qt.Key.Key_Return, CONTROL)
        await until(lambda: f.generations.runs)
        assert f.generations.runs[0].model == "typed"


async def test_the_switcher_opens_with_the_side_it_stands_in(qtbot: QtBot) -> None:
    async with front() as f:
        f.window.resize(460, 560)
        assert not is_seen(f.panel, f.place)
        f.key(Qt.Key.Key_M, CONTROL)
        assert is_seen(f.panel, f.place)
        switcher = f.panel.model_box.switcher
        assert switcher is not None
        press(switcher.search, Qt.Key.Key_Escape)
        assert not switcher.isVisible()


async def test_the_first_run_offers_to_connect_a_service(qtbot: QtBot) -> None:
    async with front() as f:
        assert is_seen(f.place.answer.connect_button, f.place)
        click(f.place.answer.connect_button)
        assert f.screens.add_dialog is not None
        assert f.screens.add_dialog.isVisible()
        f.screens.add_dialog.reject()


async def test_keys_lead_to_every_part(qtbot: QtBot) -> None:
    async with front(a_run("r0", "answer")) as f:
        parts = (
            (Qt.Key.Key_2, f.place.answer.lanes[0].text),
            (Qt.Key.Key_3, f.place.run_list.view),
            (Qt.Key.Key_4, f.panel.model_box.button),
            (Qt.Key.Key_1, f.place.editor),
        )
        for key, widget in parts:
            f.key(key, CONTROL)
            assert QApplication.focusWidget() is widget


# Problems


async def test_a_refused_key_offers_the_connection(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.place.run()
        f.generations.fail(AuthError("Incorrect API key", http_status=401))
        await f.ended()
        assert sees(f, "The key was not accepted")
        asked: list[bool] = []
        f.actions["connection"].triggered.connect(lambda: asked.append(True))
        click(f.place.answer.card.remedy_button)
        assert asked
        assert f.screens.window is not None
        assert f.screens.window.isVisible()
        f.screens.window.close()
        assert f.prompt == "Once"


async def test_a_lost_connection_offers_to_go_on(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.place.run()
        await f.wrote(" upon")
        f.generations.fail(ConnectionLostError("reset"))
        await f.ended()
        assert f.answers == [" upon"]
        click(f.place.answer.card.remedy_button)
        await until(lambda: len(f.generations.runs) == 2)
        assert f.generations.runs[1].prompt == "Once upon"
        await f.wrote(" a time")
        assert f.answers == [" upon a time"]


async def test_too_long_a_text_offers_half_as_much(qtbot: QtBot) -> None:
    async with front() as f:
        f.parameters.set_number("max_tokens", 1000)
        f.type("Once")
        f.place.run()
        f.generations.fail(ContextTooLongError("too long"))
        await f.ended()
        click(f.place.answer.card.remedy_button)
        await until(lambda: len(f.generations.runs) == 2)
        assert f.generations.runs[1].parameters.max_tokens == 500


async def test_a_busy_server_offers_another_try(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.place.run()
        f.generations.fail(RateLimitedError("slow down"))
        await f.ended()
        click(f.place.answer.card.remedy_button)
        await until(lambda: len(f.generations.runs) == 2)
        assert f.generations.runs[1].prompt == "Once"


async def test_an_interrupted_run_offers_to_go_on_from_there(qtbot: QtBot) -> None:
    run = a_run("r0", " upon", prompt="Once", state=RunState.INTERRUPTED, reason=StopReason.INTERRUPTED)
    async with front(run, draft=Draft("Once")) as f:
        assert f.answers == [" upon"]
        assert sees(f, "This run was interrupted")
        click(f.place.answer.card.remedy_button)
        await until(lambda: f.generations.runs)
        assert f.generations.runs[0].prompt == "Once upon"


async def test_a_draft_that_cannot_be_saved_is_told_without_hiding_the_answers_own_problem(qtbot: QtBot) -> None:
    async with front() as f:
        f.type("Once")
        f.place.run()
        f.generations.fail(AuthError("Incorrect API key", http_status=401))
        await f.ended()
        f.drafts.problem = DiskFullError("no room")
        f.type(" upon")
        await until(lambda: sees(f, "The disk is full"))
        assert sees(f, "The key was not accepted")
        assert f.place.answer.card.remedy_button.text() == "Open connection"


async def test_no_button_that_speaks_of_the_disk_ever_sends_a_request(qtbot: QtBot) -> None:
    async with front(a_run("r0", "answer")) as f:
        f.drafts.problem = DiskFullError("no room")
        f.type("Once")
        await until(lambda: sees(f, "The disk is full"))
        for button in (f.place.notice.button, f.place.answer.card.remedy_button):
            if is_seen(button, f.place):
                click(button)
        await asyncio.sleep(0.02)
        assert f.generations.runs == []


async def test_a_deleted_run_comes_back_with_the_notices_button(qtbot: QtBot) -> None:
    async with front(a_run("r0", "answer"), a_run("r1", "other", minute=1)) as f:
        f.place.run_list.view.setFocus()
        press(f.place.run_list.view, Qt.Key.Key_Delete)
        await until(lambda: sees(f, "The run was deleted."))
        assert f.rows() == ["r0"]
        click(f.place.notice.button)
        await until(lambda: f.rows() == ["r1", "r0"])
        assert f.answers == ["other"]


async def test_a_bug_is_told_quietly_with_a_report_to_copy(qtbot: QtBot) -> None:
    async with front() as f:
        f.place.show_report("the report")
        assert sees(f, "Nothing that you wrote is lost")
        click(f.place.notice.button)
        assert QApplication.clipboard().text() == "the report"


# The prompt


async def test_the_draft_is_back_and_what_is_typed_is_kept(qtbot: QtBot) -> None:
    async with front(draft=Draft("Once upon", ((4, 9),))) as f:
        assert f.place.editor.draft() == Draft("Once upon", ((4, 9),))
        f.type(" a time")
        await until(lambda: f.drafts.draft == Draft("Once upon a time", ((4, 9),)))


async def test_the_count_of_tokens_is_an_estimate_and_says_so(qtbot: QtBot) -> None:
    async with front() as f:
        assert f.place._count.text() == ""
        f.type("twelve chars")
        assert sees(f, "about 3 tokens")


async def test_q11_a_blank_at_the_end_is_spoken_of_and_can_be_removed(qtbot: QtBot) -> None:
    async with front(draft=Draft("Once upon ")) as f:
        await until(lambda: sees(f, "ends with a space"))
        click(f.place._space_button)
        assert f.prompt == "Once upon"
        assert not sees(f, "ends with a space")


async def test_an_answer_to_another_prompt_says_so(qtbot: QtBot) -> None:
    async with front() as f:
        await finished(f, "answer", prompt="Once")
        assert not sees(f, "another prompt")
        f.type("!")
        assert sees(f, "another prompt")
        click(f.place.answer._other_button)
        assert f.prompt == "Once"
        f.place.editor.undo()
        assert f.prompt == "Once!"


# Layout


async def test_a_narrow_window_closes_the_sides_and_offers_buttons(qtbot: QtBot) -> None:
    async with front() as f:
        sides = {"runs": f.place.run_list, "parameters": f.panel}
        f.window.resize(1180, 780)
        assert all(is_seen(side, f.place) for side in sides.values())
        assert not any(is_seen(button, f.place) for button in f.place.side_buttons.values())
        f.window.resize(460, 560)
        assert not any(is_seen(side, f.place) for side in sides.values())
        for part, side in sides.items():
            click(f.place.side_buttons[part])
            assert is_seen(side, f.place)
            assert sum(is_seen(other, f.place) for other in sides.values()) == 1, "one at a time"
        f.window.resize(1180, 780)
        assert all(is_seen(side, f.place) for side in sides.values()), "they come back with the room"


async def test_a_side_that_was_closed_stays_closed(qtbot: QtBot) -> None:
    store = FakeOptions()
    async with front(options=store) as f:
        f.window.resize(1180, 780)
        f.actions["show_runs"].trigger()
        assert not is_seen(f.place.run_list, f.place)
        assert is_seen(f.place.side_buttons["runs"], f.place)
    async with front(options=store) as f:
        f.window.resize(1180, 780)
        assert not is_seen(f.place.run_list, f.place)
        assert not f.actions["show_runs"].isChecked()
        click(f.place.side_buttons["runs"])
        assert is_seen(f.place.run_list, f.place)
        assert f.actions["show_runs"].isChecked()


async def test_the_splitters_stay_where_they_were_left(qtbot: QtBot) -> None:
    store = FakeOptions()
    async with front(options=store) as f:
        f.window.resize(1180, 780)
        f.place._rows.setSizes([500, 200])
        await asyncio.sleep(0)
        left = f.place._rows.sizes()
        f.place.keep_layout()
    async with front(options=store) as f:
        f.window.resize(1180, 780)
        await until(lambda: f.place._rows.sizes() == left)


async def test_settings_of_an_earlier_run_are_taken_over_from_the_list(qtbot: QtBot) -> None:
    parameters = SamplingParameters(temperature=0.25)
    async with front(a_run("r0", "answer", parameters=parameters)) as f:
        f.place.run_list.parameters_requested.emit("r0")
        assert f.panel.rows["temperature"].value() == 0.25


async def test_every_label_that_shows_what_others_wrote_is_plain_text(qtbot: QtBot) -> None:
    async with front(a_run("r0", "<b>answer</b>", prompt="<i>prompt</i>")) as f:
        assert f.answers == ["<b>answer</b>"]
        for label in f.place.findChildren(QLabel):
            if "<" in label.text():
                assert label.textFormat() is Qt.TextFormat.PlainText
