"""Appearance and layout: chosen values are kept, and damaged ones cannot make the window unusable."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray

from app.concurrency.tasks import TaskScope
from app.viewmodels.options import Options
from app.viewmodels.preferences import TEXT_SCALES, PreferencesViewModel
from tests.viewmodels.fakes import FakeOptions, Heard, task_scope


def preferences_over(store: FakeOptions, tasks: TaskScope) -> PreferencesViewModel:
    return PreferencesViewModel(Options(store, tasks))


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
async def test_a_theme_is_told_and_kept(theme: str) -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        preferences = preferences_over(store, tasks)
        told = Heard(preferences.theme_changed)
        preferences.set_theme(theme)
        assert told.last == theme
        assert preferences_over(store, tasks).theme == theme


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_a_language_is_told_and_kept(language: str) -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        preferences = preferences_over(store, tasks)
        told = Heard(preferences.language_changed)
        preferences.set_language(language)
        assert told.last == language
        assert preferences_over(store, tasks).effective_language == language


async def test_the_systems_language_is_one_that_there_is() -> None:
    async with task_scope() as tasks:
        preferences = preferences_over(FakeOptions(), tasks)
        assert preferences.language == "system"
        assert preferences.effective_language in {"en", "zh_CN"}


async def test_text_grows_and_shrinks_in_steps_between_bounds() -> None:
    async with task_scope() as tasks:
        preferences = preferences_over(FakeOptions(), tasks)
        told = Heard(preferences.text_scale_changed)
        seen = [preferences.text_scale]
        for direction in [1] * 12 + [-1] * 20:
            preferences.step_text_scale(direction)
            seen.append(preferences.text_scale)
        assert set(seen) == set(TEXT_SCALES)
        assert seen[-1] == min(TEXT_SCALES)
        assert [scale for (scale,) in told] == [b for a, b in pairwise(seen) if a != b]
        preferences.step_text_scale(0)
        assert preferences.text_scale == 100


@given(scale=st.integers(-(10**9), 10**9))
def test_a_text_size_from_disk_is_one_that_can_be_read(scale: int) -> None:
    store = FakeOptions(text_scale=scale)
    preferences = PreferencesViewModel(Options(store, TaskScope(lambda _name, _error: None)))
    assert min(TEXT_SCALES) <= preferences.text_scale <= max(TEXT_SCALES)


async def test_a_layout_comes_back_byte_for_byte() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        state = QByteArray(bytes(range(256)))
        for part in ("geometry", "columns", "rows"):
            preferences_over(store, tasks).keep_layout(part, state)
            assert preferences_over(store, tasks).layout(part) == state


@pytest.mark.parametrize("damaged", ["", "no base64 at all!", "量子", "AAA", "\x00"])
async def test_a_damaged_layout_is_no_error(damaged: str) -> None:
    async with task_scope() as tasks:
        layout = preferences_over(FakeOptions(window__geometry=damaged), tasks).layout("geometry")
        assert isinstance(layout, QByteArray)


async def test_the_sides_stay_as_they_were_left() -> None:
    async with task_scope() as tasks:
        store = FakeOptions()
        preferences = preferences_over(store, tasks)
        assert preferences.is_visible("runs")
        assert preferences.is_visible("parameters")
        preferences.set_visible("runs", is_visible=False)
        again = preferences_over(store, tasks)
        assert not again.is_visible("runs")
        assert again.is_visible("parameters")
