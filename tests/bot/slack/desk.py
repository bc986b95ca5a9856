"""A desk that says what it is told to, form by form."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from bot.core.answer import Answer
from bot.core.casebook import Request
from bot.core.desk import Answers
from bot.core.diagnose import OnProgress, ignore
from bot.core.errors import ClusterUnknownError
from bot.core.plan import Overrides
from bot.core.ports import Link, Memory, Place, Watch
from checks.text import Lang
from knowledge.model import Because
from knowledge.teaching import Files, Mistake, Taught, files, slug_for
from tests.bot.slack.answers import BLIND_COMMAND, CHECKING, CONFIRMED, MATCH


class ScriptedDesk(Answers):
    """Gives `progress` one by one, waits at the gate, then gives `last` or raises `error`.

    Each answer quotes its paste as the line that matched. With a `memory` it is remembered.
    """

    def __init__(
        self,
        progress: Sequence[Answer] = (CHECKING,),
        last: Answer = CONFIRMED,
        error: Exception | None = None,
    ) -> None:
        self.asked: list[tuple[str, Place, Overrides]] = []
        self.checked: list[tuple[str, str, Place, Overrides]] = []
        self.links: dict[str, Link] = {}
        self.counted: list[tuple[str, Place]] = []
        self.looked: list[tuple[Request, str, str]] = []
        self.anew = last
        self.memory: Memory | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.told = asyncio.Event()
        self._progress = progress
        self._last = last
        self._error = error

    async def ask(
        self,
        text: str,
        place: Place,
        *,
        overrides: Overrides,
        since: float | None = None,
        on_progress: OnProgress = ignore,
    ) -> Answer:
        """Answer a paste."""
        del since
        self.asked.append((text, place, overrides))
        for form in self._progress:
            await on_progress(quoting(form, text))
        self.told.set()
        await self.gate.wait()
        if self._error is not None:
            raise self._error
        answer = quoting(self._last, text)
        if self.memory is None:
            return answer
        return msgspec.structs.replace(answer, seen=await self.memory.remember(text, answer, place))

    async def check(
        self,
        group: str,
        subject: str,
        place: Place,
        *,
        overrides: Overrides,
        on_progress: OnProgress = ignore,
    ) -> Answer:
        """Run a group of checks."""
        self.checked.append((group, subject, place, overrides))
        await on_progress(msgspec.structs.replace(CHECKING, answer=None, matches=()))
        await self.gate.wait()
        return BLIND_COMMAND

    async def match(self, text: str) -> Answer:
        """Know every text in which something of the network fails."""
        known = "no endpoints" in text or "FailedCreate" in text
        return msgspec.structs.replace(CHECKING, answer="match" if known else "nothing")

    async def link(self, link: Link) -> Link:
        """Link a channel."""
        if link.cluster not in self.clusters():
            raise ClusterUnknownError(f"no cluster is called {link.cluster!r}: try `staging`")
        self.links[link.channel] = link
        return link

    async def watch(self, channel: str, whom: Watch, by: str) -> Link:
        """Watch a channel."""
        link = self.links.get(channel) or Link(channel, "staging", by=by)
        self.links[channel] = msgspec.structs.replace(link, watch=whom)
        return self.links[channel]

    async def again(self, text: str, answer: Answer, place: Place) -> Answer:
        """Count one more."""
        self.counted.append((text, place))
        seen = answer.seen
        assert seen is not None
        return msgspec.structs.replace(
            answer, seen=msgspec.structs.replace(seen, count=seen.count + 1)
        )

    async def look(
        self, request: Request, cluster: str, channel: str, on_progress: OnProgress = ignore
    ) -> Answer:
        """Answer anew."""
        self.looked.append((request, cluster, channel))
        await on_progress(quoting(CHECKING, request.text))
        await self.gate.wait()
        if self._error is not None:
            raise self._error
        return self.anew if request.group else quoting(self.anew, request.text)

    def titles(self, lang: Lang) -> Mapping[str, str]:
        """Return three entries' titles."""
        del lang
        return {
            "service-no-endpoints": "Service has no endpoints",
            "dns-pods-down": "DNS Pods are down",
            "ipam-exhausted": "Pod addresses ran out",
        }

    def search(self, words: str) -> tuple[str, ...]:
        """Find entries by their titles."""
        titles = self.titles("en")
        return tuple(slug for slug, title in titles.items() if words.lower() in title.lower())

    async def learn(self, lessons: tuple[Files, ...]) -> None:
        """Learn nothing."""

    async def examine(self, taught: Taught) -> tuple[Mistake, ...]:
        """Find nothing wrong."""
        del taught
        return ()

    async def compose(self, taught: Taught) -> Files:
        """Write the files."""
        return files(taught, slug_for(taught.title, ()))

    async def link_of(self, channel: str) -> Link | None:
        """Return the channel's link."""
        return self.links.get(channel)

    def clusters(self) -> tuple[str, ...]:
        """Return two clusters."""
        return ("production", "staging")

    def groups(self) -> tuple[str, ...]:
        """Return some groups."""
        return ("cni", "dns", "service", "all")


def quoting(answer: Answer, text: str) -> Answer:
    """Return an answer whose evidence is the paste itself."""
    if not answer.matches:
        return answer
    because = Because(1, text, "x", 1.0)
    titles: Mapping[str, str] = {MATCH.entry: text[:80]}
    match = msgspec.structs.replace(MATCH, because=(because,))
    return msgspec.structs.replace(answer, matches=(match,), titles=dict(titles))
