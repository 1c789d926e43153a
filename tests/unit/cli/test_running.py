"""A command ends with the right exit code and one sentence, whatever happens."""

import pytest

from app.cli import running
from tests.unit.cli.conftest import Shell


@pytest.mark.parametrize(
    "arguments",
    [
        ["complete", ""],
        ["complete", "x", "--temperature", "9"],
        ["complete", "x", "--logprobs", "21"],
        ["complete", "x", "-n", "0"],
        ["complete", "x", "--stop", ""],
        ["complete", "x", "--base-url", "ftp://there"],
        ["complete", "x", "--base-url", "relay.example", "--model-file", "mine.gguf"],
        ["complete", "x", "-c", "relay", "--base-url", "relay.example"],
        ["complete", "x", "-c", "relay", "--model-file", "mine.gguf"],
        ["complete", "x", "-c", "nobody"],
        ["connections", "remove", "nobody"],
        ["connections", "remove", "built-in"],
        ["connections", "add", "sk-abcdefghijklmnopqrstuvwx"],
        ["connections", "add", "relay.example", "--preset", "nonsense"],
    ],
)
def test_wrong_usage_is_2_and_said_on_standard_error(shell: Shell, arguments: list[str]) -> None:
    assert shell.run(*arguments) == 2
    assert shell.out == ""
    assert shell.has_one_sentence()


def test_a_server_that_is_not_there_is_1_in_one_sentence(shell: Shell) -> None:
    assert shell.run("complete", "x", "--model-file", str(shell.folder / "none.gguf")) == 1
    assert shell.out == ""
    assert shell.has_one_sentence()


def test_a_data_folder_that_cannot_be_made_is_1(shell: Shell) -> None:
    (shell.folder / "file").touch()
    assert shell.run("doctor", "--data-dir", str(shell.folder / "file" / "folder")) == 1
    assert shell.has_one_sentence()


def test_a_fault_of_the_program_is_one_sentence_too(shell: Shell) -> None:
    running._report_bug(KeyError, KeyError("a\nb"), None)
    shell.err = shell.capsys.readouterr().err
    assert shell.has_one_sentence()
