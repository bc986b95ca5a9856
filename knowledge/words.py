"""Words to compare loose wording by: stems, word pairs, Chinese sign pairs, concepts."""

import re
from collections.abc import Iterator

from knowledge.concepts import shipped_concepts
from knowledge.fold import fold

_TOKEN = re.compile(
    r"[a-z][a-z0-9_']*(?:[-.][a-z0-9_]+){0,2}|[\u0430-\u044f\u0451]+"
    r"|[\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)
_STEM = 6  # characters; joins resolve, resolving and resolution
_LONGEST = 24  # a longer token is an id, not a word
_DIGITS = 3  # a token with more digits is an id, too
_STOP = frozenset(
    # English that says nothing, and what every log and every kubectl line holds.
    re.findall(
        r"\S+",
        "a an and are as at be been but by can could did do does don't for from get gets got had "
        "has have how i if in into is it it's its just like me my no not now of on or our out so "
        "some such than that the their them then there these they this those to too up us was we "
        "were what when where which while who why will with would you your am pm utc info error "
        "warning warn fatal debug normal level msg time log go code desc rpc err true false null "
        "none kubectl kubernetes k8s com io default name namespace kube-system http https www",
    )
)


def terms(text: str) -> frozenset[str]:
    """Return what the text is compared by; how often a term occurs does not count."""
    folded = fold(text)
    return frozenset(_terms(folded)) | shipped_concepts().of(folded)


def _terms(text: str) -> Iterator[str]:
    before = ""
    for token in _TOKEN.findall(text):
        if token[0] >= "\u30a0":
            yield from _pairs(token)
            before = ""
        elif _is_word(token):
            stem = token[:_STEM]
            yield stem
            if len(token) > _STEM:
                yield token
            if before:
                yield f"{before} {stem}"
            before = stem


def _pairs(signs: str) -> Iterator[str]:
    if len(signs) == 1:
        yield signs
    for at in range(len(signs) - 1):
        yield signs[at : at + 2]


def _is_word(token: str) -> bool:
    return (
        1 < len(token) <= _LONGEST
        and token not in _STOP
        and (token.isalpha() or sum(map(str.isdigit, token)) <= _DIGITS)
    )
