"""Costs on the screen: tables with units, prices edited in place, limits, the balance with its age."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.cost_panel import CostPanel
from tests.support import until
from tests.widgets.connection_probe import WindowProbe, window
from tests.widgets.hands import click, is_seen, press, type_text, words_of


async def _open(probe: WindowProbe) -> CostPanel:
    probe.window.show_tab("costs")
    panel = probe.window.costs
    await until(panel.models.rowCount)
    await until(lambda: not probe.bench.tasks.is_running("costs"))
    return panel


def _row(panel: CostPanel, row: int) -> list[str]:
    return [item.text() for column in range(4) if (item := panel.prices.item(row, column)) is not None]


async def test_this_month_is_told_in_a_sentence_and_by_model_and_day(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        panel = await _open(probe)
        assert "0.78 USD" in panel.summary.text()
        assert "8 %" in panel.bar.accessibleName()
        assert (panel.models.rowCount(), panel.days.rowCount()) == (2, 2)


async def test_a_price_is_edited_in_place(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        panel = await _open(probe)
        assert _row(panel, 0) == ["gpt-4o*", "2.5", "10", "USD"]
        item = panel.prices.item(0, 2)
        assert item is not None
        item.setText("free")
        assert any(words.startswith("✕ Not saved yet. Line 1: Write a number") for words in words_of(panel))
        item.setText("0")
        await until(lambda: probe.bench.spending.kept.prices.prices[0].output_per_million == 0)
        assert not any(words.startswith("✕") for words in words_of(panel))


async def test_prices_are_added_and_removed(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        panel = await _open(probe)
        click(panel.add_button)
        assert _row(panel, 1) == ["", "", "", "USD"], "with the unit of the line before"
        panel.prices.setCurrentCell(0, 0)
        click(panel.remove_button)
        await until(lambda: probe.bench.spending.kept.prices.is_empty)


async def test_limits_are_kept_when_the_field_is_left(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        panel = await _open(probe)
        assert [panel.limits[name].text() for name in ("soft", "hard", "currency")] == ["5", "10", "USD"]
        panel.limits["hard"].clear()
        type_text(panel.limits["hard"], "1,000")
        press(panel.limits["hard"], Qt.Key.Key_Return)
        assert any("comma" in words for words in words_of(panel))
        panel.limits["hard"].clear()
        press(panel.limits["hard"], Qt.Key.Key_Return)
        await until(lambda: probe.bench.spending.kept.limits.hard is None)


async def test_the_balance_comes_on_demand_with_its_age(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        panel = await _open(probe)
        assert "Not asked yet" in panel.balance.text()
        assert probe.bench.balances.asked == []
        click(panel.balance_button)
        await until(lambda: "12.30 left" in panel.balance.text())
        assert panel.balance.text().endswith("(just now)")
        assert not panel.balance_button.isEnabled()
        assert panel.balance_button.text() == "Ask again in 60 s"
        probe.bench.now += 61
        probe.bench.costs.balance_changed.emit()
        assert panel.balance_button.isEnabled()


async def test_an_empty_table_takes_no_room(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        probe.bench.spending.models, probe.bench.spending.days = {}, {}
        probe.window.show_tab("costs")
        panel = probe.window.costs
        await until(lambda: panel.summary.text() == "Nothing was sent this month.")
        assert not is_seen(panel.models, panel)
        assert not is_seen(panel.days, panel)
        await until(lambda: not probe.bench.tasks.is_running("costs"))
