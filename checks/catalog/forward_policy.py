"""Could a FORWARD policy of DROP stop pod traffic: only a node can tell, so say what is known.

Never found and never clear: the API server knows no node's firewall. Told are the runtimes, for
Docker sets that policy when it is the one that switches forwarding on.

Source: https://docs.docker.com/engine/network/packet-filtering-firewalls/
"""

from collections.abc import Iterator

from checks.kinds import Node
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, blind, not_applicable
from checks.platform import SEES, counts, detect
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

CAUSE = "forward-policy-drop"
PROBE = "node probe (tier N1)"

# dockerd sets FORWARD to DROP when it is the one that switches forwarding on (Docker 1.13).
DOCKER = Text(
    en="The FORWARD chain shows only on a node. Docker is the runtime on {count} of {all} nodes "
    "and sets that policy to DROP: look there first ({nodes}).",
    zh_tw="FORWARD chain 只有在節點上才看得到。{all} 個節點中有 {count} 個以 Docker 為 runtime，"
    "Docker 會把該政策設為 DROP，請先檢查：{nodes}。",
)
NO_DOCKER = Text(
    en="The FORWARD chain shows only on a node. No node runs its pods by Docker; dockerd beside "
    "another runtime, firewalld or ufw can still set DROP.",
    zh_tw="FORWARD chain 只有在節點上才看得到。沒有節點以 Docker 執行 Pod，"
    "但另外安裝的 dockerd、firewalld 或 ufw 仍可能設為 DROP。",
)
NO_LINUX = Text(
    en="No node runs Linux, and iptables is Linux' own.",
    zh_tw="沒有任何節點執行 Linux，而 iptables 只存在於 Linux。",
)


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Never clear: the API server knows no node's firewall."""
    platform = detect(view)
    nodes = view.all(Node)
    if platform.systems and "linux" not in platform.systems:
        yield not_applicable(CLUSTER, NO_LINUX)
        return
    docker = [node.metadata.name for node in nodes if _runs_docker(node)]
    summary = DOCKER if docker else NO_DOCKER
    yield blind(
        CLUSTER,
        summary.fill(count=len(docker), all=len(nodes), nodes=some(docker)),
        needs=[PROBE],
        evidence=[
            f"container runtimes: {counts(platform.runtimes) or 'unknown'}",
            f"network plugin: {', '.join((platform.plugin, *platform.others)) or 'unknown'}",
            f"kube-proxy mode: {platform.proxy_mode or 'unknown'}",
        ],
        command=_show_chain(docker[0] if docker else _first(nodes)),
    )


def _show_chain(node: str) -> str:
    """Return the line that shows the chain, by a privileged pod that its user starts knowingly."""
    chain = ("chroot", "/host", "iptables", "-S", "FORWARD")
    image = "--image=busybox"
    return kubectl("debug", f"node/{node}", "-it", image, "--profile=sysadmin", "--", *chain)


def _first(nodes: tuple[Node, ...]) -> str:
    return nodes[0].metadata.name if nodes else "NODE"


def _runs_docker(node: Node) -> bool:
    return node.status.node_info.container_runtime_version.startswith("docker://")


CHECK = Check(
    slug="forward-policy",
    title=Text(en="FORWARD policy", zh_tw="FORWARD 政策"),
    groups=("node", "policy"),
    proves=(CAUSE,),
    sees=SEES,
    judge=judge,
)
