"""Every source file has its test file."""

from pathlib import PurePosixPath

import pytest

from tests.architecture.sources import ROOT, app_sources, place_of_test


@pytest.mark.parametrize("source", [source for source in app_sources() if place_of_test(source)], ids=str)
def test_source_file_has_its_test_file(source: PurePosixPath) -> None:
    place = place_of_test(source)
    assert place is not None
    tests = (ROOT / place).read_text(encoding="utf-8") if (ROOT / place).is_file() else ""
    has_tests = "def test_" in tests
    assert has_tests, f"{source} has no test in {place}"


def test_the_place_of_a_test_follows_the_layer() -> None:
    places = {
        "app/__init__.py": None,
        "app/__main__.py": None,
        "app/assembly.py": "tests/unit/test_assembly.py",
        "app/cli/finding.py": "tests/unit/cli/test_finding.py",
        "app/api/sse.py": "tests/unit/api/test_sse.py",
        "app/runtime/loop.py": "tests/unit/runtime/test_loop.py",
        "app/viewmodels/write.py": "tests/viewmodels/test_write.py",
        "app/widgets/theme.py": "tests/widgets/test_theme.py",
    }
    for source, place in places.items():
        assert place_of_test(PurePosixPath(source)) == (PurePosixPath(place) if place else None)
