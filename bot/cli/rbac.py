"""`netcheck rbac`: the role the checks need, and what of it an identity lacks."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import click
import yaml

from bot import app
from bot.cli.options import live_options
from bot.cli.running import run
from bot.cli.terminal import print_json
from bot.core.rights import REVIEW_RULE, Rights
from checks.rights import Lack

WIDTH = 98  # of a comment, its mark left out
MISSING = "netcheck-missing"
REVIEW = "netcheck-review"
BIND = (
    "kubectl create clusterrolebinding {name} --clusterrole={name} --serviceaccount=NAMESPACE:NAME"
)


@click.command()
@click.option(
    "--tier",
    type=click.Choice(["A", "D"]),
    show_default="A",
    help="Which tier of checks: A reads API objects, D dials too, which takes no right more.",
)
@click.option(
    "--missing", is_flag=True, help="Ask the cluster which of these rules this identity lacks."
)
@live_options
@click.option("-n", "--namespace", default="", help="Where logs will be read; by default anywhere.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rbac(
    *,
    tier: str | None,
    missing: bool,
    context: str | None,
    kubeconfig: Path | None,
    namespace: str,
    as_json: bool,
) -> None:
    """Print the ClusterRole the checks need, as YAML for `kubectl apply -f -`.

    With --missing, print the rules that are missing and the checks that will be blind for it, and
    end with status 1 unless nothing is missing. The cluster is asked to list this identity's
    rights, and nothing is changed there.
    """
    if not missing:
        if context or kubeconfig or namespace or as_json:
            raise click.UsageError("--context, --kubeconfig, -n and --json go with --missing")
        click.echo(app.rbac_manifest(tier or "A"), nl=False)
        return
    choice = app.Choice(context, kubeconfig)
    rights = run(app.ask_rights(choice, namespace, tier or "D"))
    if as_json:
        print_json(rights.document())
    else:
        click.echo("\n".join(_lines(rights)))
    if rights.answer != "all":
        raise SystemExit(1)


def _lines(rights: Rights) -> Iterator[str]:
    """Yield YAML that can be applied, with what it is about in comments."""
    match rights.answer:
        case "refused":
            yield from _refused(rights)
        case "all":
            yield from _comment(f"{rights.cluster}: no rule is missing for {rights.checks} checks.")
            yield from _doubts(rights)
        case _:
            yield from _missing(rights)


def _refused(rights: Rights) -> Iterator[str]:
    yield from _comment(
        f"{rights.cluster} does not say what this identity may do: {rights.refused}. Whatever is "
        "missing, each check will name it when it runs. This rule lets it be said up front; by "
        "default system:basic-user grants it to everybody signed in. It changes nothing."
    )
    yield from _role(REVIEW, [(REVIEW_RULE, ())])


def _missing(rights: Rights) -> Iterator[str]:
    count = len(rights.lacks)
    what = "1 rule is" if count == 1 else f"{count} rules are"
    verdict = "not listed" if rights.incomplete else "missing"
    will = "may" if rights.incomplete else "will"
    blind = f"{len(rights.blind)} of {rights.checks} checks {will} be blind"
    yield from _comment(f"{rights.cluster}: {what} {verdict}, {blind}.")
    yield from _doubts(rights)
    yield from _role(MISSING, [(lack.rule, tuple(_about(lack))) for lack in rights.lacks])


def _doubts(rights: Rights) -> Iterator[str]:
    """Say that the review leaves something open, in the API server's words."""
    if not rights.incomplete:
        return
    why = "; ".join(rights.errors) or "it does not say why"
    yield from _comment(
        f"The API server calls its own list incomplete ({why}): an authorizer that lists no rules "
        "has a say too. It may allow what is not listed, and refuse what is. `kubectl auth can-i` "
        "tells of one rule at a time."
    )


def _about(lack: Lack) -> Iterator[str]:
    yield f"{lack.need}"
    if lack.blind:
        yield f"  blind without it: {', '.join(lack.blind)}"
    if lack.duller:
        yield f"  judge without it, and quote no logs: {', '.join(lack.duller)}"
    if lack.only_in:
        places = ", ".join(lack.only_in)
        yield f"  granted in {places} alone: a ClusterRoleBinding grants it everywhere"


def _role(name: str, rules: Iterable[tuple[dict[str, Any], tuple[str, ...]]]) -> Iterator[str]:
    yield from _comment("Once this is applied, bind it to whom the bot is:")
    yield f"#   {BIND.format(name=name)}"
    yield "apiVersion: rbac.authorization.k8s.io/v1"
    yield "kind: ClusterRole"
    yield "metadata:"
    yield f"  name: {name}"
    yield "rules:"
    for rule, about in rules:
        for line in about:
            yield from _comment(line)
        yield yaml.safe_dump([rule], sort_keys=False).rstrip()


def _comment(text: str) -> Iterator[str]:
    by = len(text) - len(text.lstrip())
    indent = " " * by
    lines = wrap(text.strip(), WIDTH - by, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield f"# {indent}{'  ' if number and by else ''}{line}"
