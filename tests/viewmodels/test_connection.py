"""The one connection: what answers, its models, where its key is, and what is said when something fails."""

import asyncio

import pytest

from app.api.errors import AuthError, UnreachableError
from app.concurrency.tasks import TaskScope
from app.domain.profile import BUILT_IN, Profile
from app.store.errors import DiskFullError, KeychainLockedError, KeychainTimeoutError
from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.options import Options
from app.viewmodels.texts import Problem, Remedy
from tests.support import until
from tests.viewmodels.fakes import FakeConnections, FakeOptions, Heard, Place, task_scope

ADDRESS = "https://relay.example/v1"


class Screen:
    """A connection over fakes, with what it said."""

    def __init__(self, tasks: TaskScope, service: FakeConnections | None = None) -> None:
        self.tasks = tasks
        self.service = service or FakeConnections()
        self.store = FakeOptions()
        self.connection = ConnectionViewModel(self.service, Options(self.store, tasks), tasks)
        self.changed = Heard(self.connection.changed)
        self.models_changed = Heard(self.connection.models_changed)
        self.loading = Heard(self.connection.is_loading_changed)
        self.problems = Heard(self.connection.problem_changed)
        self.key_states = Heard(self.connection.key_state_changed)
        self.saved = Heard(self.connection.saved)

    async def save(self, address: str = ADDRESS, key: str = "sk-secret-1") -> None:
        """Save and wait until everything that follows has happened."""
        self.connection.save(address, key)
        await self.settle()

    async def settle(self) -> None:
        await until(lambda: not any(map(self.tasks.is_running, ("save-connection", "models", "key-state"))))

    @property
    def problem(self) -> Problem | None:
        return self.connection.problem

    @property
    def key_words(self) -> str:
        return str(self.key_states.last)


async def test_the_models_of_the_server_are_listed_and_the_first_is_used() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        assert screen.connection.model == ""
        screen.connection.refresh_models()
        await screen.settle()
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
        screen.connection.refresh_models()
        await screen.settle()
        assert screen.connection.model == "not-listed"


async def test_a_server_that_does_not_list_models_is_told_and_can_be_used() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.list_problem = UnreachableError("no route")
        screen.connection.refresh_models()
        await screen.settle()
        assert screen.problem is not None
        assert screen.problem.title == "The server cannot be reached"
        assert [flag for (flag,) in screen.loading] == [True, False]
        screen.connection.set_model("typed")
        assert screen.connection.model == "typed"
        screen.service.list_problem = None
        screen.connection.refresh_models()
        await screen.settle()
        assert screen.problem is None
        assert screen.problems.last is None


async def test_a_slow_list_of_the_server_before_does_not_arrive_late() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.may_list.clear()
        screen.connection.refresh_models()
        await until(lambda: len(screen.service.asked) == 1)
        await_change = screen.service.asked[0]
        screen.connection.save(ADDRESS, "")
        await until(lambda: len(screen.service.asked) == 2)
        assert (await_change.id, screen.service.asked[1].id) == ("built-in", "connection")
        screen.models_changed.clear()
        screen.service.may_list.set()
        await screen.settle()
        assert len(screen.models_changed) == 1


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://relay.example", "https://relay.example/v1/completions"),
        ("relay.example/v1/", "https://relay.example/v1/completions"),
        ("https://relay.example/v1/chat/completions", "https://relay.example/v1/completions"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/v1/completions"),
    ],
)
async def test_q10_the_preview_says_where_requests_would_go(typed: str, url: str) -> None:
    async with task_scope() as tasks:
        preview = Screen(tasks).connection.preview(typed)
        assert preview.url == url
        assert preview.problem == ""
        assert preview.warning == ""


async def test_the_preview_warns_of_a_key_that_others_could_read() -> None:
    async with task_scope() as tasks:
        connection = Screen(tasks).connection
        assert connection.preview("http://relay.example").warning
        assert not connection.preview("http://localhost:8080").warning


async def test_the_preview_says_what_is_no_address_and_nothing_about_nothing() -> None:
    async with task_scope() as tasks:
        connection = Screen(tasks).connection
        assert connection.preview("ftp://relay.example").problem
        assert connection.preview("ftp://relay.example").url == ""
        assert connection.preview("  ").problem == ""


async def test_saving_uses_the_server_at_once_and_says_where_the_key_is() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.connection.set_model("large")
        await screen.save(key=" Bearer sk-secret-1\n")
        assert screen.connection.profile.base_url == ADDRESS
        assert screen.connection.name == "https://relay.example:443"
        assert screen.service.keys == {"https://relay.example:443": "sk-secret-1"}
        assert screen.service.asked == [Profile("connection", "", ADDRESS)]
        assert screen.connection.model == "small", "the model of the server before means nothing here"
        assert len(screen.saved) == 1
        assert screen.problem is None
        assert screen.key_states[-1] == ("A key is kept in: GNOME Keyring", True)


async def test_an_empty_key_keeps_the_one_already_known() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        await screen.save()
        await screen.save(key="   ")
        assert screen.service.keys == {"https://relay.example:443": "sk-secret-1"}
        assert len(screen.saved) == 2


async def test_a_new_key_for_the_same_server_keeps_the_model_that_was_chosen() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        await screen.save()
        screen.connection.set_model("typed-by-hand")
        await screen.save(key="sk-secret-2")
        assert screen.connection.model == "typed-by-hand"


async def test_without_a_key_chain_it_is_said_that_the_key_stays_for_this_run() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.place = Place()
        screen.connection.ask_key_state()
        await screen.settle()
        assert "no key chain" in screen.key_words
        assert screen.key_states[-1][1] is False
        await screen.save()
        assert "for this run only" in screen.key_words
        assert screen.key_states[-1][1] is True
        assert len(screen.saved) == 1


async def test_a_key_that_the_key_chain_refused_is_never_said_to_be_kept_there() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.keychain_problem = KeychainLockedError("locked")
        await screen.save()
        assert screen.connection.profile.base_url == ADDRESS, "it can be used"
        assert not screen.saved, "the dialog stays, so that it can be read"
        assert "for this run only" in screen.key_words
        assert "GNOME Keyring" not in screen.key_words
        assert screen.problem is not None, "the list of models came, and still the key is not kept"
        assert screen.problem.title == "The key chain is locked"
        screen.connection.ask_key_state()
        await screen.settle()
        assert "for this run only" in screen.key_words
        screen.service.keychain_problem = None
        await screen.save()
        assert screen.problem is None
        assert screen.key_states[-1] == ("A key is kept in: GNOME Keyring", True)
        assert len(screen.saved) == 1


async def test_a_key_chain_that_does_not_answer_is_told_and_nothing_waits_for_it() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.may_answer.clear()
        screen.connection.ask_key_state()
        await asyncio.sleep(0.02)
        assert not screen.key_states
        screen.connection.refresh_models()
        await until(lambda: screen.connection.models)


async def test_asking_for_the_key_says_why_it_cannot_be_told() -> None:
    class Hung(FakeConnections):
        async def key_place(self) -> Place:
            raise KeychainTimeoutError("silent")

    async with task_scope() as tasks:
        screen = Screen(tasks, Hung())
        screen.connection.ask_key_state()
        await screen.settle()
        assert screen.key_words.startswith("The key chain does not answer. ")


async def test_forgetting_a_key_removes_it_and_says_so() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        await screen.save()
        screen.connection.forget_key()
        await screen.settle()
        assert screen.service.keys == {}
        assert screen.key_states[-1] == ("The key will be kept in: GNOME Keyring", False)


async def test_a_key_that_cannot_be_removed_is_told() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        await screen.save()
        screen.service.keychain_problem = KeychainTimeoutError("silent")
        screen.connection.forget_key()
        await screen.settle()
        assert screen.problem is not None
        assert screen.problem.title == "The key chain does not answer"
        assert screen.service.keys


async def test_a_connection_that_could_not_be_written_down_is_used_in_this_run_all_the_same() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.connection.refresh_models()
        await screen.settle()
        screen.service.save_problem = DiskFullError("no room")
        screen.service.listed = ["theirs"]
        await screen.save()
        assert screen.problem is not None
        assert screen.problem.title == "The disk is full"
        assert not screen.saved
        assert screen.connection.models == ("theirs",), "the models of the server before are none of this one's"


async def test_a_wrong_key_is_told_after_saving() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.list_problem = AuthError("Incorrect API key", http_status=401)
        await screen.save()
        assert screen.problem is not None
        assert screen.problem.remedy is Remedy.OPEN_CONNECTION


async def test_the_built_in_model_needs_no_key_and_may_be_a_file_of_ones_own() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        await screen.save()
        screen.connection.use_built_in("/models/mine.gguf")
        await screen.settle()
        assert screen.connection.profile == BUILT_IN
        assert screen.connection.model_path == "/models/mine.gguf"
        assert screen.connection.name == "Built-in model"
        assert len(screen.saved) == 2
        screen.connection.ask_key_state()
        await screen.settle()
        assert screen.key_states[-1][1] is False
        await until(lambda: screen.store.written)
        assert screen.store.written[-1]["built_in.model_path"] == "/models/mine.gguf"


async def test_no_signal_ever_carries_the_key() -> None:
    async with task_scope() as tasks:
        screen = Screen(tasks)
        screen.service.keychain_problem = KeychainLockedError("locked", detail="collection is locked")
        await screen.save(key="sk-secret-1")
        said = [screen.changed, screen.problems, screen.key_states, screen.saved, screen.models_changed]
        assert "sk-secret-1" not in repr(said)
