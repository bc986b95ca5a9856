"""Kernels of the nodes, as far as connection tracking may lose one of two parallel lookups.

Race 1 was mended in Linux 4.19 (commit ed07d9a021df), race 2 in 5.0 (4e35c1cb9460); distributions
took both into older kernels, and packets that are sent to two different backends still race. So a
version is a hint, never a proof.
"""

from collections.abc import Iterable

from checks.dns import node_caches
from checks.kinds import Node
from checks.platform import counts, detect
from checks.snapshot import View

MENDED = (5, 0)


def old_kernels(view: View) -> list[Node]:
    """Return the nodes with a kernel of the races, none where nothing is translated by it."""
    if node_caches(view) or detect(view).proxy_mode == "none":
        return []
    return [one for one in view.all(Node) if _version(one) and _version(one) < MENDED]


def quotes(nodes: Iterable[Node]) -> list[str]:
    """Quote which kernels run, and on how many nodes each."""
    seen: dict[str, int] = {}
    for version in sorted(one.status.node_info.kernel_version for one in nodes):
        seen[version] = seen.get(version, 0) + 1
    return [f"kernels: {counts(seen)}"] if any(seen) else []


def _version(node: Node) -> tuple[int, ...]:
    parts = node.status.node_info.kernel_version.split(".")[:2]
    return tuple(int(one) for one in parts) if all(one.isdecimal() for one in parts) else ()
