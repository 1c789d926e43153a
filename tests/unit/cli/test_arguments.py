"""What the command line understands, before anything slow is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.arguments import parse


def test_without_a_command_the_window_opens() -> None:
    assert parse([]).command is None
    options = parse(["--data-dir", "there"])
    assert (options.command, options.data_dir) == (None, Path("there"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data-dir", "x", "doctor"],
        ["doctor", "--data-dir", "x"],
        ["connections", "--data-dir", "x", "list"],
        ["connections", "list", "--data-dir", "x"],
    ],
)
def test_the_data_folder_may_stand_before_or_after_the_command(arguments: list[str]) -> None:
    assert parse(arguments).data_dir == Path("x")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"],
        ["dance"],
        ["complete"],
        ["complete", "x", "--max-tokens", "many"],
        ["complete", "x", "--key", "sk-one"],
        ["connections"],
        ["connections", "dance"],
        ["connections", "add", "there", "sk-one"],
        ["connections", "add", "--key", "sk-one"],
        ["connections", "remove"],
        ["connections", "check"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("quillpane")


def test_no_argument_is_a_place_for_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["complete"], ["connections", "add"], ["connections", "check"], ["doctor"]):
        with pytest.raises(SystemExit):
            parse([*command, "--help"])
    assert "--key" not in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("Quillpane ")


def test_line_breaks_in_stop_sequences_can_be_written() -> None:
    assert parse(["complete", "x", "--stop", r"a\nb", "--stop", r"\t"]).stop == ["a\nb", "\t"]


def test_reading_the_arguments_imports_nothing_slow() -> None:
    slow = ("asyncio", "httpx", "keyring", "PySide6", "qasync", "sqlite3")
    program = f"import sys, app.cli; app.cli.parse(['complete', 'x']); print(*(n for n in {slow} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
