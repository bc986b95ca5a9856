"""Quantities such as `170Mi`, as the API writes them (apimachinery pkg/api/resource)."""

import re

_QUANTITY = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([EPTGMk]i?|Ki|m|e[+-]?\d+)?")
_POWERS = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}


def amount(text: str | int) -> float | None:
    """Return the plain number, bytes where it is memory; None when it is no quantity."""
    parts = _QUANTITY.fullmatch(str(text).strip())
    if parts is None:
        return None
    number, unit = float(parts[1]), parts[2] or ""
    if unit == "m":
        return number / 1000
    if unit.startswith("e"):
        return number * 10.0 ** int(unit[1:])
    base = 1024 if unit.endswith("i") else 1000
    return float(number * base ** _POWERS[unit.removesuffix("i")])
