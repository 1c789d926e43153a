"""What is known of each server, at hand in memory and kept on disk.

Owns when findings are read and written, and what counts as news. Must not know how findings are made.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from app.concurrency.tasks import TaskScope
from app.domain.capabilities import CapabilityMap, Finding, Support
from app.store.errors import StoreError

READ_LIMIT = 1.0
"""Seconds that a run waits for what is known; it goes out without that where the disk does not answer."""

WRITE_LIMIT = 2.0
"""Seconds that the end of the program waits for what was learnt."""

_REFRESHED_AFTER = timedelta(days=1)
_Key = tuple[str, str]


class KeptFindings(Protocol):
    """Where findings are kept, by connection and model."""

    async def load(self, profile_id: str, model: str) -> CapabilityMap:
        """Return what is kept; raise StoreError."""

    async def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        """Keep findings; raise StoreError."""

    async def forget(self, profile_id: str) -> None:
        """Remove what is kept of a connection; raise StoreError."""


class Capabilities:
    """Tell what each server is known to do, and take in what is learnt; used from one event loop.

    A disk that fails loses what was learnt, at the end of the program, and disturbs nothing else.
    """

    def __init__(self, store: KeptFindings) -> None:
        self._store = store
        self._known: dict[_Key, CapabilityMap] = {}
        self._loaded: set[_Key] = set()
        self._unwritten: dict[_Key, list[Finding]] = {}
        self._forgotten = 0
        self._scope = TaskScope(_report)

    async def known(self, profile_id: str, model: str) -> CapabilityMap:
        """Return what is known of a model on a connection; quick after the first time."""
        key = (profile_id, model)
        while key not in self._loaded:
            epoch = self._forgotten
            try:
                async with asyncio.timeout(READ_LIMIT):
                    kept = await self._store.load(profile_id, model)
            except (StoreError, TimeoutError):
                break  # read again the next time
            if epoch == self._forgotten:
                self._known[key] = kept.with_findings(self._at_hand(key).findings.values())
                self._loaded.add(key)
        return self._at_hand(key)

    def learn(self, profile_id: str, model: str, findings: Iterable[Finding]) -> None:
        """Take findings in: they are known at once and on disk soon.

        A largest number that is known stays known where a newer finding names none.
        """
        key = (profile_id, model)
        known = self._at_hand(key)
        news = [_completed(found, known) for found in findings if _is_news(found, known)]
        if news:
            self._known[key] = known.with_findings(news)
            self._unwritten.setdefault(key, []).extend(news)
            if not self._scope.is_running("write"):
                self._scope.start("write", self._write())

    async def forget(self, profile_id: str) -> None:
        """Forget what is known of a connection, as when its address changes; raises StoreError."""
        self._forgotten += 1
        for keys in (self._known, self._unwritten):
            for key in [key for key in keys if key[0] == profile_id]:
                del keys[key]
        self._loaded = {key for key in self._loaded if key[0] != profile_id}
        await self._store.forget(profile_id)

    async def aclose(self) -> None:
        """Write what is left, and stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WRITE_LIMIT):
                await self._scope.join("write")
        await self._scope.aclose()

    def _at_hand(self, key: _Key) -> CapabilityMap:
        return self._known.get(key, CapabilityMap())

    async def _write(self) -> None:
        while self._unwritten:
            key = next(iter(self._unwritten))
            findings = self._unwritten.pop(key)
            try:
                await self._store.learn(*key, findings)
            except StoreError:
                self._unwritten[key] = findings + self._unwritten.get(key, [])
                return  # tried again with the next that is learnt


def _is_news(found: Finding, known: CapabilityMap) -> bool:
    """Tell whether a finding says anything new, or anything at all after a while."""
    before = known.findings.get(found.feature)
    if found.support is Support.UNKNOWN or before is None:
        return found.support is not Support.UNKNOWN
    says_other = (found.support, found.maximum or before.maximum) != (before.support, before.maximum)
    return found.learnt >= before.learnt and (says_other or found.learnt - before.learnt > _REFRESHED_AFTER)


def _completed(found: Finding, known: CapabilityMap) -> Finding:
    before = known.findings.get(found.feature)
    if before is None or found.maximum is not None or found.support is not before.support:
        return found
    return replace(found, maximum=before.maximum)


def _report(name: str, error: BaseException) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": f"{name} crashed", "exception": error})
