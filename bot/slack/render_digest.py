"""A digest as a Slack message: pure, within every limit."""

from collections.abc import Iterator

from bot.core.archive import Digest, Tally
from bot.slack import escape, words_commands
from bot.slack.blocks import Rendered, Sheet
from bot.slack.moment import minute
from bot.slack.render_incidents import Entries, title
from bot.slack.words import label, say
from checks.text import Lang


def render_digest(digest: Digest, entries: Entries, lang: Lang | None) -> Rendered:
    """Return what happened, or that nothing did."""
    tongue = lang or "en"
    lead = words_commands.DIGEST.fill(
        since=escape.line(minute(digest.since), 40), until=escape.line(minute(digest.until), 40)
    )
    sheet = Sheet(tongue)
    sheet.paragraph([f"*{label(lead, lang)}*"])
    for paragraph in digest_paragraphs(digest, entries, lang):
        sheet.paragraph(paragraph)
    return Rendered(text=lead.to(tongue), blocks=sheet.blocks())


def digest_paragraphs(digest: Digest, entries: Entries, lang: Lang | None) -> Iterator[list[str]]:
    """Yield a digest's paragraphs, each a list of escaped lines."""
    if digest.quiet:
        yield [label(words_commands.QUIET, lang), *_still_open(digest, lang)]
        return
    counts = words_commands.COUNTS.fill(
        new=digest.new,
        again=digest.again,
        resolved=digest.resolved,
        open=digest.open,
        sightings=digest.sightings,
    )
    yield [say(counts, lang), *_unmatched(digest, lang)]
    for heading, tallies in (
        (words_commands.TOP_CAUSES, digest.causes),
        (words_commands.NOISIEST, digest.subjects),
    ):
        if tallies:
            lines = [_tally(one, entries, lang) for one in tallies]
            yield [f"*{label(heading, lang)}*", *lines]


def _still_open(digest: Digest, lang: Lang | None) -> Iterator[str]:
    if digest.open:
        yield label(words_commands.STILL_OPEN.fill(count=digest.open), lang)


def _unmatched(digest: Digest, lang: Lang | None) -> Iterator[str]:
    if digest.unmatched:
        yield label(words_commands.UNMATCHED.fill(count=digest.unmatched), lang)


def _tally(tally: Tally, entries: Entries, lang: Lang | None) -> str:
    times = words_commands.ONCE if tally.count == 1 else words_commands.TIMES
    parts = [
        f"#{tally.incident}" if tally.incident else "",
        escape.line(tally.subject, 150),
        title(tally.entry, entries, lang),
        escape.line(tally.cluster, 80),
        label(times.fill(count=tally.count), lang),
    ]
    return "• " + " · ".join(part for part in parts if part)
