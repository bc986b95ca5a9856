"""A live cluster, read through its API server."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Collection, Coroutine, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from bot.cluster.meter import Meter
from bot.cluster.pacing import Pacer, Pause
from bot.cluster.pages import Pages
from bot.cluster.translate import BrokenAnswerError
from bot.cluster.wire import Wire
from bot.core.errors import (
    BudgetSpentError,
    ClusterError,
    ClusterForbiddenError,
    ClusterMissingError,
    ClusterUnauthorizedError,
    ClusterUnreachableError,
)
from bot.core.ports import Budget, Dialer, OnSeen, Pace
from checks.dials import Dial, Dialed
from checks.kinds import Resource
from checks.model import Ask, LogRequest, See
from checks.rights import Review
from checks.snapshot import Gap, Snapshot

if TYPE_CHECKING:
    from checks.kinds import Kind

T = TypeVar("T")
UNDIALED = Gap("dials were not set up")
DEFAULT_PACE = Pace()
GREET_SECONDS = 3.0  # a cluster that is not there must be known within five, start and all


class LiveCluster:
    """Looks at a cluster through its API server. Fulfils `bot.core.ports.Cluster`.

    `dialer` makes the dials; a gap in its place says why none is made. All looks keep to the one
    `pace`.
    """

    def __init__(
        self,
        name: str,
        wire: Wire,
        budget: Budget,
        dialer: Dialer | Gap = UNDIALED,
        *,
        pace: Pace = DEFAULT_PACE,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._name = name
        self._wire = wire
        self._budget = budget
        self._dialer = dialer
        self._pacer = Pacer(pace, pause)

    @property
    def name(self) -> str:
        """The name people link channels to."""
        return self._name

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Fetch what is declared. One kind that fails becomes a gap; the others go on.

        Raises `ClusterUnreachableError` or `ClusterUnauthorizedError` when nothing can be asked
        at all.
        """
        meter = Meter(self._budget)
        taken_at = datetime.now(UTC).isoformat(timespec="seconds")
        version = await self._greet(meter)
        look = _Look(Pages(self._wire, meter, self._pacer), meter, on_seen)
        await _each(look.fetch(*one) for one in _by_kind(sees))
        if look.errors and not look.objects:
            self._raise_if_cut_off(tuple(look.errors.values()))
        look.errors.clear()  # their tracebacks hold the look, and with it all that was read
        return Snapshot(
            cluster=self._name,
            taken_at=taken_at,
            version=version,
            objects=look.objects,
            gaps=look.gaps,
            ledger=meter.ledger,
        )

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Return the snapshot with these logs (masked) and dials, or their gaps, added.

        What the look took counts against the same budget; dials have one of their own.
        """
        logs = {one for one in requests if isinstance(one, LogRequest)}
        dials = [one for one in requests if not isinstance(one, LogRequest)]
        meter = Meter(self._budget, spent=snapshot.ledger)
        results, snapshot = await asyncio.gather(
            self._dial(dials), self._read_logs(snapshot, logs, meter)
        )
        made = sum(1 for one in results.values() if not isinstance(one, Gap))
        ledger = msgspec.structs.replace(meter.ledger, dials=snapshot.ledger.dials + made)
        if not isinstance(self._dialer, Gap) and dials:
            return snapshot.with_dials(results, self._dialer.vantage(snapshot), ledger)
        return snapshot.with_dials(results, ledger=ledger)

    async def _read_logs(
        self, snapshot: Snapshot, requests: Collection[LogRequest], meter: Meter
    ) -> Snapshot:
        pages = Pages(self._wire, meter, self._pacer)
        logs: dict[str, str] = {}
        gaps: dict[str, Gap] = {}

        async def read(request: LogRequest) -> None:
            try:
                logs[request.key] = await _in_time(pages.log(request), meter)
            except ClusterError as error:
                gaps[request.key] = _gap(error, request.need)

        await _each(read(request) for request in sorted(requests))
        return snapshot.with_logs(logs, gaps)

    async def _dial(self, requests: Collection[Dial]) -> dict[str, Dialed | Gap]:
        if isinstance(self._dialer, Gap):
            reason = self._dialer.reason
            return {one.key: Gap(reason, one.need) for one in requests}
        return await self._dialer.dial(requests) if requests else {}

    async def review(self, namespaces: Collection[str]) -> Mapping[str, Review]:
        """Return what this identity may do in each of these namespaces.

        Raises `ClusterForbiddenError` when it may not even ask that.
        """
        meter = Meter(self._budget)
        await self._greet(meter)
        pages = Pages(self._wire, meter, self._pacer)
        reviews = {one: await _in_time(pages.review(one), meter) for one in namespaces}
        return MappingProxyType(reviews)

    async def unserved(self, kinds: Collection[Resource]) -> frozenset[Resource]:
        """Return the kinds that the API server says it does not serve."""
        meter = Meter(self._budget)
        pages = Pages(self._wire, meter, self._pacer)
        told: set[Resource] = set()

        async def ask(kind: Resource) -> None:
            async with self._pacer.slots:
                if not await _in_time(pages.may_be_served(kind), meter):
                    told.add(kind)

        await _each(ask(kind) for kind in kinds)
        return frozenset(told)

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()

    async def _greet(self, meter: Meter) -> str:
        """Ask for the server's version first: within seconds it tells whether anyone is there."""
        try:
            await self._wire.renew()
            await _in_time(self._pacer.turn(), meter)
            async with asyncio.timeout(GREET_SECONDS):
                return await Pages(self._wire, meter, self._pacer).version()
        except TimeoutError as error:
            silence = ClusterUnreachableError(f"no answer within {GREET_SECONDS:g} s")
            raise self._cut_off(silence) from error
        except (BrokenAnswerError, BudgetSpentError):
            return ""  # someone is there; each kind will tell what it gets
        except (ClusterUnauthorizedError, ClusterUnreachableError) as error:
            raise self._cut_off(error) from error

    def _cut_off(self, error: ClusterError) -> ClusterError:
        """Return the error with the cluster's name and the next step in it."""
        where = f"cluster {self._name} ({self._wire.host})"
        if isinstance(error, ClusterUnauthorizedError):
            return ClusterUnauthorizedError(
                f"{where}: {error.reason}; sign in again, or renew the token in its kubeconfig"
            )
        return ClusterUnreachableError(
            f"{where}: {error.reason}; is its API server up, and reachable from here?"
        )

    def _raise_if_cut_off(self, errors: Collection[ClusterError]) -> None:
        """Raise when no kind could be asked for at all, rather than each failing its own way."""
        if all(_is_cut_off(error) for error in errors):
            first = next(iter(errors))
            raise self._cut_off(first) from first


class _Look:
    """What one look gathers."""

    def __init__(self, pages: Pages, meter: Meter, on_seen: OnSeen | None) -> None:
        self._pages = pages
        self._meter = meter
        self._on_seen = on_seen
        self.objects: dict[str, tuple[Any, ...]] = {}
        self.gaps: dict[str, Gap] = {}
        self.errors: dict[str, ClusterError] = {}

    async def fetch(self, *sees: See) -> None:
        """Fetch what is meant, one after the other; a failure is filed as a gap."""
        for see in sees:
            await self._fetch(see)

    async def _fetch(self, see: See) -> None:
        try:
            self._file(see, await _in_time(self._pages.see(see), self._meter))
        except ClusterError as error:
            self.errors[see.key] = error
            self.gaps[see.key] = _gap(error, see.need)

    def _file(self, see: See, objects: tuple[Any, ...]) -> None:
        self.objects[see.key] = objects
        if self._on_seen:
            self._on_seen(see.key, len(objects))


def _by_kind(sees: Iterable[See]) -> Iterable[list[See]]:
    """Return what to fetch of each kind: one that hangs must not take every place."""
    kinds: defaultdict[type[Kind], list[See]] = defaultdict(list)
    for see in {see.key: see for see in sees}.values():
        kinds[see.kind].append(see)
    return kinds.values()


def _gap(error: ClusterError, need: str) -> Gap:
    """Return why something was not seen; a permission is named when it would have helped."""
    missing = isinstance(error, ClusterMissingError)
    return Gap(error.reason, need if isinstance(error, ClusterForbiddenError) else "", missing)


def _is_cut_off(error: ClusterError) -> bool:
    cut_off = isinstance(error, ClusterUnreachableError | ClusterUnauthorizedError)
    return cut_off and not isinstance(error, BrokenAnswerError)


async def _in_time(work: Awaitable[T], meter: Meter) -> T:
    """Return what comes of the work, or raise `BudgetSpentError` when time is up."""
    try:
        async with asyncio.timeout(meter.seconds_left):
            return await work
    except TimeoutError as error:
        raise meter.late() from error


async def _each(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do the works side by side."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)
