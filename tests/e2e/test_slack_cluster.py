"""The whole bot in this process: Slack's stand-in before it, the real API server behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Running, build_doctor, run_bot, save_snapshot
from bot.cluster.book import ClusterBook
from bot.demo.play import plain
from bot.demo.sample import load_sample
from bot.demo.standin import ANA, BEN, OPS, SHOP, Delivery, Message, SlackStandIn
from bot.settings import Settings
from tests.cluster.kubeconfig import CONTEXT
from tests.e2e.scenario import Stage
from tests.e2e.service_faults import mend_selector, mistype_selector

PASTE = 'Error from server (ServiceUnavailable): no endpoints available for service "cart"'
AGAIN = 'E1123 09:04:11.402113  1 proxy.go:88] err="no endpoints available for service \\"cart\\""'


class Office:
    """A workspace whose bot knows the real cluster and a saved one."""

    def __init__(self, slack: SlackStandIn, running: Running) -> None:
        self.slack = slack
        self.running = running

    async def mention(self, channel: str, user: str, text: str) -> str:
        """Mention the bot and return the one reply in its last form."""
        event = await self.slack.mention(channel, user, text)
        await event.acked
        await self.running.settle()
        (reply,) = self.slack.replies(event)
        return plain(reply.now)

    async def command(self, text: str) -> Delivery:
        """Use `/netcheck` and return once what it began is done."""
        said = await self.slack.slash("/netcheck", text, OPS, ANA)
        await said.acked
        await self.running.settle()
        return said

    async def link(self, stage: Stage) -> Message:
        """Link #ops to the real cluster and the test's namespace; return what the user is told."""
        known = len(self.slack.ephemerals)
        await self.command(f"link {CONTEXT} {stage.namespace}")
        told = await self.slack.until(lambda: self.slack.ephemerals[known:])
        return told[0]


@pytest.fixture
async def office(kubeconfig: Path, tmp_path: Path) -> AsyncIterator[Office]:
    saved = tmp_path / "sample.json"
    save_snapshot(await build_doctor().survey(load_sample("shop")), saved)
    book = ClusterBook(kubeconfig, files={"sample": saved})
    async with SlackStandIn() as slack:
        settings = Settings(
            slack_bot_token=slack.options.bot_token,
            slack_app_token=slack.options.app_token,
            slack_api_url=slack.url,
            database_url=f"sqlite+aiosqlite:///{tmp_path}/netcheck.db",
        )
        try:
            async with run_bot(settings, book) as running:
                await slack.until(lambda: slack.connections == 1)
                yield Office(slack, running)
        finally:
            await book.close()


async def test_a_mention_is_answered_by_proof_from_the_linked_cluster(
    office: Office, stage: Stage
) -> None:
    mistype_selector(stage)

    linked = await office.link(stage)
    answer = await office.mention(OPS, ANA, PASTE)

    assert CONTEXT in linked.text
    assert stage.namespace in linked.text
    assert f"Confirmed: Service has no endpoints · Service {stage.namespace}/cart" in answer
    assert "selector has app=crat, the pods have app=cart" in answer
    assert f"kubectl -n {stage.namespace} get pods --show-labels" in answer
    assert f"cluster {CONTEXT}" in answer


async def test_a_channel_without_a_link_is_told_how_to_get_one(office: Office) -> None:
    answer = await office.mention(SHOP, BEN, PASTE)

    assert "Service has no endpoints" in answer
    assert "/netcheck link CLUSTER [NAMESPACE]" in answer
    assert CONTEXT in answer
    assert await office.running.memory.list_incidents() == ()


async def test_the_same_trouble_pasted_again_is_the_same_incident(
    office: Office, stage: Stage
) -> None:
    mistype_selector(stage)
    await office.link(stage)

    first = await office.mention(OPS, ANA, PASTE)
    second = await office.mention(OPS, BEN, AGAIN)

    assert "First time seen · incident #1" in first
    assert "Seen 2 times" in second
    assert "incident #1" in second
    (incident,) = await office.running.memory.list_incidents()
    assert (incident.entry, incident.cluster) == ("service-no-endpoints", CONTEXT)
    assert (incident.subject, incident.count) == (f"Service {stage.namespace}/cart", 2)


async def test_a_healed_fault_is_refuted_in_the_thread(office: Office, stage: Stage) -> None:
    mistype_selector(stage)
    await office.link(stage)
    await office.mention(OPS, ANA, PASTE)
    mend_selector(stage)

    answer = await office.mention(OPS, BEN, AGAIN)

    assert "Confirmed" not in answer
    assert "Not confirmed: Service has no endpoints" in answer
    (incident,) = await office.running.memory.list_incidents()
    assert incident.count == 1


async def test_a_command_looks_at_the_service_it_names(office: Office, stage: Stage) -> None:
    mistype_selector(stage)
    await office.link(stage)

    await office.command(f"service {stage.namespace}/cart")

    (posted,) = [one for one in office.slack.messages if one.bot]
    answer = plain(posted.now)
    assert f"Service {stage.namespace}/cart" in answer
    assert "selector has app=crat, the pods have app=cart" in answer
    assert posted.channel == OPS
