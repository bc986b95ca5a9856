"""Cases of the catalog: a cluster, a question, and what the check must say."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from checks.manifests import snapshot_of
from checks.model import Check, Finding, Question
from checks.registry import catalog
from checks.runner import requests, run
from checks.snapshot import Gap, Snapshot

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

    `missing` are kinds that this cluster's API server does not serve.
    """

    name: str
    expect: tuple[Expected, ...]
    question: Question = Question()
    objects: tuple[dict[str, Any], ...] = ()
    gaps: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    logs: dict[str, str] = {}
    log_gaps: dict[str, str] = {}
    taken_at: str = NOW
    slug: str = ""

    @property
    def check(self) -> Check:
        """The check it is a case of."""
        return catalog()[self.slug]

    def snapshot(self) -> Snapshot:
        """Return the cluster, with the logs that may be read."""
        gaps = {key: Gap(reason, f"list {key}") for key, reason in self.gaps.items()}
        gaps |= {key: Gap("404: not served", missing=True) for key in self.missing}
        seen = snapshot_of(self.objects, taken_at=self.taken_at, gaps=gaps)
        wanted = {one.key for one in requests(self.check, seen, self.question)}
        unasked = (self.logs.keys() | self.log_gaps.keys()) - wanted
        assert not unasked, f"{self.name}: {self.slug} asked for {wanted}, never for {unasked}"
        log_gaps = {key: Gap(reason, "get pods/log") for key, reason in self.log_gaps.items()}
        return seen.with_logs(self.logs, log_gaps)

    def findings(self) -> tuple[Finding, ...]:
        """Run its check."""
        return run(self.check, self.snapshot(), self.question)


def load_cases() -> list[Case]:
    """Read every case of every check."""
    return [
        msgspec.structs.replace(case, slug=path.stem)
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in msgspec.convert(yaml.safe_load(path.read_text("utf-8")), list[Case])
    ]


CASES = load_cases()
