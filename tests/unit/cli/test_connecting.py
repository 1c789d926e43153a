"""Connections are listed, added and removed in a terminal; keys come from standard input and are never shown."""

from typing import Any

import pytest

from app.assembly import Services
from app.cli.connecting import description, draft_of
from app.cli.terminal import UsageError
from app.domain.presets import preset
from app.domain.profile import BUILT_IN
from app.store.secrets import key_entry
from tests.unit.cli.conftest import Shell
from tests.unit.services.chains import Chain

KEY = "sk-Zk3qv9T0bXw7Lr5Np2Yd"
NOTE = f"接口地址: https://relay.example/v1\n密钥: {KEY}\n模型: gpt-3.5-turbo-instruct\n"
CURL = f"""curl https://relay.example/v1/completions -H "Authorization: Bearer {KEY}" -H "X-Team: blue" \\
  -x http://me:hunter2@proxy.example:3128 -d '{{"model": "davinci-002", "prompt": "Once"}}'"""


def profiles(shell: Shell) -> Any:
    async def body(services: Services) -> Any:
        return services.connections.all()

    return shell.ask(body)


def test_a_note_is_shown_before_it_is_saved_with_the_key_masked(shell: Shell) -> None:
    assert shell.run("connections", "add", given=NOTE) == 2
    assert shell.has_one_sentence()
    assert "https://relay.example/v1/completions" in shell.out
    assert "gpt-3.5-turbo-instruct" in shell.out
    assert KEY not in shell.out + shell.err
    assert "sk-•" in shell.out
    assert not (shell.folder / "settings.json").exists()


def test_with_yes_it_is_saved_and_where_the_key_went_is_said(shell: Shell) -> None:
    assert shell.run("connections", "add", "--yes", "--name", "Mine", given=NOTE) == 1, "there is no key chain"
    assert 'Added "Mine".' in shell.out
    assert "OPENAI_API_KEY" in shell.err
    (mine, _) = profiles(shell)
    assert (mine.name, mine.base_url, mine.favourites) == (
        "Mine",
        "https://relay.example/v1",
        ("gpt-3.5-turbo-instruct",),
    )
    everything = b"".join(path.read_bytes() for path in shell.folder.rglob("*") if path.is_file())
    assert KEY.encode() not in everything
    assert KEY not in shell.out + shell.err


def test_an_address_may_be_an_argument_and_the_key_comes_from_standard_input(shell: Shell) -> None:
    assert shell.run("connections", "add", "relay.example", "--yes", given=f"{KEY}\n") == 1
    assert "https://relay.example/v1/completions" in shell.out
    assert "sk-•" in shell.out
    assert shell.run("connections", "add", "127.0.0.1:11434", "--yes") == 0
    assert [each.base_url for each in profiles(shell)] == ["https://relay.example/v1", "http://127.0.0.1:11434/v1", ""]


def test_a_key_is_never_an_argument(shell: Shell) -> None:
    assert shell.run("connections", "add", KEY, "--yes") == 2
    assert shell.run("connections", "add", f"https://relay.example/v1 {KEY}", "--yes") == 2
    assert "argument" in shell.err
    assert KEY not in shell.err
    assert profiles(shell) == (BUILT_IN,)


def test_a_curl_command_brings_its_headers_model_and_proxy() -> None:
    draft = draft_of(CURL)
    profile = draft.profile
    assert (profile.base_url, profile.favourites) == ("https://relay.example/v1", ("davinci-002",))
    assert profile.extra_headers == {"X-Team": "blue"}
    assert (profile.network.proxy, profile.network.proxy_user) == ("http://proxy.example:3128", "me")
    assert (draft.key, draft.proxy_password) == (KEY, "hunter2")
    shown = "\n".join(description(draft)) + repr(draft)
    assert KEY not in shown
    assert "hunter2" not in shown
    assert "http://proxy.example:3128 (login me)" in shown


def test_a_preset_brings_address_and_dialect() -> None:
    draft = draft_of(KEY, preset_id="deepseek")
    assert draft.profile.base_url == "https://api.deepseek.com/v1"
    assert draft.key == KEY
    assert "https://api.deepseek.com/beta/completions" in "\n".join(description(draft))
    new_api = preset("new-api")
    assert new_api is not None
    assert draft_of("relay.example", preset_id="new-api").profile.dialect == new_api.dialect
    assert draft_of("relay.example", name="Mine", preset_id="new-api").profile.name == "Mine"
    assert draft_of("http://127.0.0.1:11434").profile.preset == "ollama"


@pytest.mark.parametrize(
    ("text", "preset_id", "word"), [("", "", "address"), (KEY, "", "address"), ("", "x", "openai")]
)
def test_what_makes_no_connection_is_wrong_usage(text: str, preset_id: str, word: str) -> None:
    with pytest.raises(UsageError, match=word) as refused:
        draft_of(text, preset_id=preset_id)
    assert KEY not in str(refused.value)


def test_what_should_be_known_before_is_said() -> None:
    lines = description(draft_of("http://relay.example\nnonsense ~~ here"))
    assert any(line.startswith("! ") and "not encrypted" in line for line in lines)
    assert any(line.startswith("! ") and "no key" in line for line in lines)
    assert not any("no key" in line for line in description(draft_of("http://127.0.0.1:11434")))


def test_the_list_marks_what_the_window_uses_and_what_has_a_key(shell: Shell) -> None:
    async def prepare(services: Services) -> None:
        one = await services.connections.add(draft_of("relay.example", name="One").profile, KEY)
        await services.connections.add(draft_of("other.example", name="The other").profile)
        services.connections.choose("write", one.profile.id)

    assert shell.run("connections", "list") == 0
    assert shell.out.startswith("* built-in")
    shell.ask(prepare, Chain())
    assert shell.run("connections", "list") == 0
    lines = [line.split("  ") for line in shell.out.splitlines()]
    assert [line[0].strip() for line in lines] == ["* One", "", ""]
    assert "with a key" in shell.out.splitlines()[0]
    assert "without a key" in shell.out.splitlines()[1]
    assert KEY not in shell.out


def test_a_removed_connection_is_gone_with_its_key(shell: Shell) -> None:
    assert shell.run("connections", "add", "127.0.0.1:11434", "--yes") == 0
    assert shell.run("connections", "remove", "ollama") == 2
    assert "--yes" in shell.err
    assert shell.run("connections", "remove", "ollama", "--yes") == 0
    assert 'Removed "Ollama".' in shell.out
    assert profiles(shell) == (BUILT_IN,)


def test_a_key_that_may_still_be_there_is_told(shell: Shell) -> None:
    async def prepare(services: Services) -> str:
        saved = await services.connections.add(draft_of("relay.example", name="One").profile, KEY)
        return key_entry(saved.profile)

    assert shell.ask(prepare, Chain())
    assert shell.run("connections", "remove", "one", "--yes") == 1, "there is no key chain now"
    assert "may still be in the key chain" in shell.err
    assert profiles(shell) == (BUILT_IN,)
