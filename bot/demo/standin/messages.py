"""Messages and every form each one had."""

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.demo.standin import mrkdwn
from bot.demo.standin.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Json


@dataclass(frozen=True)
class Form:
    """What a message said at one time; `at` is monotonic seconds.

    `parsed` says that the call asked for bare names to be parsed (`parse=full`, `link_names`).
    """

    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None
    parsed: bool = False
    at: float = field(default_factory=time.monotonic)

    @cached_property
    def rings(self) -> tuple[str, ...]:
        """Whom this form rings, as `<!channel>`, `<@U1>`."""
        return mrkdwn.rings(self.text, self.blocks, self.attachments)

    @cached_property
    def loose_rings(self) -> tuple[str, ...]:
        """Bare words such as `@here` that automatic parsing may turn into pings."""
        return mrkdwn.loose_rings(self.blocks, text=self.text if self.parsed else "")


@dataclass(eq=False)
class Message:
    """A message in a channel or thread; `edits` has every form, the newest last.

    `thread_ts` is "" outside threads. `ephemeral_to` names the only user who sees it.
    `webhook` is the `bot_id` of another app's incoming webhook, "" for people and the bot.
    """

    channel: str
    ts: str
    user: str
    edits: list[Form]
    thread_ts: str = ""
    bot: bool = False
    broadcast: bool = False
    ephemeral_to: str = ""
    files: tuple[Json, ...] = ()
    webhook: str = ""
    reactions: list[tuple[str, str]] = field(default_factory=list)
    edited_ts: str = ""
    deleted: bool = False

    @cached_property
    def _client_id(self) -> str:
        """The id that a person's own client gave the message."""
        return str(uuid5(NAMESPACE_URL, f"{self.channel}/{self.ts}"))

    @property
    def now(self) -> Form:
        """The newest form."""
        return self.edits[-1]

    @property
    def text(self) -> str:
        """The newest text."""
        return self.now.text

    @property
    def blocks(self) -> tuple[Json, ...]:
        """The newest blocks, as they were sent."""
        return self.now.blocks

    @property
    def metadata(self) -> Json | None:
        """The newest metadata: `event_type` and `event_payload`."""
        return self.now.metadata

    @property
    def rings(self) -> tuple[str, ...]:
        """Everybody any form of the message rang."""
        return tuple(dict.fromkeys(ping for form in self.edits for ping in form.rings))

    @property
    def loose_rings(self) -> tuple[str, ...]:
        """Bare words such as `@here`, in any form, that automatic parsing may turn into pings."""
        return tuple(dict.fromkeys(word for form in self.edits for word in form.loose_rings))

    def wire(self, form: Form | None = None) -> Json:
        """Return the message (or an earlier form of it) as Slack sends it, with all metadata."""
        form = form or self.now
        said: Json = {
            "type": "message",
            "user": self.user,
            "text": form.text,
            "ts": self.ts,
            "team": TEAM_ID,
        }
        if self.webhook:
            del said["user"]
            said |= {"subtype": "bot_message", "bot_id": self.webhook, "username": self.user}
        if self.bot:
            said |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": _profile()}
        if not self.bot and not self.webhook:
            typed = _with_id(mrkdwn.rich(form.text), 0)
            said |= {"client_msg_id": self._client_id, "blocks": [typed]}
        said |= self._parts(form)
        if self.edited_ts:
            said["edited"] = {"user": self.user, "ts": self.edited_ts}
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        return said

    def _parts(self, form: Form) -> Json:
        parts: dict[str, Any] = {
            "blocks": [_with_id(block, at) for at, block in enumerate(form.blocks)],
            "attachments": list(form.attachments),
            "metadata": form.metadata,
            "files": list(self.files),
            "reactions": [
                {"name": name, "users": [user], "count": 1} for name, user in self.reactions
            ],
        }
        return {name: value for name, value in parts.items() if value}


def _with_id(block: Json, at: int) -> Json:
    """Name a block that has no `block_id`, as Slack does."""
    return {**block, "block_id": block.get("block_id") or f"b{at}"}


def _profile() -> Json:
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "user_id": BOT_USER,
        "name": "netcheck",
        "deleted": False,
        "team_id": TEAM_ID,
    }
