"""The bot against the stand-in for Slack and a sample cluster."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.app.service import run_bot, slack_manifest
from bot.core.errors import SettingError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.core.incident import IncidentRow
    from bot.demo.play import Say
    from bot.demo.standin import Options, SlackStandIn


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
