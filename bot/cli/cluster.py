"""`netcheck check` and `netcheck snapshot`."""

from pathlib import Path

import click

from bot import app
from bot.cli import terminal
from bot.cli.options import FILE, answer_options, cluster_options
from bot.cli.reference import checks_page
from bot.cli.running import run
from bot.core.answer import Answer
from bot.core.plan import Overrides, names
from bot.core.ports import Dials
from checks.snapshot import Snapshot
from checks.text import Lang


@click.command()
@click.argument("group", required=False)
@click.argument("subject", default="")
@click.option("--list", "listing", is_flag=True, help="List the checks and their groups.")
@cluster_options
@click.option("-n", "--namespace", default="", help="Where to look.")
@answer_options
def check(  # noqa: PLR0913, PLR0917 one parameter an option
    group: str | None,
    subject: str,
    context: str | None,
    kubeconfig: Path | None,
    snapshot: Path | None,
    dials: Dials | None,
    namespace: str,
    lang: Lang | None,
    *,
    listing: bool,
    as_json: bool,
) -> None:
    """Run GROUP, a group of checks, `all`, or one check by its slug, about SUBJECT if given.

    SUBJECT is a name, or NAMESPACE/NAME.
    """
    doctor = app.build_doctor()
    if listing:
        click.echo(checks_page(doctor.catalog, doctor.library.entries.values()), nl=False)
        return
    if not group:
        known = ", ".join(names(doctor.catalog))
        raise click.UsageError(f"name a group, `all` or one check: {known}")
    asked = group
    choice = app.Choice(context, kubeconfig, snapshot, dials)

    async def work() -> Answer:
        overrides = Overrides(namespace=namespace, lang=lang)
        doctor.tasks(asked, subject, overrides)  # a wrong name is refused before the cluster
        async with app.open_cluster(choice) as cluster:
            with terminal.progress() as on_seen:
                return await doctor.check(asked, subject, cluster, overrides, on_seen=on_seen)

    terminal.finish(run(work()), as_json=as_json)


@click.command()
@click.option("-o", "--output", type=FILE, required=True, help="The file to write.")
@cluster_options
def snapshot(
    output: Path,
    context: str | None,
    kubeconfig: Path | None,
    snapshot: Path | None,
    dials: Dials | None,
) -> None:
    """Save what the checks would see to a file, redacted; every cluster command reads it back."""
    doctor = app.build_doctor()
    choice = app.Choice(context, kubeconfig, snapshot, dials)

    async def work() -> Snapshot:
        async with app.open_cluster(choice) as cluster:
            with terminal.progress() as on_seen:
                return await doctor.survey(cluster, on_seen)

    taken = run(work())
    app.save_snapshot(taken, output)
    terminal.saved(taken, output)
