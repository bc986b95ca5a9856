"""Options and inputs that several commands share."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from bot.core.errors import PasteRefusedError
from bot.core.paste import LIMIT, decode
from bot.core.ports import Dials

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path, dir_okay=False)


def live_options(command: F) -> F:
    """Add `--context` and `--kubeconfig`."""
    for option in (
        click.option("--kubeconfig", type=FILE, help="A kubeconfig file."),
        click.option("--context", metavar="NAME", help="A context of the kubeconfig."),
    ):
        command = option(command)
    return command


def cluster_options(command: F) -> F:
    """Add `--context`, `--kubeconfig`, `--snapshot` and `--dials`."""
    for option in (
        click.option(
            "--dials",
            type=click.Choice(get_args(Dials)),
            help="Whether to dial from here: by default only from inside the cluster.",
        ),
        click.option("--snapshot", type=FILE, help="A file saved by `netcheck snapshot`."),
    ):
        command = option(command)
    return live_options(command)


def answer_options(command: F) -> F:
    """Add `--json` and `--lang`."""
    for option in (
        click.option("--lang", type=click.Choice(["en", "zh-TW"]), help="Language of the answer."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
    ):
        command = option(command)
    return command


def kb_option(command: F) -> F:
    """Add `--kb`, which may be given several times."""
    return click.option(
        "--kb",
        "own",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="DIR",
        help="A folder of your own entries, used beside the shipped ones; may be repeated.",
    )(command)


def read_input(file: str | None) -> str:
    """Return the text of a file, or of standard input for `-` or none.

    Raises `PasteRefusedError` for a file that cannot be read, is too large or not text.
    """
    if file in {None, "-"}:
        if sys.stdin is None:  # closed, as by `<&-`
            return ""
        if sys.stdin.isatty():
            click.echo("Paste the error, then press Ctrl-D.", err=True)
        return decode(sys.stdin.buffer.read(LIMIT + 1))
    try:
        with Path(str(file)).open("rb") as stream:
            return decode(stream.read(LIMIT + 1))
    except OSError as error:
        raise PasteRefusedError(
            f"{file}: {(error.strerror or str(error)).lower()}: name a text file, or - for "
            "standard input"
        ) from error
