"""The cost of a text grows with its length, whatever it holds.

Work is counted, not timed: the calls of functions, Python's and built-in, and of what one call of
the regular expression engine may do it is shown that it cannot go back without bound.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined] # there since 3.11, untyped
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

import pytest

from knowledge import clean, entity_rules, platform_rules, prefixes, secret_names, secret_rules
from knowledge.entities import mentions, resolve
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.model import Line
from knowledge.redact import redact
from tests.knowledge.families import families

SMALL = 1500
GROWTH = 2.6  # for twice the length; twice the work, and what a longer text first makes possible
SPARE = 600  # calls; so that a small text's start does not count


@cache
def _library() -> Library:
    return load_library()


def _match(text: str) -> None:
    _library().match(read(text))


def _entities(text: str) -> None:
    resolve(mentions([Line(number, line) for number, line in enumerate(text.split("\n"), 1)]))


def _calls(work: Callable[[str], Any], text: str) -> int:
    """Return how many functions a piece of work calls."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("work", [redact, _match, _entities], ids=["redact", "match", "entities"])
def test_twice_the_text_is_about_twice_the_work(work: Callable[[str], Any]) -> None:
    work("warm up")
    steep = []
    for short, long in zip(families(SMALL), families(2 * SMALL), strict=True):
        first, second = _calls(work, short), _calls(work, long)
        if second > GROWTH * first + SPARE:
            steep.append((short[:20], first, second))

    assert steep == []


def _patterns() -> Iterator[re.Pattern[str]]:
    yield secret_names.NAME
    yield from (form.pattern for form in secret_names.FORMS)
    for rule in secret_rules.RULES:
        yield from filter(None, (rule.pattern, rule.before))
    for said in (*entity_rules.RULES, *platform_rules.RULES):
        yield said.pattern


def _goes_back_without_bound(tree: Any) -> bool:  # noqa: ANN401 the parser gives no types
    """Whether some repetition may both take any number of characters and give them back."""
    for operator, argument in tree:
        if operator in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[1] is sre.MAXREPEAT:
            return True
        if any(_goes_back_without_bound(inner) for inner in _inner(operator, argument)):
            return True
    return False


def _inner(operator: Any, argument: Any) -> Iterator[Any]:  # noqa: ANN401 the same
    if operator in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
        yield argument[2]
    elif operator is sre.SUBPATTERN:
        yield argument[3]
    elif operator is sre.BRANCH:
        yield from argument[1]
    elif operator in {sre.ASSERT, sre.ASSERT_NOT}:
        yield argument[1]
    elif operator is sre.ATOMIC_GROUP:
        yield argument


@pytest.mark.parametrize("pattern", tuple(_patterns()), ids=lambda pattern: pattern.pattern[:40])
def test_no_rule_goes_back_without_bound(pattern: re.Pattern[str]) -> None:
    assert not _goes_back_without_bound(parser.parse(pattern.pattern, pattern.flags))


def _begins_with_a_run(tree: Any) -> bool:  # noqa: ANN401 the same
    """Whether a search would measure the same run again from each of its characters."""
    operator, argument = tree[0]
    if operator in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
        return argument[1] is sre.MAXREPEAT
    if operator in {sre.BRANCH, sre.SUBPATTERN}:
        return any(_begins_with_a_run(inner) for inner in _inner(operator, argument))
    return False


@pytest.mark.parametrize("module", [clean, prefixes])
def test_no_search_begins_with_a_run(module: ModuleType) -> None:
    patterns = [value for value in vars(module).values() if isinstance(value, re.Pattern)]

    assert patterns
    for pattern in patterns:
        assert not _begins_with_a_run(parser.parse(pattern.pattern, pattern.flags)), pattern
