from datetime import UTC, datetime, timedelta

from app.domain.capabilities import CapabilityMap, Feature, Finding, Support

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def finding(support: Support, after: int = 0) -> Finding:
    return Finding(Feature.LOGPROBS, support, NOON + timedelta(minutes=after))


def test_nothing_is_known_of_an_untried_feature() -> None:
    assert CapabilityMap().support(Feature.SEED) is Support.UNKNOWN


def test_a_newer_finding_replaces_an_older_one() -> None:
    known = CapabilityMap().with_findings([finding(Support.HONOURED), finding(Support.REFUSED, after=1)])
    assert known.support(Feature.LOGPROBS) is Support.REFUSED


def test_an_older_finding_replaces_nothing() -> None:
    known = CapabilityMap().with_findings([finding(Support.REFUSED, after=1), finding(Support.HONOURED)])
    assert known.support(Feature.LOGPROBS) is Support.REFUSED


def test_not_knowing_replaces_nothing() -> None:
    known = CapabilityMap().with_findings([finding(Support.REFUSED), finding(Support.UNKNOWN, after=1)])
    assert known.support(Feature.LOGPROBS) is Support.REFUSED


def test_a_map_is_not_changed_by_what_is_learnt_later() -> None:
    before = CapabilityMap().with_findings([finding(Support.REFUSED)])
    before.with_findings([finding(Support.HONOURED, after=1)])
    assert before.support(Feature.LOGPROBS) is Support.REFUSED
