"""Play the scoreboard and print it: see README.md in this folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tests.cluster.build import find_programs
from tests.cluster.fixtures import MISSING
from tests.scoreboard import report
from tests.scoreboard.ask import AskError
from tests.scoreboard.faults import read_clusters, read_faults
from tests.scoreboard.ground import UndoError
from tests.scoreboard.manifests import WrittenWrongError
from tests.scoreboard.play import play
from tests.scoreboard.rivals import Contest

if TYPE_CHECKING:
    from tests.scoreboard.faults import Fault, Healthy
    from tests.scoreboard.score import Board


NAMED = "they are called like their folders in tests/scoreboard/clusters, faults and pairs"


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="A fault or healthy cluster, or more.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the page to this file.")
def main(only: tuple[str, ...], markdown: Path | None, *, as_json: bool) -> None:
    """Put faults into a real API server and count what netcheck finds."""
    programs = find_programs()
    if programs is None:
        raise click.ClickException(MISSING)
    try:
        clusters, faults = chosen(only, read_clusters(), read_faults())
        contest = Contest()
        board = play(programs, clusters, faults, on_done=tell, contest=contest)
    except (WrittenWrongError, UndoError, AskError) as error:
        raise click.ClickException(str(error)) from error
    if markdown:
        markdown.write_text(report.page(board, clusters, contest), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(report.document(board), indent=2))
    else:
        show(board)
        for name, found, errors in report.compared(board, contest):
            click.echo(f"{name}: found {found}, errors in healthy clusters: {errors}")
    sys.exit(bool(board.shortfalls))


def chosen(
    only: tuple[str, ...], clusters: list[Healthy], faults: list[Fault]
) -> tuple[list[Healthy], list[Fault]]:
    """Return what is to be played; without a name, all. Raises `ClickException`."""
    known = {one.name for one in clusters} | {one.name for one in faults}
    if lost := next((one for one in only if one not in known), None):
        raise click.ClickException(f"no fault or cluster is called {lost!r}: {NAMED}")
    faults = [one for one in faults if not only or one.name in only]
    needed = {*only, *(one.told.over for one in faults)}
    return [one for one in clusters if not only or one.name in needed], faults


def tell(name: str, board: Board) -> None:
    """Print progress to standard error: a fault's line, or a healthy cluster's findings."""
    if name in board.alarms:
        click.echo(f"{name}: healthy, findings: {len(board.alarms[name])}", err=True)
    else:
        click.echo(report.line(board.results[-1]), err=True)


def show(board: Board) -> None:
    """Print the troubles, the checks, and the figures last."""
    for one in report.troubles(board):
        click.echo(one)
    for check, (right, wrong) in board.by_check().items():
        click.echo(f"{check:24} right {right:3}  wrong {wrong:3}")
    click.echo(f"{report.summary(board)}; {board.seconds:.0f} s")
    for one in board.shortfalls:
        click.echo(f"not met: {one}")


if __name__ == "__main__":
    main()
