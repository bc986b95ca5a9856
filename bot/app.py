"""The composition root: the only place that builds the parts and joins them.

Parts are imported where they are built, so that a command pays only for what it runs.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from bot.core.desk import Desk
from bot.core.diagnose import Doctor
from bot.core.errors import ClusterUnknownError, NetcheckError, SettingError
from bot.core.ports import Cluster, Clusters, Dialer, Dials
from bot.settings import Settings, read_settings
from checks.registry import catalog
from checks.snapshot import Snapshot
from knowledge.errors import FolderError
from knowledge.load import SHIPPED, Library, load_library

if TYPE_CHECKING:
    from bot.cluster.book import ClusterBook
    from bot.core.archive import Digest
    from bot.core.incident import IncidentDetail, IncidentRow
    from bot.core.rights import Rights
    from bot.demo.play import Say
    from bot.demo.standin import Options, SlackStandIn
    from bot.slack.app import SlackBot
    from bot.slack.surface import Backroom
    from bot.store.database import Database
    from bot.store.memory import SqlMemory
    from knowledge.evaluate import Evaluation
    from knowledge.examine import Report
    from knowledge.export import Export, ExportedEntry
    from knowledge.importer import Import
    from knowledge.model import Entry, Lang

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
IN_CLUSTER_TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
log = logging.getLogger("netcheck")


class Choice(msgspec.Struct, frozen=True):
    """Which cluster the command line names: a context, a kubeconfig or a snapshot file.

    `dials` goes before NETCHECK_DIALS.
    """

    context: str | None = None
    kubeconfig: Path | None = None
    snapshot: Path | None = None
    dials: Dials | None = None


class Running(msgspec.Struct, frozen=True):
    """A bot that runs, and what it remembers."""

    bot: "SlackBot"
    memory: "SqlMemory"

    async def settle(self) -> None:
        """Return when everything asked is answered and Slack has every answer's last form."""
        await self.bot.pipeline.drain()
        await self.bot.courier.flush()


class UnknownEntryError(NetcheckError):
    """No entry by that slug."""


@cache
def library(own: tuple[Path, ...] = ()) -> Library:
    """Return the shipped entries with those of one's own folders. Raises `KnowledgeError`."""
    return load_library(SHIPPED, *own)


def build_doctor(own: tuple[Path, ...] = ()) -> Doctor:
    """Return the doctor over these entries and the checks. Raises `KnowledgeError`."""
    return Doctor(library(own), catalog())


@asynccontextmanager
async def open_cluster(choice: Choice) -> AsyncIterator[Cluster]:
    """Open the cluster a command names, and close it. Raises `ClusterError`, `SettingError`."""
    from bot.cluster.saved import SavedCluster

    if choice.snapshot is not None:
        if choice.context or choice.kubeconfig:
            raise ClusterUnknownError(
                "--snapshot names a file, --context and --kubeconfig a live cluster: give one"
            )
        yield SavedCluster(choice.snapshot)
        return
    settings = read_settings(os.environ)
    settings = msgspec.structs.replace(
        settings,
        kubeconfig=choice.kubeconfig or settings.kubeconfig,
        snapshots={},
        dials=choice.dials or settings.dials,
    )
    book = _book(settings)
    try:
        yield await book.open(choice.context or book.default())
    finally:
        await book.close()


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot file. Raises `SnapshotRefusedError`."""
    from bot.cluster.saved import save

    save(snapshot, path)


def rbac_manifest(tier: str) -> str:
    """Return the ClusterRole the checks of a tier need, as YAML."""
    from checks.rbac import manifest

    return yaml.safe_dump(manifest(tier), sort_keys=False)


async def ask_rights(choice: Choice, namespace: str, tier: str) -> "Rights":
    """Ask a live cluster what the bot may do there. Raises `ClusterError`, `SettingError`."""
    from bot.cluster.reader import LiveCluster
    from bot.core import rights
    from checks.rbac import within

    async with open_cluster(choice) as cluster:
        if not isinstance(cluster, LiveCluster):
            raise ClusterUnknownError(
                f"{cluster.name} is a file and grants no rights: name a live cluster by "
                "`--context NAME` or `--kubeconfig FILE`"
            )
        return await rights.ask_rights(cluster, within(tier), namespace)


def find_entry(slug: str, entries: "Mapping[str, Entry]") -> "Entry":
    """Return an entry. Raises `UnknownEntryError` with the nearest slug."""
    if slug not in entries:
        near = get_close_matches(slug, entries, n=1)
        hint = f"did you mean {near[0]}?" if near else "see `netcheck kb list`"
        raise UnknownEntryError(f"no entry is called {slug!r}: {hint}")
    return entries[slug]


def examine(folder: Path | None, own: tuple[Path, ...]) -> "Report":
    """Hold a folder's entries to the contract, beside the shipped ones and those of one's own.

    Without a folder it is one's own that are examined, or else the shipped ones.
    """
    from knowledge.examine import examine

    tested = (folder,) if folder else own
    return examine((SHIPPED, *own, *tested), tested or (SHIPPED,), frozenset(catalog()))


def evaluate(file: Path, own: tuple[Path, ...]) -> "Evaluation":
    """Measure matching on a file of labelled pastes."""
    from knowledge import evaluate as measure

    return measure.evaluate(library(own), measure.read_labelled(file))


def export(library: Library) -> "Export":
    """Return the whole knowledge base as one document. Raises `KnowledgeError`."""
    from knowledge import export as documents

    return documents.export(library)


def export_entry(library: Library, slug: str) -> "ExportedEntry":
    """Return one entry as that document has it. Raises `KnowledgeError`."""
    from knowledge import export as documents

    return documents.export_entry(library, slug)


def import_handbook(file: Path, lang: "Lang | None") -> "Import":
    """Make drafts of a handbook, beside the shipped entries. Raises `HandbookError`."""
    from knowledge import importer

    text = importer.read_handbook(file)
    today = datetime.now(UTC).date().isoformat()
    return importer.import_handbook(text, file.name, today, lang, library())


def slack_manifest(*, watch: bool, http: str = "", groups: bool = False) -> dict[str, Any]:
    """Return the Slack app's manifest; a group in NETCHECK_ADMINS counts as `groups`."""
    from bot.slack.manifest import manifest

    groups = groups or bool(read_settings(os.environ).admins.groups)
    return manifest(watch=watch, http=http, groups=groups)


async def upgrade_database() -> str:
    """Bring the configured database to this version's schema and say what was done."""
    from bot.store.schema import upgrade

    before, after = await upgrade(read_settings(os.environ).database_url)
    if before.at == after.at:
        return f"already at {after.at}"
    return f"{before.at or 'empty'} -> {after.at}"


async def current_revision() -> str:
    """Return the database's revision and this version's."""
    from bot.store.schema import current

    revision = await current(read_settings(os.environ).database_url)
    newest = "the newest" if revision.current else f"the newest is {revision.newest}"
    return f"{revision.at or 'empty'} ({newest})"


async def check_database() -> str:
    """Say that schema and models agree. Raises `NetcheckError` naming how they differ."""
    from bot.store.schema import check

    differences = await check(read_settings(os.environ).database_url)
    if differences:
        raise NetcheckError(f"the schema differs from the models: {'; '.join(differences)}")
    return "the schema is the newest, and as the models want it"


async def list_incidents(limit: int) -> "tuple[IncidentRow, ...]":
    """Return the incidents last seen first."""
    async with _memory() as memory:
        return await memory.list_incidents(limit)


async def show_incident(number: int) -> "IncidentDetail":
    """Return one incident. Raises `NetcheckError` when there is none by that number."""
    async with _memory() as memory:
        detail = await memory.show(number)
    if detail is None:
        raise NetcheckError(f"there is no incident #{number}: see `netcheck incidents list`")
    return detail


async def taught_files() -> "Mapping[str, str]":
    """Return the files of the entries taught in Slack, by name."""
    from bot.store.casebook import SqlCasebook
    from bot.store.schema import open_database

    async with await open_database(read_settings(os.environ).database_url) as database:
        lessons = await SqlCasebook(database).lessons()
    return {name: text for one in lessons for name, text in one.files.named().items()}


async def count_lately(span: timedelta) -> "Digest":
    """Return what happened from so long ago until now."""
    from bot.store.archive import SqlArchive
    from bot.store.schema import open_database

    until = datetime.now(UTC)
    async with await open_database(read_settings(os.environ).database_url) as database:
        return await SqlArchive(database).digest(until - span, until)


@asynccontextmanager
async def _memory() -> "AsyncIterator[SqlMemory]":
    from bot.store.memory import SqlMemory
    from bot.store.schema import open_database

    async with await open_database(read_settings(os.environ).database_url) as database:
        yield SqlMemory(database)


async def serve() -> None:
    """Run the bot until SIGINT or SIGTERM. Raises `NetcheckError` when it cannot start."""
    import bot.cluster.connect  # noqa: F401 a second to import, which no answer should wait for

    settings = read_settings(os.environ)
    book = _book(settings)
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
            schedule.every(
                SWEEP, f"retention {type(store).__name__}", partial(forget_finished, store)
            )
        keeping = partial(forget_finished, book, age=KEPT_AGE)
        schedule.every(SWEEP, "retention of answers", keeping)
        if turns.shared:
            schedule.every(RENEW, "renew claims", inbox.renew)
            schedule.every(RENEW, "renew turns", turns.renew)
            schedule.every(TAKE_OVER, "take over", bot.resume)
        schedule.every(LEARN, "learn", bot.followup.learn)
        if settings.kb:
            schedule.every(RELOAD, "reload", partial(reload.look, desk.take))
        stack.push_async_callback(bot.stop)
        await bot.start()
        stack.callback(schedule.stop)
        schedule.start()
        tell(entries, "loaded")
        yield Running(bot, memory)


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


async def demo(say: "Say", pace: float = 0.8) -> "tuple[IncidentRow, ...]":
    """Play the demo with the real bot and return the incidents it kept.

    `pace` is how long the sample cluster takes to be looked at, in seconds.
    """
    from bot.demo.play import play
    from bot.demo.sample import SampleClusters, load_sample
    from bot.demo.standin import SlackStandIn

    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="netcheck-demo-"))
        slack = await stack.enter_async_context(SlackStandIn())
        clusters = SampleClusters(load_sample("shop", pace))
        settings = _demo_settings(slack, folder)
        running = await stack.enter_async_context(run_bot(settings, clusters))
        await play(slack, running.settle, say)
        return await running.memory.list_incidents()


async def demo_page(port: int, opened: Callable[[str], None], pace: float = 1.5) -> None:
    """Serve the demo as a page on this machine, for as long as it runs.

    `opened` is told the address; `pace` is as in `demo`. Raises `SettingError` when the port is
    taken.
    """
    from bot.demo.page.server import Page
    from bot.demo.sample import SampleClusters, load_sample
    from bot.demo.standin import SlackStandIn

    described = slack_manifest(watch=True)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="netcheck-demo-"))
        slack = await stack.enter_async_context(SlackStandIn(_as_described(described)))
        cluster = load_sample("shop", pace, broken=["selector"])
        settings = _demo_settings(slack, folder)
        await stack.enter_async_context(run_bot(settings, SampleClusters(cluster)))
        page = Page(slack, cluster, described["features"])
        try:
            opened(await stack.enter_async_context(page.open(port)))
        except OSError as error:
            raise SettingError(f"--port {port}: {error.strerror}: choose another") from error
        await asyncio.Event().wait()


def _as_described(described: dict[str, Any]) -> "Options":
    """Return a workspace in which the app is installed as its manifest says."""
    from bot.demo.standin import NOW, Options

    return Options(
        scopes=frozenset(described["oauth_config"]["scopes"]["bot"]),
        events=frozenset(described["settings"]["event_subscriptions"]["bot_events"]),
        epoch=NOW,
    )


def _demo_settings(slack: "SlackStandIn", folder: str) -> Settings:
    return Settings(
        slack_bot_token=slack.options.bot_token,
        slack_app_token=slack.options.app_token,
        slack_api_url=slack.url,
        database_url=f"sqlite+aiosqlite:///{folder}/demo.db",
    )


def _book(settings: Settings) -> "ClusterBook":
    """Return every cluster there is, with the dialer where dials may be made at all."""
    from bot.cluster.book import ClusterBook

    inside = _in_cluster()
    dials = settings.dials == "on" or (settings.dials == "auto" and inside)
    return ClusterBook(
        _kubeconfig(settings),
        in_cluster=inside,
        files=settings.snapshots,
        pace=settings.pace,
        dialer=_dialer() if dials else None,
        dials=settings.dials,
    )


def _dialer() -> Dialer:
    from bot.dial.dialer import PodDialer
    from bot.dial.vantage import told

    return PodDialer(told(os.environ))


def _kubeconfig(settings: Settings) -> Path | None:
    """Return the kubeconfig in force: the setting, else kubectl's default where it exists."""
    usual = Path.home() / ".kube" / "config"
    return settings.kubeconfig or (usual if usual.exists() else None)


def _in_cluster() -> bool:
    """Say whether this runs in a pod that has a ServiceAccount's token."""
    return IN_CLUSTER_TOKEN.exists()
