"""Text from people and programs made safe and short enough for Slack's mrkdwn.

Slack asks to escape `&`, `<` and `>` only; without `<`, nothing can ring or link. Sizes are
UTF-16 code units, the larger of the ways Slack may count.
"""

import re

from rich.cells import split_graphemes

MORE = "…"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_FENCE = "```"
_ZERO_WIDTH = "\u200b"
# Overrides of the writing direction can make a command read as another one.
_BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = "".join(chr(point) for point in (*range(0x20), *range(0x7F, 0xA0)))
_DROPPED = str.maketrans("", "", _BIDI + _CONTROLS.replace("\n", "").replace("\t", ""))
_BOLD = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^)\s]+)\)")


def size(text: str) -> int:
    """Return the length Slack may count, in UTF-16 code units."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def clean(text: str) -> str:
    """Drop what a message cannot carry: lone surrogates, control and direction characters."""
    return text.encode("utf-8", errors="replace").decode("utf-8").translate(_DROPPED)


def escape(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.translate(_ENTITIES)


def cut(text: str, limit: int) -> str:
    """Return cleaned, escaped text of at most `limit`, cut between graphemes and marked `…`."""
    text = clean(text)
    if size(escape(text[: limit + 1])) <= limit and len(text) <= limit:
        return escape(text)
    kept = ""
    room = limit - size(MORE)
    spans, _ = split_graphemes(text[:limit])
    for start, end, _width in spans:
        piece = escape(text[start:end])
        if size(piece) > room:
            break
        kept += piece
        room -= size(piece)
    return kept.rstrip() + MORE


def line(text: str, limit: int) -> str:
    """Return text on one line, cut to `limit`."""
    return cut(" ".join(text.split()), limit)


def inline(text: str, limit: int) -> str:
    """Return text as `inline code` of at most `limit`; a backtick in it cannot end it."""
    body = line(text.replace("`", "'"), limit - 2)
    return f"`{body}`" if body else ""


def user(name: str) -> str:
    """Return a user's id as a mention; what is no id rings nobody."""
    return f"<@{name}>" if name.isascii() and name.isalnum() else "?"


def code(text: str, limit: int, width: int = 0) -> str:
    """Return text as a code block of at most `limit`, each line of at most `width` if given.

    No run of backticks in it can end it: a zero-width space stands between any two.
    """
    split = re.sub(r"`(?=`)", "`" + _ZERO_WIDTH, clean(text).strip("\n"))
    room = limit - 2 * size(_FENCE) - 2
    lines = [cut(one, width) for one in split.split("\n")] if width else []
    if lines and size("\n".join(lines)) <= room:
        return "\n".join((_FENCE, *lines, _FENCE))
    return f"{_FENCE}\n{cut(split, room)}\n{_FENCE}"


def prose(markdown: str, limit: int) -> str:
    """Return a sentence of an entry, its Markdown bold and links turned into Slack's."""
    plain = _LINK.sub(r"\1 (\2)", " ".join(markdown.split()))
    return cut(_BOLD.sub(r"*\1*", plain), limit)
