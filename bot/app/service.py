"""The bot itself, over a database, clusters and Slack."""

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING, Any

import msgspec

from bot.app.clusters import cluster_book
from bot.core.desk import Desk
from bot.core.diagnose import Doctor
from bot.core.errors import SettingError
from bot.core.ports import Clusters
from bot.settings import Settings, read_settings
from checks.registry import catalog
from knowledge.errors import FolderError
from knowledge.load import SHIPPED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.jobs.schedule import Schedule
    from bot.slack.app import SlackBot
    from bot.slack.surface import Backroom
    from bot.store.database import Database
    from bot.store.inbox import SqlInbox
    from bot.store.memory import SqlMemory
    from bot.store.turns import SqlTurns

SWEEP = 3600.0
"""Seconds between two runs of the retention job; arbitrary, what it forgets is a day old."""
TAKE_OVER = 5.0
"""Seconds between two looks for what another process, now dead, took and left undone."""
RENEW = 4.0
"""Seconds between two renewals of what this process has taken; a lease is five times that."""
LEARN = 20.0
"""Seconds between two looks for entries that another process was taught."""
RELOAD = 5.0
"""Seconds between two looks at one's own folders of entries; a look costs one `stat` a page."""
THREADS = 3
"""Threads that match and check. Python runs one at a time, so more would only delay the loop."""
TURN = 0.001
"""Seconds after which a thread must let the loop have its turn; Python's own 5 ms, several times
for each acknowledgement, made those late under load."""
log = logging.getLogger("netcheck")


class Running(msgspec.Struct, frozen=True):
    """A bot that runs, and what it remembers."""

    bot: "SlackBot"
    memory: "SqlMemory"

    async def settle(self) -> None:
        """Return when everything asked is answered and Slack has every answer's last form."""
        await self.bot.pipeline.drain()
        await self.bot.courier.flush()


def slack_manifest(*, watch: bool, http: str = "", groups: bool = False) -> dict[str, Any]:
    """Return the Slack app's manifest; a group in NETCHECK_ADMINS counts as `groups`."""
    from bot.slack.manifest import manifest

    groups = groups or bool(read_settings(os.environ).admins.groups)
    return manifest(watch=watch, http=http, groups=groups)


async def serve() -> None:
    """Run the bot until SIGINT or SIGTERM. Raises `NetcheckError` when it cannot start."""
    import bot.cluster.connect  # noqa: F401 a second to import, which no answer should wait for

    settings = read_settings(os.environ)
    book = cluster_book(settings)
    names = ", ".join(book.names()) or "none"  # a bad kubeconfig is refused before Slack is asked
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "work"))
    sys.setswitchinterval(TURN)
    try:
        async with run_bot(settings, book):
            log.info("serving clusters: %s", names)
            gc.freeze()  # what stays as long as the bot is not looked through in every collection
            await stopped.wait()
    finally:
        await book.close()


@asynccontextmanager
async def run_bot(settings: Settings, clusters: Clusters) -> "AsyncIterator[Running]":
    """Run the whole bot while the context lasts.

    The schema is brought up to date first. Raises `NetcheckError` when it cannot start.
    """
    from bot.jobs.reload import Reload, tell
    from bot.jobs.retention import KEPT_AGE, forget_finished
    from bot.jobs.schedule import Schedule
    from bot.slack.app import SlackBot
    from bot.store.casebook import SqlCasebook
    from bot.store.inbox import SqlInbox
    from bot.store.memory import SqlMemory
    from bot.store.outbox import SqlOutbox
    from bot.store.schema import open_database, upgrade
    from bot.store.storms import SqlStorms
    from bot.store.turns import SqlTurns

    reload = Reload((SHIPPED, *settings.kb))
    try:
        entries = reload.load()
    except FolderError as error:
        raise SettingError(f"NETCHECK_KB: {error}") from error
    await upgrade(settings.database_url)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(await open_database(settings.database_url))
        inbox, outbox, memory = SqlInbox(database), SqlOutbox(database), SqlMemory(database)
        book, turns, storms = SqlCasebook(database), SqlTurns(database), SqlStorms(database)
        desk = Desk(Doctor(entries, catalog()), clusters, memory)
        bot = SlackBot(
            bot_token=settings.slack_bot_token,
            app_token=settings.slack_app_token,
            api_url=settings.slack_api_url,
            desk=desk,
            inbox=inbox,
            outbox=outbox,
            book=book,
            back=_backroom(database, clusters, desk),
            turns=turns,
            storms=storms,
            connections=settings.slack_connections,
            admins=settings.admins,
        )
        schedule = Schedule()
        for store in (inbox, outbox, storms):
            forget = partial(forget_finished, store)
            schedule.every(SWEEP, f"retention {type(store).__name__}", forget)
        schedule.every(SWEEP, "retention of answers", partial(forget_finished, book, age=KEPT_AGE))
        if turns.shared:
            _share(schedule, bot, inbox, turns)
        schedule.every(LEARN, "learn", bot.followup.learn)
        if settings.kb:
            schedule.every(RELOAD, "reload", partial(reload.look, desk.take))
        stack.push_async_callback(bot.stop)
        await bot.start()
        stack.callback(schedule.stop)
        schedule.start()
        tell(entries, "loaded")
        yield Running(bot, memory)


def _share(schedule: "Schedule", bot: "SlackBot", inbox: "SqlInbox", turns: "SqlTurns") -> None:
    """Keep what this process has taken, and take over what another left, on one database."""
    schedule.every(RENEW, "renew claims", inbox.renew)
    schedule.every(RENEW, "renew turns", turns.renew)
    schedule.every(TAKE_OVER, "take over", bot.resume)


def _backroom(database: "Database", clusters: Clusters, desk: Desk) -> "Backroom":
    """Return what commands and the Home read."""
    from bot.core.health import Health
    from bot.slack.surface import Backroom
    from bot.store.archive import SqlArchive
    from bot.store.clock import utc_now
    from bot.store.languages import SqlLanguages
    from bot.store.registry import SqlRegistry

    begun = time.monotonic()
    return Backroom(
        languages=SqlLanguages(database),
        archive=SqlArchive(database),
        registry=SqlRegistry(database),
        health=Health(clusters),
        library=lambda: desk.library,
        version=metadata.version("netcheck-bot"),
        uptime=lambda: time.monotonic() - begun,
        now=utc_now,
    )
