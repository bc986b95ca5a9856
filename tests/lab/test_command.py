"""The whole command from inside a room: a real API server's objects, and real connections."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from checks.model import Tier
from checks.rbac import manifest
from tests.lab.look import endpoints, pod
from tests.lab.servers import Relay

if TYPE_CHECKING:
    from tests.cluster.admin import Client
    from tests.cluster.control_plane import ControlPlane
    from tests.cluster.fixtures import MakeKubeconfig
    from tests.lab.network import Lab
    from tests.lab.rooms import Room

ROOT = Path(__file__).parents[2]
WEB = {"10.244.1.7": "node-1", "10.244.2.8": "node-2"}


@pytest.fixture
def shop(admin: Client, namespace: str) -> str:
    """Put a Service of two pods, and the bot, into a namespace; return the Service's address."""
    ports = [{"port": 8080, "targetPort": 8080}]
    slices = endpoints(f"{namespace}/web", 8080, WEB)
    slices |= {"apiVersion": "discovery.k8s.io/v1", "addressType": "IPv4"}
    pods = [pod(f"web-{at[-1]}", at, where) for at, where in WEB.items()]
    bot = pod("netcheck-1", "10.244.1.5", "node-1")
    manifests = [
        {"kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": ports}},
        *(runnable(one) for one in (*pods, bot)),
    ]
    admin.apply([{"apiVersion": "v1"} | one for one in manifests], namespace=namespace)
    admin.apply([slices], namespace=namespace)
    address: str = admin.get("Service", "web", namespace=namespace)["spec"]["clusterIP"]
    return address


def runnable(one: dict[str, Any]) -> dict[str, Any]:
    """Let the API server take a pod: of the test's namespace, and with an image."""
    containers = [{"name": "main", "image": "web"}]
    meta = {key: value for key, value in one["metadata"].items() if key != "namespace"}
    status = one["status"] | {"podIPs": [{"ip": one["status"]["podIP"]}]}
    spec = one["spec"] | {"containers": containers}
    return one | {"metadata": meta, "spec": spec, "status": status}


def netcheck(room: Room, *words: str) -> dict[str, Any]:
    """Run the command inside a room and return the only check's result."""
    command = [sys.executable, "-m", "bot", *words, "--json"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    done = room.run(run)
    assert done.stdout, done.stderr
    (result,) = json.loads(done.stdout)["checks"]
    found: dict[str, Any] = result
    return found


@pytest.mark.timeout(90)
def test_the_command_dials_from_where_it_runs(
    lab: Lab,
    control_plane: ControlPlane,
    shop: str,
    namespace: str,
    kubeconfig_for: MakeKubeconfig,
) -> None:
    bot = lab.room("10.244.1.5")
    pods = {at: lab.room(at) for at in WEB}
    servers = [lab.web(room, 8080) for room in pods.values()]
    lab.router.share(shop, *((room, at) for at, room in pods.items()))
    rules = manifest(Tier.D)["rules"]
    access = ("--kubeconfig", str(kubeconfig_for(rules)))
    asked = ("check", "service-dial", f"{namespace}/web", *access)

    with Relay(bot, urlsplit(control_plane.url).port or 0):
        outside = netcheck(bot, *asked)
        well = netcheck(bot, *asked, "--dials", "on")
        lab.router.drop(shop)
        no_rules = netcheck(bot, *asked, "--dials", "on")
        servers[1].close()
        dead = netcheck(bot, *asked, "--dials", "on")

    assert outside["verdict"] == "blind"
    assert well["verdict"] == "clear"
    assert "2 endpoints, its ClusterIP" in well["summary"]
    assert "dialed from node node-1" in well["summary"]
    # Whether that is kube-proxy's doing turns on the Service's age, less than a minute here.
    assert f"ClusterIP {shop} of Service {namespace}/web is silent" in no_rules["summary"]
    assert dead["verdict"] == "found"
    assert "while 1 of 2 answer" in dead["summary"]
