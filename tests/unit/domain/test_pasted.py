"""One field accepts anything: what people paste becomes a connection, and no secret is shown."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.pasted import Caution, Pasted, mask, read_pasted, resulting_urls

KEY = "sk-" + "aB3dE5fG7hJ9" * 4
OTHER = "sk-" + "Zy9Xw8Vu7T6s" * 4
ROOT = "https://relay.example/v1"

BOTH = {
    "address and key on two lines": f"https://relay.example\n{KEY}",
    "key first": f"{KEY}\nhttps://relay.example/",
    "on one line": f"https://relay.example/v1/ {KEY}",
    "joined by a comma": f"https://relay.example，{KEY}",
    "full endpoint": f"https://relay.example/v1/chat/completions\n{KEY}",
    "no scheme": f"relay.example\n{KEY}",
    "labels": f"Base URL: https://relay.example\nAPI Key: {KEY}",
    "labels above": f"Base URL\nhttps://relay.example/v1\n\nAPI Key\n{KEY}\n",
    "chinese": f"接口地址：https://relay.example\n密钥：{KEY}",
    "chinese glued": f"您好，接口地址https://relay.example密钥{KEY}请保存",
    "chinese note": f"""🎉 感谢购买！
【小明中转站】
🔗 API地址: https://relay.example/v1 （国内直连）
🔑 令牌：{KEY}
📖 教程：https://docs.relay.example/start
💰 充值：https://relay.example/topup
客服邮箱 help@relay.example""",
    "english note": f"""Hi,
here is your access. Please use https://relay.example as the endpoint and the key is {KEY}.
Docs: https://docs.relay.example Register: https://relay.example/register?aff=AbC1
Best, Bob <bob@relay.example>""",
    "full width": f"ｈｔｔｐｓ：／／ｒｅｌａｙ．ｅｘａｍｐｌｅ　ｋｅｙ＝{KEY}",
    "zero width": f"https://re\u200blay.example\ufeff\n{KEY[:20]}\u200b{KEY[20:]}",
    "smart quotes": f"base_url=“https://relay.example/v1”\napi_key=“{KEY}”",
    "markdown": f"**接口**: [https://relay.example/v1](https://relay.example/v1)\n**Key**: `{KEY}`",
    "markdown table": f"| 接口地址 | 密钥 |\n|---|---|\n| https://relay.example | {KEY} |",
    "list": f"- URL: <https://relay.example>\n- Token: {KEY};",
    "broken key": f"地址：https://relay.example\n密钥：{KEY[:30]}\n{KEY[30:]}\n谢谢",
    "key with a blank": f"API Key: {KEY[:20]} {KEY[20:]} (valid for a year)\nURL: https://relay.example",
    "quoted broken key": f'base_url = "https://relay.example"\napi_key = "{KEY[:10]}\n  {KEY[10:20]}\n  {KEY[20:]}"',
    "curl": f"curl https://relay.example/v1/completions -H 'Authorization: Bearer {KEY}' -d '{{}}'",
    "curl with a broken key": f"curl https://relay.example/v1/models -H 'Authorization: Bearer {KEY[:9]}\n{KEY[9:]}'",
    "curl for windows": f'curl "https://relay.example/v1/models" ^\r\n -H "authorization: Bearer {KEY}" ^\r\n --x',
    "curl with a variable": f"""export OPENAI_API_KEY={KEY}
curl https://relay.example/v1/completions \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H "Content-Type: application/json" """,
    "curl of another vendor": f"curl https://relay.example/v1/messages -H 'x-api-key: {KEY}' -H 'anthropic-version: 1'",
    "curl from a letter": f"curl \u2014location ‘https://relay.example’ \u2014header ‘Authorization: Bearer {KEY}’",
    "environment": f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=https://relay.example/v1",
    "environment of old": f'export OPENAI_API_BASE="https://relay.example/v1"; export OPENAI_API_KEY="{KEY}"',
    "environment of windows": f"set OPENAI_API_KEY={KEY}\r\nset OPENAI_BASE_URL=https://relay.example/v1\r\n",
    "environment of powershell": f"$env:OPENAI_API_KEY = '{KEY}'\n$env:OPENAI_BASE_URL = 'https://relay.example'",
    "setx": f'setx OPENAI_API_KEY "{KEY}"\nsetx OPENAI_BASE_URL "https://relay.example"',
    "dot env": f"# the relay\nOPENAI_API_KEY='{KEY}' # mine\nOPENAI_BASE_URL=`https://relay.example`\nDEBUG=1",
    "environment with others": f"""ANTHROPIC_API_KEY={OTHER}
ANTHROPIC_BASE_URL=https://api.anthropic.example/v1
OPENAI_API_KEY={KEY}
OPENAI_BASE_URL=https://relay.example
HTTPS_PROXY=http://127.0.0.1:7890""",
    "python": f"""from openai import OpenAI
client = OpenAI(
    base_url="https://relay.example/v1",
    api_key="{KEY}",
)
r = client.chat.completions.create(model="gpt-4o", messages=[])""",
    "old python": f"import openai\nopenai.api_key = '{KEY}'\nopenai.api_base = 'https://relay.example/v1'",
    "json": f'{{"base_url": "https:\\/\\/relay.example\\/v1", "api_key": "{KEY}"}}',
    "chatbox provider": f'{{"id":"x","name":"Mine","settings":{{"apiHost":"https://relay.example","apiKey":"{KEY}"}}}}',
    "yaml": f"openai:\n  base-url: https://relay.example/v1\n  api-key: {KEY}\n",
    "http": f"POST /v1/completions HTTP/1.1\nHost: relay.example\nAuthorization: Bearer {KEY}\nAccept: */*",
    "fetch": f"""fetch("https://relay.example/v1/chat/completions", {{
  headers: {{ "authorization": "Bearer {KEY}", "content-type": "application/json" }},
  body: "{{\\"model\\":\\"gpt-4o\\"}}", method: "POST" }});""",
    "toml": f'[providers.relay]\nbase_url = "https://relay.example/v1"\nexperimental_bearer_token = "{KEY}"',
    "deep link": f'https://app.chat.example/#/?settings={{"key":"{KEY}","url":"https://relay.example"}}',
    "letter": f"""From: support@relay.example
Username: bob
Password: hunter2!x
Dashboard: https://relay.example/console
API endpoint: https://relay.example/v1/chat/completions
Your API key is: {KEY}
Read https://docs.relay.example/quickstart to get started.""",
    "query": f"https://relay.example/v1?api_key={KEY}",
}


@pytest.mark.parametrize("text", BOTH.values(), ids=BOTH.keys())
def test_q10_case_41_address_and_key_are_found_in_all_that_people_paste(text: str) -> None:
    pasted = read_pasted(text)
    assert (pasted.address, pasted.key) == (ROOT, KEY)
    assert KEY not in repr(pasted)
    assert KEY not in " ".join((*pasted.ignored, pasted.name, pasted.raw_address, pasted.model))
    assert not any(OTHER in line for line in pasted.ignored)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"  {KEY}\n",
        f"Bearer {KEY}",
        f"Authorization: Bearer {KEY}",
        f'"{KEY}"',
        f"我的key是{KEY}",
        f"{KEY[:25]}\n{KEY[25:]}",
        f"{KEY[:5]}\r\n{KEY[5:25]}\r\n{KEY[25:]}\r\n",
        f"{KEY[:25]} {KEY[25:]}",
        f"OPENAI_API_KEY={KEY}",
        f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=",
    ],
)
def test_a_bare_key_names_no_host(text: str) -> None:
    pasted = read_pasted(text)
    assert (pasted.address, pasted.raw_address, pasted.key, pasted.more_addresses) == ("", "", KEY, ())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://relay.example", ROOT),
        ("relay.example/v1/", ROOT),
        ("API: relay.example", ROOT),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
        ("https://api.deepseek.com/beta", "https://api.deepseek.com/beta"),
        ("curl http://127.0.0.1:8080/completion -d '{}'", "http://127.0.0.1:8080/v1"),
        ("ollama serve listens on 127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("https://docs.relay.example", "https://docs.relay.example/v1"),
        ("https://relay.example/console/token", ROOT),
    ],
)
def test_an_address_alone_has_no_key(text: str, address: str) -> None:
    pasted = read_pasted(text)
    assert (pasted.address, pasted.key) == (address, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "hello",
        "你好，世界",
        "me@relay.example",
        "https://",
        "use curl to test",
        "gpt-4o",
        "v1.2.3",
    ],
)
def test_other_words_are_no_connection(text: str) -> None:
    pasted = read_pasted(text)
    assert (pasted.address, pasted.key) == ("", "")


@pytest.mark.parametrize(
    "stand_in",
    [
        "sk-xxxx",
        "${token}",
        "YOUR_API_KEY",
        "<key>",
        "$OPENAI_API_KEY",
        "{{key}}",
        "sk-your-key",
        "sk-***",
        "你的密钥",
        "sk-…",
    ],
)
def test_a_placeholder_is_never_a_key(stand_in: str) -> None:
    for text in (
        f"curl https://relay.example/v1/models -H 'Authorization: Bearer {stand_in}'",
        f'base_url="https://relay.example"\napi_key="{stand_in}"',
        f"地址：https://relay.example\n密钥：{stand_in}",
    ):
        pasted = read_pasted(text)
        assert (pasted.address, pasted.key) == (ROOT, "")
        assert Caution.PLACEHOLDER in pasted.warnings


def test_a_short_or_plain_key_is_taken_where_it_is_called_one() -> None:
    for text in (
        "curl https://relay.example/v1/models -H 'Authorization: Bearer hunter'",
        'OpenAI(base_url="https://relay.example", api_key="hunter")',
        "OPENAI_API_KEY=hunter\nOPENAI_BASE_URL=https://relay.example",
        "https://relay.example\nhunter",
    ):
        assert read_pasted(text).key == "hunter"
    assert read_pasted("https://relay.example\nkey: required").key == ""
    assert read_pasted("api_key=os.environ['KEY'], base_url='https://relay.example'").key == ""


def test_a_curl_command_brings_headers_model_and_proxy() -> None:
    pasted = read_pasted(
        f"curl -k --location 'https://relay.example/v1/chat/completions' -x http://bob:s3cret@proxy.example:3128 \\\n"
        f"-H 'Authorization: Bearer {KEY}' -H 'Content-Type: application/json' -H 'Accept: */*' \\\n"
        "-H 'X-Title: My App' -H 'Cookie: session=abcdef' -H 'OpenAI-Project: p1' -H 'X-Later: $X' -u me:pw \\\n"
        '-d \'{"model": "gpt-4o", "stream": true}\''
    )
    assert pasted.extra_headers == {"X-Title": "My App", "OpenAI-Project": "p1"}
    assert pasted.model == "gpt-4o"
    assert (pasted.proxy, pasted.proxy_user, pasted.proxy_password) == ("http://proxy.example:3128", "bob", "s3cret")
    assert pasted.warnings == (Caution.CERTIFICATE_UNCHECKED,)
    assert set(pasted.ignored) == {"Cookie", "--user"}
    assert all(secret not in f"{pasted!r} {pasted}" for secret in (KEY, "s3cret", "abcdef"))


def test_the_header_tells_a_bare_midjourney_proxy() -> None:
    pasted = read_pasted(f"curl http://127.0.0.1:8080/mj/submit/imagine -H 'mj-api-secret: {KEY}' -d '{{}}'")
    assert (pasted.address, pasted.key, pasted.preset) == ("http://127.0.0.1:8080/v1", KEY, "midjourney-proxy")
    assert read_pasted("https://api.deepseek.com").preset == "deepseek"
    assert read_pasted("https://relay.example").preset == ""


def test_the_likeliest_of_several_addresses_is_taken_and_the_others_are_kept() -> None:
    pasted = read_pasted(
        f"官网 https://www.relay.example\n主线路：https://api.relay.example/v1\n备用：https://api2.relay.example/v1\n"
        f"文档 https://docs.relay.example/a\n{KEY}"
    )
    assert pasted.address == "https://api.relay.example/v1"
    assert pasted.more_addresses == ("https://api2.relay.example/v1",)
    assert Caution.SEVERAL_ADDRESSES in pasted.warnings
    assert {"https://docs.relay.example/a", "https://www.relay.example"} <= set(pasted.ignored)


def test_of_two_keys_the_one_that_follows_the_address_is_taken() -> None:
    pasted = read_pasted(f"密钥 {OTHER}\nhttps://relay.example/v1\n密钥 {KEY}\nhttps://b.example\n")
    assert (pasted.address, pasted.key) == (ROOT, KEY)
    assert mask(OTHER) in pasted.ignored
    assert Caution.SEVERAL_KEYS in pasted.warnings


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"【小明中转站】\nhttps://relay.example\n{KEY}", "小明中转站"),
        (f"# My relay 🎉\nhttps://relay.example\n{KEY}", "My relay"),
        (f"名称：好用的 API\n地址：https://relay.example\n密钥：{KEY}", "好用的 API"),
        (f"[Nice Relay](https://relay.example) {KEY}", "Nice Relay"),
        ('{"name": "Mine", "apiHost": "https://relay.example"}', "Mine"),
        (f"【{KEY}】\nhttps://relay.example", "relay.example"),
        ("https://api.relay.example/v1", "relay.example"),
        ("https://www.relay.example:8443", "relay.example:8443"),
        ("https://api.openai.com", "OpenAI"),
        ("http://localhost:11434", "Ollama"),
        ("https://api.example", "api.example"),
        ("", ""),
    ],
)
def test_a_name_is_suggested(text: str, name: str) -> None:
    assert read_pasted(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        f"https://relay.example\n{KEY}\ngpt-4o",
        f"地址 https://relay.example 密钥 {KEY} 模型：gpt-4o",
        f"OPENAI_MODEL=gpt-4o\nOPENAI_API_KEY={KEY}",
        'client.completions.create(model="gpt-4o")',
        BOTH["fetch"],
    ],
)
def test_a_model_is_taken_over(text: str) -> None:
    assert read_pasted(text).model == "gpt-4o"


def test_every_caution_is_given_where_it_applies() -> None:
    def cautions(text: str) -> set[Caution]:
        return set(read_pasted(text).warnings)

    assert cautions(f"http://relay.example {KEY}") == {Caution.INSECURE}
    assert cautions("http://127.0.0.1:8080") == set()
    assert cautions("https://docs.relay.example") == {Caution.PAGE}
    assert cautions("https://me:pw@relay.example") == {Caution.LOGIN_IN_ADDRESS}
    assert cautions(f"https://relay.example\n{KEY[:30]}\n{KEY[30:]}") == {Caution.HEALED}
    assert cautions(f"https://relay.example key: {KEY[:20]} {KEY[20:]}") == {Caution.HEALED}
    assert cautions(f"curl https://relay.example/v1 -H 'x-api-key: {KEY}'") == {Caution.OTHER_HEADER}
    assert cautions(f"ANTHROPIC_API_KEY={KEY}") == {Caution.OTHER_SERVICES}
    assert cautions("a\n" * 5_000) == {Caution.CUT}
    assert cautions(" " * 300_000) == {Caution.CUT}
    assert cautions(f"https://relay.example\n{KEY}") == set()


def test_what_was_not_understood_is_shown_without_secrets() -> None:
    pasted = read_pasted(
        f"https://relay.example {KEY}\n账号：bob 密码：hunter22\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI\n"
        f"Look at http://me:pw9@c.example/doc/?token=abcdef12 soon\nold one: tok {OTHER[3:]}\n```\n---\n}}\n"
    )
    shown = " ".join(pasted.ignored)
    assert all(secret not in shown for secret in ("hunter22", "wJalrXUtnFEMI", "pw9", "abcdef12", OTHER[3:], KEY))
    assert "账号" in shown
    assert "AWS_SECRET_ACCESS_KEY" in shown
    assert "```" not in shown


def test_the_first_urls_are_told_before_anything_is_sent() -> None:
    assert resulting_urls("relay.example/v1/") == (
        "https://relay.example/v1/models",
        "https://relay.example/v1/completions",
        "https://relay.example/v1/chat/completions",
    )
    assert resulting_urls("https://api.deepseek.com", "https://api.deepseek.com/beta")[1] == (
        "https://api.deepseek.com/beta/completions"
    )
    assert resulting_urls("") == ()
    assert resulting_urls("ftp://relay.example") == ()


PIECES = st.sampled_from(
    [
        *(*BOTH.values(), KEY, OTHER, ROOT, "https://", "http://b.example", "curl ", "-H '", "Authorization: Bearer "),
        *("地址:", '"', "'", "\n", " ", "\\\n", "^\n", "：", "gpt-4o", "sk-", "${X}", "{", "}", "a.b.c", "【", "】"),
        *("=", "model: ", "me:pw@", "\u200b", "\ud800", "\x00", "💰", "hunter2", "name: ", "name：", "、", "key is "),
        *("](", "key=", "密钥：", "# ", ".", "0", "Bearer ", "|", "base_url: "),
    ]
)  # fmt: skip
ANYTHING = st.one_of(
    st.text(), st.text(st.characters()), st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)
)


def shown(pasted: Pasted) -> str:
    return " ".join(
        (repr(pasted), pasted.name, pasted.model, pasted.raw_address, *pasted.more_addresses, *pasted.ignored)
    )


@given(ANYTHING)
@settings(max_examples=400)
def test_any_text_is_read_and_no_key_is_shown(text: str) -> None:
    pasted = read_pasted(text)
    assert str(pasted) == repr(pasted)
    if len(pasted.key) >= 6 and pasted.key not in pasted.address:
        assert pasted.key not in shown(pasted)
    for key in (KEY, OTHER):
        assert key not in shown(pasted)


@given(ANYTHING)
@settings(max_examples=400)
def test_what_was_understood_is_understood_again(text: str) -> None:
    once = read_pasted(text)
    again = read_pasted(f"{once.address}\n{once.key}" if once.address else f'api_key="{once.key}"')
    assert (again.address, again.key) == (once.address, once.key)
    for address in (once.address, *once.more_addresses):
        assert read_pasted(address).address == address


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "a ", "a\n", "key: ", "key=\n", "https://a.b ", "https://a.b/v1\n", f"{KEY}\n", f"{KEY} ", "curl "),
        *("curl https://a.b\n", '"', "sk-", "sk-a\n", "密钥", "：", "a.b\n", "(", "[](", "【", "\u200b", "=", "a=b "),
        *("x" * 30 + " ", "-H 'a: b' ", "1.1.1.1:80 ", "# ", "名称：", "“", "Bearer ", "curl https://a.b -H '"),
        *("'", "1.", "\\\n", "model=a1 ", "0" * 32 + "a1b2 ", "a.", "_"),
    ],
)  # fmt: skip
def test_100_kb_take_less_than_a_second(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.perf_counter()
    read_pasted(text)
    assert time.perf_counter() - began < 1.0
