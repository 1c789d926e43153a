"""The benchmark measures every figure, loses no character and says what it found; how fast a machine is, is no test."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.figures import Limit, Row, Samples, table
from bench.relay import streamed_text

from tests.architecture.sources import ROOT

FIGURES = {"startup", "streaming", "pace", "latency", "memory"}


@pytest.mark.timeout(300)
def test_short_version_measures_every_figure(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, str(ROOT / "packaging" / "bench"), "--small", "--json", str(file)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "limits missed: " in done.stdout

    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["is_small"]
    assert content["machine"]["PySide6"]
    rows = content["rows"]
    assert {row["figure"] for row in rows} >= FIGURES - ({"memory"} if sys.platform != "linux" else set())
    for row in rows:
        assert row["name"] in done.stdout
        assert row["program"]
        assert all(value >= 0 or row["figure"] == "memory" for value in row["program"])
        assert row["is_met"] is not None, "the short version measures what has limits"
    measured = {row["name"]: row for row in rows}
    assert measured["stream: characters lost of 1642"]["program"] == [0, 0]
    assert measured["stream: characters lost of 1642"]["is_met"]
    beside = [row for row in rows if row["unit"] in {"ms", "s"}]
    assert len(beside) == 9
    assert all(row["floor"] and min(row["floor"]) > 0 for row in beside), "each time has its floor in the same run"


def test_one_figure_can_be_chosen_and_an_unknown_one_is_refused() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "bench"), "--only", "speed"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert all(figure in done.stderr for figure in FIGURES)


def row(program: tuple[float, ...], limit: Limit | None, floor: tuple[float, ...] = (100.0,)) -> Row:
    return Row("figure", "name", "ms", Samples(program), Samples(floor), limit)


@pytest.mark.parametrize(
    ("limit", "most"), [(Limit("ratio", 1.35), 135.0), (Limit("value", 16), 16.0), (Limit("difference", 16.5), 116.5)]
)
def test_limit_is_met_up_to_its_value_and_no_further(limit: Limit, most: float) -> None:
    assert row((most,), limit).is_met
    assert row((most + 0.01,), limit).is_met is False
    assert row((most * 2, most, 0.0), limit).is_met, "the median counts"
    assert row((most * 2, most * 2, 0.0), limit).is_met is False


def test_ratio_to_a_floor_of_nothing_is_never_met() -> None:
    without = Row("figure", "name", "ms", Samples((1.0,)), None, Limit("ratio", 2))
    assert without.ratio is None
    assert without.is_met is False
    assert row((1.0,), Limit("ratio", 2), floor=(0.0,)).is_met is False
    assert row((1.0,), None).is_met is None


def test_table_tells_what_is_missed() -> None:
    rows = [row((120.0, 140.0, 130.0), Limit("ratio", 1.35)), row((136.0,), Limit("ratio", 1.35)), row((1.0,), None)]
    lines = table(rows).splitlines()
    assert [line.split()[-1] for line in lines[2:4]] == ["met", "MISSED"]
    assert "130 [120–140] ms" in lines[2]
    assert "1.36" in lines[3]
    assert "at most 1.35 times" in lines[3]


def test_the_text_of_a_stream_is_known_beforehand() -> None:
    assert streamed_text(3) == "The ferry left"
    assert "\n" in streamed_text(400)
    assert "\n" not in streamed_text(400, is_unbroken=True)
    assert len(streamed_text(20_000)) > 70_000
