"""What a surface asks of the pipeline, and how the inbox keeps it."""

from typing import Literal

import msgspec

from bot.core.plan import Overrides
from bot.core.ports import Event, Place
from bot.slack.render import Asked
from checks.text import LANGS, Lang
from knowledge.redact import redact

Kind = Literal["mention", "above", "shortcut", "watch", "direct", "ask", "check", "howto"]


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to answer. The pastes in it are masked, for it is stored.

    `command` is what the user typed, shown where the answer stands in no thread. `ts` is the
    message that asks, needed where the paste stands above it; `files` are packed (see `files`).
    `since` is when it came in, by the monotonic clock: of this run alone, and never stored.
    """

    channel: str
    user: str = ""
    thread: str = ""
    text: str = ""
    group: str = ""
    subject: str = ""
    cluster: str = ""
    namespace: str = ""
    lang: str = ""
    command: str = ""
    ts: str = ""
    files: str = ""
    since: float | None = None

    def event(self, event_id: str, kind: Kind) -> Event:
        """Return it as the inbox keeps it, secrets masked."""
        masked = msgspec.structs.replace(self, text=redact(self.text), command=redact(self.command))
        return Event(event_id, kind, msgspec.to_builtins(masked))

    def overrides(self) -> Overrides:
        """Return what the user said beside the paste."""
        return Overrides(cluster=self.cluster, namespace=self.namespace, lang=self.language())

    def language(self) -> Lang | None:
        """Return the language asked for, None for the paste's."""
        return next((lang for lang in LANGS if lang == self.lang), None)

    def place(self, event_id: str) -> Place:
        """Return where it came from."""
        return Place("slack", self.channel, self.thread, self.user, event_id)

    def asked(self) -> Asked | None:
        """Return who asked, for an answer outside a thread."""
        return Asked(self.user, self.command) if self.command else None


def read(event: Event) -> Ask:
    """Return what an event of the inbox asks."""
    return msgspec.convert(dict(event.body), Ask)
