"""The top level holds what the design says and nothing else, and no file names a place that only one machine has."""

import re

import pytest

from tests.architecture.sources import ROOT, project_files

FOLDERS = {"app", "resources", "tests", "packaging", ".ci"}
FILES = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
# Character classes, so that this file does not find itself.
ELSEWHERE = re.compile(
    r"(?<![\w.~-])/(?:work|root|opt)/|/tmp/(?:lab|p)/|/home/(?!user\b|me\b|you\b)\w+/|C:\\Users\\\w"
    r"|pypi[.]org|pythonhosted[.]org|pypi[.]python[.]org|deb[.]debian[.]org|archive[.]ubuntu[.]com|npmjs[.]"
)
TEXT = {".py", ".md", ".toml", ".txt", ".ts", ".json", ".cfg", ".ini", ".yml", ".yaml", ".sh", ".svg", ""}


def test_top_level_is_as_designed() -> None:
    top = {file.parts[0] for file in project_files() if len(file.parts) > 1}
    files = {file.name for file in project_files() if len(file.parts) == 1}
    assert top == FOLDERS
    assert {name for name in files if not name.startswith(".")} == FILES


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for file in project_files():
        if file.suffix not in TEXT or file.parts[:2] == ("tests", "data"):
            continue
        for number, line in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), 1):
            if match := ELSEWHERE.search(line):
                found.append(f"{file}:{number}: {match.group()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "path = '/wo" + "rk/main/app'",
        "see /ro" + "ot/.cache",
        "# /tmp/l" + "ab/v",
        "--index-url https://py" + "pi.org/simple",
        "url = 'https://files.python" + "hosted.org/x'",
    ],
)
def test_the_search_finds_what_it_looks_for(line: str) -> None:
    assert ELSEWHERE.search(line)


def test_no_test_hides_where_pytest_does_not_look() -> None:
    hidden = [
        str(file)
        for file in project_files()
        if file.parts[0] == "tests"
        and file.suffix == ".py"
        and not file.name.startswith("test_")
        and re.search(r"^ *(async )?def test_", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not hidden
