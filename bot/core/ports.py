"""What core asks of the outside; `cluster`, `store` and `slack` fulfil these Protocols."""

from collections.abc import Callable, Collection, Mapping
from typing import Literal, Protocol

import msgspec

from bot.core.answer import Answer, Seen
from checks.dials import Dial, Dialed, Vantage
from checks.kinds import Resource
from checks.model import Ask, See
from checks.rights import Review
from checks.snapshot import Gap, Snapshot


class Budget(msgspec.Struct, frozen=True):
    """What one look may cost: API requests, bytes unpacked, wall seconds.

    100,000 pods are some 700 MB, of which memory holds the fields that checks read.
    """

    requests: int = 60
    bytes: int = 1_000_000_000
    seconds: float = 20.0


class Pace(msgspec.Struct, frozen=True):
    """How fast a cluster may be asked: requests at once, and a second, by all looks together.

    Of the requests of a second not sent yet, all may be sent in one go. Six at once hide latency
    and are gentle to a server; 50 a second is what kubectl allows itself.
    """

    at_once: int = 6
    per_second: float = 50.0


class DialBudget(msgspec.Struct, frozen=True):
    """What the dials of one look may cost: how many in all, how many at once, wall seconds."""

    dials: int = 200
    at_once: int = 32
    seconds: float = 10.0


Dials = Literal["auto", "on", "off"]
"""When the bot dials: into the cluster it runs in, into any, or never."""


class Dialer(Protocol):
    """Makes dials from where the bot is."""

    async def dial(self, requests: Collection[Dial]) -> dict[str, Dialed | Gap]:
        """Return what came of each, by its key; a gap where the budget did not reach."""

    def vantage(self, snapshot: Snapshot) -> Vantage:
        """Return where the bot is, by its own settings and by what the snapshot tells of pods."""


OnSeen = Callable[[str, int], None]
"""Called as each kind arrives, with its key and how many objects it has."""


class Cluster(Protocol):
    """A cluster, live or saved in a file."""

    @property
    def name(self) -> str:
        """The name people link channels to."""

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Fetch what is declared. One kind that fails becomes a gap; the others go on.

        Raises `ClusterUnreachableError` or `ClusterUnauthorizedError` when nothing can be asked
        at all, `ClusterUnknownError` when there is no such cluster.
        """

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Return the snapshot with these logs (masked) and dials, or their gaps, added."""

    async def close(self) -> None:
        """Let go of connections."""


class Reviewer(Protocol):
    """A live cluster that tells what the bot may do there."""

    @property
    def name(self) -> str:
        """The name people link channels to."""

    async def review(self, namespaces: Collection[str]) -> Mapping[str, Review]:
        """Return what this identity may do in each of these namespaces, which need not exist.

        Raises `ClusterForbiddenError` when it may not even ask that, and as `Cluster.look` does.
        """

    async def unserved(self, kinds: Collection[Resource]) -> frozenset[Resource]:
        """Return the kinds that the API server says it does not serve."""


class Clusters(Protocol):
    """Every cluster this bot can look at, by name."""

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""

    async def open(self, name: str) -> Cluster:
        """Return the cluster or raise `ClusterUnknownError` naming the nearest one."""


Watch = Literal["", "people", "all"]
"""Whose messages in a channel are answered unasked: nobody's, people's, or those of bots too."""


class Link(msgspec.Struct, frozen=True):
    """Which cluster a channel asks about, and in which namespace when none is named.

    `watch` is set by `Memory.watch` alone; linking anew keeps it.
    """

    channel: str
    cluster: str
    namespace: str = ""
    by: str = ""
    watch: Watch = ""


class Place(msgspec.Struct, frozen=True):
    """Where a paste came from: a Slack channel, thread and user, or the command line.

    `event` is the id of the event being answered: the same event again is the same sighting.
    """

    source: str
    channel: str = ""
    thread: str = ""
    user: str = ""
    event: str = ""


class Memory(Protocol):
    """Incidents and links, kept in SQL."""

    async def remember(self, paste: str, answer: Answer, place: Place) -> Seen | None:
        """Record one sighting with its checks and findings; None when the answer names no cause.

        Same cause, cluster and subject is the same incident.
        """

    async def link(self, link: Link) -> None:
        """Set the channel's cluster, replacing an earlier link."""

    async def watch(self, channel: str, whom: Watch) -> None:
        """Set whose messages of a linked channel are watched."""

    async def link_of(self, channel: str) -> Link | None:
        """Return the channel's link."""


class Event(msgspec.Struct, frozen=True):
    """Something Slack sent that needs an answer, as the inbox keeps it until that is done.

    `id` is Slack's event id (or a command's trigger), unique for ever; `kind` names the surface
    (`mention`, `ask`, `check`); `body` is what that surface needs to answer, JSON-able.
    """

    id: str
    kind: str
    body: Mapping[str, str]


class Inbox(Protocol):
    """Events stored before they are acknowledged; each is answered effectively once."""

    async def take(self, event: Event) -> bool:
        """Store and claim an event. False when it was already answered or is being answered."""

    async def done(self, event_id: str) -> None:
        """Mark an event answered."""

    async def unfinished(self, most: int) -> tuple[Event, ...]:
        """Return and claim at most so many events whose answer was cut off, oldest first."""


class Message(msgspec.Struct, frozen=True):
    """A message as the outbox keeps it until Slack has its newest form.

    `key` is the event it answers. `ts` is Slack's id once posted, "" before. `attempted` says
    that a first post was begun, so that after a crash it may stand in Slack although `ts` is
    unknown. `wanted` counts the forms asked for, `sent` is the one Slack has.
    """

    key: str
    channel: str
    thread: str
    payload: str
    ts: str = ""
    attempted: bool = False
    wanted: int = 1
    sent: int = 0


class Outbox(Protocol):
    """Messages wanted in Slack, kept until Slack has them."""

    async def want(self, key: str, channel: str, thread: str, payload: str, ts: str = "") -> None:
        """Ask for a message, or for a new form of the one with this key (the newest wins).

        `ts` is where it stands in Slack, of a message that may have been forgotten here.
        """

    async def waiting(self, channel: str = "") -> tuple[Message, ...]:
        """Return the messages whose newest form Slack has not got, oldest first.

        Those for one channel, or all.
        """

    async def channels(self) -> tuple[str, ...]:
        """Return the channels for which messages wait, in any order."""

    async def attempt(self, key: str) -> None:
        """Record, before it is sent, that a first post is being tried."""

    async def sent(self, key: str, ts: str, form: int) -> None:
        """Record that Slack has form `form` of the message, under `ts`."""

    async def drop(self, key: str, why: str) -> None:
        """Give up a message Slack will never take, keeping the reason."""


class Turns(Protocol):
    """Whose turn it is to send to a channel, so that several bots on one database keep its order.

    `shared` says whether there may be other bots at all.
    """

    shared: bool

    async def hold(self, channel: str) -> bool:
        """Take or keep the turn at a channel; False while another bot has it.

        True leaves time for one call of Slack. A bot that dies loses its turns soon after.
        """

    async def release(self, channel: str) -> None:
        """Leave the turn to others."""


class Storm(msgspec.Struct, frozen=True):
    """The same trouble told again and again in one channel.

    `event` is the first message's, which has the reply in its `thread`; `answer` is what that reply
    says, None while it is being found out.
    """

    event: str
    thread: str
    answer: Answer | None = None


class Storms(Protocol):
    """The storms under way, by channel and trouble."""

    async def join(self, key: str, event: str, thread: str) -> Storm:
        """Return the storm a message belongs to; it begins one where there is none."""

    async def tell(self, key: str, event: str, answer: Answer) -> Storm | None:
        """Keep the answer of the storm that `event` began, unless one of a higher count is kept.

        Returns the storm as it then is, None when it has ended.
        """

    async def newest(self, key: str) -> Storm | None:
        """Return the storm as it stands, None when there is none."""

    async def end(self, key: str, event: str) -> None:
        """Let the next message begin another."""
