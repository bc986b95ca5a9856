"""What node-problem-detector says of a node's connection tracking.

Found is its Event ConntrackFull of the last ten minutes, which it writes again as long as the table
is full, or nine tenths of it. Where it does not run, nothing tells but the node itself.

Source: kubernetes/node-problem-detector, config/network-problem-monitor.json and
config/plugin/network_problem.sh.
"""

from collections.abc import Iterator
from datetime import timedelta

from checks import events, nodes
from checks.kinds import Event, Node
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found
from checks.snapshot import View
from checks.text import Text

CAUSE = "conntrack-full"
REASON = "ConntrackFull"
FRESH = timedelta(minutes=10)

FULL = Text(
    en="node-problem-detector says that the connection tracking table of node {node} is full: new "
    "connections there are dropped.",
    zh_tw="node-problem-detector 回報節點 {node} 的連線追蹤表已滿，新的連線會被丟棄。",
)
UNTOLD = Text(
    en="No Event tells of a full connection tracking table. Without node-problem-detector only the "
    "node itself tells.",
    zh_tw="沒有 Event 提到連線追蹤表已滿。沒有 node-problem-detector 時，只有節點本身看得出來。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Listen to what is said of the node asked about, or of any."""
    meant = nodes.asked(view.all(Node), question)
    if isinstance(meant, Finding):
        yield meant
        return
    names = {one.metadata.name for one in meant}
    told = {
        one.involved_object.name: one
        for one in events.recent(view, FRESH)
        if one.reason == REASON and one.involved_object.kind == "Node"
    }
    findings = [_full(name, one) for name, one in told.items() if name in names]
    quotes = [f"Events {REASON} of the last ten minutes: {len(told)}"]
    command = kubectl("get", "events", "-A", "--field-selector", f"reason={REASON}")
    well = clear(nodes.subject(meant), UNTOLD, evidence=quotes, command=command)
    yield from nodes.limited(findings) or [well]


def _full(name: str, event: Event) -> Finding:
    return found(
        f"Node {name}",
        FULL.fill(node=name),
        cause=CAUSE,
        evidence=[events.quote(event)],
        command=kubectl("describe", "node", name),
    )


CHECK = Check(
    slug="node-problems",
    title=Text(en="Reported problems of nodes", zh_tw="節點回報的問題"),
    groups=("node",),
    proves=(CAUSE,),
    sees=(See(Node), See(Event)),
    judge=judge,
    rules_out=False,
)
