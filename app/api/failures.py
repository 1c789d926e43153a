"""What httpx raises, as errors of our own tree.

Owns the translation. Must not know answers: what a server says is `app.api.errors.classify`'s.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from app.api.errors import (
    ApiError,
    ConnectionLostError,
    ConnectionRefusedByServerError,
    ConnectTimeoutError,
    NameNotFoundError,
    ProtocolError,
    ProxyFailedError,
    RequestTimeoutError,
    TlsError,
    UnreachableError,
)


@contextmanager
def translated(*, has_begun: bool, proxy: str | None = None) -> Iterator[None]:
    """Raise an ApiError for whatever httpx raises; `has_begun` tells whether the head of the answer has come.

    Raises:
        ApiError: The request failed on the way.
    """
    import httpx

    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise _translate(error, has_begun=has_begun, proxy=proxy) from error


def _translate(error: Exception, *, has_begun: bool, proxy: str | None) -> ApiError:
    import httpx

    chain = list(_causes(error))
    detail = "\n".join(dict.fromkeys(f"{type(link).__name__}: {link}" for link in chain if str(link)))
    kind: type[ApiError]
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        kind = ConnectTimeoutError
    elif isinstance(error, httpx.TimeoutException):
        kind = RequestTimeoutError
    elif isinstance(error, httpx.ProxyError):
        kind = ProxyFailedError
    elif isinstance(error, httpx.ConnectError):
        kind = _kind_of_connect_error(chain, proxy)
    elif isinstance(error, httpx.DecodingError):
        kind = ProtocolError
    elif has_begun:
        kind = ConnectionLostError
    elif isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
        kind = ProtocolError  # whatever answered does not speak HTTP
    else:
        kind = UnreachableError
    return kind(code=_code(chain), detail=detail)


def _kind_of_connect_error(chain: list[BaseException], proxy: str | None) -> type[ApiError]:
    if any(isinstance(link, ssl.SSLError) for link in chain):
        return TlsError
    if proxy is not None:
        return ProxyFailedError
    if any(isinstance(link, socket.gaierror) for link in chain):
        return NameNotFoundError
    if any(isinstance(link, ConnectionRefusedError) for link in chain):
        return ConnectionRefusedByServerError
    return UnreachableError


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


def _code(chain: list[BaseException]) -> str:
    """Return the system's name for what went wrong, such as ECONNREFUSED, or "" where there is none."""
    for link in chain:
        if isinstance(link, ssl.SSLError):
            return link.reason or ""
        number = link.errno if isinstance(link, OSError) and not isinstance(link, socket.gaierror) else None
        if number is not None and number in errno.errorcode:
            return errno.errorcode[number]
    return ""
