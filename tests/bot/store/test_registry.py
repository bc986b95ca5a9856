import pytest

from bot.core.ports import Event, Link
from bot.core.registry import Backlog, Links
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.memory import SqlMemory
from bot.store.outbox import SqlOutbox
from bot.store.registry import SqlRegistry


@pytest.fixture
def registry(database: Database) -> SqlRegistry:
    return SqlRegistry(database)


async def test_what_waits_is_counted(registry: SqlRegistry, database: Database) -> None:
    inbox, outbox = SqlInbox(database), SqlOutbox(database)
    assert await registry.backlog() == Backlog(0, 0)

    for name in ("Ev1", "Ev2"):
        await inbox.take(Event(name, "ask", {}))
        await outbox.want(name, "C1", "", "{}")
    await outbox.want("Ev3", "C1", "", "{}")
    assert await registry.backlog() == Backlog(2, 3)

    await inbox.done("Ev1")
    await outbox.sent("Ev1", "1.0", 1)
    await outbox.drop("Ev3", "is_archived")
    assert await registry.backlog() == Backlog(1, 1)


async def test_linked_channels_are_listed_by_cluster_up_to_a_number(
    registry: SqlRegistry, database: Database
) -> None:
    memory = SqlMemory(database)
    assert await registry.links(5) == Links((), 0)

    for channel, cluster in (("C1", "staging"), ("C2", "production"), ("C3", "staging")):
        await memory.link(Link(channel, cluster, "shop", "U1"))
    await memory.watch("C1", "all")

    first = Link("C2", "production", "shop", "U1")
    assert await registry.links(2) == Links((first, Link("C1", "staging", "shop", "U1", "all")), 3)
