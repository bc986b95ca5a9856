"""Pages of `docs/` that the program prints; a test holds the files to them."""

import inspect
from collections.abc import Iterable, Iterator, Mapping

from bot.cli.verdicts import verdicts
from checks.model import READ_VERSION, Check, Tier
from knowledge.model import Entry

CHECKS_HEAD = """# Checks

Printed by `netcheck check --list`. Each check is one file in `checks/catalog/`; run one by its
slug, a group by its name, or `all`. Below the table stands for each what it goes by and where
that comes from, what it reads and the permission this takes, what it can say, which entries it
proves, and which entries call on it. *blind* is said wherever something could not be read.

Tier A reads API objects. Tier D dials from the bot's own pod, which takes no permission and proves
something only inside the cluster; *A (D)* judges objects and is sharper with dials.
"""

ENTRIES_HEAD = """# Entries

Printed by `netcheck kb list --markdown`. Each entry is three files in `knowledge/entries/`;
`netcheck kb show SLUG` prints one. Where checks are named, they can prove the cause or narrow it
down; the others are recognised from the paste alone.
"""


def checks_page(catalog: Mapping[str, Check], entries: Iterable[Entry]) -> str:
    """Return the checks in Markdown: a table of all, then one section each."""
    rows = [_row(check) for check in catalog.values()]
    head = ["| check | groups | tier | proves |", "|---|---|---|---|"]
    every = tuple(entries)
    sections = [line for check in catalog.values() for line in _section(check, every)]
    return "\n".join([CHECKS_HEAD, *head, *rows, *sections]) + "\n"


def _row(check: Check) -> str:
    cells = [
        f"[`{check.slug}`](#{check.slug}): {check.title.en} / {check.title.zh_tw}",
        ", ".join(check.groups),
        _tier(check),
        _code(check.proves),
    ]
    return f"| {' | '.join(cells)} |"


def _section(check: Check, entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a check's section; what it goes by is the text at the head of its module."""
    needs = [see.need for see in check.sees] + ([_logs(check)] if check.reads_logs else [])
    needs += [READ_VERSION] if check.reads_version else []
    kinds = [see.kind.__name__ for see in check.sees] + (["logs"] if check.reads_logs else [])
    kinds += ["the API server's version"] if check.reads_version else []
    kinds += ["what its dials bring back"] if check.dials else []
    callers = [entry.slug for entry in entries if check.slug in {one.check for one in entry.checks}]
    yield from ("", f"## {check.slug}", "")
    yield from (inspect.getdoc(inspect.getmodule(check.judge)) or "").splitlines()
    yield from ("", "- reads: " + ", ".join(dict.fromkeys(kinds)))
    yield f"- takes: {'; '.join(needs)}"
    yield f"- says: {', '.join(verdicts(check))}"
    yield f"- proves: {_code(check.proves)}"
    yield f"- called on by: {_code(callers) or 'no entry'}"


def _logs(check: Check) -> str:
    return "get pods/log" if check.logs_decide else "get pods/log (only to quote)"


def _tier(check: Check) -> str:
    """Return the tier, and the next one where a check is sharper with what that brings."""
    return f"{check.tier} (D)" if check.dials and check.tier is Tier.A else check.tier


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def entries_page(entries: Iterable[Entry]) -> str:
    """Return the table of entries in Markdown: slug, titles, area, maturity, checks, reviewed."""
    head = ["| entry | area | maturity | checks | reviewed |", "|---|---|---|---|---|"]
    return "\n".join([ENTRIES_HEAD, *head, *map(_entry_row, entries)]) + "\n"


def _entry_row(entry: Entry) -> str:
    titles = " / ".join(page.title for page in entry.pages.values())
    cells = [
        f"`{entry.slug}`: {titles}",
        entry.area,
        entry.maturity,
        ", ".join(f"`{link.check}`" for link in entry.checks),
        entry.reviewed,
    ]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
