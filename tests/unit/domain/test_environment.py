"""The environment tells of connections; a key alone names no host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.environment import from_environment
from app.domain.exchange import FoundConnection

KEY = "sk-" + "aB3dE5fG7hJ9" * 4


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        (
            {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://relay.example", "OPENAI_MODEL": "gpt-4o"},
            FoundConnection("relay.example", "https://relay.example/v1", KEY, ("gpt-4o",)),
        ),
        (
            {"openai_api_key": f" {KEY}\n", "OPENAI_API_BASE": "https://api.openai.com/v1/"},
            FoundConnection("OpenAI", "https://api.openai.com/v1", KEY),
        ),
        ({"OPENAI_API_KEY": KEY}, FoundConnection("OpenAI", "", KEY, (), "https://api.openai.com/v1")),
        ({"DEEPSEEK_API_KEY": KEY}, FoundConnection("DeepSeek", "", KEY, (), "https://api.deepseek.com/v1")),
        ({"OPENROUTER_API_KEY": KEY}, FoundConnection("OpenRouter", "", KEY, (), "https://openrouter.ai/api/v1")),
        (
            {"MY_RELAY_API_KEY": KEY, "MY_RELAY_BASE_URL": "relay.example/v1"},
            FoundConnection("My relay", "https://relay.example/v1", KEY),
        ),
        (
            {"OPENAI_BASE_URL": "http://localhost:8080/v1", "OPENAI_API_KEY": "none"},
            FoundConnection("llama.cpp", "http://localhost:8080/v1"),
        ),
        ({"OLLAMA_HOST": "[::]"}, FoundConnection("Ollama", "http://127.0.0.1:11434/v1")),
        ({"OLLAMA_HOST": "0.0.0.0:11434"}, FoundConnection("Ollama", "http://127.0.0.1:11434/v1")),
        ({"OLLAMA_HOST": "192.168.1.5:9999"}, FoundConnection("Ollama", "http://192.168.1.5:9999/v1")),
        ({"OLLAMA_HOST": "box.example:11434"}, FoundConnection("Ollama", "http://box.example:11434/v1")),
        ({"OLLAMA_HOST": "https://box.example"}, FoundConnection("Ollama", "https://box.example/v1")),
    ],
)
def test_each_convention_is_understood(environ: dict[str, str], found: FoundConnection) -> None:
    assert from_environment({**environ, "PATH": "/bin", "HOME": "/home/me"}) == (found,)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OPENAI_API_KEY": ""},
        {"OPENAI_API_KEY": "${KEY}"},
        {"OPENAI_API_KEY": "sk-xxxx"},
        {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "https://relay.example"},
        {"GITHUB_API_KEY": KEY, "GITHUB_API_URL": "https://api.github.com"},
        {"SOMETHING_API_KEY": KEY},
        {"SOMETHING_BASE_URL": "https://relay.example"},
        {"SSH_KEY": KEY},
        {"OLLAMA_HOST": ""},
    ],
)
def test_what_tells_of_no_connection_is_passed_over(environ: dict[str, str]) -> None:
    assert from_environment(environ) == ()


def test_several_are_found_and_no_key_is_shown() -> None:
    found = from_environment({"OPENAI_API_KEY": KEY, "OLLAMA_HOST": "localhost", "DEEPSEEK_API_KEY": f"{KEY}2"})
    assert [each.name for each in found] == ["DeepSeek", "OpenAI", "Ollama"]
    assert KEY not in repr(found)


NAMES = st.sampled_from(["OPENAI_API_KEY", "OPENAI_BASE_URL", "X_API_KEY", "X_API_BASE", "OLLAMA_HOST", "_KEY"])


@given(st.dictionaries(NAMES | st.text(), st.text() | st.sampled_from([KEY, "https://relay.example", "localhost:1"])))
def test_any_environment_is_read(environ: dict[str, str]) -> None:
    for each in from_environment(environ):
        assert each.address or (each.key and each.suggested_address)
        assert KEY not in repr(each)
