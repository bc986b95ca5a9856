"""What one person sees of the stand-in, as the page takes it."""

from bot.demo.sample import SampleCluster
from bot.demo.standin import BOT_USER, Message, SlackStandIn
from bot.demo.standin.workspace import Channel, Json
from checks.text import Text

PREVIEW = 4_000
"""Characters of an attached file that are shown."""


def whole(slack: SlackStandIn, cluster: SampleCluster, features: Json, user: str) -> Json:
    """Return everything; `features` are those of the app's manifest."""
    slack.workspace.direct(user)
    places = [one for one in slack.workspace.channels.values() if sees(one, user)]
    held = [*slack.messages, *slack.ephemerals]
    return {
        "me": user,
        "users": {
            one.id: {"id": one.id, "name": one.name, "bot": one.bot}
            for one in slack.workspace.users.values()
        },
        "channels": {one.id: channel(one) for one in places},
        "begin": places[0].id,
        "messages": [message(slack, one) for one in held if shows(slack, one, user)],
        "commands": features["slash_commands"],
        "shortcuts": features["shortcuts"],
        "faults": [
            {"name": one.name, "title": both(one.title), "paste": both(one.paste)}
            for one in cluster.faults.values()
        ],
        "broken": list(cluster.broken),
        "connections": slack.connections,
        "modal": slack.modal(user),
        "home": home(slack, user),
    }


def home(slack: SlackStandIn, user: str) -> Json | None:
    """Return the Home tab as somebody was last shown it."""
    return next(iter(slack.homes(user)[-1:]), None)


def message(slack: SlackStandIn, one: Message) -> Json:
    """Return a message with the beginning of its files."""
    said = slack.wire(one) | {"channel": one.channel, "ephemeral": bool(one.ephemeral_to)}
    files = [{**file, "preview": _beginning(slack, file)} for file in said.get("files", ())]
    return said | ({"files": files} if files else {})


def channel(one: Channel) -> Json:
    """Return a place one can write in."""
    return {
        "id": one.id,
        "name": one.name,
        "private": one.private,
        "archived": one.archived,
        "im": bool(one.im_with),
        "member": BOT_USER in one.members,
    }


def shows(slack: SlackStandIn, one: Message, user: str) -> bool:
    """Say whether a person sees a message."""
    mine = not one.ephemeral_to or one.ephemeral_to == user
    return mine and not one.deleted and sees(slack.workspace.channels[one.channel], user)


def sees(place: Channel, user: str) -> bool:
    """Say whether a person is in a channel, or it is their talk with the bot."""
    return user in place.members


def both(text: Text) -> Json:
    """Return a text in both languages."""
    return {"en": text.en, "zh-TW": text.zh_tw}


def _beginning(slack: SlackStandIn, file: Json) -> str:
    return slack.content(file["url_private"]).decode("utf-8", "replace")[:PREVIEW]
