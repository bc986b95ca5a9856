"""Answers set out for reading on a terminal; plain text when piped."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text as Styled

from bot.cli.main import fail
from bot.cli.prose import indent, whole
from bot.core import words
from bot.core.answer import Answer, Cause, CheckResult
from bot.core.answer import Standing as StandingName
from bot.core.errors import NetcheckError
from checks.model import Verdict
from checks.snapshot import Snapshot
from checks.text import Lang, Text
from knowledge.model import Because, Match, Step

STYLES: dict[StandingName, str] = {
    "confirmed": "bold red",
    "likely": "yellow",
    "could-not-check": "magenta",
    "not-confirmed": "green",
}
VERDICT_STYLES = {
    Verdict.FOUND: "red",
    Verdict.CLEAR: "green",
    Verdict.BLIND: "magenta",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.BROKEN: "bold red",
}

ORDER = [Verdict.FOUND, Verdict.BROKEN, Verdict.BLIND, Verdict.CLEAR, Verdict.NOT_APPLICABLE]
"""What a reader should see first."""

TOLD = 10  # results of one cause in full; arbitrary, `--json` has them all
NAMED = 20  # subjects named of the rest


class Output(Console):
    """Standard output; a reader that went away ends the command quietly, as `main` does it."""

    def on_broken_pipe(self) -> None:
        """Leave it to `main`: rich would end with status 1."""
        raise BrokenPipeError


def console() -> Console:
    """Return standard output: styled and wrapped on a terminal, plain and unwrapped in a pipe."""
    return Output(highlight=False, markup=False, emoji=False, soft_wrap=not sys.stdout.isatty())


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer as one JSON document or for reading."""
    if as_json:
        print_json(answer.document())
        return
    out = console()
    _show_matches(out, answer)
    for cause in answer.causes:
        _show_cause(out, cause, answer)
    _show_rest(out, answer)


def finish(answer: Answer, *, as_json: bool) -> None:
    """Print an answer; a cluster that could not be looked at ends with status 1."""
    show(answer, as_json=as_json)
    if answer.trouble:
        fail(answer.trouble)


def print_json(document: object) -> None:
    """Print one JSON document on one line."""
    every = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(document, ensure_ascii=not every) + "\n")


def write_json(document: object, path: Path) -> None:
    """Write one JSON document to a file. Raises `NetcheckError` when it cannot be written."""
    try:
        path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise NetcheckError(f"{path}: {why}: name a file that can be written to") from error


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal what has been read; say nothing when standard error is piped."""
    err = Console(stderr=True, highlight=False, markup=False)
    if not err.is_terminal:
        yield lambda _key, _count: None
        return
    read: list[str] = []
    with err.status("asking the cluster …") as status:

        def on_seen(key: str, count: int) -> None:
            read.append(f"{key} {count:,}")
            status.update(f"read {', '.join(read[-3:])} …")

        yield on_seen


def saved(snapshot: Snapshot, path: Path) -> None:
    """Say what a saved snapshot holds, and what it could not see."""
    kinds = len(snapshot.objects)
    count = sum(len(objects) for objects in snapshot.objects.values())
    out = console()
    out.print(f"{path}: {count:,} objects of {kinds} kinds from {snapshot.cluster}")
    for key, gap in sorted(snapshot.gaps.items()):
        out.print(f"  not seen: {key}: {gap.reason}")


def _show_matches(out: Console, answer: Answer) -> None:
    if answer.answer is None:
        return
    out.print(words.ANSWERS[answer.answer].to(answer.lang), style="bold")
    for match in answer.matches:
        _show_match(out, match, answer)
    if answer.elsewhere:
        indent(out, words.ELSEWHERE.fill(what=answer.elsewhere).to(answer.lang), 2)
    if not answer.matches and answer.titles:
        near = ", ".join(f"{title} ({slug})" for slug, title in answer.titles.items())
        indent(out, _said(words.NEAREST, near, answer.lang), 2)
    out.print()


def _show_match(out: Console, match: Match, answer: Answer) -> None:
    title = answer.titles.get(match.entry, match.entry)
    indent(out, f"{title} ({match.entry}) {match.confidence:.0%}", 2, "bold")
    for because in _lines_met(match):
        line = words.LINE.fill(number=because.line)
        indent(out, _said(line, because.text.strip(), answer.lang), 4)
        indent(out, f"≈ {because.signature}", 4, "dim")


def _lines_met(match: Match) -> list[Because]:
    """Return the strongest reason of each line, three lines at most."""
    by_line: dict[int, Because] = {}
    for because in match.because:
        by_line.setdefault(because.line, because)
    return list(by_line.values())[:3]


def _show_cause(out: Console, cause: Cause, answer: Answer) -> None:
    head = Styled(words.STANDINGS[cause.standing].to(answer.lang), STYLES[cause.standing])
    head.append(f"  {cause.title or cause.entry}", "bold")
    head.append(f"  {cause.subject}" if cause.subject else "", "default")
    out.print(head)
    shown = [result for result in answer.checks if result.check in cause.checks]
    telling = _telling(cause, shown)
    for result in telling[:TOLD]:
        _show_result(out, result, answer.lang)
    _show_left(out, telling[TOLD:], answer.lang)
    if cause.standing in {"confirmed", "likely"}:
        _show_fix(out, cause.fix, answer.lang)
    out.print()


def _show_left(out: Console, left: list[CheckResult], lang: Lang) -> None:
    """Name what else speaks for a cause, so that a hundred broken Services stay one screen."""
    subjects = list(dict.fromkeys(result.finding.subject for result in left))
    if subjects:
        more = f" … (+{len(subjects) - NAMED:,})" if len(subjects) > NAMED else ""
        also = words.ALSO.fill(count=f"{len(subjects):,}")
        indent(out, _said(also, ", ".join(subjects[:NAMED]) + more, lang), 2, hang=2)


def _telling(cause: Cause, results: list[CheckResult]) -> list[CheckResult]:
    """Return the results that speak for this cause, or all, what could not be seen first."""
    proofs = [result for result in results if result.finding.cause == cause.entry]
    unseen = {Verdict.BLIND, Verdict.BROKEN}
    return proofs or sorted(results, key=lambda one: one.finding.verdict not in unseen)


def _show_result(out: Console, result: CheckResult, lang: Lang) -> None:
    finding = result.finding
    verdict = words.VERDICTS[finding.verdict]
    head = Styled("  ")
    head.append(verdict.to(lang), VERDICT_STYLES[finding.verdict])
    head.append(f"{words.COLON.to(lang)}{result.title.to(lang)}")
    out.print(head)
    indent(out, finding.summary.to(lang), 4)
    for quote in finding.evidence:
        indent(out, f"- {quote}", 4, hang=2)
    for need in finding.needs:
        indent(out, _said(words.NEEDS, need, lang), 4)
    if finding.command:
        _command(out, finding.command, 4)


def _show_fix(out: Console, fix: tuple[Step, ...], lang: Lang) -> None:
    if fix:
        indent(out, words.FIX.to(lang), 2, "bold")
    for number, step in enumerate(fix, 1):
        indent(out, f"{number}. {step.text}", 4, hang=3)
        if step.danger is not None:
            indent(out, _said(words.DANGER, step.danger, lang), 7, "bold red")
        for command in step.commands:
            _command(out, command, 7)


def _show_rest(out: Console, answer: Answer) -> None:
    told = {check for cause in answer.causes for check in cause.checks}
    rest = [result for result in answer.checks if result.check not in told]
    for result in sorted(rest, key=lambda one: ORDER.index(one.finding.verdict)):
        _show_result(out, result, answer.lang)
    if answer.ledger is not None and answer.ledger.requests:
        out.print(ledger_line(answer), style="dim")


def ledger_line(answer: Answer) -> str:
    """Return what the look cost, in words."""
    ledger = answer.ledger
    if ledger is None:
        return ""
    line = words.LEDGER.fill(
        requests=ledger.requests, size=words.size(ledger.bytes), seconds=f"{ledger.seconds:.1f}"
    )
    return (line + words.dialed(ledger.dials)).to(answer.lang)


def _command(out: Console, command: str, by: int) -> None:
    for number, line in enumerate(command.splitlines()):
        whole(out, f"{'  ' if number else '$ '}{line}", by, "cyan")


def _said(label: Text, text: str, lang: Lang) -> str:
    return f"{label.to(lang)}{words.COLON.to(lang)}{text}"
