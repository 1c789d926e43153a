"""`GET /v1/models`: which models a server offers."""

from app.api.connection import HttpClient
from app.domain.models import ModelInfo
from app.domain.profile import Endpoint


async def list_models(http: HttpClient, endpoint: Endpoint) -> tuple[ModelInfo, ...]:
    """Return the models the server lists, in its order (protocol 7, Q28)."""
    raise NotImplementedError
