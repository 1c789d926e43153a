"""The list of runs beside the output pane, as a Qt item model.

Owns order and what a row says; must not know how a row is drawn or where runs are kept.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.domain.run import Run, RunState

Index = QModelIndex | QPersistentModelIndex

RUN_ROLE = int(Qt.ItemDataRole.UserRole)
META_ROLE = RUN_ROLE + 1
TITLE_LENGTH = 120


class RunListModel(QAbstractListModel):
    """Hold runs, newest first; a run is replaced by its id as it goes on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return the number of runs."""
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the title, the line below it, the run itself, or what a screen reader says."""
        if not index.isValid() or index.row() >= len(self._runs):
            return None
        run = self._runs[index.row()]
        said: dict[int, Callable[[Run], object]] = {
            Qt.ItemDataRole.DisplayRole: title_of,
            Qt.ItemDataRole.AccessibleTextRole: lambda run: f"{title_of(run)}. {meta_of(run)}",
            Qt.ItemDataRole.ToolTipRole: describe,
            META_ROLE: meta_of,
            RUN_ROLE: lambda run: run,
        }
        return said[role](run) if role in said else None

    def set_runs(self, runs: list[Run]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._runs = list(runs)
        self.endResetModel()

    def put(self, run: Run) -> None:
        """Insert run at the top, or replace the run with its id."""
        row = self.row_of(run.id)
        if row is None:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._runs.insert(0, run)
            self.endInsertRows()
            return
        self._runs[row] = run
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def restore(self, run: Run) -> None:
        """Insert a run where its time puts it; one that is there already stays as it is."""
        if self.row_of(run.id) is not None:
            return
        row = next((i for i, other in enumerate(self._runs) if other.created <= run.created), len(self._runs))
        self.beginInsertRows(QModelIndex(), row, row)
        self._runs.insert(row, run)
        self.endInsertRows()

    def remove(self, run_id: str) -> Run | None:
        """Take the run out and return it."""
        row = self.row_of(run_id)
        if row is None:
            return None
        self.beginRemoveRows(QModelIndex(), row, row)
        run = self._runs.pop(row)
        self.endRemoveRows()
        return run

    def row_of(self, run_id: str) -> int | None:
        """Return the row of the run with this id."""
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), None)

    def run_at(self, row: int) -> Run | None:
        """Return the run in a row, None outside the list."""
        return self._runs[row] if 0 <= row < len(self._runs) else None

    def refresh_texts(self) -> None:
        """Say everything again, after the language changed."""
        if self._runs:
            self.dataChanged.emit(self.index(0), self.index(len(self._runs) - 1))


def title_of(run: Run) -> str:
    """Return the first words of the answer, or of the prompt where there is no answer."""
    text = next((candidate.text for candidate in run.candidates if candidate.text.strip()), "") or run.prompt
    return " ".join(text.lstrip()[: TITLE_LENGTH * 2].split())[:TITLE_LENGTH]


def meta_of(run: Run) -> str:
    """Return time, state where it is not plain, and the settings that tell runs apart."""
    parts = [_time_of(run.created)]
    states = {
        RunState.RUNNING: QCoreApplication.translate("Runs", "writing…"),
        RunState.INTERRUPTED: QCoreApplication.translate("Runs", "interrupted"),
        RunState.FAILED: QCoreApplication.translate("Runs", "failed"),
        RunState.STOPPED: QCoreApplication.translate("Runs", "stopped"),
    }
    if run.state in states:
        parts.append(states[run.state])
    parts.append(f"T {run.parameters.temperature:g}")
    if run.parameters.top_p < 1:
        parts.append(f"P {run.parameters.top_p:g}")
    if run.parameters.n > 1:
        parts.append(f"×{run.parameters.n}")
    return " · ".join(parts)


def describe(run: Run) -> str:
    """Return every parameter of a run, one a line, for its tool tip."""
    parameters = run.parameters
    rows = [
        (QCoreApplication.translate("Runs", "Model"), run.model),
        (QCoreApplication.translate("Runs", "Longest answer"), f"{parameters.max_tokens}"),
        (QCoreApplication.translate("Runs", "Temperature"), f"{parameters.temperature:g}"),
        (QCoreApplication.translate("Runs", "Top-p"), f"{parameters.top_p:g}"),
        (QCoreApplication.translate("Runs", "Candidates"), f"{parameters.n}"),
    ]
    if parameters.stop:
        rows.append((QCoreApplication.translate("Runs", "Stop sequences"), " ".join(map(repr, parameters.stop))))
    if parameters.presence_penalty:
        rows.append((QCoreApplication.translate("Runs", "Presence penalty"), f"{parameters.presence_penalty:g}"))
    if parameters.frequency_penalty:
        rows.append((QCoreApplication.translate("Runs", "Frequency penalty"), f"{parameters.frequency_penalty:g}"))
    if parameters.seed is not None:
        rows.append((QCoreApplication.translate("Runs", "Seed"), f"{parameters.seed}"))
    lines = [f"{name}: {value}" for name, value in rows]
    if run.problem:
        lines.append(run.problem)
    return "\n".join(lines)


def _time_of(created: datetime) -> str:
    local = created.astimezone()
    if local.date() == datetime.now().astimezone().date():
        return local.strftime("%H:%M")
    day = QDate(local.year, local.month, local.day)
    return f"{QLocale().toString(day, QLocale.FormatType.ShortFormat)} {local:%H:%M}"
