"""Everything behind an answer, set out in pages: what the message had no room for, too."""

from collections.abc import Iterable, Iterator

from bot.core import words as common
from bot.core.answer import Answer, Cause, CheckResult
from bot.slack import button_words as words
from bot.slack import escape
from bot.slack.blocks import Block, section
from bot.slack.causes import headline
from bot.slack.words import COLON, LINE, NEEDS, SHOW_IT, VERDICT_MARKS
from checks.text import Lang, Text
from knowledge.model import Step

PAGE_TEXT = 9_000
"""Characters on a page; arbitrary, a view may hold 250,000 bytes and nobody scrolls that far."""

PAGE_BLOCKS = 20
_CODE = 2_600  # escaped characters in a code block; a section takes 3,000
_PIECE = 400  # raw characters of a long line in one go, each of which may take five escaped


def pages(answer: Answer) -> tuple[tuple[Block, ...], ...]:
    """Return the pages, one at least; the same answer has the same pages."""
    done: list[tuple[Block, ...]] = []
    page: list[Block] = []
    room = PAGE_TEXT
    for text in _paragraphs(answer):
        if page and (len(page) == PAGE_BLOCKS or escape.size(text) > room):
            done.append(tuple(page))
            page, room = [], PAGE_TEXT
        page.append(section(text))
        room -= escape.size(text)
    return (*done, tuple(page or [section(words.NOTHING_SEEN.to(answer.lang))]))


def _paragraphs(answer: Answer) -> Iterator[str]:
    """Yield the paragraphs, each short enough for a section and escaped."""
    lang = answer.lang
    if answer.trouble:
        yield f"⚠️ {escape.line(answer.trouble, 2_500)}"
    for cause in answer.causes:
        yield from _cause(cause, lang)
    if answer.checks:
        yield f"*{words.SEEN_BY.to(lang)}*"
    for result in answer.checks:
        yield from _result(result, lang)
    yield from _lines(answer)


def _cause(cause: Cause, lang: Lang) -> Iterator[str]:
    yield headline(cause, lang)
    for number, step in enumerate(cause.fix, start=1):
        label = f"{common.FIX.to(lang)} {number}. "
        yield from _step(step, label, lang)


def _step(step: Step, label: str, lang: Lang) -> Iterator[str]:
    """Yield a step; its danger stands in the paragraph before the command."""
    danger = ""
    if step.danger is not None:
        mark = f"⚠️ *{common.DANGER.to(lang)}{COLON.to(lang).rstrip()}*"
        danger = f"\n{mark} {escape.prose(step.danger, 1_000)}"
    yield f"{label}{escape.prose(step.text, 1_500)}{danger}"
    yield from _code(step.commands)


def _result(result: CheckResult, lang: Lang) -> Iterator[str]:
    finding = result.finding
    title = escape.line(result.title.to(lang) or result.check, 200)
    says = common.VERDICTS[finding.verdict].to(lang)
    subject = f" · {escape.line(finding.subject, 300)}" if finding.subject else ""
    summary = escape.line(finding.summary.to(lang), 1_500)
    yield f"{VERDICT_MARKS[finding.verdict]} *{title}* {says}{subject}\n{summary}".rstrip()
    yield from _code(finding.evidence)
    yield from _labelled(SHOW_IT, (finding.command,), lang)
    yield from _labelled(NEEDS, finding.needs, lang)


def _lines(answer: Answer) -> Iterator[str]:
    """Yield the lines of the paste that led to each suspected entry."""
    told = [match for match in answer.matches if match.because]
    if told:
        yield f"*{words.READ_FROM.to(answer.lang)}*"
    for match in told:
        yield escape.line(answer.titles.get(match.entry) or match.entry, 300) or match.entry
        for because in match.because:
            yield from _labelled(LINE.fill(number=because.line), (because.text,), answer.lang)


def _labelled(label: Text, lines: Iterable[str], lang: Lang) -> Iterator[str]:
    """Yield a code block under its label, or nothing where it would be empty."""
    for number, block in enumerate(_code(lines)):
        first = label.to(lang).rstrip(":：") + COLON.to(lang).rstrip()
        yield f"{first}\n{block}" if not number else block


def _code(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts as code blocks, each within a section; nothing of them is cut off."""
    held: list[str] = []
    room = _CODE
    for piece in _pieces(texts):
        taken = 2 * escape.size(escape.escape(piece)) + 1  # backticks may be set apart
        if held and taken > room:
            yield escape.code("\n".join(held), _CODE + 300)
            held, room = [], _CODE
        held.append(piece)
        room -= taken
    if held:
        yield escape.code("\n".join(held), _CODE + 300)


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    """Yield the lines of texts, long ones in several pieces, empty ones left out."""
    for text in texts:
        for line in escape.clean(text).split("\n"):
            for at in range(0, len(line), _PIECE):
                if piece := line[at : at + _PIECE].strip():
                    yield piece
