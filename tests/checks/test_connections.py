"""What is called is the pod and its own port, whatever the paste says."""

from typing import Any

import pytest

from checks.connections import SEES, Connections, asked_port, is_name
from checks.manifests import snapshot_of
from checks.model import Question
from checks.snapshot import View

OBJECTS: list[dict[str, Any]] = [
    {"kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "a"}}},
    {
        "kind": "Pod",
        "metadata": {"name": "cart-1", "namespace": "shop", "labels": {"app": "cart"}},
        "spec": {
            "nodeName": "n1",
            "containers": [{"name": "c", "ports": [{"name": "http", "containerPort": 8080}]}],
        },
        "status": {"podIP": "10.244.1.5"},
    },
    {
        "kind": "Service",
        "metadata": {"name": "cart", "namespace": "shop"},
        "spec": {
            "clusterIP": "10.96.1.1",
            "selector": {"app": "cart"},
            "ports": [
                {"name": "web", "port": 80, "targetPort": "http", "nodePort": 30080},
                {"name": "dns-tcp", "port": 53, "targetPort": 5353},
                {"name": "dns", "port": 53, "targetPort": 5354, "protocol": "UDP"},
                {"name": "lost", "port": 81, "targetPort": "absent"},
            ],
        },
    },
    {
        "kind": "Service",
        "metadata": {"name": "kubernetes", "namespace": "default"},
        "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 443}]},
    },
    {
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "ports": [{"port": 6443}],
        "endpoints": [{"addresses": ["192.168.0.10"]}],
    },
]
CONNECTIONS = Connections(View(snapshot_of(OBJECTS, taken_at="2026-11-23T10:00:00Z"), SEES))


@pytest.mark.parametrize(
    ("question", "called", "port"),
    [
        (Question(service="cart", namespace="shop", port="80"), "Pod shop/cart-1", "TCP 8080"),
        (Question(host="cart.shop.svc", port="web"), "Pod shop/cart-1", "TCP 8080"),
        (Question(ip="10.96.1.1", port="30080"), "Pod shop/cart-1", "TCP 8080"),
        (Question(ip="10.96.1.1", port="53"), "Pod shop/cart-1", "UDP 5354"),
        (Question(ip="10.96.1.1", port="53/TCP"), "Pod shop/cart-1", "TCP 5353"),
        (Question(ip="10.96.1.1", port="81"), "Pod shop/cart-1", "any TCP port"),
        (Question(ip="10.96.1.1", port="8080"), "Pod shop/cart-1", "TCP 8080"),
        (Question(ip="10.96.1.1"), "Pod shop/cart-1", "any TCP port"),
        (Question(host="10.244.1.5", port="9090"), "Pod shop/cart-1", "TCP 9090"),
        (Question(ip="10.96.0.1", port="443"), "192.168.0.10", "TCP 6443"),
        (Question(ip="203.0.113.9", port="443"), "203.0.113.9", "TCP 443"),
        (Question(host="api.example.com", port="443"), "api.example.com", "TCP 443"),
    ],
)
def test_a_question_leads_to_a_target(question: Question, called: str, port: str) -> None:
    (target,) = CONNECTIONS.targets(question)

    assert (target.end.name, str(target.port)) == (called, port)
    assert target.end.is_pod is called.startswith("Pod")


def test_a_pod_behind_a_service_is_known_by_both_addresses() -> None:
    (target,) = CONNECTIONS.targets(Question(service="cart"))

    assert target.end.addresses == ("10.244.1.5", "10.96.1.1")
    assert (target.end.namespace_labels, target.node) == ({"team": "a"}, "n1")


def test_nothing_is_called_when_nothing_is_named() -> None:
    assert CONNECTIONS.targets(Question(port="80")) == []
    assert CONNECTIONS.targets(Question(service="absent", host="absent.shop")) == []


@pytest.mark.parametrize(
    ("text", "port"),
    [("8080", "TCP 8080"), ("53", "UDP 53"), ("53/TCP", "TCP 53"), ("http", "any TCP port")],
)
def test_a_port_is_read_with_its_protocol(text: str, port: str) -> None:
    assert str(asked_port(Question(port=text))) == port


def test_a_host_is_a_name_or_an_address() -> None:
    assert is_name("cart.shop")
    assert not is_name("10.0.0.1")
    assert not is_name("fd00::1")
    assert not is_name(None)
