"""How many addresses there are for pods, and how many are taken: by node, or in Calico's pools."""

from collections.abc import Iterable

import msgspec

from checks.kinds import CiliumNode, IPAMBlock, IPPool, Node
from checks.quotes import short, some
from checks.ranges import Network, Range, Ranges
from checks.text import Text

V4 = 4

IN_RANGE = Text(
    en="{where} has no address left for pods: its range has {usable}, its pods want {pods}.",
    zh_tw="{where} 已沒有位址可分配給 Pod：{usable} 個可用位址，已有 {pods} 個 Pod。",
)
IN_CILIUM_POOL = Text(
    en="{where} has no address left for pods: all {usable} that Cilium has there are taken, and "
    "its operator can get no more.",
    zh_tw="{where} 已沒有位址可分配給 Pod：Cilium 在該處的 {usable} 個位址全部用完，"
    "operator 也拿不到更多。",
)
IN_CALICO_POOLS = Text(
    en="Calico's pools have no address left for pods: all {usable} are taken.",
    zh_tw="Calico 的位址池已沒有位址可分配給 Pod：{usable} 個全部用完。",
)


class Room(msgspec.Struct, frozen=True):
    """Addresses for pods in one place: how many, how many of them taken, and how many by pods.

    `quote` gives the sum, so that it can be checked; `said` tells that nothing is left.
    """

    usable: int
    taken: int
    pods: int
    quote: str
    said: Text
    full: bool

    @property
    def leaks(self) -> bool:
        """Whether far fewer pods are there than a range that is said to be full could hold."""
        return self.usable - self.pods >= max(10, self.usable // 5)

    def told(self, where: str) -> Text:
        """Say that nothing is left."""
        return self.said.fill(where=where, usable=self.usable, pods=self.pods)

    def __str__(self) -> str:
        """Say it as a quote."""
        return self.quote


def of_node(node: Node, pods: int) -> Room | None:
    """Count a node's range where host-local hands it out, None when there is none."""
    usable = [(cidr, usable_addresses(cidr)) for cidr in node.pod_cidrs]
    cidr, least = min(usable, key=lambda one: one[1], default=("", 0))
    quote = (
        f"podCIDR {cidr}: {least} addresses for pods (host-local keeps back network, gateway and "
        f"broadcast), pods not on the host network: {pods}"
    )
    return Room(least, pods, pods, quote, IN_RANGE, pods >= least) if least else None


def of_cilium(node: CiliumNode, pods: int) -> Room | None:
    """Count what Cilium has for a node: a pool of single addresses, or ranges."""
    pool = node.spec.ipam.pool or {}
    return _cilium_pool(node, pods) if pool else _cilium_ranges(node, pods)


def of_calico(pools: Iterable[IPPool], blocks: Iterable[IPAMBlock], pods: int) -> Room | None:
    """Count Calico's IPv4 pools that serve any pod, all nodes together; None when there is none.

    A node whose own blocks are full takes another block, and with none left borrows an address.
    """
    open_pools = [one for one in pools if one.serves_any and _is_v4(one.spec.cidr)]
    index = Ranges(Range(one.spec.cidr, one.path) for one in open_pools)
    inside = [one for one in blocks if any(index.around(Range(one.spec.cidr, "")))]
    usable = sum(_size(one.spec.cidr) for one in open_pools)
    taken = sum(one.taken for one in inside)
    names = some(f"{one.path} {one.spec.cidr}" for one in open_pools)
    quote = (
        f"IPPools {names}: {usable} addresses, {taken} taken in {len(inside)} IPAMBlocks; "
        f"pods not on the host network: {pods}"
    )
    full = taken >= usable
    return Room(usable, taken, pods, quote, IN_CALICO_POOLS, full) if inside else None


def usable_addresses(cidr: str) -> int:
    """Return how many pods host-local can serve from a range, 0 when it is no range.

    It keeps back the network's own address, the gateway (the first) and, in IPv4, broadcast:
    `Range.Canonicalize` in containernetworking/plugins, plugins/ipam/host-local. A /24 has 253.
    """
    network = _network(cidr)
    return max(0, _size(cidr) - (3 if network and network.version == V4 else 2))


def _cilium_pool(node: CiliumNode, pods: int) -> Room:
    """Count single addresses; the operator adds some before the last is taken, if it can."""
    status = node.status.ipam
    usable, taken = len(node.spec.ipam.pool or {}), len(status.used or {})
    error = status.operator_status.error
    quote = f"CiliumNode {node.path}: {usable} addresses in its pool, {taken} taken"
    if error:
        quote += f"; its operator says: {short(error)}"
    return Room(usable, taken, pods, quote, IN_CILIUM_POOL, bool(error) and taken >= usable)


def _cilium_ranges(node: CiliumNode, pods: int) -> Room | None:
    """Count ranges; Cilium keeps back network and broadcast, and takes one for its router.

    `NewCIDRRange` in cilium pkg/ipam/service/ipallocator; with health checks on it takes one more.
    """
    cidrs = [one for one in node.pod_cidrs if _is_v4(one)]
    usable = sum(max(0, _size(one) - 3) for one in cidrs)
    quote = (
        f"CiliumNode {node.path} podCIDRs {', '.join(cidrs)}: {usable} addresses for pods at most "
        f"(one is the agent's own), pods not on the host network: {pods}"
    )
    return Room(usable, pods, pods, quote, IN_RANGE, pods >= usable) if usable else None


def _network(cidr: str) -> Network | None:
    return Range(cidr, "").network


def _size(cidr: str) -> int:
    network = _network(cidr)
    return network.num_addresses if network else 0


def _is_v4(cidr: str) -> bool:
    network = _network(cidr)
    return network is not None and network.version == V4
