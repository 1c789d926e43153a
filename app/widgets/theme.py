"""Turn a theme file of named colours into the palette and the few style rules of the program.

Owns how colours reach Qt; must not know which theme was chosen or why.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Colors:
    """The named colours of a theme, as #rrggbb."""

    window: str
    surface: str
    raised: str
    text: str
    dim: str
    border: str
    strong_border: str
    accent: str
    accent_hover: str
    accent_text: str
    selection: str
    selection_text: str
    generated: str
    notice: str
    notice_border: str
    problem: str
    problem_border: str
    problem_text: str
    dot: str


_current: list[Colors] = []


def colors() -> Colors:
    """Return the colours in use; the theme must have been applied."""
    return _current[-1]


def load_colors(path: Path) -> Colors:
    """Read a theme file; every colour must be there and be a colour.

    Raises:
        ValueError: a colour is missing, unknown or cannot be read.
    """
    table = tomllib.loads(path.read_text("utf-8"))["colors"]
    names = {field.name for field in fields(Colors)}
    if set(table) != names:
        raise ValueError(f"{path.name}: missing or unknown colours: {sorted(set(table) ^ names)}")
    wrong = [name for name, value in table.items() if not QColor.isValidColorName(value)]
    if wrong:
        raise ValueError(f"{path.name}: not colours: {wrong}")
    return Colors(**table)


def apply(application: QApplication, palette_colors: Colors) -> None:
    """Make the colours those of the whole program, at once."""
    _current[:] = [palette_colors]
    application.setPalette(_palette(palette_colors))
    application.setStyleSheet(
        _STYLE.format(**{field.name: getattr(palette_colors, field.name) for field in fields(Colors)})
    )


def _palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, color in (
        (role.Window, c.window),
        (role.WindowText, c.text),
        (role.Base, c.surface),
        (role.AlternateBase, c.raised),
        (role.ToolTipBase, c.raised),
        (role.ToolTipText, c.text),
        (role.Text, c.text),
        (role.Button, c.raised),
        (role.ButtonText, c.text),
        (role.BrightText, c.accent_text),
        (role.Link, c.accent),
        (role.LinkVisited, c.accent),
        (role.Highlight, c.accent),
        (role.HighlightedText, c.accent_text),
        (role.PlaceholderText, c.dim),
        (role.Accent, c.accent),
        (role.Light, c.raised),
        (role.Midlight, c.border),
        (role.Mid, c.border),
        (role.Dark, c.strong_border),
        (role.Shadow, c.strong_border),
    ):
        palette.setColor(target, QColor(color))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(c.strong_border))
    return palette


# Fusion and the palette do nearly everything; only what they cannot say stands here, because every rule costs time.
_STYLE = """
QPlainTextEdit, QListView {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; }}
QPlainTextEdit {{ padding: 2px; selection-background-color: {selection}; selection-color: {selection_text}; }}
QLineEdit {{
    background: {surface}; border: 1px solid {border}; border-radius: 5px; padding: 3px 5px;
}}
QLineEdit:focus {{ border-color: {accent}; }}
QLineEdit:disabled {{ background: {window}; color: {strong_border}; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {border}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
    background: {surface}; border: 1px solid {strong_border};
}}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ border: 2px solid {accent}; }}
QScrollBar:vertical {{ width: 10px; background: transparent; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; }}
QScrollBar::handle {{ background: {border}; border-radius: 4px; margin: 1px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {strong_border}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QPlainTextEdit:focus, QListView:focus {{ border-color: {accent}; }}
QPushButton {{ background: {raised}; border: 1px solid {border}; border-radius: 6px; padding: 5px 12px; }}
QPushButton:hover {{ border-color: {strong_border}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:pressed {{ background: {border}; }}
QPushButton:disabled {{ color: {strong_border}; }}
QPushButton[primary="true"] {{ background: {accent}; color: {accent_text}; border-color: {accent}; font-weight: 600; }}
QPushButton[primary="true"]:hover {{ background: {accent_hover}; }}
QPushButton[primary="true"]:focus {{ border-color: {text}; }}
QPushButton[primary="true"]:disabled {{ background: {border}; border-color: {border}; color: {dim}; }}
QPushButton[wide="true"] {{ text-align: left; }}
QPushButton[flat="true"] {{ background: transparent; border-color: transparent; padding: 3px 6px; }}
QPushButton[flat="true"]:hover {{ border-color: {border}; }}
QPushButton[flat="true"]:focus {{ border-color: {accent}; }}
QLabel[dim="true"] {{ color: {dim}; }}
QLabel[badge="true"] {{
    color: {problem_text}; background: {problem};
    border: 1px solid {problem_border}; border-radius: 6px; padding: 0 5px;
}}
QLabel[heading="true"] {{ font-weight: 600; }}
QFrame[card="notice"] {{ background: {notice}; border: 1px solid {notice_border}; border-radius: 6px; }}
QFrame[card="problem"] {{ background: {problem}; border: 1px solid {problem_border}; border-radius: 6px; }}
QFrame[card="problem"] QLabel[heading="true"] {{ color: {problem_text}; }}
QFrame[card="chip"] {{ background: {raised}; border: 1px solid {border}; border-radius: 10px; }}
QFrame[card="sample"] {{ background: {raised}; border: 1px solid {border}; border-radius: 8px; }}
QSplitter::handle {{ background: transparent; }}
QScrollArea {{ background: transparent; border: none; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 4px; }}
"""
