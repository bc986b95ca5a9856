"""Which sections describe a trouble, and why the others are left."""

import re

from knowledge.importer.compose import commands_of
from knowledge.importer.markdown import Node, spoken
from knowledge.importer.sections import Section
from knowledge.importer.trouble import has_signs, tells_trouble

_INDEX = re.compile(
    r"(?:table of )?contents?|toc|index|on this page|in this (?:article|section|page)|"
    r"目錄|目录|索引|內容|内容",
    re.IGNORECASE,
)
_LEAST = 40  # letters of prose below which a section says nothing; arbitrary
_LEAST_SIGNS = 15  # the same in Chinese, which says more with each
_LINKED = 0.8  # share of a section's letters within links from which on it only links


def why_left(section: Section, *, has_errors: bool) -> str | None:
    """Return why a section is no draft, None when it is one."""
    if not section.is_leaf and not has_errors and not {"confirm", "fix"} & section.roles:
        return "it introduces the sections below it"
    if _INDEX.fullmatch(section.title.strip(" :：")):
        return "an index of other sections"
    total, linked = _letters(section)
    if not total:
        return "nothing is written in it"
    if linked >= _LINKED * total and not has_errors:
        return "only links"
    commands = commands_of(section)
    if _is_short(section, total) and not has_errors and not commands:
        return "too short to tell a trouble"
    if has_errors or {"confirm", "fix"} & section.roles or tells_trouble(section.title):
        return None
    text = " ".join(map(spoken, section.blocks))
    return None if commands and tells_trouble(text) else "no trouble described"


def _is_short(section: Section, total: int) -> bool:
    signs = any(has_signs(spoken(block)) for block in section.blocks)
    return total < (_LEAST_SIGNS if signs else _LEAST)


def _letters(section: Section) -> tuple[int, int]:
    """Return how many letters a section has, and how many of them are the words of links."""
    total = sum(_count(spoken(block)) + _code(block) for block in section.blocks)
    every = [one for block in section.blocks for one in block.walk() if one.type == "link"]
    return total, sum(_count(spoken(link)) for link in every)


def _code(block: Node) -> int:
    return sum(len(one.content) for one in block.walk() if one.type in {"fence", "code_block"})


def _count(text: str) -> int:
    return sum(not sign.isspace() for sign in text)
