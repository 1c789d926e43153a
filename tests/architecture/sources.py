"""Which files the project has, and where each source file's test belongs."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
BUILT = {".git", ".venv", "__pycache__", "dist", "build", "out"}
# Layers whose tests lie in a folder of their own, next to tests/unit.
OUTSIDE_UNIT = {"viewmodels", "widgets"}
NO_TEST_OF_ITS_OWN = {"__init__.py", "__main__.py"}


def app_sources() -> list[PurePosixPath]:
    """Return the source files of the program, relative to the checkout."""
    return sorted(PurePosixPath(path.relative_to(ROOT).as_posix()) for path in (ROOT / "app").rglob("*.py"))


def project_files() -> list[PurePosixPath]:
    """Return the files that are committed or would be, relative to the checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    names = listing.stdout.decode().split("\0") if listing.returncode == 0 else _walk()
    return sorted({PurePosixPath(name) for name in names if name and (ROOT / name).is_file()})


def _walk() -> Iterator[str]:
    """Name the files of a checkout without git, such as an unpacked archive."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in BUILT and not name.endswith("_cache")]
        relative = Path(folder).relative_to(ROOT)
        yield from ((relative / name).as_posix() for name in files if not name.endswith((".qm", ".pyc", ".lock")))


def place_of_test(source: PurePosixPath) -> PurePosixPath | None:
    """Return where the test of a source file belongs; None for a file that needs none."""
    if source.name in NO_TEST_OF_ITS_OWN:
        return None
    below = source.relative_to("app")
    layer = below.parts[0] if len(below.parts) > 1 else ""
    folder = PurePosixPath("tests") if layer in OUTSIDE_UNIT else PurePosixPath("tests", "unit")
    return folder / below.with_name(f"test_{below.name}")
