"""Lists of models in every shape in which they arrive (Q28, protocol 7)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tests.relay.answers import Answer, html_answer, json_answer
from tests.relay.completions import Json
from tests.relay.errors import openai_error, relay_error
from tests.relay.recorded import recorded

MODELS = ("davinci-002", "gpt-3.5-turbo-instruct")


def model(name: str, **fields: object) -> Json:
    """Return one entry of a list, as OpenAI sends it."""
    return {"id": name, "object": "model", "created": 1626777600, "owned_by": "openai", **fields}


def model_list(names: Sequence[str] = MODELS) -> Answer:
    """Answer with a list as OpenAI, one-api and most others send it."""
    return json_answer({"object": "list", "data": [model(name) for name in names]})


_PERMISSIONS = {"permission": [{"id": "modelperm-1", "object": "model_permission"}], "parent": None}

MODEL_LISTS: Mapping[str, tuple[Answer, tuple[str, ...]]] = MappingProxyType(
    {
        "OpenAI": (model_list(), MODELS),
        "one-api": (
            json_answer({"object": "list", "data": [model(name, root=name, **_PERMISSIONS) for name in MODELS]}),
            MODELS,
        ),
        "new-api": (json_answer({"success": True, "data": [model(name) for name in MODELS]}), MODELS),
        "Together": (json_answer([model(name, type="language") for name in MODELS]), MODELS),
        "ids only": (json_answer({"data": [{"id": name} for name in MODELS]}), MODELS),
        "other kinds among them": (
            json_answer({"data": [model(name) for name in (*MODELS, "mj_imagine", "suno_music")]}),
            (*MODELS, "mj_imagine", "suno_music"),
        ),
        "retiring": (
            json_answer({"data": [model(MODELS[0], shutdown_date="2026-09-28"), model(MODELS[1])]}),
            MODELS,
        ),
        "llama.cpp": (recorded("llama-models"), ("SmolLM2-135M-Instruct.Q4_1.gguf",)),
        "none": (json_answer({"object": "list", "data": []}), ()),
        "null": (json_answer({"object": "list", "data": None}), ()),
    }
)
"""Lists, each with the names it holds in its order."""

MODEL_LIST_FAILURES: Mapping[str, Answer] = MappingProxyType(
    {
        "success false": json_answer({"success": False, "message": "无权进行此操作，未登录且未提供 access token"}),
        "not found": json_answer(openai_error("Invalid URL (GET /v1/models)"), 404),
        "an error with 200": json_answer(openai_error("The list is being rebuilt", "server_error")),
        "home page": html_answer(200, "New API"),
        "wrong key": relay_error("无效的令牌", 401),
        "an object without a list": json_answer({"object": "list"}),
    }
)
"""What comes instead of a list."""
