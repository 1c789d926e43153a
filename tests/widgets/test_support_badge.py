from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.capabilities import Feature, Finding, Support
from app.widgets.support_badge import SupportBadge
from tests.widgets.language import chinese, english_in


@pytest.fixture
def badge(qtbot: QtBot) -> SupportBadge:
    made = SupportBadge()
    qtbot.addWidget(made)
    return made


def finding(support: Support) -> Finding:
    return Finding(Feature.SEED, support, datetime(2026, 3, 4, 12, tzinfo=UTC), reason="no such field")


@pytest.mark.parametrize("support", [Support.HONOURED, Support.UNKNOWN])
def test_what_works_or_is_not_known_is_not_spoken_of(badge: SupportBadge, support: Support) -> None:
    badge.show_finding(finding(Support.REFUSED))
    badge.show_finding(finding(support))
    assert badge.isHidden()


def test_nothing_known_hides_it(badge: SupportBadge) -> None:
    badge.show_finding(finding(Support.REFUSED))
    badge.show_finding(None)
    assert badge.isHidden()


@pytest.mark.parametrize(("support", "word"), [(Support.REFUSED, "refused"), (Support.IGNORED, "ignored")])
def test_it_says_what_the_server_does_why_and_since_when(badge: SupportBadge, support: Support, word: str) -> None:
    badge.show_finding(finding(support))
    assert not badge.isHidden()
    assert badge.text() == word
    assert "no such field" in badge.toolTip()
    assert "2026" in badge.toolTip() or "26" in badge.toolTip()
    assert word in badge.accessibleName()


def test_it_follows_the_language(badge: SupportBadge, qapp: QApplication) -> None:
    badge.show_finding(finding(Support.REFUSED))
    before = badge.toolTip()
    with chinese(qapp):
        QApplication.sendPostedEvents()
        said = f"{badge.text()} {badge.toolTip()} {badge.accessibleName()}".replace("no such field", "")
        assert not english_in(said)
    QApplication.sendPostedEvents()
    assert (badge.text(), badge.toolTip()) == ("refused", before)


def test_a_badge_that_says_nothing_says_nothing_in_another_language(badge: SupportBadge, qapp: QApplication) -> None:
    with chinese(qapp):
        QApplication.sendPostedEvents()
        assert badge.isHidden()
        assert badge.text() == ""
