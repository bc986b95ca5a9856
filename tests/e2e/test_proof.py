"""Each cause that tier A can prove: proved where it is, refuted where it is not.

The API server is real, the account holds what `netcheck rbac` prints, the command is the real one.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run
from tests.e2e import node_faults, objects, service_faults
from tests.e2e.conftest import Diagnose
from tests.e2e.scenario import Scenario, Stage
from tests.e2e.scenarios import SCENARIOS

every = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.id)


@every
def test_a_fault_is_confirmed_and_what_shows_it_is_quoted(
    scenario: Scenario, stage: Stage, diagnose: Diagnose, kubeconfig: Path
) -> None:
    paste = scenario.pasted(stage)
    scenario.fault(stage)

    told = diagnose(paste, "--kubeconfig", kubeconfig)

    assert scenario.entry in told.matched
    assert [scenario.proved] == told.confirmed
    for quote in scenario.quotes:
        assert stage.named(quote) in told.evidence(scenario.proved)
    assert stage.named(scenario.command) in told.command(scenario.proved)


@every
def test_a_snapshot_of_the_fault_confirms_it_too(
    scenario: Scenario,
    stage: Stage,
    run: Run,
    diagnose: Diagnose,
    kubeconfig: Path,
    tmp_path: Path,
) -> None:
    paste = scenario.pasted(stage)
    scenario.fault(stage)
    live = diagnose(paste, "--kubeconfig", kubeconfig)
    saved = tmp_path / "saved.json"
    assert run("snapshot", "-o", saved, "--kubeconfig", kubeconfig).status == 0
    scenario.heal(stage)  # the file must do without the cluster

    told = diagnose(paste, "--snapshot", saved)

    assert [scenario.proved] == told.confirmed
    assert live.document["causes"] == told.document["causes"]
    assert live.document["checks"] == told.document["checks"]


@every
def test_a_healed_fault_is_refuted(
    scenario: Scenario, stage: Stage, diagnose: Diagnose, kubeconfig: Path
) -> None:
    paste = scenario.pasted(stage)
    scenario.fault(stage)
    scenario.heal(stage)

    told = diagnose(paste, "--kubeconfig", kubeconfig)

    assert not told.confirmed
    assert scenario.healed == told.standings[scenario.entry]


def test_a_shell_reads_the_proof_and_the_way_out(stage: Stage, kubeconfig: Path) -> None:
    scenario = service_faults.SCENARIOS[0]
    scenario.fault(stage)
    command = [sys.executable, "-m", "bot", "diagnose", "--kubeconfig", str(kubeconfig)]

    done = subprocess.run(
        command, input=scenario.pasted(stage), capture_output=True, text=True, check=True
    )

    verdict = f"Confirmed  Service has no endpoints  Service {stage.namespace}/cart"
    assert verdict in done.stdout.splitlines()
    for quote in ("app=crat", "app=cart", stage.named(scenario.command)):
        assert quote in done.stdout
    assert done.stderr == ""


def test_a_forward_policy_is_left_to_the_probe_that_can_see_it(
    stage: Stage, diagnose: Diagnose, kubeconfig: Path
) -> None:
    docker = objects.node(f"old-{stage.mark}", runtime="docker://20.10.7")
    stage.wide(docker, node_faults.flannel())

    told = diagnose(
        "Chain FORWARD (policy DROP 1297 packets, 96K bytes)\n", "--kubeconfig", kubeconfig
    )

    assert told.standings["forward-policy-drop"] == "could-not-check"
    assert told.needs("forward-policy-drop") == {"node probe (tier N1)"}
    (blind,) = told.checks("forward-policy-drop", "blind")
    assert "container runtimes: docker://20.10.7 (1)" in blind["evidence"]
    assert "network plugin: flannel" in blind["evidence"]
    assert f"kubectl debug node/old-{stage.mark}" in blind["command"]
