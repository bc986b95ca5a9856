"""A question finds its Services by whatever the paste calls them."""

from typing import Any

import pytest

from checks.manifests import snapshot_of
from checks.model import Question
from checks.services import SEES, Asked, Services, asked
from checks.snapshot import View


def service(path: str, address: str = "") -> dict[str, Any]:
    """Write a Service called `namespace/name`."""
    namespace, _, name = path.partition("/")
    return {
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"clusterIP": address},
    }


def ask(question: Question, *manifests: dict[str, Any]) -> Asked:
    """Ask about a cluster of these Services, three when none are given."""
    some = manifests or (
        service("shop/cart", "10.96.0.7"),
        service("web/cart"),
        service("web/site"),
    )
    return asked(Services(View(snapshot_of(some, taken_at="2026-11-23T10:00:00Z"), SEES)), question)


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        (Question(service="cart", namespace="shop"), ["shop/cart"]),
        (Question(service="shop/cart", namespace="web"), ["shop/cart"]),
        (Question(service="cart.shop"), ["shop/cart"]),
        (Question(service="cart"), ["shop/cart", "web/cart"]),
        (Question(host="cart", namespace="web"), ["web/cart"]),
        (Question(host="cart.shop.svc"), ["shop/cart"]),
        (Question(host="cart-0.cart.shop.svc.cluster.local."), ["shop/cart"]),
        (Question(host="10.96.0.7"), ["shop/cart"]),
        (Question(ip="10.96.0.7"), ["shop/cart"]),
        (Question(host="cart.shop.example.com", ip="10.96.0.7"), ["shop/cart"]),
        (Question(host="registry.example.com", ip="10.96.0.7"), ["shop/cart"]),
    ],
)
def test_a_named_service_is_found(question: Question, paths: list[str]) -> None:
    answer = ask(question)

    assert answer.named
    assert [one.path for one in answer.services] == paths


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        (Question(), ["shop/cart", "web/cart", "web/site"]),
        (Question(namespace="web"), ["web/cart", "web/site"]),
    ],
)
def test_without_a_name_all_are_meant(question: Question, paths: list[str]) -> None:
    answer = ask(question)

    assert not answer.named
    assert [one.path for one in answer.services] == paths


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question(service="site", namespace="shop"), "Namespace web has one"),
        (Question(service="kart"), "No namespace has a Service called kart. The nearest"),
        (Question(service="zebra", namespace="shop"), "no Service zebra in namespace shop."),
        (Question(host="registry.example.com"), "registry.example.com belongs to no Service"),
        (Question(ip="203.0.113.7"), "203.0.113.7 belongs to no Service"),
        (Question(namespace="empty"), "no Service in namespace empty"),
    ],
)
def test_what_is_not_there_is_said_so(question: Question, said: str) -> None:
    answer = ask(question)

    assert answer.services == ()
    assert answer.absent is not None
    assert said in answer.absent.summary.en


def test_a_cluster_without_services_is_said_so() -> None:
    node = {"kind": "Node", "metadata": {"name": "n"}}

    answer = ask(Question(), node)

    assert answer.absent is not None
    assert answer.absent.summary.en == "The cluster has no Service."


def test_a_backend_in_slices_of_two_families_counts_once() -> None:
    target = {"kind": "Pod", "name": "cart-1"}
    slices = [
        {
            "kind": "EndpointSlice",
            "metadata": {
                "name": family,
                "namespace": "shop",
                "labels": {"kubernetes.io/service-name": "cart"},
            },
            "endpoints": [{"addresses": [address], "targetRef": target}],
        }
        for family, address in [("v4", "10.244.0.5"), ("v6", "fd00::5")]
    ]
    seen = snapshot_of([service("shop/cart"), *slices], taken_at="2026-11-23T10:00:00Z")
    services = Services(View(seen, SEES))

    assert str(services.backends(services.all[0])) == "1 ready of 1 endpoints in 2 EndpointSlices"
