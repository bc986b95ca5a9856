"""A stand-in for Slack: Web API and Socket Mode on this machine, with Slack's limits and moods.

It serves the tests and the demo alike. Facts come from docs.slack.dev and, where that is silent,
from measurements named beside them.

    async with SlackStandIn(Options(ack_seconds=0.2)) as slack:
        ...  # start the bot with slack.url, slack.options.bot_token and .app_token
        event = await slack.mention(OPS, ANA, "no endpoints available for service cart")
        await event.acked
        reply = await slack.until(lambda: slack.replies(event))
"""

from bot.demo.standin.calls import Call, How
from bot.demo.standin.changes import Change, Subscription
from bot.demo.standin.link import Ack, Attempt, Delivery
from bot.demo.standin.messages import Form, Message
from bot.demo.standin.options import (
    ALL_EVENTS,
    ALL_SCOPES,
    BASE_SCOPES,
    NOW,
    Options,
    Refusal,
    StandInError,
)
from bot.demo.standin.people import Upload
from bot.demo.standin.standin import SlackStandIn
from bot.demo.standin.workspace import (
    ADMINS,
    ANA,
    BEN,
    BOT_ID,
    BOT_USER,
    HALL,
    OLD,
    OPS,
    SHOP,
    VAULT,
    Channel,
    User,
    Workspace,
)

__all__ = [
    "ADMINS",
    "ALL_EVENTS",
    "ALL_SCOPES",
    "ANA",
    "BASE_SCOPES",
    "BEN",
    "BOT_ID",
    "BOT_USER",
    "HALL",
    "NOW",
    "OLD",
    "OPS",
    "SHOP",
    "VAULT",
    "Ack",
    "Attempt",
    "Call",
    "Change",
    "Channel",
    "Delivery",
    "Form",
    "How",
    "Message",
    "Options",
    "Refusal",
    "SlackStandIn",
    "StandInError",
    "Subscription",
    "Upload",
    "User",
    "Workspace",
]
