"""The parameters as a person changes them: every control, its help, its dot, the advice, and back to neutral."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.concurrency.tasks import TaskScope
from app.domain.parameters import SamplingParameters
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.parameters import ParametersViewModel
from app.widgets.parameter_panel import ParameterPanel
from tests.viewmodels.fakes import FakeConnections, FakeFindings, FakeOptions
from tests.viewmodels.test_parameters import QuietOptions
from tests.widgets.hands import below, click, is_seen, press, type_text, words_of

ROWS = ("max_tokens", "temperature", "top_p", "n", "presence_penalty", "frequency_penalty")


class PanelProbe:
    """A panel with somebody at it."""

    def __init__(self, qtbot: QtBot, written: str = "{}") -> None:
        options = QuietOptions(FakeOptions(write__parameters=written))
        self.parameters = ParametersViewModel(options)
        tasks = TaskScope(lambda _name, _error: None)
        self.panel = ParameterPanel(
            self.parameters, ConnectionViewModel(FakeConnections(), FakeFindings(), options, tasks)
        )
        qtbot.addWidget(self.panel)
        self.panel.resize(320, 900)
        self.panel.show()

    @property
    def values(self) -> SamplingParameters:
        return self.parameters.values

    @property
    def words(self) -> list[str]:
        return words_of(self.content)

    @property
    def content(self) -> QWidget:
        content = self.panel.widget()
        assert content is not None
        return content

    @property
    def gives_advice(self) -> bool:
        return any("change one, not both" in text for text in self.words)

    def set(self, name: str, text: str) -> None:
        box = self.panel.rows[name].box
        box.selectAll()
        type_text(box, text)
        press(box, Qt.Key.Key_Return)

    def toggle(self, box: QCheckBox) -> None:
        press(box, Qt.Key.Key_Space)

    @property
    def is_more_open(self) -> bool:
        return is_seen(self.panel.seed_switch, self.content)


def test_at_the_start_everything_is_neutral_and_explained(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    assert probe.values == SamplingParameters()
    assert {name: row.value() for name, row in probe.panel.rows.items()} == {
        name: float(getattr(SamplingParameters(), name)) for name in ROWS
    }
    for title in ("Longest answer", "Temperature", "Top-p", "Candidates", "Stop sequences", "Built-in model"):
        assert title in probe.words
    assert not probe.gives_advice
    assert not is_seen(probe.panel.reset_button, probe.content)
    assert not probe.is_more_open
    assert "●" not in probe.words


@pytest.mark.parametrize("name", ROWS)
def test_each_parameter_has_one_sentence_of_help(qtbot: QtBot, name: str) -> None:
    row = PanelProbe(qtbot).panel.rows[name]
    sentence = row.box.accessibleDescription()
    assert sentence.endswith(".")
    assert len(sentence) > 25
    assert sentence in [label.text() for label in row.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("max_tokens", "512", 512),
        ("temperature", "0.35", 0.35),
        ("top_p", "0.9", 0.9),
        ("n", "3", 3),
        ("presence_penalty", "-0.5", -0.5),
        ("frequency_penalty", "1.5", 1.5),
    ],
)
def test_what_is_typed_is_what_is_asked_for(qtbot: QtBot, name: str, text: str, value: float) -> None:
    probe = PanelProbe(qtbot)
    probe.set(name, text)
    assert getattr(probe.values, name) == value
    assert probe.panel.rows[name].value() == value
    assert "●" in probe.words
    assert is_seen(probe.panel.reset_button, probe.content)
    others = {other: row.value() for other, row in probe.panel.rows.items() if other != name}
    assert others == {other: float(getattr(SamplingParameters(), other)) for other in others}


def test_changing_temperature_and_top_p_brings_the_advice(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    probe.set("temperature", "0.5")
    assert not probe.gives_advice
    probe.set("top_p", "0.5")
    assert probe.gives_advice
    probe.set("temperature", "1")
    assert not probe.gives_advice


def test_what_is_hidden_opens_with_the_button_and_by_itself_when_it_is_used(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    click(probe.panel.more)
    assert probe.is_more_open
    click(probe.panel.more)
    assert not probe.is_more_open
    probe.parameters.set_seed(7)
    assert probe.is_more_open
    assert probe.panel.seed_switch.isChecked()
    assert probe.panel.seed_box.value() == 7
    assert PanelProbe(qtbot, '{"presence_penalty": 1.0}').is_more_open, "also at the start"


def test_the_seed_is_sent_only_when_it_is_fixed(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    click(probe.panel.more)
    assert not probe.panel.seed_box.isEnabled()
    probe.toggle(probe.panel.seed_switch)
    assert probe.values.seed == 0
    probe.panel.seed_box.selectAll()
    type_text(probe.panel.seed_box, "42")
    assert probe.values.seed == 42
    probe.toggle(probe.panel.seed_switch)
    assert probe.values.seed is None
    assert not probe.panel.seed_box.isEnabled()
    assert probe.panel.seed_box.value() == 42, "it comes back with the switch"


def test_probabilities_are_asked_for_only_when_wanted(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    click(probe.panel.more)
    assert not probe.panel.probabilities_box.isEnabled()
    probe.toggle(probe.panel.probabilities)
    assert probe.values.logprobs == 5
    probe.panel.probabilities_box.setFocus()
    press(probe.panel.probabilities_box, Qt.Key.Key_Home)
    assert probe.values.logprobs == 1
    probe.toggle(probe.panel.probabilities)
    assert probe.values.logprobs is None


def test_stop_sequences_are_those_of_the_parameters(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    type_text(probe.panel.stop_chips.field, r"\n")
    press(probe.panel.stop_chips.field, Qt.Key.Key_Return)
    assert probe.values.stop == ("\n",)
    assert "↵" in probe.words
    probe.parameters.replace(SamplingParameters(stop=("a", "b", "c", "d")))
    assert probe.panel.stop_chips.sequences == ("a", "b", "c", "d")
    assert not probe.panel.stop_chips.field.isEnabled()


def test_the_button_sets_everything_to_neutral(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    probe.parameters.replace(
        SamplingParameters(temperature=0.1, top_p=0.5, n=4, stop=("x",), seed=3, logprobs=2, presence_penalty=1.0)
    )
    click(probe.panel.reset_button)
    assert probe.values == SamplingParameters()
    assert {row.value() for row in probe.panel.rows.values()} == {256.0, 1.0, 0.0}
    assert "●" not in probe.words
    assert not probe.panel.seed_switch.isChecked()
    assert not probe.panel.probabilities.isChecked()
    assert probe.panel.stop_chips.sequences == ()
    assert not is_seen(probe.panel.reset_button, probe.content)


def test_the_values_of_an_earlier_run_are_shown_and_no_control_changes_them_on_the_way(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    values = SamplingParameters(
        max_tokens=447,
        temperature=0.123,
        top_p=0.987,
        n=2,
        stop=("\n\n",),
        presence_penalty=-1.25,
        frequency_penalty=0.05,
        seed=2**31 - 1,
        logprobs=3,
    )
    probe.parameters.replace(values)
    assert probe.values == values
    assert probe.panel.rows["max_tokens"].value() == 447
    assert probe.panel.probabilities_box.currentText() == "3"
    assert probe.panel.seed_box.value() == 2**31 - 1


def test_the_panel_is_wide_enough_for_its_content(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    click(probe.panel.more)
    probe.panel.resize(probe.panel.minimumSizeHint().width(), 900)
    QApplication.sendPostedEvents()
    for widget in below(probe.content):
        right = widget.mapTo(probe.content, widget.rect().topRight()).x()
        assert right <= probe.content.width(), widget


def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot) -> None:
    probe = PanelProbe(qtbot)
    click(probe.panel.more)
    panel = probe.panel
    for control, name in (
        (panel.seed_box, "Seed"),
        (panel.probabilities_box, "Alternatives per token"),
        (panel.model_box.button, "Model and connection: Choose a model on Built-in model"),
        (panel.stop_chips.field, "Stop sequences"),
        (panel, "Parameters"),
    ):
        assert control.accessibleName() == name
