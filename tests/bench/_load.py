"""Load for a bot: mentions in many channels and threads, some twice, while Slack misbehaves."""

import asyncio
import random
import time
from collections.abc import Coroutine, Iterable
from typing import Any

import msgspec

from bot.demo.standin import (
    ANA,
    BEN,
    BOT_USER,
    Channel,
    Delivery,
    How,
    Options,
    SlackStandIn,
    StandInError,
    User,
    Workspace,
)
from tests.bench._bots import Bots

ACK_SECONDS = 3.0
RETRIES = (0.0, 60.0, 300.0)
HASTE = 30.0
"""Slack's second and third try come so many times sooner, that a run of minutes sees them."""

SPREAD = 2.0
"""Seconds; each comes again some time after it was missed, so they do not come all at once."""

HOWS: tuple[How, ...] = ("500", "drop", "after", "no-json")
METHODS = ("chat.postMessage", "chat.postMessage", "chat.update", "conversations.replies")


class Paste(msgspec.Struct, frozen=True):
    """What is pasted, and what only the final form of its answer says."""

    text: str
    final: str


PASTES = (
    Paste(
        'Error from server: no endpoints available for service "cart" in namespace "shop"',
        "Confirmed",
    ),
    Paste(
        "lookup cart.shop.svc.cluster.local on 10.96.0.10:53: i/o timeout", "Names do not resolve"
    ),
    Paste("Last State: Terminated, Reason: OOMKilled, Exit Code: 137", "ran out of memory"),
    Paste("anybody up for lunch at twelve?", "I do not know this error"),
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much, how long, and what goes wrong; times in seconds, shares from 0 to 1.

    `kill_every` is between two SIGKILLs, of one bot each, in turn; `drop_every` between two losses
    of every socket; `fault_every` between two orders of a 429 or a failure.
    """

    rate: float = 50.0
    seconds: float = 120.0
    channels: int = 300
    duplicates: float = 0.2
    kill_every: float = 10.0
    drop_every: float = 7.0
    fault_every: float = 0.5
    seed: int = 1


class Sent(msgspec.Struct, frozen=True):
    """A mention on its way, and the paste in it."""

    delivery: Delivery
    paste: Paste


def stand_in(plan: Plan, haste: float = HASTE) -> SlackStandIn:
    """Return a Slack with the plan's channels, which holds each to one message a second."""
    options = Options(
        one_per_second=True,
        ack_seconds=ACK_SECONDS,
        retry_seconds=tuple(wait / haste for wait in RETRIES),
        spread_seconds=SPREAD,
    )
    members = {ANA, BEN, BOT_USER}
    channels = [Channel(place(at), f"c{at}", set(members)) for at in range(plan.channels)]
    return SlackStandIn(options, Workspace((User(ANA, "ana"), User(BEN, "ben")), tuple(channels)))


def place(number: int) -> str:
    """Return a channel's id."""
    return f"C{number:04d}"


class Load:
    """Plays a plan against bots; `sent` is what has to be answered."""

    def __init__(self, plan: Plan, slack: SlackStandIn, bots: Bots) -> None:
        self.plan = plan
        self.sent: list[Sent] = []
        self.doubles = 0
        self._slack = slack
        self._bots = bots
        self._chance = random.Random(plan.seed)
        self._roots: dict[str, str] = {}
        self._late: set[asyncio.Task[None]] = set()

    async def play(self) -> float:
        """Send everything and return how many events a second that were."""
        began = time.monotonic()
        disturbers = [asyncio.create_task(one) for one in self._disturbances()]
        try:
            for number in range(int(self.plan.rate * self.plan.seconds)):
                await asyncio.sleep(began + number / self.plan.rate - time.monotonic())
                await self._one()
            seconds = time.monotonic() - began
        finally:
            for task in disturbers:
                task.cancel()
            await asyncio.gather(*disturbers, return_exceptions=True)
        await asyncio.gather(*self._late)
        return (len(self.sent) + self.doubles) / seconds

    async def _one(self) -> None:
        """Send a paste, or one of the last again."""
        if self.sent and self._chance.random() < self.plan.duplicates:
            self.doubles += 1
            self._later(self._again(self._chance.choice(self.sent[-200:]).delivery))
            return
        number = len(self.sent)
        channel = place(number % self.plan.channels)
        paste = self._chance.choice(PASTES)
        thread = self._roots.get(channel) if self._chance.random() < 0.5 else None
        text = f"{paste.text}\n(request {number})"
        user = self._chance.choice((ANA, BEN))
        delivery = await self._slack.mention(channel, user, text, thread_ts=thread)
        if thread is None and delivery.message is not None:
            self._roots[channel] = delivery.message.ts
        self.sent.append(Sent(delivery, paste))

    async def _again(self, delivery: Delivery) -> None:
        """Deliver an event once more, as soon as there is a socket for it."""
        await asyncio.sleep(self._chance.random() * 3)
        while True:
            await self._slack.opened()
            try:
                await self._slack.redeliver(delivery)
            except StandInError:
                continue
            return

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _disturbances(self) -> Iterable[Coroutine[Any, Any, None]]:
        yield self._kill()
        yield self._drop()
        yield self._fault()

    async def _kill(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(self.plan.kill_every)
            await asyncio.shield(self._bots.kill(turn))  # or the last one would not come back
            turn += 1

    async def _drop(self) -> None:
        """Lose every socket without a word, or have them all replaced."""
        while True:
            await asyncio.sleep(self.plan.drop_every)
            self._slack.cut()
            await asyncio.sleep(self.plan.drop_every)
            await self._slack.disconnect("warning")

    async def _fault(self) -> None:
        """Order 429s and failures for the calls to come."""
        while True:
            await asyncio.sleep(self.plan.fault_every)
            method = self._chance.choice(METHODS)
            if self._chance.random() < 0.5:
                self._slack.limit(method, times=2, retry_after=self._chance.randint(1, 3))
            else:
                self._slack.fail(method, how=self._chance.choice(HOWS))
