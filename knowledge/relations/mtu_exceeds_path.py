"""The MTU of the Pods' network leaves the encapsulation no room on the nodes' interface.

Sources: RFC 7348 for the 50 bytes of VXLAN, RFC 2003 for the 20 of IP in IP; docker's bridge has
1500 whatever the host has, unless told (docs.docker.com, `com.docker.network.driver.mtu`).
"""

import re
from collections.abc import Iterator

from knowledge.facts import Facts
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_MTU = re.compile(
    r"(?:^|(?<= ))(?:\d{1,4}: )?([a-z][\w.-]{1,20})(@[\w-]{1,20})?:? .{0,100}?"
    r"\bmtu:? ?=?(\d{3,5})\b",
    re.IGNORECASE,
)
_OVERHEAD = (
    (re.compile(r"flannel\.1$|vxlan|cilium_vxlan|geneve|genev_sys|vx-", re.IGNORECASE), 50),
    (re.compile(r"tunl0$|ipip", re.IGNORECASE), 20),
    (re.compile(r"cni0$|docker0$|cali|veth|br-[0-9a-f]{6}", re.IGNORECASE), 0),
)
_UNDER = re.compile(r"^(?:eth|ens|enp|eno|em|bond|wg|tun|ppp|wlan)\d*")


def find(facts: Facts) -> Proof | None:
    """Return the device of Pods that is too large, and the one of the node it must fit."""
    under: dict[int, Line] = {}
    over: list[tuple[int, Line]] = []
    for name, of_pod, mtu, line in _devices(facts):
        overhead = next((more for known, more in _OVERHEAD if known.match(name)), None)
        if overhead is not None:
            over.append((mtu + overhead, line))
        elif _UNDER.match(name) and not of_pod:
            under.setdefault(mtu, line)
    if not under or not over:
        return None
    least = min(under)
    largest, line = max(over, key=lambda one: one[0])
    return proof(line, under[least]) if largest > least else None


def _devices(facts: Facts) -> Iterator[tuple[str, bool, int, Line]]:
    for line in facts.lines:
        found = _MTU.search(line.text) if "mtu" in line.text.lower() else None
        if found:
            yield found[1].lower(), bool(found[2]), int(found[3]), line


RELATION = Relation(
    slug="mtu-exceeds-path",
    says="the Pods' MTU is larger than the nodes' interface carries",
    words=(frozenset({"mtu"}),),
    find=find,
    sure=0.95,
)
