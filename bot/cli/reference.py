"""Pages of `docs/` that the program prints; a test holds the files to them."""

from collections.abc import Mapping

from checks.model import Check

CHECKS_HEAD = """# Checks

Printed by `netcheck check --list`. Each check is one file in `checks/catalog/`; run one by its
slug, a group by its name, or `all`. What a check sees is what it needs the right to read.
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
