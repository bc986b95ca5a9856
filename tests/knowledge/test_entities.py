from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.plan import FIELDS
from knowledge.entities import mentions, resolve, worth_reading
from knowledge.match import read

SAID = [
    (
        (
            'pods "web-0" is forbidden: User "system:serviceaccount:ops:bot" cannot get resource '
            '"pods/log" in API group "" in the namespace "shop"'
        ),
        {
            "user": "system:serviceaccount:ops:bot",
            "verb": "get",
            "resource": "pods",
            "subresource": "log",
            "group": "",
            "namespace": "shop",
            "name": "web-0",
            "pod": "web-0",
        },
    ),
    (
        (
            'User "system:serviceaccount:kube-system:coredns" cannot list resource '
            '"endpointslices" in API group "discovery.k8s.io" at the cluster scope'
        ),
        {
            "user": "system:serviceaccount:kube-system:coredns",
            "verb": "list",
            "resource": "endpointslices",
            "group": "discovery.k8s.io",
            "scope": "cluster",
        },
    ),
    (
        'User "dev" cannot list gateways.networking.example.io at the cluster scope',
        {
            "user": "dev",
            "verb": "list",
            "resource": "gateways",
            "group": "networking.example.io",
            "scope": "cluster",
        },
    ),
    (
        'User "dev" cannot list configmaps in the namespace "ops"',
        {"user": "dev", "verb": "list", "resource": "configmaps", "namespace": "ops"},
    ),
    ('User "dev" cannot get path "/metrics"', {"user": "dev", "verb": "get", "path": "/metrics"}),
    ('User "dev" cannot get ...', {"user": "dev", "verb": "get"}),
    ("running as system:serviceaccount:ops:bot", {"user": "system:serviceaccount:ops:bot"}),
    (
        'networkPlugin cni failed to set up pod "cart-7d9_shop" network: add cmd',
        {"pod": "cart-7d9", "namespace": "shop"},
    ),
    (
        'pod: "cart-0_shop(c41a97de-b3f0-11e8-8d27-525400a1c6f9)". kubelet does not have',
        {"pod": "cart-0", "namespace": "shop"},
    ),
    (
        "Back-off restarting failed container app in pod cart-0_shop(7a964c90-8066-46a3)",
        {"container": "app", "pod": "cart-0", "namespace": "shop"},
    ),
    (
        "RunPodSandbox for &PodSandboxMetadata{Name:cart-0,Uid:1-2,Namespace:shop,Attempt:0,}",
        {"pod": "cart-0", "namespace": "shop"},
    ),
    ('"Error syncing pod" pod="shop/cart-0"', {"pod": "cart-0", "namespace": "shop"}),
    ("Error syncing pod shop/cart-0, skipping", {"pod": "cart-0", "namespace": "shop"}),
    (
        "Successfully assigned shop/cart-0 to node-9",
        {"pod": "cart-0", "namespace": "shop", "node": "node-9"},
    ),
    (
        "kubectl -n shop logs cart-7d9c5b8f6-x2x9z -c app",
        {"pod": "cart-7d9c5b8f6-x2x9z", "namespace": "shop", "container": "app"},
    ),
    (
        "kubectl describe svc cart --namespace=shop",
        {"service": "cart", "namespace": "shop"},
    ),
    ("kubectl get endpoints cart", {"service": "cart"}),
    ("kubectl get pods -n shop -o wide", {"namespace": "shop"}),
    ("kubectl describe node node-9", {"node": "node-9"}),
    ('services "http:cart:80" not available', {"service": "cart", "port": "80"}),
    (
        "GET /api/v1/namespaces/shop/services/https:cart:/proxy/",
        {"service": "cart", "namespace": "shop"},
    ),
    (
        "https://10.0.0.7:10250/containerLogs/shop/cart-0/app",
        {"pod": "cart-0", "namespace": "shop", "container": "app"},
    ),
    (
        "dial tcp: lookup db.data.svc.cluster.local on 10.96.0.10:53: no such host",
        {"host": "db.data.svc.cluster.local", "service": "db", "namespace": "data"},
    ),
    ("lookup cart.example.com: no such host", {"host": "cart.example.com"}),
    ("$ curl -sS -I 'https://cart.example.com/'", {"host": "cart.example.com"}),
    (
        (
            "NAME   CLASS   HOSTS            ADDRESS   PORTS   AGE\n"
            "cart   nginx   cart.example.com             80      5h"
        ),
        {"host": "cart.example.com"},
    ),
    (
        (
            "NAMESPACE   NAME   CLASS   HOSTS              ADDRESS        PORTS   AGE\n"
            "shop        cart   nginx   cart.example.com   192.0.2.7      80      5h"
        ),
        {"host": "cart.example.com"},
    ),
    (
        "A mirror.example.org.shop.svc.cluster.local",
        {"host": "mirror.example.org.shop.svc.cluster.local"},
    ),
    ("ping: bad address 'cart.shop'", {"host": "cart.shop"}),
    ("getaddrinfo ENOTFOUND cart.shop", {"host": "cart.shop"}),
    ("java.net.UnknownHostException: cart.shop", {"host": "cart.shop"}),
    ("nslookup: can't resolve 'kubernetes.default'", {"host": "kubernetes.default"}),
    ("dial tcp 10.96.0.1:443: i/o timeout", {"ip": "10.96.0.1", "port": "443"}),
    ("read udp 10.0.0.2:5353->10.96.0.10:53: i/o timeout", {"ip": "10.96.0.10", "port": "53"}),
    (
        "curl: (7) Failed to connect to orders-api port 18081: Connection refused",
        {"host": "orders-api", "port": "18081"},
    ),
    (
        "connect to 10.0.0.7 (10.0.0.7) port 80 failed: Connection refused",
        {"ip": "10.0.0.7", "port": "80"},
    ),
    ("Warning  BackOff  4m (x3 over 9m)  kubelet, node-9  Back-off", {"node": "node-9"}),
    ("Nov 23 10:00:00 node-9 kubelet[12]: failed", {"node": "node-9"}),
    ("spec.initContainers{install-cni}: Error", {"container": "install-cni"}),
    (
        "Name: cart-0\nNamespace: shop\nNode: node-9/10.0.0.9\nContainers:\n  app:",
        {"pod": "cart-0", "namespace": "shop", "node": "node-9"},
    ),
    (
        "Name: cart\nNamespace: shop\nSelector: app=cart\nEndpoints: <none>",
        {"service": "cart", "namespace": "shop"},
    ),
    ("Name: node-9\nRoles: <none>\nTaints: <none>", {"node": "node-9"}),
    ("plain talk about a pod in the namespace of somebody", {}),
]
PROSE = [
    ("the pod search-84c9f7d6b5-j7m2w is stuck", {"pod": "search-84c9f7d6b5-j7m2w"}),
    ("shop 的 Pod search-84c9f7d6b5-j7m2w 一直卡住", {"pod": "search-84c9f7d6b5-j7m2w"}),
    ("pod db-0 restarts", {"pod": "db-0"}),
    ("pod cannot start, pod well-being is low, pod is pending", {}),
    ("service cart in namespace shop has no pods", {"service": "cart", "namespace": "shop"}),
    ("it fails in the namespace shop, and only there", {"namespace": "shop"}),
    ("命名空間 shop 的服務都連不上", {"namespace": "shop"}),
    ("in namespace where we deployed it", {}),
    ("service account in namespace is wrong", {}),
    ("pods on node worker-2 hang", {"node": "worker-2"}),
    ("pods on node ip-10-0-1-5.ec2.internal.", {"node": "ip-10-0-1-5.ec2.internal"}),
    ("on node failure it moves", {}),
]

DISPUTED = [
    ("pod shop/cart\npod other/db", {}),
    ("pod shop/cart-0\npod shop/cart-1", {"namespace": "shop"}),
    (
        "kubectl -n shop get pods\ndial tcp: lookup db.data.svc.cluster.local: no such host",
        {"host": "db.data.svc.cluster.local"},
    ),
    (
        (
            'User "system:serviceaccount:ops:bot" cannot list resource "pods" in API group "" '
            'in the namespace "shop"\nkubectl -n ops get pods'
        ),
        {
            "user": "system:serviceaccount:ops:bot",
            "verb": "list",
            "resource": "pods",
            "group": "",
            "namespace": "shop",
        },
    ),
    (
        (
            'User "dev" cannot list resource "nodes" in API group "" at the cluster scope\n'
            "kubectl -n shop get nodes"
        ),
        {"user": "dev", "verb": "list", "resource": "nodes", "group": "", "scope": "cluster"},
    ),
]

TABLE = yaml.safe_load(Path(__file__).with_name("entities.yaml").read_text(encoding="utf-8"))


def _resolved(text: str) -> dict[str, str]:
    paste = read(text)
    return resolve(mentions((*paste.lines, *paste.joined)))


@pytest.mark.parametrize(("text", "expected"), [*SAID, *PROSE])
def test_a_form_names_its_fields(text: str, expected: dict[str, str]) -> None:
    assert expected == _resolved(text)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["text"])
def test_a_text_names_what_it_names_and_no_more(case: dict[str, Any]) -> None:
    assert case["says"] == _resolved(case["text"])


def test_only_the_platform_is_no_field_of_a_question() -> None:
    fields = {field for case in TABLE for field in case["says"]}

    assert {"cni", "runtime"} == fields - FIELDS


@pytest.mark.parametrize(("text", "expected"), DISPUTED)
def test_what_is_contradicted_is_left_out(text: str, expected: dict[str, str]) -> None:
    assert expected == _resolved(text)


def test_the_matched_line_goes_before_the_rest() -> None:
    said = mentions(read("pod shop/cart-0 failed\npod other/db-0 failed").lines)

    assert resolve(said, at={2}) == {"namespace": "other", "pod": "db-0"}


def test_a_mention_of_another_subject_adds_nothing() -> None:
    said = mentions(
        read('pods "web-0" not ready\nkubectl -n ops logs coredns-5d78c9869d-abcde').lines
    )

    assert resolve(said, at={1}) == {"pod": "web-0"}


def test_holes_go_before_everything() -> None:
    said = mentions(read("kubectl -n shop get svc cart").lines)

    expected = {"service": "db", "namespace": "data"}
    assert expected == resolve(said, holes={"service": "db", "namespace": "data"})


def _log(*told: tuple[int, str]) -> str:
    rows = [f"GET /orders/{number} 200" for number in range(1, 401)]
    for number, text in told:
        rows[number - 1] = text
    return "\n".join(rows)


@pytest.mark.parametrize("number", [3, 395])
def test_what_a_person_says_around_a_long_log_counts(number: int) -> None:
    lines = read(_log((number, "kubectl -n shop get svc cart"))).lines

    assert resolve(mentions(worth_reading(lines, set())))["namespace"] == "shop"


def test_of_a_long_log_only_what_is_near_the_met_line_counts() -> None:
    lines = read(_log((200, "kubectl -n shop get svc cart"))).lines

    assert not resolve(mentions(worth_reading(lines, set())))
    assert resolve(mentions(worth_reading(lines, {203})))["service"] == "cart"


def test_of_a_short_paste_every_line_counts() -> None:
    lines = read("\n" * 90 + "kubectl -n shop get svc cart\n" + "ok\n" * 40).lines

    assert worth_reading(lines, set()) == lines
