"""Cases of the catalog: a cluster, a question, and what the check must say."""

from fnmatch import fnmatchcase
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from checks.dials import (
    Dial,
    Dialed,
    DnsDial,
    DnsDialed,
    HttpDial,
    HttpDialed,
    TcpDial,
    TcpDialed,
    TlsDialed,
    Vantage,
)
from checks.manifests import snapshot_of
from checks.model import Check, Finding, LogRequest, Question
from checks.registry import catalog
from checks.runner import requests, run
from checks.snapshot import Gap, Snapshot

T = TypeVar("T")
FOLDER = Path(__file__).parent / "cases"
NOW = "2026-11-23T10:00:00Z"


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """What one finding must be. Texts must occur in it; those of `without` nowhere in it."""

    verdict: str
    subject: str | None = None
    cause: str = ""
    summary: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    command: str | None = None


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """One case. `logs` and `log_gaps` are keyed `namespace/pod/container/current|previous`.

    `dials` and `dial_gaps` are keyed by patterns of a dial's key, the first that fits counts; a
    dial's result has its kind's fields, and the replies of a DNS dial are repeated until every
    query has one. What fits none is not dialed. `missing` are kinds that this cluster's API server
    does not serve.
    """

    name: str
    expect: tuple[Expected, ...]
    question: Question = Question()
    objects: tuple[dict[str, Any], ...] = ()
    gaps: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    logs: dict[str, str] = {}
    log_gaps: dict[str, str] = {}
    dials: dict[str, dict[str, Any]] = {}
    dial_gaps: dict[str, str] = {}
    vantage: Vantage = Vantage()
    taken_at: str = NOW
    version: str = "v1.37.2"
    slug: str = ""

    @property
    def check(self) -> Check:
        """The check it is a case of."""
        return catalog()[self.slug]

    def snapshot(self) -> Snapshot:
        """Return the cluster, with the logs that may be read and the dials that were made."""
        gaps = {key: Gap(reason, f"list {key}") for key, reason in self.gaps.items()}
        gaps |= {key: Gap("404: not served", missing=True) for key in self.missing}
        seen = snapshot_of(self.objects, taken_at=self.taken_at, version=self.version, gaps=gaps)
        asked = requests(self.check, seen, self.question)
        wanted = {one.key for one in asked if isinstance(one, LogRequest)}
        unasked = (self.logs.keys() | self.log_gaps.keys()) - wanted
        assert not unasked, f"{self.name}: {self.slug} asked for {wanted}, never for {unasked}"
        log_gaps = {key: Gap(reason, "get pods/log") for key, reason in self.log_gaps.items()}
        dials = self._dialed([one for one in asked if not isinstance(one, LogRequest)])
        return seen.with_logs(self.logs, log_gaps).with_dials(dials, self.vantage)

    def findings(self) -> tuple[Finding, ...]:
        """Run its check."""
        return run(self.check, self.snapshot(), self.question)

    def _dialed(self, asked: list[Dial]) -> dict[str, Dialed | Gap]:
        keys = [one.key for one in asked]
        for pattern in (*self.dials, *self.dial_gaps):
            fits = any(fnmatchcase(key, pattern) for key in keys)
            assert fits, f"{self.name}: {self.slug} dials {keys}, never {pattern}"
        results: dict[str, Dialed | Gap] = {}
        for one in asked:
            gap = _fitting(self.dial_gaps, one.key)
            given = _fitting(self.dials, one.key)
            if gap is not None:
                results[one.key] = Gap(gap, one.need)
            elif given is not None:
                results[one.key] = result_of(one, given)
        return results


def result_of(request: Dial, given: dict[str, Any]) -> Dialed:
    """Return what came of a dial, from the fields of its result."""
    match request:
        case DnsDial():
            replies = given.get("replies", [given])
            every = list(islice(cycle(replies), request.queries))
            return msgspec.convert({"type": "dns", "replies": every}, DnsDialed)
        case HttpDial():
            return msgspec.convert({"type": "http", **given}, HttpDialed)
        case TcpDial():
            return msgspec.convert({"type": "tcp", **given}, TcpDialed)
    return msgspec.convert({"type": "tls", **given}, TlsDialed)


def _fitting(given: dict[str, T], key: str) -> T | None:
    return next((one for pattern, one in given.items() if fnmatchcase(key, pattern)), None)


def load_cases() -> list[Case]:
    """Read every case of every check."""
    return [
        msgspec.structs.replace(case, slug=path.stem)
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in msgspec.convert(yaml.safe_load(path.read_text("utf-8")), list[Case])
    ]


CASES = load_cases()
