"""Which sections describe a trouble, and why the others are left."""

import re

from markdown_it.tree import SyntaxTreeNode as Node

from knowledge.importer.compose import commands_of
from knowledge.importer.markdown import spoken
from knowledge.importer.roles import Role
from knowledge.importer.sections import Section
from knowledge.importer.trouble import has_signs, tells_trouble

_INDEX = re.compile(
    r"(?:table of )?contents?|toc|index|on this page|in this (?:article|section|page)|"
    r"目錄|目录|索引|內容|内容",
    re.IGNORECASE,
)
_ACTIONS: frozenset[Role] = frozenset(("confirm", "fix"))
_LEAST = 40  # letters of prose below which a section says nothing; arbitrary
_LEAST_SIGNS = 15  # the same in Chinese, which says more with each
_LINKED = 0.8  # share of a section's letters within links from which on it only links


def why_left(section: Section, *, has_errors: bool) -> str | None:
    """Return why a section is no draft, None when it is one."""
    if not section.is_leaf and not has_errors and not _ACTIONS & section.roles:
        return "it introduces the sections below it"
    if _INDEX.fullmatch(section.title.strip(" :：")):
        return "an index of other sections"
    return _nothing_in(section, has_errors=has_errors) or (
        None if has_errors or _tells(section) else "no trouble described"
    )


def _nothing_in(section: Section, *, has_errors: bool) -> str | None:
    total, linked = _letters(section)
    if not total:
        return "nothing is written in it"
    if has_errors or _ACTIONS & section.roles:
        return None
    if linked >= _LINKED * total:
        return "only links"
    short = _is_short(section, total) and not commands_of(section)
    return "too short to tell a trouble" if short else None


def _tells(section: Section) -> bool:
    """Whether a section tells a trouble: by what it does about one, its title, or its words."""
    if _ACTIONS & section.roles or tells_trouble(section.title):
        return True
    text = " ".join(map(spoken, section.blocks))
    return bool(commands_of(section)) and tells_trouble(text)


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
