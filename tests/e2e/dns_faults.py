"""Faults of the cluster's DNS, set up in kube-system."""

from collections.abc import Mapping

from tests.cluster.admin import Manifest
from tests.e2e import objects
from tests.e2e.scenario import SYSTEM, Scenario, Stage

DNS = {"k8s-app": "kube-dns"}
ADDRESS = "10.96.0.10"
OTHER_ADDRESS = "10.96.0.53"
PORTS: tuple[Manifest, ...] = (
    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
    {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
)
POD = "coredns-5d78c9869d-x7k2p"
BROKEN = "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'proxxy'"
POD_READS = {
    "pods": "list pods in kube-system",
    "deployments.apps": "list deployments.apps in kube-system",
    "services": "list services",
}
SERVICE_READS = {
    **POD_READS,
    "endpointslices.discovery.k8s.io": "list endpointslices.discovery.k8s.io in kube-system",
    "configmaps": "get configmaps kubelet-config in kube-system",
}


def crash(stage: Stage) -> None:
    """Let CoreDNS end on a Corefile that does not parse, again and again."""
    home = f"dns-{stage.mark}"
    status = objects.failing(objects.crashing("main", 1))
    stage.wide(
        stage.kubelet.node(home),
        *dns(DNS, ready=()),
        objects.deployment("coredns", DNS, replicas=1, ready=0, namespace=SYSTEM),
        objects.pod(POD, labels=DNS, at=home, namespace=SYSTEM, status=status),
    )
    stage.kubelet.set_log(SYSTEM, POD, "main", f"{BROKEN}\n", previous=True)


def recover(stage: Stage) -> None:
    """Let CoreDNS run."""
    stage.wide(
        *dns(DNS, ready=("10.244.0.5",)),
        objects.deployment("coredns", DNS, replicas=1, ready=1, namespace=SYSTEM),
        working(stage),
    )


def misdirect(stage: Stage) -> None:
    """Let kube-dns select a label that CoreDNS' pods do not carry."""
    stage.wide(
        *dns({"k8s-app": "core-dns"}, ready=()),
        objects.deployment("coredns", DNS, replicas=1, ready=1, namespace=SYSTEM),
        working(stage),
    )


def move(stage: Stage) -> None:
    """Let kubelets hand out an address that kube-dns has not got."""
    recover(stage)
    stage.wide(told(OTHER_ADDRESS))


def move_back(stage: Stage) -> None:
    """Let kubelets hand out the right one."""
    stage.wide(told(ADDRESS))


def dns(selector: Mapping[str, str], ready: tuple[str, ...]) -> tuple[Manifest, Manifest]:
    """Write kube-dns and its slice."""
    made = objects.service("kube-dns", selector, *PORTS, namespace=SYSTEM, address=ADDRESS)
    made["metadata"]["labels"] = DNS
    return made, objects.endpoints("kube-dns", ready, port=53, namespace=SYSTEM)


def working(stage: Stage) -> Manifest:
    """Write a DNS pod that is ready."""
    status = objects.running("10.244.0.5")
    return objects.pod(POD, labels=DNS, at=f"dns-{stage.mark}", namespace=SYSTEM, status=status)


def told(address: str) -> Manifest:
    """Write kubeadm's ConfigMap with what kubelets tell pods."""
    text = f"kind: KubeletConfiguration\nclusterDNS:\n- {address}\nclusterDomain: cluster.local\n"
    return objects.config_map("kubelet-config", {"kubelet": text}, namespace=SYSTEM)


SCENARIOS = (
    Scenario(
        entry="dns-pods-down",
        paste="$ kubectl -n kube-system get pods -l k8s-app=kube-dns\n"
        "NAME                       READY   STATUS             RESTARTS      AGE\n"
        f"{POD}   0/1     CrashLoopBackOff   5 (92s ago)   4m\n",
        fault=crash,
        heal=recover,
        quotes=(
            f"pod {POD}: container main waiting: CrashLoopBackOff",
            "Unknown directive 'proxxy'",
        ),
        command="kubectl -n kube-system get pods -l k8s-app=kube-dns",
        reads=POD_READS,
    ),
    Scenario(
        entry="dns-service-broken",
        paste="$ kubectl -n kube-system get endpoints kube-dns\n"
        "NAME       ENDPOINTS   AGE\n"
        "kube-dns   <none>      12d\n",
        fault=misdirect,
        heal=recover,
        quotes=("kube-dns selector: k8s-app=core-dns", "labels: k8s-app=kube-dns"),
        command="kubectl -n kube-system describe service kube-dns",
        reads=SERVICE_READS,
    ),
    Scenario(
        name="dns-service-broken-address",
        entry="dns-service-broken",
        paste="kubelet told our pods the wrong nameserver in resolv.conf of the pod, "
        "not the kube-dns service IP\n"
        '  Warning  MissingClusterDNS  2m (x4 over 11m)  kubelet  pod: "web-0". kubelet does not '
        'have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy.\n',
        fault=move,
        heal=move_back,
        quotes=(f"clusterDNS: {OTHER_ADDRESS}", f"kube-dns clusterIP: {ADDRESS}"),
        command="kubectl -n kube-system get configmap kubelet-config -o yaml",
        reads=SERVICE_READS,
    ),
    Scenario(
        entry="dns-resolution-failed",
        cause="dns-pods-down",
        paste='2026/11/23 09:12:44 checkout: Get "http://cart.{ns}.svc.cluster.local/": dial '
        "tcp: lookup cart.{ns}.svc.cluster.local on 10.96.0.10:53: server misbehaving\n",
        fault=crash,
        heal=recover,
        quotes=(f"pod {POD}: container main waiting: CrashLoopBackOff",),
        command="kubectl -n kube-system get pods -l k8s-app=kube-dns",
        reads={**POD_READS, "pods": "list pods"},
        healed="could-not-check",  # a node's FORWARD chain may still be behind it
    ),
)
