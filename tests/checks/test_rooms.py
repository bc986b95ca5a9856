"""Addresses are counted as each plugin hands them out."""

import msgspec
import pytest

from checks.kinds import CiliumNode, IPPool, Node
from checks.rooms import of_calico, of_cilium, of_node, usable_addresses


@pytest.mark.parametrize(
    ("cidr", "usable"),
    [("10.0.0.0/24", 253), ("10.0.0.0/31", 0), ("fd00::/120", 254), ("none", 0), ("", 0)],
)
def test_host_local_keeps_back_network_gateway_and_broadcast(cidr: str, usable: int) -> None:
    assert usable_addresses(cidr) == usable


def test_the_smaller_of_a_nodes_ranges_counts() -> None:
    node = msgspec.convert({"spec": {"podCIDRs": ["fd00::/64", "10.0.0.0/29"]}}, Node)

    room = of_node(node, pods=5)

    assert room is not None
    assert (room.usable, room.full) == (5, True)


def test_without_a_range_nothing_is_counted() -> None:
    assert of_node(Node(), pods=3) is None
    assert of_cilium(CiliumNode(), pods=3) is None
    assert of_calico([IPPool()], [], pods=3) is None
