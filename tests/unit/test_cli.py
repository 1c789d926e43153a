import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import cli
from app.__main__ import main
from app.assembly import assemble
from app.domain.parameters import SamplingParameters
from app.domain.profile import Profile
from app.services.connection_list import FIRST_ID
from app.store.secrets import KeychainState, SecretStore
from tests.relay import Relay
from tests.relay.completion_server import completion_server


@pytest.fixture(autouse=True)
def keep_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the hook for unexpected errors back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


def run(*arguments: str) -> int:
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def one_sentence(text: str) -> bool:
    return text.startswith("quillpane: ") and text.count("\n") == 1 and text.endswith("\n")


def test_without_a_command_the_window_opens() -> None:
    assert cli.parse([]).command is None
    options = cli.parse(["--data-dir", "there"])
    assert (options.command, options.data_dir) == (None, Path("there"))


@pytest.mark.parametrize("arguments", [["--data-dir", "x", "doctor"], ["doctor", "--data-dir", "x"]])
def test_the_data_folder_may_stand_before_or_after_the_command(arguments: list[str]) -> None:
    assert cli.parse(arguments).data_dir == Path("x")


def test_what_is_not_given_keeps_its_neutral_value() -> None:
    assert cli._parameters(cli.parse(["complete", "x"])) == SamplingParameters()


def test_every_parameter_has_its_argument() -> None:
    given = (
        "complete x --max-tokens 7 --temperature 0.5 --top-p 0.9 -n 3 --stop END --stop \\n --logprobs 2 --seed 4 "
        "--presence-penalty -1 --frequency-penalty 1.5 --suffix after"
    )
    assert cli._parameters(cli.parse(given.split())) == SamplingParameters(
        max_tokens=7,
        temperature=0.5,
        top_p=0.9,
        n=3,
        stop=("END", "\n"),
        logprobs=2,
        seed=4,
        presence_penalty=-1.0,
        frequency_penalty=1.5,
        suffix="after",
    )


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("Quillpane ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"],
        ["dance"],
        ["complete"],
        ["complete", ""],
        ["complete", "x", "--max-tokens", "many"],
        ["complete", "x", "--temperature", "9"],
        ["complete", "x", "--logprobs", "21"],
        ["complete", "x", "-n", "0"],
        ["complete", "x", "--stop", ""],
        ["complete", "x", "--base-url", "ftp://there"],
        ["complete", "x", "--base-url", "relay.example", "--model-file", "mine.gguf"],
        ["complete", "x", "--key", "sk-one"],
    ],
)
def test_wrong_usage_is_2_and_said_on_standard_error(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--data-dir", str(tmp_path), *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1].startswith("quillpane")
    assert "Traceback" not in captured.err


def test_a_server_that_is_not_there_is_1_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("complete", "x", "--data-dir", str(tmp_path), "--model-file", str(tmp_path / "none.gguf")) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert one_sentence(captured.err)


def test_a_data_folder_that_cannot_be_made_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert run("doctor", "--data-dir", str(tmp_path / "file" / "folder")) == 1
    assert one_sentence(capsys.readouterr().err)


def test_q11_a_blank_at_the_end_of_the_prompt_is_said_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli._prompt("Once upon ") == "Once upon "
    assert one_sentence(capsys.readouterr().err)


def test_a_fault_of_the_program_is_one_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    cli._report_bug(KeyError, KeyError("a\nb"), None)
    assert one_sentence(capsys.readouterr().err)


def test_reading_the_arguments_imports_nothing_slow() -> None:
    slow = ("asyncio", "httpx", "keyring", "PySide6", "qasync", "sqlite3")
    program = f"import sys, app.cli; app.cli.parse(['complete', 'x']); print(*(n for n in {slow} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


class Chain:
    """A key chain that holds one key for every entry of one origin."""

    name = "Test chain"

    def __init__(self, origin: str, key: str) -> None:
        self._origin, self._key = origin, key

    def state(self) -> KeychainState:
        return KeychainState.OPEN

    def get(self, entry: str) -> str | None:
        return self._key if entry.endswith(self._origin) else None

    def set(self, entry: str, key: str) -> None:
        raise NotImplementedError

    def delete(self, entry: str) -> None:
        raise NotImplementedError

    def entries(self) -> tuple[str, ...]:
        raise NotImplementedError


Served = Callable[..., tuple[str, str | None, str, str]]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Return a function that tells address, key, model and profile for arguments, given a configured server."""

    def ask(
        *arguments: str, configured: str = "", kept: str = "", **environment: str
    ) -> tuple[str, str | None, str, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

        async def body() -> tuple[str, str | None, str, str]:
            services = assemble(tmp_path)
            try:
                if configured:
                    services.settings.set("profile.base_url", configured)
                    services.settings.set("profile.id", FIRST_ID)
                    services.settings.set("model", "chosen")
                    origin = Profile(FIRST_ID, "", configured).origin
                    services.connections._keys._store = SecretStore(find=lambda: Chain(origin, kept) if kept else None)
                else:
                    services.connections._keys._store = SecretStore(find=lambda: None)
                options = cli.parse(["complete", "x", *arguments])
                endpoint, model, profile_id = await cli._server(services, options)
                return endpoint.base_url, endpoint.key, model, profile_id
            finally:
                await services.aclose()

        with asyncio.Runner() as runner:
            return runner.run(body())

    return ask


def test_the_key_of_the_environment_goes_to_the_server_that_is_named(served: Served) -> None:
    found = served("--base-url", "relay.example", "--model", "m", OPENAI_API_KEY=" Bearer sk-env ")
    assert found == ("https://relay.example/v1", "sk-env", "m", "")


def test_the_address_may_come_from_the_environment_and_an_argument_wins(served: Served) -> None:
    assert served("--model", "m", OPENAI_BASE_URL="https://env.example/v1")[0] == "https://env.example/v1"
    assert served("--model", "m", "--base-url", "arg.example")[0] == "https://arg.example/v1"


def test_the_key_of_the_key_chain_comes_first_at_the_configured_server(served: Served) -> None:
    found = served(
        "--base-url",
        "relay.example/api",
        configured="https://relay.example/v1",
        kept="sk-kept",
        OPENAI_API_KEY="sk-env",
    )
    assert found == ("https://relay.example/api/v1", "sk-kept", "chosen", FIRST_ID)


def test_a_kept_key_never_goes_to_another_server(served: Served) -> None:
    found = served("--base-url", "other.example", "--model", "m", configured="https://relay.example/v1", kept="sk-kept")
    assert found[1] is None


async def test_the_first_model_listed_is_asked_where_none_is_named(tmp_path: Path) -> None:
    async with Relay() as relay:
        completion_server(relay, models=("first", "second"))
        services = assemble(tmp_path)
        try:
            options = cli.parse(["complete", "x", "--base-url", relay.base_url])
            _, model, _ = await cli._server(services, options)
            assert model == "first"
            completion_server(relay, models=())
            with pytest.raises(cli.UsageError, match="--model"):
                await cli._server(services, options)
        finally:
            await services.aclose()
