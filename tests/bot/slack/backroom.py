"""What commands and the Home read, over a test's database."""

from bot.app import library
from bot.core.health import Health
from bot.core.ports import Clusters
from bot.slack.surface import Backroom
from bot.store.archive import SqlArchive
from bot.store.clock import utc_now
from bot.store.database import Database
from bot.store.languages import SqlLanguages
from bot.store.registry import SqlRegistry
from tests.fakes.clusters import FakeCluster, FakeClusters

CLUSTERS = ("production", "staging")  # as the scripted desk has them


def backroom(database: Database, clusters: Clusters | None = None) -> Backroom:
    """Return it with the shipped entries, an hour and a bit after the start."""
    return Backroom(
        languages=SqlLanguages(database),
        archive=SqlArchive(database),
        registry=SqlRegistry(database),
        health=Health(clusters or FakeClusters(*map(FakeCluster, CLUSTERS)), seconds=0.5),
        library=library,
        version="9.9.9",
        uptime=lambda: 3_661.0,
        now=utc_now,
    )
