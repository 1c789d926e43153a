import inspect
import re

import pytest

from app.domain import diagnosis as vocabulary
from app.domain.check import Step
from app.domain.diagnosis import Diagnosis, DiagnosisKind
from app.services.doctor_words import WORDS, explain_diagnosis, words_of

NAME = re.compile(r"\{(\w+)\}")


def promised(kind: DiagnosisKind) -> set[str]:
    """Return the facts that the vocabulary names beside a kind."""
    (line,) = re.findall(rf"^    {kind.name} = .*$", inspect.getsource(vocabulary), re.MULTILINE)
    return set(re.findall(r"\w+", line.partition("#")[2]))


@pytest.mark.parametrize("kind", DiagnosisKind)
def test_every_kind_has_words_and_names_only_the_facts_it_has(kind: DiagnosisKind) -> None:
    words = WORDS[kind]
    assert words.title
    assert not words.title.endswith(".")
    assert words.advice.endswith(".")
    assert not words.cause or words.cause.endswith(".")
    named = {name for text in (words.title, words.cause, words.advice) for name in NAME.findall(text)}
    assert named == promised(kind)


@pytest.mark.parametrize("kind", DiagnosisKind)
def test_no_two_kinds_say_the_same(kind: DiagnosisKind) -> None:
    same = [other for other in DiagnosisKind if WORDS[other] == WORDS[kind]]
    assert same == [kind]


def test_facts_are_put_into_the_words() -> None:
    found = Diagnosis(DiagnosisKind.NOTHING_LISTENS, Step.CONNECTION, {"host": "{port}", "port": 8080})
    assert words_of(found).title == "Nothing answers at {port}, port 8080"


def test_a_cause_without_its_fact_is_left_out() -> None:
    known = Diagnosis(DiagnosisKind.EXPIRED, Step.TLS, {"until": "2026-01-01"})
    assert "2026-01-01" in words_of(known).cause
    unknown = Diagnosis(DiagnosisKind.EXPIRED, Step.TLS)
    assert words_of(unknown).cause == ""
    assert words_of(Diagnosis(DiagnosisKind.TIMED_OUT, Step.CONNECTION)).title == "… does not answer"


def test_words_are_translated_before_the_facts_go_in() -> None:
    found = Diagnosis(DiagnosisKind.NAME_NOT_FOUND, Step.NAME, {"host": "relay.example"})
    chinese = words_of(found, lambda text: "找不到 {host}" if text.startswith("The name {host}") else "")
    assert chinese.title == "找不到 relay.example"


def test_one_line_has_the_servers_words_in_it() -> None:
    found = Diagnosis(DiagnosisKind.QUOTA, Step.KEY, said="该令牌\n额度已用尽.")
    assert explain_diagnosis(found) == (
        "The credit is used up: 该令牌 额度已用尽. The key itself is right; its quota or the balance of the account is "
        "not enough. Add credit with the service, or use another key."
    )
    assert explain_diagnosis(Diagnosis(DiagnosisKind.OTHER, Step.KEY)) == "Something went wrong. Try again."
    assert len(explain_diagnosis(Diagnosis(DiagnosisKind.OTHER, Step.KEY, said="x" * 5000))) < 400
