"""Kubernetes objects as controllers and kubelets leave them, short to write."""

from collections.abc import Mapping

from tests.cluster.admin import Manifest

READY = {"type": "Ready", "status": "True"}
UNREADY = {"type": "Ready", "status": "False", "reason": "ContainersNotReady"}
STARTED = "2026-11-23T08:00:00Z"


def node(name: str, *, cidr: str = "", runtime: str = "containerd://2.1.4") -> Manifest:
    """Write a Linux node; `cidr` is the range of its pods."""
    info = {"containerRuntimeVersion": runtime, "operatingSystem": "linux"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name},
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]} if cidr else {},
        "status": {"conditions": [READY], "nodeInfo": {**blank_info(), **info}},
    }


def blank_info() -> Manifest:
    """Fill the fields of `status.nodeInfo` that the API server demands."""
    names = (
        "architecture bootID kernelVersion kubeProxyVersion kubeletVersion machineID osImage "
        "systemUUID"
    )
    return dict.fromkeys(names.split(), "-")


def pod(  # noqa: PLR0913 (each part by name)
    name: str,
    *,
    labels: Mapping[str, str] | None = None,
    at: str = "nowhere",
    status: Manifest | None = None,
    namespace: str = "",
    owner: tuple[str, str] | None = None,
    ports: tuple[tuple[str, int], ...] = (),
    init: tuple[str, ...] = (),
) -> Manifest:
    """Write a pod with a container `main` on node `at`; `ports` are (name, number)."""
    named = [{"name": label, "containerPort": number} for label, number in ports]
    metadata: Manifest = {"name": name, "labels": dict(labels or {})}
    if namespace:
        metadata["namespace"] = namespace
    if owner:
        kind, who = owner
        made = {"apiVersion": "apps/v1", "kind": kind, "name": who, "uid": f"uid-of-{who}"}
        metadata["ownerReferences"] = [made]
    spec: Manifest = {"nodeName": at, "containers": [{"name": "main", "image": "main"}]}
    if named:
        spec["containers"][0]["ports"] = named
    if init:
        spec["initContainers"] = [{"name": one, "image": one} for one in init]
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    return manifest | ({"status": status} if status else {})


def running(ip: str, *, init: Manifest | None = None) -> Manifest:
    """Write the status of a pod whose container `main` takes traffic."""
    main = container("main", {"running": {"startedAt": STARTED}}, ready=True)
    return {
        "phase": "Running",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "conditions": [READY],
        "containerStatuses": [main],
        "initContainerStatuses": [init] if init else [],
    }


def failing(status: Manifest, *, phase: str = "Running", init: bool = False) -> Manifest:
    """Write the status of a pod that one container holds back."""
    place = "initContainerStatuses" if init else "containerStatuses"
    empty: Manifest = {"initContainerStatuses": [], "containerStatuses": []}
    return {"phase": phase, "conditions": [UNREADY], **empty, place: [status]}


def crashing(name: str, code: int, restarts: int = 5) -> Manifest:
    """Write the status of a container that waits after a run that failed."""
    ended = {"exitCode": code, "reason": "Error", "startedAt": STARTED, "finishedAt": STARTED}
    waiting = {"reason": "CrashLoopBackOff", "message": f"back-off 5m0s restarting failed {name}"}
    return {
        **container(name, {"waiting": waiting}, ready=False),
        "restartCount": restarts,
        "lastState": {"terminated": ended},
    }


def finished(name: str) -> Manifest:
    """Write the status of an init container that has done its work."""
    ended = {"exitCode": 0, "reason": "Completed", "startedAt": STARTED, "finishedAt": STARTED}
    return container(name, {"terminated": ended}, ready=True)


def container(name: str, state: Manifest, *, ready: bool) -> Manifest:
    """Write a container's status."""
    image = {"image": name, "imageID": ""}
    return {"name": name, **image, "ready": ready, "restartCount": 0, "state": state}


def service(
    name: str,
    selector: Mapping[str, str],
    *ports: Manifest,
    namespace: str = "",
    address: str = "",
) -> Manifest:
    """Write a Service; without `ports` it leads from 80 to 8080."""
    metadata: Manifest = {"name": name, "labels": dict(selector)}
    spec: Manifest = {"selector": dict(selector)}
    spec["ports"] = list(ports) or [{"port": 80, "protocol": "TCP", "targetPort": 8080}]
    if namespace:
        metadata["namespace"] = namespace
    if address:
        spec["clusterIP"] = address
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def endpoints(
    of: str, ready: tuple[str, ...], *, port: int | None = 8080, namespace: str = ""
) -> Manifest:
    """Write the EndpointSlice of a Service with these ready addresses."""
    metadata: Manifest = {"name": f"{of}-slice", "labels": {"kubernetes.io/service-name": of}}
    if namespace:
        metadata["namespace"] = namespace
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        "addressType": "IPv4",
        "endpoints": [{"addresses": [one], "conditions": {"ready": True}} for one in ready],
        "ports": [{"port": port, "protocol": "TCP"}] if port else [],
    }


def deployment(
    name: str, labels: Mapping[str, str], *, replicas: int, ready: int, namespace: str = ""
) -> Manifest:
    """Write a Deployment and how far it got."""
    metadata: Manifest = {"name": name, "labels": dict(labels)}
    if namespace:
        metadata["namespace"] = namespace
    template = {"metadata": {"labels": dict(labels)}, "spec": one_container()}
    status = {"replicas": replicas, "readyReplicas": ready, "availableReplicas": ready}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": dict(labels)},
            "template": template,
        },
        "status": status,
    }


def daemon_set(name: str, namespace: str, *, pods: int) -> Manifest:
    """Write a DaemonSet that wants so many pods."""
    labels = {"app": name}
    counted = ("currentNumberScheduled", "desiredNumberScheduled")
    status = {**dict.fromkeys(counted, pods), "numberMisscheduled": 0, "numberReady": 0}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": one_container()},
        },
        "status": status,
    }


def one_container() -> Manifest:
    """Write the least that a pod template needs."""
    return {"containers": [{"name": "main", "image": "main"}]}


def config_map(name: str, data: Mapping[str, str], *, namespace: str) -> Manifest:
    """Write a ConfigMap."""
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(data)}
