"""The connection and model in use: what answers, what can be switched to, and what is said when a list fails."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.api.errors import UnreachableError
from app.concurrency.tasks import TaskScope
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.profile import BUILT_IN, Profile
from app.viewmodels.connection import ConnectionViewModel, SwitchRow, name_of
from app.viewmodels.options import Options
from app.viewmodels.texts import Problem
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, FakeFindings, FakeOptions, Heard, task_scope

RELAY = Profile("relay", "My relay", "https://api.relay.example/v1")
PLAIN = Profile("plain", "", "http://10.0.0.7:8000/v1")


class Screen:
    """A place's connection over fakes, with what it said."""

    def __init__(self, tasks: TaskScope, *profiles: Profile) -> None:
        self.tasks = tasks
        self.service = FakeConnections(*profiles)
        self.findings = FakeFindings()
        self.store = FakeOptions()
        self.connection = ConnectionViewModel(self.service, self.findings, Options(self.store, tasks), tasks)
        self.changed = Heard(self.connection.changed)
        self.models_changed = Heard(self.connection.models_changed)
        self.loading = Heard(self.connection.is_loading_changed)
        self.problems = Heard(self.connection.problem_changed)
        self.capabilities = Heard(self.connection.capabilities_changed)

    async def listed(self) -> None:
        self.connection.refresh_models()
        await self.settle()

    async def settle(self) -> None:
        await until(lambda: not any(map(self.tasks.is_running, ("models", "capabilities"))))

    def row(self, title: str) -> SwitchRow:
        return next(row for row in self.connection.rows() if row.title == title)


async def test_the_models_of_the_server_are_listed_and_the_first_is_used() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        assert screen.connection.model == ""
        await screen.listed()
        assert screen.connection.models == ("small", "large")
        assert screen.connection.model == "small"
        assert [flag for (flag,) in screen.loading] == [True, False]
        assert screen.models_changed
        assert screen.changed


async def test_q28_any_model_name_may_be_typed_and_is_kept() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.connection.set_model("  not-listed ")
        assert screen.connection.model == "not-listed"
        assert len(screen.changed) == 1
        screen.connection.set_model("not-listed")
        assert len(screen.changed) == 1, "nothing changed"
        await screen.listed()
        assert screen.connection.model == "not-listed"


async def test_a_server_that_does_not_list_models_is_told_and_can_be_used() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.list_problem = UnreachableError("no route")
        await screen.listed()
        assert isinstance(screen.problems.last, Problem)
        assert screen.problems.last.title == "The server cannot be reached"
        assert screen.connection.problem == screen.problems.last
        assert [flag for (flag,) in screen.loading] == [True, False]
        screen.connection.set_model("typed")
        assert screen.connection.model == "typed"
        screen.service.list_problem = None
        await screen.listed()
        assert screen.problems.last is None


async def test_a_slow_list_of_the_connection_before_does_not_arrive_late() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        screen.service.may_list.clear()
        screen.connection.refresh_models()
        await until(lambda: screen.service.asked == [RELAY])
        screen.connection.use(BUILT_IN.id)
        await until(lambda: len(screen.service.asked) == 2)
        screen.models_changed.clear()
        screen.service.may_list.set()
        await screen.settle()
        assert screen.service.asked[1] == BUILT_IN
        assert len(screen.models_changed) == 1


async def test_another_connection_begins_without_the_models_of_the_one_before() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        await screen.listed()
        screen.connection.set_model("large")
        screen.service.may_list.clear()
        screen.connection.use(BUILT_IN.id)
        assert screen.connection.profile == BUILT_IN
        assert screen.connection.models == ()
        assert screen.connection.model == ""
        screen.service.listed = ["SmolLM2 135M"]
        screen.service.may_list.set()
        await screen.settle()
        assert screen.connection.model == "SmolLM2 135M"


async def test_another_model_on_the_same_connection_needs_no_new_list() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        await screen.listed()
        screen.connection.choose(screen.row("large"))
        await screen.settle()
        assert screen.connection.model == "large"
        assert screen.connection.models == ("small", "large")
        assert len(screen.service.asked) == 1


async def test_a_choice_is_on_disk_soon() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        screen.connection.set_model("large")
        await until(lambda: screen.store.written)


async def test_the_switcher_offers_favourites_models_and_connections() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, replace(RELAY, favourites=("gpt-4o",)), PLAIN)
        await screen.listed()
        screen.connection.set_model("large")
        await screen.settle()
        rows = screen.connection.rows()
        assert [(row.title, row.profile_id, row.model) for row in rows] == [
            ("★ gpt-4o", "relay", "gpt-4o"),
            ("small", "relay", "small"),
            ("large", "relay", "large"),
            ("Connection: My relay", "relay", ""),
            ("Connection: http://10.0.0.7:8000", "plain", ""),
            ("Connection: Built-in model", BUILT_IN.id, ""),
        ]
        assert screen.row("large").is_current
        assert not screen.row("small").is_current


@pytest.mark.parametrize("model", ["large", "not-listed"])
async def test_choosing_what_is_in_use_changes_nothing(model: str) -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, replace(RELAY, favourites=("large",)), PLAIN)
        await screen.listed()
        screen.connection.set_model(model)
        await screen.settle()
        current = [row for row in screen.connection.rows() if row.is_current]
        assert current
        for row in current:
            screen.connection.choose(row)
            screen.connection.use(row.profile_id)
            await screen.settle()
            assert (screen.connection.profile.id, screen.connection.model) == ("relay", model), row


async def test_a_favourite_can_be_chosen_from_another_connection() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, PLAIN, replace(RELAY, favourites=("gpt-4o",)))
        await screen.listed()
        screen.connection.choose(screen.row("★ gpt-4o"))
        await screen.settle()
        assert (screen.connection.profile.id, screen.connection.model) == ("relay", "gpt-4o")
        assert screen.service.asked[-1].id == "relay"


async def test_the_model_in_use_becomes_a_favourite_and_no_longer() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        screen.connection.toggle_favourite()
        assert list(screen.connection.profile.favourites) == [], "there is no model yet"
        await screen.listed()
        for favourites in (["small"], []):
            screen.connection.toggle_favourite()
            assert list(screen.connection.profile.favourites) == favourites
        await until(lambda: screen.store.written)


async def test_what_the_server_honours_is_told_for_each_model() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        finding = Finding(Feature.SEED, Support.IGNORED, datetime(2026, 3, 4, tzinfo=UTC))
        known = CapabilityMap().with_findings([finding])
        screen.findings.maps["relay", "large"] = known
        await screen.listed()
        assert screen.capabilities.last == CapabilityMap()
        screen.connection.set_model("large")
        await screen.settle()
        assert screen.capabilities.last == known


async def test_a_change_made_elsewhere_is_taken_in() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        await screen.listed()
        screen.service.listed = ["newer"]
        screen.changed.clear()
        screen.connection.refresh()
        assert screen.changed
        await screen.settle()
        assert screen.connection.model == "newer"


async def test_the_favourite_in_use_is_marked_and_not_listed_twice() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, replace(RELAY, favourites=("large",)), replace(PLAIN, favourites=("large",)))
        await screen.listed()
        screen.connection.set_model("large")
        await screen.settle()
        large = [row for row in screen.connection.rows() if row.model == "large"]
        assert [(row.profile_id, row.is_current) for row in large] == [("relay", True), ("plain", False)]


async def test_each_place_has_a_connection_and_a_model_of_its_own() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY, PLAIN)
        screen.service.chosen["chat"] = (PLAIN.id, "")
        chat = ConnectionViewModel(screen.service, screen.findings, Options(screen.store, tasks), tasks, "chat")
        chat.set_model("theirs")
        await screen.settle()
        assert (chat.profile.id, chat.model) == (PLAIN.id, "theirs")
        assert (screen.connection.profile.id, screen.connection.model) == (RELAY.id, "")


async def test_a_connection_comes_with_the_model_that_was_named() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY, PLAIN)
        screen.connection.use(PLAIN.id, "qwen-plus")
        await screen.settle()
        assert (screen.connection.profile.id, screen.connection.model) == (PLAIN.id, "qwen-plus")


async def test_the_models_of_a_connection_that_was_removed_are_gone_at_once() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        await screen.listed()
        del screen.service.profiles[RELAY.id]
        screen.service.choose("write", BUILT_IN.id)
        screen.service.may_list.clear()
        screen.connection.refresh()
        assert screen.connection.models == ()
        assert screen.connection.model == "", "what the relay listed first is unknown to the built-in model"
        screen.service.may_list.set()
        await screen.settle()
        assert screen.connection.models


async def test_the_badges_of_a_slow_map_before_do_not_arrive_late() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        await screen.listed()
        for model, support in (("small", Support.REFUSED), ("large", Support.IGNORED)):
            finding = Finding(Feature.SEED, support, datetime(2026, 3, 4, tzinfo=UTC))
            screen.findings.maps["relay", model] = CapabilityMap().with_findings([finding])
        screen.capabilities.clear()
        screen.connection.set_model("small")
        screen.connection.set_model("large")
        await screen.settle()
        assert [told for (told,) in screen.capabilities] == [screen.findings.maps["relay", "large"]]


async def test_a_request_waits_for_the_list_where_no_model_was_chosen() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        screen.service.may_list.clear()
        asyncio.get_running_loop().call_later(0.05, screen.service.may_list.set)
        assert await screen.connection.settled_model() == "small"
        assert len(screen.service.asked) == 1
        assert await screen.connection.settled_model() == "small"
        assert len(screen.service.asked) == 1, "nothing to wait for"


async def test_a_list_that_is_asked_for_again_meanwhile_is_waited_for_too() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        screen.service.may_list.clear()
        loop = asyncio.get_running_loop()
        loop.call_later(0.02, screen.connection.refresh_models)
        loop.call_later(0.06, screen.service.may_list.set)
        assert await screen.connection.settled_model() == "small"
        await screen.settle()


async def test_a_request_does_not_wait_where_a_model_was_chosen_or_none_can_be_had() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks, RELAY)
        screen.service.list_problem = UnreachableError("no route")
        assert await screen.connection.settled_model() == ""
        screen.service.may_list.clear()
        screen.connection.set_model("typed")
        assert await screen.connection.settled_model() == "typed"


def test_a_connection_is_called_by_its_name_or_its_address() -> None:
    assert name_of(RELAY) == "My relay"
    assert name_of(PLAIN) == "http://10.0.0.7:8000"
    assert name_of(BUILT_IN) == "Built-in model"
