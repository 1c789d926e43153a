"""What particular back ends do on /v1/completions, one name for each habit that a client can meet.

The names begin with the back end; the habits are those of the table of back-end differences.
"""

from tests.relay.answers import Answer, json_answer
from tests.relay.cases import OK, OK_WHOLE
from tests.relay.completions import (
    NO_USAGE,
    Json,
    choice,
    chunk,
    completion,
    message_choice,
    usage,
    usage_chunk,
)
from tests.relay.errors import UPSTREAM_FAILED, openai_error, relay_error_with_code
from tests.relay.logprobs import (
    EMOJI,
    PARIS,
    VLLM_IMPOSSIBLE,
    Scored,
    byte_names,
    content,
    escaped_bytes,
    legacy,
    post_sampling,
    text_of,
)
from tests.relay.received import Received
from tests.relay.recorded import recorded
from tests.relay.sse import comment, event_bytes, sse

PARIS_TEXT = text_of(PARIS)


def _accept(received: Received) -> Answer:
    return OK if received.json.get("stream") else OK_WHOLE


def _bad_request(message: str, param: str | None = None) -> Answer:
    return json_answer(openai_error(message, param=param), 400)


# OpenAI

openai_last_chunk_is_empty = sse(
    chunk(PARIS_TEXT, logprobs=legacy(*PARIS, offset=24)),
    chunk("", finish_reason="length", logprobs=legacy()),
)
"""`text_offset` starts at the prompt's length, and the last chunk has empty text and empty arrays (Q21)."""

openai_byte_tokens = sse(chunk("🌊!", finish_reason="stop", logprobs=byte_names(*EMOJI)))
"""Tokens that are no text are called `bytes:…` (Q23)."""


def openai_refuse_echo_with_logprobs(received: Received) -> Answer:
    """Refuse echo together with log-probabilities, as instruct models do."""
    if received.json.get("echo") and received.json.get("logprobs") is not None:
        return _bad_request("Setting 'echo' and 'logprobs' at the same time is not supported for this model.", "echo")
    return _accept(received)


# llama.cpp

llama_stream = recorded("llama-stream")
"""Usage and `timings` ride in the last chunk, whose text is empty."""
llama_two_candidates = recorded("llama-two-candidates-stream")
"""The second candidate begins; each one's last chunk has a usage of its own."""
llama_logprobs = recorded("llama-logprobs-stream")
"""Chat-style log-probabilities with ids on /v1/completions (Q19 b)."""
llama_too_many_candidates = recorded("llama-too-many-candidates")
"""`n` is limited by the server's slots (Q8)."""
llama_context_overflow = recorded("llama-context-overflow")
llama_unicode = recorded("llama-unicode-stream")
llama_post_sampling = sse(chunk(PARIS_TEXT, finish_reason="stop", logprobs=post_sampling(*PARIS)))
"""Probabilities, not their logarithms (Q19 c)."""


def llama_refuse_presence(received: Received) -> Answer:
    """Refuse `best_of` and `suffix` for being there, whatever their value (Q1)."""
    for field in ("best_of", "suffix"):
        if field in received.json:
            return _bad_request(f"Unsupported param: {field}")
    return _accept(received)


# vLLM

vllm_impossible_logprob = sse(
    chunk(" Paris", finish_reason="stop", logprobs=legacy(Scored(" Paris", -0.25, ((" Rome", VLLM_IMPOSSIBLE),))))
)
"""Minus infinity arrives as −9999 (Q22), and the chosen token is not among the alternatives (Q24)."""
vllm_several_tokens_a_chunk = sse(
    chunk(" Paris.", logprobs=legacy(*PARIS[:2]), stop_reason=None),
    chunk("\n", finish_reason="stop", logprobs=legacy(PARIS[2]), stop_reason=None),
)
"""A chunk holds two tokens, the next one (Q20)."""
vllm_error_in_stream = sse(
    chunk(" red"),
    {"object": "error", "message": "EngineCore died", "type": "InternalServerError", "param": None, "code": 500},
)
"""An error without an `error` object, in a 200 stream (Q14)."""
vllm_wrapped_error_in_stream = sse(
    chunk(" red"), {"error": {"message": "EngineCore died", "type": "InternalServerError", "param": None, "code": 500}}
)


def vllm_refuse_stream_options_without_stream(received: Received) -> Answer:
    """Refuse stream_options without stream (Q3), and an empty prompt."""
    if received.json.get("stream_options") is not None and not received.json.get("stream"):
        return _bad_request("Stream options can only be defined when `stream=True`.", "stream_options")
    if received.json.get("prompt") == "":
        return _bad_request("Either prompt or prompt_embeds must be provided and non-empty.", "prompt")
    return _accept(received)


# Ollama

ollama_zero_usage = sse(
    chunk(" red", id="cmpl-7", usage=NO_USAGE),
    chunk(" and blue", id="cmpl-7", finish_reason="stop", usage=NO_USAGE),
    completion(id="cmpl-7", usage=usage(5, 3)),
)
"""A usage of zeros in every chunk; the real one last, without choices (Q17)."""
ollama_template_applied = json_answer(
    completion(choice("Sure! The next word is:", finish_reason="stop"), usage=usage(31, 7))
)
"""A one-word prompt of 31 tokens: a chat template was put around it (Q30)."""
ollama_broken_characters = sse(chunk("\ufffd"), chunk("\ufffd", finish_reason="stop"))
"""A character of two tokens arrives as two replacement characters: its bytes are lost (Q23)."""


def ollama_refuse_several_prompts(received: Received) -> Answer:
    """Accept one string as the prompt and nothing else."""
    if not isinstance(received.json.get("prompt"), str):
        message = "json: cannot unmarshal array into Go struct field CompletionRequest.prompt of type string"
        return _bad_request(message)
    return _accept(received)


def one_choice_whatever_n(received: Received) -> Answer:
    """Ignore `n`, as Ollama, KoboldCpp and a streaming text-generation-webui do (Q8)."""
    return _accept(received)


# KoboldCpp, text-generation-webui, LM Studio

koboldcpp_five_alternatives = sse(
    chunk(
        " Paris",
        finish_reason="stop",
        logprobs=legacy(Scored(" Paris", -0.25, tuple((f" city {n}", -2.0 - n) for n in range(5)))),
    )
)
"""Five alternatives whatever was asked (Q25)."""
tgwebui_first_chunk_is_empty = sse(chunk(""), chunk(" red"), chunk(" and blue", finish_reason="stop"))
tgwebui_extra_arrays = sse(
    chunk(PARIS_TEXT, finish_reason="stop", logprobs=legacy(*PARIS, top_logprobs_ids=[{"7042": -0.25}, {}, {}]))
)
lm_studio_null_logprobs = sse(chunk(" red", logprobs=None), chunk(" and blue", finish_reason="stop", logprobs=None))
"""Log-probabilities were asked for and are null (Q19 d)."""


def tgwebui_echo_first(received: Received) -> Answer:
    """Send the prompt as the first chunk when echo is on."""
    first = received.json["prompt"] if received.json.get("echo") else ""
    return sse(chunk(first), chunk(" red", finish_reason="stop"))


# DeepSeek, OpenRouter, Together, Mistral, Infermatic, Azure

deepseek_escaped_bytes = sse(chunk("🌊!", finish_reason="stop", logprobs=escaped_bytes(*EMOJI)))
r"""Tokens that are no text are written `\xf0\x9f` (Q23)."""
openrouter_comments = sse(
    comment("OPENROUTER PROCESSING"),
    comment("OPENROUTER PROCESSING"),
    chunk(" red", provider="Parasail"),
    comment("OPENROUTER PROCESSING"),
    chunk(" and blue", finish_reason="stop", native_finish_reason="stop"),
    usage_chunk(5, 3),
)
openrouter_error_in_stream = sse(
    chunk(" red"),
    completion(
        choice("", finish_reason="error"), error={"code": 502, "message": "Provider disconnected", "metadata": {}}
    ),
)
"""A chunk that has both choices and an error object (Q14)."""
together_no_finish_text = sse(
    {"id": "1", "choices": [{"index": 0, "text": " red", "delta": {"token_id": 7, "content": " red"}}], "usage": None},
    {"id": "1", "choices": [{"index": 0, "text": "", "finish_reason": "eos"}], "usage": usage(5, 1)},
)
"""`text` and `delta` both, which must be shown once, and a finish reason of its own."""
mistral_chat_shape = sse(
    completion(message_choice("", finish_reason=None, part="delta")),
    completion(message_choice(" red", finish_reason=None, part="delta")),
    completion(message_choice(" and blue", part="delta"), usage=usage(5, 3)),
)
"""Completions answered in chat form, as Infermatic does too (Q18)."""
azure_frames_without_choices = sse(
    {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}],
        "choices": [],
    },
    chunk(" red"),
    chunk(" and blue", finish_reason="stop"),
    {"id": "", "object": "", "created": 0, "model": "", "choices": [], "content_filter_results": {}},
)
"""Frames without choices first and last (Q15)."""
azure_content_filter = sse(chunk(" red"), chunk("", finish_reason="content_filter"))

# one-api, new-api, LiteLLM

one_api_done_after_upstream_broke = sse(chunk(" red"), chunk(" and"))
"""`[DONE]` is printed although the upstream broke off (Q13)."""
new_api_made_up_usage = sse(
    chunk(" red"),
    chunk(" and blue", finish_reason="stop"),
    completion(id="", object="chat.completion.chunk", usage=usage(5, 3)),
)
"""The usage chunk that new-api makes up always calls itself a chat chunk (protocol 4.3)."""
new_api_go_zeros = sse(
    chunk(" red", finish_reason="", system_fingerprint=""),
    chunk(" and blue", finish_reason="stop", system_fingerprint=""),
)
"""Fields that are not set arrive as empty strings (protocol 0.3)."""
new_api_error_in_stream = sse(chunk(" red"), UPSTREAM_FAILED)
litellm_stream = recorded("litellm-stream")
"""Choices without `logprobs`, then one without `text`; zeros as usage."""
litellm_usage = recorded("litellm-stream-usage")
"""The usage chunk has a choice with neither text nor finish reason."""
litellm_logprobs = recorded("litellm-logprobs")
"""Empty arrays and a content list side by side."""
litellm_cooldown = recorded("litellm-cooldown")
"""A wrong key upstream comes as 429."""


def new_api_refuse_empty_prompt(received: Received) -> Answer:
    """Refuse an empty prompt; accept a missing one (protocol 5.1)."""
    if received.json.get("prompt") == "":
        return relay_error_with_code("field prompt is required", 400, "invalid_text_request")
    return _accept(received)


def new_api_needs_the_content_type(received: Received) -> Answer:
    """Read the body only with a content type of JSON, as new-api does (protocol 2)."""
    if not received.headers.get("content-type", "").startswith("application/json"):
        return relay_error_with_code("model is required", 400, "invalid_text_request")
    return _accept(received)


# SGLang, tabbyAPI

sglang_repeated_token = sse(
    chunk(" Paris", logprobs=legacy(PARIS[0])),
    chunk(".\n", finish_reason="stop", logprobs=legacy(PARIS[0], PARIS[1], PARIS[2])),
)
"""A chunk of several tokens repeats the one before it (Q20)."""
tabby_content_misaligned = sse(chunk(PARIS_TEXT, finish_reason="stop", logprobs=content(PARIS[0], PARIS[2])))


def _lone(event: Json) -> bytes:
    return event_bytes(event).replace(b"data: ", b"data:")


no_space_after_the_colon = sse(_lone(chunk(" red")), _lone(chunk(" and blue", finish_reason="stop")))
"""`data:` without a space (Q12)."""
