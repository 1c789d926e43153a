"""The words in front of a value say what it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.label_text import Label, label_of


@pytest.mark.parametrize(
    ("before", "label"),
    [
        ("key: ", Label.KEY),
        ("API Key：", Label.KEY),
        ("Your API key is ", Label.KEY),
        ("OPENAI_API_KEY=", Label.KEY),
        ('export OPENAI_API_KEY="', Label.KEY),
        ('$env:OPENAI_API_KEY = "', Label.KEY),
        ('os.environ["OPENAI_API_KEY"] = "', Label.KEY),
        ('client = OpenAI(api_key="', Label.KEY),
        ('{"apiKey": "', Label.KEY),
        ('"APIKey":"', Label.KEY),
        ("-H 'x-api-key: ", Label.KEY),
        ("Authorization: Bearer ", Label.KEY),
        ("Claude API key: ", Label.KEY),
        ("密钥：", Label.KEY),
        ("🔑 令牌 👉 ", Label.KEY),
        ("您的API Key为：", Label.KEY),
        ("**API 密钥**: `", Label.KEY),
        ("| 令牌 | ", Label.KEY),
        ("Base URL: ", Label.ADDRESS),
        ("base_url=", Label.ADDRESS),
        ("OPENAI_API_BASE=", Label.ADDRESS),
        ("openai.api_base = '", Label.ADDRESS),
        ('"apiHost": "', Label.ADDRESS),
        ("API: ", Label.ADDRESS),
        ("Endpoint -> ", Label.ADDRESS),
        ("接口地址:", Label.ADDRESS),
        ("API地址是 ", Label.ADDRESS),
        ("主线路：", Label.ADDRESS),
        ("请求接口【", Label.ADDRESS),
        ("Docs: ", Label.PAGE),
        ("API docs: ", Label.PAGE),
        ("[Documentation](", Label.PAGE),
        ("Register at ", Label.PAGE),
        ("API文档地址：", Label.PAGE),
        ("充值地址:", Label.PAGE),
        ("官网：", Label.PAGE),
        ("使用教程 ", Label.PAGE),
        ("余额查询网址：", Label.PAGE),
        ("model: ", Label.MODEL),
        ("OPENAI_MODEL=", Label.MODEL),
        ("Model name: ", Label.MODEL),
        ('"model": "', Label.MODEL),
        ("模型：", Label.MODEL),
        ("Name: ", Label.NAME),
        ("名称：", Label.NAME),
        ("ANTHROPIC_API_KEY=", Label.FOREIGN),
        ("export ANTHROPIC_BASE_URL=", Label.FOREIGN),
        ("AWS_SECRET_ACCESS_KEY=", Label.FOREIGN),
        ("HTTPS_PROXY=", Label.FOREIGN),
        ("password: ", Label.SECRET),
        ("账号：", Label.SECRET),
        ("初始密码:", Label.SECRET),
        ("username=", Label.SECRET),
        ("max_tokens: ", Label.NONE),
        ("max_token=", Label.NONE),
        ("stream: ", Label.NONE),
        ("", Label.NONE),
        ("你好，", Label.NONE),
        ("Here you go, ", Label.NONE),
    ],
)
def test_each_way_to_say_it_is_understood(before: str, label: Label) -> None:
    assert label_of(before) is label


def test_only_the_nearest_clause_counts() -> None:
    assert label_of("My key, and the address: ") is Label.ADDRESS
    assert label_of("key: sk-test, base url: ") is Label.ADDRESS
    assert label_of("docs are elsewhere; key = ") is Label.KEY


@given(st.text())
def test_any_text_has_a_label(text: str) -> None:
    assert label_of(text) in Label


@pytest.mark.parametrize("piece", ["a", " ", "_", "-", "key ", "密钥", ":", "🔑"])
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = piece * 100_000
    began = time.perf_counter()
    for _ in range(100):
        label_of(text)
    assert time.perf_counter() - began < 1.0
