"""The one HTTP client of the program."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Every time limit and waiting time of HTTP, in seconds (protocol 1 and 3.3)."""

    connect: float = 5.0
    idle: float = 120.0
    request: float = 600.0
    first_retry: float = 0.5
    longest_retry: float = 8.0
    overloaded_retry: float = 5.0
    longest_retry_after: float = 120.0


class HttpClient:
    """Send requests to servers: one for the program, used from one event loop, closed before the loop ends."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()

    def warm_up(self) -> None:
        """Import httpx and build the TLS context; safe in a thread, idle when done before."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close every connection."""
        raise NotImplementedError
