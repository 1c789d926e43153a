"""The doctor: why a connection fails, found by looking, and at which step.

Owns the way from an error to one trouble with one remedy. Must not know what a closer look does (`doctor_looks`), or
how a trouble is worded (`doctor_words`).
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from math import ceil
from types import MappingProxyType
from typing import Protocol

from app.api import errors as api
from app.api.connection import HttpClient
from app.domain.check import Step
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.profile import Endpoint, Profile, origin_of
from app.services.check_network import Prober
from app.services.doctor_looks import LIMIT, CloserLook, Facts, Found
from app.store.errors import KeychainError

# Of both tables the entry counts that is nearest above an error's class.
_TROUBLES: Mapping[type[ExpectedError], tuple[DiagnosisKind, Step]] = MappingProxyType(
    {
        api.NoNetworkError: (DiagnosisKind.NO_NETWORK, Step.NAME),
        api.CaptivePortalError: (DiagnosisKind.CAPTIVE_PORTAL, Step.CONNECTION),
        api.AuthError: (DiagnosisKind.KEY_REFUSED, Step.KEY),
        api.QuotaError: (DiagnosisKind.QUOTA, Step.KEY),
        api.ForbiddenError: (DiagnosisKind.FORBIDDEN, Step.KEY),
        api.NoChannelError: (DiagnosisKind.MODEL_NOT_SERVED, Step.COMPLETION),
        api.ModelNotFoundError: (DiagnosisKind.MODEL_UNKNOWN, Step.COMPLETION),
        api.ChatModelError: (DiagnosisKind.CHAT_ONLY, Step.COMPLETION),
        api.RateLimitedError: (DiagnosisKind.RATE_LIMITED, Step.COMPLETION),
        api.UpstreamError: (DiagnosisKind.SERVER_FAILED, Step.COMPLETION),
        api.GatewayTimeoutError: (DiagnosisKind.SERVER_SILENT, Step.COMPLETION),
        api.RequestTimeoutError: (DiagnosisKind.SERVER_SILENT, Step.COMPLETION),
        api.StalledError: (DiagnosisKind.SERVER_SILENT, Step.COMPLETION),
        api.ConnectionLostError: (DiagnosisKind.CONNECTION_LOST, Step.COMPLETION),
        api.RedirectRefusedError: (DiagnosisKind.REDIRECTED, Step.CONNECTION),
        api.UnusableSettingError: (DiagnosisKind.UNUSABLE_SETTING, Step.CONNECTION),
        api.BadRequestError: (DiagnosisKind.BAD_REQUEST, Step.COMPLETION),
        KeychainError: (DiagnosisKind.OTHER, Step.KEY),
        ExpectedError: (DiagnosisKind.OTHER, Step.CONNECTION),
    }
)
_LOOKS: Mapping[type[ExpectedError], Callable[[CloserLook], Awaitable[Found]]] = MappingProxyType(
    {
        api.UnreachableError: CloserLook.at_way,
        api.ProxyFailedError: CloserLook.at_proxy,
        api.TlsError: CloserLook.at_tls,
        api.ProtocolError: CloserLook.at_path,
        api.NotFoundError: CloserLook.at_path,
    }
)
_GATEWAYS = frozenset({502, 504, *range(520, 531)})


class Endpoints(Protocol):
    """Who knows where requests go."""

    async def endpoint(self, profile: Profile) -> Endpoint:
        """Return where a connection answers; raise ExpectedError."""


class Doctor:
    """Find out why connections fail; used from one event loop."""

    def __init__(self, connections: Endpoints, http: HttpClient, probe: Prober) -> None:
        self._connections = connections
        self._http = http
        self._probe = probe

    async def diagnose(self, error: ExpectedError, profile: Profile) -> Diagnosis:
        """Return what is wrong with a connection that failed with error, after a look of some seconds at most.

        Nothing is raised for what a look meets: it only makes the diagnosis plainer.
        """
        kind, step, facts = await self._find(error, profile)
        says = isinstance(error, api.ApiError) and error.http_status is not None
        said = str(error) if says or isinstance(error, api.UnusableSettingError) else ""
        return Diagnosis(kind, step, facts, said, error)

    async def _find(self, error: ExpectedError, profile: Profile) -> Found:
        for known in type(error).__mro__:
            if known in _LOOKS and not profile.is_built_in:
                endpoint = await self._endpoint_without_key(profile)
                return await _LOOKS[known](CloserLook(self._probe, self._http, endpoint, error))
            if known in _TROUBLES:
                kind, step = _TROUBLES[known]
                if kind is DiagnosisKind.KEY_REFUSED:
                    kind = await self._judge_key(error, profile)
                return _told(error, kind, step)
        raise error  # not reached: every error is an ExpectedError

    async def _judge_key(self, error: ExpectedError, profile: Profile) -> DiagnosisKind:
        if isinstance(error, api.AuthError) and error.code == "malformed_key":
            return DiagnosisKind.KEY_MALFORMED
        endpoint = None
        with suppress(ExpectedError):
            endpoint = await self._connections.endpoint(profile)
        return DiagnosisKind.KEY_MISSING if endpoint and not endpoint.key else DiagnosisKind.KEY_REFUSED

    async def _endpoint_without_key(self, profile: Profile) -> Endpoint:
        """Return where looks go: the connection's address and way, and none of its secrets but the proxy's login."""
        network = replace(
            profile.network,
            connect_timeout=min(profile.network.connect_timeout, LIMIT),
            request_timeout=LIMIT,
            idle_timeout=LIMIT,
        )
        password = None
        if network.proxy_user:
            with suppress(ExpectedError):
                password = (await self._connections.endpoint(profile)).proxy_password
        return Endpoint(profile.base_url, None, network, proxy_password=password)


def _told(error: ExpectedError, kind: DiagnosisKind, step: Step) -> Found:
    """Return a trouble with what the error itself tells of it."""
    facts: Facts = {}
    if isinstance(error, api.RateLimitedError) and error.retry_after is not None:
        kind, facts = DiagnosisKind.RATE_LIMITED_UNTIL, {"seconds": ceil(error.retry_after)}
    elif isinstance(error, api.RedirectRefusedError) and "://" in error.message:
        facts = {"suggestion": origin_of(error.message)}
    elif kind is DiagnosisKind.SERVER_FAILED and isinstance(error, api.ApiError) and (error.http_status or 0) >= 500:
        kind = DiagnosisKind.GATEWAY_FAILED if error.http_status in _GATEWAYS else kind
        facts = {"status": error.http_status or 0}
    return kind, step, facts
