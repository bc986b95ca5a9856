"""Which modals each person has before them, one on top of another.

docs.slack.dev/surfaces/modals: opening a modal takes the place of an earlier one, at most three
lie on each other, and closing or submitting the topmost shows the one below.
"""

from collections import defaultdict


class Screens:
    """The ids of the views before each person, the topmost last."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[str]] = defaultdict(list)

    def open(self, user: str, view: str) -> None:
        """Show a view and nothing below it."""
        self._stacks[user] = [view]

    def push(self, user: str, view: str) -> None:
        """Show a view on top of the others."""
        self._stacks[user].append(view)

    def close(self, user: str, view: str) -> None:
        """Take away a view and what lies on it; another stays as it is."""
        stack = self._stacks[user]
        if view in stack:
            del stack[stack.index(view) :]

    def clear(self, user: str) -> None:
        """Take every view away."""
        self._stacks[user].clear()

    def top(self, user: str) -> str:
        """Return the topmost view, "" when there is none."""
        return next(iter(self._stacks[user][-1:]), "")

    def depth(self, user: str) -> int:
        """Return how many views lie on each other."""
        return len(self._stacks[user])
