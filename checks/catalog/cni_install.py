"""May the network plugin's installer write its files on the nodes.

Found is a container that installs a plugin's files, failed, and says in its status or its log
that a folder under /etc/cni or /opt/cni may not be written. An installer that fails otherwise is
quoted; one that has done its work is clear.

Source: what the installers print; for the folders https://www.cni.dev/docs/spec/
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from checks.kinds import Pod
from checks.kinds.pods import ContainerStatus
from checks.kubectl import kubectl
from checks.model import (
    Check,
    Finding,
    LogRequest,
    Question,
    See,
    blind,
    clear,
    found,
    not_applicable,
)
from checks.quotes import short, state
from checks.snapshot import NotSeenError, View
from checks.subject import CLUSTER
from checks.text import Text

CAUSE = "cni-permission-denied"
MOST = 3  # logs read: the pods of a DaemonSet run one program on like nodes

# Containers that copy a plugin's files to the host: flannel, Calico, canal, Cilium, Antrea,
# kube-router, Multus, AWS. Older manifests run them beside the agent, newer ones before it.
_INSTALLER = re.compile(r"install-cni.*|install-multus-binary|aws-vpc-cni-init")
_DENIED = re.compile(
    r"permission denied|read-only file ?system|operation not permitted", re.IGNORECASE
)
_CNI_PATH = re.compile(r"(?:/etc|/opt)/cni\b")

DENIED = Text(
    en="The installer of the network plugin ({owner}) may not write its files on the node; pods "
    "of it that fail: {count}.",
    zh_tw="網路外掛的安裝程式（{owner}）無法在節點上寫入檔案，失敗的 Pod 有 {count} 個。",
)
OTHER = Text(
    en="The installer of the network plugin ({owner}) fails, but not for want of permission: "
    "{said}.",
    zh_tw="網路外掛的安裝程式（{owner}）失敗，但不是權限問題：{said}。",
)
UNREAD = Text(
    en="The installer of the network plugin ({owner}) fails, and its log cannot be read: {reason}.",
    zh_tw="網路外掛的安裝程式（{owner}）失敗，但無法讀取它的 log：{reason}。",
)
NOT_RUN = Text(
    en="The installer of the network plugin ({owner}) has not run yet: {said}.",
    zh_tw="網路外掛的安裝程式（{owner}）尚未執行：{said}。",
)
WELL = Text(
    en="Every installer of the network plugin has done its work ({count}).",
    zh_tw="網路外掛的安裝程式全部成功（{count} 個）。",
)
NONE = Text(
    en="No pod has a container that installs a network plugin's files (install-cni).",
    zh_tw="沒有任何 Pod 含有安裝網路外掛檔案的容器（install-cni）。",
)


class Installer(msgspec.Struct, frozen=True):
    """One installer container and what became of it."""

    pod: Pod
    status: ContainerStatus

    @property
    def failing(self) -> bool:
        """Whether its last run failed, or it cannot even start; one that is ready has done well."""
        if self.status.ready:
            return False
        ended = self.status.ended
        return (ended is not None and ended.exit_code != 0) or self._cannot_start

    @property
    def done(self) -> bool:
        """Whether it has done its work; an older one stays and is ready."""
        ended = self.status.state.terminated
        return self.status.ready or (ended is not None and ended.exit_code == 0)

    @property
    def _cannot_start(self) -> bool:
        waiting = self.status.state.waiting
        return waiting is not None and waiting.reason.endswith("Error")

    @property
    def request(self) -> LogRequest | None:
        """The log of its failed run, None when there was no run."""
        if self.status.ended is None:
            return None
        where = self.pod.metadata
        previous = self.status.state.terminated is None
        return LogRequest(where.namespace, where.name, self.status.name, previous=previous)

    @property
    def owner(self) -> str:
        """What made the pod, which keeps its name when the pod does not."""
        owner = self.pod.owner
        if owner is None:
            return f"Pod {self.pod.path}"
        return f"{owner.kind} {self.pod.metadata.namespace}/{owner.name}"

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"pod {self.pod.path} container {self.status.name} {state(self.status)}"


def asks(view: View, question: Question) -> Iterator[LogRequest]:
    """Ask for the logs of installers that failed, and of no other container."""
    for one in _failing(view, question)[:MOST]:
        if one.request:
            yield one.request


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Read why installers failed; one owner is one finding."""
    installers = _installers(view, question)
    failing = _failing(view, question)
    waiting = [one for one in installers if not one.done]
    if failing:
        for owner in dict.fromkeys(one.owner for one in failing[:MOST]):
            yield _why(view, owner, [one for one in failing if one.owner == owner])
    elif not installers:
        yield not_applicable(CLUSTER, NONE)
    elif waiting:
        summary = NOT_RUN.fill(owner=waiting[0].owner, said=state(waiting[0].status))
        yield not_applicable(waiting[0].owner, summary)
    else:
        done = [str(one) for one in installers[:MOST]]
        summary = WELL.fill(count=len(installers))
        yield clear(CLUSTER, summary, evidence=done, command=kubectl("get", "daemonsets", "-A"))


def _why(view: View, owner: str, failing: list[Installer]) -> Finding:
    quotes = [str(one) for one in failing[:MOST]]
    command = _logs(failing[0])
    try:
        said = [line for one in failing[:MOST] for line in _said(view, one)]
    except NotSeenError as unseen:
        summary = UNREAD.fill(owner=owner, reason=short(unseen.gap.reason))
        needs = [unseen.gap.need] if unseen.gap.need else []
        return blind(owner, summary, needs=needs, evidence=quotes, command=command)
    denied = list(dict.fromkeys(_denials(said)))
    if denied:
        summary = DENIED.fill(owner=owner, count=len(failing))
        says = (f"it says: {short(line)}" for line in denied[:MOST])
        # Behind the first pod, for a small screen shows few quotes.
        evidence = [quotes[0], *says, *quotes[1:]]
        return found(owner, summary, cause=CAUSE, evidence=evidence, command=command)
    last = short(said[-1]) if said else state(failing[0].status)
    evidence = [*quotes, f"its last words: {last}"]
    return clear(owner, OTHER.fill(owner=owner, said=last), evidence=evidence, command=command)


def _said(view: View, one: Installer) -> list[str]:
    """Return what an installer printed: its status may tell already, its log surely does."""
    status = one.status
    told = [status.state.waiting.message if status.state.waiting else ""]
    told.append(status.ended.message if status.ended else "")
    lines = [line for text in told for line in text.splitlines() if line.strip()]
    if any(_denials(lines)) or one.request is None:
        return lines
    return [*lines, *(line for line in view.log(one.request).splitlines() if line.strip())]


def _denials(lines: list[str]) -> Iterator[str]:
    """Yield the lines that say a CNI folder may not be written.

    `mv` breaks its message before the reason, so the path may stand in the line before.
    """
    for before, line in pairwise(["", *lines]):
        if _DENIED.search(line) and _CNI_PATH.search(line):
            yield line
        elif _DENIED.search(line) and _CNI_PATH.search(before):
            yield f"{before} {line}"


def _failing(view: View, question: Question) -> list[Installer]:
    return [one for one in _installers(view, question) if one.failing]


def _installers(view: View, question: Question) -> list[Installer]:
    """Return the installers of the pod asked about, of every pod when it has none."""
    every = [
        Installer(pod, status)
        for pod in view.all(Pod)
        for status in pod.statuses
        if _INSTALLER.fullmatch(status.name)
    ]
    meant = [one for one in every if one.pod.metadata.name == question.pod]
    return meant or every


def _logs(one: Installer) -> str:
    where = one.pod.metadata
    previous = ("--previous",) if one.request and one.request.previous else ()
    return kubectl("logs", where.name, "-c", one.status.name, *previous, namespace=where.namespace)


CHECK = Check(
    slug="cni-install",
    title=Text(en="Network plugin installer", zh_tw="網路外掛安裝程式"),
    groups=("cni",),
    proves=(CAUSE,),
    sees=(See(Pod),),
    asks=asks,
    reads_logs=True,
    judge=judge,
)
