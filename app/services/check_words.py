"""What a check says, in English: a title for each step and feature, and a sentence for each detail.

The one table of these words: `quillpane connections check` prints them, the window translates them in the context
"Check". Must not know how a step is made. Names in braces stand for the values of a detail.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.domain.capabilities import Feature
from app.domain.check import Detail, DetailKind, Step
from app.domain.marking import QT_TRANSLATE_NOOP

CONTEXT = "Check"
"""The context in which the words are translated."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        Step.NAME: QT_TRANSLATE_NOOP("Check", "Looking up the name"),
        Step.CONNECTION: QT_TRANSLATE_NOOP("Check", "Connecting"),
        Step.PROXY: QT_TRANSLATE_NOOP("Check", "Passing the proxy"),
        Step.TLS: QT_TRANSLATE_NOOP("Check", "Secure connection"),
        Step.KEY: QT_TRANSLATE_NOOP("Check", "Key"),
        Step.MODEL_LIST: QT_TRANSLATE_NOOP("Check", "List of models"),
        Step.COMPLETION: QT_TRANSLATE_NOOP("Check", "Continuing a text"),
        Step.CHAT: QT_TRANSLATE_NOOP("Check", "Chat"),
        Step.STREAM: QT_TRANSLATE_NOOP("Check", "Streaming word by word"),
        Step.USAGE_IN_STREAM: QT_TRANSLATE_NOOP("Check", "Token counts while streaming"),
        Step.LOGPROBS: QT_TRANSLATE_NOOP("Check", "Probabilities"),
        Step.CANDIDATES: QT_TRANSLATE_NOOP("Check", "Several candidates at once"),
        Step.STOP: QT_TRANSLATE_NOOP("Check", "Stop sequences"),
        Step.SEED: QT_TRANSLATE_NOOP("Check", "Same seed, same answer"),
        Step.ECHO: QT_TRANSLATE_NOOP("Check", "Repeating the prompt (echo)"),
        Step.SUFFIX: QT_TRANSLATE_NOOP("Check", "Filling a gap (suffix)"),
        Step.BEST_OF: QT_TRANSLATE_NOOP("Check", "Best of several (best_of)"),
        Feature.PRESENCE_PENALTY: QT_TRANSLATE_NOOP("Check", "Topic penalty"),
        Feature.FREQUENCY_PENALTY: QT_TRANSLATE_NOOP("Check", "Repetition penalty"),
        Step.RAW_PROMPT: QT_TRANSLATE_NOOP("Check", "Prompt as it is, without a chat around it"),
        Step.PICTURES: QT_TRANSLATE_NOOP("Check", "Pictures"),
    }
)
"""The title of each step and feature, by its name."""

DETAILS: Mapping[DetailKind, str] = MappingProxyType(
    {
        DetailKind.FOUND: QT_TRANSLATE_NOOP("Check", "found: {address}"),
        DetailKind.CONNECTED: QT_TRANSLATE_NOOP("Check", "connected to {address} in {milliseconds} ms"),
        DetailKind.BUILT_IN: QT_TRANSLATE_NOOP("Check", "on this computer"),
        DetailKind.NO_PROXY: QT_TRANSLATE_NOOP("Check", "no proxy"),
        DetailKind.THROUGH_PROXY: QT_TRANSLATE_NOOP("Check", "through {proxy}"),
        DetailKind.CERTIFICATE: QT_TRANSLATE_NOOP("Check", "certificate by {issuer}, valid until {until}"),
        DetailKind.NO_TLS: QT_TRANSLATE_NOOP("Check", "not encrypted"),
        DetailKind.KEY_ACCEPTED: QT_TRANSLATE_NOOP("Check", "accepted"),
        DetailKind.NO_KEY_NEEDED: QT_TRANSLATE_NOOP("Check", "no key needed"),
        DetailKind.CANNOT_TELL: QT_TRANSLATE_NOOP("Check", "cannot be told"),
        DetailKind.MODELS: QT_TRANSLATE_NOOP("Check", "{count} listed; checked with {model}"),
        DetailKind.MODEL_NOT_LISTED: QT_TRANSLATE_NOOP("Check", "{count} listed, but not {model}"),
        DetailKind.NO_LIST: QT_TRANSLATE_NOOP("Check", "no list of models"),
        DetailKind.NO_MODEL: QT_TRANSLATE_NOOP("Check", "no model to check"),
        DetailKind.HONOURED: QT_TRANSLATE_NOOP("Check", "works"),
        DetailKind.IGNORED: QT_TRANSLATE_NOOP("Check", "accepted, but without effect"),
        DetailKind.REFUSED: QT_TRANSLATE_NOOP("Check", "refused: {reason}"),
        DetailKind.ALTERNATIVES: QT_TRANSLATE_NOOP("Check", "works, with {maximum} alternatives at most"),
        DetailKind.ONE_CANDIDATE: QT_TRANSLATE_NOOP("Check", "one candidate at a time"),
        DetailKind.BUSY: QT_TRANSLATE_NOOP("Check", "the server is busy right now"),
        DetailKind.TEMPLATE: QT_TRANSLATE_NOOP("Check", "the prompt is wrapped in a chat; the model may answer it"),
        DetailKind.NOT_WITHOUT: QT_TRANSLATE_NOOP("Check", "not without: {step}"),
    }
)
"""The sentence of each detail."""

_NAME = re.compile(r"\{(\w+)\}")


def words_of(detail: Detail, translate: Callable[[str], str] = str) -> str:
    """Return the sentence of a detail with its values put in.

    `translate` turns an English template into another language, before the values go in. A step among the values is
    named by its title.
    """
    values = {name: str(value) for name, value in detail.values.items()}
    if "step" in values:
        values["step"] = translate(TITLES[values["step"]])
    return _NAME.sub(lambda name: values.get(name[1], "…"), translate(DETAILS[detail.kind]))
