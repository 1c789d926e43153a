"""The body and address of a completion request, and what makes a server refuse a part of it (protocol 5.1 to 5.3).

Owns what is sent (Q1 to Q7). Must not know HTTP or answers.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.api.errors import ApiError
from app.api.extras import with_fields
from app.api.text import without_surrogates
from app.domain.generation import CompletionRequest
from app.domain.parameters import MAX_STOP_SEQUENCES, TOP_P

_DEEPSEEK_STOP_SEQUENCES = 16
_VERSION = re.compile(r"(/v\d+)?/?$")


def completions_url(base_url: str) -> str:
    """Return where completions are asked for; DeepSeek has them below /beta only (Q10)."""
    if _is_deepseek(base_url) and not base_url.endswith("/beta"):
        base_url = _VERSION.sub("/beta", base_url, count=1)
    return base_url + "/completions"


def stop_limit(base_url: str) -> int:
    """Return how many stop sequences the server takes (Q7)."""
    return _DEEPSEEK_STOP_SEQUENCES if _is_deepseek(base_url) else MAX_STOP_SEQUENCES


def build_body(
    request: CompletionRequest,
    *,
    with_stream_options: bool = True,
    with_empty_prompt: bool = False,
    extra: Mapping[str, object] | None = None,
) -> bytes:
    """Return the JSON of a request: no nulls, and nothing the user left neutral except what must be said.

    `max_tokens`, `temperature` and `top_p` are always there, because unsent defaults differ by server (Q2); every
    other field is left out at its neutral value (Q1), and an empty prompt too, which relays refuse (protocol 5.1);
    `with_empty_prompt` is for servers that refuse a missing one. The connection's own fields, `extra`, come last and
    win (protocol 1).

    Raises:
        ExtraFieldError: One of them may not be sent.
    """
    parameters = request.parameters
    body: dict[str, Any] = {
        "max_tokens": parameters.max_tokens,
        "temperature": parameters.temperature,
        "top_p": parameters.top_p or TOP_P.minimum,  # relays take 0 for "not set" or for 1 (Q6)
    }
    optional: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "n": parameters.n if parameters.n != 1 else None,
        "stream": request.stream,
        "stream_options": {"include_usage": True} if request.stream and with_stream_options else None,
        "stop": list(parameters.stop),
        "presence_penalty": parameters.presence_penalty,
        "frequency_penalty": parameters.frequency_penalty,
        "suffix": parameters.suffix,
        "echo": parameters.echo,
        "best_of": parameters.best_of,
        "logit_bias": {token: _whole(bias) for token, bias in parameters.logit_bias.items()},
        "user": parameters.user,
    }
    body = {name: value for name, value in optional.items() if value} | body
    if with_empty_prompt:
        body.setdefault("prompt", "")
    # A zero means something here.
    if parameters.seed is not None:
        body["seed"] = parameters.seed
    if parameters.logprobs is not None:
        body["logprobs"] = parameters.logprobs
    body = with_fields(body, extra or {})
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return without_surrogates(text).encode()


def refuses_stream_options(error: ApiError) -> bool:
    """Tell whether a server refused a request because of `stream_options` (Q3)."""
    return _is_refusal(error) and ("stream_options" in error.message or '"stream_options"' in error.detail)


def refuses_missing_prompt(error: ApiError) -> bool:
    """Tell whether a server refused a request because it has no prompt, as llama.cpp does."""
    return _is_refusal(error) and "prompt" in error.message.lower()


def _is_refusal(error: ApiError) -> bool:
    return error.http_status in {400, 422}


def _is_deepseek(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    return host == "deepseek.com" or host.endswith(".deepseek.com")


def _whole(bias: float) -> float:
    return int(bias) if bias == int(bias) else bias
