"""Who and what is in the workspace: people, channels, the bot's own identity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]

BOT_USER = "U0NETCHECK"
BOT_ID = "B0NETCHECK"
APP_ID = "A0NETCHECK"
TEAM_ID = "T0STANDIN"

ADMINS = "S0ADMINS"
ANA = "U0ANA"
BEN = "U0BEN"
OPS = "C0OPS"
SHOP = "C0SHOP"
HALL = "C0HALL"
VAULT = "G0VAULT"
OLD = "C0OLD"


@dataclass(frozen=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    bot: bool = False

    def wire(self) -> Json:
        """Return the user as `users.info` gives it (docs.slack.dev, user object)."""
        profile = {"real_name": self.name.title(), "display_name": self.name}
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "name": self.name,
            "deleted": False,
            "real_name": self.name.title(),
            "tz": "Asia/Taipei",
            "locale": "en-US",
            "profile": profile,
            "is_bot": self.bot,
        }


@dataclass(eq=False)
class Channel:
    """A place for messages; `im_with` is the user of a direct conversation with the bot."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    im_with: str = ""

    @property
    def kind(self) -> str:
        """Return `channel_type` as events name it: `channel`, `group` or `im`."""
        if self.im_with:
            return "im"
        return "group" if self.private else "channel"

    def scope(self, right: str) -> str:
        """Return the scope a method needs here, such as `channels:history`."""
        return {"channel": "channels", "group": "groups", "im": "im"}[self.kind] + ":" + right

    def wire(self) -> Json:
        """Return the channel as `conversations.info` gives it."""
        if self.im_with:
            return {"id": self.id, "is_im": True, "user": self.im_with, "is_archived": False}
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_member": BOT_USER in self.members,
            "context_team_id": TEAM_ID,
        }


class Workspace:
    """The people, channels and user groups of one team, found by id."""

    def __init__(
        self,
        users: tuple[User, ...] = (),
        channels: tuple[Channel, ...] = (),
        groups: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self.groups = dict(groups)
        bot = User(BOT_USER, "netcheck", bot=True)
        self.users = {user.id: user for user in (bot, *users)}
        self.channels = {channel.id: channel for channel in channels}

    @classmethod
    def sample(cls) -> "Workspace":
        """Return two people and five channels, one of each sort the bot can meet.

        `OPS` and `SHOP` have the bot as a member, `HALL` is public without it, `VAULT` is
        private without it, `OLD` is archived. `ADMINS` is a user group with Ana in it.
        """
        people = {ANA, BEN}
        with_bot = {*people, BOT_USER}
        return cls(
            (User(ANA, "ana"), User(BEN, "ben")),
            (
                Channel(OPS, "ops", set(with_bot)),
                Channel(SHOP, "shop", set(with_bot)),
                Channel(HALL, "hall", set(people)),
                Channel(VAULT, "vault", set(people), private=True),
                Channel(OLD, "old", set(with_bot), archived=True),
            ),
            {ADMINS: (ANA,)},
        )

    def find(self, name: str) -> Channel | None:
        """Return the channel of that id or `#name`; a user's id means the bot's talk with them."""
        if name in self.users and name != BOT_USER:
            return self.direct(name)
        if name in self.channels:
            return self.channels[name]
        bare = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == bare), None)

    def direct(self, user: str) -> Channel:
        """Return the direct conversation between a user and the bot, opened when it must be."""
        channel = Channel("D" + user[1:], "", {user, BOT_USER}, im_with=user)
        return self.channels.setdefault(channel.id, channel)
