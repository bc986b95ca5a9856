"""Lines of the Prometheus text format, as far as sums over labels are wanted of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import isfinite

_LINE = re.compile(r"^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """Values by name and labels; what cannot be read is left out."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._values: defaultdict[str, list[tuple[Mapping[str, str], float]]] = defaultdict(list)
        for line in lines:
            one = _LINE.match(line)
            value = _number(one[3]) if one else None
            if one and value is not None:
                self._values[one[1]].append((dict(_LABEL.findall(one[2] or "")), value))

    def total(self, *names: str, **labels: str) -> float | None:
        """Return the sum over the first of these names that is there, None when none is.

        Only values with all of these labels count; a name without such a value sums up to 0.
        """
        for name in names:
            if name in self._values:
                return sum(
                    value for has, value in self._values[name] if labels.items() <= has.items()
                )
        return None

    def by(self, label: str, *names: str) -> dict[str, float]:
        """Return the sums by one label, over the first of these names that is there."""
        sums: defaultdict[str, float] = defaultdict(float)
        for has, value in next((self._values[name] for name in names if name in self._values), []):
            sums[has.get(label, "")] += value
        return dict(sums)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
