"""The root of expected errors."""

from app.domain.errors import ExpectedError


def test_the_message_is_what_the_error_reads_as() -> None:
    assert str(ExpectedError("The disk is full.")) == "The disk is full."


def test_the_raw_detail_is_cut_at_two_kilobytes() -> None:
    error = ExpectedError("x", detail="a" * 5000)
    assert error.detail == "a" * 2048
