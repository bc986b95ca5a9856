"""The Home tab: pure, and within every limit of a view."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.core.archive import Digest, Found
from bot.core.health import Reach
from bot.core.ports import Link
from bot.core.registry import Links
from bot.slack import escape, words_home
from bot.slack.blocks import Sheet
from bot.slack.moment import minute
from bot.slack.render_digest import digest_paragraphs
from bot.slack.render_incidents import Entries, incident_lines
from bot.slack.render_status import reach_lines
from bot.slack.words import label, say
from bot.slack.words_commands import CLUSTERS, NO_CLUSTERS, WATCHING
from checks.text import Lang, Text

ROOM = 30_000
"""Characters of a whole tab. Slack documents 250 kB and 100 blocks (docs.slack.dev, views.publish
and home tab views), a sheet stays below half of those blocks."""


class Read(msgspec.Struct, frozen=True):
    """What the database tells for somebody's tab."""

    mine: Found
    links: Links
    digest: Digest


class Home(msgspec.Struct, frozen=True):
    """What a tab shows. `read` is None where the database failed, which `trouble` tells.

    `clusters` are the names to show, `left` counts the others. `reach` has how those answered
    that were asked, None before any was. `at` is ISO 8601 UTC.
    """

    version: str
    at: str
    read: Read | None
    trouble: str = ""
    clusters: tuple[str, ...] = ()
    left: int = 0
    reach: Mapping[str, Reach] | None = None


def render_home(home: Home, entries: Entries, lang: Lang | None) -> dict[str, Any]:
    """Return the view; without a language it is in both."""
    sheet = Sheet(lang or "en", room=ROOM)
    title = words_home.TITLE.fill(version=escape.line(home.version, 60))
    at = words_home.ASKED_AT.fill(at=escape.line(minute(home.at), 40))
    sheet.paragraph([f"*{label(title, lang)}*"])
    sheet.small([label(at, lang)])
    if home.read is None:
        sheet.paragraph([f"⚠️ {say(_trouble(home), lang)}"])
    else:
        sheet.paragraph(_mine(home.read.mine, entries, lang))
        sheet.paragraph(_links(home.read.links, home, lang))
    sheet.paragraph(_clusters(home, lang))
    if home.read is not None:
        _tell_lately(sheet, home.read.digest, entries, lang)
    sheet.paragraph([f"*{label(words_home.START, lang)}*", say(words_home.HOW, lang)])
    return {"type": "home", "blocks": list(sheet.blocks())}


def _trouble(home: Home) -> Text:
    return words_home.UNREAD.fill(why=escape.line(home.trouble, 500))


def _mine(mine: Found, entries: Entries, lang: Lang | None) -> Iterator[str]:
    yield f"*{label(words_home.MINE.fill(count=mine.total), lang)}*"
    yield from incident_lines(mine.rows, entries, lang)
    if not mine.total:
        yield say(words_home.NONE_MINE, lang)
    if mine.total > len(mine.rows):
        yield label(words_home.MORE_MINE.fill(count=mine.total - len(mine.rows)), lang)


def _links(links: Links, home: Home, lang: Lang | None) -> Iterator[str]:
    yield f"*{label(words_home.LINKS.fill(count=links.total), lang)}*"
    for link in links.links:
        yield _link(link, home, lang)
    if not links.total:
        yield say(words_home.NO_LINKS, lang)
    if links.total > len(links.links):
        yield label(words_home.MORE_LINKS.fill(count=links.total - len(links.links)), lang)


def _link(link: Link, home: Home, lang: Lang | None) -> str:
    """Return a channel, what it is linked to, and whether that answers."""
    parts = [
        f"{_channel(link.channel)} → {escape.inline(link.cluster, 100)}",
        escape.inline(link.namespace, 70),
        label(WATCHING[link.watch], lang) if link.watch else "",
        _mark(home.reach, link.cluster, lang),
    ]
    return "• " + " · ".join(part for part in parts if part)


def _mark(reach: Mapping[str, Reach] | None, cluster: str, lang: Lang | None) -> str:
    if reach is None:
        return label(words_home.LOOKING, lang)
    if cluster not in reach:
        return label(words_home.UNASKED, lang)
    return "🔴" if reach[cluster].trouble else f"🟢 {reach[cluster].seconds:.2f} s"


def _channel(channel: str) -> str:
    """Return a channel as a link; Slack shows a private one by name to its members alone."""
    is_id = channel.isascii() and channel.isalnum() and channel.isupper()
    return f"<#{channel}>" if is_id else escape.inline(channel, 80)


def _clusters(home: Home, lang: Lang | None) -> Iterator[str]:
    yield f"*{label(CLUSTERS, lang)}*"
    if home.reach is not None:
        yield from reach_lines(home.reach.values())
    elif home.clusters:
        for name in home.clusters:
            yield f"{escape.inline(name, 100)} · {label(words_home.LOOKING, lang)}"
    if not home.clusters and not home.reach:
        yield say(NO_CLUSTERS, lang)
    if home.left:
        yield label(words_home.MORE_CLUSTERS.fill(count=home.left), lang)


def _tell_lately(sheet: Sheet, digest: Digest, entries: Entries, lang: Lang | None) -> None:
    first, *others = digest_paragraphs(digest, entries, lang)
    sheet.paragraph([f"*{label(words_home.LATELY, lang)}*", *first])
    for paragraph in others:
        sheet.paragraph(paragraph)
