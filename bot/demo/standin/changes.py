"""What happened in the stand-in, told to whoever waits or watches."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self, TypeVar

if TYPE_CHECKING:
    from bot.demo.standin.calls import Call
    from bot.demo.standin.link import Delivery
    from bot.demo.standin.messages import Message

T = TypeVar("T")

Kind = Literal[
    "posted",
    "edited",
    "deleted",
    "ephemeral",
    "reacted",
    "unfurled",
    "viewed",
    "joined",
    "published",
    "called",
    "delivered",
    "acked",
    "gave-up",
    "connected",
    "disconnected",
]


@dataclass(frozen=True)
class Change:
    """One thing that happened; `at` is monotonic seconds.

    `message` is set for `posted` to `unfurled`, `call` for `called`, `delivery` for `delivered`,
    `acked` and `gave-up`.
    """

    kind: Kind
    message: "Message | None" = None
    delivery: "Delivery | None" = None
    call: "Call | None" = None
    at: float = field(default_factory=time.monotonic)


class Subscription:
    """The changes from now on, in order; iterate over it, and close it when done."""

    def __init__(self, changes: "Changes") -> None:
        self._changes = changes
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()

    def put(self, change: Change | None) -> None:
        """Add a change; None ends the iteration."""
        self._queue.put_nowait(change)

    def close(self) -> None:
        """Hear no more."""
        self._changes.leave(self)
        self.put(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change


class Changes:
    """Tells every change to every subscriber and wakes whoever waits for a state."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        self._turn = asyncio.Event()

    def tell(self, change: Change) -> None:
        """Tell a change to all."""
        for subscription in self._subscriptions:
            subscription.put(change)
        self._turn.set()
        self._turn = asyncio.Event()

    def subscribe(self) -> Subscription:
        """Return the changes from now on."""
        subscription = Subscription(self)
        self._subscriptions.append(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Tell this one no more."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    async def until(self, predicate: Callable[[], T], within: float | None = None) -> T:
        """Return the first truthy answer, asked again on every change.

        Raises `TimeoutError` after `within` seconds; None waits for ever.
        """
        async with asyncio.timeout(within):
            while not (answer := predicate()):
                await self._turn.wait()
        return answer

    def close(self) -> None:
        """End every subscription."""
        for subscription in tuple(self._subscriptions):
            subscription.close()
