"""No source file breaks a rule of the design, and each rule is able to find what it forbids."""

from pathlib import PurePosixPath

import pytest

from tests.architecture.rules import complaints
from tests.architecture.sources import ROOT, app_sources

WIDGET = PurePosixPath("app/widgets/sample.py")
SERVICE = PurePosixPath("app/services/sample.py")


@pytest.mark.parametrize("source", app_sources(), ids=str)
def test_source_file_keeps_the_rules(source: PurePosixPath) -> None:
    found = complaints((ROOT / source).read_text(encoding="utf-8"), source)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("dialog.exec()", "nests"),
        ("menu.exec_(point)", "nests"),
        ("run = dialog.exec", "nests"),
        ("QApplication.processEvents()", "nests"),
        ("QMessageBox.question(self, 'a', 'b')", "nests"),
        ("QtWidgets.QFileDialog.getOpenFileName(self)", "nests"),
        ("QInputDialog.getText(self, 'a', 'b')", "nests"),
        ("try:\n    pass\nexcept Exception:\n    pass", "catches"),
        ("try:\n    pass\nexcept (OSError, BaseException) as error:\n    pass", "catches"),
        ("try:\n    pass\nexcept:\n    pass", "catches"),
        ("try:\n    pass\nexcept Exception as error:\n    raise Other from error", "catches"),
        ("with contextlib.suppress(Exception):\n    pass", "catches"),
        ("class A:\n    def setUpThings(self): ...", "camelCase"),
        ("self.tr(f'{count} tokens')", "lupdate"),
        ("self.tr(text)", "lupdate"),
        ("QT_TRANSLATE_NOOP('Context', name)", "lupdate"),
    ],
)
def test_each_rule_finds_what_it_forbids(text: str, word: str) -> None:
    assert [line for line in complaints(text, WIDGET) if word in line]


@pytest.mark.parametrize(
    "text",
    [
        "from PySide6.QtWidgets import QLabel",
        "from PySide6 import QtWidgets",
        "import PySide6.QtWidgets",
        "def build():\n    from PySide6.QtWidgets import QLabel",
    ],
)
def test_widgets_are_imported_above_the_services_only(text: str) -> None:
    assert complaints(text, SERVICE)
    assert complaints(text, PurePosixPath("app/viewmodels/sample.py"))
    assert not complaints(text, WIDGET)
    assert not complaints(text, PurePosixPath("app/bootstrap.py"))


@pytest.mark.parametrize(
    "text",
    [
        "dialog.open()",
        "cursor.execute('select 1')",
        "QMessageBox(self).open()",
        "logger.warning('slow')",
        "try:\n    pass\nexcept OSError:\n    pass",
        "with contextlib.suppress(OSError):\n    pass",
        "try:\n    pass\nexcept BaseException:\n    roll_back()\n    raise",
        "class A(QWidget):\n    def closeEvent(self, event): ...",
        "self.tr('Run')",
        "QCoreApplication.translate(context, text)",
    ],
)
def test_what_is_allowed_is_not_complained_about(text: str) -> None:
    assert complaints(text, WIDGET) == []


def test_two_files_may_catch_everything() -> None:
    text = "try:\n    pass\nexcept Exception:\n    pass"
    assert complaints(text, PurePosixPath("app/runtime/errors.py")) == []
    assert complaints(text, PurePosixPath("app/concurrency/blocking.py")) == []
