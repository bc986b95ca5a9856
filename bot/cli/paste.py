"""`netcheck match` and `netcheck diagnose`."""

from pathlib import Path

import click

from bot import app
from bot.cli import terminal
from bot.cli.options import answer_options, cluster_options, kb_option, read_input
from bot.cli.running import run
from bot.core.answer import Answer
from bot.core.plan import Overrides
from bot.core.ports import Dials
from checks.text import Lang


@click.command()
@click.argument("file", required=False)
@kb_option
@answer_options
def match(file: str | None, own: tuple[Path, ...], lang: Lang | None, *, as_json: bool) -> None:
    """Say what a paste looks like; no cluster is asked. FILE or standard input."""
    answer = app.build_doctor(own).match(read_input(file), lang)
    terminal.show(answer, as_json=as_json)


@click.command()
@click.argument("file", required=False)
@cluster_options
@click.option("-n", "--namespace", default="", help="Where to look; wins over the paste.")
@kb_option
@answer_options
def diagnose(  # noqa: PLR0913, PLR0917 one parameter an option
    file: str | None,
    context: str | None,
    kubeconfig: Path | None,
    snapshot: Path | None,
    dials: Dials | None,
    namespace: str,
    own: tuple[Path, ...],
    lang: Lang | None,
    *,
    as_json: bool,
) -> None:
    """Match a paste, check the cluster and give the verdict. FILE or standard input."""
    text = read_input(file)
    doctor = app.build_doctor(own)
    doctor.match(text, lang)  # a paste that cannot be read is refused before a cluster is asked
    choice = app.Choice(context, kubeconfig, snapshot, dials)

    async def work() -> Answer:
        overrides = Overrides(namespace=namespace, lang=lang)
        async with app.open_cluster(choice) as cluster:
            with terminal.progress() as on_seen:
                return await doctor.diagnose(text, cluster, overrides, on_seen=on_seen)

    terminal.finish(run(work()), as_json=as_json)
