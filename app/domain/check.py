"""The check of a connection: its steps, how each stands, and what is said of it.

Owns the vocabulary that the check, the doctor, the window and the command line share. Must not know how a step is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.capabilities import Feature, Finding
from app.domain.errors import ExpectedError


class Step(StrEnum):
    """One thing a check looks at, in the order of a check; those named like a `Feature` are about it."""

    NAME = "name"
    CONNECTION = "connection"
    PROXY = "proxy"
    TLS = "tls"
    KEY = "key"
    MODEL_LIST = Feature.MODEL_LIST.value
    COMPLETION = Feature.COMPLETION.value
    CHAT = Feature.CHAT.value
    STREAM = Feature.STREAM.value
    USAGE_IN_STREAM = Feature.USAGE_IN_STREAM.value
    LOGPROBS = Feature.LOGPROBS.value
    CANDIDATES = Feature.CANDIDATES.value
    STOP = Feature.STOP.value
    SEED = Feature.SEED.value
    ECHO = Feature.ECHO.value
    SUFFIX = Feature.SUFFIX.value
    BEST_OF = Feature.BEST_OF.value
    RAW_PROMPT = Feature.RAW_PROMPT.value
    PICTURES = Feature.PICTURES.value


NETWORK_STEPS = frozenset({Step.NAME, Step.CONNECTION, Step.PROXY, Step.TLS})
"""The steps that look at the way to the server and ask it nothing."""


class StepState(StrEnum):
    """How a step stands; OK means that its question was answered, also where the answer is "refused"."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class DetailKind(StrEnum):
    """What is said of a step in one short sentence, with the names of its values."""

    FOUND = "found"  # address
    CONNECTED = "connected"  # address, milliseconds
    BUILT_IN = "built_in"
    NO_PROXY = "no_proxy"
    THROUGH_PROXY = "through_proxy"  # proxy
    CERTIFICATE = "certificate"  # issuer, until
    NO_TLS = "no_tls"
    KEY_ACCEPTED = "key_accepted"
    NO_KEY_NEEDED = "no_key_needed"
    CANNOT_TELL = "cannot_tell"
    MODELS = "models"  # count, model
    MODEL_NOT_LISTED = "model_not_listed"  # count, model
    NO_LIST = "no_list"
    NO_MODEL = "no_model"
    HONOURED = "honoured"
    IGNORED = "ignored"
    REFUSED = "refused"  # reason
    ALTERNATIVES = "alternatives"  # maximum
    ONE_CANDIDATE = "one_candidate"
    BUSY = "busy"
    TEMPLATE = "template"
    NOT_WITHOUT = "not_without"  # step: the one without which this one is pointless


@dataclass(frozen=True, slots=True)
class Detail:
    """One sentence about a step: its kind, and the values to be put into the words for it."""

    kind: DetailKind
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step stands now: once when it begins and once when it ends.

    `findings` were learnt in it; `error` is why it failed; `seconds` is how long it took, None while it runs and where
    nothing was done.
    """

    step: Step
    state: StepState
    detail: Detail | None = None
    findings: tuple[Finding, ...] = ()
    error: ExpectedError | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a check would do: its steps, and at most how many requests with how many generated tokens in all.

    Tokens of the prompts come on top: a few for each request, and those of one tiny picture.
    """

    steps: tuple[Step, ...]
    request_count: int
    token_bound: int
