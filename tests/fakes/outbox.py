"""An outbox in memory. Fulfils `bot.core.ports.Outbox`."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from bot.core.ports import Message


@dataclass
class FakeOutbox:
    """Messages by key, in the order they were first wanted; `dropped` keeps the reasons."""

    messages: dict[str, Message] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)

    async def want(self, key: str, channel: str, thread: str, payload: str, ts: str = "") -> None:
        """Ask for a message, or for a new form of the one with this key (the newest wins)."""
        if key in self.messages:
            wanted = self.messages[key].wanted + 1
            self._set(key, payload=payload, wanted=wanted)
        else:
            self.messages[key] = Message(key, channel, thread, payload, ts, attempted=bool(ts))

    async def waiting(self, channel: str = "") -> tuple[Message, ...]:
        """Return the messages whose newest form Slack has not got, oldest first."""
        return tuple(
            message
            for key, message in self.messages.items()
            if message.sent < message.wanted
            and key not in self.dropped
            and channel in {"", message.channel}
        )

    async def channels(self) -> tuple[str, ...]:
        """Return the channels for which messages wait."""
        return tuple({message.channel for message in await self.waiting()})

    async def attempt(self, key: str) -> None:
        """Record, before it is sent, that a first post is being tried."""
        self._set(key, attempted=True)

    async def sent(self, key: str, ts: str, form: int) -> None:
        """Record that Slack has form `form` of the message, under `ts`."""
        if key in self.messages:
            self._set(key, ts=ts, sent=max(form, self.messages[key].sent))

    async def drop(self, key: str, why: str) -> None:
        """Give up a message Slack will never take, keeping the reason."""
        if key in self.messages:
            self.dropped[key] = why

    def _set(self, key: str, **values: object) -> None:
        if key in self.messages:
            self.messages[key] = replace(self.messages[key], **values)
