"""What ties a finding to a paste that names no subject: the paste repeats what proves it.

A person pastes the line, not the name: `Warning FailedCreatePodSandBox ... failed to find plugin
"bandwidth"`. A check then looks at every subject, and what it finds is a lead. It is more than
that where the paste mentions the finding's subject, or a pod that its proof quotes, or where a
run of words of the proof stands in the paste: the trouble that was pasted is the one seen. So is
what is found of a pod that such a finding blames.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from bot.core.answer import CheckResult
from checks.model import Verdict

RUN, LENGTH = 6, 30  # words in a row, and their characters: too many to agree by chance
_WORD = re.compile(r"[^\s\"'`\\…,()\[\]{}]+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_POD = re.compile(r"\bPod ([a-z0-9.-]+)/([a-z0-9.-]+[a-z0-9])|\bpod ()([a-z0-9.-]+[a-z0-9]):")
_PLAIN = re.compile(r"[a-z]+$")  # `web`, `cart`: a word that text may hold without meaning it
# What a workload adds to its name for its pods: a ReplicaSet's hash and five characters more.
_OF_WORKLOAD = re.compile(r"(-[a-z0-9]{4,10})?-[a-z0-9]{4,5}$")
_WORKLOADS = ("DaemonSet", "Deployment", "StatefulSet")


class Told:
    """The words of a paste, as they are compared with what a cluster shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def tie(self, results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
        """Return the results, those that the paste speaks of no longer mere leads."""
        read = [_tied(one) if one.lead and self._speaks_of(one) else one for one in results]
        blamed = {pod for one in read if _stands(one) for pod in _quoted(one)}
        return tuple(_tied(one) if one.lead and blamed & _quoted(one) else one for one in read)

    def _speaks_of(self, result: CheckResult) -> bool:
        finding = result.finding
        if finding.verdict is not Verdict.FOUND:
            return False
        kind, _, path = finding.subject.partition(" ")
        namespace, _, name = path.rpartition("/")
        return (
            self._mentions(namespace, name)
            or (kind in _WORKLOADS and self._mentions_pod_of(name))
            or any(self._mentions(*pod) for quote in finding.evidence for pod in _pods(quote))
            or any(not self._runs.isdisjoint(runs(quote)) for quote in finding.evidence)
        )

    def _mentions(self, namespace: str, name: str) -> bool:
        """Tell whether a name stands in the paste; one that is a word, with its namespace."""
        if not name or name not in self._names:
            return False
        return not _PLAIN.match(name) or (namespace in self._names if namespace else False)

    def _mentions_pod_of(self, workload: str) -> bool:
        return any(
            one.startswith(f"{workload}-") and _OF_WORKLOAD.match(one.removeprefix(workload))
            for one in self._names
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every word that may be a name, and the parts of `cart.shop.svc`."""
        whole = {one.group() for one in _NAME.finditer(self._text)}
        return frozenset(whole | {part for one in whole for part in one.split(".")})

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        return frozenset(run for line in self._text.splitlines() for run in runs(line))


def _tied(result: CheckResult) -> CheckResult:
    return msgspec.structs.replace(result, lead=False)


def _stands(result: CheckResult) -> bool:
    return result.finding.verdict is Verdict.FOUND and not result.lead


def _quoted(result: CheckResult) -> set[str]:
    """Return the names of the pods that a fault is about, or that its proof quotes."""
    finding = result.finding
    if finding.verdict is not Verdict.FOUND:
        return set()
    told = (f"{finding.subject} ", *finding.evidence)
    return {name for quote in told for _, name in _pods(quote)}


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield each run of words that is long enough to tell."""
    words = _WORD.findall(text)
    for start in range(len(words) - RUN + 1):
        run = tuple(words[start : start + RUN])
        if sum(map(len, run)) >= LENGTH:
            yield run


def _pods(quote: str) -> Iterator[tuple[str, str]]:
    """Yield the pods that a quote is about, as namespace and name."""
    for one in _POD.finditer(quote):
        yield one.group(1) or "", one.group(2) or one.group(4)
