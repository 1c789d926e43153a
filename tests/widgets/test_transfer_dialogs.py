from collections.abc import Iterable

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.concurrency.tasks import TaskScope
from app.domain.exchange import Exported, FoundConnection, Imported, from_text, to_text
from app.domain.profile import BUILT_IN, Profile
from app.viewmodels.transfer import TransferViewModel
from app.widgets.transfer_dialogs import ExportDialog, ImportDialog
from tests.support import until

SHOP = Profile("1", "Shop", "https://api.shop.example/v1", extra_headers={"X-Api-Key": "sk-secret-123456"})


class Kept:
    def __init__(self) -> None:
        self.taken: list[Profile] = []

    def all(self) -> tuple[Profile, ...]:
        return (SHOP, BUILT_IN)

    def export(self, profile_ids: Iterable[str]) -> Exported:
        return to_text([SHOP], set(profile_ids))

    def import_(self, text: str) -> Imported:
        return from_text(text)

    async def take_found(self, found: Iterable[FoundConnection]) -> tuple[FoundConnection, ...]:
        return tuple(found)

    async def take(self, imported: Imported) -> tuple[Profile, ...]:
        self.taken += imported.profiles
        return imported.profiles


def transfer(kept: Kept) -> TransferViewModel:
    return TransferViewModel(kept, TaskScope(lambda name, error: pytest.fail(f"{name}: {error!r}")))


async def test_the_text_to_give_away_can_be_copied_and_names_what_is_missing(qtbot: QtBot) -> None:
    model = transfer(Kept())
    dialog = ExportDialog(model)
    dialog.show()
    assert "sk-secret" not in dialog.text.toPlainText()
    assert "Shop" in dialog.remarks.text()
    dialog.done_button.click()
    assert "api.shop.example" in QGuiApplication.clipboard().text()


async def test_nothing_is_taken_before_take(qtbot: QtBot) -> None:
    kept = Kept()
    model = transfer(kept)
    dialog = ImportDialog(model)
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    dialog.show()
    assert not dialog.done_button.isEnabled()
    dialog.text.setPlainText(to_text([SHOP]).text)
    assert "api.shop.example" in dialog.remarks.text()
    assert kept.taken == []
    dialog.done_button.click()
    await until(lambda: kept.taken)
    await until(lambda: closed)


async def test_what_is_no_text_with_connections_is_said_in_place(qtbot: QtBot) -> None:
    dialog = ImportDialog(transfer(Kept()))
    dialog.show()
    dialog.text.setPlainText("hello")
    assert not dialog.done_button.isEnabled()
    assert dialog.card.isVisible()
    dialog.close()
