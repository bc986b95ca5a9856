"""Address ranges with where they were read, and which of them overlap."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

import msgspec

Network = IPv4Network | IPv6Network
Prefix = tuple[int, int, int]  # version, length, the bits themselves


class Range(msgspec.Struct, frozen=True):
    """A range, or one address as a range of one, and where it was read.

    `owner` is the node it belongs to, "" when it is the cluster's.
    """

    cidr: str
    source: str
    owner: str = ""

    @property
    def network(self) -> Network | None:
        """The range itself, None when it is no range."""
        try:
            return ip_network(self.cidr, strict=False)
        except ValueError:
            return None

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"{self.source}: {self.cidr}"


class Ranges:
    """Ranges indexed by prefix: two ranges overlap only when one holds the other."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._by_prefix: defaultdict[Prefix, list[Range]] = defaultdict(list)
        for one in ranges:
            network = one.network
            if network is not None:
                self._by_prefix[_prefix(network, network.prefixlen)].append(one)
        self._lengths = sorted({(version, length) for version, length, _ in self._by_prefix})

    def around(self, one: Range) -> Iterator[Range]:
        """Yield the ranges that hold this one, the widest first, its equals last."""
        network = one.network
        if network is None:
            return
        for version, length in self._lengths:
            if version == network.version and length <= network.prefixlen:
                yield from self._by_prefix.get(_prefix(network, length), ())


def overlaps(some: Iterable[Range], others: Iterable[Range]) -> Iterator[tuple[Range, Range]]:
    """Yield each of `some` with one of `others` that it overlaps, each pair of ranges once."""
    ones, twos = tuple(some), tuple(others)
    inside = Ranges(twos)
    outside = Ranges(ones)
    pairs = [(one, two) for one in ones for two in inside.around(one)]
    pairs += [(one, two) for two in twos for one in outside.around(two)]
    seen: set[tuple[str, str]] = set()
    for one, two in pairs:
        key = (str(one.network), str(two.network))
        if key not in seen:
            seen.add(key)
            yield one, two


def _prefix(network: Network, length: int) -> Prefix:
    bits = int(network.network_address) >> (network.max_prefixlen - length)
    return network.version, length, bits
