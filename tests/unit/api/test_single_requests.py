import base64

import pytest

from app.api import errors
from app.api.single_requests import ChatAnswer, chat_once, list_once
from app.domain.generation import Usage
from app.domain.profile import Endpoint
from tests.relay import Answer, Relay, cases, html_answer, json_answer
from tests.relay.chats import PATH, chat_completion, chatting
from tests.relay.completions import choice, completion, message_choice
from tests.relay.errors import openai_error
from tests.relay.models import MODEL_LIST_FAILURES, MODEL_LISTS, MODELS
from tests.unit.api.client import KEY, clients

DOT = "data:image/png;base64," + base64.b64encode(b"a picture").decode()


async def ask(relay: Relay, model: str = "m", *, picture: str = "", endpoint: Endpoint | None = None) -> ChatAnswer:
    async with clients() as (http, _):
        where = endpoint or Endpoint(relay.base_url, KEY)
        return await chat_once(http, where, model, "Which colour?", max_tokens=8, picture=picture)


async def test_a_question_goes_out_as_plain_text_and_its_answer_comes_back() -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, chatting())
        assert await ask(relay) == ChatAnswer("Blue", Usage(12, 1))
        (received,) = relay.requests
    assert received.json == {
        "model": "m",
        "messages": [{"role": "user", "content": "Which colour?"}],
        "max_tokens": 8,
    }
    assert received.key == KEY


async def test_a_picture_goes_out_as_a_part_of_a_list_with_little_detail() -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, chatting())
        assert (await ask(relay, picture=DOT)).usage == Usage(97, 1)
        (message,) = relay.requests[0].json["messages"]
    assert message["content"] == [
        {"type": "text", "text": "Which colour?"},
        {"type": "image_url", "image_url": {"url": DOT, "detail": "low"}},
    ]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o", "max_tokens"),
        ("o1-mini", "max_completion_tokens"),
        ("openai/o3", "max_completion_tokens"),
        ("gpt-5-nano", "max_completion_tokens"),
        ("olmo-7b", "max_tokens"),
    ],
)
async def test_reasoning_models_get_the_newer_name_of_the_limit(model: str, name: str) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, chatting())
        await ask(relay, model)
        assert relay.requests[0].json[name] == 8


async def test_headers_and_fields_of_the_connection_go_along() -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, chatting())
        endpoint = Endpoint(
            relay.base_url, KEY, extra_headers={"X-Title": "Quillpane"}, extra_body={"provider": {"order": ["a"]}}
        )
        await ask(relay, endpoint=endpoint)
        (received,) = relay.requests
    assert received.headers["x-title"] == "Quillpane"
    assert received.json["provider"] == {"order": ["a"]}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (chat_completion("Red", None), "Red"),
        (chat_completion(None, None), ""),
        (completion(choice("Red", finish_reason="stop")), "Red"),
        (completion(message_choice("Red")) | {"choices": message_choice("Red")}, "Red"),
        (completion(message_choice("Red", part="delta")), "Red"),
        (completion(), ""),
    ],
)
async def test_an_answer_is_read_whatever_its_shape(content: object, text: str) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, json_answer(content))
        assert await ask(relay) == ChatAnswer(text, None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (cases.case_12_invalid_key, errors.AuthError),
        (cases.case_14_rate_limit_empty, errors.RateLimitedError),
        (json_answer(openai_error("no images", param="messages")), errors.BadRequestError),
        (html_answer(200, "Welcome"), errors.ProtocolError),
        (json_answer({"answer": 42}), errors.ProtocolError),
    ],
)
async def test_what_is_no_answer_is_an_error_and_asked_once(answer: Answer, kind: type[errors.ApiError]) -> None:
    async with Relay() as relay:
        relay.on("POST", PATH, answer)
        with pytest.raises(kind):
            await ask(relay)
        assert len(relay.requests) == 1


@pytest.mark.parametrize("shape", MODEL_LISTS)
async def test_q28_lists_of_every_shape_are_read(shape: str) -> None:
    answer, names = MODEL_LISTS[shape]
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", "/v1/models", answer)
        assert tuple(model.id for model in await list_once(http, Endpoint(relay.base_url))) == names


@pytest.mark.parametrize("failure", MODEL_LIST_FAILURES)
async def test_a_list_that_fails_is_asked_for_once(failure: str) -> None:
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", "/v1/models", MODEL_LIST_FAILURES[failure])
        with pytest.raises(errors.ApiError):
            await list_once(http, Endpoint(relay.base_url))
        relay.on("GET", "/v1/models", [cases.case_16_bad_gateway, MODEL_LISTS["OpenAI"][0]])
        with pytest.raises(errors.UpstreamError):
            await list_once(http, Endpoint(relay.base_url))
        assert [model.id for model in await list_once(http, Endpoint(relay.base_url))] == list(MODELS)
