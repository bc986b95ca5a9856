"""Pages of `docs/` that the program prints; a test holds the files to them."""

from collections.abc import Iterable, Mapping

from checks.model import Check
from knowledge.model import Entry

CHECKS_HEAD = """# Checks

Printed by `netcheck check --list`. Each check is one file in `checks/catalog/`; run one by its
slug, a group by its name, or `all`. What a check sees is what it needs the right to read.
"""

ENTRIES_HEAD = """# Entries

Printed by `netcheck kb list --markdown`. Each entry is three files in `knowledge/entries/`;
`netcheck kb show SLUG` prints one. Where checks are named, they can prove the cause or narrow it
down; the others are recognised from the paste alone.
"""


def checks_page(catalog: Mapping[str, Check]) -> str:
    """Return the table of checks in Markdown: slug, groups, tier, what it sees and proves."""
    rows = [_row(check) for check in catalog.values()]
    head = ["| check | groups | tier | sees | proves |", "|---|---|---|---|---|"]
    return "\n".join([CHECKS_HEAD, *head, *rows]) + "\n"


def _row(check: Check) -> str:
    sees = [see.need for see in check.sees]
    if check.reads_logs:
        sees.append("get pods/log")
    cells = [
        f"`{check.slug}`: {check.title.en} / {check.title.zh_tw}",
        ", ".join(check.groups),
        check.tier,
        "; ".join(sees),
        ", ".join(f"`{cause}`" for cause in check.proves),
    ]
    return f"| {' | '.join(cells)} |"


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
