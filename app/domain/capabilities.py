"""What a server honours, ignores or refuses, per model, and when that was learnt.

Owns the vocabulary and the rule by which a newer finding replaces an older one. Must not know how findings are made or
kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Feature(StrEnum):
    """One thing a server may or may not do with `POST /v1/completions` and its neighbours."""

    COMPLETION = "completion"
    CHAT = "chat"
    STREAM = "stream"
    USAGE_IN_STREAM = "usage_in_stream"
    LOGPROBS = "logprobs"
    CANDIDATES = "n"
    STOP = "stop"
    SEED = "seed"
    ECHO = "echo"
    SUFFIX = "suffix"
    BEST_OF = "best_of"
    PRESENCE_PENALTY = "presence_penalty"
    FREQUENCY_PENALTY = "frequency_penalty"
    RAW_PROMPT = "raw_prompt"
    """Honoured: the prompt reaches the model as it is; ignored: a chat template is put around it (Q30)."""
    PICTURES = "pictures"
    MODEL_LIST = "model_list"


class Support(StrEnum):
    """What became of a feature; UNKNOWN until it was tried."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was learnt of one feature.

    `maximum` is the largest number that works, where the feature has one (alternatives per token, candidates).
    `reason` is the server's own word for a refusal, one line at most.
    """

    feature: Feature
    support: Support
    learnt: datetime
    maximum: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CapabilityMap:
    """All findings for one connection and model."""

    findings: Mapping[Feature, Finding] = field(default_factory=dict)

    def support(self, feature: Feature) -> Support:
        """Return what is known of a feature."""
        finding = self.findings.get(feature)
        return Support.UNKNOWN if finding is None else finding.support

    def with_findings(self, new: Iterable[Finding]) -> "CapabilityMap":
        """Return the map with findings put in; a newer one replaces an older one, UNKNOWN replaces nothing."""
        merged = dict(self.findings)
        for finding in new:
            known = merged.get(finding.feature)
            if finding.support is not Support.UNKNOWN and (known is None or known.learnt <= finding.learnt):
                merged[finding.feature] = finding
        return CapabilityMap(merged)
