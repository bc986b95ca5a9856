"""From a paste to the entries it shows, each with its reason and how sure it is."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from knowledge import confidence
from knowledge.clean import clean
from knowledge.elsewhere import neighbours
from knowledge.entities import Mention, mentions, resolve, worth_reading
from knowledge.entity_rules import spell_out
from knowledge.facts import Facts
from knowledge.lang import detect
from knowledge.lexical import Lexicon, Likeness, Wording
from knowledge.model import Because, Entry, Line, Match, Matching, Paste
from knowledge.prefixes import fatal_lines
from knowledge.relate import Proof, Relation, relations
from knowledge.sayings import Telling
from knowledge.search import Found, Searcher, SearchText
from knowledge.signature import Pattern

_MOST_OFFERED = 5  # arbitrary; what an answer can show without scrolling
_MOST_NEAR = 3
_NEAR = 0.02  # cosine; arbitrary, below it the two share little but everyday words
_WRAPPED = 3  # lines over which a narrow terminal breaks the beginning of a message
_QUOTE = 500  # characters; a line of a log may be as long as a page


def read(text: str) -> Paste:
    """Clean and redact what was pasted. Any text will do; nothing legible gives no lines."""
    lines, joined = clean(text)
    lang = detect("\n".join(line.text for line in lines))
    return Paste(lines=lines, lang=lang, joined=joined, fatal=fatal_lines(text))


class Proven(msgspec.Struct, frozen=True):
    """A relation that two facts of the paste prove."""

    relation: Relation
    proof: Proof

    @property
    def lines(self) -> frozenset[int]:
        """The numbers of the lines that prove it."""
        return frozenset(line.number for line in self.proof)


Hit = Found | Proven


class Matcher:
    """Entries made ready to be found. Holds no state between pastes."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._slugs = sorted(entries)
        self._owners: list[str] = []
        self._patterns: list[Pattern] = []
        self._anywhere: set[int] = set()
        for slug in self._slugs:
            for signature in entries[slug].signatures:
                if signature.anywhere:
                    self._anywhere.add(len(self._patterns))
                self._owners.append(slug)
                self._patterns.append(Pattern(signature.text))
        self._searcher = Searcher(self._patterns)
        self._relations = [
            (slug, relations()[name]) for slug in self._slugs for name in entries[slug].relations
        ]

    def prepare(self) -> None:
        """Compile every signature and index the wording, as a process that stays will need it."""
        for pattern in self._patterns:
            pattern.compile()
        self._lexicon.weigh(())

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self._entries[slug] for slug in self._slugs)

    def match(self, paste: Paste) -> Matching:
        """Return the answer to a paste; the same paste always gives the same answer.

        Wording is asked only when no signature is sure.
        """
        text = SearchText(paste)
        hits = self._hits(text)
        met = {number for found in hits.values() for one in found for number in one.lines}
        said = mentions((*worth_reading(paste.lines, met), *worth_reading(paste.joined, met)))
        offered = self._offer(paste, said, hits)
        if offered and offered[0].confidence >= confidence.MATCH:
            return _matching(paste, said, offered)
        return self._match_wording(paste, text, said, hits, offered)

    def _offer(
        self,
        paste: Paste,
        said: Sequence[Mention],
        hits: Mapping[str, list[Hit]],
        *,
        kubernetes: bool = False,
    ) -> list[Match]:
        """Return the entries whose signatures were met, the surest first.

        What two facts prove is the cause, and comes before the error lines that it leads to.
        """
        sure = {
            slug: self._sure(found, paste, kubernetes=kubernetes) for slug, found in hits.items()
        }
        ranked = _ranked(self._match(slug, sure[slug], hits[slug], said) for slug in sure)
        proven = {slug for slug in sure if any(isinstance(one, Proven) for one in hits[slug])}
        return sorted(
            ranked, key=lambda one: one.entry not in proven or one.confidence < confidence.MATCH
        )

    def _match_wording(
        self,
        paste: Paste,
        text: SearchText,
        said: Sequence[Mention],
        hits: Mapping[str, list[Hit]],
        offered: Sequence[Match],
    ) -> Matching:
        """Return the answer where no signature is sure.

        A paste that shows a trouble outside the network, and no signature, gets the name of that.
        """
        elsewhere = None if hits else neighbours().find(text)
        if elsewhere:
            return msgspec.structs.replace(_matching(paste, said, ()), elsewhere=elsewhere.titles)
        wording = self._lexicon.weigh(paste.lines)
        if wording.kubernetes and self._met_anywhere(hits):
            offered = self._offer(paste, said, hits, kubernetes=True)
        ranked = self._add_wording(wording, paste, said, hits, offered)
        if ranked:
            return _matching(paste, said, ranked)
        return msgspec.structs.replace(
            _matching(paste, said, ()), nearest=self._nearest(wording.likenesses)
        )

    def _add_wording(
        self,
        wording: Wording,
        paste: Paste,
        said: Sequence[Mention],
        hits: Mapping[str, list[Hit]],
        offered: Sequence[Match],
    ) -> list[Match]:
        """Return what was offered with what the wording adds: new entries, or more certainty.

        When the best is no more than `perhaps`, the next ones stand behind it. Which line sounds
        like an entry is asked only where it will be shown: that is most of what wording costs.
        """
        by_slug = {one.entry: one for one in offered}
        likely = [
            (index, sure)
            for index, sure in confidence.of_wording(wording).items()
            if sure >= confidence.LEAST
        ]
        best = max((*(sure for _, sure in likely), *(one.confidence for one in offered)), default=0)
        if best < confidence.PERHAPS:
            return []
        telling = Telling(wording.telling)
        for index, sure in likely:
            slug = self._slugs[index]
            if slug in by_slug:
                if not paste.fatal:  # what it died of weighs more than how the paste sounds
                    surer = max(sure, by_slug[slug].confidence)
                    by_slug[slug] = msgspec.structs.replace(by_slug[slug], confidence=surer)
            elif not self._yields(slug, hits) and not _is_full(by_slug.values(), sure):
                found = self._suggest(index, sure, telling, said)
                by_slug.update({slug: found} if found else {})
        ranked = _ranked(by_slug.values())
        if not ranked or ranked[0].confidence < confidence.PERHAPS:
            return []
        return [one for one in ranked if one.confidence >= confidence.LEAST]

    def _suggest(
        self, index: int, sure: float, telling: Telling, said: Sequence[Mention]
    ) -> Match | None:
        near = telling.nearest(self._lexicon.sayings[index])
        if near is None:
            return None
        line, symptom = near
        because = Because(line.number, _quote(line), symptom, sure)
        return Match(self._slugs[index], sure, (because,), resolve(said, {line.number}))

    def _nearest(self, alike: Mapping[int, Likeness]) -> tuple[str, ...]:
        close = sorted(alike, key=lambda one: (-alike[one].words, one))[:_MOST_NEAR]
        return tuple(self._slugs[index] for index in close if alike[index].words >= _NEAR)

    def _hits(self, text: SearchText) -> dict[str, list[Hit]]:
        """Return what was met by entry, without the entries that yield to a sharper one."""
        hits: dict[str, list[Hit]] = defaultdict(list)
        for found in self._searcher.search(text):
            hits[self._owners[found.pattern]].append(found)
        for slug, proven in self._proven(text):
            hits[slug].append(proven)
        return {slug: hits[slug] for slug in hits if not self._yields(slug, hits)}

    def _proven(self, text: SearchText) -> Iterator[tuple[str, Proven]]:
        """Yield what two facts together prove, by entry."""
        facts = Facts(text.paste)
        for slug, relation in self._relations:
            proof = relation.find(facts) if relation.may_hold(text.words) else None
            if proof:
                yield slug, Proven(relation, proof)

    def _yields(self, slug: str, hits: Iterable[str]) -> bool:
        """Whether a sharper entry matched too, directly or over entries between."""
        seen: set[str] = set()
        ahead = list(self._entries[slug].yields_to)
        while ahead:
            sharper = ahead.pop()
            if sharper in hits and sharper != slug:
                return True
            if sharper not in seen and sharper in self._entries:
                seen.add(sharper)
                ahead.extend(self._entries[sharper].yields_to)
        return False

    def _sure(self, found: Sequence[Hit], paste: Paste, *, kubernetes: bool) -> float:
        """Return how sure the hits are, short of `match` where the program died of another thing.

        What it warned of before its fatal line is rarely what ended it. Nor is it a match where
        all of it is printed anywhere, and nothing of Kubernetes is named beside it.
        """
        sure = confidence.of_signatures(self._letters(found))
        if not kubernetes and all(self._is_anywhere(one) for one in found):
            sure = min(sure, confidence.ANYWHERE)
        sure = max(sure, *(one.relation.sure for one in found if isinstance(one, Proven)), 0.0)
        met = {number for one in found for number in one.lines}
        said = {number - after for number in met for after in range(_WRAPPED + 1)}
        if paste.fatal and not paste.fatal & said:
            return min(sure, confidence.BESIDE_FATAL)
        return sure

    def _met_anywhere(self, hits: Mapping[str, list[Hit]]) -> bool:
        return any(self._is_anywhere(one) for found in hits.values() for one in found)

    def _is_anywhere(self, hit: Hit) -> bool:
        return isinstance(hit, Found) and hit.pattern in self._anywhere

    def _letters(self, found: Iterable[Hit]) -> list[int]:
        return [len(self._patterns[one.pattern].literal) for one in found if isinstance(one, Found)]

    def _length(self, hit: Hit) -> float:
        """Return how many literal characters were met; a proof weighs more than any number."""
        return len(self._patterns[hit.pattern].literal) if isinstance(hit, Found) else math.inf

    def _match(
        self, slug: str, sure: float, found: Sequence[Hit], said: Sequence[Mention]
    ) -> Match:
        strongest = sorted(found, key=lambda one: -self._length(one))
        at = {number for one in strongest for number in one.lines}
        filled = [one.holes for one in reversed(strongest) if isinstance(one, Found)]
        holes = spell_out(dict(hole for some in filled for hole in some))
        because = tuple(reason for one in strongest for reason in self._because(one))
        return Match(slug, sure, because, resolve(said, at, holes))

    def _because(self, hit: Hit) -> Iterator[Because]:
        if isinstance(hit, Proven):
            for line in hit.proof:
                yield Because(line.number, _quote(line), hit.relation.says, hit.relation.sure)
            return
        pattern = self._patterns[hit.pattern]
        score = confidence.of_signatures([len(pattern.literal)])
        yield Because(hit.line.number, _quote(hit.line), pattern.text, score)


def _matching(paste: Paste, said: Sequence[Mention], offered: Sequence[Match]) -> Matching:
    best = max((one.confidence for one in offered), default=0.0)
    return Matching(
        answer=confidence.answer(best),
        lang=paste.lang,
        matches=tuple(offered[:_MOST_OFFERED]),
        entities=resolve(said),
    )


def _is_full(matches: Iterable[Match], sure: float) -> bool:
    """Whether so many are surer already that one of this certainty would not be shown."""
    return sum(one.confidence > sure for one in matches) >= _MOST_OFFERED


def _ranked(matches: Iterable[Match]) -> list[Match]:
    """Return the surest first; of equally sure ones, the one that more text speaks for."""
    return sorted(
        matches,
        key=lambda one: (-one.confidence, -len(one.because[0].signature), one.entry),
    )


def _quote(line: Line) -> str:
    return line.text if len(line.text) <= _QUOTE else line.text[: _QUOTE - 1] + "…"
