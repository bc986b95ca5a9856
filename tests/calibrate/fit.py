"""A conditional logit, fitted by gradient descent (Adam) in plain Python.

The entries that are likeliest for a paste and "none of them" share one certainty. Some hundred
pastes of ten entries take seconds, so no numerical library is worth a dependency.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SCALE = (0.03, 0.3, 0.03, 0.3)
"""How large each cosine usually is, so that one step suits all."""

_ROUNDS = 400
_STEP = 0.1
_DECAY = (0.9, 0.999)
_START = (1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0)


class Example(NamedTuple):
    """One paste: the cosines of its likeliest entries, which of those are right, its weight."""

    cosines: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]
    labelled: bool
    kubernetes: bool
    trouble: bool
    weight: float


class Weights(NamedTuple):
    """What is fitted: the cosines' weights, the score of none, its rise without what is named."""

    cosines: tuple[float, ...]
    none: float
    no_kubernetes: float
    no_trouble: float


def fit(examples: Sequence[Example]) -> Weights:
    """Return the weights under which the examples' labels are likeliest; none is negative."""
    values = list(_START)
    mean, spread = [0.0] * len(values), [0.0] * len(values)
    for turn in range(1, _ROUNDS + 1):
        for at, slope in enumerate(_slopes(examples, values)):
            mean[at] = _DECAY[0] * mean[at] + (1 - _DECAY[0]) * slope
            spread[at] = _DECAY[1] * spread[at] + (1 - _DECAY[1]) * slope * slope
            step = mean[at] / (1 - _DECAY[0] ** turn)
            width = math.sqrt(spread[at] / (1 - _DECAY[1] ** turn)) + 1e-8
            values[at] = max(0.0, values[at] - _STEP * step / width)
    *cosines, none, no_kubernetes, no_trouble = values
    scaled = tuple(value / scale for value, scale in zip(cosines, SCALE, strict=True))
    return Weights(scaled, none, no_kubernetes, no_trouble)


def sure(example: Example, weights: Weights) -> list[float]:
    """Return how sure the weights are of each entry of an example."""
    values = [value * scale for value, scale in zip(weights.cosines, SCALE, strict=True)]
    return _shares(example, [*values, weights.none, weights.no_kubernetes, weights.no_trouble])[:-1]


def _slopes(examples: Sequence[Example], values: Sequence[float]) -> list[float]:
    """Return the gradient of the mean negative log likelihood."""
    slopes = [0.0] * len(values)
    for example in examples:
        shares = _shares(example, values)
        for pull, row in zip(_pulls(example, shares), _rows(example), strict=True):
            for at, value in enumerate(row):
                slopes[at] += example.weight * pull * value / len(examples)
    return slopes


def _pulls(example: Example, shares: Sequence[float]) -> Iterator[float]:
    """Yield for each entry, and for none, by how much it is too sure."""
    *entries, none = shares
    right = sum(share for share, is_right in zip(entries, example.right, strict=True) if is_right)
    if example.labelled and right == 0.0:
        yield from (0.0 for _ in shares)  # the right entry is not among them: nothing to learn
        return
    for share, is_right in zip(entries, example.right, strict=True):
        yield share - (share / right if is_right else 0.0)
    yield none - (0.0 if example.labelled else 1.0)


def _shares(example: Example, values: Sequence[float]) -> list[float]:
    """Return the certainty's shares: the entries' in their order, then that of none."""
    scores = [sum(map(float.__mul__, row, values)) for row in _rows(example)]
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    return [one / sum(odds) for one in odds]


def _rows(example: Example) -> list[list[float]]:
    """Return what each of the values is multiplied by, for each entry and for none."""
    rows = [
        [*(cosine / scale for cosine, scale in zip(row, SCALE, strict=True)), 0.0, 0.0, 0.0]
        for row in example.cosines
    ]
    missing = [float(not example.kubernetes), float(not example.trouble)]
    return [*rows, [*[0.0] * len(SCALE), 1.0, *missing]]
