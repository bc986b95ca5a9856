"""Which pods a selector chooses, and which it nearly chooses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

import msgspec

from checks.kinds import Pod

# Below this a label is another word, not a slip: cart/crat 0.75, web/api 0.
ALIKE = 0.6
# Labels a controller adds to tell its own pods apart: no Service means them.
_GENERATED = frozenset(
    {
        "pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
    }
)


class PodIndex:
    """Pods by namespace and label, so that a thousand selectors cost no thousand scans."""

    def __init__(self, pods: Iterable[Pod]) -> None:
        self._by_label: defaultdict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        self._by_namespace: defaultdict[str, list[Pod]] = defaultdict(list)
        for pod in pods:
            namespace = pod.metadata.namespace
            self._by_namespace[namespace].append(pod)
            for key, value in pod.labels.items():
                self._by_label[namespace, key, value].append(pod)

    def inside(self, namespace: str) -> list[Pod]:
        """Return a namespace's pods."""
        return self._by_namespace.get(namespace, [])

    def chosen(self, namespace: str, selector: Mapping[str, str]) -> tuple[Pod, ...]:
        """Return the pods that carry every label of the selector; an empty one chooses none."""
        groups = [self._by_label.get((namespace, *pair), []) for pair in selector.items()]
        if not groups:
            return ()
        fewest = min(groups, key=len)
        return tuple(pod for pod in fewest if pod.labels.items() >= selector.items())


class Slip(msgspec.Struct, frozen=True):
    """One label of a selector that pods carry differently.

    `key` and `value` are what they carry instead; `key` is None when they carry nothing like it.
    """

    wanted_key: str
    wanted: str
    key: str | None
    value: str
    likeness: float

    def __str__(self) -> str:
        """Say what differs, as a quote."""
        if self.key is None:
            return f"selector has {self.wanted_key}={self.wanted}, the pods have no such label"
        return (
            f"selector has {self.wanted_key}={self.wanted}, the pods have {self.key}={self.value}"
        )


class NearMiss(msgspec.Struct, frozen=True):
    """Pods that a selector misses by these slips."""

    pods: tuple[Pod, ...]
    slips: tuple[Slip, ...]

    @property
    def sure(self) -> bool:
        """Whether every slip looks like one: the same word misspelt, or under another key."""
        return all(slip.likeness >= ALIKE for slip in self.slips)

    def repair(self) -> dict[str, str | None]:
        """Return the selector's change that chooses these pods; None removes a key."""
        change: dict[str, str | None] = {
            slip.wanted_key: None for slip in self.slips if slip.key != slip.wanted_key
        }
        return change | {slip.key: slip.value for slip in self.slips if slip.key}


def near_miss(selector: Mapping[str, str], pods: Iterable[Pod]) -> NearMiss | None:
    """Return the pods whose labels differ least from a selector, None when none come near.

    Near means that a label agrees, or that each one that does not is a likely slip.
    """
    alike: defaultdict[frozenset[tuple[str, str]], list[Pod]] = defaultdict(list)
    for pod in pods:
        if not pod.terminal:
            alike[_telling(pod)].append(pod)
    misses = [
        NearMiss(tuple(group), _slips(selector, dict(carried))) for carried, group in alike.items()
    ]
    near = [miss for miss in misses if miss.sure or len(miss.slips) < len(selector)]
    return min(near, key=_distance, default=None)


def _telling(pod: Pod) -> frozenset[tuple[str, str]]:
    return frozenset(pair for pair in pod.labels.items() if pair[0] not in _GENERATED)


def _distance(miss: NearMiss) -> tuple[float, int, str]:
    lost = sum(1 - slip.likeness for slip in miss.slips)
    return (round(lost, 3), len(miss.slips), min(pod.metadata.name for pod in miss.pods))


def _slips(selector: Mapping[str, str], carried: Mapping[str, str]) -> tuple[Slip, ...]:
    return tuple(
        _slip(key, value, carried)
        for key, value in sorted(selector.items())
        if carried.get(key) != value
    )


def _slip(key: str, value: str, carried: Mapping[str, str]) -> Slip:
    if key in carried:
        return Slip(key, value, key, carried[key], likeness(value, carried[key]))
    others = [
        Slip(key, value, other, held, likeness(value, held))
        for other, held in sorted(carried.items())
        if held == value or likeness(key, other) >= ALIKE
    ]
    best = max(others, key=lambda slip: slip.likeness, default=None)
    return best if best and best.likeness >= ALIKE else Slip(key, value, None, "", 0.0)


@lru_cache(maxsize=100_000)  # the same few words are compared for every pod
def likeness(one: str, other: str) -> float:
    """Return how alike two words are, from 0 to 1, letter case aside."""
    return SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()
