"""Entries of the knowledge base as Slack messages: pure, within every limit."""

import re
from collections.abc import Iterator, Sequence

from bot.core import words as common
from bot.slack import escape, words_commands
from bot.slack.blocks import Rendered, Sheet
from bot.slack.causes import steps
from bot.slack.words import COLON, label, say
from checks.text import Lang, Text
from knowledge.model import Entry, Page

_FENCE = re.compile(r"^ *```.*$", re.MULTILINE)
_ITEM = re.compile(r"\n(?=(?:[-*]|\d+\.) )")
_BULLET = re.compile(r"^[-*] ")
_SENTENCE = re.compile(r"(?<=[.!?])\s|(?<=[。！？])")


def render_entries(lead: Text, entries: Sequence[Entry], lang: Lang | None) -> Rendered:
    """Return a few entries, a line each, under a lead that is mrkdwn of ours."""
    tongue = lang or "en"
    sheet = Sheet(tongue)
    sheet.paragraph([f"*{say(lead, lang)}*"])
    sheet.paragraph(_line(entry, tongue) for entry in entries)
    if entries:
        hint = words_commands.READ_ENTRY.fill(slug=escape.line(entries[0].slug, 80))
        sheet.small([label(hint, lang)])
    return Rendered(text=lead.to(tongue), blocks=sheet.blocks())


def render_entry(entry: Entry, lang: Lang | None) -> Rendered:
    """Return one entry in full: what it means, how to confirm it, the fix with its dangers."""
    tongue = lang or "en"
    page = entry.page(tongue)
    sheet = Sheet(tongue)
    title = escape.line(page.title, 250) or escape.line(entry.slug, 250) or "?"
    sheet.paragraph([f"*{title}*"])
    sheet.small([escape.inline(entry.slug, 100), escape.line(entry.area, 40)])
    _tell(sheet, words_commands.MEANING, page.meaning, tongue)
    _tell(sheet, common.CONFIRM, page.confirm, tongue)
    _fix(sheet, page, tongue)
    _tell(sheet, common.OTHERWISE, page.otherwise, tongue)
    sheet.small([label(words_commands.ENTRY_LEFT.fill(slug=escape.line(entry.slug, 80)), lang)])
    return Rendered(text=title, blocks=sheet.blocks())


def mrkdwn(markdown: str) -> Iterator[str]:
    """Yield the paragraphs, list items and code blocks of a page as Slack's mrkdwn."""
    for number, part in enumerate(_FENCE.split(markdown)):
        if number % 2:
            if part.strip():
                yield escape.code(part, 1_500)
            continue
        for block in filter(str.strip, part.split("\n\n")):
            for item in _ITEM.split("\n" + block.strip("\n")):
                if item.strip():
                    yield escape.prose(_BULLET.sub("• ", item.strip()), 1_500)


def first_sentence(markdown: str, limit: int) -> str:
    """Return the first sentence of a page's part, escaped, on one line."""
    first = next((one for one in markdown.split("\n\n") if one.strip()), "")
    flat = " ".join(first.split())
    return escape.prose(_SENTENCE.split(flat, maxsplit=1)[0], limit)


def _line(entry: Entry, lang: Lang) -> str:
    page = entry.page(lang)
    about = first_sentence(page.meaning, 250)
    slug, area = escape.inline(entry.slug, 100), escape.line(entry.area, 40)
    return f"• *{escape.line(page.title, 200)}* · {area} · {slug}\n{about}"


def _tell(sheet: Sheet, heading: Text, markdown: str, lang: Lang) -> None:
    if markdown.strip():
        sheet.paragraph([f"*{heading.to(lang)}*", *mrkdwn(markdown)])


def _fix(sheet: Sheet, page: Page, lang: Lang) -> None:
    """Tell every step, each with its danger before its command."""
    for number, step in enumerate(steps(page.fix, lang)):
        heading = [f"*{common.FIX.to(lang)}{COLON.to(lang).rstrip()}*"] if number == 0 else []
        sheet.paragraph([*heading, step])
