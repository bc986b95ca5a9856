"""How the bot does, as a Slack message: pure, within every limit, and never a secret in it."""

from collections.abc import Iterable, Iterator

import msgspec

from bot.core.health import Reach
from bot.core.ports import Link
from bot.core.registry import Backlog
from bot.slack import escape, words_commands
from bot.slack.blocks import Rendered, Sheet
from bot.slack.moment import length
from bot.slack.words import label
from checks.text import Lang, Text


class Status(msgspec.Struct, frozen=True):
    """What is told of the bot and of one channel; `unasked` clusters were not looked at.

    `lang` is the channel's.
    """

    version: str
    uptime: float
    reach: tuple[Reach, ...]
    unasked: int
    link: Link | None
    lang: Lang | None
    shipped: int
    own: int
    backlog: Backlog


def render_status(status: Status, lang: Lang | None) -> Rendered:
    """Return how the bot does."""
    tongue = lang or "en"
    lead = words_commands.UP.fill(
        version=escape.line(status.version, 60), length=length(status.uptime)
    )
    sheet = Sheet(tongue)
    sheet.paragraph([f"*{label(lead, lang)}*"])
    sheet.paragraph([f"*{label(words_commands.CLUSTERS, lang)}*", *_clusters(status, lang)])
    sheet.paragraph([f"*{label(words_commands.THIS_CHANNEL, lang)}*", *_channel(status, lang)])
    sheet.paragraph([f"*{label(words_commands.LIBRARY, lang)}*", _library(status, lang)])
    waiting = words_commands.BACKLOG.fill(
        events=status.backlog.events, messages=status.backlog.messages
    )
    sheet.paragraph([f"*{label(words_commands.WAITING, lang)}*", label(waiting, lang)])
    return Rendered(text=lead.to(tongue), blocks=sheet.blocks())


def reach_lines(reach: Iterable[Reach]) -> Iterator[str]:
    """Yield how each cluster answered: its time and version, or the reason it did not."""
    for one in reach:
        name, version = escape.inline(one.cluster, 100), escape.line(one.version, 40)
        if one.trouble:
            yield f"🔴 {name} · {escape.line(one.trouble, 400)}"
        else:
            yield " · ".join(
                part for part in (f"🟢 {name}", f"{one.seconds:.2f} s", version) if part
            )


def linked(link: Link | None) -> Text:
    """Return what a channel is linked to."""
    if link is None or not link.cluster:
        return words_commands.NOT_LINKED
    form = words_commands.LINKED_IN if link.namespace else words_commands.LINKED_TO
    return form.fill(cluster=_name(link.cluster), namespace=_name(link.namespace))


def _name(name: str) -> str:
    return escape.line(name.replace("`", "'"), 100)


def _clusters(status: Status, lang: Lang | None) -> Iterator[str]:
    if not status.reach:
        yield label(words_commands.NO_CLUSTERS, lang)
    yield from reach_lines(status.reach)
    if status.unasked:
        yield label(words_commands.UNASKED.fill(count=status.unasked), lang)


def _channel(status: Status, lang: Lang | None) -> Iterator[str]:
    yield label(linked(status.link), lang)
    yield label(words_commands.WATCHING[status.link.watch if status.link else ""], lang)
    spoken = words_commands.SPEAKS.fill(lang=status.lang) if status.lang else None
    yield label(spoken or words_commands.SPEAKS_AUTO, lang)


def _library(status: Status, lang: Lang | None) -> str:
    form = words_commands.ENTRIES_OWN if status.own else words_commands.ENTRIES_SHIPPED
    return label(form.fill(shipped=status.shipped, own=status.own), lang)
