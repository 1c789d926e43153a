"""The steps of packaging/dev.py say what they do, go on where they can, and end with the right exit code."""

import ast
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from setup_steps import system_packages
from setup_steps.checkout import SetupError
from setup_steps.checks import RESULTS, Check, line_for, run_checks
from setup_steps.commands import has_display, main
from setup_steps.pip_advice import explain
from setup_steps.single import only_one
from setup_steps.system_packages import Need, command_for, missing, required, welcome
from tests.architecture.sources import ROOT

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks system packages")


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_display_is_missing_on_linux_only(environ: dict[str, str], platform: str, expected: bool) -> None:
    assert has_display(environ, platform) is expected


def test_wrong_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["walk"]) == 2
    assert "'walk'" in capsys.readouterr().err
    assert main([]) == 2
    assert main(["--help"]) == 0
    assert main(["lock", "--faster"]) == 2
    assert "'--faster'" in capsys.readouterr().err


def test_old_python_can_read_the_refusal() -> None:
    text = (ROOT / "packaging" / "dev.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 0))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.FunctionDef, ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]
    refusal = text.index("sys.exit(")
    assert refusal < text.index("setup_steps.commands")


def test_ci_runs_the_tests_and_nothing_else() -> None:
    path = ROOT / ".ci" / "run"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[-1] == "exec python3 packaging/dev.py test </dev/null"
    assert "export CI=true" in lines
    if os.name == "posix":
        assert os.access(path, os.X_OK)


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that is locked"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: ...\nERROR: No matching distribution found for x", "did not answer"),
        ("ERROR: No matching distribution found for pyside6-essentials==6.11.3", "ready-made"),
        ("something new", "own words"),
    ],
)
def test_failed_pip_is_explained(complaint: str, words: str) -> None:
    sentence = explain("packaging/requirements/runtime.txt", complaint)
    assert words in sentence
    assert "runtime.txt" in sentence


def test_missing_things_are_found_once_for_each_package() -> None:
    needs = [
        Need("lib-a", library="libno-such-library.so.1"),
        Need("lib-a", library="libno-such-library-either.so.1"),
        Need("tool-b", program="no-such-program"),
        Need("font-c", file="/no/such/font.ttf"),
        Need("here", file=__file__),
        Need("python", program=Path(sys.executable).name),
    ]
    assert [need.package for need in missing(needs)] == ["lib-a", "tool-b", "font-c"]


@LINUX
def test_one_command_installs_what_is_missing() -> None:
    command = command_for([Need("libegl1", "libEGL.so.1"), Need("xvfb", program="Xvfb")])
    assert "\n" not in command
    assert "libegl1" in command or "libEGL.so.1" in command


def test_display_decides_which_libraries_are_required() -> None:
    def packages(environ: dict[str, str]) -> set[str]:
        return {need.package for need in required(environ)}

    assert {"libegl1", "libglib2.0-0", "libgomp1"} <= packages({})
    assert "libxcb-cursor0" not in packages({})
    assert "libxcb-cursor0" in packages({"DISPLAY": ":0"})
    assert "libwayland-cursor0" in packages({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"})
    assert {"fonts-noto-cjk", "libxcb-cursor0"} <= {need.package for need in welcome(testing=False)}
    assert {"gnome-keyring", "dbus", "xvfb"} <= {need.package for need in welcome(testing=True)}


@LINUX
def test_list_covers_every_library_that_the_qt_wheel_takes_from_the_system() -> None:
    import PySide6

    folder = Path(PySide6.__file__).parent
    files = [
        folder / "lrelease",
        *(folder / "Qt" / "lib").glob("libQt6Gui.so.6"),
        *(folder / "Qt" / "lib").glob("libQt6Widgets.so.6"),
        *(folder / "Qt" / "lib").glob("libQt6DBus.so.6"),
        *(folder / "Qt" / "lib").glob("libQt6Network.so.6"),
        *(folder / "Qt" / "plugins" / "platforms").glob("libq[xwo]*.so"),
    ]
    listed = {need.library for need in (*system_packages.QT, *system_packages.X11, *system_packages.WAYLAND)}
    with_them = {  # what the listed ones bring, or every glibc system has
        *("libxcb.so.1", "libxcb-render.so.0", "libxcb-shm.so.0", "libxcb-sync.so.1", "libxcb-xfixes.so.0"),
        *("libbrotlicommon.so.1", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libresolv.so.2"),
        *("libpthread.so.0", "libdl.so.2", "librt.so.1"),
    }
    needed = {name for file in files for name in _needed(file)}
    assert len(needed) > 20
    strangers = {name for name in needed if not name.startswith(("libQt6", "libicu", "ld-linux"))}
    assert strangers <= listed | with_them, strangers - listed - with_them


def _needed(file: Path) -> set[str]:
    """Name the libraries that an ELF file links to itself, from its dynamic section."""
    data = file.read_bytes()

    def number(place: int, size: int) -> int:
        return int.from_bytes(data[place : place + size], "little")

    table, size, count = number(0x20, 8), number(0x36, 2), number(0x38, 2)
    segments = [table + size * index for index in range(count)]
    loads = [(number(s + 0x10, 8), number(s + 0x08, 8), number(s + 0x28, 8)) for s in segments if number(s, 4) == 1]
    dynamic = next(number(s + 0x08, 8) for s in segments if number(s, 4) == 2)
    entries = []
    while (tag := number(dynamic, 8)) != 0:
        entries.append((tag, number(dynamic + 8, 8)))
        dynamic += 16
    address = next(value for tag, value in entries if tag == 5)
    strings = next(place + address - start for start, place, length in loads if start <= address < start + length)
    places = [strings + value for tag, value in entries if tag == 1]
    return {data[place : data.index(b"\0", place)].decode() for place in places}


def test_later_checks_run_after_a_failed_one(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> str:
        raise SetupError("no tool")

    checks = [Check("first", lambda: "line 3 is wrong"), Check("second", refuse), Check("third", lambda: "")]
    results = run_checks(checks)
    assert [result.passed for result in results] == [False, False, True]
    printed = capsys.readouterr().out
    assert "line 3 is wrong" in printed
    assert "no tool" in printed
    assert line_for(results[2]) in printed
    assert "FAILED" in line_for(results[0])


def test_report_of_pytest_repeats_the_checks_and_keeps_its_closing_line_last(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
    results = [{"name": "mypy", "passed": False, "seconds": 1.5}]
    script = str(ROOT / "packaging" / "setup_steps" / "pytest_run.py")
    command = [sys.executable, "-P", script, "-p", "no:cacheprovider", "."]
    environment = {**os.environ, RESULTS: json.dumps(results)}
    answer = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    lines = answer.stdout.splitlines()
    assert "1 passed" in lines[-1]
    assert lines[-2].split() == ["mypy", "FAILED", "1.5", "s"]


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be written"), only_one(tmp_path / "absent" / "lock"):
        pass


def test_second_set_up_waits_for_the_first(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    entered = threading.Event()

    def second() -> None:
        with only_one(path):
            entered.set()

    thread = threading.Thread(target=second)
    with only_one(path):
        thread.start()
        assert not entered.wait(0.2)
    assert entered.wait(20)
    thread.join()
