"""From a paste to the entries it shows, each with its reason and how sure it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from knowledge import confidence
from knowledge.clean import clean
from knowledge.entities import Mention, mentions, resolve
from knowledge.entity_rules import spell_out
from knowledge.lang import detect
from knowledge.lexical import Lexicon, nearest_symptom
from knowledge.model import Because, Entry, Line, Match, Matching, Paste
from knowledge.prefixes import fatal_lines
from knowledge.search import Found, Searcher, SearchText
from knowledge.signature import Pattern

_MOST_OFFERED = 5  # arbitrary; what an answer can show without scrolling
_MOST_NEAR = 3
_NEAR = 0.05  # cosine; arbitrary, below it the two share little but everyday words
_WRAPPED = 3  # lines over which a narrow terminal breaks the beginning of a message
_QUOTE = 500  # characters; a line of a log may be as long as a page


def read(text: str) -> Paste:
    """Clean and redact what was pasted. Any text will do; nothing legible gives no lines."""
    lines, joined = clean(text)
    lang = detect("\n".join(line.text for line in lines))
    return Paste(lines=lines, lang=lang, joined=joined, fatal=fatal_lines(text))


class Matcher:
    """Entries made ready to be found. Holds no state between pastes."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._slugs = sorted(entries)
        self._owners: list[str] = []
        self._patterns: list[Pattern] = []
        for slug in self._slugs:
            for signature in entries[slug].signatures:
                self._owners.append(slug)
                self._patterns.append(Pattern(signature.text))
        self._searcher = Searcher(self._patterns)
        self._lexicon = Lexicon(entries[slug] for slug in self._slugs)

    def match(self, paste: Paste) -> Matching:
        """Return the answer to a paste; the same paste always gives the same answer.

        Wording is asked only when no signature is sure, and stands behind those that matched.
        """
        said = mentions((*paste.lines, *paste.joined))
        hits = self._hits(paste)
        sure = {slug: self._sure(found, paste) for slug, found in hits.items()}
        ranked = sorted(
            (slug for slug in sure if sure[slug] >= confidence.PERHAPS),
            key=lambda slug: (-sure[slug], slug),
        )[:_MOST_OFFERED]
        offered = [self._match(slug, sure[slug], hits[slug], said) for slug in ranked]
        if not offered or offered[0].confidence < confidence.MATCH:
            offered += sorted(
                self._suggest(paste, said, hits), key=lambda one: (-one.confidence, one.entry)
            )
        best = max((one.confidence for one in offered), default=0.0)
        return Matching(
            answer=confidence.answer(best),
            lang=paste.lang,
            matches=tuple(offered[:_MOST_OFFERED]),
            entities=resolve(said),
            nearest=() if offered else self._nearest(paste),
        )

    def _nearest(self, paste: Paste) -> tuple[str, ...]:
        scores = self._lexicon.score(paste.text)
        close = sorted(scores, key=lambda one: (-scores[one], one))[:_MOST_NEAR]
        return tuple(self._slugs[index] for index in close if scores[index] >= _NEAR)

    def _hits(self, paste: Paste) -> dict[str, list[Found]]:
        hits: dict[str, list[Found]] = defaultdict(list)
        for found in self._searcher.search(SearchText(paste)):
            hits[self._owners[found.pattern]].append(found)
        return {slug: hits[slug] for slug in hits if not self._yields(slug, hits)}

    def _suggest(
        self, paste: Paste, said: Sequence[Mention], hits: Collection[str]
    ) -> Iterator[Match]:
        """Yield the entries the wording suggests, unless they yield to one that matched."""
        scores = self._lexicon.score(paste.text)
        for index in sorted(scores, key=lambda one: (-scores[one], one))[:_MOST_OFFERED]:
            slug = self._slugs[index]
            if confidence.of_wording(scores[index], 0.0) < confidence.PERHAPS:
                return
            near = nearest_symptom(self._entries[slug], paste.lines)
            if near is None or slug in hits or self._yields(slug, hits):
                continue
            line, symptom, likeness = near
            sure = confidence.of_wording(scores[index], likeness)
            because = Because(line.number, _quote(line), symptom, sure)
            yield Match(slug, sure, (because,), resolve(said, {line.number}))

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

    def _sure(self, found: Sequence[Found], paste: Paste) -> float:
        """Return how sure the hits are, short of `match` where the program died of another thing.

        What it warned of before its fatal line is rarely what ended it.
        """
        sure = confidence.of_signatures(self._letters(found))
        met = {number for one in found for number in one.lines}
        said = {number - after for number in met for after in range(_WRAPPED + 1)}
        if paste.fatal and not paste.fatal & said:
            return min(sure, confidence.BESIDE_FATAL)
        return sure

    def _letters(self, found: Iterable[Found]) -> list[int]:
        return [len(self._patterns[one.pattern].literal) for one in found]

    def _match(
        self, slug: str, sure: float, found: Sequence[Found], said: Sequence[Mention]
    ) -> Match:
        strongest = sorted(found, key=lambda one: -len(self._patterns[one.pattern].literal))
        at = {number for one in strongest for number in one.lines}
        holes = spell_out(dict(hole for one in reversed(strongest) for hole in one.holes))
        because = tuple(self._because(one) for one in strongest)
        return Match(slug, sure, because, resolve(said, at, holes))

    def _because(self, found: Found) -> Because:
        pattern = self._patterns[found.pattern]
        score = confidence.of_signatures([len(pattern.literal)])
        return Because(found.line.number, _quote(found.line), pattern.text, score)


def _quote(line: Line) -> str:
    return line.text if len(line.text) <= _QUOTE else line.text[: _QUOTE - 1] + "…"
