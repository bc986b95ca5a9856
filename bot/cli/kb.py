"""`netcheck kb`: list, show, test, eval."""

from pathlib import Path

import click

from bot import app
from bot.cli import tables
from bot.cli.evaluation import show_evaluation
from bot.cli.options import FILE, answer_options
from bot.cli.terminal import print_json
from checks.text import Lang


@click.group()
def kb() -> None:
    """Read and test the knowledge base."""


@kb.command("list")
@answer_options
def list_entries(lang: Lang | None, *, as_json: bool) -> None:
    """List the entries."""
    tables.show_entries(app.library().entries, lang or "en", as_json=as_json)


@kb.command()
@click.argument("slug")
@answer_options
def show(slug: str, lang: Lang | None, *, as_json: bool) -> None:
    """Show one entry."""
    tables.show_entry(app.find_entry(slug), lang or "en", as_json=as_json)


@kb.command("test")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def test_entries(*, as_json: bool) -> None:
    """Hold every entry to its contract: hits, near misses, signatures, links, danger marks."""
    problems = app.kb_problems()
    tables.show_problems(problems, count=len(app.library().entries), as_json=as_json)
    if problems:
        raise SystemExit(1)


@kb.command("eval")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(file: Path, *, as_json: bool) -> None:
    """Measure matching on labelled pastes, one JSON object a line (`text`, `label`, `also`)."""
    evaluation = app.evaluate(file)
    if as_json:
        print_json(evaluation.document())
    else:
        show_evaluation(evaluation)
