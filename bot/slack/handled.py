"""What people did about an answer's incident, and what they said of the answer."""

from collections.abc import Iterator, Mapping

from bot.core.answer import Answer, Mended, Seen
from bot.core.casebook import Opinion
from bot.slack import button_words as words
from bot.slack import escape
from bot.slack.buttons import Under
from bot.slack.moment import minute
from checks.text import Lang, Text

_TOLD = 5  # opinions; arbitrary, more of them are no longer read


def handled(answer: Answer, under: Under | None) -> Iterator[str]:
    """Yield a line for each."""
    if answer.seen is not None:
        yield from _incident(answer.seen, answer.lang)
    if under is None:
        return
    for opinion in under.opinions[-_TOLD:]:
        yield _opinion(opinion, under.titles, answer.lang)
    for lesson in under.lessons[-_TOLD:]:
        if lesson.entry not in answer.taught:
            yield _lesson(lesson, under.titles, answer.lang)


def taught_here(answer: Answer) -> Iterator[str]:
    """Yield which of the entries offered were taught here, and by whom."""
    for match in answer.matches[:_TOLD]:
        if by := answer.taught.get(match.entry):
            title = escape.line(answer.titles.get(match.entry) or match.entry, 150)
            said = words.TAUGHT_HERE.fill(title=title, who=escape.user(by))
            yield said.to(answer.lang)


def _incident(seen: Seen, lang: Lang) -> Iterator[str]:
    if seen.mended is not None:
        yield _mended(seen.mended, words.MENDED if seen.resolved else words.LAST_MENDED, lang)
    if seen.owner:
        when = escape.line(minute(seen.owned_at), 40)
        yield words.OWNED.fill(who=escape.user(seen.owner), when=when).to(lang)


def _mended(mended: Mended, said: Text, lang: Lang) -> str:
    when = escape.line(minute(mended.at), 40)
    how = escape.line(mended.how, 300)
    return said.fill(who=escape.user(mended.by), when=when, how=how).to(lang)


def _lesson(lesson: Opinion, titles: Mapping[str, str], lang: Lang) -> str:
    title = escape.line(titles.get(lesson.entry) or lesson.entry, 150)
    who = escape.user(lesson.user)
    return words.TAUGHT.fill(who=who, title=title, again=words.AGAIN).to(lang)


def _opinion(opinion: Opinion, titles: Mapping[str, str], lang: Lang) -> str:
    who = escape.user(opinion.user)
    if not opinion.entry:
        return words.SAYS_NONE.fill(who=who).to(lang)
    title = escape.line(titles.get(opinion.entry) or opinion.entry, 150)
    return words.SAYS_OTHER.fill(who=who, title=title).to(lang)
