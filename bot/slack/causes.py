"""How one suspected cause is told: its standing, the proof, the way to see it, the fix."""

from collections.abc import Iterable, Iterator

from bot.core.answer import Answer, Cause, CheckResult
from bot.core.words import ALSO, DANGER, FIX, STANDINGS
from bot.slack import escape
from bot.slack.words import COLON, NEEDS, QUOTES_LEFT, SHOW_IT, STANDING_MARKS, STEPS_LEFT
from checks.model import Finding, Verdict
from checks.text import Lang
from knowledge.model import Step

_TOLD = 2  # findings with their quotes; of the others the subjects are named
_NAMED = 5  # arbitrary; `netcheck check` names more
_QUOTES = 3  # enough to believe it; the kubectl line shows the rest
_QUOTE = 300  # arbitrary; an Event or a label set fits
_STEPS = 3  # arbitrary; the entry's page has the rest
_NEEDS = 6  # arbitrary; a Role is rarely missing more


def verdict(cause: Cause, lang: Lang) -> str:
    """Return `Confirmed: Service has no endpoints · Service shop/cart`, escaped, one line."""
    standing = STANDINGS[cause.standing].to(lang) + COLON.to(lang)
    title = escape.line(cause.title or cause.entry, 200)
    subject = f" · {escape.line(cause.subject, 150)}" if cause.subject else ""
    return f"{standing}{title}{subject}"


def headline(cause: Cause, lang: Lang) -> str:
    """Return the verdict as the bold first line of a paragraph."""
    return f"{STANDING_MARKS[cause.standing]} *{verdict(cause, lang)}*"


def proof(cause: Cause, answer: Answer) -> Iterator[str]:
    """Yield what the checks saw about a cause: summary, quotes, the kubectl line, permissions."""
    findings = bearing(cause, answer.checks)
    for finding in findings[:_TOLD]:
        yield escape.line(finding.summary.to(answer.lang), 400)
        yield quotes(finding, answer.lang)
    commands = tuple(dict.fromkeys(one.command for one in findings[:_TOLD] if one.command.strip()))
    if commands:
        shown = escape.code("\n".join(commands), 500)
        yield f"{SHOW_IT.to(answer.lang)}{COLON.to(answer.lang).rstrip()}\n{shown}"
    yield needs(findings, answer.lang)
    yield others(findings, answer.lang)


def others(findings: list[Finding], lang: Lang) -> str:
    """Return which subjects the same was found about beside those told, or nothing."""
    told = {one.subject for one in findings[:_TOLD]}
    left = [one for one in dict.fromkeys(f.subject for f in findings) if one not in told]
    named = [name for one in left[:_NAMED] if (name := escape.line(one, 100))]
    if not named:
        return ""
    tail = f" {QUOTES_LEFT.fill(count=len(left) - len(named)).to(lang)}"
    shown = ", ".join(named) + (tail if len(left) > len(named) else "")
    return ALSO.fill(count=len(left)).to(lang) + COLON.to(lang) + shown


def one_line(cause: Cause, answer: Answer) -> str:
    """Return a cause that needs no more than a line, with what was seen."""
    title = escape.line(cause.title or cause.entry, 150)
    seen = summary(cause, answer)
    colon = COLON.to(answer.lang) if seen else ""
    return f"{STANDING_MARKS[cause.standing]} {title}{colon}{seen}"


def summary(cause: Cause, answer: Answer) -> str:
    """Return what was seen about a cause, in a sentence, or nothing."""
    seen = bearing(cause, answer.checks)
    return escape.line(seen[0].summary.to(answer.lang), 200) if seen else ""


def fix(cause: Cause, lang: Lang) -> Iterator[str]:
    """Yield the steps; a step's danger stands before its command and is never cut off from it."""
    if cause.fix:
        yield f"*{FIX.to(lang)}*"
    yield from steps(cause.fix[:_STEPS], lang)
    if len(cause.fix) > _STEPS:
        left = len(cause.fix) - _STEPS
        yield STEPS_LEFT.fill(count=left, entry=escape.line(cause.entry, 80)).to(lang)


def steps(every: Iterable[Step], lang: Lang) -> Iterator[str]:
    """Yield each step of a fix, its danger before its command."""
    for number, step in enumerate(every, start=1):
        yield _step(number, step, lang)


def bearing(cause: Cause, results: Iterable[CheckResult]) -> list[Finding]:
    """Return the findings that give a cause its standing, those about its subject first."""
    found = [result.finding for result in results if result.check in cause.checks]
    if cause.standing in {"confirmed", "likely"}:
        wanted = [one for one in found if one.cause == cause.entry]
    elif cause.standing == "could-not-check":
        wanted = [one for one in found if one.verdict in {Verdict.BLIND, Verdict.BROKEN}]
    else:
        wanted = [one for one in found if one.verdict in {Verdict.CLEAR, Verdict.NOT_APPLICABLE}]
    return sorted(wanted, key=lambda one: one.subject != cause.subject)


def quotes(finding: Finding, lang: Lang) -> str:
    """Return a finding's evidence as one code block, or nothing."""
    shown = [" ".join(quote.split()) for quote in finding.evidence if quote.strip()]
    if not shown:
        return ""
    left = len(shown) - _QUOTES
    tail = f" {QUOTES_LEFT.fill(count=left).to(lang)}" if left > 0 else ""
    return escape.code("\n".join(shown[:_QUOTES]), 1_000, width=_QUOTE) + tail


def needs(findings: Iterable[Finding], lang: Lang) -> str:
    """Return the permissions that would settle what could not be seen, or nothing."""
    every = tuple(dict.fromkeys(need for finding in findings for need in finding.needs if need))
    named = [escape.inline(need, 200) for need in every[:_NEEDS]]
    named = [name for name in named if name]
    if not named:
        return ""
    left = len(every) - _NEEDS
    tail = f" {QUOTES_LEFT.fill(count=left).to(lang)}" if left > 0 else ""
    return f"{NEEDS.to(lang)}{COLON.to(lang)}{', '.join(named)}{tail}"


def _step(number: int, step: Step, lang: Lang) -> str:
    parts = [f"{number}. {escape.prose(step.text, 400)}"]
    if step.danger is not None:
        parts.append(
            f"⚠️ *{DANGER.to(lang)}{COLON.to(lang).rstrip()}* {escape.prose(step.danger, 300)}"
        )
    commands = "\n".join(command for command in step.commands if command.strip())
    if commands:
        parts.append(escape.code(commands, 600))
    return "\n".join(parts)
