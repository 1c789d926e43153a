"""All connections: the list, drafts that survive, keys that are asked for only when somebody wants to see them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from app.domain.profile import BUILT_IN_ID, Profile
from app.store.errors import KeychainLockedError, StorageFailedError
from app.viewmodels.connections import KeyState
from tests.support import until
from tests.viewmodels.connection_fakes import KEY, PLAIN, RELAY, Bench
from tests.viewmodels.fakes import Heard, Place, task_scope


@asynccontextmanager
async def bench(*profiles: Profile) -> AsyncIterator[Bench]:
    """Give the view-models of the window, with the relay selected."""
    async with task_scope() as tasks:
        made = Bench(tasks, *profiles)
        made.connections.select(RELAY.id)
        await until(lambda: not tasks.is_running("key-of-connection"))
        yield made


def _state(heard: Heard) -> KeyState:
    state = heard.last
    assert isinstance(state, KeyState)
    return state


async def test_the_list_has_the_built_in_model_last_and_marks_what_is_in_use_and_insecure() -> None:
    async with bench() as made:
        made.connections.show_in_use(PLAIN.id)
        rows = made.connections.rows
        assert [row.id for row in rows] == [RELAY.id, PLAIN.id, BUILT_IN_ID]
        assert [row.title for row in rows] == ["My relay", "10.0.0.7:8000", "Built-in model"]
        assert [row.is_in_use for row in rows] == [False, True, False]
        assert [row.is_insecure for row in rows] == [False, True, False]


async def test_a_draft_survives_a_look_at_another_connection() -> None:
    async with bench() as made:
        view = made.connections
        view.edit(view.draft.with_name("Renamed"))
        assert view.is_changed
        assert [row.is_changed for row in view.rows] == [True, False, False]
        view.select(PLAIN.id)
        assert not view.is_changed
        view.select(RELAY.id)
        assert view.draft.profile.name == "Renamed"
        view.revert()
        assert not view.is_changed
        assert view.draft.profile.name == "My relay"


async def test_save_keeps_everything_that_was_typed_and_heals_the_key() -> None:
    async with bench() as made:
        view = made.connections
        saved, changed = Heard(view.saved), Heard(view.connections_changed)
        view.edit(view.draft.with_address("https://new.example"))
        view.enter_key(f"  Bearer {KEY[:8]}\n{KEY[8:]} ")
        view.save()
        await until(lambda: saved)
        profile = replace(RELAY, base_url="https://new.example/v1")
        assert made.keeper.updates == [(profile, KEY, None)]
        assert not view.is_changed
        assert len(changed) == 1


async def test_nothing_is_saved_while_a_field_is_wrong_or_nothing_changed() -> None:
    async with bench() as made:
        view = made.connections
        assert not view.can_save
        view.edit(view.draft.with_address("ftp://x"))
        assert view.is_changed
        assert not view.can_save
        view.save()
        assert made.keeper.updates == []


async def test_what_cannot_be_written_is_said_and_stays_typed() -> None:
    async with bench() as made:
        view = made.connections
        problems = Heard(view.problem_changed)
        view.edit(view.draft.with_name("Renamed"))
        made.keeper.problem = StorageFailedError("disk full")
        view.save()
        await until(lambda: problems)
        assert problems.last is not None
        assert view.draft.profile.name == "Renamed"
        assert view.can_save, "and can be tried again"


async def test_what_is_typed_while_it_is_saved_is_not_lost() -> None:
    async with bench() as made:
        view = made.connections
        saved = Heard(view.saved)
        view.edit(view.draft.with_name("One"))
        view.save()
        view.edit(view.draft.with_name("Two"))
        await until(lambda: saved)
        assert view.draft.profile.name == "Two"
        assert view.is_changed


async def test_the_place_of_a_key_is_said_in_words() -> None:
    async with bench() as made:
        view, heard = made.connections, Heard(made.connections.key_state_changed)
        view.ask_key_state()
        await until(lambda: _state(heard).has_key)
        assert _state(heard).words == "Kept in: GNOME Keyring"
        made.keeper.place = Place()
        view.ask_key_state()
        await until(lambda: "this run only" in _state(heard).words)
        view.select(PLAIN.id)
        await until(lambda: "no key chain" in _state(heard).words)
        assert not _state(heard).has_key


async def test_a_locked_key_chain_is_said_and_can_be_tried_again() -> None:
    async with bench() as made:
        view, heard = made.connections, Heard(made.connections.key_state_changed)
        made.keeper.problem = KeychainLockedError("locked")
        view.ask_key_state()
        await until(lambda: _state(heard).can_try_again)
        assert "locked" in _state(heard).words
        made.keeper.problem = None
        view.ask_key_state()
        await until(lambda: _state(heard).has_key)


async def test_a_key_is_read_to_be_shown_only_when_asked_for_and_only_for_what_is_selected() -> None:
    async with bench() as made:
        view, heard = made.connections, Heard(made.connections.key_revealed)
        assert made.keeper.reveals == 0
        view.reveal_key()
        await until(lambda: heard)
        assert heard.last == KEY
        view.reveal_key()
        view.select(PLAIN.id)
        await until(lambda: made.keeper.reveals == 2)
        assert len(heard) == 1, "the key of the connection before is not shown at this one"


async def test_a_removed_connection_comes_back_with_undo() -> None:
    async with bench() as made:
        view, notices = made.connections, Heard(made.connections.notice_posted)
        view.remove(RELAY.id)
        await until(lambda: notices)
        words, undo = notices[-1]
        assert "My relay" in str(words)
        assert view.selected_id == BUILT_IN_ID
        assert RELAY.id not in {row.id for row in view.rows}
        view.restore(str(undo))
        assert view.selected_id == RELAY.id
        assert RELAY.id in {row.id for row in view.rows}
        view.restore(str(undo))  # a second press does nothing


async def test_a_key_that_may_be_left_behind_is_said() -> None:
    async with bench() as made:
        view, notices = made.connections, Heard(made.connections.notice_posted)
        made.keeper.leftover = KeychainLockedError("locked")
        view.edit(view.draft.with_name("Renamed"))
        view.save()
        await until(lambda: notices)
        assert "may still be" in str(notices.last)
        view.remove(RELAY.id)
        await until(lambda: len(notices) == 2)
        assert "may still be" in str(notices.last)


async def test_forgetting_the_key_tells_where_things_stand() -> None:
    async with bench() as made:
        heard = Heard(made.connections.key_state_changed)
        made.connections.forget_key()
        await until(lambda: heard)
        assert not _state(heard).has_key


async def test_forgetting_everything_says_what_reading_back_found() -> None:
    async with bench() as made:
        notices = Heard(made.connections.notice_posted)
        made.connections.forget_everything()
        await until(lambda: notices)
        assert "reading them back found none" in str(notices.last)
        made.keeper.left = ("My relay", "Other")
        made.connections.forget_everything()
        await until(lambda: len(notices) == 2)
        assert "My relay, Other" in str(notices.last)


async def test_servers_on_this_computer_are_looked_for_when_asked_and_offered_unless_known() -> None:
    async with bench() as made:
        view, found = made.connections, Heard(made.connections.found)
        view.find_local_servers()
        await until(lambda: found)
        (offered,) = found[-1]
        assert isinstance(offered, tuple)
        assert [server.name for server in offered] == ["Ollama"]
        view.add(offered[0])
        await until(lambda: view.profile.name == "Ollama")
        assert [row.title for row in view.rows] == ["My relay", "10.0.0.7:8000", "Ollama", "Built-in model"]


async def test_looking_can_be_stopped() -> None:
    async with bench() as made:
        found = Heard(made.connections.found)
        made.keeper.may_find.clear()
        made.connections.find_local_servers()
        made.connections.stop_finding()
        made.keeper.may_find.set()
        made.connections.find_local_servers()
        await until(lambda: found)
        assert len(found) == 1


async def test_the_built_in_model_can_be_another_file() -> None:
    async with bench() as made:
        changed = Heard(made.connections.built_in_changed)
        made.connections.set_model_path(" /models/big.gguf ")
        made.connections.set_model_path("/models/big.gguf")
        assert made.connections.model_path == "/models/big.gguf"
        assert len(changed) == 1


async def test_a_connection_that_others_removed_leaves_the_window() -> None:
    async with bench() as made:
        view = made.connections
        view.edit(view.draft.with_name("Renamed"))
        del made.keeper.profiles[RELAY.id]
        view.refresh()
        assert view.selected_id == BUILT_IN_ID
        assert not view.is_changed
