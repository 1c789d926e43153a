"""`POST /v1/completions`, streamed or not, as domain events."""

from collections.abc import AsyncIterator

from app.api.connection import HttpClient
from app.domain.generation import CompletionRequest, GenerationEvent
from app.domain.profile import Endpoint


class CompletionsClient:
    """Ask servers for completions and remember what each cannot take (Q3, Q4)."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def stream(self, endpoint: Endpoint, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Yield the events of one generation; close the iterator (`aclosing`) to stop it at once (Q26).

        Raises:
            ApiError: The request failed or broke; what was yielded before stays valid (Q14).
            InvalidParametersError: The request is one that no server takes; nothing was sent.
        """
        raise NotImplementedError
