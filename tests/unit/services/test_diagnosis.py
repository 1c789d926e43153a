from pathlib import Path

import pytest

from app.api.errors import AuthError
from app.domain.check import Step
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.domain.errors import ExpectedError
from app.domain.models import ModelInfo
from app.domain.profile import BUILT_IN, Profile
from app.services.diagnosis import Finding, diagnose
from app.services.doctor_words import explain_diagnosis
from app.services.errors import ModelFailedError, ModelMissingError
from app.store.errors import KeychainTimeoutError
from app.store.secrets import KeyPlace


class Surroundings:
    """Connections and built-in model in one, as a test wants them."""

    name = "Small model"

    def __init__(self) -> None:
        self.problem: ModelMissingError | None = None
        self.addresses: list[str] = []
        self.models_of: dict[str, Exception | int] = {"": 1}
        self.place: KeyPlace | Exception = KeyPlace("Test chain", is_kept=True)

    def all(self) -> tuple[Profile, ...]:
        return (*(Profile(str(number), f"No. {number}", each) for number, each in enumerate(self.addresses)), BUILT_IN)

    async def models(self, profile: Profile) -> tuple[ModelInfo, ...]:
        found = self.models_of[profile.base_url]
        if isinstance(found, Exception):
            raise found
        return tuple(ModelInfo(f"model {number}") for number in range(found))

    async def diagnose(self, error: ExpectedError, profile: Profile) -> Diagnosis:
        return Diagnosis(DiagnosisKind.KEY_REFUSED, Step.KEY, {}, profile.name, error)

    async def key_place(self) -> KeyPlace:
        if isinstance(self.place, Exception):
            raise self.place
        return self.place


@pytest.fixture
def around() -> Surroundings:
    return Surroundings()


async def findings(around: Surroundings, folder: Path) -> dict[str, Finding]:
    return {finding.name: finding async for finding in diagnose(folder, around, around, around)}


async def test_a_healthy_installation_has_no_faults(around: Surroundings, tmp_path: Path) -> None:
    around.addresses = ["https://relay.example/v1", "http://127.0.0.1:8080/v1"]
    around.models_of |= {"https://relay.example/v1": 3, "http://127.0.0.1:8080/v1": 0}
    found = await findings(around, tmp_path)
    assert all(finding.is_ok for finding in found.values())
    assert found["Key chain"].value == "Test chain"
    assert found["Built-in model"].value == "Small model answers"
    assert found["Server No. 0"].value == "https://relay.example/v1 answers; it lists 3 models"
    assert found["Server No. 1"].value == "http://127.0.0.1:8080/v1 answers; it lists 0 models"
    assert found["Data folder"].value == str(tmp_path)
    assert found["PySide6"].value.startswith("6.")
    assert "Qt 6." in found["Qt platform"].value


async def test_a_model_that_is_not_installed_is_no_fault(around: Surroundings, tmp_path: Path) -> None:
    around.problem = ModelMissingError("To add it: pip install it")
    found = (await findings(around, tmp_path))["Built-in model"]
    assert found == Finding("Built-in model", "To add it: pip install it.", is_ok=True)


async def test_a_model_that_does_not_start_is_a_fault(around: Surroundings, tmp_path: Path) -> None:
    around.models_of[""] = ModelFailedError("It broke.")
    assert (await findings(around, tmp_path))["Built-in model"] == Finding(
        "Built-in model", "Small model: It broke.", is_ok=False
    )


async def test_a_server_that_refuses_is_a_fault_in_words(around: Surroundings, tmp_path: Path) -> None:
    around.addresses = ["https://relay.example/v1"]
    around.models_of[around.addresses[0]] = AuthError("")
    words = explain_diagnosis(Diagnosis(DiagnosisKind.KEY_REFUSED, Step.KEY, said="No. 0"))
    assert (await findings(around, tmp_path))["Server No. 0"] == Finding(
        "Server No. 0", f"https://relay.example/v1: {words}", is_ok=False
    )


async def test_where_there_is_no_key_chain_that_is_said(around: Surroundings, tmp_path: Path) -> None:
    around.place = KeyPlace("", is_kept=False)
    found = (await findings(around, tmp_path))["Key chain"]
    assert found.is_ok
    assert "memory" in found.value


async def test_a_key_chain_that_hangs_is_a_fault(around: Surroundings, tmp_path: Path) -> None:
    around.place = KeychainTimeoutError("The key chain does not answer.")
    assert (await findings(around, tmp_path))["Key chain"] == Finding(
        "Key chain", "The key chain does not answer.", is_ok=False
    )


async def test_a_platform_that_qt_does_not_know_is_a_fault(
    around: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "nowhere")
    found = (await findings(around, tmp_path))["Qt platform"]
    assert not found.is_ok
    assert "nowhere" in found.value


async def test_a_machine_without_a_display_is_no_fault(
    around: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    found = (await findings(around, tmp_path))["Qt platform"]
    assert found.is_ok
    assert "there is no display" in found.value
