"""`POST /v1/completions`, streamed or not, as domain events (protocol 5).

Owns one generation from request to last event: what is asked again and differently, and how the answer is told apart.
Must not know who asks, or what becomes of the events.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import NamedTuple

from app.api.answer import Answer
from app.api.completion_reading import CompletionReader
from app.api.completion_request import (
    build_body,
    completions_url,
    refuses_missing_prompt,
    refuses_stream_options,
    stop_limit,
)
from app.api.connection import HttpClient
from app.api.envelopes import read_content, read_json, says_error
from app.api.errors import ApiError, classify, unreadable
from app.api.refusals import is_about_a_combination, refused_parameters
from app.api.retry import RetrySchedule
from app.api.sse import SseDecoder
from app.domain.generation import Adjusted, Adjustment, CompletionRequest, GenerationEvent
from app.domain.profile import Endpoint

Events = AsyncGenerator[GenerationEvent, None]
Batch = list[GenerationEvent]
"""Events that came together."""

_STREAM_STARTS = (b"data:", b"event:", b"id:", b"retry:", b":")
_BLANK = b"\xef\xbb\xbf \t\r\n"


class _Sent(NamedTuple):
    """What one try sends: the request, less what its server is known to refuse."""

    request: CompletionRequest
    with_stream_options: bool
    with_empty_prompt: bool


class _Again(NamedTuple):
    """Send a request again after so many seconds, without the settings named, and say so."""

    delay: float = 0
    said: tuple[Adjusted, ...] = ()
    without: tuple[str, ...] = ()


class CompletionsClient:
    """Ask servers for completions and remember what each cannot take (Q3, Q4); used from one event loop."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._refuse_stream_options: set[str] = set()
        self._refused: dict[tuple[str, str], dict[str, str]] = {}  # the settings, each with the server's words
        self._need_prompt: set[str] = set()

    async def stream(self, endpoint: Endpoint, request: CompletionRequest) -> Events:
        """Yield the events of one generation; close the generator, or cancel its task, to stop it at once (Q26).

        `Measured` is left to the caller. A request is sent again only before the first event of an answer (Q27);
        `Adjusted` says whenever something else was sent than was asked for.

        Raises:
            ApiError: The request failed or broke; what was yielded before stays valid (Q14).
            InvalidParametersError: The request is one that no server takes; nothing was sent.
        """
        request.parameters.validate(stream=request.stream, max_stop=stop_limit(endpoint.base_url))
        schedule = self._http.retry_schedule()
        for name, reason in self._refused.get((endpoint.base_url, request.model), {}).items():
            if request.parameters.asks(name):
                yield Adjusted.without(name, reason)
        while True:
            sent, has_begun = self._adapted(endpoint, request), False
            try:
                async with aclosing(self._attempt(endpoint, sent)) as batches:
                    async for events in batches:
                        has_begun = True
                        for event in events:
                            yield event
            except ApiError as error:
                again = None if has_begun else self._try_again(endpoint, sent, error, schedule)
                if again is None:
                    raise
                for adjusted in again.said:
                    yield adjusted
                request = _without(request, again.without)
                await asyncio.sleep(again.delay)
            else:
                return

    async def try_once(self, endpoint: Endpoint, request: CompletionRequest) -> Events:
        """Yield the events of one try, in which nothing is left out, repeated or remembered; raises as `stream`."""
        request.parameters.validate(stream=request.stream, max_stop=stop_limit(endpoint.base_url))
        sent = _Sent(request, request.stream and request.with_usage, with_empty_prompt=False)
        async with aclosing(self._attempt(endpoint, sent)) as batches:
            async for events in batches:
                for event in events:
                    yield event

    def forget(self, base_url: str) -> None:
        """Forget what the server at an API root refused, so that everything is asked of it again."""
        self._refuse_stream_options.discard(base_url)
        self._need_prompt.discard(base_url)
        self._refused = {key: names for key, names in self._refused.items() if key[0] != base_url}

    async def _attempt(self, endpoint: Endpoint, sent: _Sent) -> AsyncGenerator[Batch, None]:
        """Send the request once and yield the events of its answer as they come, those that came together at once."""
        request = sent.request
        body = build_body(
            request,
            with_stream_options=sent.with_stream_options,
            with_empty_prompt=sent.with_empty_prompt,
            extra=endpoint.extra_body,
        )
        url = completions_url(endpoint.base_url)
        async with self._http.send(endpoint, "POST", url, body=body, is_stream=request.stream) as answer:
            reader = CompletionReader(request, request_id=answer.request_id, key=endpoint.key)
            start = await _read_start(answer)
            batches = (
                _read_stream(answer, reader, start)
                if _is_stream(answer.content_type, start)
                else _read_whole(answer, reader, start, endpoint.key, asked_for_stream=request.stream)
            )
            async with aclosing(batches):
                async for events in batches:
                    yield events

    def _adapted(self, endpoint: Endpoint, request: CompletionRequest) -> _Sent:
        """Return what to send to this server; the very same request where it is not known to refuse any of it."""
        server = endpoint.base_url
        return _Sent(
            _without(request, self._refused.get((server, request.model), ())),
            request.stream and request.with_usage and server not in self._refuse_stream_options,
            server in self._need_prompt,
        )

    def _try_again(self, endpoint: Endpoint, sent: _Sent, error: ApiError, schedule: RetrySchedule) -> _Again | None:
        """Tell how to go on after a failure: without what was refused, which is remembered, or later, or not at all."""
        server, request = endpoint.base_url, sent.request
        if sent.with_stream_options and refuses_stream_options(error):
            self._refuse_stream_options.add(server)
            return _Again(said=(Adjusted(Adjustment.STREAM_OPTIONS_DROPPED, error.message),))
        if names := refused_parameters(error, request.parameters):
            if is_about_a_combination(error.message):
                names = names[:1]  # each alone may do, and another request may ask for the other
            else:
                known = self._refused.setdefault((server, request.model), {})
                known.update(dict.fromkeys(names, error.message))
            return _Again(said=tuple(Adjusted.without(name, error.message) for name in names), without=names)
        if not request.prompt and not sent.with_empty_prompt and refuses_missing_prompt(error):
            self._need_prompt.add(server)
            return _Again()
        if (delay := schedule.next_delay(error)) is None:
            return None
        return _Again(delay, (Adjusted(Adjustment.RETRIED, error.message or str(error.http_status or error.code)),))


def _without(request: CompletionRequest, names: Iterable[str]) -> CompletionRequest:
    parameters = request.parameters.without(names)
    return request if parameters is request.parameters else replace(request, parameters=parameters)


async def _read_start(answer: Answer) -> bytes:
    """Return the first bytes of the body, as many as it takes to tell a stream from anything else."""
    start = b""
    async for chunk in answer.chunks:
        start += chunk
        word = start.lstrip(_BLANK)
        if word and not any(len(word) < len(name) and name.startswith(word) for name in _STREAM_STARTS):
            break
    return start


def _is_stream(content_type: str, start: bytes) -> bool:
    """Tell whether a body is an event stream, by its type and not by what was asked for (protocol 4.1).

    The first bytes come first: JSON and pages are sent under any type, and streams as plain text.
    """
    word = start.lstrip(_BLANK)
    if word.startswith((b"{", b"[", b"<")):
        return False
    return content_type == "text/event-stream" or word.startswith(_STREAM_STARTS)


async def _read_stream(answer: Answer, reader: CompletionReader, start: bytes) -> AsyncGenerator[Batch, None]:
    decoder = SseDecoder()
    try:
        if batch := reader.feed(decoder.feed(start)):
            yield batch
        if not reader.has_ended:
            async for chunk in answer.chunks:
                if batch := reader.feed(decoder.feed(chunk)):
                    yield batch
                if reader.has_ended:
                    break
            else:
                yield reader.feed(decoder.finish())
    except ApiError:
        # Whatever came of the last event may be whole; and a break behind the last finish reason harms nothing.
        yield reader.feed(decoder.finish())
        if not reader.is_complete:
            raise
    if reader.failure:
        raise reader.failure
    yield reader.finish()
    await answer.drain()


async def _read_whole(
    answer: Answer, reader: CompletionReader, start: bytes, key: str | None, *, asked_for_stream: bool
) -> AsyncGenerator[Batch, None]:
    """Read an answer in one piece, also where a stream was asked for (protocol 4.1, case 8)."""
    body = (start + await answer.read()).decode("utf-8", "replace").lstrip("\ufeff")
    content = read_json(body)
    has_choices = isinstance(content, dict) and isinstance(content.get("choices"), list | dict)
    if has_choices:
        if asked_for_stream:
            yield [Adjusted(Adjustment.ANSWERED_WITHOUT_STREAM)]
        yield reader.read_whole(content)
    if says_error(content) or (isinstance(content, dict) and not has_choices and read_content(content).message):
        raise classify(answer.status, answer.headers, body, key=key)
    if not has_choices:
        raise unreadable(answer.status, answer.headers, body, key=key)
    yield reader.finish()
