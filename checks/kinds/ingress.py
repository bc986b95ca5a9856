"""Ingresses and the Gateway API's HTTPRoutes: what leads from outside to Services."""

from typing import ClassVar

from checks.kinds.base import Condition, Kind, Meta, Record, Resource

CLASS_ANNOTATION = "kubernetes.io/ingress.class"  # before `ingressClassName`, 1.18


class BackendPort(Record, frozen=True):
    """A Service's port, by number or by name."""

    number: int = 0
    name: str = ""


class ServiceBackend(Record, frozen=True):
    """The Service a path leads to."""

    name: str = ""
    port: BackendPort = BackendPort()


class Backend(Record, frozen=True):
    """Where a path leads; without a Service, to some other resource."""

    service: ServiceBackend | None = None


class Path(Record, frozen=True):
    """One path of a rule."""

    path: str = ""
    backend: Backend = Backend()


class Paths(Record, frozen=True):
    """The paths of a rule."""

    paths: tuple[Path, ...] | None = None


class IngressHost(Record, frozen=True):
    """A rule: a host, "" for any, and its paths."""

    host: str = ""
    http: Paths | None = None


class IngressMeta(Meta, frozen=True):
    """An Ingress' `metadata`; older ones name their class in an annotation."""

    annotations: dict[str, str] | None = None


class IngressSpec(Record, frozen=True):
    """An Ingress' `spec`."""

    ingress_class_name: str | None = None
    default_backend: Backend | None = None
    rules: tuple[IngressHost, ...] | None = None


class Address(Record, frozen=True):
    """Where a controller serves an Ingress."""

    ip: str = ""
    hostname: str = ""


class Addresses(Record, frozen=True):
    """`status.loadBalancer`."""

    ingress: tuple[Address, ...] | None = None


class IngressStatus(Record, frozen=True):
    """An Ingress' `status`, which the controller that serves it writes."""

    load_balancer: Addresses = Addresses()


class Ingress(Kind, frozen=True):
    """An Ingress."""

    resource: ClassVar[Resource] = Resource("networking.k8s.io", "v1", "ingresses")
    metadata: IngressMeta = IngressMeta()
    spec: IngressSpec = IngressSpec()
    status: IngressStatus = IngressStatus()

    @property
    def class_name(self) -> str:
        """The class it asks for, "" where the older annotation names one or nothing does.

        Controllers compare the annotation with a name of their own: it needs no IngressClass.
        """
        annotated = CLASS_ANNOTATION in (self.metadata.annotations or {})
        return "" if annotated else self.spec.ingress_class_name or ""

    @property
    def served(self) -> bool:
        """Whether some controller has taken it up."""
        return bool(self.status.load_balancer.ingress)


class IngressClass(Kind, frozen=True):
    """An IngressClass: which controller serves Ingresses of that name."""

    resource: ClassVar[Resource] = Resource(
        "networking.k8s.io", "v1", "ingressclasses", namespaced=False
    )


class BackendRef(Record, frozen=True):
    """Where a route leads; group "" and kind Service unless it says otherwise."""

    group: str = ""
    kind: str = "Service"
    name: str = ""
    namespace: str = ""
    port: int | None = None
    weight: int = 1


class RouteRule(Record, frozen=True):
    """A rule of a route."""

    backend_refs: tuple[BackendRef, ...] | None = None


class RouteSpec(Record, frozen=True):
    """An HTTPRoute's `spec`; no host names mean every host."""

    hostnames: tuple[str, ...] | None = None
    rules: tuple[RouteRule, ...] | None = None


class RouteParent(Record, frozen=True):
    """What the controller of one Gateway says of a route."""

    conditions: tuple[Condition, ...] | None = None


class RouteStatus(Record, frozen=True):
    """An HTTPRoute's `status`."""

    parents: tuple[RouteParent, ...] | None = None


class HTTPRoute(Kind, frozen=True):
    """An HTTPRoute."""

    resource: ClassVar[Resource] = Resource("gateway.networking.k8s.io", "v1", "httproutes")
    spec: RouteSpec = RouteSpec()
    status: RouteStatus = RouteStatus()

    @property
    def refusals(self) -> tuple[Condition, ...]:
        """What its Gateways' controllers say they do not take or cannot follow."""
        parents = self.status.parents or ()
        every = (one for parent in parents for one in parent.conditions or ())
        return tuple(one for one in every if one.status == "False")
