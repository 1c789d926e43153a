"""A check is announced before anything is sent, and each step that ended is a line."""

import pytest

from app.assembly import Services
from app.cli.checking import line_of
from app.domain.check import Detail, DetailKind, Step, StepResult, StepState
from app.domain.profile import Profile
from tests.unit.cli.conftest import Shell


@pytest.mark.parametrize(
    ("result", "why", "start", "end"),
    [
        (StepResult(Step.NAME, StepState.OK, Detail(DetailKind.FOUND, {"address": "::1"})), "", "  ", "found: ::1"),
        (StepResult(Step.ECHO, StepState.OK, Detail(DetailKind.IGNORED)), "", "  ", "without effect"),
        (StepResult(Step.KEY, StepState.FAILED), "The key is wrong. Paste it again.", "! ", "Paste it again."),
        (StepResult(Step.KEY, StepState.FAILED, Detail(DetailKind.BUSY)), "Wait a little.", "! ", "Wait a little."),
        (StepResult(Step.SEED, StepState.SKIPPED, Detail(DetailKind.NOT_WITHOUT, {"step": "key"})), "", "- ", ": Key"),
        (StepResult(Step.TLS, StepState.OK), "", "  ", "Secure connection"),
    ],
)
def test_a_step_is_a_line(result: StepResult, why: str, start: str, end: str) -> None:
    line = line_of(result, why)
    assert line.startswith(start)
    assert line.endswith(end)
    assert "\n" not in line


def test_nothing_is_sent_before_it_was_agreed_to(shell: Shell) -> None:
    async def connect(services: Services) -> None:
        await services.connections.add(Profile("", "Relay", "http://127.0.0.1:9/v1"))

    shell.ask(connect)
    assert shell.run("connections", "check", "relay") == 2
    assert "requests" in shell.out
    assert "generated tokens" in shell.out
    assert shell.has_one_sentence()
    assert "--yes" in shell.err


def test_a_server_that_is_not_there_fails_at_its_step(shell: Shell) -> None:
    async def connect(services: Services) -> None:
        await services.connections.add(Profile("", "Relay", "http://127.0.0.1:9/v1"))

    shell.ask(connect)
    assert shell.run("connections", "check", "relay", "--yes") == 1
    failed = [line for line in shell.out.splitlines() if line.startswith("! ")]
    assert len(failed) == 1
    assert "Nothing answers at 127.0.0.1, port 9" in failed[0]
    assert sum(line.startswith("- ") for line in shell.out.splitlines()) > 5, "the rest is left"


@pytest.mark.model
def test_the_built_in_model_is_checked_without_asking(shell: Shell) -> None:
    assert shell.run("connections", "check", "built-in") == 0
    assert not [line for line in shell.out.splitlines() if line.startswith("! ")]
