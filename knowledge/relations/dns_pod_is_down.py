"""The Pod that is described is one of the cluster's DNS, and it is not ready.

Source: kubectl describe prints the Pod's name, and of each container its state and `Ready`.
"""

from knowledge.facts import Facts, Field
from knowledge.relate import Proof, Relation, proof

_NAMES = ("coredns-", "kube-dns-", "rke2-coredns-", "dns-default-", "node-local-dns-")
_DOWN = frozenset(
    {"CrashLoopBackOff", "OOMKilled", "Error", "ImagePullBackOff", "ErrImagePull"}
    | {"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "Evicted"}
)


def find(facts: Facts) -> Proof | None:
    """Return the Pod's name and the field that says it is not ready."""
    named = None
    for field in facts.fields:
        if field.key == "name":
            named = field if field.value.startswith(_NAMES) else None
        elif named and _is_down(field):
            return proof(named.line, field.line)
    return None


def _is_down(field: Field) -> bool:
    return (
        field.value in _DOWN
        if field.key == "reason"
        else field.key == "ready" and field.value == "False"
    )


RELATION = Relation(
    slug="dns-pod-is-down",
    says="the Pod described is one of the cluster's DNS, and it is not ready",
    words=(frozenset({"coredns", "kube", "dns", "local"}), frozenset({"reason", "ready"})),
    find=find,
    sure=0.93,
)
