"""Which workloads make the pods that a Service selects."""

from typing import TypeAlias

from checks.kinds import Deployment, Service, StatefulSet
from checks.model import See
from checks.snapshot import View

Maker: TypeAlias = Deployment | StatefulSet
SEES = (See(Deployment), See(StatefulSet))


def makers(view: View, service: Service) -> list[Maker]:
    """Return the Deployments and StatefulSets whose pods a Service would select."""
    home, selector = service.metadata.namespace, service.selector.items()
    every: list[Maker] = [*view.all(Deployment, home), *view.all(StatefulSet, home)]
    return [one for one in every if one.pod_labels.items() >= selector]


def scaled_to_zero(view: View, service: Service) -> bool:
    """Return whether there are such workloads, and none of them wants a pod."""
    wanted = [one.replicas for one in makers(view, service)]
    return bool(wanted) and not any(wanted)
