import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.core.desk import Answers
from bot.core.leave import Admins
from bot.core.ports import Event
from bot.demo.standin import Delivery, Message, Options, SlackStandIn
from bot.slack.app import EVERYBODY, SlackBot
from bot.store.casebook import SqlCasebook
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.outbox import SqlOutbox
from bot.store.schema import open_database, upgrade
from bot.store.storms import SqlStorms
from tests.bot.slack.backroom import CLUSTERS, backroom
from tests.bot.slack.clockwork import Clockwork
from tests.bot.slack.desk import ScriptedDesk
from tests.fakes.clusters import FakeCluster, FakeClusters


class Ice:
    """Freezes a run at one point for good, as a power cut would; `reached` tells that it is there.

    Points, in the order they are passed: `taken`, `attempting`, `attempted`, `posted`, `edited`,
    `wanted`; "" is none.
    """

    def __init__(self, point: str = "") -> None:
        self.reached = asyncio.Event()
        self._point = point

    async def at(self, point: str) -> None:
        """Stay here if this is the point."""
        if point == self._point:
            self.reached.set()
            await asyncio.Event().wait()


class FreezingInbox(SqlInbox):
    """The real inbox, that may freeze."""

    def __init__(self, database: Database, ice: Ice) -> None:
        super().__init__(database)
        self._ice = ice

    async def take(self, event: Event) -> bool:
        """Take, then perhaps freeze."""
        taken = await super().take(event)
        await self._ice.at("taken")
        return taken

    async def done(self, event_id: str) -> None:
        """Perhaps freeze before the event is done."""
        await self._ice.at("wanted")
        await super().done(event_id)


class FreezingOutbox(SqlOutbox):
    """The real outbox, that may freeze."""

    def __init__(self, database: Database, ice: Ice) -> None:
        super().__init__(database)
        self._ice = ice

    async def attempt(self, key: str) -> None:
        """Record the attempt, between two places to freeze."""
        await self._ice.at("attempting")
        await super().attempt(key)
        await self._ice.at("attempted")

    async def sent(self, key: str, ts: str, form: int) -> None:
        """Freeze between what Slack took and the record of it, or after the record."""
        await self._ice.at("posted" if form == 1 else "edited")
        await super().sent(key, ts, form)


class Run:
    """One life of the bot."""

    def __init__(
        self, bot: SlackBot, ice: Ice, database: Database, inbox: SqlInbox, outbox: SqlOutbox
    ) -> None:
        self.bot = bot
        self.ice = ice
        self.database = database
        self.inbox = inbox
        self.outbox = outbox

    async def kill(self) -> None:
        """End it as a power cut does: whatever runs is gone, nothing is tidied up."""
        await self.bot.stop(grace=0)

    async def settle(self) -> None:
        """Return when all that was begun is answered and sent."""
        await self.bot.pipeline.drain()
        await self.bot.courier.flush()


class Office:
    """A stand-in for Slack and one database file, for as many runs of the bot as a test needs."""

    def __init__(self, slack: SlackStandIn, folder: Path, stack: AsyncExitStack) -> None:
        self.slack = slack
        self.clusters = FakeClusters(*(FakeCluster(name) for name in CLUSTERS))
        self._url = f"sqlite+aiosqlite:///{folder / 'netcheck.db'}"
        self._stack = stack

    async def start(
        self,
        desk: Answers | None = None,
        freeze: str = "",
        admins: Admins = EVERYBODY,
        connections: int = 1,
    ) -> Run:
        """Start the bot and return once it is connected; it stops with the test."""
        await upgrade(self._url)
        database = await self._stack.enter_async_context(await open_database(self._url))
        ice = Ice(freeze)
        inbox, outbox = FreezingInbox(database, ice), FreezingOutbox(database, ice)
        bot = SlackBot(
            bot_token=self.slack.options.bot_token,
            app_token=self.slack.options.app_token,
            api_url=self.slack.url,
            desk=desk or ScriptedDesk(),
            inbox=inbox,
            outbox=outbox,
            book=SqlCasebook(database),
            back=backroom(database, self.clusters),
            admins=admins,
            storms=SqlStorms(database),
            pace=Clockwork(),
            connections=connections,
            ping_seconds=0.2,
        )
        self._stack.push_async_callback(bot.stop, grace=0)
        await bot.start()
        await self.slack.until(lambda: self.slack.connections >= connections)
        return Run(bot, ice, database, inbox, outbox)

    async def reply(self, delivery: Delivery, containing: str) -> Message:
        """Wait until the bot has said something in the thread of an event; return the reply."""
        replies = await self.slack.until(
            lambda: [one for one in self.slack.replies(delivery) if containing in one.text]
        )
        return replies[0]


@pytest.fixture
def options() -> Options:
    """How Slack behaves; a test module or test may override it."""
    return Options()


@pytest.fixture
async def office(options: Options, tmp_path: Path) -> AsyncIterator[Office]:
    async with SlackStandIn(options) as slack, AsyncExitStack() as stack:
        yield Office(slack, tmp_path, stack)
