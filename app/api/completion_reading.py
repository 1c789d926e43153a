"""What a server sends back for a completion, as domain events: the chunks of a stream, or one whole answer.

Owns the shapes of protocol 4.3 and 5.4 to 5.7 and what they mean (Q13 to Q18, Q30). Pure: must not know HTTP or time.
"""

import json
from collections.abc import Iterable
from typing import Any

from app.api.envelopes import says_error
from app.api.errors import ApiError, ProtocolError, classify
from app.api.logprobs import TokenAligner
from app.api.sse import ServerSentEvent
from app.api.text import SurrogateJoiner, without_surrogates
from app.domain.generation import (
    Adjusted,
    Adjustment,
    CandidateFinished,
    CompletionRequest,
    GenerationEvent,
    Started,
    StopReason,
    TextArrived,
    TokensArrived,
    Usage,
    UsageReported,
    most_tokens,
)
from app.domain.tokens import Token

MAX_CANDIDATES = 128
_MAX_UNREADABLE = 3
_MAX_COUNT = 10**12
_REASONS = {"length": StopReason.LENGTH, "content_filter": StopReason.FILTER}
_ENDS_OF_TURN = frozenset({"stop", "end_turn", "eos", "eos_token"})


class CompletionReader:
    """Read one answer; made anew for each.

    Text of one candidate that came in one `feed` is given as one event, before its tokens and its end. After an error
    object, `failure` holds it and nothing more is read: what was given out before stays valid (Q14).
    """

    def __init__(self, request: CompletionRequest, *, request_id: str = "", key: str | None = None) -> None:
        self._request = request
        self._request_id = request_id
        self._key = key
        self._has_read = False
        self._has_started = False
        self._candidates: dict[int, _Candidate] = {}
        self._touched: dict[int, _Candidate] = {}
        self._usage = _UsageCount()
        self._suspects_template = False
        self._unreadable = 0
        self.is_done = False
        self.failure: ApiError | None = None

    @property
    def has_ended(self) -> bool:
        """Tell whether the stream said its last word."""
        return self.is_done or self.failure is not None

    @property
    def is_complete(self) -> bool:
        """Tell whether every candidate asked for has come to its end, so that a break harms nothing any more."""
        ended = sum(candidate.has_ended for candidate in self._candidates.values())
        return ended >= self._request.parameters.n and ended == len(self._candidates)

    def feed(self, events: Iterable[ServerSentEvent]) -> list[GenerationEvent]:
        """Read the events of a stream that came together and return what they mean (protocol 4.3)."""
        out: list[GenerationEvent] = []
        for event in events:
            data = event.data
            if not data:
                continue
            if data.startswith("[DONE]"):
                self.is_done = True
                break
            try:
                content = json.loads(data)
            except (ValueError, RecursionError):
                content = None
            if event.event == "error" or says_error(content):
                self.failure = classify(200, {}, data, key=self._key)
            elif isinstance(content, dict):
                self._unreadable = 0
                self._read(content, out)
            else:
                self._count_unreadable(data)
            if self.failure:
                break
        self._flush(out)
        return out

    def read_whole(self, content: dict[str, Any]) -> list[GenerationEvent]:
        """Read an answer that came in one piece, and return what it means (protocol 5.4, 5.5)."""
        out: list[GenerationEvent] = []
        self._read(content, out)
        self._flush(out)
        return out

    def finish(self) -> list[GenerationEvent]:
        """Return what the end of the answer means: a candidate without a finish reason was interrupted (Q13).

        Raises:
            ProtocolError: Nothing of the answer could be read.
        """
        if not self._has_read and not self.is_done:
            raise ProtocolError(http_status=200, request_id=self._request_id, code="empty_answer")
        if not self._candidates:
            self._candidate(0, 0)  # said nothing at all
        out: list[GenerationEvent] = []
        for index, candidate in self._candidates.items():
            candidate.close()
            self._touched[index] = candidate
        self._flush(out)
        return out

    def _read(self, content: dict[str, Any], out: list[GenerationEvent]) -> None:
        self._has_read = True
        if not self._has_started and (content.get("choices") or content.get("model")):
            self._has_started = True
            request_id = self._request_id or _text(content.get("id"))
            out.append(
                Started(
                    _text(content.get("model")) or None,
                    request_id or None,
                    _text(content.get("system_fingerprint")) or None,
                )
            )
        choices = content.get("choices")
        if isinstance(choices, dict):  # the seed page's schema (protocol 5.5)
            choices = [choices]
        elif not isinstance(choices, list):
            choices = []
        for position, choice in enumerate(choices):
            if isinstance(choice, dict):
                self._read_choice(choice, position)
        if usage := content.get("usage"):
            self._read_usage(usage, choices, out)

    def _read_choice(self, choice: dict[str, Any], position: int) -> None:
        """Add one choice to its candidate (Q16)."""
        index = choice.get("index", position)
        candidate = self._candidates.get(index) if type(index) is int else None
        if candidate is None:
            index, candidate = self._candidate(index, position)
        text = choice.get("text")
        if type(text) is not str or not text:
            text = _text_elsewhere(choice)
        candidate.add(text, choice.get("logprobs"))
        if reason := choice.get("finish_reason"):
            candidate.end(reason, choice)
        self._touched[index] = candidate

    def _candidate(self, index: object, position: int) -> tuple[int, "_Candidate"]:
        """Return the candidate at index, new where need be; an index that is none counts as the choice's position."""
        known = index if type(index) is int and 0 <= index < MAX_CANDIDATES else position
        if known not in self._candidates:
            self._candidates[known] = _Candidate(self._request)
        return known, self._candidates[known]

    def _read_usage(self, usage: object, choices: list[Any], out: list[GenerationEvent]) -> None:
        index = choices[0].get("index", 0) if len(choices) == 1 and isinstance(choices[0], dict) else None
        counted = self._usage.add(usage, index if type(index) is int else None)
        if counted is None:
            return
        out.append(UsageReported(counted))
        parameters = self._request.parameters
        if not self._suspects_template:
            limit = most_tokens(self._request.prompt + (parameters.suffix or ""))
            if limit is not None and counted.prompt_tokens > limit * parameters.n:
                self._suspects_template = True
                out.append(Adjusted(Adjustment.TEMPLATE_SUSPECTED, str(counted.prompt_tokens)))

    def _count_unreadable(self, data: str) -> None:
        self._unreadable += 1
        if self._unreadable >= _MAX_UNREADABLE:
            found = classify(200, {}, data, key=self._key)
            self.failure = ProtocolError(http_status=200, code="unreadable_stream", detail=found.detail)

    def _flush(self, out: list[GenerationEvent]) -> None:
        """Give out what the candidates have gathered, text first."""
        for index, candidate in self._touched.items():
            candidate.flush(index, out)
        self._touched.clear()


class _Candidate:
    """Gather what came for one candidate since the last flush."""

    def __init__(self, request: CompletionRequest) -> None:
        parameters = request.parameters
        self._stop = parameters.stop
        self._aligner = None if parameters.logprobs is None else TokenAligner(parameters.logprobs)
        self._joiner = SurrogateJoiner()
        self._texts: list[str] = []
        self._tokens: list[Token] = []
        self._end: tuple[StopReason, str] | None = None
        self.has_ended = False

    def add(self, text: str, logprobs: object) -> None:
        if text:
            text = self._joiner.feed(text)
            self._texts.append(text)
        if self._aligner:
            self._tokens += self._aligner.feed(text, logprobs)

    def end(self, reason: object, choice: dict[str, Any]) -> None:
        """Note why the candidate stopped; the first reason counts."""
        if self.has_ended:
            return
        self.has_ended = True
        if reason == "stop":
            self._end = self._why_stopped(choice)
        elif isinstance(reason, str) and reason in _REASONS:
            self._end = (_REASONS[reason], "")
        else:
            self._end = (StopReason.OTHER, without_surrogates(str(reason)))

    def close(self) -> None:
        """Note that nothing more will come."""
        if rest := self._joiner.finish():
            self.add(rest, None)
        if self._aligner:
            self._tokens += self._aligner.finish()
        if not self.has_ended:
            self.has_ended = True
            self._end = (StopReason.INTERRUPTED, "")

    def flush(self, index: int, out: list[GenerationEvent]) -> None:
        texts = self._texts
        if texts:
            text = texts[0] if len(texts) == 1 else "".join(texts)
            if text:
                out.append(TextArrived(index, text))
            texts.clear()
        if self._tokens:
            out.append(TokensArrived(index, tuple(self._tokens)))
            self._tokens.clear()
        if self._end:
            out.append(CandidateFinished(index, *self._end))
            self._end = None

    def _why_stopped(self, choice: dict[str, Any]) -> tuple[StopReason, str]:
        """Tell the natural end from a stop sequence: vLLM, llama.cpp and SGLang may name it."""
        for name in ("stop_reason", "stopping_word", "matched_stop"):
            word = choice.get(name)
            if isinstance(word, str) and word and (word in self._stop or word not in _ENDS_OF_TURN):
                return StopReason.STOP_SEQUENCE, without_surrogates(word)
        return (StopReason.STOP if self._stop else StopReason.NATURAL_END), ""


class _UsageCount:
    """Token counts from wherever they arrive: the last that says something wins (Q17).

    Where counts ride on chunks of single candidates, as llama.cpp sends them, those of the candidates are added up,
    until a chunk without choices says the total.
    """

    def __init__(self) -> None:
        self._by_index: dict[int, Usage] = {}
        self._reported: Usage | None = None
        self._has_total = False

    def add(self, usage: object, index: int | None) -> Usage | None:
        """Take one `usage` field; return the counts where they are new."""
        if not isinstance(usage, dict):
            return None
        counted = Usage(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
        if not counted.prompt_tokens and not counted.completion_tokens:
            return None
        if index is None:
            self._has_total = True
        elif self._has_total:
            return None
        else:
            self._by_index[index] = counted
            counted = Usage(
                max(part.prompt_tokens for part in self._by_index.values()),
                sum(part.completion_tokens for part in self._by_index.values()),
            )
        if counted == self._reported:
            return None
        self._reported = counted
        return counted


def _text_elsewhere(choice: dict[str, Any]) -> str:
    """Return the text of a choice in chat form (Q18, protocol 5.5)."""
    for part, name in (("message", "content"), ("delta", "content"), ("delta", "text"), ("message", "text")):
        holder = choice.get(part)
        if isinstance(holder, dict) and (found := _content_text(holder.get(name))):
            return found
    return ""


def _content_text(content: object) -> str:
    """Return content as text; it may be a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = (part.get("text") if isinstance(part, dict) else part for part in content)
    return "".join(text for text in texts if isinstance(text, str))


def _text(value: object) -> str:
    return without_surrogates(value) if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if type(value) is int and 0 < value < _MAX_COUNT else 0
