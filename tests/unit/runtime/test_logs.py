"""No key ever gets into the log, wherever in a record it hides, and the log never grows without end."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runtime.logs import RedactingFormatter, hide, redact, start_log

KEY = "sk-proj-abcDEF123_456-789"

HIDING_PLACES = (
    f"Authorization: Bearer {KEY}",
    f"authorization:bearer {KEY}",
    f"{{'Authorization': 'Bearer {KEY}'}}",
    f'{{"authorization":"Bearer {KEY}"}}',
    f"[(b'authorization', b'Bearer {KEY}')]",
    f"Headers([('authorization', 'Bearer {KEY}'), ('accept', '*/*')])",
    f"curl -H 'Authorization: Bearer {KEY}' https://relay.example",
    f"api_key={KEY}",
    f"api-key: {KEY}",
    f"x-api-key: {KEY}",
    f"https://relay.example/v1?api_key={KEY}&n=1",
    f'"api_key": "{KEY}"',
    f"mj-api-secret: {KEY}",
    f"Incorrect API key provided: {KEY}.",
    f"line one\nAuthorization:\tBearer {KEY}\nline three",
)


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    yield
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raises
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def written(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in folder.iterdir())


def fail() -> None:
    cause = ValueError(f"cause {KEY}")
    raise RuntimeError(f"Authorization: Bearer {KEY}") from cause


@pytest.mark.parametrize("text", HIDING_PLACES)
def test_a_key_is_taken_out_wherever_it_stands(text: str) -> None:
    cleaned = redact(text)
    assert KEY not in cleaned
    assert KEY[8:] not in cleaned
    assert "[key removed]" in cleaned


@pytest.mark.parametrize("header", ["Authorization: Basic {}", "'Proxy-Authorization': 'Basic {}'"])
def test_a_password_is_taken_out_too(header: str) -> None:
    assert "dXNlcjpwYXNz" not in redact(header.format("dXNlcjpwYXNzd29yZA=="))


@pytest.mark.parametrize("key", ["abc123", "0123456789abcdef.ghijk", "密钥"])
def test_a_key_of_another_shape_is_taken_out_behind_its_name(key: str) -> None:
    for text in (f"Authorization: Bearer {key}", f"'authorization': 'Bearer {key}'", f"api_key={key}"):
        assert key not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bearer of this letter is my friend",
        "risk-averse desk-bound task-oriented",
        "GET https://relay.example/v1/models",
        "keyring.backends.SecretService",
        "KeyError: 'authorisation'",
        "",
    ],
)
def test_what_is_no_key_mostly_stays(text: str) -> None:
    assert redact(text).split()[:1] == text.split()[:1]
    if "bearer" not in text:
        assert redact(text) == text


@given(
    key=st.from_regex(r"sk-[A-Za-z0-9_\-]{8,60}", fullmatch=True),
    before=st.text(max_size=20),
    behind=st.sampled_from(["", " ", "\n", "'", '"', ",", "}", ")", "]"]),
)
def test_no_key_of_the_usual_shape_survives(key: str, before: str, behind: str) -> None:
    for text in (f"{before} {key}{behind}", f"{before}\nAuthorization: Bearer {key}{behind}"):
        assert key not in redact(text)


@given(text=st.text(max_size=60))
def test_what_was_cleaned_once_stays_as_it_is(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_a_known_secret_is_taken_out_whatever_it_looks_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.runtime.logs._known", [])
    secrets = ["correct horse", "a"]
    hide(lambda: secrets)
    assert redact("KeyError: 'correct horse' battery") == "KeyError: '[key removed]' battery"
    secrets.append("battery")
    assert "battery" not in redact("KeyError: 'correct horse' battery"), "asked each time"


def test_the_message_its_arguments_and_its_traceback_are_cleaned(tmp_path: Path) -> None:
    start_log(tmp_path)
    log = logging.getLogger("app.test")
    log.error(f"message: Bearer {KEY}")  # noqa: G004 - what somebody may do
    log.error("argument: %s", {"Authorization": f"Bearer {KEY}"})
    try:
        fail()
    except RuntimeError:
        log.exception("traceback")
    log.error("stack", stack_info=True)
    text = written(tmp_path)
    assert KEY not in text
    assert text.count("[key removed]") >= 4
    assert "RuntimeError" in text
    assert "Stack (most recent call last)" in text


def test_warnings_and_worse_are_written_with_time_level_and_name(tmp_path: Path) -> None:
    start_log(tmp_path)
    log = logging.getLogger("app.test")
    log.info("quiet")
    log.warning("loud")
    lines = written(tmp_path).splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("WARNING app.test loud")


def test_what_httpx_says_of_every_request_is_not_written(tmp_path: Path) -> None:
    start_log(tmp_path)
    logging.getLogger().setLevel(logging.DEBUG)
    for name in ("httpx", "httpcore.connection"):
        logging.getLogger(name).info("HTTP Request: GET https://relay.example/v1?key=secret")
    assert list(tmp_path.iterdir()) == [] or written(tmp_path) == ""


def test_the_log_does_not_grow_without_end(tmp_path: Path) -> None:
    start_log(tmp_path)
    log = logging.getLogger("app.test")
    line = "x" * 50_000
    for _ in range(100):
        log.warning(line)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3_100_000
    assert len(list(tmp_path.iterdir())) <= 3


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    start_log(blocked / "logs")
    logging.getLogger("app.test").warning("goes nowhere")


def test_a_log_that_cannot_be_written_breaks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_log(tmp_path / "logs")
    (tmp_path / "logs").rmdir()
    (tmp_path / "logs").write_text("")
    logging.getLogger("app.test").warning("goes nowhere")
    assert capsys.readouterr().err == ""


def test_the_formatter_leaves_the_record_alone() -> None:
    record = logging.LogRecord("app", logging.ERROR, __file__, 1, "key %s", (KEY,), None)
    assert KEY not in RedactingFormatter("%(message)s").format(record)
    assert record.args == (KEY,)
