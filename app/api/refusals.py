"""Which settings of a completion request a refusal is about (protocol 3.2 and 5.2, Q3, Q4, Q29).

Owns the words by which servers refuse a setting as such, told apart from a value that is out of range. Must not know
what is done about it, or HTTP.
"""

import re

from app.api.errors import ApiError, BadRequestError, ContentPolicyError, ContextTooLongError, TooLargeError
from app.domain.parameters import SamplingParameters

DROPPABLE = (
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "best_of",
    "echo",
    "suffix",
    "stop",
    "logit_bias",
    "logprobs",
)
"""The fields that a request can do without; what they ask for is then missing, and has to be said."""

_STATUSES = frozenset({400, 422, 501})
_OF_ITSELF = (ContextTooLongError, TooLargeError, ContentPolicyError)

_SAYS_UNSUPPORTED = re.compile(
    r"unsupported|\bnot?\b.{0,12}\b(support|permit|allow|accept|implement|recogni[sz])|n't support"
    r"|unrecogni[sz]ed|(unknown|unexpected) (\w+ )?(field|param|argument|property|name|keyword|key\b)"
    r"|extra (inputs?|fields?)|forbidden|不支持|不允许|未知"
    r"|unmarshal|deseriali[sz]e|invalid type|\bvalid (string|list|array|dict)|\bbool(ean)?\b",  # another type is known
    re.IGNORECASE,
)
_SAYS_OUT_OF_RANGE = re.compile(
    r"must|should|at (most|least)|m(ax|in)imum|too (long|many|large|big|small)|between|range|expected|empty"
    r"|(less|greater|more|fewer) than|exceed|invalid (value|type)|[<>≤≥]",
    re.IGNORECASE,
)
_SAYS_TOGETHER = re.compile(r"same time|together|\bboth\b|combin|simultaneous|同时", re.IGNORECASE)


def refused_parameters(error: ApiError, sent: SamplingParameters) -> tuple[str, ...]:
    """Return the wire names of the settings in `sent` that a server says it does not take; () where there are none.

    A value that is out of range is no refusal of its setting: without the setting the user would get something else
    than what was asked for, where a smaller number would have done.
    """
    if isinstance(error, _OF_ITSELF):
        return ()
    if not isinstance(error, BadRequestError) and error.http_status not in _STATUSES:
        return ()
    message = error.message
    says_so = bool(_SAYS_UNSUPPORTED.search(message))
    is_about_value = bool(_SAYS_OUT_OF_RANGE.search(message))
    asked = [name for name in DROPPABLE if sent.asks(name)]
    named = tuple(name for name in asked if _NAMES[name].search(message)) if says_so else ()
    if named or is_about_value:
        return named
    # Only `param` is looked for in the raw answer, which may quote the whole request.
    return tuple(name for name in asked if re.search(rf'"param"\s*:\s*"{name}"', error.detail))


def is_about_a_combination(message: str) -> bool:
    """Tell whether settings are refused only together, such as echo with probabilities by OpenAI."""
    return bool(_SAYS_TOGETHER.search(message))


def _name(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_]){pattern}(?![A-Za-z0-9_])", re.IGNORECASE)


# Some servers answer in camelCase. "stop" is a word of its own and counts only where it is meant as a name.
_NAMES = {name: _name(name.replace("_", "[_ ]?")) for name in DROPPABLE} | {
    "stop": re.compile(
        r"""["'`\[.]stop["'`\]]|\.stop\b|^stop:|[:\uff1a] *stop$|\bstop (sequences? )?(is|are) """
        r"""|\b(param|parameter|field|argument|property|name|key)s?( supplied)?[: ]+["'`\[]?stop\b""",
        re.IGNORECASE,
    )
}
