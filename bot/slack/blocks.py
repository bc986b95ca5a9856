"""Blocks of a message, held to Slack's limits while they are stacked."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from bot.slack.escape import MORE, size
from bot.slack.words import MORE_PARTS
from checks.text import Lang

SECTION_LIMIT = 3_000
"""Characters in one text object (docs.slack.dev, text object)."""

BLOCK_LIMIT = 50
"""Blocks in one message (docs.slack.dev, block kit)."""

TEXT_LIMIT = 9_000
"""Characters in all blocks. Slack documents no sum; slackapi/bolt-js#2867 measured 9,597 taken
and 11,341 refused, slackapi/bolt-js#2509 speaks of 12,000 with a share for containers."""

FALLBACK_LIMIT = 300
"""Characters of the text for notifications and screen readers; chat.update takes 4,000."""

_CUT = (MORE, "(+", "（另有")  # what is cut off ends so; what is left out is counted so

Block = dict[str, Any]


class Rendered(msgspec.Struct, frozen=True):
    """A message: `text` for notifications, never empty, and the blocks that are shown."""

    text: str
    blocks: tuple[Block, ...]


def section(text: str) -> Block:
    """Return a paragraph; `verbatim` keeps Slack from turning plain words into mentions."""
    return {"type": "section", "text": _mrkdwn(text)}


def context(text: str) -> Block:
    """Return small grey print."""
    return {"type": "context", "elements": [_mrkdwn(text)]}


def text_of(block: Block) -> str:
    """Return what a block made here says, the words on its buttons too."""
    objects = block.get("elements") or [block["text"]]
    return "\n".join(word for one in objects for word in _words(one))


def _words(element: Block) -> Iterator[str]:
    """Yield the text of a text object, of a button, or of a pair of feedback buttons."""
    if element["type"] == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            yield element[name]["text"]["text"]
    else:
        text = element["text"]
        yield text if isinstance(text, str) else text["text"]


class Sheet:
    """A message under construction: parts in order of weight, the last ones left out first.

    Room is left for the blocks of `tail`, which are put behind it whatever is left out; `room` is
    how many characters there are for both.
    """

    def __init__(self, lang: Lang, tail: Sequence[Block] = (), *, room: int = TEXT_LIMIT) -> None:
        self._lang = lang
        self._blocks: list[Block] = []
        self._most = BLOCK_LIMIT - 1 - len(tail)
        self._room = room - sum(size(text_of(block)) for block in tail)
        self._left_out = 0

    def paragraph(self, pieces: Iterable[str]) -> None:
        """Add a section made of escaped pieces; those that do not fit are counted at its end."""
        joined = join(pieces, SECTION_LIMIT, self._lang)
        if joined:
            self._add(section(joined))

    def small(self, pieces: Iterable[str]) -> None:
        """Add small print, its pieces set off by dots."""
        joined = join(pieces, 1_000, self._lang, " · ")
        if joined:
            self._add(context(joined))

    def blocks(self) -> tuple[Block, ...]:
        """Return what fitted, with a note when something did not."""
        if not self._left_out:
            return tuple(self._blocks)
        note = MORE_PARTS.fill(count=self._left_out).to(self._lang)
        return (*self._blocks, context(note))

    @property
    def cut(self) -> bool:
        """Whether anything was cut off or left out: all of that is marked or counted."""
        texts = [text_of(block) for block in self._blocks]
        return bool(self._left_out) or any(mark in text for mark in _CUT for text in texts)

    def _add(self, block: Block) -> None:
        taken = size(text_of(block))
        fits = len(self._blocks) < self._most and taken <= self._room - 100
        if self._left_out or not fits:
            self._left_out += 1
            return
        self._blocks.append(block)
        self._room -= taken


def join(pieces: Iterable[str], limit: int, lang: Lang, glue: str = "\n") -> str:
    """Join whole pieces up to a limit; the last words say how many were left out."""
    given = [piece for piece in pieces if piece]
    for kept in range(len(given), 0, -1):
        left = len(given) - kept
        tail = [MORE_PARTS.fill(count=left).to(lang)] if left else []
        joined = glue.join(given[:kept] + tail)
        if size(joined) <= limit:
            return joined
    return MORE_PARTS.fill(count=len(given)).to(lang) if given else ""


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
