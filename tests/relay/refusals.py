"""Refusals of single settings, in the words of the servers that refuse them (protocol 3.2, 5.2, 5.3; Q1, Q3, Q4).

`refusing("seed")` makes a server that takes everything but the fields named; the sentence is that of some server in the
wild. What is not refused is answered as the request asks.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tests.relay.answers import Answer, Answering, json_answer
from tests.relay.cases import OK, OK_WHOLE
from tests.relay.completions import Json
from tests.relay.errors import openai_error, relay_error_with_code
from tests.relay.received import Received

Refuse = Callable[[str, Any], Answer]
"""A refusal of a field, by its name and the value that was sent."""


def _openai(name: str, _: Any) -> Answer:
    return json_answer(openai_error(f"Unrecognized request argument supplied: {name}"), 400)


def _openai_reasoning(name: str, _: Any) -> Answer:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return json_answer(openai_error(message, param=name, code="unsupported_parameter"), 400)


def _llama(name: str, _: Any) -> Answer:
    error = {"code": 400, "message": f"Unsupported param: {name}", "type": "invalid_request_error"}
    return json_answer({"error": error}, 400)


def _vllm(name: str, _: Any) -> Answer:
    error = {"object": "error", "message": f"{name} is not currently supported", "type": "BadRequestError", "code": 400}
    return json_answer(error, 400)


def _pydantic(name: str, value: Any) -> Answer:
    problem = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}
    return json_answer({"detail": [problem | {"input": value}]}, 422)


def _go(name: str, value: Any) -> Answer:
    """Refuse as one-api and new-api do where a field has another type in their struct (protocol 5.3)."""
    kind = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}.get(type(value), "object")
    message = f"json: cannot unmarshal {kind} into Go struct field GeneralOpenAIRequest.{name} of type map"
    return relay_error_with_code(message, 400, "invalid_text_request")


def _litellm(name: str, _: Any) -> Answer:
    message = (
        f"litellm.UnsupportedParamsError: text-completion-codestral does not support parameters: ['{name}'], "
        "for model=codestral. To drop these, set `litellm.drop_params=True`."
    )
    return json_answer(openai_error(message, "None", code="400"), 400)


def _xai(name: str, _: Any) -> Answer:
    first, *rest = name.split("_")
    camel = first + "".join(word.title() for word in rest)
    text = f"Argument not supported on this model: {camel}"
    return json_answer({"code": "Client specified an invalid argument", "error": text}, 400)


def _gemini(name: str, _: Any) -> Answer:
    message = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
    return json_answer({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}, 400)


def _param_only(name: str, _: Any) -> Answer:
    return json_answer(openai_error("That did not work.", param=name), 400)


def _not_built(name: str, _: Any) -> Answer:
    return json_answer(openai_error(f"`{name}` is not implemented", "NotImplementedError"), 501)


def _chinese(name: str, _: Any) -> Answer:
    return relay_error_with_code(f"不支持的参数: {name}", 400, "invalid_parameter")


REFUSALS: Mapping[str, Refuse] = MappingProxyType(
    {
        "OpenAI": _openai,
        "OpenAI, reasoning": _openai_reasoning,
        "llama.cpp": _llama,
        "vLLM": _vllm,
        "a Python server": _pydantic,
        "new-api": _go,
        "LiteLLM": _litellm,
        "xAI": _xai,
        "Gemini": _gemini,
        "param only": _param_only,
        "not built": _not_built,
        "in Chinese": _chinese,
    }
)
"""How servers refuse a setting as such, whatever its value."""


def _openai_array_too_long(name: str, value: Any) -> Answer:
    message = f"Invalid '{name}': array too long. Expected an array with maximum length 4, got {value!r} instead."
    return json_answer(openai_error(message, param=name, code="array_above_max_length"), 400)


def _pydantic_range(name: str, value: Any) -> Answer:
    problem = {"type": "less_than_equal", "loc": ["body", name], "msg": "Input should be less than or equal to 2"}
    return json_answer({"detail": [problem | {"input": value}]}, 422)


def _llama_range(name: str, value: Any) -> Answer:
    message = f"Field '{name}': Value must be between 1 <= value <= 8, but got {value!r}"
    return json_answer({"error": {"code": 400, "message": message, "type": "invalid_request_error"}}, 400)


OUT_OF_RANGE: Mapping[str, Refuse] = MappingProxyType(
    {
        "OpenAI, too long": _openai_array_too_long,
        "a Python server, too large": _pydantic_range,
        "llama.cpp, out of range": _llama_range,
    }
)
"""Refusals of a value, which do not mean that the setting is refused."""


def openai_probabilities_beyond_5(received: Received) -> Answer:
    """Take up to 5 alternatives, as OpenAI does."""
    if (received.json.get("logprobs") or 0) > 5:
        message = f"Invalid value for 'logprobs': expected a value <= 5, but got {received.json['logprobs']} instead."
        return json_answer(openai_error(message, param="logprobs"), 400)
    return accept(received)


def integer_probabilities_of_relays(received: Received) -> Answer:
    """Refuse a number as `logprobs`, in the words of one-api and new-api (protocol 5.3, Q4)."""
    if type(received.json.get("logprobs")) is int:
        message = "json: cannot unmarshal number into Go struct field GeneralOpenAIRequest.logprobs of type bool"
        return relay_error_with_code(message, 400, "invalid_text_request")
    return accept(received)


def best_of_by_presence(received: Received) -> Answer:
    """Refuse `best_of` for being there, null or not, as llama.cpp does (Q1)."""
    return _llama("best_of", None) if "best_of" in received.json else accept(received)


def echo_with_probabilities(received: Received) -> Answer:
    """Refuse echo and log-probabilities together, and take either alone, as OpenAI does."""
    body = received.json
    if body.get("echo") and body.get("logprobs") is not None:
        message = "Setting 'echo' and 'logprobs' at the same time is not supported for this model."
        return json_answer(openai_error(message, param="echo"), 400)
    return accept(received)


def refusing(*names: str, how: Refuse = _openai, otherwise: Answering | None = None) -> Callable[[Received], Answer]:
    """Return an answer that refuses the first of the fields named that a request has, and else is `otherwise`."""

    def answer(received: Received) -> Answer:
        for name in names:
            if name in received.json:
                return how(name, received.json[name])
        if otherwise is None:
            return accept(received)
        return otherwise if isinstance(otherwise, Answer) else otherwise(received)

    return answer


def accept(received: Received) -> Answer:
    """Answer with a short completion, streamed or not as asked."""
    return OK if received.json.get("stream") else OK_WHOLE


def fields_of(received: Received) -> Json:
    """Return what a request asked for, without what every request has."""
    always = {"model", "prompt", "max_tokens", "temperature", "top_p", "stream", "stream_options"}
    return {name: value for name, value in received.json.items() if name not in always}
