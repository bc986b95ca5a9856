"""What was seen of a cluster, frozen; and the view of it that a check is given."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from checks.kinds import Kind
from checks.model import LogRequest, See

K = TypeVar("K", bound=Kind)


class Gap(msgspec.Struct, frozen=True):
    """Why something could not be seen, in one line, and the permission that would help, if any."""

    reason: str
    need: str = ""


class Ledger(msgspec.Struct, frozen=True):
    """What looking cost: API requests, bytes received, wall seconds."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Snapshot(msgspec.Struct, frozen=True):
    """Everything one look at a cluster brought back.

    `objects` and `gaps` share the keys of `See.key`; a key is in exactly one of the two.
    `logs` and `log_gaps` likewise by `LogRequest.key`.
    """

    cluster: str
    taken_at: str
    version: str
    objects: Mapping[str, tuple[Any, ...]]
    gaps: Mapping[str, Gap] = {}
    logs: Mapping[str, str] = {}
    log_gaps: Mapping[str, Gap] = {}
    ledger: Ledger = Ledger()


class NotSeenError(Exception):
    """A check reached for something the snapshot does not hold; the runner makes it `blind`."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.reason)
        self.gap = gap


class UndeclaredError(Exception):
    """A check reached for something it never declared: a bug of the check, thus `broken`."""


class View:
    """A snapshot as one check may see it: only what it declared."""

    def __init__(self, snapshot: Snapshot, sees: Iterable[See]) -> None:
        self.snapshot = snapshot
        self._declared = {see.key for see in sees}

    def all(self, kind: type[K], namespace: str | None = None) -> tuple[K, ...]:
        """Return every object of a kind, or raise `NotSeenError`."""
        objects = self._read(See(kind))
        if namespace is None:
            return objects
        return tuple(one for one in objects if one.metadata.namespace == namespace)

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

    def _read(self, see: See) -> tuple[Any, ...]:
        if see.key not in self._declared:
            raise UndeclaredError(see.key)
        if see.key in self.snapshot.objects:
            return self.snapshot.objects[see.key]
        raise NotSeenError(self.snapshot.gaps.get(see.key, Gap("not read", see.need)))
