"""Kubernetes' defaults and oddities, as the structs read them."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import pytest

from checks.kinds import (
    KINDS,
    APIService,
    Deployment,
    EndpointSlice,
    Event,
    IPAMBlock,
    IPPool,
    Kind,
    Node,
    Pod,
    Record,
    Service,
)
from checks.kinds.network import Endpoint, ServicePort
from checks.kinds.pods import EnvVar

R = TypeVar("R", bound=Record)


def read(kind: type[R], **fields: object) -> R:
    """Decode an object as it would come from the API."""
    return msgspec.json.decode(msgspec.json.encode(fields), type=kind)


@pytest.mark.parametrize("kind", KINDS.values())
def test_an_object_without_anything_decodes(kind: type[Kind]) -> None:
    one = read(kind)

    assert one == kind()
    assert one.labels == {}


def test_kinds_are_keyed_as_rbac_names_them() -> None:
    assert KINDS["pods"] is Pod
    assert KINDS["endpointslices.discovery.k8s.io"] is EndpointSlice
    assert all(key == kind.resource.qualified for key, kind in KINDS.items())


@pytest.mark.parametrize("kind", KINDS.values())
def test_null_stands_for_every_absent_list_and_map(kind: type[Kind]) -> None:
    nulls = {
        field.encode_name: None for field in msgspec.structs.fields(kind) if field.default is None
    }

    assert read(kind, **nulls, metadata={"labels": None}) == kind()


def test_unknown_fields_are_dropped() -> None:
    assert read(Pod, spec={"nodeName": "n", "tolerations": [{}]}).spec.node_name == "n"


@pytest.mark.parametrize(
    ("conditions", "ready"),
    [
        (None, True),
        ({}, True),
        ({"ready": None}, True),
        ({"ready": True}, True),
        ({"ready": False}, False),
    ],
)
def test_an_endpoint_is_ready_unless_it_says_otherwise(
    conditions: dict[str, bool | None] | None, *, ready: bool
) -> None:
    assert read(Endpoint, conditions=conditions).ready is ready


@pytest.mark.parametrize(
    ("conditions", "serves"),
    [
        (None, True),
        ({"ready": False}, False),
        ({"ready": False, "serving": True}, True),
        ({"ready": False, "serving": False}, False),
    ],
)
def test_an_endpoint_that_ends_may_serve_still(
    conditions: dict[str, bool | None] | None, *, serves: bool
) -> None:
    assert read(Endpoint, conditions=conditions).serves is serves


def test_a_load_balancer_is_reached_by_address_or_name() -> None:
    ingress = [{"ip": "192.0.2.1"}, {"hostname": "lb.example.com"}, {}]
    given = read(Service, status={"loadBalancer": {"ingress": ingress}})

    assert given.ingress == ("192.0.2.1", "lb.example.com")
    assert read(Service, status={"loadBalancer": {}}).ingress == ()


def test_an_api_is_available_as_its_condition_says() -> None:
    conditions = [{"type": "Other"}, {"type": "Available", "status": "False"}]

    assert read(APIService).available is None
    available = read(APIService, status={"conditions": conditions}).available
    assert available is not None
    assert available.status == "False"


@pytest.mark.parametrize(
    ("target", "leads_to"), [(None, 80), (0, 80), ("", 80), (8080, 8080), ("http", "http")]
)
def test_a_port_leads_to_its_target_or_to_itself(
    target: int | str | None, leads_to: int | str
) -> None:
    assert read(ServicePort, port=80, targetPort=target).target == leads_to


def test_a_headless_service_has_no_address() -> None:
    headless = read(Service, spec={"clusterIP": "None", "clusterIPs": ["None"]})

    assert headless.headless
    assert headless.addresses == ()


def test_a_service_of_two_families_has_two_addresses() -> None:
    both = read(Service, spec={"clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1", "fd00::1"]})

    assert both.addresses == ("10.96.0.1", "fd00::1")


@pytest.mark.parametrize(
    ("status", "metadata", "ready"),
    [
        ({"conditions": [{"type": "Ready", "status": "True"}]}, {}, True),
        ({"conditions": [{"type": "Ready", "status": "False"}]}, {}, False),
        ({"conditions": [{"type": "Ready", "status": "Unknown"}]}, {}, False),
        ({}, {}, False),
        ({"phase": "Succeeded", "conditions": [{"type": "Ready", "status": "True"}]}, {}, False),
        (
            {"conditions": [{"type": "Ready", "status": "True"}]},
            {"deletionTimestamp": "2026-11-23T10:00:30Z"},
            False,
        ),
    ],
)
def test_a_pod_is_ready_when_its_condition_says_so_and_it_stays(
    status: dict[str, Any], metadata: dict[str, Any], *, ready: bool
) -> None:
    assert read(Pod, status=status, metadata=metadata).ready is ready


def test_a_pod_serves_by_its_containers_and_sidecars() -> None:
    pod = read(
        Pod,
        spec={
            "containers": [{"name": "app"}],
            "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
        },
    )

    assert [one.name for one in pod.serving_containers()] == ["app", "proxy"]


def test_a_pod_has_its_addresses_of_both_families_or_the_one() -> None:
    assert read(Pod, status={"podIP": "10.0.0.1"}).addresses == ("10.0.0.1",)
    both = {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]}
    assert read(Pod, status=both).addresses == ("10.0.0.1", "fd00::1")


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("DB_PASSWORD", "hunter2", ""),
        ("NO_PROXY", ".svc,10.96.0.0/12", ".svc,10.96.0.0/12"),
        ("https_proxy", "http://user:pass@proxy:3128", "http://proxy:3128"),
        ("HTTP_PROXY", "http://user:p/a@ss@proxy:3128", "http://proxy:3128"),
        ("ALL_PROXY", "user:pass@proxy:1080", "proxy:1080"),
    ],
)
def test_a_variable_keeps_its_value_only_when_it_is_about_a_proxy(
    name: str, value: str, kept: str
) -> None:
    """Any other may be a secret, and a proxy's password is one."""
    assert read(EnvVar, name=name, value=value).value == kept


def test_a_deployment_wants_one_pod_unless_it_says_otherwise() -> None:
    assert read(Deployment).replicas == 1
    assert read(Deployment, spec={"replicas": 0}).replicas == 0


def test_a_node_has_its_ranges_or_the_one() -> None:
    assert read(Node, spec={"podCIDR": "10.0.0.0/24"}).pod_cidrs == ("10.0.0.0/24",)


@pytest.mark.parametrize(
    ("fields", "hour", "times"),
    [
        ({"lastTimestamp": "2026-11-23T01:00:00Z", "count": 4}, 1, 4),
        ({"eventTime": "2026-11-23T02:00:00.123456Z"}, 2, 1),
        ({"series": {"count": 9, "lastObservedTime": "2026-11-23T03:00:00.000000Z"}}, 3, 9),
        ({"metadata": {"creationTimestamp": "2026-11-23T04:00:00Z"}}, 4, 1),
    ],
)
def test_an_event_tells_its_last_time_and_count_wherever_they_stand(
    fields: dict[str, Any], hour: int, times: int
) -> None:
    event = read(Event, **fields)

    assert event.last_seen is not None
    assert event.last_seen.replace(minute=0, second=0, microsecond=0) == datetime(
        2026, 11, 23, hour, tzinfo=UTC
    )
    assert event.times == times


def test_a_node_has_ips_beside_its_names() -> None:
    addresses = [
        {"type": "InternalIP", "address": "10.0.0.1"},
        {"type": "Hostname", "address": "node-1"},
        {"type": "ExternalIP", "address": "203.0.113.1"},
    ]

    assert read(Node, status={"addresses": addresses}).ips == ("10.0.0.1", "203.0.113.1")


@pytest.mark.parametrize(
    ("spec", "for_pods", "serves_any"),
    [
        ({}, True, True),
        ({"allowedUses": []}, True, True),
        ({"allowedUses": ["Workload", "Tunnel"]}, True, True),
        ({"assignmentMode": "Manual"}, True, False),
        ({"allowedUses": ["LoadBalancer"]}, False, False),
        ({"disabled": True}, False, False),
    ],
)
def test_a_pool_serves_pods_unless_it_says_otherwise(
    spec: dict[str, Any], *, for_pods: bool, serves_any: bool
) -> None:
    pool = read(IPPool, spec=spec)

    assert (pool.for_pods, pool.serves_any) == (for_pods, serves_any)


def test_of_a_block_the_addresses_with_a_number_are_taken() -> None:
    assert read(IPAMBlock, spec={"allocations": [0, None, 0, 3]}).taken == 3
