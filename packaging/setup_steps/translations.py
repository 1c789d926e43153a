"""The translation files: drawn from the sources, checked for gaps, compiled for Qt.

Owns resources/i18n; `quillpane_<language>.ts` is committed, the `.qm` beside it is built. Must not know what the
strings are for. A `quillpane_en.ts`, where there is one, holds plural forms only: the sources speak English.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from setup_steps.checkout import Checkout, SetupError, say

SOURCE_LANGUAGE = "en"
# What a translation must carry over: %n, %1, %L1 and {name}.
PLACEHOLDER = re.compile(r"%n|%L?\d|\{[^{}]*\}")


@dataclass(frozen=True, order=True)
class Key:
    """What tells one translatable string from another."""

    context: str
    source: str
    comment: str = ""

    def __str__(self) -> str:
        """Show it as a person would look for it."""
        return f"{self.context}: {self.source!r}" + (f" ({self.comment})" if self.comment else "")


@dataclass(frozen=True)
class Entry:
    """One string of a translation file: its forms (several for a plural), and whether it counts as finished."""

    forms: tuple[str, ...]
    state: str  # "" when finished, else unfinished, vanished or obsolete


def files(checkout: Checkout) -> list[Path]:
    """Return the committed translation files."""
    return sorted(checkout.translations.glob("quillpane_*.ts"))


def compile_all(checkout: Checkout) -> None:
    """Build the `.qm` of each translation file that has changed since."""
    for source in files(checkout):
        compiled = source.with_suffix(".qm")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _run_tool(checkout, "lrelease", "-silent", str(source), "-qm", str(compiled))


def update(checkout: Checkout) -> None:
    """Take new strings of the sources into the translation files, and drop those that are gone."""
    for path in files(checkout) or [checkout.translations / "quillpane_zh_CN.ts"]:
        _update_file(checkout, path)
        say(f"{path.relative_to(checkout.root)}: {len(read(path))} strings")


def problems(checkout: Checkout) -> list[str]:
    """Return a sentence for each string that a translation file lacks, has too many, or has no good translation for."""
    found = [] if files(checkout) else ["resources/i18n holds no translation file"]
    for path in files(checkout):
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(shutil.copy(path, folder))
            _update_file(checkout, fresh)
            found += [f"{path.name}: {line}" for line in compare(read(path), read(fresh))]
    return found


def compare(committed: Mapping[Key, Entry], fresh: Mapping[Key, Entry]) -> list[str]:
    """Return a sentence for each gap of the committed strings against those drawn from the sources just now."""
    lines = [f"not in the file yet: {key}" for key in sorted(fresh.keys() - committed.keys())]
    lines += [f"no longer in the sources: {key}" for key in sorted(committed.keys() - fresh.keys())]
    for key in sorted(committed.keys() & fresh.keys()):
        entry = committed[key]
        if not entry.forms or not all(entry.forms):
            lines.append(f"no translation: {key}")
        elif entry.state:
            lines.append(f"marked {entry.state}: {key}")
        else:
            wanted = sorted(PLACEHOLDER.findall(key.source))
            lines += [
                f"placeholders differ: {key} -> {form!r}"
                for form in entry.forms
                # A plural form may leave the number out ("one token").
                if sorted(PLACEHOLDER.findall(form)) not in (wanted, [name for name in wanted if name != "%n"])
            ]
    return lines


def read(path: Path) -> dict[Key, Entry]:
    """Read a translation file."""
    entries = {}
    for context in ET.parse(path).getroot().iter("context"):  # noqa: S314 - a file of our own
        for message in context.iter("message"):
            key = Key(context.findtext("name", ""), message.findtext("source", ""), message.findtext("comment", ""))
            translation = message.find("translation")
            if translation is None:
                entries[key] = Entry((), "unfinished")
                continue
            plurals = tuple(form.text or "" for form in translation.iter("numerusform"))
            entries[key] = Entry(plurals or (translation.text or "",), translation.get("type", ""))
    return entries


def _update_file(checkout: Checkout, path: Path) -> None:
    language = path.stem.removeprefix("quillpane_")
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "sources.lst"
        sources = sorted(path.relative_to(checkout.root).as_posix() for path in (checkout.root / "app").rglob("*.py"))
        listing.write_text("\n".join(sources) + "\n", encoding="utf-8")
        options = [
            "-no-obsolete",
            "-locations",
            "none",
            "-source-language",
            SOURCE_LANGUAGE,
            "-target-language",
            language,
        ]
        if language == SOURCE_LANGUAGE:
            options.append("-pluralonly")
        _run_tool(checkout, "lupdate", "-silent", f"@{listing}", *options, "-ts", str(path))


def _run_tool(checkout: Checkout, name: str, *arguments: str) -> None:
    tool = _tool(checkout, name)
    done = subprocess.run(
        [str(tool), *arguments],
        cwd=checkout.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(f"{name} failed:\n{done.stdout}".rstrip())


def _tool(checkout: Checkout, name: str) -> Path:
    """Find a Qt tool in the installed wheel; its wrapper script would import all of PySide6 first."""
    folder = checkout.site_packages / "PySide6"
    candidates: Sequence[Path] = [folder / name, folder / f"{name}.exe"]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise SetupError(f"{name} is not in .venv. Remove .venv and start the same command again.")
