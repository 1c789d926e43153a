"""The Write place: prompt above, answer below, commands between, runs and parameters at the sides.

Owns the layout and which command is possible now; must not know requests or disk.
"""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.domain.document import Draft
from app.domain.generation import estimate_tokens
from app.domain.prompt import has_trailing_blank
from app.viewmodels.drafts import DraftViewModel
from app.viewmodels.preferences import PreferencesViewModel
from app.viewmodels.texts import Problem, Remedy
from app.viewmodels.write import WriteViewModel
from app.widgets.actions import Actions
from app.widgets.answer_pane import AnswerPane
from app.widgets.notice_bar import NoticeBar
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.prompt_editor import PromptEditor, set_reading_font
from app.widgets.run_list import RunList

SPACE_HINT_MS = 1500
"""How long the typing must pause after a blank before it is spoken of."""


class WritePlace(QWidget):
    """Lay out the Write place and connect its commands."""

    def __init__(
        self,
        write: WriteViewModel,
        draft: DraftViewModel,
        preferences: PreferencesViewModel,
        panel: ParameterPanel,
        actions: Actions,
        samples: tuple[str, ...],
    ) -> None:
        super().__init__()
        self._write = write
        self._draft = draft
        self._preferences = preferences
        self._actions = actions
        self.panel = panel
        self.editor = PromptEditor()
        self.answer = AnswerPane(write, samples)
        self.run_list = RunList(write)
        self.notice = NoticeBar()
        self._heading = QLabel()
        self._heading.setProperty("heading", True)
        self._count = QLabel()
        self._count.setProperty("dim", True)
        self._space_hint = QFrame()
        self._space_hint.setProperty("card", "notice")
        self._space_hint.hide()
        self._space_timer = QTimer(self)
        self._space_timer.setSingleShot(True)
        self._space_timer.setInterval(SPACE_HINT_MS)
        self._space_text = QLabel()
        self._space_text.setWordWrap(True)
        self._space_button = QPushButton()
        self.buttons = {name: QPushButton() for name in ("run", "stop", "continue", "use_as_prompt")}
        self.buttons["copy_answer"] = self.answer.copy_button
        self.buttons["run"].setProperty("primary", True)
        self.side_buttons = {"runs": QPushButton(), "parameters": QPushButton()}
        self._middle = QWidget()
        self._build()
        self._connect()
        self._retranslate()
        self._update_commands()
        self._on_editor_edited()

    def run(self) -> None:
        """Send the prompt; an empty one is asked for first."""
        self.panel.commit()
        if not self.editor.toPlainText().strip():
            self.notice.show_notice(self.tr("Write the beginning of a text first."))
            self.editor.setFocus()
        elif not self._write.is_running:
            self._write.run(self.editor.toPlainText())

    def continue_answer(self) -> None:
        """Send prompt and answer together, so that the model goes on."""
        self.panel.commit()
        if self.answer.has_answer:
            self._write.continue_run(self.answer.chosen, self.editor.toPlainText())

    def use_as_prompt(self) -> None:
        """Move the answer to the end of the prompt; Undo takes it back, and the run stays in the list."""
        if self.answer.has_answer and not self._write.is_running:
            self.editor.append_generated(self.answer.answer())
            self._write.show_nothing()
            self.editor.setFocus()

    def switch_model(self) -> None:
        """Open the list of connections and models, and the side it stands in."""
        if self.panel.isHidden():
            self._open_side("parameters")
        self.panel.model_box.open_switcher()

    def copy_answer(self) -> None:
        """Put the chosen answer on the clipboard."""
        if self.answer.has_answer:
            QGuiApplication.clipboard().setText(self.answer.answer())
            self.notice.show_notice(self.tr("The answer was copied."))

    def clear_prompt(self) -> None:
        """Empty prompt and pane; Undo brings the prompt back."""
        self.editor.replace_draft(Draft())
        self._write.show_nothing()
        self.editor.setFocus()

    def set_side_visible(self, part: str, is_visible: bool) -> None:
        """Open or close the runs or the parameters; in a narrow window opening one closes the other."""
        self._preferences.set_visible(part, is_visible=is_visible)
        self._fit_sides(wanted=part if is_visible else "")

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for no more than the middle needs: the sides give way."""
        return self._middle.minimumSizeHint() + QSize(24, 24)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Close the sides where the middle would become too narrow; they come back with the room."""
        super().resizeEvent(event)
        self._fit_sides()

    def _fit_sides(self, wanted: str = "") -> None:
        sides = {"parameters": self.panel, "runs": self.run_list}
        room = self.width() - self._middle.minimumSizeHint().width() - 2 * self._columns.handleWidth() - 20
        for part in sorted(sides, key=lambda part: part != wanted):
            side = sides[part]
            is_open = self._preferences.is_visible(part)
            room -= max(side.minimumSizeHint().width(), side.minimumWidth()) if is_open else 0
            side.setVisible(is_open and (room >= 0 or part == wanted))
            self.side_buttons[part].setVisible(side.isHidden())

    def show_problem(self, problem: Problem | None) -> None:
        """Say in one line that something outside the runs failed."""
        if problem is not None:
            self.notice.show_notice(" ".join(part for part in (f"{problem.title}.", problem.advice) if part))

    def show_report(self, report: str) -> None:
        """Say quietly that a bug was met, and offer its report for the clipboard."""
        self.notice.show_notice(
            self.tr("Something went wrong inside Quillpane. Nothing that you wrote is lost."),
            self.tr("Copy report"),
            lambda: QGuiApplication.clipboard().setText(report),
            stays=True,
        )

    def keep_layout(self) -> None:
        """Keep the splitters' positions."""
        self._preferences.keep_layout("columns", self._columns.saveState())
        self._preferences.keep_layout("rows", self._rows.saveState())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self) -> None:
        hint = QHBoxLayout(self._space_hint)
        hint.setContentsMargins(12, 4, 4, 4)
        hint.addWidget(self._space_text, 1)
        hint.addWidget(self._space_button)
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addWidget(self._count)
        commands = QHBoxLayout()
        commands.setSpacing(8)
        for name in ("run", "stop", "continue", "use_as_prompt"):
            commands.addWidget(self.buttons[name])
        commands.addStretch(1)
        for button in self.side_buttons.values():
            button.setProperty("flat", True)
            head.addWidget(button)
        top = QWidget()
        upper = QVBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(6)
        upper.addLayout(head)
        upper.addWidget(self.editor, 1)
        upper.addWidget(self._space_hint)
        upper.addLayout(commands)
        self._rows = QSplitter(Qt.Orientation.Vertical)
        self._rows.setChildrenCollapsible(False)
        self._rows.setHandleWidth(10)
        self._rows.addWidget(top)
        self._rows.addWidget(self.answer)
        self._rows.setStretchFactor(0, 2)
        self._rows.setStretchFactor(1, 3)
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        column.addWidget(self._rows, 1)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setChildrenCollapsible(False)
        self._columns.setHandleWidth(14)
        for widget in (self.run_list, self._middle, self.panel):
            self._columns.addWidget(widget)
        self.run_list.setMinimumWidth(140)
        self._columns.setStretchFactor(1, 1)
        self._columns.setSizes([210, 640, 300])
        self._rows.setSizes([300, 400])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 6, 10)
        outer.addWidget(self._columns)
        self._columns.restoreState(self._preferences.layout("columns"))
        self._rows.restoreState(self._preferences.layout("rows"))
        self._fit_sides()

    def _connect(self) -> None:
        for name, button in self.buttons.items():
            button.clicked.connect(self._actions[name].trigger)
            self._actions[name].changed.connect(self._show_commands)
        for part, button in self.side_buttons.items():
            button.clicked.connect(lambda _, part=part: self._open_side(part))
        self._space_timer.timeout.connect(self._on_space_timer_timeout)
        self._space_button.clicked.connect(self.editor.strip_trailing_space)
        self.editor.edited.connect(self._on_editor_edited)
        self.editor.edited.connect(self._draft.touch)
        self._preferences.text_scale_changed.connect(self._on_preferences_text_scale_changed)
        self._draft.watch(self.editor.draft)
        self._draft.loaded.connect(self._on_draft_loaded)
        self._draft.problem_changed.connect(self.show_problem)
        self.answer.connect_button.clicked.connect(self._actions["add_connection"].trigger)
        self.panel.model_box.add_requested.connect(self._actions["add_connection"].trigger)
        self.panel.model_box.manage_requested.connect(self._actions["connection"].trigger)
        self.answer.sample_chosen.connect(self._on_sample_chosen)
        self.answer.prompt_wanted.connect(lambda prompt: self.editor.replace_draft(Draft(prompt)))
        self.answer.card.remedy_requested.connect(self._on_remedy_requested)
        self.run_list.run_chosen.connect(self._write.show_run)
        self.run_list.delete_requested.connect(self._write.delete_run)
        self.run_list.parameters_requested.connect(self._write.adopt_parameters)
        self._write.running_changed.connect(self._on_write_running_changed)
        self._write.run_shown.connect(self._update_commands)
        self._write.text_appended.connect(self._on_write_text_appended)
        self._write.notice_given.connect(self.notice.show_notice)
        self._write.run_deleted.connect(self._on_write_run_deleted)
        for name, do in (
            ("run", self.run),
            ("stop", self._write.stop),
            ("continue", self.continue_answer),
            ("use_as_prompt", self.use_as_prompt),
            ("copy_answer", self.copy_answer),
            ("clear_prompt", self.clear_prompt),
            ("undo", self.editor.undo),
            ("redo", self.editor.redo),
            ("focus_prompt", self.editor.setFocus),
            ("focus_answer", self.answer.focus_answer),
            ("focus_runs", self.run_list.view.setFocus),
            ("focus_parameters", self.panel.model_box.button.setFocus),
            ("switch_model", self.switch_model),
        ):
            self._actions[name].triggered.connect(do)

    def _on_preferences_text_scale_changed(self) -> None:
        for text in (self.editor, *(lane.text for lane in self.answer.lanes)):
            set_reading_font(text)
        self._fit_sides()

    def _on_draft_loaded(self, draft: Draft) -> None:
        self.editor.set_draft(draft)

    def _on_sample_chosen(self, sample: str) -> None:
        self.editor.replace_draft(Draft(sample))
        self.editor.setFocus()

    def _on_editor_edited(self) -> None:
        text = self.editor.toPlainText()
        count = estimate_tokens(text)
        self._count.setText(self.tr("about {count} tokens").format(count=count) if text else "")
        if not has_trailing_blank(text):
            self._space_hint.hide()
        elif self._space_hint.isHidden():
            self._space_timer.start()  # most blanks are followed by the next word
        self.answer.compare_with(text)

    def _on_space_timer_timeout(self) -> None:
        self._space_hint.setVisible(has_trailing_blank(self.editor.toPlainText()))

    def _on_write_text_appended(self) -> None:
        if not self._actions["copy_answer"].isEnabled():
            self._update_commands()

    def _on_write_running_changed(self, is_running: bool) -> None:
        self._update_commands()
        if not is_running:
            from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

            # A screen reader cannot see that the words have stopped coming.
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.answer.status.text()))

    def _on_write_run_deleted(self, run_id: str) -> None:
        self.notice.show_notice(
            self.tr("The run was deleted."), self.tr("Undo"), lambda: self._write.restore_run(run_id)
        )

    def _on_remedy_requested(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.TRY_AGAIN:
                self._write.run_again()
            case Remedy.OPEN_CONNECTION:
                self._actions["connection"].trigger()
            case Remedy.LOWER_MAX_TOKENS:
                self._write.lower_max_tokens_and_run()
            case Remedy.CONTINUE:
                self._write.continue_run(self.answer.chosen)

    def _update_commands(self) -> None:
        is_running, has_answer = self._write.is_running, self.answer.has_answer
        self._actions["run"].setEnabled(not is_running)
        self._actions["stop"].setEnabled(is_running)
        self._actions["continue"].setEnabled(has_answer and not is_running)
        self._actions["use_as_prompt"].setEnabled(has_answer and not is_running)
        self._actions["copy_answer"].setEnabled(has_answer)

    def _open_side(self, part: str) -> None:
        action = self._actions[f"show_{part}"]
        if action.isChecked():
            self.set_side_visible(part, is_visible=True)
        else:
            action.setChecked(True)

    def _show_commands(self) -> None:
        for name, button in self.buttons.items():
            action: QAction = self._actions[name]
            button.setText(action.text())
            button.setToolTip(action.toolTip())
            button.setEnabled(action.isEnabled())

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("Prompt"))
        self.editor.setAccessibleName(self.tr("Prompt"))
        self.editor.setPlaceholderText(self.tr("Write the beginning of a text. The model goes on where you stop."))
        self._space_text.setText(self.tr("The prompt ends with a space; models usually go on better without it."))
        self._space_button.setText(self.tr("Remove it"))
        self.side_buttons["runs"].setText(self.tr("Runs"))
        self.side_buttons["parameters"].setText(self.tr("Parameters"))
        self._show_commands()
        self._write.retranslate()
        self._on_editor_edited()
