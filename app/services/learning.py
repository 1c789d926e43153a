"""What a run teaches about its server, and what is left out of the next one.

Owns the step from the events of a run to findings, and from findings to what is sent. Pure: must not know HTTP, disk or
where findings are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.api.errors import ApiError, ChatModelError
from app.api.refusals import is_about_a_combination
from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.domain.errors import ExpectedError
from app.domain.generation import Adjusted, Adjustment, CompletionRequest, StopReason
from app.domain.run import Run, RunState

MAX_REASON = 300
"""Characters of a server's words that are kept."""

SETTINGS = (
    Feature.LOGPROBS,
    Feature.STOP,
    Feature.SEED,
    Feature.ECHO,
    Feature.SUFFIX,
    Feature.BEST_OF,
    Feature.PRESENCE_PENALTY,
    Feature.FREQUENCY_PENALTY,
)
"""The features whose value is the wire name of a setting that a request can do without."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A request as the server is known to take it, and what was left out of it, to be said once.

    `one_at_a_time`: more than one candidate is known not to come from one request.
    """

    request: CompletionRequest
    adjusted: tuple[Adjusted, ...] = ()
    one_at_a_time: bool = False


def fit(request: CompletionRequest, known: CapabilityMap) -> Fitted:
    """Return the request without what its server is known to refuse; the very same where that is nothing."""
    refused = [
        known.findings[feature]
        for feature in SETTINGS
        if known.support(feature) is Support.REFUSED and request.parameters.asks(feature.value)
    ]
    parameters = request.parameters.without(finding.feature.value for finding in refused)
    most = known.findings[Feature.LOGPROBS].maximum if known.support(Feature.LOGPROBS) is Support.HONOURED else None
    if most and parameters.logprobs is not None and parameters.logprobs > most:
        parameters = replace(parameters, logprobs=most)  # fewer alternatives than asked for are normal (Q25)
    stream = request.stream and known.support(Feature.STREAM) is not Support.REFUSED
    with_usage = request.with_usage and known.support(Feature.USAGE_IN_STREAM) is not Support.REFUSED
    adjusted = [Adjusted.without(finding.feature.value, finding.reason) for finding in refused]
    if stream is not request.stream:
        adjusted.append(Adjusted(Adjustment.ANSWERED_WITHOUT_STREAM))
    if (parameters, stream, with_usage) != (request.parameters, request.stream, request.with_usage):
        request = replace(request, parameters=parameters, stream=stream, with_usage=with_usage)
    alone = known.support(Feature.CANDIDATES) in {Support.IGNORED, Support.REFUSED}
    return Fitted(request, tuple(adjusted), alone)


def lessons(
    request: CompletionRequest, run: Run, adjusted: Sequence[Adjusted], error: ExpectedError | None = None
) -> tuple[Finding, ...]:
    """Return what a run has taught, however it ended.

    Args:
        request: what was sent, after `fit`.
        run: the run at its end.
        adjusted: what was said of it on the way.
        error: what it failed with.
    """
    now = datetime.now(UTC)
    found = [*_from_adjustments(request, adjusted), *_from_answer(request, run, {event.what for event in adjusted})]
    if isinstance(error, ChatModelError):
        found.append((Feature.COMPLETION, Support.REFUSED, reason_of(error)))
    return tuple(Finding(feature, support, now, reason=reason) for feature, support, reason in found)


def reason_of(error: ApiError) -> str:
    """Return a server's own words for a refusal, as one line."""
    return shortened(error.message or str(error.http_status or error.code))


def shortened(words: str) -> str:
    """Return a server's words as one line."""
    return " ".join(words.split())[:MAX_REASON]


_Lesson = tuple[Feature, Support, str]


def _from_adjustments(request: CompletionRequest, adjusted: Sequence[Adjusted]) -> Iterator[_Lesson]:
    for event in adjusted:
        match event.what:
            case Adjustment.PARAMETER_DROPPED | Adjustment.LOGPROBS_DROPPED:
                is_logprobs = event.what is Adjustment.LOGPROBS_DROPPED
                name, reason = ("logprobs", event.detail) if is_logprobs else (event.detail, event.reason)
                # What `fit` left out was not asked for, and teaches nothing new.
                if request.parameters.asks(name) and not is_about_a_combination(reason):
                    yield from (
                        (feature, Support.REFUSED, shortened(reason)) for feature in SETTINGS if feature == name
                    )
            case Adjustment.STREAM_OPTIONS_DROPPED:
                yield Feature.USAGE_IN_STREAM, Support.REFUSED, shortened(event.detail)
            case Adjustment.ANSWERED_WITHOUT_STREAM if request.stream:
                yield Feature.STREAM, Support.IGNORED, ""
            case Adjustment.TEMPLATE_SUSPECTED:
                yield Feature.RAW_PROMPT, Support.IGNORED, ""
            case Adjustment.CANDIDATES_IN_PARALLEL:
                together = request.parameters.n - int(event.detail or request.parameters.n)
                # None at all says nothing: n may only have been larger than what the server takes.
                if together:
                    yield Feature.CANDIDATES, Support.HONOURED if together > 1 else Support.IGNORED, ""


def _from_answer(request: CompletionRequest, run: Run, said: set[Adjustment]) -> Iterator[_Lesson]:
    """Yield what the answer itself shows; only one that came to its end shows what is missing."""
    asked = request.parameters
    if not any(candidate.text for candidate in run.candidates):
        return
    yield Feature.COMPLETION, Support.HONOURED, ""
    if request.stream and Adjustment.ANSWERED_WITHOUT_STREAM not in said:
        yield Feature.STREAM, Support.HONOURED, ""
        if request.with_usage and Adjustment.STREAM_OPTIONS_DROPPED not in said:
            yield from _from_usage(run)
    if asked.logprobs and any(token.logprob is not None for one in run.candidates for token in one.tokens):
        yield Feature.LOGPROBS, Support.HONOURED, ""
    is_whole = run.state is RunState.DONE
    if is_whole and asked.n > 1 and not said & {Adjustment.CANDIDATES_IN_PARALLEL, Adjustment.FEWER_CANDIDATES}:
        yield Feature.CANDIDATES, Support.HONOURED, ""
    if Adjustment.PARAMETER_DROPPED not in said:
        yield from _from_text(request, run)


def _from_usage(run: Run) -> Iterator[_Lesson]:
    if run.usage is not None and not run.usage.is_estimated:
        yield Feature.USAGE_IN_STREAM, Support.HONOURED, ""
    elif run.state is RunState.DONE:
        yield Feature.USAGE_IN_STREAM, Support.IGNORED, ""


def _from_text(request: CompletionRequest, run: Run) -> Iterator[_Lesson]:
    """Yield what became of settings that show in the text."""
    asked, texts = request.parameters, [candidate.text for candidate in run.candidates]
    if asked.echo:
        if texts[0].startswith(run.prompt):
            yield Feature.ECHO, Support.HONOURED, ""
        elif run.state is RunState.DONE:
            yield Feature.ECHO, Support.IGNORED, ""
    elif any(sequence in text for sequence in asked.stop for text in texts):
        yield Feature.STOP, Support.IGNORED, ""
    elif any(candidate.reason is StopReason.STOP_SEQUENCE for candidate in run.candidates):
        yield Feature.STOP, Support.HONOURED, ""
