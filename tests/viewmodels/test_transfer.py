import json
from collections.abc import Iterable

import pytest

from app.concurrency.tasks import TaskScope
from app.domain.exchange import Exported, FoundConnection, Imported, from_text, to_text
from app.domain.profile import BUILT_IN, Profile
from app.store.errors import DiskFullError
from app.viewmodels.texts import Problem
from app.viewmodels.transfer import TransferViewModel
from tests.support import until

SHOP = Profile("1", "Shop", "https://api.shop.example/v1", extra_headers={"X-Api-Key": "sk-secret-123456"})


class Kept:
    """Connections in memory, written and read by the real exchange."""

    def __init__(self) -> None:
        self.profiles: list[Profile] = [SHOP]
        self.is_full = False
        self.found: tuple[FoundConnection, ...] = ()

    def all(self) -> tuple[Profile, ...]:
        return (*self.profiles, BUILT_IN)

    def export(self, profile_ids: Iterable[str]) -> Exported:
        wanted = set(profile_ids)
        return to_text((profile for profile in self.profiles if profile.id in wanted), wanted)

    def import_(self, text: str) -> Imported:
        return from_text(text)

    async def take_found(self, found: Iterable[FoundConnection]) -> tuple[FoundConnection, ...]:
        self.found = tuple(found)
        return self.found

    async def take(self, imported: Imported) -> tuple[Profile, ...]:
        if self.is_full:
            raise DiskFullError("full")
        self.profiles += imported.profiles
        return imported.profiles


@pytest.fixture
def kept() -> Kept:
    return Kept()


def scope() -> TaskScope:
    return TaskScope(lambda name, error: pytest.fail(f"{name}: {error!r}"))


async def test_what_is_given_away_holds_no_secret_and_says_what_was_left_out(kept: Kept) -> None:
    text, stripped = TransferViewModel(kept, scope()).export()
    assert "api.shop.example" in text
    assert "secret" not in text
    assert any("Shop" in line and "header" in line for line in stripped)
    assert any("the key" in line for line in stripped)


async def test_a_look_takes_nothing_and_take_takes_what_was_looked_at(kept: Kept) -> None:
    tasks = scope()
    transfer = TransferViewModel(kept, tasks)
    taken: list[int] = []
    transfer.taken.connect(taken.append)
    text, _ = transfer.export()
    preview = transfer.read(text)
    assert preview.can_take
    assert "api.shop.example" in preview.connections[0]
    assert len(kept.profiles) == 1
    transfer.take()
    await until(lambda: taken)
    assert taken == [1]
    assert len(kept.profiles) == 2
    transfer.take()  # once is enough
    await tasks.aclose()
    assert len(kept.profiles) == 2


async def test_what_cannot_be_read_is_said_and_cannot_be_taken(kept: Kept) -> None:
    preview = TransferViewModel(kept, scope()).read("these are no connections")
    assert not preview.can_take
    assert preview.problems


async def test_an_empty_text_is_nothing_to_speak_of(kept: Kept) -> None:
    preview = TransferViewModel(kept, scope()).read("  \n")
    assert not preview.can_take
    assert not preview.problems


async def test_a_full_disk_is_said_and_the_text_can_be_taken_later(kept: Kept) -> None:
    tasks = scope()
    transfer = TransferViewModel(kept, tasks)
    problems: list[Problem] = []
    taken: list[int] = []
    transfer.problem_changed.connect(problems.append)
    transfer.taken.connect(taken.append)
    transfer.read(transfer.export()[0])
    kept.is_full = True
    transfer.take()
    await until(lambda: problems)
    kept.is_full = False
    transfer.take()
    await until(lambda: taken)
    await tasks.aclose()
    assert len(kept.profiles) == 2


async def test_what_the_environment_names_is_shown_with_its_key_masked_and_then_taken(kept: Kept) -> None:
    tasks = scope()
    transfer = TransferViewModel(kept, tasks)
    taken: list[int] = []
    transfer.taken.connect(taken.append)
    environ = {"OPENAI_API_KEY": "sk-AbCdEf0123456789abcdefGHIJ", "OPENAI_BASE_URL": "https://api.shop.example/v1"}
    preview = transfer.read_environment(environ)
    assert "api.shop.example" in preview.connections[0]
    assert "AbCdEf0123" not in "".join(preview.connections)
    transfer.take()
    await until(lambda: taken)
    await tasks.aclose()
    assert [found.key for found in kept.found] == ["sk-AbCdEf0123456789abcdefGHIJ"]


async def test_an_environment_without_an_address_offers_nothing(kept: Kept) -> None:
    preview = TransferViewModel(kept, scope()).read_environment({"OPENAI_API_KEY": "sk-AbCdEf0123456789abcdefGHIJ"})
    assert not preview.can_take
    assert preview.problems


async def test_a_backup_of_chatbox_is_read_too(kept: Kept) -> None:
    backup = {
        "settings": {
            "providers": {"openai": {"apiKey": "sk-AbCdEf0123456789abcdefGHIJ", "apiHost": "https://api.openai.com"}}
        }
    }
    preview = TransferViewModel(kept, scope()).read(json.dumps(backup))
    assert any("api.openai.com" in line for line in preview.connections)
    assert "AbCdEf0123" not in "".join(preview.connections)
