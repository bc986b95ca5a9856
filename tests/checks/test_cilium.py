import msgspec
import pytest

from checks.cilium import closed, quotes
from checks.kinds.policy import CiliumNetworkPolicy
from checks.policies import Direction, End, Port

REDIS = End("Pod infra/redis", "infra", {"team": "data"}, {"app.kubernetes.io/name": "redis"})
CODER = End("Pod media/coder", "media", {"team": "tv"}, {"app.kubernetes.io/name": "coder"})
PORT = Port(6379)
SELECTOR = {"matchLabels": {"app.kubernetes.io/name": "redis"}}


def policy(**spec: object) -> CiliumNetworkPolicy:
    return msgspec.convert(
        {
            "metadata": {"name": "clients", "namespace": "infra"},
            "spec": {"endpointSelector": SELECTOR, **spec},
        },
        CiliumNetworkPolicy,
    )


def is_closed(*policies: CiliumNetworkPolicy, way: Direction = "Ingress") -> bool:
    return bool(closed(policies, REDIS, CODER, PORT, way))


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"fromEndpoints": [{"matchLabels": {"app.kubernetes.io/name": "coder"}}]},
        {"fromEndpoints": [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": "tools"}}]},
        {"fromEndpoints": [{}]},
        {"fromEntities": ["world", "host"]},
        {"fromCIDR": ["0.0.0.0/0"]},
        {"fromCIDR": ["0.0.0.0/0"], "toPorts": [{"ports": [{"port": "6379"}]}]},
        {"toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}]}]},
        {"toPorts": [{"ports": [{"port": "6379", "protocol": "UDP"}]}]},
    ],
)
def test_a_rule_that_does_not_mean_the_caller_leaves_the_pod_closed(rule: object) -> None:
    assert is_closed(policy(ingress=[rule]))


@pytest.mark.parametrize(
    "rule",
    [
        {"fromEndpoints": [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": "media"}}]},
        {"fromEndpoints": [{"matchLabels": {"io.cilium.k8s.namespace.labels.team": "tv"}}]},
        {
            "fromEndpoints": [
                {
                    "matchExpressions": [
                        {
                            "key": "io.kubernetes.pod.namespace",
                            "operator": "In",
                            "values": ["media"],
                        }
                    ]
                }
            ]
        },
        {
            "fromEndpoints": [
                {
                    "matchLabels": {
                        "io.kubernetes.pod.namespace": "media",
                        "io.cilium.k8s.policy.serviceaccount": "coder",
                    }
                }
            ]
        },
        {"fromEntities": ["cluster"]},
        {"fromNodes": [{}]},
        {"toPorts": [{"ports": [{"port": "6379"}]}]},
        {"toPorts": [{"ports": [{"port": "6000", "endPort": 6999, "protocol": "TCP"}]}]},
        {"toPorts": [{"ports": [{"port": "redis"}]}]},
    ],
)
def test_a_rule_that_may_mean_the_caller_opens_it(rule: object) -> None:
    assert not is_closed(policy(ingress=[rule]))


def test_one_policy_that_allows_is_enough() -> None:
    assert not is_closed(policy(ingress=[{}]), policy(ingress=[{"fromEntities": ["all"]}]))


def test_a_direction_without_rules_is_open() -> None:
    assert not is_closed(policy(ingress=[{}]), way="Egress")


def test_a_policy_may_say_whether_it_closes() -> None:
    assert not is_closed(policy(ingress=[{}], enableDefaultDeny={"ingress": False}))
    assert is_closed(policy(enableDefaultDeny={"ingress": True}))


def test_a_policy_of_other_pods_or_of_labels_that_do_not_count_closes_nothing() -> None:
    other = {"endpointSelector": {"matchLabels": {"app": "x"}}, "ingress": [{}]}
    unknown = {
        "endpointSelector": {"matchLabels": {"statefulset.kubernetes.io/pod-name": "redis"}},
        "ingress": [{}],
    }

    assert not is_closed(policy(**other))
    assert not is_closed(policy(**unknown))


def test_what_a_pod_may_send_is_told_likewise() -> None:
    sends = policy(egress=[{"toEndpoints": [{"matchLabels": {"app": "dns"}}]}])

    assert is_closed(sends, way="Egress")
    assert list(quotes(sends, "Egress")) == [
        "CiliumNetworkPolicy infra/clients selects pods app.kubernetes.io/name=redis for Egress",
        "CiliumNetworkPolicy infra/clients egress rule 1 allows to pods app=dns on any port",
    ]
