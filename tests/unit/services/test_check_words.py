import inspect
import re

import pytest

from app.domain import check as vocabulary
from app.domain.capabilities import Feature
from app.domain.check import Detail, DetailKind, Step
from app.services.check_words import DETAILS, TITLES, words_of


@pytest.mark.parametrize("name", [*Step, *Feature])
def test_every_step_and_feature_has_a_title(name: str) -> None:
    assert TITLES[name]
    assert TITLES[str(name)] == TITLES[name]


@pytest.mark.parametrize("kind", DetailKind)
def test_every_detail_has_words_and_names_only_the_values_it_has(kind: DetailKind) -> None:
    (line,) = re.findall(rf"^    {kind.name} = .*$", inspect.getsource(vocabulary), re.MULTILINE)
    promised = set(re.findall(r"\w+", line.partition("#")[2].partition(":")[0]))
    assert set(re.findall(r"\{(\w+)\}", DETAILS[kind])) <= promised


def test_values_are_put_into_the_sentence() -> None:
    assert words_of(Detail(DetailKind.ALTERNATIVES, {"maximum": 20})) == "works, with 20 alternatives at most"
    assert words_of(Detail(DetailKind.REFUSED, {"reason": "no {maximum}"})) == "refused: no {maximum}"
    assert words_of(Detail(DetailKind.REFUSED)) == "refused: …"


def test_a_step_is_named_by_its_title() -> None:
    assert words_of(Detail(DetailKind.NOT_WITHOUT, {"step": "tls"})) == "not without: Secure connection"


def test_words_are_translated_before_the_values_go_in() -> None:
    chinese = {"not without: {step}": "需要先通过：{step}", "Key": "密钥"}
    assert words_of(Detail(DetailKind.NOT_WITHOUT, {"step": "key"}), chinese.__getitem__) == "需要先通过：密钥"
