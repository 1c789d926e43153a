"""The services of a Chatbox backup, of every age; the files here are made up after its public source."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.chatbox import FromChatbox, from_chatbox
from app.domain.exchange import FoundConnection, ImportProblem, Trouble

KEY = "sk-" + "aB3dE5fG7hJ9" * 4
RECENT: dict[str, Any] = {
    "__exported_items": ["setting", "key", "conversations"],
    "__exported_at": "2026-04-02T10:00:00.000Z",
    "configVersion": 14,
    "settings": {
        "theme": 2,
        "licenseKey": "never read",
        "providers": {
            "openai": {
                "apiKey": KEY,
                "apiHost": "https://relay.example",
                "models": [
                    {"modelId": "gpt-4o", "type": "chat", "capabilities": ["vision"]},
                    {"modelId": "text-embedding-3-small", "type": "embedding"},
                    {"modelId": "gpt-4o"},
                ],
            },
            "deepseek": {"apiKey": "sk-deep1234"},
            "claude": {"apiKey": "sk-ant-1234"},
            "gemini": {"apiHost": "https://generativelanguage.googleapis.com"},
            "ollama": {"apiHost": "http://127.0.0.1:11434"},
            "groq": {"apiHost": "https://api.groq.com/openai"},
            "chatbox-ai": {},
            "custom-provider-1": {
                "apiKey": " sk-own\n1234 ",
                "apiHost": "https://own.example/v1",
                "apiPath": "/chat/completions",
                "models": [{"modelId": "mine-7b"}],
            },
            "custom-provider-2": {"apiKey": "sk-x1234", "apiHost": "https://claude.example"},
        },
        "customProviders": [
            {"id": "custom-provider-1", "name": "小明中转站", "isCustom": True, "type": "openai"},
            {"id": "custom-provider-2", "name": "Other", "isCustom": True, "type": "claude"},
        ],
        "favoritedModels": [
            {"provider": "openai", "model": "o3-mini"},
            {"provider": "deepseek", "model": "deepseek-chat"},
        ],
    },
    "chat-sessions-list": [{"id": "s", "name": "never read"}],
    "session:s": {"messages": []},
}
OLD: dict[str, Any] = {
    "settings": {
        "aiProvider": "openai",
        "openaiKey": KEY,
        "apiHost": "https://relay.example",
        "model": "custom-model",
        "openaiCustomModel": "gpt-4o",
        "claudeApiKey": "",
        "claudeApiHost": "https://api.anthropic.com",
        "ollamaHost": "http://127.0.0.1:11434",
        "ollamaModel": "llama3",
        "lmStudioHost": "",
        "siliconCloudKey": "sk-silicon1",
        "customProviders": [
            {
                "name": "Own",
                "host": "https://own.example",
                "path": "/v1/chat/completions",
                "key": "sk-own1234",
                "model": "a",
            }
        ],
    },
    "configVersion": 9,
}


def read(data: object) -> FromChatbox:
    return from_chatbox(json.dumps(data))


def test_a_recent_backup_gives_the_services_that_were_set_up() -> None:
    assert read(RECENT).connections == (
        FoundConnection("OpenAI", "https://relay.example/v1", KEY, ("o3-mini", "gpt-4o")),
        FoundConnection("DeepSeek", "https://api.deepseek.com/v1", "sk-deep1234", ("deepseek-chat",)),
        FoundConnection("Ollama", "http://127.0.0.1:11434/v1"),
        FoundConnection("小明中转站", "https://own.example/v1", "sk-own1234", ("mine-7b",)),
    )


def test_services_of_another_protocol_are_named() -> None:
    assert read(RECENT).problems == (
        ImportProblem(Trouble.OTHER_PROTOCOL, "Claude"),
        ImportProblem(Trouble.OTHER_PROTOCOL, "Other"),
    )


def test_an_old_backup_gives_its_services_too() -> None:
    found = read(OLD)
    assert set(found.connections) == {
        FoundConnection("OpenAI", "https://relay.example/v1", KEY, ("gpt-4o",)),
        FoundConnection("Ollama", "http://127.0.0.1:11434/v1", "", ("llama3",)),
        FoundConnection("SiliconFlow", "https://api.siliconflow.cn/v1", "sk-silicon1"),
        FoundConnection("Own", "https://own.example/v1", "sk-own1234", ("a",)),
    }
    assert found.problems == ()


def test_a_backup_without_keys_still_gives_the_addresses_of_ones_own() -> None:
    data = json.loads(json.dumps(RECENT))
    for provider in data["settings"]["providers"].values():
        provider.pop("apiKey", None)
    assert [(found.address, found.key) for found in read(data).connections] == [
        ("https://relay.example/v1", ""),
        ("http://127.0.0.1:11434/v1", ""),
        ("https://own.example/v1", ""),
    ]


def test_settings_within_a_string_are_read() -> None:
    assert read({"settings": json.dumps(RECENT["settings"])}) == read(RECENT)


def test_one_service_for_the_clipboard_is_read() -> None:
    settings = {"apiHost": "https://relay.example", "apiKey": KEY, "models": [{"modelId": "gpt-4o"}]}
    custom = read({"id": "x", "name": "Mine", "type": "openai", "isCustom": True, "settings": settings})
    assert custom.connections == (FoundConnection("Mine", "https://relay.example/v1", KEY, ("gpt-4o",)),)
    built_in = read({"id": "openai", "settings": {"apiKey": KEY}})
    assert built_in.connections == (FoundConnection("OpenAI", "https://api.openai.com/v1", KEY),)
    other = read({"id": "x", "name": "Mine", "type": "anthropic", "settings": settings})
    assert other.problems == (ImportProblem(Trouble.OTHER_PROTOCOL, "Mine"),)


def test_an_address_that_cannot_be_read_is_told() -> None:
    found = read({"settings": {"providers": {"openai": {"apiKey": KEY, "apiHost": "ftp://x"}}}})
    assert found == FromChatbox((), (ImportProblem(Trouble.NO_CONNECTION, "OpenAI"),))


def test_a_key_in_the_place_of_a_path_is_not_shown() -> None:
    found = read({"settings": {"providers": {"x": {"apiHost": "https://relay.example", "apiPath": KEY}}}})
    assert found.connections == (FoundConnection("x", "https://relay.example/v1"),)


def test_a_placeholder_is_no_key() -> None:
    found = read({"settings": {"providers": {"openai": {"apiKey": "sk-xxxx", "apiHost": "https://relay.example"}}}})
    assert found.connections == (FoundConnection("OpenAI", "https://relay.example/v1"),)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", Trouble.NOT_READABLE),
        ("[]", Trouble.NOT_READABLE),
        ("{}", Trouble.NOT_READABLE),
        ('{"a":' * 100_000, Trouble.NOT_READABLE),
        ('{"__exported_items": ["conversations"]}', Trouble.EMPTY),
        ('{"settings": {"theme": 1}}', Trouble.EMPTY),
        ('{"settings": {"providers": {}, "customProviders": []}}', Trouble.EMPTY),
    ],
)
def test_what_holds_no_service_is_told(text: str, trouble: Trouble) -> None:
    assert from_chatbox(text) == FromChatbox((), (ImportProblem(trouble),))


def test_no_key_is_shown() -> None:
    assert KEY not in repr(read(RECENT))
    assert KEY not in repr(read(OLD))


NAMES = st.sampled_from(
    [
        "settings",
        "providers",
        "customProviders",
        "openai",
        "apiKey",
        "apiHost",
        "apiPath",
        "models",
        "modelId",
        "id",
        "host",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([KEY, "https://relay.example"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.dictionaries(NAMES, JSON))
def test_any_json_is_read_without_an_error(data: object, providers: dict[str, object]) -> None:
    for given_data in (data, {"settings": data}, {"settings": {"providers": providers, "customProviders": [data]}}):
        found = read(given_data)
        assert found.connections or found.problems
        assert KEY not in repr(found.connections)
