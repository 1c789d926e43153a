from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.store.capabilities import CapabilityStore
from app.store.database import Database

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def finding(feature: Feature, support: Support, *, after: int = 0, reason: str = "") -> Finding:
    return Finding(feature, support, NOON + timedelta(minutes=after), reason=reason)


async def test_nothing_is_known_of_a_new_connection(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        assert await CapabilityStore(database).load("p", "m") == CapabilityMap()


async def test_findings_are_back_after_a_restart(tmp_path: Path) -> None:
    learnt = [
        Finding(Feature.LOGPROBS, Support.HONOURED, NOON, maximum=20),
        Finding(Feature.BEST_OF, Support.REFUSED, NOON, reason="Unsupported param: best_of 🌊\ud83d"),
    ]
    async with aclosing(Database(tmp_path / "q.db")) as database:
        await CapabilityStore(database).learn("p", "模型\ud83d", learnt)
    async with aclosing(Database(tmp_path / "q.db")) as database:
        found = await CapabilityStore(database).load("p", "模型\ud83d")
        assert found == CapabilityMap({item.feature: item for item in learnt})


async def test_each_connection_and_model_has_its_own(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = CapabilityStore(database)
        await store.learn("p", "m", [finding(Feature.SEED, Support.REFUSED)])
        await store.learn("p", "other", [finding(Feature.SEED, Support.IGNORED)])
        await store.learn("q", "m", [finding(Feature.SEED, Support.HONOURED)])
        supports = [(await store.load(*key)).support(Feature.SEED) for key in (("p", "m"), ("p", "other"), ("q", "m"))]
        assert supports == [Support.REFUSED, Support.IGNORED, Support.HONOURED]


async def test_a_newer_finding_wins_whichever_comes_last(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = CapabilityStore(database)
        await store.learn("p", "m", [finding(Feature.ECHO, Support.REFUSED, after=1, reason="no")])
        await store.learn("p", "m", [finding(Feature.ECHO, Support.HONOURED)])
        assert (await store.load("p", "m")).support(Feature.ECHO) is Support.REFUSED
        await store.learn("p", "m", [finding(Feature.ECHO, Support.HONOURED, after=2)])
        known = (await store.load("p", "m")).findings[Feature.ECHO]
        assert (known.support, known.reason, known.learnt) == (Support.HONOURED, "", NOON + timedelta(minutes=2))


async def test_not_knowing_replaces_nothing(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = CapabilityStore(database)
        await store.learn("p", "m", [finding(Feature.ECHO, Support.IGNORED)])
        await store.learn("p", "m", [finding(Feature.ECHO, Support.UNKNOWN, after=1)])
        await store.learn("p", "m", [])
        assert (await store.load("p", "m")).support(Feature.ECHO) is Support.IGNORED


async def test_a_forgotten_connection_leaves_the_others(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = CapabilityStore(database)
        for profile_id, model in (("p", "m"), ("p", "other"), ("q", "m")):
            await store.learn(profile_id, model, [finding(Feature.STOP, Support.HONOURED)])
        await store.forget("p")
        assert await store.load("p", "m") == await store.load("p", "other") == CapabilityMap()
        assert (await store.load("q", "m")).support(Feature.STOP) is Support.HONOURED


async def test_what_a_later_version_wrote_is_passed_over(tmp_path: Path) -> None:
    async with aclosing(Database(tmp_path / "q.db")) as database:
        store = CapabilityStore(database)
        await store.learn("p", "m", [finding(Feature.STOP, Support.HONOURED)])
        rows = [
            ("telepathy", "honoured", "2026-01-01T00:00:00+00:00"),
            ("echo", "sometimes", "2026-01-01T00:00:00+00:00"),
            ("n", "honoured", "yesterday"),
        ]
        insert = "INSERT INTO capabilities VALUES ('p', 'm', ?, ?, ?, NULL, '')"
        await database.run(lambda connection: connection.executemany(insert, rows).close())
        assert set((await store.load("p", "m")).findings) == {Feature.STOP}
