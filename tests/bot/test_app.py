"""The whole bot, as `netcheck serve` runs it, before Slack's stand-in."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app
from bot.app import Running, run_bot
from bot.demo.play import plain
from bot.demo.sample import SampleClusters, load_sample
from bot.demo.standin import ANA, SHOP, SlackStandIn
from bot.jobs.reload import log
from bot.settings import Settings
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
    monkeypatch.setattr(app, "RELOAD", 0.02)
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
