from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.standin import ALL_EVENTS, Options, SlackStandIn


@pytest.fixture
def options() -> Options:
    return Options()


@pytest.fixture
async def slack(options: Options) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(options) as standin:
        yield standin


@pytest.fixture
async def watched() -> AsyncIterator[SlackStandIn]:
    """Run a stand-in whose app is subscribed to every message."""
    async with SlackStandIn(Options(events=ALL_EVENTS)) as standin:
        yield standin


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return web_client(slack)


@pytest.fixture
def app(slack: SlackStandIn) -> AsyncApp:
    return bolt(slack)


@pytest.fixture
async def handler(slack: SlackStandIn, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect a real Socket Mode client; its short pings notice a dead line at once."""
    async with connected(slack, app) as handler:
        yield handler


@asynccontextmanager
async def connected(slack: SlackStandIn, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, slack.options.app_token, ping_interval=0.1)
    before = slack.connections
    await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt's gap
    await slack.until(lambda: slack.connections > before)
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call] # same


def web_client(slack: SlackStandIn, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(
        token=token or slack.options.bot_token, base_url=slack.url, retry_handlers=[]
    )


def bolt(slack: SlackStandIn) -> AsyncApp:
    return AsyncApp(client=web_client(slack), raise_error_for_unhandled_request=False)
