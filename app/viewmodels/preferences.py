"""Appearance and layout: theme, language, text size, where the window was.

Owns the choices and their saving; must not know palettes, translators or widgets.
"""

from PySide6.QtCore import QByteArray, QLocale, QObject, Signal

from app.viewmodels.options import Options

TEXT_SCALES = (80, 90, 100, 110, 125, 150, 175, 200)


class PreferencesViewModel(QObject):
    """Hold what the window looks like; each change takes effect at once and is kept."""

    theme_changed = Signal(str)
    language_changed = Signal(str)
    text_scale_changed = Signal(int)

    def __init__(self, options: Options, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options = options

    @property
    def theme(self) -> str:
        """Return "system", "light" or "dark"."""
        return str(self._options.get("theme"))

    def set_theme(self, theme: str) -> None:
        """Choose a theme."""
        self._options.set("theme", theme)
        self.theme_changed.emit(theme)

    @property
    def language(self) -> str:
        """Return "system", "en" or "zh_CN"."""
        return str(self._options.get("language"))

    @property
    def effective_language(self) -> str:
        """Return the language to show: that chosen, else Chinese where the system is Chinese, else English."""
        if self.language != "system":
            return self.language
        is_chinese = any(name.startswith("zh") for name in QLocale.system().uiLanguages()[:1])
        return "zh_CN" if is_chinese else "en"

    def set_language(self, language: str) -> None:
        """Choose a language."""
        self._options.set("language", language)
        self.language_changed.emit(self.effective_language)

    @property
    def text_scale(self) -> int:
        """Return the text size in percent of the system's; one that cannot be read, such as 0, is moved into range."""
        return min(max(int(self._options.get("text_scale")), TEXT_SCALES[0]), TEXT_SCALES[-1])

    def step_text_scale(self, direction: int) -> None:
        """Go to the next larger (1) or smaller (-1) text size, or back to 100 % (0)."""
        now = min(range(len(TEXT_SCALES)), key=lambda index: abs(TEXT_SCALES[index] - self.text_scale))
        index = TEXT_SCALES.index(100) if direction == 0 else now + direction
        scale = TEXT_SCALES[min(max(index, 0), len(TEXT_SCALES) - 1)]
        if scale != self.text_scale:
            self._options.set("text_scale", scale)
            self.text_scale_changed.emit(scale)

    def layout(self, part: str) -> QByteArray:
        """Return the saved geometry or splitter state of a part of the window, empty for none."""
        return QByteArray.fromBase64(str(self._options.get(f"window.{part}")).encode("ascii", "ignore"))

    def keep_layout(self, part: str, state: QByteArray) -> None:
        """Keep the geometry or splitter state of a part of the window."""
        self._options.set(f"window.{part}", bytes(state.toBase64().data()).decode("ascii"))

    def is_visible(self, part: str) -> bool:
        """Tell whether a side of the window is open."""
        return bool(self._options.get(f"window.{part}_visible"))

    def set_visible(self, part: str, *, is_visible: bool) -> None:
        """Open or close a side of the window."""
        self._options.set(f"window.{part}_visible", is_visible)
