"""The whole program with its window, over real sockets and a real database, as a person meets it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QApplication

from app.api.completions import CompletionsClient
from app.assembly import Services
from app.concurrency.tasks import TaskScope
from app.domain.generation import StopReason
from app.domain.run import RunState
from app.services.connections import Connections
from app.services.generation import GenerationService
from app.store.secrets import KeychainState, SecretStore
from tests.integration.program import Screen, opened
from tests.relay import Relay, Stall, chunk, json_answer, sse
from tests.relay.completion_server import completion_server
from tests.relay.errors import openai_error
from tests.relay.prose import WORDS
from tests.support import until
from tests.widgets.hands import CONTROL

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "Once upon a time, in a small village by the sea,"
WHOLE = "".join(WORDS)


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    """Keep keys in memory, and give the application back as it was."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    font, locale = qapp.font(), QLocale()
    yield
    qapp.setFont(font)
    QLocale.setDefault(locale)


@asynccontextmanager
async def at_a_server(folder: Path, **server: Any) -> AsyncIterator[tuple[Relay, Screen]]:
    """Give a server that behaves (see `completion_server`) and the window that is connected to it."""
    async with Relay() as relay:
        completion_server(relay, **server)
        async with opened(folder, relay.base_url) as screen:
            await until(lambda: screen.program.connection.models)
            yield relay, screen


def completions(relay: Relay) -> list[dict[str, object]]:
    return [received.json for received in relay.requests_to("/v1/completions")]


# Write, run, stop, continue


async def test_a_prompt_is_typed_run_and_answered(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, rate=2000) as (relay, screen):
        screen.program.parameters.set_number("max_tokens", 1000)
        screen.type("Once upon")
        screen.press_run()
        await screen.shows(WORDS[0])
        run = await screen.ended()
        assert screen.answers == [WHOLE]
        assert run.state is RunState.DONE
        assert "Natural end" in screen.status
        assert "estimated" not in screen.status
        assert completions(relay)[0]["prompt"] == "Once upon"
        kept = await screen.kept()
        assert kept.candidates[0].text == WHOLE
        assert (kept.state, kept.prompt) == (RunState.DONE, "Once upon")


async def test_the_first_words_are_shown_while_the_rest_is_still_being_written(tmp_path: Path) -> None:
    async with at_a_server(tmp_path) as (relay, screen):
        relay.on("POST", "/v1/completions", sse(chunk("The sea"), Stall()))
        screen.type("Once")
        screen.press_run()
        await screen.shows("The sea")
        assert screen.program.write.is_running
        await until(lambda: "Writing…" in screen.status)


async def test_stop_closes_the_connection_and_keeps_what_has_come(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, rate=100) as (relay, screen):
        screen.type("Once")
        screen.press_run()
        await until(lambda: screen.answers and len(screen.answers[0]) > 40)
        screen.key(Qt.Key.Key_Escape)
        run = await screen.ended()
        shown = screen.answers[0]
        assert WHOLE.startswith(shown)
        assert 40 < len(shown) < len(WHOLE)
        assert run.state is RunState.STOPPED
        assert "Stopped by you" in screen.status
        await until(lambda: relay.disconnects)
        kept = await screen.kept()
        assert kept.candidates[0].text == shown
        assert kept.candidates[0].reason is StopReason.STOPPED


async def test_continue_sends_prompt_and_answer(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, tokens=5) as (relay, screen):
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        first = screen.answers[0]
        screen.press_button("continue")
        await screen.ended()
        assert completions(relay)[1]["prompt"] == PROMPT + first
        assert screen.answers == [first + first]
        assert screen.prompt == PROMPT
        assert len(screen.place.run_list.view.model().index(0, 0).data()) > 0


async def test_use_as_prompt_moves_the_answer_up_and_it_is_sent_as_part_of_it(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, words=["\u00a0naïve", "\n\n", "🌊 夜"], tokens=3) as (relay, screen):
        screen.write("«\u00a0Été")
        screen.press_button("run")
        await screen.ended()
        screen.press_button("use_as_prompt")
        screen.press_button("run")
        await screen.ended()
        assert completions(relay)[1]["prompt"] == "«\u00a0Été\u00a0naïve\n\n🌊 夜"


async def test_run_again_keeps_the_earlier_result(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, tokens=5) as (_, screen):
        screen.write(PROMPT)
        screen.program.parameters.set_seed(0)
        screen.press_button("run")
        first = await screen.ended()
        screen.program.parameters.set_seed(3)
        screen.press_button("run")
        second = await screen.ended()
        runs = await screen.services.runs.recent()
        assert [run.id for run in runs] == [second.id, first.id]
        assert runs[0].candidates[0].text != runs[1].candidates[0].text
        assert [run.parameters.seed for run in runs] == [3, 0]


async def test_three_candidates_stream_in_three_lanes_at_the_same_time(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, rate=300) as (relay, screen):
        screen.program.parameters.set_number("n", 3)
        screen.program.parameters.set_seed(0)
        screen.write(PROMPT)
        screen.press_button("run")
        await until(lambda: len(screen.answers) == 3 and all(screen.answers))
        assert screen.program.write.is_running, "all three before any had ended"
        run = await screen.ended()
        for lane, text in enumerate(screen.answers):
            assert text.startswith("".join(WORDS[lane : lane + 20]))
            assert run.candidates[lane].text == text
        assert len(completions(relay)) == 1
        assert completions(relay)[0]["n"] == 3


async def test_what_the_panel_shows_is_what_is_sent(tmp_path: Path) -> None:
    async with at_a_server(tmp_path) as (relay, screen):
        completion_server(relay, models=())
        parameters = screen.program.parameters
        parameters.set_number("max_tokens", 77)
        parameters.set_number("temperature", 0.35)
        parameters.set_number("frequency_penalty", 0.5)
        parameters.add_stop("\n\n")
        parameters.set_seed(7)
        screen.program.connection.set_model("my-own-model")
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        (sent,) = completions(relay)
        wanted = {"max_tokens": 77, "temperature": 0.35, "top_p": 1.0, "frequency_penalty": 0.5, "seed": 7}
        assert {name: sent[name] for name in wanted} == wanted
        assert sent["stop"] == ["\n\n"]
        assert sent["model"] == "my-own-model"
        assert "best_of" not in sent
        assert "suffix" not in sent


async def test_unsure_words_are_marked_now_and_after_a_restart(tmp_path: Path) -> None:
    def marks(screen: Screen) -> list[str]:
        found = []
        block = screen.place.answer.lanes[0].text.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                if fragment.charFormat().underlineStyle() is not QTextCharFormat.UnderlineStyle.NoUnderline:
                    found.append(fragment.text())
                iterator += 1
            block = block.next()
        return found

    async with at_a_server(tmp_path) as (_, screen):
        screen.program.parameters.set_logprobs(3)
        screen.program.parameters.set_number("max_tokens", 1000)
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        assert screen.answers == [WHOLE]
        first = marks(screen)
        assert len(first) > 10
    async with opened(tmp_path) as screen:
        await until(lambda: screen.answers == [WHOLE] and marks(screen) == first)


async def test_a_fast_stream_is_shown_to_the_last_character_while_other_runs_are_looked_at(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, tokens=5) as (relay, screen):
        screen.write(PROMPT)
        screen.press_button("run")
        old = await screen.ended()
        completion_server(relay, tokens=3000, rate=3000)
        screen.program.parameters.set_number("max_tokens", 5000)
        screen.press_button("run")
        live = screen.run.id
        while screen.program.write.is_running:
            screen.program.write.show_run(old.id)
            await asyncio.sleep(0.03)
            assert screen.answers[0] == old.candidates[0].text
            screen.program.write.show_run(live)
            await asyncio.sleep(0.05)
        screen.program.write.show_run(live)
        expected = "".join(WORDS[place % len(WORDS)] for place in range(3000))
        assert screen.answers == [expected]


# What goes wrong


async def test_a_refused_key_leads_to_the_connection_and_then_it_works(tmp_path: Path) -> None:
    async with Relay() as relay, opened(tmp_path, relay.base_url, "sk-wrong-key") as screen:
        completion_server(relay, tokens=5, key="sk-right-key")
        screen.program.connection.set_model("davinci-002")
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        assert screen.sees("The key was not accepted")
        assert screen.place.answer.card.remedy_button.text() == "Open connection"
        assert "sk-wrong-key" not in screen.place.answer.card.detail.toPlainText()
        asked: list[bool] = []
        screen.place._actions["connection"].triggered.connect(lambda: asked.append(True))
        screen.press_remedy()
        assert asked
        for window in QApplication.topLevelWidgets():
            if window is not screen.program.window and window.isVisible():
                window.close()
        await screen.services.connections.replace_key(screen.program.connection.profile, "sk-right-key")
        screen.press_button("run")
        run = await screen.ended()
        assert run.state is RunState.DONE
        assert relay.requests[-1].key == "sk-right-key"
        assert screen.place.answer.card.isHidden()


async def test_a_connection_that_breaks_in_mid_stream_keeps_the_text_and_goes_on_from_there(tmp_path: Path) -> None:
    async with at_a_server(tmp_path) as (relay, screen):
        broken = sse(chunk(" The ferry"), chunk(" left"), chunk(" late"), *([chunk(".")] * 3), Stall())
        relay.on("POST", "/v1/completions", broken)
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.shows("late...")
        relay.on("POST", "/v1/completions", [sse(chunk(" and", finish_reason="stop"))])
        for connection in list(relay._open):
            connection.reset()
        run = await screen.ended()
        assert screen.answers == [" The ferry left late..."]
        assert run.state is RunState.FAILED
        assert run.candidates[0].reason is StopReason.CONNECTION_LOST
        assert screen.sees("The connection was lost")
        assert (await screen.kept()).candidates[0].text == " The ferry left late..."
        screen.press_remedy()
        await screen.ended()
        assert completions(relay)[1]["prompt"] == PROMPT + " The ferry left late..."
        assert screen.answers == [" The ferry left late... and"]


async def test_an_error_inside_a_stream_stands_above_what_has_come(tmp_path: Path) -> None:
    async with at_a_server(tmp_path) as (relay, screen):
        relay.on(
            "POST", "/v1/completions", sse(chunk("partial"), openai_error("The model is overloaded", "server_error"))
        )
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        assert screen.answers == ["partial"]
        assert screen.sees("The server has a problem of its own")
        assert "overloaded" in screen.place.answer.card.detail.toPlainText()


async def test_too_long_a_text_is_tried_again_with_half_as_much(tmp_path: Path) -> None:
    async with at_a_server(tmp_path) as (relay, screen):
        refusal = openai_error("This model's maximum context length is 4097 tokens", code="context_length_exceeded")
        relay.on(
            "POST",
            "/v1/completions",
            [json_answer(refusal, 400), sse(chunk("fits", finish_reason="stop"))],
        )
        screen.program.parameters.set_number("max_tokens", 4000)
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        screen.press_remedy()
        await screen.ended()
        assert [sent["max_tokens"] for sent in completions(relay)] == [4000, 2000]
        assert screen.answers == ["fits"]


async def test_a_server_that_is_not_there_is_told_and_the_prompt_stays(tmp_path: Path) -> None:
    async with Relay() as relay:
        gone = relay.base_url
    async with opened(tmp_path, gone) as screen:
        screen.write(PROMPT)
        screen.press_button("run")
        run = await screen.ended()
        assert run.state is RunState.FAILED
        assert screen.sees("Nothing answers at that address")
        assert screen.prompt == PROMPT


async def test_a_model_list_that_never_comes_keeps_nobody_from_writing(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, tokens=5) as (relay, screen):
        relay.on("GET", "/v1/models", sse(Stall()))
        screen.program.connection.refresh_models()
        screen.program.connection.set_model("davinci-002")
        screen.write(PROMPT)
        screen.press_button("run")
        run = await screen.ended()
        assert run.state is RunState.DONE


class FakeKeychain:
    """A key chain in memory, that does not answer any more once it hangs."""

    name = "Fake"

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.is_hung = False
        self.hung_calls = 0
        self.released = threading.Event()

    def state(self) -> KeychainState:
        self._answer()
        return KeychainState.OPEN

    def get(self, entry: str) -> str | None:
        self._answer()
        return self.kept.get(entry)

    def set(self, entry: str, key: str) -> None:
        self._answer()
        self.kept[entry] = key

    def delete(self, entry: str) -> None:
        self._answer()
        del self.kept[entry]

    def entries(self) -> tuple[str, ...]:
        self._answer()
        return tuple(self.kept)

    def use(self, services: Services) -> Services:
        """Return services that keep their keys here."""
        secrets = SecretStore(deadline=1.0, find=lambda: self)
        connections = Connections(services.settings, secrets, services.local_model, services.http)
        generation = GenerationService(CompletionsClient(services.http), connections, services.runs)
        return replace(services, secrets=secrets, connections=connections, generation=generation)

    def _answer(self) -> None:
        if self.is_hung:
            self.hung_calls += 1
            self.released.wait(30)


async def test_a_hung_key_chain_freezes_nothing(tmp_path: Path) -> None:
    chain = FakeKeychain()
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - before)

    async with Relay() as relay:
        completion_server(relay, tokens=5, key="sk-kept-key")
        async with opened(tmp_path, relay.base_url, "sk-kept-key", prepare=chain.use):
            assert list(chain.kept.values()) == ["sk-kept-key"]
        chain.is_hung = True
        async with opened(tmp_path, prepare=chain.use) as screen:
            scope = TaskScope(lambda _, error: pytest.fail(repr(error)))
            scope.start("watch", watch())
            screen.program.connection.set_model("davinci-002")
            screen.type("Once upon")
            screen.press_run()
            await until(lambda: chain.hung_calls)
            screen.type(" a time")
            assert screen.prompt == "Once upon a time"
            run = await screen.ended()
            assert run.state is RunState.FAILED
            assert screen.sees("The key chain does not answer")
            assert longest < 0.5, "the window stood still"
            chain.is_hung = False
            chain.released.set()
            await until(lambda: not screen.place.answer.card.isHidden())
            screen.press_remedy()
            run = await screen.ended()
            assert run.state is RunState.DONE, "the button tries again"
            await scope.aclose()


async def test_closing_while_a_key_chain_hangs_ends_the_program_in_time(tmp_path: Path) -> None:
    chain = FakeKeychain()
    async with Relay() as relay:
        completion_server(relay, key="sk-kept-key")
        async with opened(tmp_path, relay.base_url, "sk-kept-key", prepare=chain.use):
            pass
        chain.is_hung = True
        async with opened(tmp_path, prepare=chain.use) as screen:
            screen.program.connection.set_model("davinci-002")
            screen.write(PROMPT)
            screen.press_button("run")
            await until(lambda: chain.hung_calls)
            begun = time.monotonic()
            assert await screen.close() == 0
            assert time.monotonic() - begun < 3
        chain.released.set()


# Restart


async def test_everything_is_back_after_a_restart(tmp_path: Path) -> None:
    async with at_a_server(tmp_path, tokens=5) as (_, screen):
        screen.program.parameters.set_number("temperature", 0.35)
        screen.program.connection.set_model("davinci-002")
        screen.write(PROMPT)
        screen.press_button("run")
        await screen.ended()
        answer = screen.answers[0]
        screen.press_button("use_as_prompt")
        screen.type(" and then")
    async with opened(tmp_path) as screen:
        assert screen.prompt == PROMPT + answer + " and then"
        assert screen.place.editor.draft().generated == ((len(PROMPT), len(PROMPT + answer)),)
        assert screen.program.parameters.values.temperature == 0.35
        assert screen.program.connection.model == "davinci-002"
        assert screen.answers == [answer]
        assert screen.place.answer.card.isHidden()


async def test_closing_in_mid_stream_keeps_what_has_come(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, rate=100)
        async with opened(tmp_path, relay.base_url) as screen:
            await until(lambda: screen.program.connection.models)
            screen.write(PROMPT)
            screen.press_button("run")
            await until(lambda: screen.answers and len(screen.answers[0]) > 40)
            assert await screen.close() == 0
            shown = screen.answers[0]
        async with opened(tmp_path) as screen:
            assert screen.run.state is RunState.STOPPED
            assert screen.answers[0].startswith(shown)


class Child:
    """The program as a process of its own, which says what it shows."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.said: list[tuple[float, str]] = []
        self.complaints = ""
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("window_child.py")), str(folder), base_url, PROMPT],
            cwd=ROOT,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            self.said.append((said["at"], said["shown"]))

    @property
    def shown(self) -> str:
        return self.said[-1][1] if self.said else ""

    def shown_at(self, moment: float) -> str:
        """Return what was shown at a moment of the monotonic clock."""
        return max((text for at, text in self.said if at <= moment), key=len, default="")

    async def end(self, number: int) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        code = await asyncio.to_thread(self.process.wait, 30)
        await asyncio.to_thread(self._reader.join, 10)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.complaints = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code


posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX's signals")


@posix_only
async def test_after_kill_9_in_mid_stream_everything_is_back_and_can_be_continued(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, tokens=2000, rate=50)
        child = Child(tmp_path, relay.base_url)
        await until(lambda: len(child.shown) > 300, limit=40)  # seconds of text
        killed = time.monotonic()
        assert await child.end(signal.SIGKILL) == -signal.SIGKILL
        async with opened(tmp_path) as screen:
            run = screen.run
            assert run.state is RunState.INTERRUPTED
            text = screen.answers[0]
            assert text.startswith(child.shown_at(killed - 1.0)), "on disk within a second"
            assert len(child.shown_at(killed - 1.0)) > 20
            assert screen.prompt == PROMPT
            assert screen.program.parameters.values.temperature == 0.35
            assert screen.program.parameters.values.stop == ("never there",)
            assert run.parameters == screen.program.parameters.values
            assert screen.sees("This run was interrupted")
            completion_server(relay, tokens=5)
            screen.press_remedy()
            await screen.ended()
            assert completions(relay)[-1]["prompt"] == PROMPT + text
            assert screen.answers[0].startswith(text)
            assert len(screen.answers[0]) > len(text)
            runs = await screen.services.runs.recent()
            assert [kept.state for kept in runs] == [RunState.DONE, RunState.INTERRUPTED]


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_program_in_order_in_mid_stream(tmp_path: Path, number: int) -> None:
    async with Relay() as relay:
        completion_server(relay, tokens=2000, rate=50)
        child = Child(tmp_path, relay.base_url)
        await until(lambda: len(child.shown) > 50, limit=40)
        assert await child.end(number) == 0
        assert child.complaints == ""
        await until(lambda: relay.disconnects)
        async with opened(tmp_path) as screen:
            assert screen.run.state is RunState.STOPPED
            assert screen.answers[0].startswith(child.shown)
            assert screen.prompt == PROMPT
            assert screen.place.answer.card.isHidden()


# The model that ships


@pytest.mark.model
async def test_the_built_in_model_answers_is_stopped_continued_and_asked_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as screen:
        await until(lambda: screen.program.connection.models, limit=60)
        assert screen.program.connection.model == "SmolLM2 135M"
        screen.program.parameters.set_number("max_tokens", 400)
        screen.program.parameters.set_seed(1)
        screen.type(PROMPT)
        screen.press_run()
        await until(lambda: screen.answers and len(screen.answers[0]) > 30, limit=60)
        screen.key(Qt.Key.Key_Escape)
        stopped = await screen.ended()
        first = screen.answers[0]
        assert stopped.state is RunState.STOPPED
        screen.program.parameters.set_number("max_tokens", 8)
        screen.press_button("continue")
        continued = await screen.ended()
        assert continued.prompt == PROMPT + first
        assert screen.answers[0].startswith(first)
        assert len(screen.answers[0]) > len(first)
        assert continued.usage is not None
        assert not continued.usage.is_estimated
        screen.key(Qt.Key.Key_Return, CONTROL)
        again = await screen.ended()
        assert again.prompt == PROMPT
        assert len(await screen.services.runs.recent()) == 3


@pytest.mark.model
async def test_the_built_in_model_fills_three_lanes_with_probabilities(tmp_path: Path) -> None:
    async with opened(tmp_path) as screen:
        await until(lambda: screen.program.connection.models, limit=60)
        screen.program.parameters.set_number("max_tokens", 12)
        screen.program.parameters.set_number("n", 3)
        screen.program.parameters.set_logprobs(3)
        screen.program.parameters.set_seed(1)
        screen.write("从前，在海边的一座小村庄里，🌊")
        screen.press_button("run")
        run = await screen.ended()
        assert run.state is RunState.DONE
        assert len(set(screen.answers)) == 3, "three different answers"
        assert all(text.strip() for text in screen.answers)
        for lane, candidate in zip(screen.place.answer.lanes, run.candidates, strict=True):
            assert candidate.tokens
            assert lane.text.token_at(0) is not None, "the tokens fit the text"


@pytest.mark.model
@posix_only
async def test_a_built_in_model_that_is_killed_in_mid_stream_is_told_and_starts_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as screen:
        await until(lambda: screen.program.connection.models, limit=60)
        screen.program.parameters.set_number("max_tokens", 2000)
        screen.write(PROMPT)
        screen.press_button("run")
        await until(lambda: screen.answers and len(screen.answers[0]) > 30, limit=60)
        process = screen.services.local_model.process_id
        assert process is not None
        os.kill(process, signal.SIGKILL)
        run = await screen.ended()
        partial = screen.answers[0]
        assert run.state is RunState.FAILED
        assert run.candidates[0].text == partial
        assert screen.sees("The connection was lost")
        screen.program.parameters.set_number("max_tokens", 8)
        screen.press_remedy()
        run = await screen.ended()
        assert run.state is RunState.DONE
        assert screen.answers[0].startswith(partial)
        assert screen.services.local_model.process_id != process
