"""Adding a connection: what a pasted text comes to, what is corrected by hand, and what happens at Add."""

import asyncio

import pytest

from app.concurrency.tasks import TaskScope
from app.domain.presets import PRESETS
from app.domain.profile import BUILT_IN, Network
from app.store.errors import DiskFullError, KeychainLockedError, KeychainTimeoutError
from app.viewmodels.add_connection import AddConnectionViewModel, Understood, problem_words
from app.viewmodels.texts import Problem, describe
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, Heard, Place, task_scope

KEY = "sk-" + "aB3dE5fG7hJ9" * 4
OTHER = "sk-" + "Zy9Xw8Vu7T6s" * 4
NOTE = f"""🎉 感谢购买！
【小明中转站】
API地址: https://relay.example/v1 （国内直连）
令牌：{KEY}
模型：qwen-plus
教程：https://docs.relay.example/start"""
NOT_ENCRYPTED = "Not encrypted: others on the network could read your key and texts."
NO_KEY = "There is no key yet; most services ask for one."


class Card:
    """The card's view-model over fakes, with what it said."""

    def __init__(self, tasks: TaskScope) -> None:
        self.tasks = tasks
        self.service = FakeConnections()
        self.add = AddConnectionViewModel(self.service, tasks)
        self.told = Heard(self.add.understood_changed)
        self.filled = Heard(self.add.filled)
        self.problems = Heard(self.add.problem_changed)
        self.places = Heard(self.add.key_place_told)
        self.added = Heard(self.add.added)
        self.not_kept = Heard(self.add.key_not_kept)
        self.add.begin()

    @property
    def understood(self) -> Understood:
        assert isinstance(self.told.last, Understood)
        return self.told.last

    @property
    def connections(self) -> list[str]:
        return [profile.base_url for profile in self.service.all() if profile != BUILT_IN]

    def correct(self, *, name: str | None = None, address: str | None = None, key: str | None = None) -> None:
        """Type into some fields; the others keep what they show."""
        now = self.filled[-1] if self.filled else ("", "", "")
        typed = [str(old) if new is None else new for old, new in zip(now, (name, address, key), strict=True)]
        self.filled.append(tuple(typed))
        self.add.correct(*typed)

    async def press_add(self) -> None:
        self.add.add()
        await until(lambda: not self.tasks.is_running("add-connection"))


async def test_at_the_start_nothing_is_understood_and_nothing_can_be_added() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        assert card.understood == Understood()
        await card.press_add()
        assert card.service.secrets == {}
        assert card.added == []


async def test_a_note_is_shown_with_the_urls_and_the_key_masked() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        understood = card.understood
        assert understood.name == "小明中转站"
        assert understood.address == "https://relay.example/v1"
        assert understood.urls == tuple(
            f"https://relay.example/v1/{path}" for path in ("models", "completions", "chat/completions")
        )
        assert understood.key.startswith("sk-•")
        assert KEY not in repr(understood)
        assert understood.warnings == ()
        assert understood.can_add
        assert card.filled == [("小明中转站", "https://relay.example/v1", KEY)]
        assert card.connections == [], "nothing is kept before Add"


async def test_add_keeps_the_connection_with_its_key_and_says_which_model_was_named() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        await card.press_add()
        (profile, _) = card.service.all()
        assert (profile.name, profile.base_url) == ("小明中转站", "https://relay.example/v1")
        assert card.service.secrets == {profile.id: (KEY, None)}
        assert card.added == [(profile.id, "qwen-plus")]
        assert card.not_kept == card.problems == []


async def test_what_was_added_is_not_added_again() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        await card.press_add()
        await card.press_add()
        assert len(card.connections) == 1


async def test_a_second_press_while_the_key_chain_thinks_adds_nothing() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.service.may_add.clear()
        card.add.read(NOTE)
        card.add.add()
        await until(lambda: card.connections)
        card.add.add()
        await asyncio.sleep(0.01)
        card.service.may_add.set()
        await until(lambda: card.added)
        assert len(card.connections) == 1


async def test_a_curl_command_brings_its_headers_and_its_proxy_with_the_password() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(
            f"curl -x http://bob:pass-word@proxy.example:3128 https://relay.example/v1/completions "
            f"-H 'Authorization: Bearer {KEY}' -H 'X-Team: red'"
        )
        await card.press_add()
        (profile, _) = card.service.all()
        assert profile.network == Network(proxy="http://proxy.example:3128", proxy_user="bob")
        assert profile.extra_headers == {"X-Team": "red"}
        assert card.service.secrets[profile.id] == (KEY, "pass-word")


async def test_a_later_paste_replaces_an_earlier_one() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(f"https://first.example\n{OTHER}")
        assert card.understood.key
        card.add.read("https://second.example")
        assert card.understood.address == "https://second.example/v1"
        assert card.understood.key == "", "the key belonged to the other server"


async def test_an_address_alone_or_a_key_alone_is_completed_by_hand() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(KEY)
        assert not card.understood.can_add, "no host is guessed for a key"
        assert card.understood.urls == ()
        card.correct(address="relay.example")
        assert card.understood.can_add
        assert card.understood.warnings == ()
        card.add.read("https://relay.example")
        assert card.understood.warnings == (NO_KEY,)
        card.correct(key=f" Bearer {KEY}\n")
        assert card.understood.warnings == ()
        await card.press_add()
        assert list(card.service.secrets.values()) == [(KEY, None)]


async def test_every_field_can_be_corrected() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        card.correct(name=" Mine ", address="http://other.example/", key=OTHER)
        assert (card.understood.name, card.understood.address) == ("Mine", "http://other.example/v1")
        assert card.understood.warnings == (NOT_ENCRYPTED,)
        await card.press_add()
        (profile, _) = card.service.all()
        assert (profile.name, profile.base_url) == ("Mine", "http://other.example/v1")
        assert card.service.secrets[profile.id] == (OTHER, None)


async def test_a_name_that_was_taken_away_is_the_host() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        card.correct(name="", address="https://api.relay.example:8443/v1/chat/completions")
        assert card.understood.name == "relay.example:8443"
        await card.press_add()
        assert card.service.all()[0].name == "relay.example:8443"


async def test_a_login_in_the_address_is_neither_shown_nor_kept() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.correct(address="https://bob:pass-word@relay.example/v1", key=KEY)
        assert "pass-word" not in repr(card.understood)
        await card.press_add()
        assert "pass-word" not in repr(card.service.all())
        assert card.service.all()[0].name == "relay.example"


@pytest.mark.parametrize("address", ["ftp://relay.example", "https://", "http://[", KEY, f"https://{KEY}", f"{KEY}/v1"])
async def test_what_is_no_address_is_said_and_cannot_be_added(address: str) -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        card.correct(address=address)
        assert card.understood.warnings == ("This does not look like a web address.",)
        assert card.understood.urls == ()
        assert not card.understood.can_add
        await card.press_add()
        assert card.connections == []
        card.correct(address="relay.example")
        assert card.understood.can_add


async def test_a_warning_of_what_was_pasted_goes_with_its_correction() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read("https://relay.example/v1\nOPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx\nhttps://two.example/v1")
        missing = "The key is missing: the text only shows where it would stand."
        several = "There were several addresses; the likeliest was taken."
        assert set(card.understood.warnings) == {missing, several, NO_KEY}
        card.correct(key=KEY)
        assert list(card.understood.warnings) == [several]
        card.correct(address="https://two.example/v1")
        assert list(card.understood.warnings) == []


async def test_what_was_not_understood_is_listed_without_secrets() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(f"{NOTE}\n备用令牌：{OTHER}")
        assert card.understood.ignored
        assert OTHER not in repr(card.understood)
        assert KEY not in repr(card.understood)


# Presets


async def test_each_preset_can_be_started_from() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        for preset in card.add.presets:
            card.add.begin()
            card.add.start_from(preset.id)
            understood = card.understood
            assert understood.name == preset.title
            assert understood.notes == preset.notes
            assert understood.can_add == bool(preset.address)
            assert (NO_KEY in understood.warnings) == (bool(preset.address) and preset.needs_key)
        assert len(card.add.presets) >= 11


async def test_an_unknown_preset_changes_nothing() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.start_from("no-such-thing")
        assert card.understood == Understood()


async def test_a_presets_other_address_for_completions_is_shown() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.start_from("deepseek")
        assert "https://api.deepseek.com/beta/completions" in card.understood.urls


async def test_a_preset_gives_the_connection_its_dialect() -> None:
    dialect = next(preset.dialect for preset in PRESETS if preset.id == "new-api")
    async with task_scope() as tasks:
        card = Card(tasks)
        card.correct(key=KEY)
        card.add.start_from("new-api")
        for typed in ("h", "https://relay", "https://relay.example"):
            card.correct(address=typed)
        assert card.understood.notes, "typing the address does not take the preset away"
        await card.press_add()
        (profile, _) = card.service.all()
        assert (profile.preset, profile.dialect) == ("new-api", dialect)
        assert card.service.secrets[profile.id] == (KEY, None), "the key that was entered stays"


@pytest.mark.parametrize(
    ("chosen", "address", "expected"),
    [
        ("ollama", "http://192.168.1.5:11434", "ollama"),
        ("midjourney-proxy", "http://127.0.0.1:8080/mj", "midjourney-proxy"),
        ("openai", "https://relay.example", ""),
        ("openai", "https://openrouter.ai", "openrouter"),
        ("ollama", "https://api.openai.com", "openai"),
        ("", "http://localhost:1234", "lm-studio"),
    ],
)
async def test_a_chosen_preset_stays_where_it_can_stand_at_that_address(
    chosen: str, address: str, expected: str
) -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.start_from(chosen)
        card.correct(address=address)
        await card.press_add()
        assert card.service.all()[0].preset == expected


async def test_an_address_that_is_known_brings_its_preset() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(f"https://openrouter.ai\n{KEY}")
        assert card.understood.notes
        await card.press_add()
        assert card.service.all()[0].preset == "openrouter"


# Where the key goes, and problems


async def test_it_is_said_where_the_key_will_be_kept() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        await until(lambda: card.places)
        assert card.places.last == "The key will be kept in: GNOME Keyring"
        card.service.place = Place()
        card.add.begin()
        await until(lambda: len(card.places) == 2)
        assert "this run only" in str(card.places.last)
        card.service.place_problem = KeychainTimeoutError("silent")
        card.add.begin()
        await until(lambda: len(card.places) == 3)
        assert str(card.places.last).startswith("The key chain does not answer. ")


async def test_a_connection_that_cannot_be_kept_is_told_and_stays_in_the_fields() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.service.add_problem = DiskFullError("no room")
        card.add.read(NOTE)
        await card.press_add()
        assert card.problems == [(describe(DiskFullError("no room")),)]
        assert card.added == []
        card.service.add_problem = None
        await card.press_add()
        assert len(card.added) == 1


async def test_a_key_that_the_key_chain_refused_is_told_after_the_connection_was_added() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.service.unkept = KeychainLockedError("locked")
        card.add.read(NOTE)
        await card.press_add()
        assert len(card.added) == 1
        assert isinstance(card.not_kept.last, Problem)
        assert card.not_kept.last.title == "The key chain is locked"


async def test_a_new_card_begins_empty() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.add.read(NOTE)
        card.add.begin()
        assert card.understood == Understood()


async def test_no_text_of_the_card_ever_holds_the_key() -> None:
    async with task_scope() as tasks:
        card = Card(tasks)
        card.service.unkept = KeychainLockedError("locked", detail="collection is locked")
        card.add.read(f"{NOTE}\n{OTHER}")
        card.correct(address=KEY)
        card.correct(address="https://relay.example")
        await card.press_add()
        said = repr([card.told, card.problems, card.places, card.added, card.not_kept, card.add._draft])
        assert KEY not in said
        assert KEY.lower() not in said, "host names are small letters"
        assert OTHER not in said


def test_a_problem_is_one_line() -> None:
    assert problem_words(None) == ""
    assert problem_words(Problem("It is full", "The disk.", "Make room.")) == "It is full. Make room."
    assert problem_words(Problem("It is full", "The disk.", "")) == "It is full."
