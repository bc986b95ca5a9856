"""Waiting for a condition, never for a clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
PAUSE = 0.03  # short enough that nobody waits for it, long enough to leave the CPU alone


def until(condition: Callable[[], T], *, seconds: float = 15, what: str = "the condition") -> T:
    """Call until the answer is truthy and return it; after the deadline, fail and name it."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true within {seconds:g} s; last: {answer!r}")
        time.sleep(PAUSE)
    return answer
