"""The list of runs: newest first, each with what tells it from the others, and correct in Qt's eyes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.domain.generation import StopReason
from app.domain.parameters import SamplingParameters
from app.domain.run import RunState
from app.viewmodels.runs import META_ROLE, RUN_ROLE, TITLE_LENGTH, RunListModel, describe, meta_of, title_of
from tests.viewmodels.fakes import Heard, a_run


@pytest.fixture
def model(qapp: QApplication) -> RunListModel:
    """Return a model that Qt's own tester watches."""
    runs = RunListModel()
    tester = QAbstractItemModelTester(runs, QAbstractItemModelTester.FailureReportingMode.Fatal, runs)
    assert tester.parent() is runs
    return runs


def ids(model: RunListModel) -> list[str]:
    found = [model.run_at(row) for row in range(model.rowCount())]
    return [run.id for run in found if run is not None]


def test_runs_are_put_on_top_and_replaced_by_id(model: RunListModel) -> None:
    model.put(a_run("a", "first"))
    model.put(a_run("b", "second"))
    assert ids(model) == ["b", "a"]
    changed = Heard(model.dataChanged)
    model.put(a_run("a", "first, longer"))
    assert ids(model) == ["b", "a"]
    assert len(changed) == 1
    assert model.index(1).data() == "first, longer"


def test_a_removed_run_comes_back_where_its_time_puts_it(model: RunListModel) -> None:
    runs = [a_run(name, name, minute=minute) for minute, name in enumerate("abcd")]
    model.set_runs(runs[::-1])
    for name in "acd":
        removed = model.remove(name)
        assert removed is not None
        assert removed.id == name
        model.restore(removed)
        assert ids(model) == ["d", "c", "b", "a"]
    assert model.remove("nobody") is None


def test_a_run_is_restored_once_however_often_undo_is_pressed(model: RunListModel) -> None:
    run = a_run("a", "text")
    model.put(run)
    model.remove("a")
    model.restore(run)
    model.restore(run)
    assert ids(model) == ["a"]


def test_a_row_gives_its_run_its_words_and_what_a_screen_reader_says(model: RunListModel) -> None:
    run = a_run("a", "The sea\nwas  calm")
    model.put(run)
    index = model.index(0)
    assert index.data() == "The sea was calm"
    assert index.data(RUN_ROLE) is run
    assert index.data(META_ROLE) == meta_of(run)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"The sea was calm. {meta_of(run)}"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == describe(run)
    assert index.data(Qt.ItemDataRole.DecorationRole) is None


def test_there_is_nothing_outside_the_list(model: RunListModel) -> None:
    model.put(a_run())
    assert model.run_at(1) is None
    assert model.run_at(-1) is None
    assert model.row_of("nobody") is None
    assert model.data(QModelIndex()) is None
    assert model.rowCount(model.index(0)) == 0


def test_after_the_language_changed_every_row_is_said_again(model: RunListModel) -> None:
    changed = Heard(model.dataChanged)
    model.refresh_texts()
    assert not changed, "there is nothing to say yet"
    model.set_runs([a_run("a"), a_run("b")])
    model.refresh_texts()
    (first, last) = changed[0][:2]
    assert isinstance(first, QModelIndex)
    assert isinstance(last, QModelIndex)
    assert (first.row(), last.row()) == (0, 1)


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (("The sea",), "The sea"),
        (("  \n", "second"), "second"),
        ((), "Once upon a time"),
        (("   ",), "Once upon a time"),
        (("\n" * 500 + "far down",), "far down"),
        (("word " * 500,), ("word " * 500)[:TITLE_LENGTH].strip()),
    ],
    ids=["answer", "second candidate", "no answer", "blank", "blank lines first", "long"],
)
def test_the_title_is_the_first_words_of_the_answer_or_of_the_prompt(texts: tuple[str, ...], title: str) -> None:
    assert title_of(a_run("a", *texts)).strip() == title


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (RunState.RUNNING, "writing…"),
        (RunState.STOPPED, "stopped"),
        (RunState.FAILED, "failed"),
        (RunState.INTERRUPTED, "interrupted"),
    ],
)
def test_the_line_below_says_the_state_where_it_is_not_plain(qapp: QApplication, state: RunState, word: str) -> None:
    assert word in meta_of(a_run(state=state))
    assert word not in meta_of(a_run(state=RunState.DONE))


def test_the_line_below_says_when_and_with_what_settings(qapp: QApplication) -> None:
    today = replace(a_run(), created=datetime.now(UTC))
    assert meta_of(today).startswith(today.created.astimezone().strftime("%H:%M"))
    old = replace(today, created=datetime.now(UTC) - timedelta(days=400))
    assert len(meta_of(old)) > len(meta_of(today)), "an older run says its day"
    plain = meta_of(a_run(parameters=SamplingParameters(temperature=0.7)))
    assert "T 0.7" in plain
    assert "P " not in plain
    assert "×" not in plain
    special = meta_of(a_run(parameters=SamplingParameters(top_p=0.9, n=3)))
    assert "P 0.9" in special
    assert "×3" in special


def test_the_tool_tip_says_every_parameter_that_was_changed(qapp: QApplication) -> None:
    neutral = describe(a_run(parameters=SamplingParameters()))
    assert neutral.splitlines() == [
        "Model: a-model",
        "Longest answer: 256",
        "Temperature: 1",
        "Top-p: 1",
        "Candidates: 1",
    ]
    parameters = SamplingParameters(
        stop=("\n", "END"), presence_penalty=-0.5, frequency_penalty=0.25, seed=0, max_tokens=9
    )
    words = describe(
        a_run(state=RunState.FAILED, parameters=parameters, problem="It failed.", reason=StopReason.FAILED)
    )
    for line in (
        "Longest answer: 9",
        r"Stop sequences: '\n' 'END'",
        "Presence penalty: -0.5",
        "Frequency penalty: 0.25",
        "Seed: 0",
        "It failed.",
    ):
        assert line in words.splitlines()
