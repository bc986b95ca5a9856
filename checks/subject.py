"""How findings call what they are about: `Service shop/cart`, `Node node-1`, `cluster`."""

from checks.kinds import Kind
from checks.model import Check, Question

CLUSTER = "cluster"

_KINDS = {"service": "Service", "pod": "Pod", "node": "Node", "user": "User"}
_CLUSTER_WIDE = {"node", "user"}


def subject(one: Kind) -> str:
    """Return what an object is called: its kind and its path."""
    return f"{type(one).__name__} {one.path}"


def subject_of(check: Check, question: Question) -> str:
    """Return what a check was asked about, before it has looked at anything."""
    for field in check.about:
        name = getattr(question, field)
        if name and field in _KINDS:
            inside = question.namespace and field not in _CLUSTER_WIDE and "/" not in name
            path = f"{question.namespace}/{name}" if inside else name
            return f"{_KINDS[field]} {path}"
    return CLUSTER
