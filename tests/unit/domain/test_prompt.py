import pytest

from app.domain.prompt import has_trailing_blank


@pytest.mark.parametrize("prompt", ["Once upon ", "Once upon\t", "Once\n\nupon  ", "从前\u3000", "a\u00a0"])
def test_q11_a_blank_at_the_end_is_noticed(prompt: str) -> None:
    assert has_trailing_blank(prompt)


@pytest.mark.parametrize("prompt", ["", " ", "Once upon", "Once upon.\n", " Once\tupon\n\n", "从前"])
def test_q11_line_breaks_and_blanks_elsewhere_are_left_alone(prompt: str) -> None:
    assert not has_trailing_blank(prompt)
