"""What httpx and httpcore raise, as errors of our own tree.

Owns the translation. Must not know answers: what a server says is `app.api.errors.classify`'s.
"""

import errno
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.api.errors import (
    ApiError,
    ConnectionLostError,
    ConnectionRefusedByServerError,
    ConnectTimeoutError,
    NameNotFoundError,
    NoNetworkError,
    ProtocolError,
    ProxyFailedError,
    RequestTimeoutError,
    TlsError,
    UnreachableError,
)
from app.api.tls import refusal

_NO_WAY_OUT = frozenset({errno.ENETUNREACH, errno.ENETDOWN})

_SIGNS: tuple[tuple[type[BaseException], type[ApiError]], ...] = (
    (ssl.SSLEOFError, TlsError),  # hung up in the middle of the handshake
    (socket.gaierror, NameNotFoundError),
    (ConnectionRefusedError, ConnectionRefusedByServerError),
)


@contextmanager
def translated(*, has_begun: bool, by_proxy: bool = False) -> Iterator[None]:
    """Raise an ApiError for whatever httpx raises.

    `has_begun` tells whether the head of the answer has come, `by_proxy` whether it is a proxy that is connected to.

    Raises:
        ApiError: The request failed on the way.
    """
    import httpx

    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError) as error:  # httpx lets the last through
        raise _translate(error, has_begun=has_begun, by_proxy=by_proxy) from error


def connect_failure(error: Exception) -> ApiError:
    """Return what an error of httpcore's means that came while a server was connected to."""
    chain = list(_causes(error))
    is_late = any(isinstance(link, TimeoutError) for link in chain)
    return (ConnectTimeoutError if is_late else _kind_of_connect_error(chain))(code=_code(chain), detail=_detail(chain))


def proxy_failure(error: Exception) -> ApiError:
    """Return what an error of httpcore's means that came while a proxy was connected to or talked with."""
    chain = list(_causes(error))
    if any(isinstance(link, TimeoutError) for link in chain):
        return ProxyFailedError(code="timeout", detail="The proxy did not answer in time.")
    return _kind_of_connect_error(chain, by_proxy=True)(code=_code(chain), detail=_detail(chain))


def _translate(error: Exception, *, has_begun: bool, by_proxy: bool) -> ApiError:
    import httpx

    chain = list(_causes(error))
    kind: type[ApiError]
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        kind = ConnectTimeoutError
    elif isinstance(error, httpx.TimeoutException):
        kind = RequestTimeoutError
    elif isinstance(error, httpx.ProxyError):
        kind = ProxyFailedError
    elif isinstance(error, httpx.ConnectError):
        kind = _kind_of_connect_error(chain, by_proxy=by_proxy)
    elif isinstance(error, httpx.DecodingError):
        kind = ProtocolError
    elif has_begun:
        kind = ConnectionLostError
    elif alert := _said_by_tls(chain):
        kind = refusal(alert)  # TLS 1.3: a server refuses this side's certificate after the handshake
    elif isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
        kind = ProtocolError  # whatever answered does not speak HTTP
    else:
        kind = UnreachableError
    return kind(code=_code(chain), detail=_detail(chain))


def _kind_of_connect_error(chain: Sequence[BaseException], *, by_proxy: bool = False) -> type[ApiError]:
    if _is_offline(chain):
        return NoNetworkError
    if by_proxy:
        return ProxyFailedError
    if refused := _said_by_tls(chain):
        return refusal(refused)
    return next((kind for sign, kind in _SIGNS if any(isinstance(link, sign) for link in chain)), UnreachableError)


def _is_offline(chain: Sequence[BaseException]) -> bool:
    """Tell whether no address could even be tried, or the name service did not answer."""
    if any(isinstance(link, socket.gaierror) and link.errno == socket.EAI_AGAIN for link in chain):
        return True
    numbers = {link.errno for link in chain if isinstance(link, OSError) and not isinstance(link, socket.gaierror)}
    numbers.discard(None)
    return bool(numbers) and numbers <= _NO_WAY_OUT


def _said_by_tls(chain: Sequence[BaseException]) -> ssl.SSLError | None:
    """Return what either side found wrong in TLS; kinds of their own are for ends and for what is still to come."""
    kinds = {ssl.SSLError, ssl.SSLCertVerificationError}
    return next((link for link in chain if isinstance(link, ssl.SSLError) and type(link) in kinds), None)


def _detail(chain: Sequence[BaseException]) -> str:
    return "\n".join(dict.fromkeys(f"{type(link).__name__}: {link}" for link in chain if str(link)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything that led to it, also within groups: one for each address that was tried."""
    pending, seen = [error], set[int]()
    while pending:
        link = pending.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            pending += link.exceptions
        pending += [cause for cause in (link.__cause__, link.__context__) if cause]


def _code(chain: Sequence[BaseException]) -> str:
    """Return the system's name for what went wrong, such as ECONNREFUSED, or "" where there is none."""
    for link in chain:
        if isinstance(link, ssl.SSLError) and (reason := getattr(link, "reason", None)):
            return str(reason)
        if isinstance(link, ssl.SSLCertVerificationError):  # Windows' and macOS' have no reason
            return "CERTIFICATE_VERIFY_FAILED"
        number = link.errno if isinstance(link, OSError) and not isinstance(link, socket.gaierror) else None
        if number is not None and number in errno.errorcode:
            return errno.errorcode[number]
    return ""
