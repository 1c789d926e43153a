"""What is wrong with a connection: the kinds of trouble, and a finding of one.

Owns the vocabulary that the doctor, the window and the command line share. Must not know how a trouble is found, or how
it is worded for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.check import Step
from app.domain.errors import ExpectedError


class DiagnosisKind(StrEnum):
    """One trouble with one remedy; beside each, the facts that its words name."""

    # the way there
    NO_NETWORK = "no_network"
    NAME_NOT_FOUND = "name_not_found"  # host
    NOTHING_LISTENS = "nothing_listens"  # host, port
    TIMED_OUT = "timed_out"  # host
    UNREACHABLE = "unreachable"  # host
    CAPTIVE_PORTAL = "captive_portal"
    PROXY_UNREACHABLE = "proxy_unreachable"  # proxy
    PROXY_REFUSED = "proxy_refused"  # proxy, host
    PROXY_LOGIN = "proxy_login"  # proxy
    PROXY_SETTING = "proxy_setting"
    # TLS
    WRONG_NAME = "wrong_name"  # host, names
    EXPIRED = "expired"  # until
    NOT_YET_VALID = "not_yet_valid"  # since
    UNKNOWN_AUTHORITY = "unknown_authority"  # issuer
    SELF_SIGNED = "self_signed"
    CLIENT_CERTIFICATE = "client_certificate"
    TLS_FAILED = "tls_failed"  # host
    CLOCK_WRONG = "clock_wrong"  # difference
    # who may ask
    KEY_MISSING = "key_missing"
    KEY_REFUSED = "key_refused"
    KEY_MALFORMED = "key_malformed"
    QUOTA = "quota"
    FORBIDDEN = "forbidden"
    # what is asked for
    MODEL_NOT_SERVED = "model_not_served"
    MODEL_UNKNOWN = "model_unknown"
    CHAT_ONLY = "chat_only"
    PAGE = "page"  # address
    PAGE_ELSEWHERE = "page_elsewhere"  # address, suggestion
    NATIVE_ANSWER = "native_answer"  # address, suggestion
    NOTHING_THERE = "nothing_there"  # address
    NOTHING_THERE_ELSEWHERE = "nothing_there_elsewhere"  # address, suggestion
    NO_COMPLETION = "no_completion"
    REDIRECTED = "redirected"  # suggestion
    BAD_REQUEST = "bad_request"
    UNUSABLE_SETTING = "unusable_setting"
    # the server's own
    RATE_LIMITED = "rate_limited"
    RATE_LIMITED_UNTIL = "rate_limited_until"  # seconds
    SERVER_FAILED = "server_failed"  # status
    GATEWAY_FAILED = "gateway_failed"  # status
    SERVER_SILENT = "server_silent"
    CONNECTION_LOST = "connection_lost"
    UNREADABLE = "unreadable"  # address
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One trouble: at which step it shows, what is known of it, and the error that it was found for.

    `facts` are short texts and numbers by name; `said` is the server's own words, "" for none. Neither holds a key.
    """

    kind: DiagnosisKind
    step: Step
    facts: Mapping[str, str | int] = field(default_factory=dict)
    said: str = ""
    error: ExpectedError | None = None
