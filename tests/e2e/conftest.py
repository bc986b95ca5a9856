"""The real command against the real API server, with the rights `netcheck rbac` prints."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.bot.cli.conftest import Run, run
from tests.cluster.admin import Client, Manifest
from tests.cluster.control_plane import ControlPlane
from tests.cluster.fixtures import Applied, MakeKubeconfig
from tests.cluster.kubelet import FakeKubelet
from tests.e2e.scenario import Stage

__all__ = ["run"]  # a fixture here too


class Diagnosis(msgspec.Struct, frozen=True):
    """What `netcheck diagnose --json` said."""

    document: Mapping[str, Any]

    @property
    def standings(self) -> dict[str, str]:
        """How each cause stands, by its entry."""
        return {one["entry"]: one["standing"] for one in self.document["causes"]}

    @property
    def confirmed(self) -> list[str]:
        """The proved causes."""
        return [entry for entry, standing in self.standings.items() if standing == "confirmed"]

    @property
    def matched(self) -> list[str]:
        """The entries the paste looks like."""
        return [one["entry"] for one in self.document["matches"]]

    def checks(self, entry: str, verdict: str) -> list[dict[str, Any]]:
        """Return the results with this verdict of the checks that bear on an entry."""
        cause = next((one for one in self.document["causes"] if one["entry"] == entry), None)
        slugs = cause["checks"] if cause else ()
        found = (one for one in self.document["checks"] if one["check"] in slugs)
        return [one for one in found if one["verdict"] == verdict]

    def evidence(self, entry: str) -> str:
        """Return what proved an entry, one quote a line."""
        proofs = self.checks(entry, "found")
        return "\n".join(quote for one in proofs for quote in one["evidence"])

    def command(self, entry: str) -> str:
        """Return the kubectl line of the first proof."""
        command: str = self.checks(entry, "found")[0]["command"]
        return command

    def needs(self, entry: str) -> set[str]:
        """Return what a cause would need to be checked."""
        return {need for one in self.checks(entry, "blind") for need in one["needs"]}


Diagnose = Callable[..., Diagnosis]


@pytest.fixture
def stage(
    control_plane: ControlPlane,
    admin: Client,
    kubelet: FakeKubelet,
    namespace: str,
    applied: Applied,
) -> Iterator[Stage]:
    """Give the test its part of the cluster."""
    with ExitStack() as programs:
        yield Stage(control_plane, admin, kubelet, namespace, applied, programs)


@pytest.fixture
def role(run: Run) -> list[Manifest]:
    """Return the rules of the ClusterRole that `netcheck rbac` prints."""
    rules: list[Manifest] = yaml.safe_load(run("rbac").out)["rules"]
    return rules


@pytest.fixture
def kubeconfig(kubeconfig_for: MakeKubeconfig, role: list[Manifest]) -> Path:
    """Make an account that holds that ClusterRole and no more."""
    return kubeconfig_for(role)


@pytest.fixture
def diagnose(run: Run) -> Diagnose:
    """Run `netcheck diagnose --json` on a paste, with these options."""

    def invoke(paste: str, *options: str | Path) -> Diagnosis:
        outcome = run("diagnose", "--json", *options, stdin=paste)
        assert (outcome.status, outcome.err) == (0, "")
        return Diagnosis(json.loads(outcome.out))

    return invoke
