"""The lock files: packaging/requirements/{runtime,model,test}.txt, drawn from pyproject.toml; for maintainers.

Owns their content: names, versions, markers and hashes of every file of each version, never a host or a path. Must not
know how they are installed.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from setup_steps.checkout import Checkout, SetupError, say

UV = "uv==0.13.9"
LOWEST_PYTHON = "3.11"
PYTHONS = ("3.11", "3.12", "3.13")
# Where the files must be installable without a compiler; the glibc versions are those of the PySide6 wheels.
PLATFORMS = (
    "x86_64-manylinux_2_34",
    "aarch64-manylinux_2_39",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
)


def regenerate(checkout: Checkout, *, upgrade: bool) -> None:
    """Write the three lock files anew; versions stay as they are unless upgrade is set or pyproject.toml forbids them.

    Raises:
        SetupError: No set of versions fits, or some platform would have to compile one.
    """
    folder = checkout.requirements
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        uv = _install_uv(Path(temporary))
        options = ["--upgrade"] if upgrade else []
        _compile(checkout, uv, "runtime", ["pyproject.toml", *options])
        _compile(checkout, uv, "model", ["--group", "model", "--no-deps", *options])
        _compile(checkout, uv, "test", ["--group", "test", "-c", str(folder / "runtime.txt"), *options])
        # What the program needs anyway is locked once.
        runtime = entries((folder / "runtime.txt").read_text(encoding="utf-8"))
        test = entries((folder / "test.txt").read_text(encoding="utf-8"))
        (folder / "test.txt").write_text("".join(entry for entry in test if entry not in runtime), encoding="utf-8")
        for platform in PLATFORMS:
            for python in PYTHONS:
                _check_wheels(checkout, uv, platform, python)
    for name in ("runtime", "model", "test"):
        text = (folder / f"{name}.txt").read_text(encoding="utf-8")
        say(f"packaging/requirements/{name}.txt: {len(entries(text))} packages")


def entries(text: str) -> list[str]:
    """Split the text of a lock file into its entries: the line of the requirement with its lines of hashes."""
    return re.findall(r"^[^\s#].*(?:\n[ \t]+.*)*\n?", text, flags=re.MULTILINE)


def _install_uv(folder: Path) -> str:
    _run([sys.executable, "-m", "venv", str(folder)], folder)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    _run([str(scripts / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], folder)
    return str(scripts / "uv")


def _compile(checkout: Checkout, uv: str, name: str, arguments: Sequence[str]) -> None:
    output = checkout.requirements / f"{name}.txt"
    shape = ["--universal", "--python-version", LOWEST_PYTHON, "--generate-hashes", "--no-header", "--no-annotate"]
    _run([uv, "pip", "compile", "--quiet", *shape, *arguments, "-o", str(output)], checkout.root)


def _check_wheels(checkout: Checkout, uv: str, platform: str, python: str) -> None:
    target = ["--python-platform", platform, "--python-version", python, "--only-binary", ":all:"]
    files = [str(checkout.requirements / name) for name in ("runtime.txt", "test.txt")]
    try:
        _run(
            [uv, "pip", "compile", "--quiet", *target, *files, "-o", str(Path(uv).with_name("resolved.txt"))],
            checkout.root,
        )
    except SetupError as error:
        raise SetupError(f"Not every locked package has a wheel for {platform}, Python {python}.\n{error}") from error


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(f"{Path(command[0]).name} failed:\n{done.stdout}".rstrip())
