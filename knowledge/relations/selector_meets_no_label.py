"""The selector of a Service is met by none of the Pods that are shown, though by a near one.

Sources: kubectl prints SELECTOR with `get service -o wide` and LABELS with `--show-labels`, pairs
joined by commas.
"""

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from knowledge.facts import Facts
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_PAIR = r"[A-Za-z0-9][\w./-]{0,120}=[\w.-]{1,63}"
_SELECTOR = re.compile(
    rf"^(?:service )?selectors?:? ?(?:is )?({_PAIR}(?:, ?{_PAIR}){{0,10}})$", re.IGNORECASE
)
_LABELS = re.compile(rf"(?: |^)(?:labels: )?((?:{_PAIR},){{0,20}}{_PAIR})$", re.IGNORECASE)
_POD_ROW = re.compile(r" \d+/\d+ [A-Z]\w+ ")
_KIND = re.compile(r"^kind: ?(\w+)$")
_KEY_VALUE = re.compile(r"^([A-Za-z0-9][\w./-]{0,120}): ?\"?'?([\w.-]{1,63})\"?'?$")
_OWN = frozenset({"pod-template-hash", "controller-revision-hash", "pod-template-generation"})
_CONTROLLERS = frozenset({"Deployment", "Pod", "StatefulSet", "DaemonSet", "ReplicaSet"})
_NEAR = 60  # of 100; "web" and "web-app"
_FIELDS = frozenset(
    {"type", "ports", "clusterIP", "sessionAffinity", "containers", "spec", "name", "template"}
    | {"matchLabels", "labels", "port", "namespace", "annotations", "metadata", "replicas"}
)

Labels = dict[str, str]


def find(facts: Facts) -> Proof | None:
    """Return the selector and the labels that are nearest to it, where none meets it."""
    selectors = list(_selectors(facts))
    labels = list(_labels(facts))
    for wanted, line in selectors:
        if labels and not any(wanted.items() <= one.items() for one, _ in labels):
            near = [at for one, at in labels if _is_near(wanted, one)]
            if near and near[0].number != line.number:
                return proof(line, near[0])
    return None


def _is_near(wanted: Labels, one: Labels) -> bool:
    """Whether a label has the wanted key with another value, or the wanted value under another."""
    for key, value in one.items():
        if key in _OWN:
            continue
        if key in wanted and wanted[key] != value:
            return True
        if value in wanted.values() and key not in wanted:
            return True
    return any(fuzz.ratio(a, b) >= _NEAR for a in wanted.values() for b in one.values() if a != b)


def _pairs(text: str) -> Labels:
    pairs = (one.strip().partition("=") for one in text.split(","))
    return {key: value for key, equals, value in pairs if equals}


def _selectors(facts: Facts) -> Iterator[tuple[Labels, Line]]:
    for line in facts.lines:
        found = _SELECTOR.match(line.text)
        if found:
            yield _pairs(found[1]), line
    for service in facts.services:
        if "=" in service.selector:
            yield _pairs(service.selector), service.line
    yield from _blocks(facts, {"Service"}, "selector")


def _labels(facts: Facts) -> Iterator[tuple[Labels, Line]]:
    """Yield the labels of Pods: of the rows of a table, of `describe`, of a template in YAML."""
    for stream in facts.streams:
        described = False
        for line in stream:
            found = _LABELS.search(line.text)
            if found and (
                _POD_ROW.search(line.text) or line.text.startswith("Labels:") or described
            ):
                yield _pairs(found[1]), line
            described = bool(found) and (described or line.text.startswith("Labels:"))
    yield from _blocks(facts, _CONTROLLERS, "labels")


def _blocks(
    facts: Facts, kinds: set[str] | frozenset[str], key: str
) -> Iterator[tuple[Labels, Line]]:
    """Yield the maps under a key in YAML of these kinds; a controller's are its template's."""
    kind, templated, wanted = "", False, None
    pairs: Labels = {}
    for line in facts.lines:
        named = _KIND.match(line.text)
        pair = _KEY_VALUE.match(line.text)
        inside = wanted is not None and pair is not None and pair[1] not in _FIELDS
        if inside and pair is not None:
            pairs[pair[1]] = pair[2]
            continue
        if wanted is not None and pairs:
            yield pairs, wanted
        wanted, pairs = None, {}
        kind, templated = (named[1], False) if named else (kind, templated)
        templated = templated or line.text == "template:" or kind == "Pod"
        if line.text == f"{key}:" and kind in kinds and (templated or kind == "Service"):
            wanted = line
    if wanted is not None and pairs:
        yield pairs, wanted


RELATION = Relation(
    slug="selector-meets-no-label",
    says="the Service's selector is met by the labels of none of the Pods shown",
    words=(frozenset({"selector", "selectors"}), frozenset({"labels", "hash", "running", "label"})),
    find=find,
)
