"""Entries, and what is wrong with them, set out for reading."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import msgspec

from bot.cli.prose import page
from bot.cli.tables import show_table
from bot.cli.terminal import console, print_json
from bot.core import words
from checks.text import Lang, Text
from knowledge.load import Library, folder_of
from knowledge.model import CheckLink, Entry, Signature, Step

if TYPE_CHECKING:
    from knowledge.contract import Problem
    from knowledge.examine import Report
    from knowledge.importer import Import

SLUG = Text("slug", "代號")
AREA = Text("area", "範圍")
MATURITY = Text("maturity", "成熟度")
REVIEWED = Text("reviewed", "審閱日期")
ORIGIN = Text("origin", "來源")
HANDBOOK = Text("handbook's section", "手冊章節")
TITLE = Text("title", "標題")
CHECKS = Text("checks", "檢查")
YIELDS_TO = Text("yields to", "讓位給")
APPLIES = Text("applies to", "適用範圍")
SIGNATURES = Text("Signatures", "特徵")
SYMPTOMS = Text("Symptoms", "症狀")
SHIPPED = Text("shipped", "內建")
INSTEAD = Text("{mine}, instead of {others}", "{mine}，取代 {others}")
NOTHING = Text("no entry fits: leave out a word or --area", "沒有符合的條目：請減少關鍵字或 --area")


def show_entries(entries: Sequence[Entry], library: Library, lang: Lang, *, as_json: bool) -> None:
    """List entries: slug, area, maturity, title; and the origin, where some are one's own."""
    if as_json:
        print_json([_row(entry, library, lang) for entry in entries])
        return
    if not entries:
        console().print(NOTHING.to(lang))
        return
    own = not all(map(library.is_shipped, library.entries))
    columns = (SLUG, AREA, MATURITY, *([ORIGIN] if own else []), TITLE)
    rows = []
    for entry in entries:
        origin = [_origin(library, entry.slug, lang)] if own else []
        rows.append([entry.slug, entry.area, entry.maturity, *origin, entry.page(lang).title])
    show_table([column.to(lang) for column in columns], rows, prose=True)


def show_entry(entry: Entry, library: Library, lang: Lang) -> None:
    """Show one entry as a page: what it is, what it means, what to do, what it looks for."""
    out = console()
    text = _markdown(entry, library, lang)
    if out.is_terminal:
        page(out, text)
    else:
        out.print(text)


def show_report(report: "Report", *, as_json: bool) -> None:
    """Say which entries break their contract, one line each, and how much was tested."""
    if as_json:
        print_json(msgspec.to_builtins(report, enc_hook=str))
        return
    out = console()
    for problem in report.problems:
        out.print(str(problem), soft_wrap=True)
    for warning in report.warnings:
        out.print(_warning(warning), soft_wrap=True)
    parts = [_count(report.entries, "entry", "entries"), _count(report.cases, "case", "cases")]
    parts.append(_count(len(report.problems), "problem", "problems"))
    if report.warnings:
        parts.append(_count(len(report.warnings), "warning", "warnings"))
    out.print(", ".join(parts))
    if report.problems and not report.entries:
        out.print("nothing was tested: first mend the pages that cannot be read")


def show_import(done: "Import", written: Sequence[Path], folder: Path, *, as_json: bool) -> None:
    """Say what an import took and left, section by section, and what to do next."""
    if as_json:
        print_json({**done.document(), "files": [str(path) for path in written]})
        return
    out = console()
    for line in done.lines():
        out.print(line, soft_wrap=True)
    if written:
        what = _count(len(written), "file", "files")
        out.print(f"{what} written: read them, then `netcheck kb test {folder}`", soft_wrap=True)
    else:
        out.print("nothing written: no section tells a trouble by its title or its output")


def show_taught(written: Sequence[Path], folder: Path) -> None:
    """Say what of the taught entries was written, and what to do next."""
    if written:
        what = _count(len(written), "file", "files")
        then = f"netcheck kb test {folder}"
        console().print(f"{what} written: read them, then `{then}`", soft_wrap=True)
    else:
        console().print("nothing written: nothing was taught in Slack yet")


def _warning(problem: "Problem") -> str:
    return f"{problem.file}:{problem.line}: warning: {problem.message}"


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _row(entry: Entry, library: Library, lang: Lang) -> dict[str, object]:
    return {
        "slug": entry.slug,
        "area": entry.area,
        "maturity": entry.maturity,
        "reviewed": entry.reviewed,
        "title": entry.page(lang).title,
        "folder": _folder(library.files[entry.slug]),
        "overrides": [_folder(page) for page in library.overridden.get(entry.slug, ())],
    }


def _folder(page: Path) -> str | None:
    folder = folder_of(page)
    return None if folder is None else str(folder)


def _origin(library: Library, slug: str, lang: Lang) -> str:
    """Return where an entry is from, and what it is used instead of."""
    pages = (library.files[slug], *library.overridden.get(slug, ()))
    mine, *others = (_folder(page) or SHIPPED.to(lang) for page in pages)
    return INSTEAD.fill(mine=mine, others=", ".join(others)).to(lang) if others else mine


def _markdown(entry: Entry, library: Library, lang: Lang) -> str:
    text = entry.page(lang)
    parts = [f"# {text.title}", "\n".join(f"- {line}" for line in _facts(entry, library, lang))]
    parts += [text.meaning, f"## {words.CONFIRM.to(lang)}", text.confirm]
    parts += [f"## {words.FIX.to(lang)}"]
    parts += [_step(number, step, lang) for number, step in enumerate(text.fix, 1)]
    parts += [f"## {words.OTHERWISE.to(lang)}", text.otherwise]
    lists = {
        SIGNATURES: [_signature(one) for one in entry.signatures],
        SYMPTOMS: text.symptoms,
        words.REFERENCES: entry.references,
    }
    for head, items in lists.items():
        if items:
            parts += [f"## {head.to(lang)}", "\n".join(f"- {item}" for item in items)]
    return "\n\n".join(parts)


def _facts(entry: Entry, library: Library, lang: Lang) -> list[str]:
    facts = {
        SLUG: entry.slug,
        AREA: entry.area,
        MATURITY: entry.maturity,
        REVIEWED: entry.reviewed,
        ORIGIN: _origin(library, entry.slug, lang),
        HANDBOOK: "" if entry.origin == "beyond" else entry.origin,
        CHECKS: ", ".join(map(_check, entry.checks)),
        YIELDS_TO: ", ".join(entry.yields_to),
        APPLIES: ", ".join(f"{key} {value}" for key, value in entry.applies.items()),
    }
    colon = words.COLON.to(lang)
    return [f"{label.to(lang)}{colon}{fact}" for label, fact in facts.items() if fact]


def _check(link: CheckLink) -> str:
    holes = ", ".join(f"{field} <{hole}>" for field, hole in link.holes.items())
    return f"{link.check} ({holes})" if holes else link.check


def _signature(signature: Signature) -> str:
    return f"{signature.text}\n  ({signature.source})" if signature.source else signature.text


def _step(number: int, step: Step, lang: Lang) -> str:
    lines = [f"{number}. {indent(step.text, '   ').lstrip()}"]
    if step.danger is not None:
        lines.append(f"   **{words.DANGER.to(lang)}{words.COLON.to(lang).rstrip()}** {step.danger}")
    lines += [indent(f"```sh\n{command}\n```", "   ") for command in step.commands]
    return "\n\n".join(lines)
