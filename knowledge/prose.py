"""Which lines a person wrote: what people say is told apart from what programs print.

A log that happens to share words with a symptom says little; a person who describes it says a lot.
"""

import re
from collections.abc import Iterable, Sequence

from knowledge.model import Line

_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        "a an the is are was were be been am to in into of and or not no nor we i my our me us you "
        "your it its he they them their this that these those there here can can't cannot could "
        "couldn't from with without on onto at by for as if then than when while where why what "
        "which who how does do did doesn't don't didn't has have had will won't would should any "
        "all some only just so but since after before until between every same other also still "
        "again ever never because about up out over el la los las un una del que en con por para "
        "se le les des du est pas sur dans une et ou ne je nous der die das und nicht ist mit auf "
        "ein eine wir von zu uma não",
    )
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f']+")
_SIGN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_NO_LETTER = re.compile(r"[^\w ]|[\d_]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_EVENT = re.compile(r"(?:Normal|Warning) [A-Z][A-Za-z]+ ")
_HEADING = re.compile(r"(?:[A-Z][A-Z()/-]+(?: |$)){2,}")
_FEWEST_WORDS = 4  # arbitrary; shorter lines are headings of columns as often as sentences
_FEWEST_SIGNS = 4
_FEWEST_CYRILLIC = 8
_FAILED = re.compile(r"[a-z]{2,10}: (?:cannot|can't|could not|unable to) ")  # touch: cannot touch
_PRINTED = re.compile(r"^[\w./-]+: |\.go:\d")  # a program says its name before what it says
_FEW_LINES, _FEW_WORDS = 2, 14  # arbitrary; a remark is no longer
_FUNCTION_SHARE = 0.2  # of the words; sentences have more, log lines fewer
_REMARK_SHARE = 0.85
_LETTER_SHARE = 0.8  # letters and spaces; paths, numbers and punctuation fill program output


def is_prose(text: str) -> bool:
    """Whether a cleaned line reads like a person's sentence rather than a program's output."""
    if not text.isascii() and _is_foreign(text):
        return True
    words = _WORD.findall(text.lower())
    if len(words) < _FEWEST_WORDS or _EVENT.match(text) or _FAILED.match(text):
        return False
    if len([word for word in words if word in _FUNCTION_WORDS]) < _FUNCTION_SHARE * len(words):
        return False
    return len(_NO_LETTER.sub("", text)) >= _LETTER_SHARE * len(text)


def _is_foreign(text: str) -> bool:
    """Whether it has so many letters that no program prints: logs are English."""
    if len(_SIGN.findall(text)) >= _FEWEST_SIGNS:
        return True
    return len(_CYRILLIC.findall(text)) >= _FEWEST_CYRILLIC


def is_heading(text: str) -> bool:
    """Whether a cleaned line names the columns of a table, as kubectl prints them.

    RESTARTS, ROLES and ENDPOINTS stand above the healthiest rows.
    """
    return _HEADING.fullmatch(text) is not None


def said(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that people wrote."""
    return tuple(line for line in lines if is_prose(line.text))


def terse(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a paste so short that it is a remark rather than output.

    "kube-proxy CrashLoopBackOff on new node" has no function word, and nobody but a person puts it
    so. Output is told by its numbers and its punctuation, or by its length.
    """
    short = len(lines) <= _FEW_LINES and sum(len(line.text.split()) for line in lines) <= _FEW_WORDS
    return tuple(line for line in lines if _is_remark(line.text)) if short else ()


def _is_remark(text: str) -> bool:
    letters = len(_NO_LETTER.sub("", text))
    printed = _PRINTED.search(text) is not None
    return not printed and bool(_WORD.search(text)) and letters >= _REMARK_SHARE * len(text)


def count_words(text: str) -> int:
    """Return how many words a text has; two signs of a script without spaces count as one."""
    signs = len(_SIGN.findall(text))
    return len(_SIGN.sub(" ", text).split()) + signs // 2
