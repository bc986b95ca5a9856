"""Other tools on the same faults, where they are on the PATH.

They name no causes, so they are counted kindly: a fault is found when the tool says something of
an object that is expected, or that the fault made or changed, which it does not say of the same
object in the healthy cluster. What it says there, at its own level of an error, is a false alarm.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scoreboard.faults import Fault
    from tests.scoreboard.ground import Ground

SECONDS = 120  # for one look at one cluster
TRIES = 3  # k8sgpt 0.4.17 now and then ends by a race of its own
ERROR = 3  # popeye's level above a warning


@dataclass(frozen=True)
class Issue:
    """What a tool says of one object: `Service`, `shop/cart`."""

    kind: str
    name: str
    text: str
    grave: bool = True


def popeye_issues(document: dict[str, Any]) -> Iterator[Issue]:
    """Read what `popeye -o json` prints; its sections are named like resources, as `services`."""
    for section in document["popeye"].get("sections") or ():
        for name, issues in (section.get("issues") or {}).items():
            for one in issues:
                grave = one["level"] >= ERROR
                if one["level"] > 1:  # what is merely told is no finding
                    yield Issue(section["linter"], name, one["message"], grave)


def k8sgpt_issues(document: dict[str, Any]) -> Iterator[Issue]:
    """Read what `k8sgpt analyze -o json` prints."""
    for one in document.get("results") or ():
        for error in one["error"]:
            yield Issue(one["kind"], one["name"], error["Text"])


@dataclass(frozen=True)
class Rival:
    """A tool, how it is called, and how its answer is read."""

    name: str
    arguments: tuple[str, ...]
    read: Callable[[dict[str, Any]], Iterator[Issue]]

    def ask(self, kubeconfig: Path) -> set[Issue]:
        """Run it once and return what it says."""
        command = [self.name, *self.arguments, "--kubeconfig", str(kubeconfig)]
        for _ in range(TRIES):
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            start = done.stdout.find("{")
            if start >= 0:
                return set(self.read(json.loads(done.stdout[start:])))
        sys.stderr.write(f"{self.name}: no JSON: {done.stderr.strip()[:200]}\n")
        return set()


# Without ConfigMaps and volumes: the board's pods mount none, so all would look unused.
KINDS = (
    "Pod,Deployment,ReplicaSet,StatefulSet,Job,CronJob,Service,Ingress,Node,NetworkPolicy,Gateway,"
    "GatewayClass,HTTPRoute,ValidatingWebhookConfiguration,MutatingWebhookConfiguration"
)
RIVALS = (
    Rival("popeye", ("-A", "-o", "json", "--force-exit-zero", "--lint", "warn"), popeye_issues),
    Rival("k8sgpt", ("analyze", "-o", "json", "-f", KINDS), k8sgpt_issues),
)


def present() -> list[Rival]:
    """Return the tools that are on the PATH."""
    return [one for one in RIVALS if shutil.which(one.name)]


@dataclass
class Contest:
    """What the tools found, and what they said of clusters that work."""

    rivals: list[Rival] = field(default_factory=present)
    found: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    alarms: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _calm: dict[str, set[Issue]] = field(default_factory=dict)

    def calm(self, ground: Ground) -> None:
        """Ask about the healthy cluster."""
        if self.rivals:
            ground.mirror()
        for rival in self.rivals:
            self._calm[rival.name] = rival.ask(ground.admin_kubeconfig)
            self.alarms[rival.name] += sum(one.grave for one in self._calm[rival.name])

    def broken(self, ground: Ground, fault: Fault) -> None:
        """Ask about the cluster with a fault on it."""
        if self.rivals:
            ground.mirror()
        touched = set(names(fault))
        for rival in self.rivals:
            new = rival.ask(ground.admin_kubeconfig) - self._calm[rival.name]
            if any(one.name in touched for one in new):
                self.found[rival.name].add(fault.name)


def names(fault: Fault) -> Iterator[str]:
    """Yield the objects that count as named: those expected, and those the fault touches."""
    for wanted in fault.told.expect:
        yield wanted.subject.partition(" ")[2] or wanted.subject
    for gone in fault.told.remove:
        yield f"{gone.namespace}/{gone.name}" if gone.namespace else gone.name
    for one in fault.objects:
        meta = one["metadata"]
        if one["kind"] != "Event":
            yield f"{meta['namespace']}/{meta['name']}" if "namespace" in meta else meta["name"]
