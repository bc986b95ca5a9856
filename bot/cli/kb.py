"""`netcheck kb`: list, show, test, eval, import, export."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from bot import app
from bot.cli import kb_tables
from bot.cli.evaluation import show_evaluation
from bot.cli.files import write_new
from bot.cli.options import FILE, answer_options, kb_option
from bot.cli.reference import entries_page
from bot.cli.running import run
from bot.cli.terminal import print_json, write_json
from checks.text import Lang
from knowledge.load import Library
from knowledge.model import Entry
from knowledge.page import AREAS

Own = tuple[Path, ...]


@click.group()
def kb() -> None:
    """Read, test and fill the knowledge base."""


@kb.command("list")
@click.argument("words", nargs=-1)
@click.option("--area", type=click.Choice(AREAS), help="Only entries of this area.")
@click.option("--markdown", is_flag=True, help="Print the table of docs/entries.md.")
@kb_option
@answer_options
def list_entries(
    words: tuple[str, ...],
    area: str | None,
    own: Own,
    lang: Lang | None,
    *,
    markdown: bool,
    as_json: bool,
) -> None:
    """List the entries, or those that hold all WORDS in slug, title, symptoms or signatures."""
    if markdown and as_json:
        raise click.UsageError("--markdown and --json are two forms of the list: choose one")
    library = app.library(own)
    chosen = _chosen(library, words, area)
    if markdown:
        click.echo(entries_page(chosen), nl=False)
    else:
        kb_tables.show_entries(chosen, library, lang or "en", as_json=as_json)


@kb.command()
@click.argument("slug")
@kb_option
@answer_options
def show(slug: str, own: Own, lang: Lang | None, *, as_json: bool) -> None:
    """Show one entry."""
    library = app.library(own)
    entry = app.find_entry(slug, library.entries)
    if as_json:
        print_json(msgspec.to_builtins(app.export_entry(library, slug)))
    else:
        kb_tables.show_entry(entry, library, lang or "en")


@kb.command("test")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@kb_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def test_entries(folder: Path | None, own: Own, *, as_json: bool) -> None:
    """Hold entries to their contract: hits, near misses, signatures, links, danger marks.

    Without DIR and --kb the shipped entries are tested. With DIR its own are, over the shipped
    ones and those of --kb, and a paste of another entry that they take is a warning.
    """
    report = app.examine(folder, own)
    kb_tables.show_report(report, as_json=as_json)
    if report.problems:
        raise SystemExit(1)


@kb.command("eval")
@click.argument("file", type=FILE)
@kb_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(file: Path, own: Own, *, as_json: bool) -> None:
    """Measure matching on labelled pastes, one JSON object a line (`text`, `label`, `also`)."""
    evaluation = app.evaluate(file, own)
    if as_json:
        print_json(evaluation.document())
    else:
        show_evaluation(evaluation)


@kb.command("import")
@click.argument("file", metavar="FILE.md", type=FILE)
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="Where drafts go."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--lang", type=click.Choice(["en", "zh-TW"]), help="The handbook's language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_file(file: Path, folder: Path, lang: Lang | None, *, force: bool, as_json: bool) -> None:
    """Make draft entries of a Markdown handbook, one for each section that tells a trouble."""
    done = app.import_handbook(file, lang)
    written = write_new(done.files(), folder, force=force)
    kb_tables.show_import(done, written, folder, as_json=as_json)


@kb.command()
@click.option("-o", "--output", type=FILE, help="The file to write; else standard output.")
@click.option(
    "--taught",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write what was taught in Slack as files of entries into DIR instead.",
)
@click.option("--force", is_flag=True, help="With --taught: write over files that are there.")
@kb_option
def export(output: Path | None, folder: Path | None, own: Own, *, force: bool) -> None:
    """Print every entry, with its cases, as one JSON document.

    With --taught, the entries that were taught in Slack become a folder of one's own, which
    `netcheck kb test DIR` tests and `NETCHECK_KB` names.
    """
    if folder is not None:
        if output is not None or own:
            raise click.UsageError("--taught writes files into DIR: leave out -o and --kb")
        written = write_new(run(app.taught_files()), folder, force=force)
        kb_tables.show_taught(written, folder)
        return
    if force:
        raise click.UsageError("--force goes with --taught DIR")
    document = msgspec.to_builtins(app.export(app.library(own)))
    if output is None:
        print_json(document)
    else:
        write_json(document, output)


def _chosen(library: Library, words: Sequence[str], area: str | None) -> list[Entry]:
    return [entry for entry in library.find(words) if area in {None, entry.area}]
