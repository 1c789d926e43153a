from app.domain.check import Step
from app.domain.diagnosis import Diagnosis, DiagnosisKind


def test_a_diagnosis_without_facts_is_one() -> None:
    found = Diagnosis(DiagnosisKind.NO_NETWORK, Step.NAME)
    assert (dict(found.facts), found.said, found.error) == ({}, "", None)
    assert len({kind.value for kind in DiagnosisKind}) == len(DiagnosisKind)
