"""What every surface calls: answer a paste, run a command, keep links and incidents."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

import msgspec

from bot.core.answer import Answer
from bot.core.casebook import Request
from bot.core.diagnose import Doctor, OnProgress, ignore
from bot.core.errors import ClusterError
from bot.core.looks import SharedLooks
from bot.core.plan import Overrides, names
from bot.core.ports import Cluster, Clusters, Link, Memory, Place, Watch
from bot.core.school import School
from checks.text import Lang, Text
from knowledge.load import Library
from knowledge.teaching import Files, Mistake, Taught

NO_LINK = Text(
    en="this channel is linked to no cluster: say `/netcheck link CLUSTER [NAMESPACE]`, "
    "where CLUSTER is one of {names}",
    zh_tw="此頻道尚未連結叢集：請輸入 `/netcheck link CLUSTER [NAMESPACE]`，CLUSTER 可為 {names}",
)


class UnlinkedError(ClusterError):
    """A channel is linked to none of several clusters; `said` tells how to."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


Open = Callable[[str], Awaitable[Cluster]]
"""Opens a cluster by name, for looks that are shared or for one's own."""


class Answers(Protocol):
    """What the Slack surfaces need of the desk; tests script it."""

    async def ask(
        self,
        text: str,
        place: Place,
        *,
        overrides: Overrides,
        since: float | None = None,
        on_progress: OnProgress = ignore,
    ) -> Answer:
        """Answer a paste: match it, check the linked cluster, keep the incident.

        `since` is when it was pasted (`time.monotonic`): what was seen after that may be shared.
        """

    async def check(
        self,
        group: str,
        subject: str,
        place: Place,
        *,
        overrides: Overrides,
        on_progress: OnProgress = ignore,
    ) -> Answer:
        """Run a group of checks on the linked cluster."""

    async def match(self, text: str) -> Answer:
        """Return what a paste looks like, no cluster asked. Raises `PasteRefusedError`."""

    async def link(self, link: Link) -> Link:
        """Link a channel to a cluster. Raises `ClusterUnknownError`."""

    async def watch(self, channel: str, whom: Watch, by: str) -> Link:
        """Set whose messages are watched. Raises `ClusterError` in a channel without a cluster."""

    async def again(self, text: str, answer: Answer, place: Place) -> Answer:
        """Count a paste that an answer just given answers too; nothing is checked."""

    async def look(
        self, request: Request, cluster: str, channel: str, on_progress: OnProgress = ignore
    ) -> Answer:
        """Answer what was asked before, anew, of the same cluster; nothing is remembered."""

    def titles(self, lang: Lang) -> Mapping[str, str]:
        """Return every entry's title by its slug."""

    def search(self, words: str) -> tuple[str, ...]:
        """Return the slugs of the entries that hold all these words, as `Library.find` has them."""

    async def learn(self, lessons: tuple[Files, ...]) -> None:
        """Answer with these taught entries from the next paste on."""

    async def examine(self, taught: Taught) -> tuple[Mistake, ...]:
        """Return what is wrong with an entry to be taught, nothing where it may be used."""

    async def compose(self, taught: Taught) -> Files:
        """Return an entry's files, under a slug no other one has."""

    async def link_of(self, channel: str) -> Link | None:
        """Return the channel's link."""

    def clusters(self) -> tuple[str, ...]:
        """Return the names a channel can be linked to."""

    def groups(self) -> tuple[str, ...]:
        """Return the groups of checks, `all` last."""


class Desk:
    """Joins the doctor, the clusters and the memory. Fulfils `Answers`.

    Pastes that come together share a look at the cluster; who checks by a command or a button has
    perhaps just mended something, and gets a look of their own.
    An answer is given by one doctor from beginning to end, whatever library comes meanwhile.
    """

    def __init__(self, doctor: Doctor, clusters: Clusters, memory: Memory) -> None:
        self._doctor = doctor
        self._school = School(doctor.library)
        self._clusters = clusters
        self._shared = SharedLooks(clusters)
        self._memory = memory

    @property
    def library(self) -> Library:
        """The library in force."""
        return self._doctor.library

    def take(self, library: Library) -> None:
        """Answer with this library, and what was taught, from the next paste on."""
        self._school.take(library)
        self._doctor = Doctor(self._school.library, self._doctor.catalog)

    async def learn(self, lessons: tuple[Files, ...]) -> None:
        """Answer with these taught entries from the next paste on."""
        await self._school.learn(lessons)
        self._doctor = Doctor(self._school.library, self._doctor.catalog)

    async def examine(self, taught: Taught) -> tuple[Mistake, ...]:
        """Return what is wrong with an entry to be taught, nothing where it may be used."""
        return await self._school.examine(taught, frozenset(self._doctor.catalog))

    async def compose(self, taught: Taught) -> Files:
        """Return an entry's files, under a slug no other one has."""
        return await self._school.compose(taught)

    async def ask(
        self,
        text: str,
        place: Place,
        *,
        overrides: Overrides,
        since: float | None = None,
        on_progress: OnProgress = ignore,
    ) -> Answer:
        """Answer a paste. Raises `NetcheckError` for a paste that cannot be read."""
        doctor, opening = self._doctor, partial(self._shared.open, since=since)
        answer, looked = await self._diagnose(
            doctor, text, opening, place.channel, overrides, on_progress
        )
        if not looked:
            return answer
        seen = await self._memory.remember(doctor.masked(text), answer, place)
        return msgspec.structs.replace(answer, seen=seen)

    async def check(
        self,
        group: str,
        subject: str,
        place: Place,
        *,
        overrides: Overrides,
        on_progress: OnProgress = ignore,
    ) -> Answer:
        """Run a group of checks. Raises `UnknownCheckError`."""
        doctor = self._doctor
        blank = Answer(lang=overrides.lang or "en")
        try:
            cluster, overrides = await self._cluster(self._clusters.open, place.channel, overrides)
        except ClusterError as error:
            return doctor.unproved(blank, _reason(error, blank.lang))
        return await doctor.check(group, subject, cluster, overrides, on_progress)

    async def match(self, text: str) -> Answer:
        """Return what a paste looks like, no cluster asked. Raises `PasteRefusedError`."""
        return await asyncio.to_thread(self._doctor.match, text)

    async def link(self, link: Link) -> Link:
        """Link a channel once the cluster is known to exist; it need not be up."""
        await self._clusters.open(link.cluster)
        await self._memory.link(link)
        return link

    async def watch(self, channel: str, whom: Watch, by: str) -> Link:
        """Set whose messages are watched; the only cluster is linked, of several one must be."""
        link = await self._memory.link_of(channel)
        if link is None and whom:
            every = self._clusters.names()
            if len(every) != 1:
                raise ClusterError(_unlinked(every).en)
            await self._memory.link(Link(channel, every[0], by=by))
        await self._memory.watch(channel, whom)
        return await self._memory.link_of(channel) or Link(channel, "")

    async def again(self, text: str, answer: Answer, place: Place) -> Answer:
        """Count a paste that an answer just given answers too; nothing is checked."""
        seen = await self._memory.remember(self._doctor.masked(text), answer, place)
        return msgspec.structs.replace(answer, seen=seen or answer.seen)

    async def look(
        self, request: Request, cluster: str, channel: str, on_progress: OnProgress = ignore
    ) -> Answer:
        """Answer what was asked before, anew, of the same cluster; nothing is remembered."""
        overrides = request.overrides(cluster)
        if request.group:
            place = Place("", channel)
            return await self.check(
                request.group, request.subject, place, overrides=overrides, on_progress=on_progress
            )
        doctor = self._doctor
        answer, _ = await self._diagnose(
            doctor, request.text, self._clusters.open, channel, overrides, on_progress
        )
        return answer

    def titles(self, lang: Lang) -> Mapping[str, str]:
        """Return every entry's title by its slug."""
        return {entry.slug: entry.page(lang).title for entry in self._doctor.library}

    def search(self, words: str) -> tuple[str, ...]:
        """Return the slugs of the entries that hold all these words, as `Library.find` has them."""
        return tuple(one.slug for one in self._doctor.library.find(words.split()))

    async def link_of(self, channel: str) -> Link | None:
        """Return the channel's link."""
        return await self._memory.link_of(channel)

    def clusters(self) -> tuple[str, ...]:
        """Return the names a channel can be linked to."""
        return self._clusters.names()

    def groups(self) -> tuple[str, ...]:
        """Return the groups of checks, `all` last."""
        known = names(self._doctor.catalog)
        return known[: known.index("all") + 1]

    async def _diagnose(
        self,
        doctor: Doctor,
        text: str,
        opening: Open,
        channel: str,
        overrides: Overrides,
        on_progress: OnProgress,
    ) -> tuple[Answer, bool]:
        """Return the answer to a paste, and whether there was a cluster to look at."""
        try:
            cluster, overrides = await self._cluster(opening, channel, overrides)
        except ClusterError as error:
            matched = await asyncio.to_thread(doctor.match, text, overrides.lang)
            return doctor.unproved(matched, _reason(error, matched.lang)), False
        return await doctor.diagnose(text, cluster, overrides, on_progress), True

    async def _cluster(
        self, opening: Open, channel: str, overrides: Overrides
    ) -> tuple[Cluster, Overrides]:
        """Choose the named cluster, the linked one, or the only one there is."""
        link = await self._memory.link_of(channel)
        every = self._clusters.names()
        name = overrides.cluster or (link.cluster if link else "")
        if not name and len(every) == 1:
            name = every[0]
        if not name:
            raise UnlinkedError(_unlinked(every))
        if link and name == link.cluster and not overrides.default_namespace:
            overrides = msgspec.structs.replace(overrides, default_namespace=link.namespace)
        return await opening(name), overrides


def _unlinked(names: Iterable[str]) -> Text:
    return NO_LINK.fill(names=", ".join(f"`{one}`" for one in names) or "-")


def _reason(error: ClusterError, lang: Lang) -> str:
    return error.said.to(lang) if isinstance(error, UnlinkedError) else error.reason
