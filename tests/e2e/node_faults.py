"""Faults of nodes and of what installs a network plugin on them."""

from tests.cluster.admin import Manifest
from tests.e2e import objects
from tests.e2e.scenario import SYSTEM, Scenario, Stage

POD = "kube-flannel-ds-zk4vw"
DENIED = "cp: can't create '/etc/cni/net.d/10-flannel.conflist': Permission denied"
FULL = "no IP addresses available in range set: 10.244.7.1-10.244.7.254"
SANDBOX = (
    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for "
    'sandbox "6f0d7b1c9a52": plugin type="flannel" failed (add): failed to delegate add: failed '
    f"to allocate for range 0: {FULL}"
)
PLATFORM_READS = {
    "nodes": "list nodes",
    "daemonsets.apps": "list daemonsets.apps",
    "configmaps": "get configmaps kube-proxy in kube-system",
}
ADDRESS_READS = {
    **PLATFORM_READS,
    "pods": "list pods",
    "events": "list events",
}


def run_out(stage: Stage) -> None:
    """Let a kubelet tell that host-local has nothing left for a pod."""
    home = f"full-{stage.mark}"
    stage.wide(objects.node(home, cidr="10.244.7.0/24"), flannel())
    stage.inside(objects.pod("search-0", at=home, status=creating()))
    made = stage.admin.get("Pod", "search-0", namespace=stage.namespace)
    made |= {"apiVersion": "v1", "kind": "Pod"}
    stage.admin.event(made, reason="FailedCreatePodSandBox", message=SANDBOX, count=41)


def free_addresses(stage: Stage) -> None:
    """Let the pod run, and the Event be forgotten, as it is after an hour."""
    stage.inside(
        objects.pod("search-0", at=f"full-{stage.mark}", status=objects.running("10.244.7.9"))
    )
    for event in stage.admin.list_of("Event", namespace=stage.namespace):
        stage.admin.delete("Event", event["metadata"]["name"], namespace=stage.namespace)


def crowd(stage: Stage) -> None:
    """Put six pods on a node whose range has room for five; no Event tells any more."""
    home = f"full-{stage.mark}"
    stage.wide(objects.node(home, cidr="10.244.9.0/29"), flannel())
    for number in range(5):
        status = objects.running(f"10.244.9.{number + 2}")
        stage.inside(objects.pod(f"crowd-{number}", at=home, status=status))
    stage.inside(objects.pod("late-0", at=home, status=creating()))


def disperse(stage: Stage) -> None:
    """Leave the late one and two more."""
    for number in range(2, 5):
        stage.admin.delete("Pod", f"crowd-{number}", namespace=stage.namespace)


def deny(stage: Stage) -> None:
    """Let flannel's installer fail to write its configuration, as under SELinux."""
    home = f"cni-{stage.mark}"
    stage.wide(stage.kubelet.node(home), flannel())
    crashed = objects.crashing("install-cni", 1)
    stage.inside(installer(home, objects.failing(crashed, phase="Pending", init=True)))
    stage.kubelet.set_log(stage.namespace, POD, "install-cni", f"{DENIED}\n", previous=True)


def permit(stage: Stage) -> None:
    """Let it succeed."""
    done = objects.running("192.0.2.31", init=objects.finished("install-cni"))
    stage.inside(installer(f"cni-{stage.mark}", done))


def creating() -> Manifest:
    """Write the status of a pod whose sandbox cannot be made."""
    waiting = {"waiting": {"reason": "ContainerCreating"}}
    return objects.failing(objects.container("main", waiting, ready=False), phase="Pending")


def flannel() -> Manifest:
    """Write flannel's DaemonSet, by which the plugin is known."""
    return objects.daemon_set("kube-flannel-ds", SYSTEM, pods=1)


def installer(home: str, status: Manifest) -> Manifest:
    """Write a pod of flannel's."""
    owner = ("DaemonSet", "kube-flannel-ds")
    return objects.pod(POD, at=home, status=status, owner=owner, init=("install-cni",))


SCENARIOS = (
    Scenario(
        entry="ipam-exhausted",
        paste="$ kubectl -n {ns} describe pod search-0\n"
        "Events:\n"
        "  Type     Reason                  Age                From     Message\n"
        "  ----     ------                  ----               ----     -------\n"
        f"  Warning  FailedCreatePodSandBox  2m (x41 over 11m)  kubelet  {SANDBOX}\n",
        fault=run_out,
        heal=free_addresses,
        quotes=("Pod {ns}/search-0, 41 times", FULL),
        command="kubectl get events -A --field-selector involvedObject.kind=Pod",
        reads=ADDRESS_READS,
    ),
    Scenario(
        name="ipam-exhausted-counted",
        entry="ipam-exhausted",
        paste="$ kubectl -n {ns} describe pod late-0\n"
        "Name:             late-0\n"
        "Namespace:        {ns}\n"
        "Node:             full-{mark}/192.0.2.9\n"
        "Status:           Pending\n"
        "Events:\n"
        "  Warning  FailedCreatePodSandBox  12s (x7 over 2m)  kubelet  Failed to create pod "
        "sandbox: failed to allocate for range 0: no IP addresses available in range set: "
        "10.244.9.1-10.244.9.6\n",
        fault=crowd,
        heal=disperse,
        quotes=("podCIDR 10.244.9.0/29: 5 addresses", "pods not on the host network: 6"),
        command="--field-selector spec.nodeName=full-{mark}",
        reads=ADDRESS_READS,
    ),
    Scenario(
        entry="cni-permission-denied",
        paste="$ kubectl logs kube-flannel-ds-zk4vw -c install-cni -p\n" + DENIED + "\n",
        fault=deny,
        heal=permit,
        quotes=("container install-cni waiting: CrashLoopBackOff", DENIED),
        command=f"kubectl -n {{ns}} logs {POD} -c install-cni --previous",
        reads={"pods": "list pods", "pods/log": "get pods/log"},
    ),
)
