"""Kept answers in memory. Fulfils `bot.core.casebook.Casebook`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from bot.core.answer import OPEN, RESOLVED, Answer, Mended, Seen
from bot.core.casebook import Kept, Lesson, Opinion
from bot.core.fingerprint import fingerprint
from bot.core.incident import incident_cause
from bot.core.ports import Place
from tests.fakes.memory import FakeMemory


@dataclass
class FakeCasebook:
    """`turns` are the timelines, as incident, what, who and detail; `ratings` by key and user."""

    memory: FakeMemory = field(default_factory=FakeMemory)
    answers: dict[str, Kept] = field(default_factory=dict)
    opinions: dict[str, dict[str, str]] = field(default_factory=dict)
    ratings: dict[tuple[str, str], bool] = field(default_factory=dict)
    turns: list[tuple[int, str, str, str]] = field(default_factory=list)
    taught: dict[str, Lesson] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)

    async def keep(self, kept: Kept) -> Kept:
        """Keep an answer, or the newer form of one."""
        earlier = self.answers.get(kept.key)
        self.answers[kept.key] = replace(kept, run=earlier.run if earlier else 0)
        return await self.kept(kept.key) or kept

    async def kept(self, key: str) -> Kept | None:
        """Return an answer with what is known of its incident now."""
        kept = self.answers.get(key)
        if kept is None or kept.answer is None:
            return kept
        said = tuple(Opinion(*one) for one in self.opinions.get(key, {}).items())
        answer = replace(kept.answer, seen=self._now(kept.answer.seen))
        taught = [one for one in self.taught.values() if one.key == key]
        lessons = tuple(Opinion(one.by, one.files.slug) for one in taught)
        return replace(kept, answer=answer, opinions=said, lessons=lessons)

    async def look_again(self, key: str, run: int, answer: Answer, place: Place) -> None:
        """Keep what a check made again came to."""
        kept = self.answers.get(key)
        if kept is None or kept.run != run or kept.request is None:
            return
        seen = None if kept.request.group else await self._sight(kept, answer, place)
        self.answers[key] = replace(kept, answer=replace(answer, seen=seen), run=run + 1)

    async def give_up(self, key: str, run: int) -> None:
        """Let a check be made again that failed."""
        kept = self.answers.get(key)
        if kept is not None and kept.run == run:
            self.answers[key] = replace(kept, run=run + 1)

    async def own(self, key: str, place: Place) -> None:
        """Put somebody on it, or take them off."""

        def turn(seen: Seen) -> tuple[Seen, str, str]:
            if seen.owner == place.user:
                return replace(seen, owner="", owned_at=""), "released", ""
            now = self._stamp()
            return replace(seen, owner=place.user, owned_at=now), "acknowledged", ""

        self._turn(key, place, turn)

    async def resolve(self, key: str, how: str, place: Place) -> None:
        """Resolve the incident."""

        def turn(seen: Seen) -> tuple[Seen, str, str]:
            mended = Mended(place.user, self._stamp(), how)
            over = replace(seen, status=RESOLVED, owner="", owned_at="", mended=mended)
            return over, "resolved", how

        self._turn(key, place, turn)

    async def rate(self, key: str, helpful: bool, place: Place) -> None:  # noqa: FBT001 (the port's)
        """Note whether an answer helped."""
        self.ratings[key, place.user] = helpful
        self._note(key, place, "rated", "helpful" if helpful else "no help")

    async def reject(self, key: str, entry: str, place: Place) -> None:
        """Note that it is not this cause."""
        self.opinions.setdefault(key, {})[place.user] = entry
        self._note(key, place, "disputed", entry or "none of the entries")

    async def teach(self, lesson: Lesson, place: Place) -> None:
        """Keep a taught entry."""
        if lesson.key in self.answers:
            self.taught.setdefault(lesson.event, lesson)
            self._note(lesson.key, place, "taught", lesson.files.slug)

    async def lessons(self) -> tuple[Lesson, ...]:
        """Return every taught entry, oldest first."""
        return tuple(self.taught.values())

    async def _sight(self, kept: Kept, answer: Answer, place: Place) -> Seen | None:
        cause = incident_cause(answer)
        known = self._now(kept.answer.seen) if kept.answer else None
        if known is not None:
            standings = (one.standing for one in answer.causes if cause)
            self._note(kept.key, place, "checked", next(standings, "not-confirmed"))
        mark = cause and fingerprint(cause.entry, answer.cluster, cause.subject)
        same = known and self.memory.seen.get(mark or "") == known
        if cause is None or (same and known and known.status == OPEN):
            return known
        assert kept.request is not None
        return await self.memory.remember(kept.request.text, answer, place)

    def _turn(self, key: str, place: Place, turn: Callable[[Seen], tuple[Seen, str, str]]) -> None:
        kept = self.answers.get(key)
        seen = self._now(kept.answer.seen) if kept and kept.answer else None
        if seen is None or seen.status != OPEN or place.event in self._done:
            return
        now, what, detail = turn(seen)
        self._done.add(place.event)
        self.turns.append((seen.incident, what, place.user, detail))
        marks = [mark for mark, one in self.memory.seen.items() if one.incident == seen.incident]
        self.memory.seen |= dict.fromkeys(marks, now)

    def _note(self, key: str, place: Place, what: str, detail: str) -> None:
        kept = self.answers.get(key)
        seen = self._now(kept.answer.seen) if kept and kept.answer else None
        if seen is not None and place.event not in self._done:
            self._done.add(place.event)
            self.turns.append((seen.incident, what, place.user, detail))

    def _now(self, seen: Seen | None) -> Seen | None:
        """Return an incident as memory has it now."""
        every = {one.incident: one for one in self.memory.seen.values()}
        return every.get(seen.incident) if seen else None

    def _stamp(self) -> str:
        return self.memory.now().strftime("%Y-%m-%dT%H:%M:%SZ")
