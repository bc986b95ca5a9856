"""NetworkPolicies allow and deny as the API's documentation says."""

from typing import Any

import msgspec
import pytest

from checks.kinds import NetworkPolicy, Pod
from checks.kinds.policy import LabelSelector
from checks.policies import Direction, End, Port, Side, end_of, matches, quote_policy, side

NAMESPACES = {
    "shop": {"kubernetes.io/metadata.name": "shop", "team": "a"},
    "web": {"kubernetes.io/metadata.name": "web", "team": "b"},
}
TCP_8080 = Port(8080)


def policy(spec: dict[str, Any] | None = None, namespace: str = "shop") -> NetworkPolicy:
    """Write a policy as the API has it."""
    written = {
        "metadata": {"name": "p", "namespace": namespace},
        "spec": {"podSelector": {}, **(spec or {})},
    }
    return msgspec.convert(written, NetworkPolicy)


def pod(name: str, namespace: str, ip: str, *, host_network: bool = False, **labels: str) -> End:
    """Write a pod with a port called http, as one end."""
    ports = [{"name": "http", "containerPort": 8080}, {"name": "dns", "containerPort": 53}]
    one = msgspec.convert(
        {
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": {"hostNetwork": host_network, "containers": [{"name": name, "ports": ports}]},
            "status": {"podIP": ip},
        },
        Pod,
    )
    return end_of(one, NAMESPACES)


CART = pod("cart", "shop", "10.1.0.1", app="cart", tier="back")
WEB = pod("web", "web", "10.2.0.1", app="web")
PEER = pod("peer", "shop", "10.1.0.2", app="peer")
HOSTED = pod("node-agent", "web", "192.168.0.5", host_network=True, app="web")
OUTSIDE = End("outside", addresses=("203.0.113.9",), is_pod=False)


def to_cart(other: End | None, port: Port = TCP_8080, *rules: object) -> Side:
    """Ask whether a policy of namespace shop with these ingress rules lets a connection in."""
    return side("Ingress", [policy({"ingress": rules})], CART, other, port)


TEAM_B = {"namespaceSelector": {"matchLabels": {"team": "b"}}}
APP_WEB = {"podSelector": {"matchLabels": {"app": "web"}}}
BLOCK = {"ipBlock": {"cidr": "203.0.113.0/24"}}
HOLED = {"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.8/30"]}}


@pytest.mark.parametrize(
    ("peers", "other", "allowed"),
    [
        ([TEAM_B], WEB, True),
        ([TEAM_B], PEER, False),
        ([APP_WEB], WEB, False),
        ([{"podSelector": {"matchLabels": {"app": "peer"}}}], PEER, True),
        ([{"podSelector": {}}], PEER, True),
        ([{"podSelector": {}}], WEB, False),
        ([{"namespaceSelector": {}}], WEB, True),
        ([{**TEAM_B, **APP_WEB}], WEB, True),
        ([{**TEAM_B, "podSelector": {"matchLabels": {"app": "api"}}}], WEB, False),
        ([TEAM_B, {"podSelector": {"matchLabels": {"app": "api"}}}], WEB, True),
        ([BLOCK], OUTSIDE, True),
        ([HOLED], OUTSIDE, False),
        ([BLOCK], WEB, False),
        ([{"namespaceSelector": {}}], OUTSIDE, False),
        ([{"namespaceSelector": {}}], HOSTED, False),
        ([{"ipBlock": {"cidr": "192.168.0.0/16"}}], HOSTED, True),
        ([{"ipBlock": {"cidr": "10.2.0.0/16"}}], WEB, True),
        ([{"ipBlock": {"cidr": "fd00::/8"}}], WEB, False),
        ([{"ipBlock": {"cidr": "nonsense"}}], OUTSIDE, False),
        ([{}], WEB, False),
        ([], WEB, True),
        (None, OUTSIDE, True),
        ([TEAM_B], None, True),
    ],
)
def test_a_rule_is_for_its_peers(
    peers: list[dict[str, Any]] | None, other: End | None, *, allowed: bool
) -> None:
    assert to_cart(other, TCP_8080, {"from": peers}).allowed is allowed


@pytest.mark.parametrize(
    ("ports", "port", "allowed"),
    [
        ([{"port": 8080}], TCP_8080, True),
        ([{"port": 80}], TCP_8080, False),
        ([{"port": 80}, {"port": 8080}], TCP_8080, True),
        ([{"port": 8080, "protocol": "UDP"}], TCP_8080, False),
        ([{"port": 53, "protocol": "UDP"}], Port(53, "UDP"), True),
        ([{"protocol": "TCP"}], TCP_8080, True),
        ([{"protocol": "SCTP"}], TCP_8080, False),
        ([{"port": 8000, "endPort": 8100}], TCP_8080, True),
        ([{"port": 8081, "endPort": 8100}], TCP_8080, False),
        ([{"port": "http"}], TCP_8080, True),
        ([{"port": "dns"}], TCP_8080, False),
        ([{"port": "metrics"}], TCP_8080, False),
        ([{"port": "http", "protocol": "UDP"}], Port(8080, "UDP"), False),
        ([{"port": "metrics"}], Port(), False),
        ([{"port": 80}], Port(), True),
        ([], TCP_8080, True),
        (None, TCP_8080, True),
    ],
)
def test_a_rule_is_for_its_ports(
    ports: list[dict[str, Any]] | None, port: Port, *, allowed: bool
) -> None:
    assert to_cart(WEB, port, {"ports": ports}).allowed is allowed


def test_peers_and_ports_of_one_rule_must_both_fit() -> None:
    rules = [{"from": [TEAM_B], "ports": [{"port": 80}]}, {"from": [APP_WEB]}]

    assert not to_cart(WEB, TCP_8080, *rules).allowed


def test_the_name_of_a_port_is_looked_up_at_the_pod_that_is_called() -> None:
    rule = {"to": [TEAM_B], "ports": [{"port": "http"}]}
    both = [policy({"egress": [rule], "policyTypes": ["Egress"]})]
    nameless = msgspec.structs.replace(WEB, ports=())

    assert side("Egress", both, CART, WEB, TCP_8080).allowed
    assert not side("Egress", both, CART, nameless, TCP_8080).allowed


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"),
    [
        ({}, False, True),
        ({"policyTypes": ["Ingress"]}, False, True),
        ({"policyTypes": ["Egress"]}, True, False),
        ({"policyTypes": ["Ingress", "Egress"]}, False, False),
        ({"egress": [{"ports": [{"port": 53, "protocol": "UDP"}]}]}, False, False),
        ({"policyTypes": ["Ingress"], "egress": [{"ports": [{"port": 1}]}]}, False, True),
        ({"ingress": [{}]}, True, True),
        ({"policyTypes": ["Egress"], "egress": [{}]}, True, True),
        ({"egress": []}, False, True),
        ({"podSelector": {"matchLabels": {"app": "other"}}}, True, True),
    ],
)
def test_a_policy_is_for_its_types(spec: dict[str, Any], *, ingress: bool, egress: bool) -> None:
    one = [policy(spec)]

    assert side("Ingress", one, CART, WEB, TCP_8080).allowed is ingress
    assert side("Egress", one, CART, WEB, TCP_8080).allowed is egress


def test_policies_add_up() -> None:
    deny, allow = policy(), policy({"ingress": [{"from": [TEAM_B]}]})

    assert not side("Ingress", [deny], CART, WEB, TCP_8080).allowed
    both = side("Ingress", [deny, allow], CART, WEB, TCP_8080)
    assert both.allowed
    assert "rule 1 allows from all pods in namespaces team=b on any port" in both.rule


def test_a_policy_of_another_namespace_selects_nothing() -> None:
    assert side("Ingress", [policy(namespace="web")], CART, WEB, TCP_8080).selecting == ()


@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
def test_no_policy_selects_the_host_network(direction: Direction) -> None:
    one = [policy({"policyTypes": ["Ingress", "Egress"]}, "web")]

    assert side(direction, one, HOSTED, CART, TCP_8080).allowed


def test_a_range_may_not_mean_pods() -> None:
    one = [policy({"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]})]

    assert not side("Ingress", one, CART, WEB, TCP_8080, blocks_fit_pods=False).allowed
    assert side("Ingress", one, CART, OUTSIDE, TCP_8080, blocks_fit_pods=False).allowed


def test_an_end_of_unknown_address_may_be_in_a_range() -> None:
    unknown = End("api.example.com", is_pod=False)

    assert to_cart(unknown, TCP_8080, {"from": [BLOCK]}).allowed


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ({"key": "app", "operator": "In", "values": ["cart", "api"]}, True),
        ({"key": "app", "operator": "In", "values": ["api"]}, False),
        ({"key": "zone", "operator": "In", "values": ["x"]}, False),
        ({"key": "app", "operator": "NotIn", "values": ["api"]}, True),
        ({"key": "zone", "operator": "NotIn", "values": ["x"]}, True),
        ({"key": "app", "operator": "NotIn", "values": ["cart"]}, False),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "zone", "operator": "Exists"}, False),
        ({"key": "zone", "operator": "DoesNotExist"}, True),
        ({"key": "app", "operator": "DoesNotExist"}, False),
        ({"key": "app", "operator": "Like"}, False),
    ],
)
def test_expressions_fit_labels(expression: dict[str, Any], *, fits: bool) -> None:
    selector = msgspec.convert({"matchExpressions": [expression]}, LabelSelector)

    assert matches(selector, {"app": "cart"}) is fits


def test_labels_and_expressions_must_all_fit() -> None:
    expression = {"key": "tier", "operator": "Exists"}
    selector = msgspec.convert(
        {"matchLabels": {"app": "cart"}, "matchExpressions": [expression]}, LabelSelector
    )

    assert matches(selector, {"app": "cart", "tier": "x"})
    assert not matches(selector, {"app": "cart"})
    assert matches(LabelSelector(), {})


def test_a_denial_quotes_every_policy_that_selects() -> None:
    said = to_cart(WEB, TCP_8080, {"from": [HOLED], "ports": [{"port": 80, "endPort": 90}]})

    allowed = "from 203.0.113.0/24 except 203.0.113.8/30 on TCP 80-90"
    assert said.quotes() == [
        "NetworkPolicy shop/p selects all pods for Ingress",
        f"NetworkPolicy shop/p ingress rule 1 allows {allowed}",
    ]


def test_a_policy_without_rules_is_quoted_as_such() -> None:
    expression = {"key": "app", "operator": "In", "values": ["cart"]}
    one = policy({"podSelector": {"matchExpressions": [expression]}})

    assert quote_policy(one, "Ingress") == [
        "NetworkPolicy shop/p selects pods app In (cart) for Ingress and allows nothing"
    ]
