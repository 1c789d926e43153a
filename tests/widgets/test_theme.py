"""Both themes can be read by everybody, and a theme file with a mistake in it is refused."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.store.paths import resource
from app.widgets import theme

# Each text colour with every background it stands on.
TEXT = {
    "text": ("window", "surface", "raised", "notice", "problem"),
    "dim": ("window", "surface", "raised"),
    "accent_text": ("accent", "accent_hover"),
    "selection_text": ("selection",),
    "generated": ("surface",),
    "problem_text": ("problem",),
}
# Signs that carry a meaning, with their backgrounds; 3 : 1 is enough for these (WCAG 1.4.11).
SIGNS = {"accent": ("window", "surface", "raised"), "dot": ("window", "surface")}


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str) -> float:
    color = QColor(name)
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("color", TEXT)
def test_text_can_be_read_on_each_of_its_backgrounds(name: str, color: str) -> None:
    colors = theme.load_colors(resource("themes", f"{name}.toml"))
    for background in TEXT[color]:
        assert contrast(getattr(colors, color), getattr(colors, background)) >= 4.5, background


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("color", SIGNS)
def test_signs_can_be_told_from_each_of_their_backgrounds(name: str, color: str) -> None:
    colors = theme.load_colors(resource("themes", f"{name}.toml"))
    for background in SIGNS[color]:
        assert contrast(getattr(colors, color), getattr(colors, background)) >= 3, background


@pytest.mark.parametrize("name", ["light", "dark"])
def test_generated_text_can_be_told_from_typed_text(name: str) -> None:
    colors = theme.load_colors(resource("themes", f"{name}.toml"))
    generated, typed = QColor(colors.generated), QColor(colors.text)
    assert abs(generated.hueF() - typed.hueF()) > 0.05 or generated.saturationF() - typed.saturationF() > 0.3


def test_a_theme_is_that_of_the_whole_program_at_once(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("text")
    qtbot.addWidget(label)
    for name in ("dark", "light"):
        colors = theme.load_colors(resource("themes", f"{name}.toml"))
        theme.apply(qapp, colors)
        assert theme.colors() == colors
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(colors.window)
        assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(colors.text)


def test_each_theme_is_called_by_its_file_name() -> None:
    for name in ("light", "dark"):
        assert f'name = "{name}"' in resource("themes", f"{name}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("text =", "txet ="), "missing or unknown colours: ['text', 'txet']"),
        (('text = "#1c1e21"\n', ""), "missing or unknown colours: ['text']"),
        (("#1c1e21", "darkish"), "not colours: ['text']"),
    ],
    ids=["misspelt", "missing", "no colour"],
)
def test_a_theme_file_with_a_mistake_is_refused(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    good = resource("themes", "light.toml").read_text("utf-8")
    changed = (
        good.replace("\n" + change[0], "\n" + change[1]) if good.count("\n" + change[0]) else good.replace(*change)
    )
    assert changed != good
    path = tmp_path / "mine.toml"
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ValueError, match=r"mine\.toml: ") as refused:
        theme.load_colors(path)
    assert complaint in str(refused.value)
