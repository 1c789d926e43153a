"""The doctor's facts, a line each, in the words that the window uses."""

from app.assembly import Services
from app.domain.profile import Profile
from tests.unit.cli.conftest import Shell


async def connect(services: Services) -> None:
    await services.connections.add(Profile("", "Relay", "http://127.0.0.1:9/v1"))


def test_each_fact_is_a_line_and_a_fault_is_marked(shell: Shell) -> None:
    shell.monkeypatch.setenv("QT_QPA_PLATFORM", "nowhere")
    assert shell.run("doctor") == 1
    lines = shell.out.splitlines()
    assert any(line.startswith("Quillpane: ") for line in lines)
    assert any(line.startswith("! Qt platform: ") for line in lines)
    assert f"Data folder: {shell.folder}" in lines
    assert "Server: none configured" in lines


def test_one_connection_is_looked_into_alone(shell: Shell) -> None:
    shell.ask(connect)
    assert shell.run("doctor", "relay") == 1
    (line,) = shell.out.splitlines()
    assert line.startswith("! Server Relay: http://127.0.0.1:9/v1: Nothing answers at 127.0.0.1, port 9.")
    assert line.endswith(".")
    assert shell.err == ""


def test_a_name_of_nobody_is_wrong_usage(shell: Shell) -> None:
    assert shell.run("doctor", "nobody") == 2
    assert shell.has_one_sentence()
