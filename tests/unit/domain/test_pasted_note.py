"""A note is read line by line; what follows may be announced by the line before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.pasted_note import FoundKey, Note
from app.domain.pasted_note import read_note as read_plain_note
from app.domain.pasted_text import plain

KEY = "sk-" + "aB3dE5fG7hJ9" * 4


def read_note(text: str) -> Note:
    return read_plain_note(plain(text))


def keys(text: str) -> list[str]:
    return [key.text for key in read_note(text).keys]


def test_positions_are_those_of_the_whole_text() -> None:
    text = f"Hello\n\nAPI: https://relay.example/v1\nkey: {KEY}\n"
    note = read_note(text)
    (address,) = note.addresses
    (key,) = note.keys
    assert text[address.start : address.end] == "https://relay.example/v1"
    assert text[key.start :].startswith(KEY)
    assert note.left == ["Hello"]


def test_what_is_called_a_key_weighs_more_than_what_looks_like_one() -> None:
    (called,) = read_note(f"key: {KEY}").keys
    (bare,) = read_note(f"{KEY} is it").keys
    (random,) = read_note("It is 0a1b2c3d4e5f60718293a4b5c6d7e8f9.").keys
    assert called.weight > bare.weight > random.weight


def test_a_line_may_announce_the_next() -> None:
    assert keys("令牌\n\nhunter22") == ["hunter22"]
    assert keys("令牌\n什么也没有\nhunter22") == []
    assert read_note("模型：\ngpt-4o").models == ["gpt-4o"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"密钥：{KEY[:30]}\n{KEY[30:]}", KEY),
        (f"密钥：{KEY[:20]}\n  {KEY[20:40]}\n  {KEY[40:]}\n", KEY),
        (f'key = "{KEY[:5]}\n{KEY[5:12]}\n{KEY[12:]}"', KEY),
        (f"key: {KEY[:20]} {KEY[20:]}", KEY),
        ("sk-te\nst", "sk-test"),
        ("sk-abc1 def2 ghi3", "sk-abc1def2ghi3"),
    ],
)
def test_case_41_a_key_in_pieces_is_put_together(text: str, key: str) -> None:
    (found,) = read_note(text).keys
    assert (found.text, found.is_healed) == (key, True)


@pytest.mark.parametrize("after", ["gpt-4o", "https://b.example", "Relay", "sk-another1", "密钥", "two words 2"])
def test_what_is_no_part_of_a_key_stays_apart(after: str) -> None:
    first, *_ = read_note(f"key: {KEY[:40]}\n{after}").keys
    assert (first.text, first.is_healed) == (KEY[:40], False)


def test_a_whole_key_is_never_made_longer() -> None:
    assert keys(f"key: {KEY}\nabc123") == [KEY]
    assert keys(f"{KEY}\nabc123") == [KEY]
    assert keys("key: 3f2b8c1e-9d4a-4e6f-8b7a-1c2d3e4f5a6b\nep-2024-abc1") == ["3f2b8c1e-9d4a-4e6f-8b7a-1c2d3e4f5a6b"]


def test_a_plain_word_is_a_key_only_where_it_is_said_clearly() -> None:
    assert keys("key: required") == []
    assert keys('api_key="required-by-bob"') == ["required-by-bob"]
    assert keys("API_KEY=hunter") == ["hunter"]
    assert keys("Bearer hunter") == ["hunter"]
    assert keys("https://relay.example\nhunter") == ["hunter"]
    assert keys("https://relay.example\nhunter\nmore") == []


def test_models_and_names_are_taken_by_their_label() -> None:
    assert read_note('model="my-own-7b"').models == ["my-own-7b"]
    assert read_note("model: whichever you like").models == []
    assert read_note('{"name": "My relay", "x": 1}').names == ["My relay"]
    assert read_note("名称：小明 API\n").names == ["小明 API"]
    assert read_note("【小明】\nhttps://relay.example").titles == ["小明"]


def test_other_services_are_noticed_and_left() -> None:
    note = read_note(f"ANTHROPIC_API_KEY={KEY}\nANTHROPIC_BASE_URL=https://a.example\nGITHUB_TOKEN=abc12345")
    assert (note.keys, note.addresses, note.has_foreign) == ([], [], True)
    assert len(note.left) == 3


def test_a_placeholder_is_noticed() -> None:
    assert read_note("api_key=sk-xxxx").has_placeholder
    assert read_note("密钥：你的密钥").has_placeholder
    assert not read_note("密钥：请联系客服").has_placeholder
    assert not read_note(f"Authorization: Bearer {KEY}").has_placeholder


def test_nothing_secret_is_shown() -> None:
    note = read_note(f"https://relay.example\n{KEY}")
    assert KEY not in f"{note!r} {note.keys!r} {FoundKey(KEY, 0, 1)}"


def test_a_very_long_note_is_cut() -> None:
    assert read_note("a\n" * 3_001).is_cut
    assert not read_note("a\n" * 100).is_cut


@given(st.lists(st.sampled_from([KEY, KEY[:20], "key:", "\n", " ", '"', "a1", "密钥", "https://b.example", "="])))
def test_any_note_is_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    note = read_plain_note(text)
    for address in note.addresses:
        assert text[address.start : address.end].startswith(address.raw[:10])
    for key in note.keys:
        assert text[key.start :].startswith(key.text[:4])
