"""Who may change what everybody in a channel then lives with; asking is for everyone."""

from typing import Literal, Protocol

import msgspec

from checks.text import Text

Act = Literal["link", "watch", "teach", "resolve"]
"""What leave is asked for. How a channel is answered (its language) counts as `link`."""


class Admins(msgspec.Struct, frozen=True):
    """Who has leave: ids of users (U…, W…) and of user groups (S…). Both empty: everybody has."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anybody is named at all."""
        return bool(self.users or self.groups)


class Leave(Protocol):
    """Says who may do what."""

    async def refusal(self, user: str, act: Act) -> Text | None:
        """Return None where the user may, else why not and who may.

        The text is mrkdwn that mentions people: show it to that user alone, so that it rings
        for nobody. Raises nothing; what cannot be found out is a refusal that says so.
        """
