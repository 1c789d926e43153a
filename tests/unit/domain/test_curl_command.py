"""`curl` commands of all shells say the same."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.curl_command import CurlCommand, find_curl

URL = "https://relay.example/v1/chat/completions"
BEARER = ("Authorization", "Bearer sk-test")
HEADER = "Authorization: Bearer sk-test"
JSON = ("Content-Type", "application/json")


def only(text: str) -> CurlCommand:
    (command,) = find_curl(text)
    return command


@pytest.mark.parametrize(
    "text",
    [
        f"curl {URL} \\\n  -H 'Content-Type: application/json' \\\n  -H 'Authorization: Bearer sk-test' -d '{{}}'",
        f'curl "{URL}" \\\r\n --header "Content-Type: application/json" --header "Authorization: Bearer sk-test"\r\n',
        f"curl --location --request POST '{URL}' --header='Content-Type: application/json' \\  \n--header '{HEADER}'",
        f"$ curl -sSL -XPOST -H'Content-Type: application/json' -H'Authorization: Bearer sk-test' --url {URL}",
        f'curl.exe {URL} `\n -H "Content-Type: application/json" `\n -H "Authorization: Bearer sk-test"',
        f'curl {URL} ^\r\n -H "Content-Type: application/json" ^\r\n -H "{HEADER}" ^\r\n -d "{{\\"a\\":1}}"',
        f'curl ^"{URL}^" ^\n -H ^"Content-Type: application/json^" ^\n -H ^"{HEADER}^" ^\n -d ^"^{{^\\^"a^\\^":1^}}^"',
        f"curl $'{URL}' -H $'Content-Type: application\\u002fjson' -H $'Authorization:\\tBearer\\x20sk-\\164est'",
        f"curl {URL}\n-H 'Content-Type: application/json'\n-H 'Authorization: Bearer sk-test'\nThis is a note.",
        f"curl {URL} -H 'Content-Type: application/json' -H 'Authorization: Bearer \n   sk-test'; echo done",
        f"Use `curl {URL} -H Content-Type:application/json -H 'Authorization: Bearer sk-test'` to try.",
    ],
)
def test_every_shell_gives_the_url_and_the_headers(text: str) -> None:
    command = only(text)
    assert command.urls == (URL,)
    assert command.headers == (JSON, BEARER)
    assert not command.is_insecure


def test_the_model_comes_from_the_body() -> None:
    for body in (
        """-d '{"model": "gpt-4o", "messages": [{"content": "it\\u0027s"}]}'""",
        '--json "{\\"model\\": \\"gpt-4o\\"}"',
        '--data-raw $\'{\\n "model" : "gpt-4o"\\n}\'',
        '-d \'{\n  "prompt": "a",\n  "model": "gpt-4o"\n}\'',
        '--data-raw ^"^{^\\^"model^\\^":^\\^"gpt-4o^\\^"^}^"',
    ):
        assert only(f"curl {URL} {body}").model == "gpt-4o"
    assert only(f"curl {URL} -d @body.json").model == ""


def test_proxies_come_with_their_scheme_and_login() -> None:
    assert only(f"curl -x http://bob:pw@proxy.example:3128 {URL}").proxy == "http://bob:pw@proxy.example:3128"
    command = only(f"curl --proxy proxy.example:3128 -U bob:pw {URL}")
    assert (command.proxy, command.proxy_user) == ("proxy.example:3128", "bob:pw")
    assert only(f"curl --socks5-hostname 127.0.0.1:1080 {URL}").proxy == "socks5h://127.0.0.1:1080"
    assert only(f"curl --socks5 127.0.0.1:1080 {URL}").proxy == "socks5://127.0.0.1:1080"


def test_other_options_are_told_from_addresses() -> None:
    command = only(f"curl -k -o out.example --max-time 5 --oauth2-bearer sk-test -u me:pw --cacert ca.example/x {URL}")
    assert command.urls == (URL,)
    assert command.is_insecure
    assert command.bearer == "sk-test"
    assert command.unused == ("--user", "--cacert")


def test_a_word_in_a_sentence_is_no_command() -> None:
    assert find_curl("You can use curl to try it.") == []
    assert find_curl("curl") == []
    assert find_curl("libcurl https://relay.example") == []


def test_an_address_without_a_scheme_is_enough() -> None:
    assert only("curl localhost:8080/v1/models").urls == ("localhost:8080/v1/models",)
    assert only("curl relay.example/v1 -d x").urls == ("relay.example/v1",)


def test_a_command_ends_where_the_shell_ends_it() -> None:
    text = f"Before.\ncurl {URL} -H 'A: b' | jq .\ncurl {URL}/2 && echo\nAfter."
    first, second = find_curl(text)
    assert text[first.start : first.end].rstrip() == f"curl {URL} -H 'A: b'"
    assert second.urls == (f"{URL}/2",)


def test_an_unclosed_quote_ends_with_its_line() -> None:
    command = only(f"curl {URL} -H 'Authorization: Bearer sk-test\nA note.")
    assert command.headers == (BEARER,)
    assert only(f'curl {URL} -H "Authorization: Bearer sk-test').headers == (BEARER,)


def test_backslashes_within_double_quotes_follow_the_shell() -> None:
    (header,) = only(rf'curl {URL} -H "X-A: \"b\" \$c \n C:\\d"').headers
    assert header == ("X-A", r'"b" $c \n C:\d')


def test_nothing_secret_is_shown() -> None:
    command = only(f"curl -x http://bob:pw@p.example {URL} -H 'Authorization: Bearer sk-test' --oauth2-bearer sk-other")
    assert all(secret not in repr(command) for secret in ("sk-test", "sk-other", "pw"))


@given(
    st.lists(st.sampled_from(["curl ", URL, "-H ", "'", '"', "\\", "^", "\n", "$'", "A: b", " -x ", "`", "{", "中"]))
)
def test_any_pieces_of_commands_are_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    for command in find_curl(text):
        assert 0 <= command.start < command.end <= len(text)
        assert command.urls


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert isinstance(find_curl(text), list)
    assert isinstance(find_curl(f"curl {text}"), list)


@pytest.mark.parametrize(
    "piece",
    [
        "curl ",
        "curl \n",
        "curl '",
        'curl "',
        'curl \\^"',
        "curl $'",
        "\\",
        "^",
        "'",
        '"',
        "-H ",
        " ",
        "\\\n",
        "a",
        "--",
    ],
)
def test_long_texts_take_no_long_time(piece: str) -> None:
    for start in ("", f"curl {URL} ", f"curl ^\n {URL} "):
        text = start + (piece * 100_000)[:100_000]
        began = time.perf_counter()
        find_curl(text)
        assert time.perf_counter() - began < 1.0
