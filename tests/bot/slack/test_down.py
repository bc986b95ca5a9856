"""One of several clusters is down: every surface says why, and the others are answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Running, run_bot
from bot.core.errors import ClusterUnauthorizedError
from bot.core.health import Health
from bot.demo.play import plain
from bot.demo.standin import ALL_EVENTS, ANA, OPS, Options, SlackStandIn
from bot.settings import Settings
from bot.slack.blocks import text_of
from tests.fakes.clusters import FakeCluster, FakeClusters

PASTE = 'no endpoints available for service "cart"'
DOWN = "cluster down (https://10.0.0.1:6443): no answer within 3 s"
LOCKED = "locked: `aws-login` gave no credentials"
GROUPS = ("api", "cni", "dns", "ingress", "node", "pod", "policy", "service", "all")


class LockedClusters(FakeClusters):
    """One of them cannot even be opened: nobody is signed in."""

    async def open(self, name: str) -> FakeCluster:
        """Open one."""
        if name == "locked":
            raise ClusterUnauthorizedError(LOCKED)
        return await super().open(name)


class Workplace:
    """The whole bot with a cluster that is up, one that is down, and one that is locked."""

    def __init__(self, slack: SlackStandIn, running: Running) -> None:
        self.slack = slack
        self.running = running

    async def command(self, typed: str) -> str:
        """Use a command and return all that came of it, in the channel or to the user alone."""
        told, posted = len(self.slack.ephemerals), len(self.slack.messages)
        command = await self.slack.slash("/netcheck", typed, OPS, ANA)
        await command.acked
        await self.running.settle()
        await self.slack.until(lambda: self.slack.ephemerals[told:] or self.slack.messages[posted:])
        whispers = self.slack.ephemerals[told:]
        said = [plain(one.now) for one in (*whispers, *self.slack.messages[posted:])]
        return "\n".join([one.text for one in whispers] + said)

    async def mention(self, text: str) -> str:
        """Mention the bot and return its reply."""
        event = await self.slack.mention(OPS, ANA, text)
        await event.acked
        await self.running.settle()
        (reply,) = self.slack.replies(event)
        return plain(reply.now)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    clusters = LockedClusters(FakeCluster("up"), FakeCluster("down", DOWN), FakeCluster("locked"))
    async with SlackStandIn(Options(events=ALL_EVENTS)) as slack:
        settings = Settings(
            slack_bot_token=slack.options.bot_token,
            slack_app_token=slack.options.app_token,
            slack_api_url=slack.url,
            database_url=f"sqlite+aiosqlite:///{tmp_path}/bot.db",
        )
        async with run_bot(settings, clusters) as running:
            await slack.until(lambda: slack.connections == 1)
            yield Workplace(slack, running)


async def test_every_group_of_checks_says_why_it_could_not_look(place: Workplace) -> None:
    for group in GROUPS:
        assert DOWN in await place.command(f"{group} in down"), group
    assert LOCKED in await place.command("service in locked")
    assert DOWN not in await place.command("service in up")


async def test_a_paste_is_named_all_the_same(place: Workplace) -> None:
    for cluster, why in (("down", DOWN), ("locked", LOCKED)):
        asked = await place.command(f"ask in {cluster}\n{PASTE}")
        mentioned = await place.mention(f"in {cluster}\n{PASTE}")

        for said in (asked, mentioned):
            assert why in said
            assert "Could not check: Service has no endpoints" in said


async def test_a_channel_linked_to_it_gets_the_reason_and_others_their_answer(
    place: Workplace,
) -> None:
    linked = await place.command("link down shop")
    here = await place.mention(PASTE)
    elsewhere = await place.mention(f"in up\n{PASTE}")

    assert "now asks about cluster `down`" in linked
    assert DOWN in here
    assert DOWN not in elsewhere


async def test_a_link_that_cannot_be_made_says_why(place: Workplace) -> None:
    assert LOCKED in await place.command("link locked")
    assert "no cluster is called 'stagin'" in await place.command("link stagin")


async def test_a_watched_message_is_answered_with_the_reason(place: Workplace) -> None:
    await place.command("link down")
    await place.command("watch on")

    message = await place.slack.message(OPS, ANA, PASTE)
    (sent,) = place.slack.deliveries_of(message)
    await sent.acked
    await place.running.settle()

    (_, reply) = place.slack.thread(OPS, message.ts)
    assert DOWN in plain(reply.now)


async def test_the_status_tells_each(place: Workplace) -> None:
    every = await place.command("status")
    down = await place.command("status in down")

    assert f"🔴 `down` · {DOWN}" in every
    assert "gave no credentials" in every
    assert "🟢 `up`" in every
    assert DOWN in down
    assert "locked" not in down


async def test_what_asks_no_cluster_is_answered_as_ever(place: Workplace) -> None:
    for typed in ("incidents in down", "digest in down", "kb no endpoints", "help", "watch status"):
        said = await place.command(typed)
        assert said.strip(), typed
        assert DOWN not in said, typed


async def test_the_home_shows_each_with_its_reason(place: Workplace) -> None:
    await place.command("link down")

    await (await place.slack.open_home(ANA)).acked
    await place.slack.until(lambda: len(place.slack.homes(ANA)) == 2)

    said = "\n".join(map(text_of, place.slack.homes(ANA)[1]["blocks"]))
    assert f"<#{OPS}> → `down` · 🔴" in said
    assert DOWN in said
    assert "gave no credentials" in said
    assert "🟢 `up`" in said


async def test_one_that_cannot_be_opened_does_not_hold_up_the_others() -> None:
    up, locked = await Health(LockedClusters(FakeCluster("up"))).look(["up", "locked"])

    assert (up.trouble, locked.trouble) == ("", LOCKED)
