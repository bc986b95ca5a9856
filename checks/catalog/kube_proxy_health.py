"""Does kube-proxy say that it keeps up, on the nodes that can be asked.

It answers on port 10256 of its node (at most ten are asked). 503 means that a change has waited
longer than it should to be written, or that the node is about to go: then the answer says
`nodeEligible: false`, and load balancers are told to stay away. Found is the former, and a node
where nothing listens while other nodes answer. Age is not judged: a healthy kube-proxy says now
for `lastUpdated`, whenever it last wrote. 200 tells that what it writes is not late, not that it
is right. Where none listens its address may be another (`healthzBindAddress`; k3s says
127.0.0.1), and silence may be a firewall's or a policy's.

Source: kubernetes, pkg/proxy/healthcheck/proxy_health.go, and
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from checks import dialing, nodes
from checks.barriers import FENCE_SEES, Fence
from checks.dials import HttpDial, HttpDialed, Outcome
from checks.kinds import Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, Tier, blind, clear, found, not_applicable
from checks.platform import CILIUM_CONFIG, PROXY_CONFIG, proxy_mode
from checks.quotes import short, some
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import EMPTY, Text

CAUSE = "kube-proxy-broken"
PORT = 10256
SECONDS = 2.0
LATE, OK = 503, 200

BEHIND = Text(
    en="kube-proxy on {nodes} says that it is behind (503): changes of Services have waited too "
    "long to be written there.",
    zh_tw="{nodes} 的 kube-proxy 回報落後（503）：Service 的變更等待過久，尚未寫入規則。",
)
NOT_THERE = Text(
    en="Nothing listens on port 10256 of {nodes}, where kube-proxy answers on the other nodes "
    "({others}): it does not run there.",
    zh_tw="{nodes} 的埠 10256 沒有程式在監聽，而其他節點（{others}）的 kube-proxy 會回應："
    "那裡沒有執行 kube-proxy。",
)
NOBODY = Text(
    en="Nothing listens on port 10256 of {nodes}: kube-proxy answers elsewhere "
    "(healthzBindAddress), or does not run.",
    zh_tw="{nodes} 的埠 10256 沒有程式在監聽：kube-proxy 在別的位址回應（healthzBindAddress），"
    "或沒有執行。",
)
SILENT = Text(
    en="Port 10256 of {nodes} does not answer as kube-proxy does ({outcomes}): a policy or a "
    "firewall may be why, or the node.",
    zh_tw="{nodes} 的埠 10256 沒有像 kube-proxy 那樣回應（{outcomes}）："
    "可能是政策、防火牆或節點所致。",
)
WELL = Text(
    en="kube-proxy keeps up on {count} nodes.",
    zh_tw="{count} 個節點的 kube-proxy 都跟得上變更。",
)
LEAVING = Text(
    en=" About to be removed, and so out of load balancing: {nodes}.",
    zh_tw="即將移除、已退出負載平衡的節點：{nodes}。",
)
REPLACED = Text(
    en="Cilium does kube-proxy's work here (kube-proxy-replacement).",
    zh_tw="這裡由 Cilium 取代 kube-proxy（kube-proxy-replacement）。",
)
NO_ADDRESS = Text(
    en="None of the nodes has an InternalIP to dial.",
    zh_tw="沒有節點具備可連線測試的 InternalIP。",
)


class Health(msgspec.Struct, frozen=True, rename="camel"):
    """What kube-proxy answers; before 1.28 it says nothing of the node."""

    node_eligible: bool = True


class Answers(msgspec.Struct, frozen=True):
    """What each node's port came to."""

    dials: Mapping[str, HttpDial]
    results: Mapping[HttpDial, HttpDialed]

    def with_outcome(self, *outcomes: Outcome) -> list[str]:
        """Return the nodes whose dial came to this."""
        return [one for one, got in self._made() if got.outcome in outcomes]

    def with_status(self, status: int, *, eligible: bool = True) -> list[str]:
        """Return the nodes that answered with this status."""
        answered = [(one, got) for one, got in self._made() if got.outcome is Outcome.ANSWERED]
        return [one for one, got in answered if got.status == status and _eligible(got) is eligible]

    @property
    def others(self) -> list[str]:
        """The nodes that answered neither as kube-proxy does nor with a refusal."""
        known = {
            *self.with_status(OK),
            *self.with_status(LATE),
            *self.with_status(LATE, eligible=False),
            *self.with_outcome(Outcome.REFUSED),
        }
        return [one for one, _ in self._made() if one not in known]

    def quotes(self, names: Sequence[str]) -> list[str]:
        """Quote what these nodes came to."""
        return [
            self._quote(name) for name in names[: nodes.MOST] if self.dials[name] in self.results
        ]

    def _quote(self, name: str) -> str:
        dial = self.dials[name]
        result = self.results[dial]
        said = short(" ".join(result.lines))
        told = dialing.quote(dial.where, result, name)
        return f"{told}: {said}" if said else told

    def _made(self) -> Iterator[tuple[str, HttpDialed]]:
        for name, dial in self.dials.items():
            if dial in self.results:
                yield name, self.results[dial]


def asks(view: View, question: Question) -> Iterator[HttpDial]:
    """Ask each node's kube-proxy."""
    meant = _meant(view, question)
    if not isinstance(meant, Finding):
        yield from _dials(meant[: dialing.MOST]).values()


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the node asked about, that of the pod asked about, or all."""
    meant = _meant(view, question)
    if isinstance(meant, Finding):
        yield meant
        return
    dials = _dials(meant[: dialing.MOST])
    answers = Answers(dials, dialing.made(dials.values(), view.dial))
    findings = list(_faults(view, answers)) or [_well(meant, answers)]
    left = len(meant) - len(answers.results)
    if left:
        findings[-1] = findings[-1].adding(dialing.CAPPED.fill(count=left))
    yield from findings


def _faults(view: View, answers: Answers) -> Iterator[Finding]:
    doubts = _doubts(view, answers)
    late, well = answers.with_status(LATE), answers.with_status(OK)
    gone = [one for one in answers.with_outcome(Outcome.REFUSED) if one not in doubts]
    if late:
        yield _found(BEHIND.fill(nodes=some(late)), answers, late)
    if gone and (well or late):
        told = NOT_THERE.fill(nodes=some(gone), others=some([*well, *late], 3))
        yield _found(told, answers, gone)
    elif gone:
        yield _open(NOBODY.fill(nodes=some(gone)), answers, gone)
    silent = [*answers.others, *(one for one in doubts if one not in answers.others)]
    if silent:
        said = [str(answers.results[answers.dials[one]].outcome) for one in silent]
        told = SILENT.fill(nodes=some(silent), outcomes=", ".join(dict.fromkeys(said)))
        told += next(iter(doubts.values()), EMPTY)
        yield _open(told, answers, silent)


def _doubts(view: View, answers: Answers) -> dict[str, Text]:
    """Return the nodes that did not answer and that a policy may keep the bot from, and which."""
    fence = Fence(view)
    failed = [*answers.with_outcome(Outcome.REFUSED), *answers.with_outcome(Outcome.TIMED_OUT)]
    told = {one: fence.doubt_at(answers.dials[one].host, PORT) for one in failed}
    return {one: text for one, text in told.items() if text.en}


def _found(told: Text, answers: Answers, names: Sequence[str]) -> Finding:
    quotes = [*answers.quotes(names), *answers.quotes(answers.with_status(OK))[:1]]
    return found(_about(names), told, cause=CAUSE, evidence=quotes, command=_show())


def _open(told: Text, answers: Answers, names: Sequence[str]) -> Finding:
    quotes = answers.quotes(names)
    return blind(_about(names), told, needs=(), evidence=quotes, command=_show())


def _about(names: Sequence[str]) -> str:
    return f"Node {names[0]}" if len(names) == 1 else CLUSTER


def _well(meant: Sequence[Node], answers: Answers) -> Finding:
    well = answers.with_status(OK)
    told = WELL.fill(count=len(well))
    leaving = answers.with_status(LATE, eligible=False)
    if leaving:
        told += LEAVING.fill(nodes=some(leaving))
    quotes = answers.quotes([*leaving, *well])
    return clear(nodes.subject(meant), told, evidence=quotes, command=_show())


def _meant(view: View, question: Question) -> Sequence[Node] | Finding:
    """Return the nodes to ask, the answer when there are none or none is kube-proxy's."""
    if proxy_mode(view) == "none":
        return not_applicable(CLUSTER, REPLACED)
    meant = nodes.asked(view.all(Node), question, view.all(Pod))
    if isinstance(meant, Finding):
        return meant
    with_address = [one for one in meant if one.internal_ip]
    return with_address or not_applicable(nodes.subject(meant), NO_ADDRESS)


def _dials(meant: Sequence[Node]) -> dict[str, HttpDial]:
    return {
        one.metadata.name: HttpDial(
            host=one.internal_ip, port=PORT, path="/healthz", seconds=SECONDS, tries=2
        )
        for one in meant
    }


def _eligible(result: HttpDialed) -> bool:
    try:
        return msgspec.json.decode(" ".join(result.lines), type=Health).node_eligible
    except msgspec.MsgspecError:
        return True


def _show() -> str:
    return kubectl("get", "pods", "-l", "k8s-app=kube-proxy", "-o", "wide", namespace="kube-system")


CHECK = Check(
    slug="kube-proxy-health",
    title=Text(en="Health of kube-proxy", zh_tw="kube-proxy 健康狀態"),
    groups=("node",),
    proves=(CAUSE,),
    sees=(See(Node), PROXY_CONFIG, CILIUM_CONFIG, *FENCE_SEES),
    asks=asks,
    dials=True,
    judge=judge,
    about=("node", "pod"),
    rules_out=False,
    tier=Tier.D,
)
