"""The bot on Slack: listeners, pipeline and courier joined over Socket Mode."""

import asyncio
import contextlib
import logging

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.casebook import Casebook
from bot.core.desk import Answers
from bot.core.errors import NetcheckError, SettingError
from bot.core.followup import FollowUp
from bot.core.leave import Admins
from bot.core.ports import Inbox, Outbox, Storms, Turns
from bot.slack import (
    actions,
    command,
    direct,
    home,
    mention,
    modal,
    shortcut,
    turning,
    watch,
    windows,
)
from bot.slack.courier import Courier
from bot.slack.doors import Doors
from bot.slack.faults import Refused, SlackFault
from bot.slack.lane import Alone, Pace, Way
from bot.slack.leave import AdminsOnly
from bot.slack.pipeline import Pipeline
from bot.slack.presses import Presses
from bot.slack.replies import Replies
from bot.slack.sources import Sources
from bot.slack.storm import LocalStorms
from bot.slack.surface import Backroom, Surface
from bot.slack.tokens import check_tokens
from bot.slack.web import Identity, SlackWeb

EVERYBODY = Admins()
GRACE = 5.0
"""Seconds a stop waits for answers in the making; the rest is in the inbox."""

_LISTENERS = (
    mention.listen,
    watch.listen,  # before `direct`, which takes every message
    direct.listen,
    shortcut.listen,
    modal.listen,
    command.listen,
    actions.listen,
    home.listen,
    turning.listen,
    windows.listen,
)
logger = logging.getLogger("netcheck.slack")


class SlackUnreachableError(NetcheckError):
    """Slack cannot be reached when the bot starts."""


class SlackBot:
    """One workspace's bot. Built inside a running loop; nothing is sent before `start`.

    A socket that stays silent for about `ping_seconds` is replaced. With several `connections`,
    of which Slack allows ten, events still arrive while one of them is being replaced.
    """

    def __init__(  # noqa: PLR0913 (each part by name)
        self,
        *,
        bot_token: str,
        app_token: str,
        api_url: str,
        desk: Answers,
        inbox: Inbox,
        outbox: Outbox,
        book: Casebook,
        back: Backroom,
        turns: Turns | None = None,
        storms: Storms | None = None,
        admins: Admins = EVERYBODY,
        pace: Pace | None = None,
        connections: int = 1,
        ping_seconds: float = 10,
    ) -> None:
        check_tokens(bot_token, app_token)
        self._bot_token = bot_token
        self._app_token = app_token
        self._api_url = api_url
        self._ping_seconds = ping_seconds
        self._web = SlackWeb(bot_token, api_url)
        doors = Doors(back.languages)
        sources = Sources(self._web, desk, pace)
        way = Way(outbox, self._web, turns or Alone(), pace or Pace(), doors.explain)
        self.courier = Courier(way)
        leave = AdminsOnly(admins, self._web)
        self.followup = FollowUp(desk, book, leave)
        presses = Presses(Replies(self.followup, self.courier), doors)
        storms = storms or LocalStorms()
        self.pipeline = Pipeline(
            desk, inbox, storms, self.courier, sources, back.languages, presses
        )
        self._surface = Surface(
            self.pipeline, desk, doors, self._web, leave, back, presses, self.followup
        )
        self._connections = connections
        self._handlers: list[AsyncSocketModeHandler] = []
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on with what was left, then listen; return once connected.

        Raises `SettingError` for a token Slack does not take, `SlackUnreachableError`.
        """
        identity, socket = await self._sign_in()
        await self.followup.learn()
        await self.resume()
        app = build_app(identity, self._bot_token, self._api_url, self._surface)
        for _ in range(self._connections):
            self._handlers.append(self._open(app))
        self._handlers[0].client.wss_uri = socket
        for handler in self._handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        self._watch = asyncio.create_task(self._renew_addresses(), name="socket addresses")
        logger.info("connected to Slack as %s in %s", identity.user, identity.team)

    async def resume(self) -> None:
        """Go on with what an earlier run, or another bot that died, left undone."""
        await self.courier.resume()
        await self.pipeline.resume()

    async def stop(self, grace: float = GRACE) -> None:
        """Stop listening, give answers in the making a moment, leave the rest to the next run."""
        if self._watch is not None:
            self._watch.cancel()
        for handler in self._handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self.pipeline.drain()
                await self.courier.flush()
        await self.pipeline.stop()
        await self.courier.stop()

    def _open(self, app: AsyncApp) -> AsyncSocketModeHandler:
        return AsyncSocketModeHandler(
            app,
            self._app_token,
            web_client=AsyncWebClient(base_url=self._api_url),
            ping_interval=self._ping_seconds,
        )

    async def _renew_addresses(self) -> None:
        """Let a client without a socket ask for a new address.

        An address works once and for a short time, and slack_sdk's client tries the one it has
        until it works.
        """
        while True:
            await asyncio.sleep(self._ping_seconds)
            for handler in self._handlers:
                if not await handler.client.is_connected():
                    handler.client.wss_uri = None

    async def _sign_in(self) -> tuple[Identity, str]:
        """Try both tokens here: slack_bolt would retry a wrong one for ever."""
        setting = "SLACK_BOT_TOKEN"
        try:
            identity = await self._web.whoami()
            setting = "SLACK_APP_TOKEN"
            return identity, await self._web.open_socket(self._app_token)
        except Refused as fault:
            raise SettingError(
                f"{setting}: Slack says {fault.error}; copy the token again from your Slack app"
            ) from fault
        except SlackFault as fault:
            raise SlackUnreachableError(
                f"Slack cannot be reached at {self._api_url} ({fault}): check the network and "
                "SLACK_API_URL"
            ) from fault


def build_app(identity: Identity, bot_token: str, api_url: str, surface: Surface) -> AsyncApp:
    """Return slack_bolt's app with every listener.

    Listeners run before the acknowledgement is sent, so that one that fails leaves the event
    to Slack's retry. slack_bolt's own `auth.test` is replaced by ours: it acknowledges, and so
    loses, an event during which that call fails.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_id=identity.bot,
            bot_user_id=identity.user,
            bot_token=bot_token,
        )

    app = AsyncApp(
        client=AsyncWebClient(base_url=api_url),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # a socket has no signature
        attaching_conversation_kwargs_enabled=False,
    )

    @app.error
    async def unstored(error: Exception) -> None:
        logger.error("an event was not taken, Slack will send it again: %s", error)

    for listen in _LISTENERS:
        listen(app, surface)
    return app
