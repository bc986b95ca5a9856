"""Where the cluster's DNS lives: its Service and its pods, whatever the installer called them."""

import re

from checks.kinds import Deployment, Kind, Pod, Service
from checks.kubectl import kubectl
from checks.model import See
from checks.snapshot import View
from checks.subject import subject
from checks.text import Text

NAMESPACE = "kube-system"
SERVICE = "kube-dns"  # kept when CoreDNS took over, for kubelets and scripts know it
PORT = 53
PODS = See(Pod, NAMESPACE)
DEPLOYMENTS = See(Deployment, NAMESPACE)
SEES = (PODS, DEPLOYMENTS, See(Service))

# kubeadm, kOps, k3s, RKE2, EKS, AKS and GKE label the pods k8s-app=kube-dns; CoreDNS' own chart
# sets the second, and leaves the first at `coredns` where it is not told otherwise.
_LABELS = {"k8s-app": {"kube-dns", "coredns"}, "app.kubernetes.io/name": {"kube-dns", "coredns"}}
_NAMES = {"coredns", "kube-dns"}
_NODE_CACHE = "node-local-dns"
_COREDNS = re.compile(r"(?:^|/)[\w.-]*coredns(?=[:@]|$)")
_TAG = re.compile(r":v?(\d+)\.(\d+)\.(\d+)")
_UPSTREAM = "kube-dns-upstream"  # NodeLocal DNSCache's way to the same pods, with the same label

OPENSHIFT = Text(
    en="OpenShift's DNS operator runs the cluster's DNS in namespace openshift-dns; this check "
    "knows only kube-system.",
    zh_tw="OpenShift 的 DNS operator 在命名空間 openshift-dns 運行叢集 DNS，"
    "本檢查只認得 kube-system。",
)
CLOUD_DNS = Text(
    en="GKE without DNS pods of its own: Cloud DNS answers for the cluster.",
    zh_tw="這個 GKE 叢集沒有自己的 DNS Pod，由 Cloud DNS 負責解析。",
)


def is_dns(service: Service) -> bool:
    """Return whether a Service is the cluster's DNS."""
    if service.metadata.namespace != NAMESPACE or service.metadata.name == _UPSTREAM:
        return False
    if service.metadata.name == SERVICE:
        return True
    labelled = service.labels.get("k8s-app") == SERVICE
    return labelled and any(one.port == PORT for one in service.ports)


def dns_service(view: View) -> Service | None:
    """Return the cluster's DNS Service, the one with the usual name before any other."""
    services = [one for one in view.all(Service, NAMESPACE) if is_dns(one)]
    return min(services, key=lambda one: one.metadata.name != SERVICE, default=None)


def dns_pods(view: View) -> tuple[Pod, ...]:
    """Return the pods of the cluster's DNS, those that ended for good left out."""
    pods = view.all(Pod, NAMESPACE)
    return tuple(one for one in pods if _labelled(one.labels) and not one.terminal)


def dns_deployments(view: View) -> tuple[Deployment, ...]:
    """Return the Deployments that make the DNS pods."""
    return tuple(one for one in view.all(Deployment, NAMESPACE) if _makes_dns(one))


def node_caches(view: View) -> tuple[Pod, ...]:
    """Return the pods of NodeLocal DNSCache, a CoreDNS on each node's own network."""
    pods = view.all(Pod, NAMESPACE)
    cached = (one for one in pods if one.labels.get("k8s-app") == _NODE_CACHE)
    return tuple(one for one in cached if not one.terminal)


def coredns_image(pod: Pod) -> str:
    """Return the image of a pod's CoreDNS, "" when it runs none."""
    images = (one.image for one in pod.containers)
    return next((one for one in images if _COREDNS.search(one)), "")


def coredns_version(pod: Pod) -> tuple[int, int, int] | None:
    """Return the version that the tag of a pod's CoreDNS names, None when it names none."""
    tag = _TAG.search(coredns_image(pod))
    return (int(tag[1]), int(tag[2]), int(tag[3])) if tag else None


def get_pods(pods: tuple[Pod, ...]) -> str:
    """Return the kubectl line that lists the DNS pods."""
    label = f"k8s-app={pods[0].labels['k8s-app']}" if pods and "k8s-app" in pods[0].labels else ""
    chosen = ("-l", label) if label else ()
    return kubectl("get", "pods", *chosen, "-o", "wide", namespace=NAMESPACE)


def dns_subject(view: View) -> str:
    """Return what findings about the DNS pods call them: their Deployment."""
    deployments = dns_deployments(view)
    return subject(deployments[0]) if deployments else f"Deployment {NAMESPACE}/coredns"


def elsewhere(view: View) -> Text | None:
    """Say who answers DNS when it is not pods in kube-system, None when nothing tells of that."""
    if any(_is(one, "openshift-dns/dns-default") for one in view.all(Service, "openshift-dns")):
        return OPENSHIFT
    deployments = view.all(Deployment, NAMESPACE)
    gke = any(_is(one, "kube-system/event-exporter-gke") for one in deployments)
    return CLOUD_DNS if gke and not dns_deployments(view) else None


def _makes_dns(one: Deployment) -> bool:
    return one.metadata.name in _NAMES or _labelled(one.pod_labels)


def _labelled(labels: dict[str, str]) -> bool:
    return any(labels.get(key) in values for key, values in _LABELS.items())


def _is(one: Kind, path: str) -> bool:
    return one.path == path
