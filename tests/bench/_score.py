"""What became of every paste: its one reply, and how quickly its events were acknowledged."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bot.demo.standin import Message, SlackStandIn
from tests.bench._load import Paste, Sent

WORKING = "⏳"
STEADY = 3.0


class Score(msgspec.Struct, frozen=True):
    """The pastes without a reply, replies too many, and replies whose last form is not final.

    `given_up` are events that Slack stopped sending unacknowledged. `acks` are in seconds, from the
    envelope to the ack, sorted; `steady` are those over sockets that had been open for `STEADY`,
    which leaves out what had waited for a bot to come back.
    """

    pastes: int
    lost: int
    doubled: int
    stale: int
    given_up: int
    edits: int
    attempts: int
    acks: Sequence[float]
    steady: Sequence[float]
    late: int

    @property
    def settled(self) -> bool:
        """Whether every paste has its final answer."""
        return not self.lost and not self.stale


def score(slack: SlackStandIn, sent: Sequence[Sent]) -> Score:
    """Count what the stand-in has."""
    replies = _replies(slack.messages)
    found = [(one.paste, replies.get(one.delivery.event_id, [])) for one in sent]
    acks = [ack for one in sent for ack in one.delivery.acks]
    return Score(
        pastes=len(sent),
        lost=sum(not told for _, told in found),
        doubled=sum(max(0, len(told) - 1) for _, told in found),
        stale=sum(not is_final(paste, one) for paste, told in found for one in told),
        given_up=sum(one.delivery.gave_up for one in sent),
        edits=sum(len(one.edits) - 1 for _, told in found for one in told),
        attempts=sum(len(one.delivery.attempts) for one in sent),
        acks=sorted(ack.seconds for ack in acks),
        steady=sorted(ack.seconds for ack in acks if ack.age > STEADY),
        late=sum(ack.late for ack in acks),
    )


def is_final(paste: Paste, reply: Message) -> bool:
    """Whether a reply's newest form is the whole answer to a paste."""
    said = reply.text + str(reply.blocks)
    return WORKING not in said and paste.final in said


def share(ordered: Sequence[float], part: float) -> float:
    """Return a quantile of sorted figures, 0 when there are none."""
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else 0.0


def _replies(messages: Iterable[Message]) -> Mapping[str, list[Message]]:
    """Sort the bot's messages by the event each answers."""
    found: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        if message.bot and message.metadata and not message.deleted:
            found[message.metadata["event_payload"]["key"]].append(message)
    return found
