"""Keys are told from placeholders, models and words, and never shown whole."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.key_text import (
    find_keys,
    has_key_prefix,
    holds_key,
    is_key,
    is_model,
    is_placeholder,
    is_rest_of_key,
    is_whole,
    mask,
    mask_keys,
    may_be_key,
)

RELAY_KEY = "sk-" + "aB3dE5fG7hJ9" * 4
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
KEYS = [
    RELAY_KEY,
    "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",
    "sk-proj-Ab3_dE-fG7hJ9kLmN0pQ",
    "sk-test",
    "sk-1234",
    "gsk_aB3dE5fG7hJ9kLmN0pQr",
    "xai-aB3dE5fG7hJ9kLmN0pQr",
    "AIzaSyA1b2C3d4E5f6G7h8I9j0",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9.aB3dE5fG7hJ9kLmN",
    "3f2b8c1e-9d4a-4e6f-8b7a-1c2d3e4f5a6b",
    JWT,
]
PLACEHOLDERS = [
    "",
    "sk-xxxx",
    "sk-xxx",
    "sk-XXXXXXXXXXXXXXXX",
    "sk-xxxxxxxxabcdxxxxxxxx",
    "sk-...",
    "sk-abc...xyz9",
    "sk-ab****yz",
    "sk-***",
    "sk-•••••",
    "sk-",
    "${token}",
    "$OPENAI_API_KEY",
    "$(cat key)",
    "%OPENAI_API_KEY%",
    "{{apiKey}}",
    "{key}",
    "<key>",
    "<YOUR_API_KEY>",
    "[token]",
    "YOUR_API_KEY",
    "your-api-key-here",
    "yourApiKey",
    "sk-your-key",
    "sk-your_api_key_here",
    "sk-yourKeyGoesInThere",
    "OPENAI_API_KEY",
    "my_api_key",
    "apiKey",
    "token",
    "EMPTY",
    "none",
    "null",
    "not-needed",
    "sk-no-key-required",
    "lm-studio",
    "ollama",
    "changeme",
    "REPLACE_ME",
    "你的密钥",
    "sk-你的密钥",
    "填入令牌",
]


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_recognised_wherever_they_stand(key: str) -> None:
    assert may_be_key(key)
    assert is_key(key)
    assert not is_placeholder(key)


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_placeholders_are_no_keys(text: str) -> None:
    assert is_placeholder(text)
    assert not may_be_key(text)
    assert not is_key(text)


@pytest.mark.parametrize(
    "key", ["hunter2", "s3cr3t", "correct-horse-battery-staple", "my-master-key-2024", "abc/def+1=="]
)
def test_what_was_called_a_key_may_be_any_token(key: str) -> None:
    assert may_be_key(key)
    assert not is_key(key)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "gpt-3.5-turbo-instruct",
        "deepseek-r1-distill-qwen-32b",
        "2024-11-23",
        "quillpane-0.1.0-py3-none-any.whl",
        "https://relay.example/v1",
        "v1/chat/completions",
        "relay.example",
        "me@relay.example",
        "task-12345678",
    ],
)
def test_other_words_are_no_keys(text: str) -> None:
    assert not is_key(text)


@pytest.mark.parametrize("text", ["abc", "two words", "https://x", "end.", "key\n", "-abcd", "密钥密钥", "a" * 5_000])
def test_what_no_header_could_carry_is_no_key(text: str) -> None:
    assert not may_be_key(text)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "gpt-3.5-turbo-instruct",
        "o1",
        "o3-mini",
        "claude-3-5-sonnet-20241022",
        "deepseek-chat",
        "Qwen/Qwen2.5-7B-Instruct",
        "llama3.1:8b",
        "text-embedding-3-small",
        "dall-e-3",
        "mj_imagine",
        "glm-4-flash",
    ],
)
def test_models_are_no_keys(model: str) -> None:
    assert is_model(model)
    assert not may_be_key(model)


def test_a_random_key_is_no_model_even_where_it_begins_like_one() -> None:
    assert not is_model("ada1f3b29c8d7e6f5a4b3c2d1e0f9a8b")
    assert not is_model("glance")


def test_keys_are_found_within_text_of_another_script() -> None:
    text = f"您的密钥{RELAY_KEY}请妥善保管, 旧的 sk-xxxx 作废"
    assert find_keys(text) == [(4, RELAY_KEY)]
    assert find_keys(f"OPENAI_API_KEY={RELAY_KEY}.") == [(15, RELAY_KEY)]
    assert find_keys("ask-me task-123 disk-full") == []
    assert find_keys(f"**{RELAY_KEY}**") == [(2, RELAY_KEY)]


def test_a_key_within_a_word_is_noticed() -> None:
    assert holds_key(f"x0{RELAY_KEY}")
    assert holds_key("sk-test")
    assert not holds_key("disk-encryption-of-everything")
    assert not holds_key("task-12345678")
    assert not holds_key(KEYS[8])  # it has no beginning to be told by


@pytest.mark.parametrize("masked", ["sk-ab****yz", "sk-ab*yz12", "sk-abc…xyz", "sk-ab•••", "sk-abc...xyz9"])
def test_a_masked_key_is_not_found_in_part(masked: str) -> None:
    assert find_keys(f"key: {masked} end") == []


def test_a_mask_shows_the_ends_of_a_long_key_and_nothing_of_a_short_one() -> None:
    assert mask(RELAY_KEY) == "sk-••••••7hJ9"
    assert len(mask(RELAY_KEY)) == len(mask(JWT)) == 13
    assert mask("sk-test") == mask("hunter2-hunter2") == "••••••"
    assert mask("") == ""


def test_all_keys_of_a_text_are_masked() -> None:
    text = f"key={RELAY_KEY}; 密钥{JWT}, url https://relay.example/{KEYS[8]} sk-test end"
    masked = mask_keys(text)
    for key in (RELAY_KEY, JWT, KEYS[8], "sk-test"):
        assert key not in masked
    assert RELAY_KEY not in mask_keys(f"x0{RELAY_KEY}.end")
    assert KEYS[8] not in mask_keys(f"It was {KEYS[8]}.")
    assert mask_keys("the disk-encryption of task-12345678") == "the disk-encryption of task-12345678"
    assert mask_keys("Nothing secret: gpt-4o at https://relay.example/v1.") == (
        "Nothing secret: gpt-4o at https://relay.example/v1."
    )


def test_case_41_the_rest_of_a_broken_key_is_known() -> None:
    assert is_whole(RELAY_KEY)
    assert is_rest_of_key(RELAY_KEY[:30], RELAY_KEY[30:])
    assert is_rest_of_key("sk-" + "a" * 40, "b" * 8)
    for rest in ("gpt-4o", "sk-another1", "MyRelay", "https://relay.example", "two words", ""):
        assert not is_rest_of_key(RELAY_KEY[:30], rest)
    assert not is_rest_of_key(RELAY_KEY, "abc123")
    assert not is_rest_of_key("sk-short", "abc123")
    assert not is_rest_of_key("3f2b8c1e-9d4a-4e6f-8b7a-1c2d3e4f5a6b", "ep-20241123-abcde")
    assert not is_rest_of_key(KEYS[8], "abc123")


def test_prefixes_are_known() -> None:
    assert has_key_prefix("sk-abc")
    assert not has_key_prefix("relay.example")


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert isinstance(is_key(text) or is_placeholder(text) or is_model(text), bool)
    assert mask_keys(mask_keys(text)) == mask_keys(text)
    for _, key in find_keys(text):
        assert key in text
        assert key not in mask_keys(text)


@given(st.text(alphabet="abXY019-_.", min_size=16, max_size=80))
def test_a_mask_never_shows_more_than_seven_characters(key: str) -> None:
    shown = mask(key).replace("•", "")
    assert len(shown) <= 7
    assert key not in mask(key)


@pytest.mark.parametrize(
    "piece", ["a", "sk-", "sk-a", "eyJaaaaaaaaa.", "a.", "-", "_", "sk-a/", "Aa1", "=", "密钥sk-x ", "gpt-", "your-"]
)
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.perf_counter()
    mask_keys(text)
    find_keys(text)
    is_placeholder(text)
    is_model(text)
    assert time.perf_counter() - began < 1.0
