"""What looks the same in a pasted text becomes the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.pasted_text import is_too_long, plain


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("密钥：ｓｋ－ａｂｃ", "密钥:sk-abc"),
        ("sk\u2010ab\u2011c\u2013d", "sk-ab-c-d"),
        ("“sk-abc”", '"sk-abc"'),
        ("‘a’", "'a'"),
        ("sk-\u200bab\ufeffc\u00add\u2060", "sk-abcd"),
        ("\u202asafe\u202c", "safe"),
        ("a\u00a0b\u3000c", "a b c"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("https:\\/\\/relay.example\\/v1", "https://relay.example/v1"),
        ("curl \u2014header x", "curl --header x"),
        ("接口——https://relay.example", "接口  https://relay.example"),
        ("a\x00b\x1bc\ud800", "abc"),
        ("🔑\ufe0f key", "🔑 key"),
        ("https://relay.example。", "https://relay.example。 "),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_characters_become_plain(pasted: str, expected: str) -> None:
    assert plain(pasted) == expected


def test_a_very_long_text_is_cut_and_that_is_told() -> None:
    assert is_too_long("a" * 200_001)
    assert len(plain("a" * 200_001)) == 200_000
    assert not is_too_long("a" * 200_000)


@given(st.text(st.characters()))
def test_plain_text_can_be_written_and_has_plain_line_breaks(text: str) -> None:
    made = plain(text)
    made.encode()
    assert made.split("\n") == (made + "\n").splitlines()
