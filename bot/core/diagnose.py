"""The one path from a paste or a command to an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec

from bot.core.answer import Answer, CheckResult, Pending
from bot.core.errors import ClusterError
from bot.core.mentions import heeded
from bot.core.paste import read_paste
from bot.core.plan import Overrides, Task, tasks_for_group, tasks_for_matches
from bot.core.ports import Cluster, OnSeen
from bot.core.standing import pertinent, weigh, worst_first
from bot.core.ties import Told
from checks.model import Ask, Check, Finding
from checks.registry import union, within
from checks.runner import requests, run
from checks.snapshot import Ledger, Snapshot
from checks.text import Lang
from knowledge.load import Library
from knowledge.model import Match, Matching
from knowledge.redact import redact

OnProgress = Callable[[Answer], Awaitable[None]]


async def ignore(_answer: Answer) -> None:
    """Take no interest in progress."""


class Doctor:
    """Names what a paste shows and proves it on a cluster. Holds no state between pastes."""

    def __init__(self, library: Library, catalog: Mapping[str, Check]) -> None:
        self.library = library
        self.catalog = catalog

    def match(self, text: str, lang: Lang | None = None) -> Answer:
        """Return what a paste looks like; no cluster. Raises `PasteRefusedError`."""
        matching = self.library.match(read_paste(text))
        return self._matched(matching, lang)

    async def diagnose(
        self,
        text: str,
        cluster: Cluster,
        overrides: Overrides,
        on_progress: OnProgress = ignore,
        on_seen: OnSeen | None = None,
    ) -> Answer:
        """Match a paste, look at the cluster and weigh the suspected causes.

        `on_progress` gets every unfinished form of the answer. Raises `PasteRefusedError`; a
        cluster that cannot be reached is part of the answer (`trouble`).
        """
        answer = await asyncio.to_thread(self.match, text, overrides.lang)
        tasks = tasks_for_matches(answer.matches, self.library.entries, self.catalog, overrides)
        told = self.masked(text)
        return await self._prove(answer, tasks, cluster, on_progress, on_seen, told)

    async def check(
        self,
        group: str,
        subject: str,
        cluster: Cluster,
        overrides: Overrides,
        on_progress: OnProgress = ignore,
        on_seen: OnSeen | None = None,
    ) -> Answer:
        """Run a group of checks, or one, without a paste. Raises `UnknownCheckError`."""
        tasks = self.tasks(group, subject, overrides)
        answer = Answer(lang=overrides.lang or "en")
        return await self._prove(answer, tasks, cluster, on_progress, on_seen)

    def tasks(self, group: str, subject: str, overrides: Overrides) -> tuple[Task, ...]:
        """Return what a command would run. Raises `UnknownCheckError`."""
        return tasks_for_group(group, subject, self.catalog, overrides)

    async def survey(self, cluster: Cluster, on_seen: OnSeen | None = None) -> Snapshot:
        """Look at all that any check would see, logs and dials included. Raises `ClusterError`."""
        tasks = self.tasks("all", "", Overrides())
        snapshot = await _look(cluster, tasks, on_seen)
        asked = _all(requests(task.check, snapshot, task.question) for task in tasks)
        return await cluster.ask(snapshot, asked) if asked else snapshot

    def unproved(self, answer: Answer, trouble: str) -> Answer:
        """Return the answer as it stands when there is no cluster to look at."""
        return self._weighed(answer, (), (), Ledger(), trouble=trouble)

    def masked(self, text: str) -> str:
        """Return a paste as it may be stored: cleaned, secrets masked."""
        return read_paste(text).text

    def _matched(self, matching: Matching, lang: Lang | None) -> Answer:
        chosen = lang or matching.lang
        shown = (*(match.entry for match in matching.matches), *matching.nearest)
        titles = {slug: self.library.entries[slug].page(chosen).title for slug in shown}
        return Answer(
            lang=chosen,
            answer=matching.answer,
            matches=matching.matches,
            titles=titles,
            elsewhere=matching.elsewhere.get(chosen, ""),
            taught={slug: by for slug in shown if (by := self.library.entries[slug].teacher)},
        )

    async def _prove(
        self,
        answer: Answer,
        tasks: tuple[Task, ...],
        cluster: Cluster,
        on_progress: OnProgress,
        on_seen: OnSeen | None,
        told: str = "",
    ) -> Answer:
        answer = msgspec.structs.replace(answer, cluster=cluster.name, pending=_pending(tasks))
        if not tasks:
            return self._weighed(answer, (), (), Ledger())
        await on_progress(answer)
        try:
            snapshot = await _look(cluster, tasks, on_seen)
        except ClusterError as error:
            return self.unproved(answer, error.reason)
        tasks, words = heeded(tasks, snapshot, told), Told(told)
        asking = {task: requests(task.check, snapshot, task.question) for task in tasks}
        early = tuple(task for task in tasks if not asking[task])
        results = words.tie(await asyncio.to_thread(_judge, early, snapshot))
        late = tuple(task for task in tasks if asking[task])
        if late:
            await on_progress(self._weighed(answer, results, _pending(late), snapshot.ledger))
            snapshot = await cluster.ask(snapshot, _all(asking.values()))
            results = words.tie(results + await asyncio.to_thread(_judge, late, snapshot))
        return self._weighed(answer, results, (), snapshot.ledger)

    def _weighed(
        self,
        answer: Answer,
        results: tuple[CheckResult, ...],
        pending: tuple[Pending, ...],
        ledger: Ledger,
        trouble: str = "",
    ) -> Answer:
        """Return the answer with what is known so far; causes wait for their last check."""
        results = pertinent(results, answer.matches)
        matches: Iterable[Match] = answer.matches
        if pending:
            waiting = {one.check for one in pending}
            entries = self.library.entries
            matches = [
                match
                for match in answer.matches
                if not waiting & {link.check for link in entries[match.entry].checks}
            ]
        causes = weigh(matches, results, self.library.entries, self.catalog, answer.lang)
        return msgspec.structs.replace(
            answer,
            causes=causes,
            checks=worst_first(results),
            pending=pending,
            ledger=ledger,
            trouble=trouble,
            done=not pending,
        )


async def _look(cluster: Cluster, tasks: Iterable[Task], on_seen: OnSeen | None) -> Snapshot:
    """Fetch what the checks must see; of a list that is refused, what lies within it."""
    checks = tuple(task.check for task in tasks)
    snapshot = await cluster.look(union(checks), on_seen)
    left = within(checks, snapshot.refused)
    return snapshot.joined(await cluster.look(left, on_seen)) if left else snapshot


def _pending(tasks: Iterable[Task]) -> tuple[Pending, ...]:
    return tuple(
        {task.check.slug: Pending(task.check.slug, task.check.title) for task in tasks}.values()
    )


def _all(asked: Iterable[tuple[Ask, ...]]) -> tuple[Ask, ...]:
    return tuple(dict.fromkeys(request for some in asked for request in some))


def _judge(tasks: Iterable[Task], snapshot: Snapshot) -> tuple[CheckResult, ...]:
    """Run the checks and mask what they quote."""
    return tuple(
        CheckResult(task.check.slug, task.check.title, _mask(finding), task.question, task.lead)
        for task in tasks
        for finding in run(task.check, snapshot, task.question)
    )


def _mask(finding: Finding) -> Finding:
    """Mask secrets in what is quoted; object names and kubectl lines hold none."""
    return msgspec.structs.replace(
        finding, evidence=tuple(redact(quote) for quote in finding.evidence)
    )
