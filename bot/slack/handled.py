"""What people did about an answer's incident, and what they said of the answer."""

from collections.abc import Iterable, Iterator, Mapping

from bot.core.answer import Answer, Mended, Seen
from bot.core.casebook import Opinion
from bot.slack import button_words as words
from bot.slack import escape
from bot.slack.moment import minute
from checks.text import Lang, Text

_TOLD = 5  # opinions; arbitrary, more of them are no longer read


def handled(
    answer: Answer, opinions: Iterable[Opinion], titles: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line for each; `titles` are those of the entries people name."""
    if answer.seen is not None:
        yield from _incident(answer.seen, answer.lang)
    for opinion in list(opinions)[-_TOLD:]:
        yield _opinion(opinion, titles, answer.lang)


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


def _opinion(opinion: Opinion, titles: Mapping[str, str], lang: Lang) -> str:
    who = escape.user(opinion.user)
    if not opinion.entry:
        return words.SAYS_NONE.fill(who=who).to(lang)
    title = escape.line(titles.get(opinion.entry) or opinion.entry, 150)
    return words.SAYS_OTHER.fill(who=who, title=title).to(lang)
