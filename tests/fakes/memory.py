"""Incidents and links in memory. Fulfils `bot.core.ports.Memory`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from bot.core.answer import Answer, Seen
from bot.core.fingerprint import fingerprint
from bot.core.incident import incident_cause
from bot.core.ports import Link, Place, Watch


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass
class FakeMemory:
    """`seen` holds incidents by fingerprint, `pastes` every paste that became a sighting."""

    seen: dict[str, Seen] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    pastes: list[str] = field(default_factory=list)
    events: dict[str, str] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now

    async def remember(self, paste: str, answer: Answer, place: Place) -> Seen | None:
        """Count one sighting; None when the answer names no cause."""
        cause = incident_cause(answer)
        if cause is None:
            return None
        if place.event in self.events:
            return self.seen[self.events[place.event]]
        mark = fingerprint(cause.entry, answer.cluster, cause.subject)
        self.seen[mark] = self._counted(mark)
        self.pastes.append(paste)
        if place.event:
            self.events[place.event] = mark
        return self.seen[mark]

    async def link(self, link: Link) -> None:
        """Set the channel's cluster, replacing an earlier link."""
        earlier = self.links.get(link.channel, link)
        self.links[link.channel] = replace(link, watch=earlier.watch)

    async def watch(self, channel: str, whom: Watch) -> None:
        """Set whose messages of a linked channel are watched."""
        if channel in self.links:
            self.links[channel] = replace(self.links[channel], watch=whom)

    async def link_of(self, channel: str) -> Link | None:
        """Return the channel's link."""
        return self.links.get(channel)

    def _counted(self, mark: str) -> Seen:
        now = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        if mark not in self.seen:
            return Seen(len(self.seen) + 1, 1, now, now, "open")
        seen = self.seen[mark]
        return replace(seen, count=seen.count + 1, last_seen=now, status="open")
