"""What people do with an answer after it was given: the use cases of the buttons under it."""

import asyncio
from collections.abc import Sequence

import msgspec

from bot.core.answer import Answer
from bot.core.casebook import ButtonError, Casebook, Kept, Lesson, Request
from bot.core.desk import Answers
from bot.core.diagnose import OnProgress, ignore
from bot.core.leave import Act, Leave
from bot.core.ports import Place
from checks.text import Text
from knowledge.redact import redact
from knowledge.teaching import TITLE, Files, Mistake, Proposal, Taught, propose

GONE = Text(
    "I do not keep this answer any more, or never had it: paste the error again.",
    "這則回覆已不在我的紀錄中：請再貼一次錯誤訊息。",
)
OTHER_VERSION = Text(
    "This answer was kept by another version of netcheck, which I cannot read: "
    "press *Check again*, or paste the error again.",
    "這則回覆由另一個版本的 netcheck 保存，我讀不懂：請按「重新檢查」，或再貼一次錯誤訊息。",
)
NO_INCIDENT = Text(
    "No incident is kept for this answer, so there is nothing to take on or to resolve.",
    "這則回覆沒有對應的事件，因此無法認領或標示為已解決。",
)
RESOLVED_ALREADY = Text(
    "This incident is resolved already; it opens again when it is seen again.",
    "此事件已經解決；再次出現時會重新開啟。",
)

_TRIED = 5  # lines; arbitrary, each takes about a tenth of a second
NO_LINE = Text(
    "No line of this paste can be known again: paste the error as the program prints it, "
    "and teach me from that answer.",
    "這段內容沒有可供辨認的行：請貼上程式輸出的錯誤訊息，再從那則回覆教我。",
)


class FollowUp:
    """Keeps answers, and does what the buttons under them say.

    A `place` names who pressed and the event that brought it: the same event again changes
    nothing. What cannot be done raises `ButtonError`, which says why.
    """

    def __init__(self, desk: Answers, book: Casebook, leave: Leave) -> None:
        self.desk = desk
        self._book = book
        self._leave = leave
        self._lessons: tuple[Files, ...] = ()

    async def keep(self, request: Request, answer: Answer, place: Place) -> Kept:
        """Keep a finished answer for its buttons; secrets in what was asked are masked."""
        link = await self.desk.link_of(place.channel)
        linked = link is not None and link.cluster == answer.cluster
        request = msgspec.structs.replace(
            request,
            text=redact(request.text),
            command=redact(request.command),
            default_namespace=link.namespace if link and linked else "",
        )
        kept = Kept(place.event, place.channel, place.thread, request, answer)
        return await self._book.keep(kept)

    async def kept(self, key: str, channel: str) -> Kept:
        """Return an answer to that channel with what is known of its incident now."""
        kept = await self._book.kept(key)
        if kept is None or kept.channel != channel:
            raise ButtonError(GONE)
        return kept

    async def readable(self, key: str, channel: str) -> tuple[Kept, Answer]:
        """Return an answer that this version can read."""
        kept = await self.kept(key, channel)
        if kept.answer is None:
            raise ButtonError(GONE if kept.request is None else OTHER_VERSION)
        return kept, kept.answer

    async def again(self, kept: Kept, place: Place, on_progress: OnProgress = ignore) -> None:
        """Run the same checks for the same paste on the same cluster, and keep what came of it."""
        if kept.request is None:
            raise ButtonError(GONE)
        cluster = (kept.answer.cluster if kept.answer else "") or kept.request.cluster
        try:
            answer = await self.desk.look(kept.request, cluster, kept.channel, on_progress)
        except Exception:
            await self._book.give_up(kept.key, kept.run)
            raise
        await self._book.look_again(kept.key, kept.run, answer, place)

    async def may_own(self, key: str, channel: str) -> None:
        """Raise where there is no open incident to take on."""
        _, answer = await self.readable(key, channel)
        if answer.seen is None:
            raise ButtonError(NO_INCIDENT)
        if answer.seen.resolved:
            raise ButtonError(RESOLVED_ALREADY)

    async def own(self, key: str, place: Place) -> None:
        """Put somebody on it, or take them off where they are on it already."""
        await self._book.own(key, place)

    async def may_resolve(self, key: str, channel: str, user: str) -> None:
        """Raise where somebody may not resolve it, or there is nothing to resolve."""
        await self.allow(user, "resolve")
        await self.may_own(key, channel)

    async def resolve(self, key: str, how: str, place: Place) -> None:
        """Resolve the incident, with what mended it; secrets in that are masked."""
        await self._book.resolve(key, redact(how), place)

    async def rate(self, key: str, helpful: bool, place: Place) -> None:  # noqa: FBT001 (what is said)
        """Note whether the answer helped."""
        await self._book.rate(key, helpful, place)

    async def reject(self, key: str, entry: str, place: Place) -> None:
        """Note that it is not this cause, but that entry, or none of them ("")."""
        await self._book.reject(key, entry, place)

    async def may_teach(self, key: str, channel: str, user: str) -> tuple[Kept, Answer]:
        """Return the answer to teach from. Raises where somebody may not, or it is gone."""
        await self.allow(user, "teach")
        return await self.readable(key, channel)

    async def proposals(self, kept: Kept) -> tuple[Proposal, ...]:
        """Return the lines of the paste that an entry can be known by. Raises where none can."""
        text = kept.request.text if kept.request else ""
        found = await asyncio.to_thread(propose, text) if text.strip() else ()
        if not found:
            raise ButtonError(NO_LINE)
        return found

    async def best_line(self, proposals: Sequence[Proposal]) -> int:
        """Return which of the first few lines passes the contract as it is, the first if none.

        What the contract needs is then read, so that a submission is examined within its 3 s.
        """
        for at, one in enumerate(proposals[:_TRIED]):
            probe = Taught(title=one.text[:TITLE], line=one.text, signature=one.signature, fix="-")
            if not await self.desk.examine(probe):
                return at
        return 0

    async def mistakes(self, taught: Taught) -> tuple[Mistake, ...]:
        """Return what is wrong with what is to be taught, by field."""
        return await self.desk.examine(_masked(taught))

    async def teach(self, key: str, taught: Taught, place: Place) -> None:
        """Keep a taught entry, and use it from now on; secrets in it are masked."""
        lesson = Lesson(await self.desk.compose(_masked(taught)), place.user, place.event, key)
        await self._book.teach(lesson, place)
        await self.learn()

    async def learn(self) -> None:
        """Use what was taught, here or by another process, since this was last called."""
        lessons = tuple(lesson.files for lesson in await self._book.lessons())
        if lessons != self._lessons:
            await self.desk.learn(lessons)
            self._lessons = lessons

    async def allow(self, user: str, act: Act) -> None:
        """Raise where somebody has no leave."""
        refusal = await self._leave.refusal(user, act)
        if refusal is not None:
            raise ButtonError(refusal)


def _masked(taught: Taught) -> Taught:
    return msgspec.structs.replace(
        taught,
        title=redact(taught.title),
        signature=redact(taught.signature),
        fix=redact(taught.fix),
        danger=redact(taught.danger),
    )
