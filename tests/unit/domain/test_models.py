"""A model as a server lists it."""

from app.domain.models import ModelInfo


def test_only_the_name_is_needed() -> None:
    assert ModelInfo("davinci-002") == ModelInfo(id="davinci-002", owner="", shutdown_date="")
