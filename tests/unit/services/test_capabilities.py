import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.capabilities import CapabilityMap, Feature, Finding, Support
from app.services.capabilities import Capabilities
from app.store.capabilities import CapabilityStore
from app.store.database import Database
from app.store.errors import StorageFailedError
from tests.support import until

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def finding(
    feature: Feature = Feature.SEED, support: Support = Support.REFUSED, *, hours: float = 0, maximum: int | None = None
) -> Finding:
    return Finding(feature, support, NOON + timedelta(hours=hours), maximum)


class Disk:
    """A store in memory that can be slow, fail or wait."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CapabilityMap] = {}
        self.writes: list[list[Finding]] = []
        self.loads = 0
        self.is_failing = False
        self.may_load = asyncio.Event()
        self.may_load.set()

    async def load(self, profile_id: str, model: str) -> CapabilityMap:
        self.loads += 1
        kept = self.kept.get((profile_id, model), CapabilityMap())
        await self.may_load.wait()
        if self.is_failing:
            raise StorageFailedError("No.")
        return kept

    async def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        if self.is_failing:
            raise StorageFailedError("No.")
        self.writes.append(list(findings))
        key = (profile_id, model)
        self.kept[key] = self.kept.get(key, CapabilityMap()).with_findings(self.writes[-1])

    async def forget(self, profile_id: str) -> None:
        self.kept = {key: known for key, known in self.kept.items() if key[0] != profile_id}


@asynccontextmanager
async def over(disk: Disk) -> AsyncIterator[Capabilities]:
    capabilities = Capabilities(disk)
    try:
        yield capabilities
    finally:
        await capabilities.aclose()


async def test_what_was_learnt_is_known_at_once_and_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        database = Database(tmp_path / "q.db")
        capabilities = Capabilities(CapabilityStore(database))
        if (await capabilities.known("p", "m")).support(Feature.SEED) is Support.UNKNOWN:
            capabilities.learn("p", "m", [finding()])
        assert (await capabilities.known("p", "m")).support(Feature.SEED) is Support.REFUSED
        assert (await capabilities.known("p", "other")).support(Feature.SEED) is Support.UNKNOWN
        await capabilities.aclose()
        await database.aclose()


async def test_the_disk_is_read_once_for_each_model() -> None:
    disk = Disk()
    async with over(disk) as capabilities:
        for _ in range(3):
            await capabilities.known("p", "m")
        assert disk.loads == 1


async def test_what_is_learnt_before_or_while_reading_is_not_lost() -> None:
    disk = Disk()
    disk.kept["p", "m"] = CapabilityMap({Feature.ECHO: finding(Feature.ECHO), Feature.SEED: finding()})
    disk.may_load.clear()
    async with over(disk) as capabilities:
        reading = asyncio.get_running_loop().create_task(capabilities.known("p", "m"))
        await until(lambda: disk.loads)
        capabilities.learn("p", "m", [finding(support=Support.HONOURED, hours=1)])
        disk.may_load.set()
        known = await reading
        assert known.support(Feature.ECHO) is Support.REFUSED
        assert known.support(Feature.SEED) is Support.HONOURED


async def test_what_is_no_news_is_not_written_again_for_a_day() -> None:
    disk = Disk()
    async with over(disk) as capabilities:
        for hours in (0, 1, 23, 25, 26):
            capabilities.learn("p", "m", [finding(hours=hours)])
            await until(lambda: not capabilities._unwritten)
        assert [found.learnt for write in disk.writes for found in write] == [NOON, NOON + timedelta(hours=25)]


async def test_not_knowing_and_older_findings_change_nothing() -> None:
    disk = Disk()
    async with over(disk) as capabilities:
        capabilities.learn("p", "m", [finding()])
        capabilities.learn("p", "m", [finding(support=Support.UNKNOWN, hours=1)])
        capabilities.learn("p", "m", [finding(support=Support.HONOURED, hours=-1)])
        assert (await capabilities.known("p", "m")).findings == {Feature.SEED: finding()}


async def test_a_largest_number_stays_known_until_another_is_found() -> None:
    async with over(Disk()) as capabilities:

        async def most(support: Support, hours: int, maximum: int | None) -> int | None:
            capabilities.learn("p", "m", [finding(Feature.LOGPROBS, support, hours=hours, maximum=maximum)])
            return (await capabilities.known("p", "m")).findings[Feature.LOGPROBS].maximum

        assert await most(Support.HONOURED, 0, 20) == 20
        assert await most(Support.HONOURED, 48, None) == 20
        assert await most(Support.HONOURED, 49, 5) == 5
        assert await most(Support.REFUSED, 50, None) is None


async def test_a_disk_that_fails_disturbs_nothing_and_is_tried_again() -> None:
    disk = Disk()
    disk.is_failing = True
    async with over(disk) as capabilities:
        capabilities.learn("p", "m", [finding()])
        assert (await capabilities.known("p", "m")).support(Feature.SEED) is Support.REFUSED
        await until(lambda: not capabilities._scope.is_running("write"))
        disk.is_failing = False
        capabilities.learn("p", "m", [finding(Feature.ECHO)])
        await until(lambda: disk.writes)
        assert set((await capabilities.known("p", "m")).findings) == {Feature.SEED, Feature.ECHO}
    assert set(disk.kept["p", "m"].findings) == {Feature.SEED, Feature.ECHO}


async def test_a_disk_that_is_silent_is_not_waited_for() -> None:
    disk = Disk()
    disk.kept["p", "m"] = CapabilityMap({Feature.SEED: finding()})
    disk.may_load.clear()
    async with over(disk) as capabilities:
        assert (await capabilities.known("p", "m")).findings == {}
        disk.may_load.set()
        assert (await capabilities.known("p", "m")).support(Feature.SEED) is Support.REFUSED


async def test_a_forgotten_connection_is_unknown_in_memory_and_on_disk() -> None:
    disk = Disk()
    async with over(disk) as capabilities:
        for profile_id in ("p", "q"):
            capabilities.learn(profile_id, "m", [finding()])
        await until(lambda: len(disk.writes) == 2)
        await capabilities.forget("p")
        assert (await capabilities.known("p", "m")).findings == {}
        assert (await capabilities.known("q", "m")).support(Feature.SEED) is Support.REFUSED
        assert set(disk.kept) == {("q", "m")}


async def test_what_was_read_before_forgetting_does_not_come_back() -> None:
    disk = Disk()
    disk.kept["p", "m"] = CapabilityMap({Feature.SEED: finding()})
    disk.may_load.clear()
    async with over(disk) as capabilities:
        reading = asyncio.get_running_loop().create_task(capabilities.known("p", "m"))
        await until(lambda: disk.loads)
        await capabilities.forget("p")
        disk.may_load.set()
        assert (await reading).findings == {}
