"""Secrets in pastes, masked before anything is matched, stored or quoted.

What only looks like a secret stays: container ids, image digests, UUIDs, pod names, references
such as `secret="shop/regcred"`. A base64 blob that begins as PEM does is masked whether it holds
a key or a public certificate: it tells a reader nothing, and a key must not pass for a certificate.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

import re2

from knowledge.model import Line
from knowledge.regions import lower
from knowledge.secret_blocks import Span, blocks
from knowledge.secret_names import MASK, WORDS, named
from knowledge.secret_rules import RULES, Rule
from knowledge.unwrap import views

__all__ = ["MASK", "redact", "redact_lines"]

_PASSES = 6  # arbitrary; a mask changes a line's width, so a further look may find more
_BEFORE = 400  # characters before a word in which what belongs to it is looked for
_EVERYWHERE = frozenset({".", "|", "://", "-u", "sk", "enc", "auth ", "login"})
"""Words that stand in every log; they are looked for one by one, the others all at once."""
_SELDOM = re2.compile(
    "|".join(
        re2.escape(word)
        for word in sorted({word for rule in RULES for word in rule.words} - _EVERYWHERE)
    ).encode()
)
_TYPED: dict[str, str] = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u300c\u300d\uff02", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\uff07", "'"),
    **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\uff1a": ":",
    "\uff1d": "=",
}
"""What editors and keyboards make of quotes, spaces and dashes, sign for sign."""
_ODD = re.compile(f"[{''.join(map(re.escape, _TYPED))}]")
_INSIDE = re.compile(r"(?:[ \t]*(?:>|&gt;)){0,5}[ \t]*(\S(?:[^\n]*\S)?)")
_WHOLE = re.compile(r"([^\r\n]*[^\s])")


def redact(text: str) -> str:
    """Return the text with every secret masked; the number of lines stays the same."""
    for _ in range(_PASSES):
        spans = _merged(_lines(text, _spans(text)))
        if not spans:
            break
        text = _masked(text, spans)
    return text


def redact_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Mask secrets in lines, also those broken over several of them."""
    if not lines:
        return ()
    masked = redact("\n".join(line.text for line in lines)).split("\n")
    return tuple(Line(line.number, text) for line, text in zip(lines, masked, strict=True))


def _spans(text: str) -> Iterator[Span]:
    """Yield where secrets stand, read in each way the lines may be read."""
    for view in views(text if text.isascii() else _ODD.sub(lambda sign: _TYPED[sign[0]], text)):
        for start, end in (*blocks(view.text), *_found(view.text)):
            yield from view.spans(start, end)


def _found(text: str) -> Iterator[Span]:
    low = lower(text)
    for match in named(text, sorted(_places(low, WORDS))):
        yield from _groups(match)
    there = _EVERYWHERE | {
        found[0].decode() for found in _SELDOM.finditer(low.encode(errors="replace"))
    }
    for rule in RULES:
        words = [word for word in rule.words if word in there]
        if words:
            yield from _of_rule(rule, words, text, low)


def _of_rule(rule: Rule, words: Collection[str], text: str, low: str) -> Iterator[Span]:
    end = 0
    for at in sorted(_places(low, words)):
        match = rule.pattern.match(text, at) if at >= end else None
        if match is None:
            continue
        if rule.before:
            past = rule.before.search(text, max(0, at - _BEFORE), at)
            if past is None:
                continue
            yield from _groups(past)
        while match is not None:
            yield from _groups(match)
            end = match.end()
            match = rule.again.match(text, end) if rule.again else None


def _places(low: str, words: Iterable[str]) -> Iterator[int]:
    for word in words:
        at = low.find(word)
        while at >= 0:
            yield at
            at = low.find(word, at + 1)


def _groups(match: re.Match[str]) -> Iterator[Span]:
    if not match.re.groups:
        yield match.span()
    for group in range(1, match.re.groups + 1):
        start, end = match.span(group)
        if start < end:
            yield start, end


def _lines(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans cut at line breaks, without indentation and the marks of a quote."""
    for start, end in spans:
        at = start
        while at < end:
            stop = text.find("\n", at, end)
            stop = end if stop < 0 else stop
            form = _WHOLE if at and text[at - 1] != "\n" else _INSIDE
            found = form.match(text, at, stop)
            if found and found[1] != MASK:
                yield found.span(1)
            at = stop + 1


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _masked(text: str, spans: Iterable[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += [text[at:start], MASK]
        at = end
    return "".join([*pieces, text[at:]])
