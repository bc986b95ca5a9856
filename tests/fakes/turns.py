"""Turns in memory. Fulfils `bot.core.ports.Turns`."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class FakeTurns:
    """One bot's turns. Another one with the same `holders` is another bot."""

    holders: dict[str, "FakeTurns"] = field(default_factory=dict)
    shared: bool = True

    async def hold(self, channel: str) -> bool:
        """Take or keep the turn at a channel; False while another bot has it."""
        return self.holders.setdefault(channel, self) is self

    async def release(self, channel: str) -> None:
        """Leave the turn to others."""
        if self.holders.get(channel) is self:
            del self.holders[channel]
