"""What a paste talks about: namespace, pod, service, node, user, verb, resource, host, ip, port.

Field names are those of a check's question, and `cni` and `runtime` beside them. A mention is
what was said together on one line. A wrong namespace would be a wrong answer, so what mentions
contradict each other about is left out, unless the matched line itself says it.
"""

import bisect
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from knowledge.entity_rules import FIELD_OF_KIND, RULES, Rule
from knowledge.model import Line
from knowledge.platform_rules import RULES as PLATFORM_RULES
from knowledge.presence import Presence
from knowledge.regions import Regions

_DECISIVE = ("pod", "service", "node", "namespace")
_PLACED = frozenset({"pod", "service", "container", "name"})
_RULES = (*RULES, *PLATFORM_RULES)
# fmt: off
_USUAL = frozenset({
    "_", "onnect", "od ", "od=", "od:", 'ode"', "pod=", "ervice", "ervice ", "-c", "-n", "k ",
    "kube-", "cni", "kubelet, ", "kubelet[", "kubectl", "://", "->", "plugin", "type", "calico",
    "alico", "cilium", "ilium", "flannel", "dial ", "lookup ", "amespace", "namespace", "ndpoint",
    "exec", ".svc", " cannot ", "esolve",
})
# fmt: on
"""Words that stand three times and more in 20 KB of what people paste, or in every log."""
_PRESENCE = Presence((word for rule in _RULES for word in rule.needs), _USUAL)
_PER_RULE = 50  # arbitrary; more mentions of one form add nothing but time
_HEADER = re.compile(r"^(Name|Namespace|Node|Roles|Selector|Containers|Taints|Endpoints): ?(\S*)")
_MANIFEST_KIND = re.compile(r"kind: (Pod|Service|Endpoints|Node)")
_MANIFEST_NAME = re.compile(r"(name|namespace): [\"']?([a-z0-9][a-z0-9.-]{0,252})[\"']?")
_INGRESSES = re.compile(r"(NAMESPACE )?NAME CLASS HOSTS ADDRESS PORTS AGE")
_METADATA_ENDS = re.compile(r"(?:spec|status|data|subsets|ownerReferences|managedFields|kind):|---")
_WHOLE = 150  # lines; more of them are a log, of which a part is read
_HEAD, _TAIL, _AFTER = 60, 30, 10
_ROW = 5  # words at least: name, class, hosts, ports, age
_HEADER_SPAN = 40  # lines of `kubectl describe` between Name: and what tells the kind


class Mention(msgspec.Struct, frozen=True):
    """Fields said together; `line` is the number in the paste, rank 0 the plainest statement."""

    line: int
    rank: int
    fields: Mapping[str, str]


def worth_reading(lines: Sequence[Line], met: Collection[int]) -> Sequence[Line]:
    """Return the lines that may say what a paste is about: all, or of a long log a part.

    That is its beginning and its end, where a person says it, and what is near the lines that a
    signature met, by their numbers.
    """
    if len(lines) <= _WHOLE:
        return lines
    close = {number + by for number in met for by in range(-_HEADER_SPAN, _AFTER + 1)}
    first, last = lines[_HEAD].number, lines[-_TAIL].number
    return [
        line for line in lines if line.number < first or line.number >= last or line.number in close
    ]


def mentions(lines: Sequence[Line]) -> tuple[Mention, ...]:
    """Return everything the lines name, in the order of the lines."""
    text = "\n".join(line.text for line in lines)
    starts = _starts(lines)
    found: dict[tuple[int, int], list[Mention]] = {}
    there = _PRESENCE.of(text)
    near = Regions(text)
    for rule in _RULES:
        needs = [word for word in rule.needs if word in there]
        matches = _found(rule, text, near.of(needs)) if needs else ()
        for index, one in _apply(rule, matches, lines, starts):
            found.setdefault((index, one.rank), []).append(one)
    merged = [one for key in sorted(found) for one in _merged(found[key])]
    return (*merged, *_described(lines), *_manifests(lines), *_listed(lines))


def resolve(
    said: Sequence[Mention], at: Collection[int] = (), holes: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return one value a field: from the holes, from the lines `at`, then from elsewhere.

    Within each, a plainer statement goes first, and what is disputed stays out. A mention that
    is about another pod, service or node than the chosen one gives nothing.
    """
    chosen = dict(holes or {})
    disputed: set[str] = set()
    here = [one for one in said if one.line in at]
    elsewhere = [one for one in said if one.line not in at]
    for some in (here, elsewhere):
        for rank in sorted({one.rank for one in some}):
            _settle([one for one in some if one.rank == rank], chosen, disputed)
    return {field: value for field, value in chosen.items() if value or field == "group"}


def _merged(said: list[Mention]) -> list[Mention]:
    """Return what one line says as one mention, unless it says two things about one field."""
    fields: dict[str, str] = {}
    for one in said:
        for field, value in one.fields.items():
            if fields.setdefault(field, value) != value:
                return said
    return [Mention(said[0].line, said[0].rank, fields)]


def _settle(said: list[Mention], chosen: dict[str, str], disputed: set[str]) -> None:
    values: dict[str, set[str]] = {}
    placed: dict[str, set[str]] = {}
    for one in said:
        if _agrees(one.fields, chosen):
            for field, value in one.fields.items():
                values.setdefault(field, set()).add(value)
                if "namespace" in one.fields:
                    placed.setdefault(field, set()).add(value)
    disputed |= {field for field, those in values.items() if len(those) > 1} - chosen.keys()
    for field in sorted(values.keys() - chosen.keys() - disputed):
        if "namespace" in disputed and field in _PLACED and field in placed:
            continue  # its namespace is lost, and without it the name may be another's
        chosen[field] = next(iter(values[field]))


def _agrees(fields: Mapping[str, str], chosen: Mapping[str, str]) -> bool:
    """Whether they do not contradict each other about whom and where they are about."""
    for field in _DECISIVE:
        value, other = fields.get(field), chosen.get(field)
        if value is not None and other is not None and value != other:
            return False
    return True


def _apply(
    rule: Rule, matches: Iterable[re.Match[str]], lines: Sequence[Line], starts: Sequence[int]
) -> Iterator[tuple[int, Mention]]:
    for found in islice(matches, _PER_RULE):
        fields = {key: value for key, value in found.groupdict().items() if value is not None}
        fields = rule.read(fields) if rule.read else fields
        if fields:
            index = bisect.bisect_right(starts, found.start()) - 1
            yield index, Mention(lines[index].number, rule.rank, fields)


def _found(rule: Rule, text: str, near: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for start, end in near:
        yield from rule.pattern.finditer(text, start, end)


def _starts(lines: Sequence[Line]) -> list[int]:
    """Return the offset at which each line begins in the joined text."""
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line.text) + 1
    return starts


def _described(lines: Sequence[Line]) -> Iterator[Mention]:
    """Read the headers of `kubectl describe`: a name, its namespace, and what tells the kind."""
    for index, line in enumerate(lines):
        found = _HEADER.match(line.text)
        if found and found[1] == "Name" and found[2]:
            yield from _describe(line, found[2], lines[index + 1 : index + _HEADER_SPAN])


def _describe(first: Line, name: str, rest: Sequence[Line]) -> Iterator[Mention]:
    headers: dict[str, str] = {}
    for line in rest:
        found = _HEADER.match(line.text)
        if found and found[1] == "Name":
            break
        if found:
            headers.setdefault(found[1], found[2])
    kind = _kind(headers)
    if kind:
        fields = {FIELD_OF_KIND[kind]: name}
        if headers.get("Namespace"):
            fields["namespace"] = headers["Namespace"]
        yield Mention(first.number, 1, fields)


def _kind(headers: Mapping[str, str]) -> str:
    if "Node" in headers and "Containers" in headers:
        return "pod"
    if "Selector" in headers and "Endpoints" in headers:
        return "service"
    return "node" if "Roles" in headers or "Taints" in headers else ""


def _manifests(lines: Sequence[Line]) -> Iterator[Mention]:
    """Read `kind: Pod` and the metadata behind it, unless a label is called as the fields are."""
    for index, line in enumerate(lines):
        kind = _MANIFEST_KIND.fullmatch(line.text)
        if kind is None or index + 1 == len(lines) or lines[index + 1].text != "metadata:":
            continue
        names: dict[str, set[str]] = {"name": set(), "namespace": set()}
        for row in lines[index + 2 : index + 2 + _HEADER_SPAN]:
            if _METADATA_ENDS.match(row.text):
                break
            found = _MANIFEST_NAME.fullmatch(row.text)
            if found:
                names[found[1]].add(found[2])
        if len(names["name"]) == 1 and len(names["namespace"]) < 2:  # noqa: PLR2004 one or none
            fields = {FIELD_OF_KIND[kind[1].lower()]: names["name"].pop()}
            if names["namespace"]:
                fields["namespace"] = names["namespace"].pop()
            yield Mention(line.number, 1, fields)


def _listed(lines: Sequence[Line]) -> Iterator[Mention]:
    """Read `kubectl get ingress` where it lists one: its first host."""
    for header, row, *more in zip(lines, lines[1:], (*lines[2:], None), strict=False):
        found = _INGRESSES.fullmatch(header.text)
        words = row.text.split()
        if found and len(words) >= _ROW and not _is_row_after(row, more[0]):
            at = 1 if found[1] else 0
            host = words[at + 2].partition(",")[0]
            if "." in host and "*" not in host:
                yield Mention(row.number, 2, {"host": host})


def _is_row_after(row: Line, line: Line | None) -> bool:
    """Return whether a line is the table's next row: it ends in ports and an age.

    Lines joined over a wrap stand behind all others and begin again with an earlier number.
    """
    if line is None or line.number <= row.number:
        return False
    return re.search(r" 80(?:, 443)? \d+\w+$", line.text) is not None
