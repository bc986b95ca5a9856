"""Are there addresses left for new pods, by Events and by counting.

Found is a node about whose pods an Event of the last hour says that no address is left, in the
words of its plugin; or a range or pool with as many pods as usable addresses. An Event is over
once its pod has an address, or a pod that began later on that node has. Counted are the
nodes' ranges where host-local hands them out, Calico's pools by their IPAMBlocks, and what
CiliumNodes have: ranges, or a pool with what the operator says of its last try to enlarge it.

Source: the plugins' messages (below); containernetworking/plugins, plugins/ipam/host-local;
libcalico-go/lib/apis/v3/ipam_block.go; cilium pkg/ipam/types.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

import msgspec

from checks import events, rooms
from checks.kinds import CiliumNode, Event, IPAMBlock, IPPool, Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import detect
from checks.quotes import some
from checks.rooms import Room
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

CAUSE = "ipam-exhausted"
MOST = 5  # findings of one look over all nodes

# What each plugin says when nothing is left, as it ends up in the kubelet's Events.
MESSAGES = (
    "no IP addresses available in",  # host-local: flannel, canal, bridge, kindnet, GKE
    "failed to assign an IP address to container",  # AWS VPC CNI
    "No available addresses",  # Azure CNI
    "not enough IPs available",  # Azure CNS
    "Assigned 0 out of 1 requested IPv",  # Calico IPAM
    "postIpamFailure range is full",  # Cilium until 1.10
    "No more IPs available",  # Cilium, crd mode
    "all CIDR ranges are exhausted",  # Cilium, multi-pool
    "subnet address pool exhausted",  # OVN-Kubernetes
    "NoAvailableAddress",  # Kube-OVN
    "Could not allocate IP in range",  # Whereabouts
)
_LOWERED = tuple(message.lower() for message in MESSAGES)

SAID = Text(
    en="{where} has no address left for pods: Events of the last hour say so ({times} times).",
    zh_tw="{where} 已沒有位址可分配給 Pod：最近一小時的 Event 提到 {times} 次。",
)
LEAKED = Text(
    en=" Pods hold only {pods} of the {usable} addresses: reservations of pods long gone may take "
    "up the rest.",
    zh_tw="{usable} 個位址裡只有 {pods} 個由 Pod 使用：其餘可能是已消失的 Pod 殘留的保留紀錄。",
)
WELL = Text(
    en="No Event of the last hour tells of used-up addresses.",
    zh_tw="最近一小時沒有任何 Event 提到位址用盡。",
)
FULLEST = Text(
    en=" The fullest range is that of {node}: {pods} of {usable}.",
    zh_tw="用得最滿的是 {node}：{usable} 個用了 {pods} 個。",
)
IN_POOLS = Text(
    en=" Calico's pools have {taken} of {usable} addresses taken.",
    zh_tw="Calico 的位址池 {usable} 個位址用了 {taken} 個。",
)
NOT_COUNTED = Text(
    en=" Addresses were not counted: {plugin} hands them out from pools of its own.",
    zh_tw="未計算位址數量：{plugin} 使用自己的位址池。",
)
NOT_KNOWN = Text(
    en=" Addresses were not counted: where the network plugin takes them from is not known.",
    zh_tw="未計算位址數量：不清楚網路外掛從何處分配位址。",
)
NO_POD = Text(
    en="There is no pod {pod}, and no recent Event about it.",
    zh_tw="沒有名為 {pod} 的 Pod，近期也沒有關於它的 Event。",
)
NO_NODE = Text(en="There is no node {node}.", zh_tw="沒有名為 {node} 的節點。")
SEEN_ELSEWHERE = Text(
    en=" Addresses have run out on: {nodes}.",
    zh_tw="位址已用盡的節點：{nodes}。",
)
LEFT_OUT = Text(en=" Not shown: {count} more.", zh_tw="另有 {count} 個未列出。")


class _Named(Protocol):
    """What has a name in a namespace: an object's metadata, or what an Event is about."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def namespace(self) -> str:
        """Its namespace."""


class Place(msgspec.Struct, frozen=True):
    """A node, "" when unknown, with its range and the Events about it."""

    node: str
    room: Room | None
    events: tuple[Event, ...]

    @property
    def times(self) -> int:
        """How often the Events happened."""
        return sum(one.times for one in self.events)

    @property
    def full(self) -> bool:
        """Whether Events or the count say that nothing is left."""
        return bool(self.events) or (self.room is not None and self.room.full)

    @property
    def name(self) -> str:
        """What findings call it."""
        return f"Node {self.node}" if self.node else CLUSTER


class Addresses:
    """Every node's place, and which one a question means."""

    def __init__(self, view: View) -> None:
        self.platform = detect(view)
        self.pods = view.all(Pod)
        self.events = [one for one in events.recent(view) if _tells(one)]
        self._cilium = {one.metadata.name: one for one in view.all(CiliumNode)}
        self._nodes = {node.metadata.name: node for node in view.all(Node)}
        self.places = self._places()
        self.pools = self._pools(view)

    def asked(self, question: Question) -> Place | Finding | None:
        """Return the place meant, the answer when there is none, None when none was named."""
        if question.node:
            missing = NO_NODE.fill(node=question.node)
            return self.places.get(question.node) or self._absent(f"Node {question.node}", missing)
        if not question.pod:
            return None
        path = f"{question.namespace}/{question.pod}" if question.namespace else question.pod
        where = self._where(question)
        if where is None:
            return self._absent(f"Pod {path}", NO_POD.fill(pod=path))
        about = tuple(one for one in self.events if _meant(one.involved_object, question))
        return self.places.get(where) if where in self._nodes else Place("", None, about)

    def full(self) -> list[Place]:
        """Return the places without an address left, the loudest first."""
        full = [place for place in self.places.values() if place.full]
        return sorted(full, key=lambda place: (-place.times, place.node))

    def _where(self, question: Question) -> str | None:
        """Return the node of the pod asked about, "" when unknown, None without such a pod."""
        mine = [pod for pod in self.pods if _meant(pod.metadata, question)]
        if mine:
            return mine[0].spec.node_name
        about = [one for one in self.events if _meant(one.involved_object, question)]
        return about[-1].host if about else None

    def _absent(self, subject: str, summary: Text) -> Finding:
        full = self.full()
        if full:
            summary += SEEN_ELSEWHERE.fill(nodes=some(place.node or "?" for place in full))
        return not_applicable(subject, summary)

    def _places(self) -> dict[str, Place]:
        by_path = {pod.path: pod for pod in self.pods}
        served = _served(self.pods)
        told: defaultdict[str, list[Event]] = defaultdict(list)
        for one in self.events:
            pod = by_path.get(f"{one.involved_object.namespace}/{one.involved_object.name}")
            node = (pod.spec.node_name if pod else "") or one.host
            if not (pod and pod.addresses) and not _over(one, served.get(node)):
                told[node if node in self._nodes else ""].append(one)
        held = Counter(pod.spec.node_name for pod in self.pods if _holds_address(pod))
        names = [*self._nodes, *([""] if "" in told else [])]
        return {
            name: Place(name, self._room(name, held[name]), tuple(told[name])) for name in names
        }

    def _room(self, name: str, pods: int) -> Room | None:
        node, agent = self._nodes.get(name), self._cilium.get(name)
        if node and self.platform.counts_by_node_range:
            return rooms.of_node(node, pods)
        return rooms.of_cilium(agent, pods) if agent and self.platform.plugin == "cilium" else None

    def _pools(self, view: View) -> Room | None:
        """Return Calico's pools, which are all nodes' together."""
        if self.platform.plugin != "calico":
            return None
        held = sum(map(_holds_address, self.pods))
        return rooms.of_calico(view.all(IPPool), view.all(IPAMBlock), held)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the node asked about, for that of the pod asked about, or look at all."""
    addresses = Addresses(view)
    asked = addresses.asked(question)
    if isinstance(asked, Finding):
        yield asked
    elif asked:
        place = asked if asked.full else _shared(asked, addresses.pools)
        yield _full(place) if place.full else _well(addresses, [place], place.name)
    else:
        full = addresses.full() or [_shared(Place("", None, ()), addresses.pools)]
        full = [place for place in full if place.full]
        findings = [_full(place) for place in full[:MOST]]
        if len(full) > MOST:
            findings[-1] = findings[-1].adding(LEFT_OUT.fill(count=len(full) - MOST))
        yield from findings or [_well(addresses, addresses.places.values(), CLUSTER)]


def _shared(place: Place, pools: Room | None) -> Place:
    """Return a place that draws on the pools of all nodes."""
    return msgspec.structs.replace(place, room=pools) if pools else place


def _full(place: Place) -> Finding:
    room = place.room
    quotes = [_quote(one) for one in place.events[-events.MOST :]] + ([str(room)] if room else [])
    if place.events:
        summary = SAID.fill(where=place.name, times=place.times)
        command = kubectl("get", "events", "-A", "--field-selector", "involvedObject.kind=Pod")
    else:
        summary = room.told(place.name) if room else NOT_KNOWN
        command = _show_room(place)
    if room and room.leaks:
        summary += LEAKED.fill(pods=room.pods, usable=room.usable)
    return found(place.name, summary, cause=CAUSE, evidence=quotes, command=command)


def _show_room(place: Place) -> str:
    if not place.node:
        return kubectl("get", "ipamblocks", "-o", "yaml")
    on_node = f"spec.nodeName={place.node}"
    return kubectl("get", "pods", "-A", "-o", "wide", "--field-selector", on_node)


def _well(addresses: Addresses, places: Iterable[Place], subject: str) -> Finding:
    platform = addresses.platform
    counted = [(place.node, place.room) for place in places if place.room]
    summary, quotes = WELL, ["Events of the last hour that tell of used-up addresses: 0"]
    if addresses.pools:
        pools = addresses.pools
        summary += IN_POOLS.fill(taken=pools.taken, usable=pools.usable)
        quotes.append(str(pools))
    elif counted:
        node, room = max(counted, key=lambda one: one[1].taken / one[1].usable)
        summary += FULLEST.fill(node=node, pods=room.taken, usable=room.usable)
        quotes.append(f"Node {node} {room}")
    elif platform.plugin:
        summary += NOT_COUNTED.fill(plugin=platform.plugin)
    else:
        summary += NOT_KNOWN
    quotes += platform.quotes
    command = kubectl("get", "events", "-A", "--field-selector", "reason=FailedCreatePodSandBox")
    return clear(subject, summary, evidence=quotes, command=command)


def _tells(one: Event) -> bool:
    """Return whether an Event about a pod says that no address was left."""
    return one.involved_object.kind == "Pod" and _phrase(one) is not None


def _served(pods: Iterable[Pod]) -> dict[str, datetime]:
    """Return for each node when the youngest of its pods that has an address began."""
    served: dict[str, datetime] = {}
    for pod in pods:
        name, began = pod.spec.node_name, pod.status.start_time
        if began and pod.addresses and not pod.spec.host_network:
            served[name] = max(began, served.get(name, began))
    return served


def _over(one: Event, served: datetime | None) -> bool:
    """Return whether a pod that began on the node after an Event has got an address."""
    return bool(served and one.last_seen and one.last_seen < served)


def _phrase(one: Event) -> str | None:
    message = one.message.lower()
    return next((phrase for phrase in _LOWERED if phrase in message), None)


def _quote(one: Event) -> str:
    return events.quote(one, _phrase(one) or "")


def _meant(named: _Named, question: Question) -> bool:
    return named.name == question.pod and question.namespace in {None, named.namespace}


def _holds_address(pod: Pod) -> bool:
    return bool(pod.spec.node_name) and not pod.spec.host_network and not pod.terminal


CHECK = Check(
    slug="pod-addresses",
    title=Text(en="Pod addresses", zh_tw="Pod 位址"),
    groups=("node", "pod", "cni"),
    proves=(CAUSE,),
    sees=(
        *PLATFORM_SEES,
        See(Pod),
        See(Event),
        See(IPPool, optional=True),
        See(IPAMBlock, optional=True),
        See(CiliumNode, optional=True),
    ),
    judge=judge,
    about=("node", "pod"),
)
