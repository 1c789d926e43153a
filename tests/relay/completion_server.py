"""A relay that behaves: it serves models and streams completions according to the request's own fields.

Knows the protocol's request and response; must not know what any test wants to see.
"""

import asyncio
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tests.relay import completions
from tests.relay.answers import Answer, Answering, head, json_answer
from tests.relay.completions import Json
from tests.relay.connection import Connection
from tests.relay.errors import openai_error
from tests.relay.logprobs import Scored, legacy
from tests.relay.models import MODELS, model_list
from tests.relay.prose import WORDS
from tests.relay.received import Received
from tests.relay.server import Relay
from tests.relay.sse import DONE, event_bytes, http_chunk
from tests.relay.steps import Pause

SHORTEST_WAIT = 0.001
"""Seconds; faster streams send several tokens at once rather than wake the processor more often."""


def completion_server(
    relay: Relay,
    words: Sequence[str] = WORDS,
    *,
    tokens: int | None = None,
    rate: float | None = None,
    key: str | None = None,
    models: Sequence[str] = MODELS,
) -> None:
    """Make relay serve /v1/models and /v1/completions.

    Args:
        relay: the relay.
        words: the tokens of the text it writes. Candidate i of a request with a seed s begins s + i words later.
        tokens: how many it writes before it comes to its natural end, repeating words if need be; all words if None.
        rate: tokens a second that each candidate is streamed with at most; as fast as the client reads if None.
        key: the only key it accepts; any or none if None.
        models: the models it lists and accepts; any if empty.
    """
    server = _Server(tuple(words), len(words) if tokens is None else tokens, rate, tuple(models))

    def with_key(answer: Answering) -> Answering:
        def check(received: Received) -> Answer:
            if key is not None and received.key != key:
                message = "Incorrect API key provided." if received.key else "You didn't provide an API key."
                return json_answer(openai_error(message, code="invalid_api_key"), 401)
            return answer if isinstance(answer, Answer) else answer(received)

        return check

    relay.on("GET", "/v1/models", with_key(model_list(models)))
    relay.on("POST", "/v1/completions", with_key(server.complete))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One text to be sent: its tokens, of which a stop sequence may have shortened the last, and why it ends."""

    index: int
    tokens: tuple[str, ...]
    finish_reason: str
    prompt: str

    def offsets(self) -> list[int]:
        """Return where each token begins, counted from the start of the prompt."""
        return list(accumulate(map(len, self.tokens[:-1]), initial=len(self.prompt)))


class _Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that OpenAI would refuse, with the field at fault."""

    def __init__(self, message: str, param: str | None = None, status: int = 400, code: str | None = None) -> None:
        super().__init__(message)
        self.answer = json_answer(openai_error(message, param=param, code=code), status)


class _Server:
    """The text it writes, and how it answers a request for it."""

    def __init__(self, words: tuple[str, ...], length: int, rate: float | None, models: tuple[str, ...]) -> None:
        self._words = words
        self._length = length
        self._rate = rate
        self._models = models

    def complete(self, received: Received) -> Answer:
        """Answer one request."""
        try:
            request = _checked(received, self._models)
            candidates = list(self._candidates(request))
        except _Refusal as refusal:
            return refusal.answer
        prompts = _prompts(request)
        produced = sum(len(candidate.tokens) for candidate in candidates)
        counts = completions.usage(sum(_count(prompt) for prompt in prompts), produced)
        if request.get("stream"):
            wants_usage = bool((request.get("stream_options") or {}).get("include_usage"))
            return Answer((_Stream(request, candidates, self._rate, counts if wants_usage else None),))
        choices = [
            completions.choice(
                (candidate.prompt if request.get("echo") else "") + "".join(candidate.tokens),
                candidate.index,
                candidate.finish_reason,
                _logprobs(request, candidate.tokens, len(candidate.prompt)),
            )
            for candidate in candidates
        ]
        whole = json_answer(completions.completion(*choices, model=request["model"], usage=counts))
        return whole if self._rate is None else whole.after(Pause(produced / self._rate))

    def _candidates(self, request: Json) -> Iterator[_Candidate]:
        limit = request.get("max_tokens", 16)
        stop = request.get("stop") or []
        stops = [stop] if isinstance(stop, str) else stop
        index = 0
        for prompt in _prompts(request):
            for turn in range(request.get("n", 1)):
                start = request.get("seed", 0) + turn
                count = min(limit, self._length)
                tokens = tuple(self._words[(start + place) % len(self._words)] for place in range(count))
                tokens, is_stopped = _cut_at_stop(tokens, stops)
                is_limited = not is_stopped and limit < self._length
                yield _Candidate(index, tokens, "length" if is_limited else "stop", prompt)
                index += 1


class _Stream:
    """The step that streams candidates in turn, a token each, no faster than the rate.

    Tokens are prepared as bytes once per distinct token, so that a fast stream costs the sending process little.
    """

    def __init__(
        self, request: Json, candidates: Sequence[_Candidate], rate: float | None, counts: Json | None
    ) -> None:
        self._request = request
        self._candidates = candidates
        self._rate = rate
        self._counts = counts
        self._extra = {"usage": None} if counts else {}
        self._prepared: dict[tuple[int, str], bytes] = {}
        self._offsets = {candidate.index: candidate.offsets() for candidate in candidates if "logprobs" in request}

    async def run(self, connection: Connection, /) -> None:
        fields = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Transfer-Encoding": "chunked"}
        await connection.write(head(200, fields))
        longest = max(len(candidate.tokens) for candidate in self._candidates)
        loop = asyncio.get_running_loop()
        start, sent = loop.time(), 0
        while sent < longest and not connection.is_closed:
            due = longest
            if self._rate is not None:
                due = min(longest, int((loop.time() - start) * self._rate) + 1)
            due = min(due, sent + 256)
            await connection.write(b"".join(self._frames(sent, due)))
            sent = due
            if self._rate is not None and sent < longest:
                await asyncio.sleep(max(start + sent / self._rate - loop.time(), SHORTEST_WAIT))
        await connection.write(b"".join(self._end()))

    def _frames(self, first: int, end: int) -> Iterator[bytes]:
        for place in range(first, end):
            for candidate in self._candidates:
                if place == 0 and self._request.get("echo"):
                    yield self._frame(candidate.index, candidate.prompt)
                if place < len(candidate.tokens):
                    yield self._token(candidate, place)

    def _token(self, candidate: _Candidate, place: int) -> bytes:
        text = candidate.tokens[place]
        if "logprobs" in self._request:
            offset = self._offsets[candidate.index][place]
            return self._frame(candidate.index, text, logprobs=_logprobs(self._request, [text], offset))
        known = candidate.index, text
        if known not in self._prepared:
            self._prepared[known] = self._frame(*known)
        return self._prepared[known]

    def _frame(self, index: int, text: str, finish_reason: str | None = None, logprobs: Json | None = None) -> bytes:
        model = self._request["model"]
        return _framed(completions.chunk(text, index, finish_reason, logprobs, model=model, **self._extra))

    def _end(self) -> Iterator[bytes]:
        for candidate in self._candidates:
            yield self._frame(candidate.index, "", candidate.finish_reason)
        if self._counts:
            yield _framed(completions.completion(id="cmpl-1", model=self._request["model"], usage=self._counts))
        yield _framed(DONE)
        yield http_chunk(b"")


def _framed(event: Json | str) -> bytes:
    return http_chunk(event_bytes(event))


def _checked(received: Received, models: Sequence[str]) -> Json:
    """Return the request's fields, or raise what OpenAI would answer (protocol 5.1)."""
    try:
        request = received.json
    except ValueError as error:
        raise _Refusal("We could not parse the JSON body of your request.") from error
    if not isinstance(request, dict):
        raise _Refusal("The body is not an object.")
    if not isinstance(request.get("model"), str):
        raise _Refusal("you must provide a model parameter", "model")
    if models and request["model"] not in models:
        message = f"The model '{request['model']}' does not exist"
        raise _Refusal(message, "model", 404, "model_not_found")
    for name, (is_integer, low, high) in _RANGES.items():
        value = request.get(name, low)
        is_number = isinstance(value, int if is_integer else int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise _Refusal(f"Invalid value for '{name}': expected {low} to {high}, got {json.dumps(value)}.", name)
    _check_together(request)
    return request


_RANGES: dict[str, tuple[bool, float, float]] = {
    "max_tokens": (True, 0, 2**30 - 1),
    "temperature": (False, 0, 2),
    "top_p": (False, 0, 1),
    "n": (True, 1, 128),
    "best_of": (True, 0, 20),
    "logprobs": (True, 0, 5),
    "presence_penalty": (False, -2, 2),
    "frequency_penalty": (False, -2, 2),
    "seed": (True, -(2**63), 2**63 - 1),
}
"""Whether each number is an integer, and its range; an absent one passes, null does not (Q1)."""


def _check_together(request: Json) -> None:
    stop = request.get("stop", [])
    stops = [stop] if isinstance(stop, str) else stop
    if not isinstance(stops, list) or len(stops) > 4 or not all(isinstance(text, str) and text for text in stops):
        raise _Refusal("Invalid 'stop': expected at most 4 non-empty strings.", "stop")
    if not _prompts(request):
        raise _Refusal("Invalid 'prompt': expected a string or a list of strings.", "prompt")
    if "best_of" in request and (request.get("stream") or request["best_of"] < request.get("n", 1)):
        raise _Refusal("best_of must be at least n, and cannot be streamed.", "best_of")
    if "stream_options" in request and not request.get("stream"):
        raise _Refusal("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")


def _prompts(request: Json) -> list[str]:
    """Return the prompts, none if they are not text: this server has no tokenizer."""
    prompt = request.get("prompt", "")
    prompts = [prompt] if isinstance(prompt, str) else prompt
    return prompts if isinstance(prompts, list) and all(isinstance(text, str) for text in prompts) else []


def _count(prompt: str) -> int:
    """Return a count of tokens as a tokenizer might: four characters each, at least one."""
    return max(1, math.ceil(len(prompt) / 4))


def _cut_at_stop(tokens: tuple[str, ...], stops: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Return the tokens before the first stop sequence, the last of them shortened, and whether there was one."""
    text = "".join(tokens)
    found = [place for place in (text.find(stop) for stop in stops) if place >= 0]
    if not found:
        return tokens, False
    kept: list[str] = []
    left = min(found)
    for token in tokens:
        if left <= 0:
            break
        kept.append(token[:left])
        left -= len(token)
    return tuple(kept), True


def _logprobs(request: Json, tokens: Sequence[str], offset: int) -> Json | None:
    """Return legacy arrays with the chosen token and as many others as asked for (protocol 5.6), or None."""
    if "logprobs" not in request:
        return None
    return legacy(*(_scored(token, request["logprobs"]) for token in tokens), offset=offset)


def _scored(token: str, alternatives: int) -> Scored:
    """Give a token a log-probability that depends on its text alone, and others less likely than it."""
    share = 0.35 + sum(token.encode()) % 60 / 100
    rest = [(text, math.log((1 - share) / 2**place)) for place, text in enumerate(_OTHERS[:alternatives], 1)]
    return Scored(token, math.log(share), ((token, math.log(share)), *rest))


_OTHERS = (" the", " and", ",", " of", " sea")
