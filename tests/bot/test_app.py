"""The whole bot, as `netcheck serve` runs it, before Slack's stand-in."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app
from bot.app import Running, clusters, run_bot, service
from bot.cluster.book import IN_CLUSTER
from bot.core.ports import Dials
from bot.demo.play import plain
from bot.demo.sample import SampleClusters, load_sample
from bot.demo.standin import ANA, SHOP, SlackStandIn
from bot.dial.dialer import PodDialer
from bot.jobs.reload import log
from bot.settings import Settings
from checks.dials import TcpDial, TcpDialed
from checks.manifests import snapshot_of
from checks.snapshot import Gap
from tests.knowledge.samples import write_entry

PASTE = "the cart is shut for today"


class Listener(logging.Handler):
    """Waits for the log to tell of a reload."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if "reloaded" in record.getMessage():
            self.heard.set()


@pytest.fixture
def reloaded() -> Iterator[asyncio.Event]:
    listener = Listener()
    log.setLevel(logging.INFO)
    log.addHandler(listener)
    yield listener.heard
    log.removeHandler(listener)
    log.setLevel(logging.NOTSET)


async def _answer(slack: SlackStandIn, running: Running) -> str:
    event = await slack.mention(SHOP, ANA, PASTE)
    await event.acked
    await running.settle()
    (reply,) = slack.replies(event)
    return plain(reply.now)


async def test_an_entry_added_to_a_folder_of_ones_own_answers_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reloaded: asyncio.Event
) -> None:
    monkeypatch.setattr(service, "RELOAD", 0.02)
    folder = tmp_path / "kb"
    folder.mkdir()
    write_entry(folder, "sample")
    async with SlackStandIn() as slack:
        settings = Settings(
            slack_bot_token=slack.options.bot_token,
            slack_app_token=slack.options.app_token,
            slack_api_url=slack.url,
            database_url=f"sqlite+aiosqlite:///{tmp_path}/bot.db",
            kb=(folder,),
        )
        async with run_bot(settings, SampleClusters(load_sample("shop"))) as running:
            before = await _answer(slack, running)
            write_entry(folder, "cart-is-shut", (PASTE,))
            async with asyncio.timeout(10):
                await reloaded.wait()
            after = await _answer(slack, running)

    assert "Cart is shut" not in before
    assert "Cart is shut" in after


@pytest.mark.parametrize(("dials", "inside"), [("auto", True), ("on", False)])
async def test_a_cluster_is_dialed_from_inside_or_when_told_to(
    dials: Dials,
    inside: bool,  # noqa: FBT001 a parameter of the test
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The dials are real: they reach a port of this machine."""
    monkeypatch.setenv("NODE_NAME", "node-1")
    monkeypatch.setattr(clusters, "IN_CLUSTER_TOKEN", tmp_path / ("" if inside else "gone"))
    book = app.cluster_book(Settings(dials=dials))

    dialer = book._dialer_for(IN_CLUSTER, inside=inside)

    assert isinstance(dialer, PodDialer)
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = TcpDial(host="127.0.0.1", port=server.getsockname()[1])
        assert isinstance((await dialer.dial([one]))[one.key], TcpDialed)
    nothing = snapshot_of([], taken_at="2026-11-23T10:00:00Z")
    assert dialer.vantage(nothing).node == "node-1"


def test_nothing_is_dialed_when_it_is_switched_off() -> None:
    gap = app.cluster_book(Settings(dials="off"))._dialer_for(IN_CLUSTER, inside=True)

    assert isinstance(gap, Gap)
    assert "switched off" in gap.reason
