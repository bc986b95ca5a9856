"""Where the cluster's DNS lives: its Service and its pods, whatever the installer called them."""

from checks.kinds import Service

NAMESPACE = "kube-system"
SERVICE = "kube-dns"  # kept when CoreDNS took over, for kubelets and scripts know it
LABEL = "k8s-app"


def is_dns(service: Service) -> bool:
    """Return whether a Service is the cluster's DNS."""
    if service.metadata.namespace != NAMESPACE:
        return False
    return service.metadata.name == SERVICE or service.labels.get(LABEL) == SERVICE
