"""What was seen of a cluster, frozen; and the view of it that a check is given."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, overload

import msgspec

from checks.dials import (
    Dial,
    Dialed,
    DnsDial,
    DnsDialed,
    HttpDial,
    HttpDialed,
    TcpDial,
    TcpDialed,
    TlsDial,
    TlsDialed,
    Vantage,
)
from checks.kinds import KINDS, Kind
from checks.model import LogRequest, See

K = TypeVar("K", bound=Kind)
T = TypeVar("T")


# Raised whenever `checks/kinds` or `checks/dials` gains or changes a field: an older file lacks it,
# and taking its absence for a default would be a judgement about something never seen.
FORMAT = 6


class Gap(msgspec.Struct, frozen=True):
    """Why something could not be seen, in one line, and the permission that would help, if any.

    `missing` says that the API server serves no such kind at all.
    """

    reason: str
    need: str = ""
    missing: bool = False


class Ledger(msgspec.Struct, frozen=True):
    """What looking cost: API requests, bytes received, wall seconds, and dials made."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    dials: int = 0


class Snapshot(msgspec.Struct, frozen=True):
    """Everything one look at a cluster brought back.

    `objects` and `gaps` share the keys of `See.key`; a key is in exactly one of the two.
    `logs` and `log_gaps` likewise by `LogRequest.key`, `dials` and `dial_gaps` by the dial's.
    `vantage` is where the dials were made from. `taken_at` is ISO 8601, UTC.
    """

    cluster: str
    taken_at: str
    version: str
    objects: Mapping[str, tuple[Any, ...]]
    gaps: Mapping[str, Gap] = {}
    logs: Mapping[str, str] = {}
    log_gaps: Mapping[str, Gap] = {}
    dials: Mapping[str, Dialed] = {}
    dial_gaps: Mapping[str, Gap] = {}
    vantage: Vantage = Vantage()
    ledger: Ledger = Ledger()

    @property
    def time(self) -> datetime:
        """When it was taken; raises `ValueError` when `taken_at` is no ISO 8601 time."""
        time = datetime.fromisoformat(self.taken_at)
        return time if time.tzinfo else time.replace(tzinfo=UTC)

    def read(self, see: See) -> tuple[Any, ...] | Gap:
        """Return what was seen of these objects, or the gap where they should be.

        A wider list answers a narrower question: all pods, or all pods of a namespace. Of an
        optional kind that the API server does not serve there is nothing.
        """
        if see.key in self.objects:
            return self.objects[see.key]
        wider = tuple(see.widened())
        for one in wider:
            if one.key in self.objects:
                return tuple(filter(see.admits, self.objects[one.key]))
        gaps = (self.gaps[one.key] for one in (see, *wider) if one.key in self.gaps)
        gap = next(gaps, Gap("not read", see.need))
        return () if see.optional and gap.missing else gap

    @property
    def refused(self) -> frozenset[str]:
        """The keys of what a missing permission kept out of sight."""
        return frozenset(key for key, gap in self.gaps.items() if gap.need)

    def joined(self, more: "Snapshot") -> "Snapshot":
        """Return the snapshot with the objects and gaps of another look at the same cluster."""
        cost = Ledger(
            requests=self.ledger.requests + more.ledger.requests,
            bytes=self.ledger.bytes + more.ledger.bytes,
            seconds=round(self.ledger.seconds + more.ledger.seconds, 3),
            dials=self.ledger.dials,
        )
        return msgspec.structs.replace(
            self,
            objects={**self.objects, **more.objects},
            gaps={**self.gaps, **more.gaps},
            ledger=cost,
        )

    def with_logs(
        self, logs: Mapping[str, str], gaps: Mapping[str, Gap], ledger: Ledger | None = None
    ) -> "Snapshot":
        """Return the snapshot with these logs and log gaps added, by `LogRequest.key`."""
        kept = {key: gap for key, gap in self.log_gaps.items() if key not in logs}
        return msgspec.structs.replace(
            self,
            logs={**self.logs, **logs},
            log_gaps={**kept, **gaps},
            ledger=ledger or self.ledger,
        )

    def with_dials(
        self,
        results: Mapping[str, Dialed | Gap],
        vantage: Vantage | None = None,
        ledger: Ledger | None = None,
    ) -> "Snapshot":
        """Return the snapshot with what came of these dials added, by the dial's key."""
        made = {key: one for key, one in results.items() if not isinstance(one, Gap)}
        gaps = {key: one for key, one in results.items() if isinstance(one, Gap)}
        kept = {key: gap for key, gap in self.dial_gaps.items() if key not in made}
        return msgspec.structs.replace(
            self,
            dials={**self.dials, **made},
            dial_gaps={**kept, **gaps},
            vantage=vantage or self.vantage,
            ledger=ledger or self.ledger,
        )


class NotSeenError(Exception):
    """A check reached for something the snapshot does not hold; the runner makes it `blind`."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.reason)
        self.gap = gap


class UndeclaredError(Exception):
    """A check reached for something it never declared: a bug of the check, thus `broken`."""


class View:
    """A snapshot as one check may see it: only what it declared."""

    def __init__(self, snapshot: Snapshot, sees: Collection[See]) -> None:
        self.snapshot = snapshot
        self._declared = {see.key: see for see in sees}
        self._declared |= {See(see.kind).key: see for see in sees if see.enough}
        self._by_namespace: dict[str, dict[str, tuple[Any, ...]]] = {}

    @property
    def time(self) -> datetime:
        """When the snapshot was taken."""
        return self.snapshot.time

    def all(self, kind: type[K], namespace: str | None = None) -> tuple[K, ...]:
        """Return every object of a kind, or of one namespace, or raise `NotSeenError`.

        A namespace is looked up in an index, so asking for each in turn stays cheap.
        """
        narrow = See(kind, namespace)
        if namespace is None or narrow.key in self._declared:
            return self._read(narrow)
        return self._index(See(kind)).get(namespace, ())

    def one(self, kind: type[K], namespace: str, name: str) -> K | None:
        """Return one object declared by name, None when it was seen to be absent."""
        objects: tuple[K, ...] = self._read(See(kind, namespace, name))
        return objects[0] if objects else None

    def log(self, request: LogRequest) -> str:
        """Return a log that `asks` asked for, or raise `NotSeenError`."""
        text = self.snapshot.logs.get(request.key)
        if text is None:
            missing = Gap("not read", request.need)
            raise NotSeenError(self.snapshot.log_gaps.get(request.key, missing))
        return text

    @overload
    def dial(self, request: TcpDial) -> TcpDialed: ...
    @overload
    def dial(self, request: TlsDial) -> TlsDialed: ...
    @overload
    def dial(self, request: HttpDial) -> HttpDialed: ...
    @overload
    def dial(self, request: DnsDial) -> DnsDialed: ...
    def dial(self, request: Dial) -> Dialed:
        """Return what came of a dial that `asks` asked for, or raise `NotSeenError`."""
        result = self.snapshot.dials.get(request.key)
        if result is None:
            missing = Gap("not dialed", request.need)
            raise NotSeenError(self.snapshot.dial_gaps.get(request.key, missing))
        return result

    @property
    def vantage(self) -> Vantage:
        """Where dials were made from."""
        return self.snapshot.vantage

    def _index(self, see: See) -> Mapping[str, tuple[Any, ...]]:
        if see.key not in self._by_namespace:
            groups: defaultdict[str, list[Any]] = defaultdict(list)
            for one in self._read(see):
                groups[one.metadata.namespace].append(one)
            self._by_namespace[see.key] = {key: tuple(group) for key, group in groups.items()}
        return self._by_namespace[see.key]

    def _read(self, see: See) -> tuple[Any, ...]:
        if see.key not in self._declared:
            raise UndeclaredError(see.key)
        seen = self.snapshot.read(self._declared[see.key])
        if isinstance(seen, Gap):
            raise NotSeenError(seen)
        return seen


class SnapshotFormatError(ValueError):
    """A snapshot file cannot be read: broken, or saved by another version."""


class _File(msgspec.Struct):
    """The document in a file; objects stay raw until their kind is known."""

    cluster: str
    taken_at: str
    version: str
    objects: dict[str, msgspec.Raw]
    gaps: dict[str, Gap] = {}
    logs: dict[str, str] = {}
    log_gaps: dict[str, Gap] = {}
    dials: dict[str, Dialed] = {}
    dial_gaps: dict[str, Gap] = {}
    vantage: Vantage = Vantage()
    ledger: Ledger = Ledger()


class _Stamp(msgspec.Struct):
    """The part that tells which version wrote a file."""

    format: int | None = None


def save(snapshot: Snapshot) -> bytes:
    """Return the snapshot as a JSON document that `load` reads back to the same verdicts."""
    fields = {name: getattr(snapshot, name) for name in snapshot.__struct_fields__}
    return msgspec.json.encode({"format": FORMAT, **fields})


def load(document: bytes) -> Snapshot:
    """Return the snapshot in a document that `save` made, or raise `SnapshotFormatError`."""
    stamp = _decode(document, _Stamp)
    if stamp.format is None:
        raise SnapshotFormatError("this JSON is no netcheck snapshot: it has no `format`")
    if stamp.format != FORMAT:
        raise SnapshotFormatError(
            f"the snapshot has format {stamp.format}, this netcheck reads {FORMAT}: "
            "take it again, or use the netcheck that saved it"
        )
    file = _decode(document, _File)
    objects = {key: _objects(key, raw) for key, raw in file.objects.items()}
    snapshot = Snapshot(
        cluster=file.cluster,
        taken_at=file.taken_at,
        version=file.version,
        objects=objects,
        gaps=file.gaps,
        logs=file.logs,
        log_gaps=file.log_gaps,
        dials=file.dials,
        dial_gaps=file.dial_gaps,
        vantage=file.vantage,
        ledger=file.ledger,
    )
    _refuse_bad_time(snapshot)
    return snapshot


def _objects(key: str, raw: msgspec.Raw) -> tuple[Any, ...]:
    plural = key.partition("/")[0]
    if plural not in KINDS:
        raise SnapshotFormatError(f"the snapshot holds {plural}, a kind this netcheck knows not")
    kind = KINDS[plural]
    try:
        objects: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[kind, ...])  # type: ignore[valid-type]
    except msgspec.MsgspecError as error:
        raise SnapshotFormatError(f"the snapshot's {key} cannot be read: {error}") from error
    return objects


def _decode(document: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(document, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SnapshotFormatError(f"the snapshot cannot be read: {error}") from error


def _refuse_bad_time(snapshot: Snapshot) -> None:
    try:
        snapshot.time  # noqa: B018 - parsed for the error it raises
    except ValueError as error:
        raise SnapshotFormatError(f"the snapshot's taken_at is no time: {error}") from error
