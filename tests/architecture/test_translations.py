"""Every string that the sources mark has its translation, and the check is able to find one that has not."""

import ast
import os
import shutil
from pathlib import Path

import pytest

from setup_steps import translations
from setup_steps.checkout import THIS, Checkout, SetupError
from setup_steps.translations import Entry, Key, compare
from tests.architecture.sources import ROOT, app_sources

RUN = Key("Window", "Run")
COUNT = Key("Window", "{count} of %1")


def test_every_string_is_translated() -> None:
    found = translations.problems(THIS)
    assert not found, "\n".join(found)


def test_lupdate_sees_every_marked_string() -> None:
    known = {(key.context, key.source) for path in translations.files(THIS) for key in translations.read(path)}
    missed = [marked for source in app_sources() for marked in _marked(ROOT / source) if marked not in known]
    assert not missed, "not seen by lupdate, perhaps because they stand inside an f-string"


def _marked(path: Path) -> set[tuple[str, str]]:
    """Find the strings in other words than lupdate does: (context, text)."""
    found = set()

    class Visitor(ast.NodeVisitor):
        context = ""

        def visit_ClassDef(self, node: ast.ClassDef) -> None:
            outer, self.context = self.context, node.name
            self.generic_visit(node)
            self.context = outer

        def visit_Call(self, node: ast.Call) -> None:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = [word.value if isinstance(word, ast.Constant) else None for word in node.args]
            if name == "tr" and words and isinstance(words[0], str):
                found.add((self.context, words[0]))
            if name in {"translate", "QT_TRANSLATE_NOOP"} and len(words) > 1:
                context, text = words[:2]
                if isinstance(context, str) and isinstance(text, str):
                    found.add((context, text))
            self.generic_visit(node)

    Visitor().visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize(
    ("committed", "fresh", "expected"),
    [
        ({}, {RUN: Entry(("",), "unfinished")}, "not in the file yet: Window: 'Run'"),
        ({RUN: Entry(("运行",), "")}, {}, "no longer in the sources: Window: 'Run'"),
        ({RUN: Entry(("",), "unfinished")}, {RUN: Entry(("",), "unfinished")}, "no translation: Window: 'Run'"),
        ({RUN: Entry(("",), "")}, {RUN: Entry(("",), "")}, "no translation: Window: 'Run'"),
        ({RUN: Entry(("运行",), "unfinished")}, {RUN: Entry(("",), "")}, "marked unfinished: Window: 'Run'"),
        ({RUN: Entry(("运行",), "vanished")}, {RUN: Entry(("",), "")}, "marked vanished: Window: 'Run'"),
        (
            {COUNT: Entry(("{number}/%1",), "")},
            {COUNT: Entry(("",), "")},
            "placeholders differ: Window: '{count} of %1' -> '{number}/%1'",
        ),
    ],
)
def test_each_gap_is_found(committed: dict[Key, Entry], fresh: dict[Key, Entry], expected: str) -> None:
    assert compare(committed, fresh) == [expected]


def test_a_full_translation_has_no_gap() -> None:
    plural = Key("Window", "%n tokens in {name}")
    entries = {
        RUN: Entry(("运行",), ""),
        COUNT: Entry(("%1 中的 {count}",), ""),
        plural: Entry(("{name} has one token", "{name} has %n tokens"), ""),
    }
    assert compare(entries, entries) == []


@pytest.fixture
def small(tmp_path: Path) -> Checkout:
    """A checkout with one source file, sharing this one's environment."""
    (tmp_path / "app").mkdir()
    (tmp_path / "resources" / "i18n").mkdir(parents=True)
    (tmp_path / ".venv").symlink_to(THIS.venv, target_is_directory=True)
    (tmp_path / "app" / "window.py").write_text(
        "class Window(QWidget):\n"
        "    def words(self):\n"
        "        self.tr('Run')\n"
        "        self.tr('%n tokens', '', 3)\n"
        "        return QCoreApplication.translate('Other', 'two '\n"
        "            'parts'), QT_TRANSLATE_NOOP('Table', 'Stop')\n",
        encoding="utf-8",
    )
    return Checkout(tmp_path)


def test_strings_are_drawn_from_the_sources(small: Checkout) -> None:
    translations.update(small)
    (path,) = translations.files(small)
    assert path.name == "quillpane_zh_CN.ts"
    keys = {Key("Window", "Run"), Key("Window", "%n tokens"), Key("Other", "two parts"), Key("Table", "Stop")}
    assert set(translations.read(path)) == keys
    assert len(translations.problems(small)) == len(keys)
    assert "location" not in path.read_text(encoding="utf-8")


def test_a_finished_file_has_no_problem_and_drawing_again_keeps_it(small: Checkout) -> None:
    translations.update(small)
    (path,) = translations.files(small)
    text = path.read_text(encoding="utf-8")
    text = text.replace('<translation type="unfinished"></translation>', "<translation>译文</translation>")
    text = text.replace('<translation type="unfinished">', "<translation>").replace(
        "<numerusform></numerusform>", "<numerusform>%n 个</numerusform>"
    )
    path.write_text(text, encoding="utf-8")
    assert translations.problems(small) == []
    translations.update(small)
    assert path.read_text(encoding="utf-8") == text

    source = small.root / "app" / "window.py"
    source.write_text(source.read_text(encoding="utf-8").replace("'Run'", "'Go'"), encoding="utf-8")
    assert sorted(translations.problems(small)) == [
        "quillpane_zh_CN.ts: no longer in the sources: Window: 'Run'",
        "quillpane_zh_CN.ts: not in the file yet: Window: 'Go'",
    ]


def test_a_changed_translation_is_compiled_again(small: Checkout) -> None:
    translations.update(small)
    (path,) = translations.files(small)
    translations.compile_all(small)
    compiled = path.with_suffix(".qm")
    first = compiled.stat().st_mtime_ns
    translations.compile_all(small)
    assert compiled.stat().st_mtime_ns == first
    compiled.write_bytes(b"")
    newer = path.stat()
    os.utime(compiled, ns=(newer.st_atime_ns, newer.st_mtime_ns - 1_000_000_000))
    translations.compile_all(small)
    assert compiled.stat().st_size > 0


def test_english_holds_plural_forms_only(small: Checkout) -> None:
    path = small.translations / "quillpane_en.ts"
    shutil.copy(_empty(small), path)
    translations.update(small)
    assert set(translations.read(path)) == {Key("Window", "%n tokens")}


def _empty(checkout: Checkout) -> Path:
    path = checkout.root / "empty.ts"
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1"></TS>\n', encoding="utf-8"
    )
    return path


def test_a_broken_file_is_named_in_one_sentence(small: Checkout) -> None:
    path = small.translations / "quillpane_zh_CN.ts"
    path.write_text("no xml", encoding="utf-8")
    with pytest.raises(SetupError, match="failed"):
        translations.update(small)
