"""The Chinese translation, compiled from its source for the test run, and what counts as a word left in English."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import PySide6
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.store.paths import resource

# What people call the same in every language.
NAMES = re.compile(
    r"OpenAI|DeepSeek|OpenRouter|Ollama|LM Studio|vLLM|KoboldCpp|(?i:midjourney)(?:-proxy)?|new-api|one-api|curl"
    r"|\bAPI\b|Quillpane|English|SmolLM2|llama\.cpp|Qt|LGPL|MIT|GGUF|GNOME Keyring|https?://\S*|sk-…|/v1|\\n"
    r"|(?:Ctrl|Alt|Shift|Esc|Return|Del|F8|F9)\+?\S*|[TP] [\d.]+|[Tt]op-p|token|\btop_p\b"
)
_ENGLISH = re.compile(r"[A-Za-z]{2,}")


def english_in(text: str) -> list[str]:
    """Return the words of text that are English and no names."""
    return _ENGLISH.findall(NAMES.sub("", text))


@contextmanager
def chinese(application: QApplication) -> Iterator[None]:
    """Show everything in Chinese meanwhile."""
    translator = QTranslator()
    assert translator.load(str(_compiled()))
    application.installTranslator(translator)
    QLocale.setDefault(QLocale("zh_CN"))
    try:
        yield
    finally:
        application.removeTranslator(translator)
        QLocale.setDefault(QLocale("en_GB"))


@cache
def _compiled() -> Path:
    tool = next(path for name in ("lrelease", "lrelease.exe") if (path := Path(PySide6.__path__[0]) / name).is_file())
    target = Path(mkdtemp(prefix="quillpane-")) / "quillpane_zh_CN.qm"
    source = resource("i18n", "quillpane_zh_CN.ts")
    subprocess.run([tool, "-silent", source, "-qm", target], check=True)
    return target
