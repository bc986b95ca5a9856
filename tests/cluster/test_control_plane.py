"""The harness itself: what it starts is real, and nothing stays."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster.admin import ApiError, Client, Manifest
from tests.cluster.control_plane import ControlPlane, running, sweep
from tests.cluster.daemon import Daemon, StartError
from tests.cluster.rbac import account_user, forbid
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from tests.cluster.fixtures import Applied, MakeKubeconfig
    from tests.cluster.kubelet import FakeKubelet

READ_PODS = {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "list"]}
READ_SLICES = {
    "apiGroups": ["discovery.k8s.io"],
    "resources": ["endpointslices"],
    "verbs": ["list"],
}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "cart"},
    "spec": {"selector": {"app": "cart"}, "ports": [{"port": 80, "targetPort": 8080}]},
}


def pod(name: str, *, node: str = "nowhere", status: Manifest | None = None) -> Manifest:
    """Write a pod on a node, with the status a kubelet would have given it."""
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "cart"}},
        "spec": {"nodeName": node, "containers": [{"name": "main", "image": "none"}]},
    }
    return manifest | ({"status": status} if status else {})


class TestControlPlane:
    """The API server answers as a real one does."""

    def test_is_ready(self, admin: Client) -> None:
        """Every part that /readyz looks at is well."""
        assert admin.connections.send("GET", "/readyz") == b"ok"

    @pytest.mark.parametrize(
        "closed", [ssl.SSLEOFError, ConnectionResetError, http.client.RemoteDisconnected]
    )
    def test_is_asked_again_where_it_closed_an_idle_connection(
        self, admin: Client, monkeypatch: pytest.MonkeyPatch, closed: type[OSError]
    ) -> None:
        """How a closed connection shows depends on how far the TLS goodbye has come."""
        connection = admin.connections._connection()
        errors = [closed("closed")]
        request = connection.request

        def once_closed(*arguments: Any) -> None:  # noqa: ANN401 as http.client takes them
            if errors:
                raise errors.pop()
            request(*arguments)

        monkeypatch.setattr(connection, "request", once_closed)

        assert admin.connections.send("GET", "/readyz") == b"ok"
        assert errors == []

    def test_denies_an_account_without_rights_and_records_it(
        self, control_plane: ControlPlane, admin: Client, namespace: str
    ) -> None:
        """RBAC is on, and the audit log tells who was refused what."""
        offset = control_plane.audit_offset()
        token = admin.make_service_account("stranger", namespace=namespace)

        with admin.with_token(token) as stranger, pytest.raises(ApiError) as denied:
            stranger.connections.send("GET", f"/api/v1/namespaces/{namespace}/pods")

        assert denied.value.status == 403
        user = account_user("stranger", namespace)
        (request,) = until(lambda: control_plane.requests(user=user, since=offset))
        seen = (request.verb, request.resource, request.namespace, request.code)
        assert seen == ("list", "pods", namespace, 403)

    def test_gives_an_account_exactly_the_rules_asked_for(
        self, admin: Client, kubeconfig_for: MakeKubeconfig, namespace: str
    ) -> None:
        """What is in the rules works at once; the next kind does not."""
        path = kubeconfig_for([READ_PODS, READ_SLICES])

        token = json.loads(path.read_text())["users"][0]["user"]["token"]
        with admin.with_token(token) as bot:
            bot.list_of("EndpointSlice")
            with pytest.raises(ApiError, match="secrets is forbidden"):
                bot.list_of("Secret", namespace=namespace)

    def test_runs_the_endpointslice_controller_on_demand(
        self, control_plane: ControlPlane, admin: Client, namespace: str, applied: Applied
    ) -> None:
        """A Service and a ready pod, on a node that exists, make a real EndpointSlice."""
        applied([{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "home-1"}}])
        ready = {
            "phase": "Running",
            "podIP": "10.244.0.7",
            "podIPs": [{"ip": "10.244.0.7"}],
            "conditions": [{"type": "Ready", "status": "True"}],
        }
        with control_plane.start_controllers("endpointslice-controller"):
            admin.apply([SERVICE, pod("cart-1", node="home-1", status=ready)], namespace=namespace)
            slices = until(lambda: filled_slices(admin, namespace), what="an EndpointSlice")

        assert slices[0]["endpoints"][0]["addresses"] == ["10.244.0.7"]
        assert slices[0]["metadata"]["labels"]["kubernetes.io/service-name"] == "cart"

    def test_runs_kwok_on_demand(
        self, control_plane: ControlPlane, admin: Client, namespace: str, applied: Applied
    ) -> None:
        """A pod on an annotated node comes to run; one on another node stays as it was."""
        annotations = {"kwok.x-k8s.io/node": "fake"}
        metadata = {"name": "fake-1", "annotations": annotations}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata}
        with control_plane.start_kwok():
            applied([node])
            admin.apply([pod("on-fake", node="fake-1"), pod("elsewhere")], namespace=namespace)
            until(lambda: phase(admin, "on-fake", namespace) == "Running", what="the pod's run")

        assert phase(admin, "elsewhere", namespace) == "Pending"

    def test_serves_logs_of_the_fake_kubelet(
        self, admin: Client, namespace: str, kubelet: FakeKubelet, applied: Applied
    ) -> None:
        """``pods/log`` goes through the API server to the node's address and port."""
        applied([kubelet.node("logs-1")])
        admin.apply([pod("talker", node="logs-1")], namespace=namespace)
        kubelet.set_log(namespace, "talker", "main", "one\ntwo\nthree\n")
        kubelet.set_log(namespace, "talker", "main", "before\n", previous=True)

        assert admin.logs("talker", namespace=namespace) == "one\ntwo\nthree\n"
        assert admin.logs("talker", namespace=namespace, tailLines="1") == "three\n"
        assert admin.logs("talker", namespace=namespace, previous="true") == "before\n"

    def test_passes_on_a_kubelet_that_fails(
        self, admin: Client, namespace: str, kubelet: FakeKubelet, applied: Applied
    ) -> None:
        """A status chosen for a log reaches whoever reads it."""
        applied([kubelet.node("logs-2")])
        admin.apply([pod("broken", node="logs-2")], namespace=namespace)
        kubelet.set_log(namespace, "broken", "main", "no such file", status=500)

        with pytest.raises(ApiError, match="no such file") as failed:
            admin.logs("broken", namespace=namespace)

        assert failed.value.status == 500


class TestClient:
    """Tests leave the cluster as they found it."""

    def test_deletes_what_was_applied_and_puts_back_what_was_changed(
        self, admin: Client, namespace: str
    ) -> None:
        """New objects go, changed ones are as before."""
        old, new = config_map("old", "before"), config_map("new", "after")
        admin.apply([old], namespace=namespace)

        with admin.applied([config_map("old", "after"), new], namespace=namespace):
            assert admin.get("ConfigMap", "old", namespace=namespace)["data"] == {"is": "after"}
            assert admin.exists("ConfigMap", "new", namespace=namespace)

        assert admin.get("ConfigMap", "old", namespace=namespace)["data"] == {"is": "before"}
        assert not admin.exists("ConfigMap", "new", namespace=namespace)

    def test_removes_a_namespace_with_all_that_is_in_it(self, admin: Client) -> None:
        """No controller is there to do it, so the client does."""
        name = admin.make_namespace()
        admin.apply([SERVICE, pod("cart-1"), config_map("c", "d")], namespace=name)

        admin.delete_namespace(name)

        assert not admin.exists("Namespace", name)
        assert not [p for p in admin.list_of("Pod") if p["metadata"]["namespace"] == name]

    def test_applying_again_removes_what_is_no_longer_written(
        self, admin: Client, namespace: str
    ) -> None:
        """A mended selector has no remains of the broken one."""
        admin.apply([SERVICE], namespace=namespace)
        spec = SERVICE["spec"] | {"selector": {"tier": "web"}}  # type: ignore[operator]

        admin.apply([SERVICE | {"spec": spec}], namespace=namespace)

        found = admin.get("Service", "cart", namespace=namespace)
        assert found["spec"]["selector"] == {"tier": "web"}

    def test_creates_events_about_an_object(self, admin: Client, namespace: str) -> None:
        """An Event carries reason, message and the object it is about."""
        made = admin.create(pod("cart-1"), namespace=namespace)

        admin.event(made, reason="FailedCreatePodSandBox", message="no addresses", count=3)

        (event,) = admin.list_of("Event", namespace=namespace)
        assert (event["reason"], event["count"]) == ("FailedCreatePodSandBox", 3)
        assert event["involvedObject"]["uid"] == made["metadata"]["uid"]


class TestForbid:
    """Rules lose one resource and nothing else."""

    def test_drops_one_resource_from_a_rule(self) -> None:
        """The rule's other resources stay."""
        left = forbid([READ_PODS, READ_SLICES], "pods")

        assert left == [READ_PODS | {"resources": ["services"]}, READ_SLICES]

    def test_drops_a_rule_that_held_nothing_else(self) -> None:
        """A rule without resources would be refused by the API server."""
        assert forbid([READ_PODS, READ_SLICES], "endpointslices.discovery.k8s.io") == [READ_PODS]

    def test_refuses_a_resource_that_no_rule_held(self) -> None:
        """Otherwise a misspelt resource would prove nothing."""
        with pytest.raises(ValueError, match="no rule holds secrets"):
            forbid([READ_PODS], "secrets")


class TestStopping:
    """Nothing stays, whatever happens."""

    def test_kills_every_program_and_removes_the_folder(self, control_plane: ControlPlane) -> None:
        """A second control plane comes and goes beside the first."""
        with ControlPlane(control_plane.programs) as second:
            second.start_kwok()
            pids, folder = second.pids, second.folder
            assert all(running(pid) for pid in pids)

        assert len(pids) == 3
        assert not any(running(pid) for pid in pids)
        assert not folder.exists()

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the leash")
    def test_programs_die_with_a_killed_parent(self, tmp_path: Path) -> None:
        """Even SIGKILL to pytest leaves nothing running."""
        log = tmp_path / "log"
        script = (
            "import pathlib, sys, time\n"
            "from tests.cluster.daemon import Daemon\n"
            "log = pathlib.Path(sys.argv[1])\n"
            "sleep = 'import time; print(1, flush=True); time.sleep(60)'\n"
            "child = Daemon(pathlib.Path(sys.executable), ['-c', sleep], log)\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(60)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script, str(log)],
            stdout=subprocess.PIPE,
            text=True,
        ) as parent:
            assert parent.stdout
            child = int(parent.stdout.readline())
            until(lambda: log.exists() and log.read_text(), what="the child's start")
            assert running(child)

            parent.send_signal(signal.SIGKILL)

        until(lambda: not running(child), what="the child's death")

    def test_quotes_the_log_of_a_program_that_will_not_start(
        self, control_plane: ControlPlane
    ) -> None:
        """The reason is in the error, not in a file that is gone."""
        broken = ControlPlane(control_plane.programs, apiserver_flags=["--no-such-flag"])

        with pytest.raises(StartError, match="unknown flag: --no-such-flag"):
            broken.start()

        assert not any(running(pid) for pid in broken.pids)

    def test_refuses_to_start_programs_from_another_thread(self, tmp_path: Path) -> None:
        """They would die with that thread."""
        errors: list[Exception] = []

        def start() -> None:
            try:
                Daemon(Path(sys.executable), [], tmp_path / "log")
            except RuntimeError as error:
                errors.append(error)

        thread = threading.Thread(target=start)
        thread.start()
        thread.join()

        assert "main thread" in str(errors[0])

    def test_sweeps_up_folders_of_killed_runs_only(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A folder whose owner still runs is left alone."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        dead = tmp_path / "netcheck-cluster-999999999-x"
        alive = tmp_path / f"netcheck-cluster-{os.getpid()}-x"
        dead.mkdir()
        alive.mkdir()

        sweep()

        assert [alive] == list(tmp_path.iterdir())


def filled_slices(admin: Client, namespace: str) -> list[Manifest]:
    """List the slices that hold an endpoint."""
    return [s for s in admin.list_of("EndpointSlice", namespace=namespace) if s.get("endpoints")]


def phase(admin: Client, name: str, namespace: str) -> str:
    """Read a pod's phase."""
    found: str = admin.get("Pod", name, namespace=namespace)["status"]["phase"]
    return found


def config_map(name: str, value: str) -> Manifest:
    """Write a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": {"is": value},
    }
