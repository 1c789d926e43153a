"""What is read from standard input, asked and said."""

import io
import sys

import pytest

from app.cli.terminal import UsageError, confirm, note, read_secret, read_text, say, use_utf8


class Screen(io.TextIOWrapper):
    """Standard input with somebody in front of it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    kind, content = request.param
    monkeypatch.setattr(sys, "stdin", kind(io.BytesIO(content), encoding="utf-8"))


@pytest.mark.parametrize("given", [(io.TextIOWrapper, "\ufeffnähe 字\n".encode())], indirect=True)
def test_standard_input_is_utf_8_with_or_without_a_mark(given: None) -> None:
    assert read_text() == "nähe 字\n"


@pytest.mark.parametrize("given", [(io.TextIOWrapper, b"\xff\xfe")], indirect=True)
def test_other_bytes_are_wrong_usage(given: None) -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        read_text()


@pytest.mark.parametrize("given", [(io.TextIOWrapper, b"sk-one\n")], indirect=True)
def test_a_secret_may_come_through_a_pipe(given: None) -> None:
    assert read_secret("Key: ") == "sk-one\n"


@pytest.mark.parametrize("given", [(io.TextIOWrapper, b"y\n")], indirect=True)
def test_a_pipe_cannot_be_asked(given: None) -> None:
    with pytest.raises(UsageError, match="--yes"):
        confirm("Really?")


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ((Screen, b"y\n"), True),
        ((Screen, b" YES \n"), True),
        ((Screen, b"n\n"), False),
        ((Screen, b"\n"), False),
        ((Screen, b""), False),
        ((Screen, b"maybe\n"), False),
    ],
    indirect=["given"],
)
def test_only_yes_is_yes(given: None, answer: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert confirm("Really?") is answer
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Really? [y/N] "), "what is piped on holds no question"


def test_what_is_said_and_what_is_noted_go_apart(capsys: pytest.CaptureFixture[str]) -> None:
    say("One line.")
    note("Another.")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("One line.\n", "quillpane: Another.\n")


def test_half_a_character_is_printed_as_its_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(screen, encoding="ascii"))
    use_utf8()
    say("字 \ud83d")
    assert screen.getvalue().decode() == "字 \\ud83d\n"
