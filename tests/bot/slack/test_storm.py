"""One trouble told again and again: in a watched channel, and by mentions."""

import asyncio
from collections.abc import Collection

import pytest
from msgspec.structs import replace

from bot.app import build_doctor
from bot.core.desk import Desk
from bot.core.errors import ClusterError
from bot.core.looks import SharedLooks
from bot.core.ports import Link, OnSeen
from bot.demo.sample import SampleCluster, SampleClusters, load_sample
from bot.demo.standin import ALL_EVENTS, ANA, BEN, BOT_USER, OPS, Message, Options
from bot.slack.storm import trouble
from checks.model import See
from checks.snapshot import Snapshot
from tests.bot.slack.answers import CONFIRMED, MATCH
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.desk import ScriptedDesk
from tests.fakes.memory import FakeMemory

PASTE = 'no endpoints available for service "cart"'


@pytest.fixture
def options() -> Options:
    return Options(events=ALL_EVENTS)


def watching(error: Exception | None = None) -> ScriptedDesk:
    desk = ScriptedDesk(error=error)
    desk.links[OPS] = Link(OPS, "staging", watch="all")
    return desk


def answers(office: Office) -> list[Message]:
    return [one for one in office.slack.messages if one.user == BOT_USER]


async def alerts(office: Office, run: Run, number: int) -> None:
    """Let so many alerts come, and wait until all of them are acknowledged and answered."""
    for _ in range(number):
        await office.slack.alert(OPS, PASTE)
    await asyncio.gather(*(one.acked for one in office.slack.deliveries))
    await run.settle()


async def test_a_storm_goes_on_counting_in_the_same_reply_after_a_restart(office: Office) -> None:
    first, second = watching(), watching()
    run = await office.start(first)
    await alerts(office, run, 100)
    await run.kill()

    run = await office.start(second)
    await alerts(office, run, 100)

    (reply,) = answers(office)
    assert (len(first.asked), len(second.asked)) == (1, 0)
    assert (len(first.counted), len(second.counted)) == (99, 100)
    assert "Seen 202 times" in str(reply.blocks)  # the desk had seen it three times


async def test_killed_while_the_first_is_looked_at_there_is_one_reply_with_the_count(
    office: Office,
) -> None:
    desk = watching()
    desk.gate.clear()
    run = await office.start(desk)
    for _ in range(20):
        await office.slack.alert(OPS, PASTE)
    await asyncio.gather(*(one.acked for one in office.slack.deliveries))
    await desk.told.wait()
    await run.kill()

    run = await office.start(watching())
    await run.settle()

    (reply,) = answers(office)
    assert "Seen 22 times" in str(reply.blocks)


async def test_a_first_message_that_could_not_be_answered_leaves_it_to_the_next(
    office: Office,
) -> None:
    run = await office.start(watching(ClusterError("it is down")))
    await alerts(office, run, 2)
    assert answers(office) == []
    await run.kill()

    run = await office.start(watching())
    await alerts(office, run, 2)

    (reply,) = answers(office)
    assert "Confirmed" in reply.text


async def test_what_a_reply_has_begun_to_say_is_ended_when_the_look_fails(office: Office) -> None:
    desk = watching(ClusterError("it is down"))
    desk.gate.clear()
    run = await office.start(desk)

    await office.slack.alert(OPS, PASTE)
    await office.slack.until(lambda: answers(office))
    desk.gate.set()
    await run.settle()

    (reply,) = answers(office)
    assert "it is down" in reply.text


class CountedCluster(SampleCluster):
    """The sample cluster, which counts looks."""

    looks = 0

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Count, then look."""
        self.looks += 1
        return await super().look(sees, on_seen)


async def test_fifty_who_mention_it_each_get_an_answer_from_a_few_looks(office: Office) -> None:
    cluster = CountedCluster("shop", load_sample("shop").document)
    desk = Desk(build_doctor(), SharedLooks(SampleClusters(cluster)), FakeMemory())
    run = await office.start(desk)

    events = [
        await office.slack.mention(OPS, (ANA, BEN)[at % 2], f"{PASTE} -n shop (job {at})")
        for at in range(50)
    ]
    await asyncio.gather(*(event.acked for event in events))
    await run.settle()

    replies = [office.slack.replies(event) for event in events]
    assert [len(told) for told in replies] == [1] * 50
    for at, (reply,) in enumerate(replies):
        assert f"(job {at})" in str(reply.blocks)
        assert "Service shop/cart" in reply.text
    assert cluster.looks <= 5


def test_pods_of_one_deployment_are_one_trouble() -> None:
    def about(pod: str) -> str:
        match = replace(MATCH, entities={"namespace": "shop", "pod": pod})
        return trouble("C1", replace(CONFIRMED, matches=(match,)))

    assert about("cart-7d9fbc5d8-x2x9z") == about("cart-66bc5c9577-k8kwj")
    assert about("cart-7d9fbc5d8-x2x9z") != about("search-7d9fbc5d8-x2x9z")
