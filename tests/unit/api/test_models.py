"""Model lists in every shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import errors
from app.api.models import list_models, read_models
from app.domain.models import ModelInfo
from app.domain.profile import Endpoint
from tests.relay import Relay, cases, empty_answer, hang_up, redirect
from tests.relay.models import MODEL_LIST_FAILURES, MODEL_LISTS, MODELS
from tests.unit.api.client import KEY, clients

PATH = "/v1/models"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["data", "models", "id", "name", "owned_by"]), inner, max_size=4)
    ),
    max_leaves=15,
)


@pytest.mark.parametrize("shape", MODEL_LISTS)
async def test_q28_case_19_every_shape_of_list(shape: str) -> None:
    answer, names = MODEL_LISTS[shape]
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", PATH, answer)
        models = await list_models(http, Endpoint(relay.base_url, KEY))
        assert relay.requests[0].key == KEY
    assert tuple(model.id for model in models) == names


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("success false", errors.AuthError),
        ("not found", errors.NotFoundError),
        ("an error with 200", errors.UpstreamError),
        ("home page", errors.ProtocolError),
        ("wrong key", errors.AuthError),
        ("an object without a list", errors.ProtocolError),
    ],
)
async def test_q28_cases_18_and_19_what_is_no_list_is_an_error(failure: str, error: type[errors.ApiError]) -> None:
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", PATH, MODEL_LIST_FAILURES[failure])
        with pytest.raises(error):
            await list_models(http, Endpoint(relay.base_url, KEY))
        assert len(relay.requests) == 1


async def test_a_list_is_asked_for_again_where_that_may_help() -> None:
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", PATH, [hang_up(), empty_answer(500), cases.case_19_models_of_openai])
        models = await list_models(http, Endpoint(relay.base_url))
        assert len(relay.requests) == 3
    assert [model.id for model in models] == list(MODELS)


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", PATH, redirect("/v1/models/", 308))
        relay.on("GET", "/v1/models/", cases.case_19_models_of_openai)
        assert len(await list_models(http, Endpoint(relay.base_url, KEY))) == 2
        assert relay.requests[1].key == KEY


async def test_case_42_a_redirect_to_another_host_is_refused_and_the_key_stays() -> None:
    async with Relay() as relay, Relay() as other, clients() as (http, _):
        relay.on("GET", PATH, cases.case_42_redirect_to(other, PATH))
        with pytest.raises(errors.RedirectRefusedError):
            await list_models(http, Endpoint(relay.base_url, KEY))
        assert other.connection_count == 0


async def test_a_redirect_in_a_circle_ends() -> None:
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", PATH, redirect(PATH, 307))
        with pytest.raises(errors.RedirectRefusedError):
            await list_models(http, Endpoint(relay.base_url))
        assert len(relay.requests) < 10


@pytest.mark.parametrize("location", ["http://[", "http://host:port/", "//", ""])
async def test_a_redirect_to_nowhere_is_refused(location: str) -> None:
    async with Relay() as relay, clients() as (http, _):
        relay.on("GET", PATH, redirect(location))
        with pytest.raises((errors.RedirectRefusedError, errors.ProtocolError)):
            await list_models(http, Endpoint(relay.base_url, KEY))


def test_what_is_known_of_a_model() -> None:
    listed = {"data": [{"id": "davinci-002", "owned_by": "openai", "shutdown_date": "2026-09-28"}, {"id": "m"}]}
    assert read_models(listed) == (ModelInfo("davinci-002", "openai", "2026-09-28"), ModelInfo("m"))


def test_names_may_stand_elsewhere_and_each_counts_once() -> None:
    entries = ["a", {"name": "b"}, {"model": "c"}, {"id": "a", "owned_by": "x"}, {"id": ""}, None, 7]
    assert read_models({"models": entries}) == (ModelInfo("a"), ModelInfo("b"), ModelInfo("c"))


@given(JSON)
def test_no_json_raises_anything_but_an_api_error(content: object) -> None:
    try:
        models = read_models(content)
    except errors.ApiError:
        return
    assert all(model.id for model in models)


async def test_case_42_a_key_in_what_is_no_list_is_cut_out() -> None:
    with pytest.raises(errors.ProtocolError) as caught:
        read_models({"you": "sent my-own-key"}, key="my-own-key")
    assert "you" in caught.value.detail
    assert "my-own-key" not in caught.value.detail
