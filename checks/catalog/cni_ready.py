"""Is the network of the nodes' runtimes ready, and what do their CNI plugins say when it fails.

The kubelet puts the runtime's word into its node's Ready condition (`container runtime network
not ready: NetworkReady=false reason:NetworkPluginNotReady message:...`, pkg/kubelet/kubelet.go),
and a plugin's into Events FailedCreatePodSandBox, FailedKillPod and NetworkNotReady of the pod.
Sources of the phrases stand with the signatures of the entries.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from checks import events, nodes
from checks.kinds import Event, Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import Platform, detect
from checks.snapshot import View
from checks.text import Text

UNINITIALIZED = "cni-not-initialized"
FLANNEL = "flannel-subnet-env-missing"
REASONS = {"FailedCreatePodSandBox", "FailedKillPod", "NetworkNotReady"}
# What says a cause and nothing else, the sharper ones first.
PHRASES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        FLANNEL: re.compile(
            r"/run/flannel/subnet\.env'?:? (?:no such file|is missing|The system cannot find)"
            r"|loadFlannelSubnetEnv failed",
            re.IGNORECASE,
        ),
        "cni-plugin-missing": re.compile(
            r'failed to find plugin "[^"]*" in path'
            r"|/opt/cni/bin/[^\s:]+'?: "
            r"(?:no such file or directory|exec format error|permission denied)",
            re.IGNORECASE,
        ),
        "cni-unauthorized": re.compile(
            r"connection is unauthorized: (?:Unauthorized|[^:]* is forbidden: )"
            r"|error (?:getting|waiting for) pod: Unauthorized"
            r"|error retrieving pod spec for '[^']*': (?:Unauthorized|the server has asked)",
            re.IGNORECASE,
        ),
        "cni-bridge-conflict": re.compile(
            r"already has an IP address different from|already exists but is not a bridge"
            r"|failed to set bridge addr",
            re.IGNORECASE,
        ),
        UNINITIALIZED: re.compile(
            r"cni plugin not initialized|cni config uninitialized|No CNI configuration file in"
            r"|no networks? (?:config )?found in /etc/cni/net\.d",
            re.IGNORECASE,
        ),
    }
)

SAID: Mapping[str, Text] = MappingProxyType(
    {
        UNINITIALIZED: Text(
            en="The runtime of node {node} has no network configuration to use, so the node is not "
            "ready.",
            zh_tw="節點 {node} 的容器執行環境找不到可用的網路設定，節點因此未就緒。",
        ),
        FLANNEL: Text(
            en="flannel has not written /run/flannel/subnet.env on node {node}, so no pod starts "
            "there.",
            zh_tw="節點 {node} 上的 flannel 沒有寫出 /run/flannel/subnet.env，Pod 無法啟動。",
        ),
        "cni-plugin-missing": Text(
            en="A CNI program cannot be run on node {node}: the runtime does not find it, or it "
            "does not fit.",
            zh_tw="節點 {node} 無法執行 CNI 程式：找不到檔案，或檔案不適用。",
        ),
        "cni-unauthorized": Text(
            en="The API server refuses the credentials of the CNI program on node {node}.",
            zh_tw="API server 拒絕了節點 {node} 上 CNI 程式的憑證。",
        ),
        "cni-bridge-conflict": Text(
            en="A bridge left on node {node} does not fit the range the node has now.",
            zh_tw="節點 {node} 上殘留的 bridge 與節點目前的網段不符。",
        ),
    }
)
NO_PLUGIN = Text(
    en=" No network plugin that netcheck knows runs here: an installer like kubeadm brings none.",
    zh_tw="沒有看到任何已知的網路外掛在執行；kubeadm 這類安裝工具不會附帶網路外掛。",
)
WELL = Text(
    en="No node says that its network is not ready ({count} nodes), and no Event of a waiting pod "
    "names a CNI fault of that kind.",
    zh_tw="沒有節點回報網路未就緒（{count} 個節點），等待中的 Pod 也沒有 Event 提到這類 CNI 錯誤。",
)
STARTING = Text(
    en=" Some nodes say so since less than two minutes, which is normal for new ones.",
    zh_tw="部分節點在兩分鐘內才這樣回報，剛加入的節點會有這種情形。",
)
SILENT = Text(
    en="The kubelet does not report any more, so what it says of its network is old.",
    zh_tw="kubelet 已不再回報，節點上網路狀態的紀錄已經過時。",
)


class Words(msgspec.Struct, frozen=True):
    """What speaks for one cause on one node."""

    node: str
    cause: str
    quotes: tuple[str, ...]
    pod: str = ""


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Listen to the node asked about, to that of the pod asked about, or to all."""
    pods = view.all(Pod)
    meant = nodes.asked(view.all(Node), question, pods)
    if isinstance(meant, Finding):
        yield meant
        return
    heard = [one for one in meant if not nodes.silent(one)]
    if not heard:
        yield not_applicable(nodes.subject(meant), SILENT)
        return
    told = _told(view, {pod.path: pod for pod in pods}, question)
    platform = detect(view)
    findings = [
        _finding(words, platform)
        for node in heard
        for words in _words(node, told.get(node.metadata.name, ()), view)
    ]
    yield from nodes.limited(findings) or [_well(heard)]


def _told(view: View, pods: Mapping[str, Pod], question: Question) -> Mapping[str, Sequence[Event]]:
    """Return by node what Events say of pods that still wait; what passed proves nothing."""
    by_node: defaultdict[str, list[Event]] = defaultdict(list)
    for one in events.recent(view):
        about = one.involved_object
        pod = pods.get(f"{about.namespace}/{about.name}")
        waits = pod is not None and not pod.ready and not pod.terminal
        meant = question.pod in {None, about.name} or question.node
        if pod and waits and meant and about.kind == "Pod" and one.reason in REASONS:
            by_node[pod.spec.node_name or one.host].append(one)
    return by_node


def _words(node: Node, told: Sequence[Event], view: View) -> Iterator[Words]:
    """Yield what is said for each cause on a node: its own condition first, then Events.

    That the network is not ready yet is the node's to say: pods hear it for a while after a start.
    """
    name = node.metadata.name
    ready = node.condition("Ready")
    for cause, phrase in PHRASES.items():
        if cause == FLANNEL and nodes.without_range(node, view.all(Node)):
            continue  # it writes the file once it has the range that is missing: see pod-cidr
        saying = [one for one in told if phrase.search(one.message)]
        quotes = [_quote(one, phrase) for one in saying[-events.MOST :]]
        if (
            ready
            and ready.status == "False"
            and phrase.search(ready.message)
            and nodes.lasting(ready, view.time)
        ):
            yield Words(name, cause, (nodes.quote(node, ready), *quotes))
        elif saying and cause != UNINITIALIZED:
            yield Words(name, cause, tuple(quotes), _path(saying[-1]))


def _finding(words: Words, platform: Platform) -> Finding:
    summary = SAID[words.cause].fill(node=words.node)
    if words.cause == UNINITIALIZED and not platform.plugin:
        summary += NO_PLUGIN
    return found(
        f"Node {words.node}",
        summary,
        cause=words.cause,
        evidence=[*words.quotes, *platform.quotes],
        command=_describe(words),
    )


def _describe(words: Words) -> str:
    namespace, _, pod = words.pod.partition("/")
    if pod:
        return kubectl("describe", "pod", pod, namespace=namespace)
    return kubectl("describe", "node", words.node)


def _well(heard: Sequence[Node]) -> Finding:
    conditions = [(one, ready) for one in heard if (ready := one.condition("Ready"))]
    saying = [pair for pair in conditions if _speaks(pair[1].message)]
    summary = WELL.fill(count=len(heard))
    if saying:
        summary += STARTING
    quoted = [nodes.quote(*pair) for pair in (saying or conditions)[: nodes.MOST]]
    return clear(
        nodes.subject(heard),
        summary,
        evidence=quoted or [f"nodes with the condition Ready: 0 of {len(heard)}"],
        command=kubectl("get", "nodes", "-o", "wide"),
    )


def _speaks(message: str) -> bool:
    return any(phrase.search(message) for phrase in PHRASES.values())


def _quote(one: Event, phrase: re.Pattern[str]) -> str:
    said = phrase.search(one.message)
    return events.quote(one, said.group() if said else "")


def _path(one: Event) -> str:
    return f"{one.involved_object.namespace}/{one.involved_object.name}"


CHECK = Check(
    slug="cni-ready",
    title=Text(en="Network of the nodes", zh_tw="節點的網路狀態"),
    groups=("cni", "node", "pod"),
    proves=tuple(PHRASES),
    sees=(*PLATFORM_SEES, See(Pod), See(Event)),
    judge=judge,
    about=("node", "pod"),
)
