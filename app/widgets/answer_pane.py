"""The answer: candidates as lanes, the problem above them, the status below, and what to do when there is nothing.

Owns which candidate commands go to; must not know requests or disk.
"""

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.run import Run
from app.viewmodels.texts import explain_end
from app.viewmodels.write import RunStatus, WriteViewModel, base_prompt
from app.widgets.candidate_view import CandidateView
from app.widgets.problem_card import ProblemCard

LANE_WIDTH = 200


class AnswerPane(QWidget):
    """Show one run: each candidate in a lane of its own, all streaming at once."""

    sample_chosen = Signal(str)
    prompt_wanted = Signal(str)  # the prompt of the run shown, to bring it back

    def __init__(self, write: WriteViewModel, samples: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._write = write
        self._run: Run | None = None
        self._chosen = 0
        self._editor_prompt = ""
        self._status = RunStatus(is_running=False)
        self.lanes: list[CandidateView] = []
        self.card = ProblemCard()
        self.heading = QLabel()
        self.heading.setProperty("heading", True)
        self.copy_button = QPushButton()
        self.copy_button.setProperty("flat", True)
        self.status = QLabel()
        self.status.setProperty("dim", True)
        self.status.setWordWrap(True)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._other = QFrame()
        self._other.setProperty("card", "notice")
        self._other_text = QLabel()
        self._other_text.setWordWrap(True)
        self._other_button = QPushButton()
        self._other.hide()
        self._empty_title = QLabel()
        self._empty_title.setProperty("heading", True)
        self._empty_body = QLabel()
        self._empty_body.setProperty("dim", True)
        self._empty_body.setWordWrap(True)
        self._connect_hint = QLabel()
        self._connect_hint.setProperty("dim", True)
        self._connect_hint.setWordWrap(True)
        self.connect_button = QPushButton()
        self.sample_buttons: list[QPushButton] = []
        self._sample_column = QVBoxLayout()
        self._build()
        self.set_samples(samples)
        self._connect()
        self._retranslate()

    @property
    def chosen(self) -> int:
        """Return the index of the candidate that commands go to."""
        return self._chosen

    @property
    def has_answer(self) -> bool:
        """Tell whether there is text to continue or to move up."""
        return self._run is not None and not self.lanes[self._chosen].text.document().isEmpty()

    def answer(self) -> str:
        """Return the text of the chosen candidate as it is shown."""
        return self.lanes[self._chosen].text.toPlainText() if self.lanes else ""

    def focus_answer(self) -> None:
        """Put the keyboard into the chosen candidate."""
        if self.lanes:
            self.lanes[self._chosen].text.setFocus()
        elif self.sample_buttons:
            self.sample_buttons[0].setFocus()

    def set_samples(self, samples: tuple[str, ...]) -> None:
        """Offer these texts to try."""
        for button in self.sample_buttons:
            button.hide()
            button.deleteLater()
        self.sample_buttons = [_sample_button(sample) for sample in samples]
        for button in self.sample_buttons:
            button.clicked.connect(self._on_sample_button_clicked)
            self._sample_column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)

    def compare_with(self, prompt: str) -> None:
        """Say so when the answer shown belongs to another prompt than the one in the editor."""
        self._editor_prompt = prompt
        run = self._run
        is_other = self.has_answer and not self._write.is_running and run is not None and base_prompt(run) != prompt
        self._other.setVisible(is_other)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self) -> None:
        other = QHBoxLayout(self._other)
        other.setContentsMargins(12, 4, 4, 4)
        other.addWidget(self._other_text, 1)
        other.addWidget(self._other_button)
        self._lane_row = QHBoxLayout()
        self._lane_row.setContentsMargins(0, 0, 0, 0)
        self._lane_row.setSpacing(8)
        content = QWidget()
        content.setLayout(self._lane_row)
        self._lane_area = QScrollArea()
        self._lane_area.setWidgetResizable(True)
        self._lane_area.setFrameShape(QFrame.Shape.NoFrame)
        self._lane_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lane_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lane_area.setWidget(content)
        empty = QFrame()
        empty.setProperty("card", "sample")
        column = QVBoxLayout(empty)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(10)
        column.addWidget(self._empty_title)
        column.addWidget(self._empty_body)
        self._sample_column.setSpacing(10)
        column.addLayout(self._sample_column)
        column.addSpacing(8)
        column.addWidget(self._connect_hint)
        column.addWidget(self.connect_button, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._lane_area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.copy_button)
        outer.addLayout(head)
        outer.addWidget(self.card)
        outer.addWidget(self._other)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self.status)

    def _connect(self) -> None:
        self._other_button.clicked.connect(self._on_other_button_clicked)
        self._write.run_shown.connect(self._show_run)
        self._write.text_appended.connect(self._on_write_text_appended)
        self._write.tokens_arrived.connect(self._on_write_tokens_arrived)
        self._write.candidate_finished.connect(self._on_write_candidate_finished)
        self._write.problem_changed.connect(self.card.show_problem)
        self._write.status_changed.connect(self._show_status)
        self._write.running_changed.connect(self._on_write_running_changed)

    def _show_run(self, run: Run | None) -> None:
        self._run = run
        self._stack.setCurrentIndex(0 if run is None else 1)
        self._ensure_lanes(0 if run is None else max(1, run.parameters.n, len(run.candidates)))
        if run is None:
            self._other.hide()
            return
        for index, lane in enumerate(self.lanes):
            lane.text.set_text(run.carried)
            lane.text.start_tokens_here()
            if index < len(run.candidates):
                candidate = run.candidates[index]
                lane.text.append_text(candidate.text)
                lane.text.add_tokens(candidate.tokens)
            lane.set_reason(explain_end(run, index))
        self._choose(0)
        self.compare_with(self._editor_prompt)

    def _ensure_lanes(self, count: int) -> None:
        while len(self.lanes) > count:
            lane = self.lanes.pop()
            self._lane_row.removeWidget(lane)
            lane.hide()
            lane.deleteLater()
        while len(self.lanes) < count:
            lane = CandidateView(len(self.lanes))
            lane.chosen.connect(self._choose)
            lane.text.set_text(self._run.carried if self._run is not None else "")
            lane.text.start_tokens_here()
            self.lanes.append(lane)
            self._lane_row.addWidget(lane, 1)
        for lane in self.lanes:
            lane.heading.setVisible(count > 1)
            lane.setMinimumWidth(LANE_WIDTH if count > 1 else 0)
        self._chosen = min(self._chosen, max(count - 1, 0))

    def _choose(self, index: int) -> None:
        self._chosen = index
        for lane in self.lanes:
            lane.set_chosen(is_chosen=lane.index == index)
        self._show_status(self._status)

    def _on_write_running_changed(self) -> None:
        self.compare_with(self._editor_prompt)

    def _on_write_text_appended(self, index: int, text: str) -> None:
        if index >= len(self.lanes):
            self._ensure_lanes(index + 1)
        self.lanes[index].text.append_text(text)

    def _on_write_tokens_arrived(self, index: int, tokens: object) -> None:
        if index < len(self.lanes) and isinstance(tokens, list | tuple):
            self.lanes[index].text.add_tokens(tokens)

    def _on_write_candidate_finished(self, index: int, words: str) -> None:
        if index < len(self.lanes):
            self.lanes[index].set_reason(words)

    def _on_sample_button_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.sample_chosen.emit(str(button.property("sample")))

    def _on_other_button_clicked(self) -> None:
        if self._run is not None:
            self.prompt_wanted.emit(base_prompt(self._run))

    def _show_status(self, status: RunStatus) -> None:
        self._status = status
        self.status.setText(self._status_words(status))

    def _status_words(self, status: RunStatus) -> str:
        if self._run is None:
            return ""
        locale = QLocale()
        parts: list[str] = []
        if status.is_running:
            parts.append(
                self.tr("Writing…") if status.first_token is not None else self.tr("Waiting for the first word…")
            )
        elif self._chosen < len(status.stop_words) and status.stop_words[self._chosen]:
            parts.append(status.stop_words[self._chosen])
        if status.first_token is not None:
            seconds = locale.toString(status.first_token, "f", 2)
            parts.append(self.tr("first word {seconds} s").format(seconds=seconds))
        if status.tokens_per_second is not None:
            speed = locale.toString(status.tokens_per_second, "f", 1)
            parts.append(self.tr("{speed} tokens/s").format(speed=speed))
        if status.usage is not None:
            words = (
                self.tr("{prompt} + {completion} tokens (estimated)")
                if status.usage.is_estimated
                else self.tr("{prompt} + {completion} tokens")
            )
            parts.append(
                words.format(
                    prompt=locale.toString(status.usage.prompt_tokens),
                    completion=locale.toString(status.usage.completion_tokens),
                )
            )
        if status.elapsed is not None:
            parts.append(self.tr("{seconds} s").format(seconds=locale.toString(status.elapsed, "f", 1)))
        return "  ·  ".join(parts)

    def _retranslate(self) -> None:
        self.heading.setText(self.tr("Answer"))
        self._empty_title.setText(self.tr("The answer appears here"))
        self._empty_body.setText(
            self.tr("Write the beginning of a text above and press Run: the model goes on where you stop. Or try one:")
        )
        self._connect_hint.setText(
            self.tr("The built-in model is small. With an address and a key, larger ones answer here as well.")
        )
        self.connect_button.setText(self.tr("Connect a service…"))
        self._other_text.setText(self.tr("This answer belongs to another prompt."))
        self._other_button.setText(self.tr("Bring that prompt back"))
        for lane in self.lanes:
            lane.retranslate()
            lane.set_chosen(is_chosen=lane.index == self._chosen)
        if (run := self._write.shown) is not None:
            for lane in self.lanes:
                lane.set_reason(explain_end(run, lane.index))
        self._show_status(self._status)


def _sample_button(sample: str) -> QPushButton:
    button = QPushButton(" ".join(sample.split()))
    button.setProperty("sample", sample)
    button.setToolTip(sample)
    return button
