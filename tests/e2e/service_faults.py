"""Faults of Services."""

from tests.cluster.waiting import until
from tests.e2e import objects
from tests.e2e.scenario import Scenario, Stage

CART = {"app": "cart", "tier": "web"}
TYPO = {"app": "crat", "tier": "web"}
READS = {
    "services": "list services",
    "endpointslices.discovery.k8s.io": "list endpointslices.discovery.k8s.io",
    "pods": "list pods",
}


def mistype_selector(stage: Stage) -> None:
    """Two ready pods, and a Service whose selector has two letters swapped."""
    home = f"home-{stage.mark}"
    stage.wide(objects.node(home))
    stage.inside(
        objects.pod("cart-1", labels=CART, at=home, status=objects.running("10.244.1.11")),
        objects.pod("cart-2", labels=CART, at=home, status=objects.running("10.244.1.12")),
        objects.deployment("cart", CART, replicas=2, ready=2),
        objects.service("cart", TYPO),
    )
    stage.control("endpointslice-controller")
    until(lambda: slices(stage), what="the empty EndpointSlice")


def mend_selector(stage: Stage) -> None:
    """Correct the selector; the controller does the rest."""
    stage.inside(objects.service("cart", CART))
    until(
        lambda: [address for one in slices(stage) for address in one["endpoints"] or ()],
        what="the endpoints",
    )


def rename_port(stage: Stage) -> None:
    """Aim a Service at the port name `http`, where its pods have `web`."""
    ready = objects.running("10.244.1.21")
    stage.inside(
        objects.pod("shop-1", labels={"app": "shop"}, ports=(("web", 8080),), status=ready),
        objects.service("shop", {"app": "shop"}, port("http")),
        objects.endpoints("shop", ("10.244.1.21",), port=None),
    )


def mend_port(stage: Stage) -> None:
    """Use the name the pods have."""
    stage.inside(
        objects.service("shop", {"app": "shop"}, port("web")),
        objects.endpoints("shop", ("10.244.1.21",)),
    )


def port(target: str) -> dict[str, object]:
    """Write the Service's port."""
    return {"name": "http", "port": 80, "protocol": "TCP", "targetPort": target}


def slices(stage: Stage) -> list[dict[str, list[object]]]:
    """Read the slices of `cart`."""
    label = "kubernetes.io/service-name=cart"
    return stage.admin.list_of("EndpointSlice", namespace=stage.namespace, labels=label)


SCENARIOS = (
    Scenario(
        entry="service-no-endpoints",
        paste="Error from server (ServiceUnavailable): no endpoints available for service "
        '"cart"\n'
        "W1123 09:04:11.402113       7 controller.go:1232] "
        'Service "{ns}/cart" does not have any active Endpoint.\n',
        fault=mistype_selector,
        heal=mend_selector,
        quotes=("app=crat", "cart-1, cart-2", "app=cart"),
        command="kubectl -n {ns} get pods --show-labels",
        reads={
            **READS,
            "deployments.apps": "list deployments.apps",
            "statefulsets.apps": "list statefulsets.apps",
        },
    ),
    Scenario(
        entry="service-port-mismatch",
        paste="$ curl http://shop.{ns}.svc.cluster.local/\n"
        "curl: (7) Failed to connect to shop.{ns}.svc.cluster.local port 80: "
        "Connection refused\n",
        fault=rename_port,
        heal=mend_port,
        quotes=("http 80/TCP -> http", "pod shop-1 declares: main web 8080/TCP"),
        command="kubectl -n {ns} describe service shop",
        reads=READS,
    ),
)
