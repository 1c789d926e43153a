"""The doctor's closer looks: at the way to a server, its proxy, its certificate and its address.

Owns what a look shows. Must not know sockets (`app.api.probe`), or which error asks for which look. No key, no extra
header and nothing of the user's is ever sent.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from app.api import errors as api
from app.api.certificates import Certificate
from app.api.connection import HttpClient
from app.api.single_requests import list_once
from app.domain.check import Step
from app.domain.diagnosis import DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.profile import Endpoint
from app.services.check_network import Prober, host_and_port

LIMIT = 5.0
"""Seconds that one look may take."""

Facts = dict[str, str | int]
Found = tuple[DiagnosisKind, Step, Facts]
"""A trouble, the step at which it shows, and the facts that its words name."""

_OF_WAY: Mapping[type[ExpectedError], tuple[DiagnosisKind, Step, frozenset[str]]] = MappingProxyType(
    {
        api.NoNetworkError: (DiagnosisKind.NO_NETWORK, Step.NAME, frozenset()),
        api.NameNotFoundError: (DiagnosisKind.NAME_NOT_FOUND, Step.NAME, frozenset({"host"})),
        api.ConnectionRefusedByServerError: (
            DiagnosisKind.NOTHING_LISTENS,
            Step.CONNECTION,
            frozenset({"host", "port"}),
        ),
        api.ConnectTimeoutError: (DiagnosisKind.TIMED_OUT, Step.CONNECTION, frozenset({"host"})),
        ExpectedError: (DiagnosisKind.UNREACHABLE, Step.CONNECTION, frozenset({"host"})),
    }
)
"""The trouble behind each failure to connect, and the facts that belong to it; the first that fits wins."""

_OF_TLS: Mapping[type[api.TlsError], tuple[DiagnosisKind, frozenset[str]]] = MappingProxyType(
    {
        api.WrongNameError: (DiagnosisKind.WRONG_NAME, frozenset({"host", "names"})),
        api.CertificateExpiredError: (DiagnosisKind.EXPIRED, frozenset({"until"})),
        api.CertificateNotYetValidError: (DiagnosisKind.NOT_YET_VALID, frozenset({"since"})),
        api.SelfSignedError: (DiagnosisKind.SELF_SIGNED, frozenset()),
        api.UnknownAuthorityError: (DiagnosisKind.UNKNOWN_AUTHORITY, frozenset({"issuer"})),
        api.ClockWrongError: (DiagnosisKind.CLOCK_WRONG, frozenset()),
        api.ClientCertificateError: (DiagnosisKind.CLIENT_CERTIFICATE, frozenset()),
        api.TlsError: (DiagnosisKind.TLS_FAILED, frozenset({"host"})),
    }
)
"""The trouble behind each refusal of TLS, and the facts that belong to it; the first that fits wins."""

_ABOUT_TIME = (api.CertificateExpiredError, api.CertificateNotYetValidError, api.ClockWrongError)
_MAX_NAMES = 3
_VERSION = re.compile(r"/(v\d+\w*|beta|openai)$")
_ENDS = ("/v1", "/api/v1", "/openai/v1", "/compatible-mode/v1")
_OF_LLAMA_CPP = ('"tokens_predicted"', '"tokens_evaluated"', '"generation_settings"')


@dataclass(frozen=True, slots=True)
class CloserLook:
    """Look closer at one error on the way to one server; `endpoint` has no key."""

    probe: Prober
    http: HttpClient
    endpoint: Endpoint
    error: ExpectedError

    async def at_way(self) -> Found:
        """Look again for the name and the port, or for the proxy where there is one, and for a login page."""
        host, port = host_and_port(self.endpoint.base_url)
        with suppress(api.ApiError):
            if await self.probe.proxy_of(self.endpoint, limit=LIMIT) is not None:
                found = await self.at_proxy()
                # A proxy that answers is not to blame for what is behind it.
                return self._of_way(self.error) if found[0] is DiagnosisKind.PROXY_REFUSED else found
        problem = self.error
        try:
            await self.probe.resolve(host, limit=LIMIT)
            await self.probe.connect(host, port, limit=self.endpoint.network.connect_timeout)
        except api.ApiError as error:
            problem = error  # what is so now counts more than what was so then
        found = self._of_way(problem)
        if found[1] is not Step.NAME and await self._is_captive():
            return DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION, {}
        return found

    async def at_proxy(self) -> Found:
        """Tell a proxy that is not there from one that refuses."""
        try:
            proxy = await self.probe.proxy_of(self.endpoint, limit=LIMIT)
        except api.ApiError:
            return DiagnosisKind.PROXY_SETTING, Step.PROXY, {}
        if proxy is None:
            return DiagnosisKind.PROXY_SETTING, Step.PROXY, {}
        facts: Facts = {"proxy": proxy.url}
        if isinstance(self.error, api.ProxyLoginError):
            return DiagnosisKind.PROXY_LOGIN, Step.PROXY, facts
        try:
            await self.probe.connect(*host_and_port(proxy.url), limit=self.endpoint.network.connect_timeout)
        except api.NoNetworkError:
            return DiagnosisKind.NO_NETWORK, Step.NAME, {}
        except api.ApiError:
            return DiagnosisKind.PROXY_UNREACHABLE, Step.PROXY, facts
        return DiagnosisKind.PROXY_REFUSED, Step.PROXY, facts | {"host": host_and_port(self.endpoint.base_url)[0]}

    async def at_tls(self) -> Found:
        """Look for a login page, at the certificate itself, and at the clock."""
        if await self._is_captive():
            return DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION, {}
        error, certificate = self.error, None
        with suppress(api.ApiError):
            facts = await self.probe.tls_facts(self.endpoint, limit=LIMIT)
            error, certificate = facts.problem or error, facts.certificate
        if isinstance(error, _ABOUT_TIME):
            with suppress(api.ApiError):
                clock = await self.probe.server_date(self.endpoint, limit=LIMIT)
                if clock is not None and clock.is_far_off and _is_valid_at(certificate, clock.server):
                    return DiagnosisKind.CLOCK_WRONG, Step.TLS, {"difference": _span(clock.ahead)}
        shown: Facts = {"host": host_and_port(self.endpoint.base_url)[0]}
        if certificate is not None:
            shown |= {
                "names": ", ".join(certificate.names[:_MAX_NAMES]) or certificate.subject,
                "issuer": certificate.issuer,
                "since": certificate.not_before.date().isoformat(),
                "until": certificate.not_after.date().isoformat(),
            }
        kind, wanted = next(found for known, found in _OF_TLS.items() if isinstance(error, known))
        return kind, Step.TLS, {name: value for name, value in shown.items() if name in wanted}

    async def at_path(self) -> Found:
        """Look for the API below the same origin where the address does not lead to it."""
        facts: Facts = {"address": self.endpoint.base_url}
        if any(sign in self.error.detail for sign in _OF_LLAMA_CPP):
            root = _VERSION.sub("", self.endpoint.base_url)
            return DiagnosisKind.NATIVE_ANSWER, Step.COMPLETION, facts | {"suggestion": f"{root}/v1"}
        # What comes over TLS comes from the server itself.
        if self.endpoint.base_url.startswith("http:") and await self._is_captive():
            return DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION, {}
        is_missing = isinstance(self.error, api.NotFoundError)
        here = await self._answer_at(self.endpoint.base_url)
        if here is _Answers.API:
            if is_missing:
                return DiagnosisKind.NO_COMPLETION, Step.COMPLETION, {}
            return DiagnosisKind.UNREADABLE, Step.COMPLETION, facts
        alone, elsewhere = DiagnosisKind.PAGE, DiagnosisKind.PAGE_ELSEWHERE
        if here is not _Answers.PAGE:
            alone = DiagnosisKind.NOTHING_THERE if is_missing else DiagnosisKind.UNREADABLE
            elsewhere = DiagnosisKind.NOTHING_THERE_ELSEWHERE
        for neighbour in _neighbours(self.endpoint.base_url):
            if await self._answer_at(neighbour) is _Answers.API:
                return elsewhere, Step.MODEL_LIST, facts | {"suggestion": neighbour}
        return alone, Step.MODEL_LIST, facts

    def _of_way(self, problem: ExpectedError) -> Found:
        """Return the trouble behind a failure to connect."""
        kind, step, wanted = next(found for known, found in _OF_WAY.items() if isinstance(problem, known))
        host, port = host_and_port(self.endpoint.base_url)
        facts: Facts = {"host": host, "port": port}
        return kind, step, {name: value for name, value in facts.items() if name in wanted}

    async def _is_captive(self) -> bool:
        with suppress(api.ApiError):
            portal = await self.probe.captive_portal(self.endpoint, limit=LIMIT)
            return portal is not None and portal.sign != "page"  # a wrong path brings pages, too
        return False

    async def _answer_at(self, address: str) -> "_Answers":
        """Ask for the list of models without a key, at an address of the same origin."""
        try:
            await list_once(self.http, replace(self.endpoint, base_url=address))
        except (api.AuthError, api.ForbiddenError, api.QuotaError, api.RateLimitedError):
            return _Answers.API
        except api.ApiError as error:
            is_page = isinstance(error, api.ProtocolError) and error.http_status is not None
            return _Answers.PAGE if is_page else _Answers.NOTHING
        return _Answers.API


class _Answers(Enum):
    """What answers at an address: an API that may want a key, a page for people, or nothing of use."""

    API = auto()
    PAGE = auto()
    NOTHING = auto()


def _is_valid_at(certificate: Certificate | None, moment: datetime) -> bool:
    """Tell whether a certificate is in its time; one that could not be read is taken to be."""
    return certificate is None or certificate.not_before <= moment <= certificate.not_after


def _neighbours(address: str) -> list[str]:
    """Return addresses of the same origin at which the API may stand."""
    parts = urlsplit(address)
    found = [urlunsplit((parts.scheme, parts.netloc, end, "", "")) for end in _ENDS]
    if not address.endswith("/v1"):
        found.insert(0, f"{address}/v1")
    return [each for each in dict.fromkeys(found) if each != address]


def _span(difference: timedelta) -> str:
    """Return a span of time in its two largest units, in letters that all languages know."""
    minutes = round(abs(difference).total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    units = [(days, "d"), (hours, "h"), (minutes % 60, "min")]
    first = next(place for place, (count, _) in enumerate(units) if count or place == len(units) - 1)
    return " ".join(f"{count} {unit}" for count, unit in units[first : first + 2] if count) or "0 min"
