"""From findings to causes: which suspected cause is proved, which refuted, which unseen."""

from collections.abc import Iterable, Mapping

import msgspec

from bot.core.answer import Cause, CheckResult, Standing
from bot.core.fix import fill
from checks.model import Check, Question, Tier, Verdict
from checks.text import Lang
from knowledge.model import Entry, Match

_VERDICTS = (
    Verdict.FOUND,
    Verdict.BLIND,
    Verdict.BROKEN,
    Verdict.CLEAR,
    Verdict.NOT_APPLICABLE,
)
_ORDER: tuple[Standing, ...] = ("confirmed", "likely", "could-not-check", "not-confirmed")


def weigh(
    matches: Iterable[Match],
    results: Iterable[CheckResult],
    entries: Mapping[str, Entry],
    catalog: Mapping[str, Check],
    lang: Lang,
) -> tuple[Cause, ...]:
    """Return every cause, proved ones first, then in the order the paste suggested them.

    Of proved ones, those that explain most of the others go first.

    A cause the paste did not suggest appears only when a check proved it. A symptom is left out
    once a sharper cause, one its entry yields to, is confirmed.
    """
    matches = tuple(matches)
    results = tuple(results)
    if matches:
        results = tuple(
            _doubt(one, results) if catalog[one.check].about else one for one in results
        )
    causes = [_suspected(match, results, entries[match.entry], catalog) for match in matches]
    suspected = {cause.entry for cause in causes}
    causes += _uninvited(results, suspected)
    confirmed = {cause.entry for cause in causes if cause.standing == "confirmed"}
    kept = [cause for cause in causes if not _explained(cause, confirmed, entries)]
    ranked = sorted(
        kept, key=lambda one: (_ORDER.index(one.standing), -_explains(one, kept, entries))
    )
    return tuple(_tell(cause, entries.get(cause.entry), results, lang) for cause in ranked)


def pertinent(
    results: tuple[CheckResult, ...], matches: Iterable[Match]
) -> tuple[CheckResult, ...]:
    """Leave out leads to causes the paste does not suggest, once something is proved.

    Why pods are not ready is looked for wherever it may stand; another team's pods are no answer.
    """
    suspected = {match.entry for match in matches}
    if not suspected or not any(one.finding.cause and not one.lead for one in results):
        return results
    return tuple(
        one
        for one in results
        if not (one.lead and one.finding.cause and one.finding.cause not in suspected)
    )


def _doubt(proof: CheckResult, results: tuple[CheckResult, ...]) -> CheckResult:
    """Make a proof a lead where the paste may mean another subject that lacks the fault.

    A Service named without its namespace may stand in several; one that is broken proves nothing
    about a paste that meant the one that works.
    """
    about_others = any(
        one.finding.subject != proof.finding.subject and one.finding.verdict is not Verdict.FOUND
        for one in results
        if (one.check, one.question) == (proof.check, proof.question)
    )
    return msgspec.structs.replace(proof, lead=True) if about_others else proof


def _suspected(
    match: Match, results: tuple[CheckResult, ...], entry: Entry, catalog: Mapping[str, Check]
) -> Cause:
    if not entry.checks:  # all there is to go by is the paste
        return Cause(match.entry, "", "", "likely")
    linked = {link.check for link in entry.checks}
    relevant = _seen([result for result in results if result.check in linked], catalog)
    proofs = [result for result in relevant if result.finding.cause == match.entry]
    if proofs:
        return _proved(match.entry, proofs)
    able = [result for result in relevant if _may_refute(result, match.entry, catalog)]
    standing = _standing([result.finding.verdict for result in able or relevant], able=bool(able))
    subject = next((result.finding.subject for result in able), "")
    slugs = tuple(dict.fromkeys(result.check for result in able or relevant))
    return Cause(match.entry, "", subject, standing, slugs)


def _seen(results: list[CheckResult], catalog: Mapping[str, Check]) -> list[CheckResult]:
    """Return the results that count: dials that could not be made take nothing from the others.

    Most bots that look from outside a cluster can make none; what its objects show still stands.
    """
    made = [
        one
        for one in results
        if catalog[one.check].tier is Tier.A or one.finding.verdict is not Verdict.BLIND
    ]
    return made or results


def _may_refute(result: CheckResult, cause: str, catalog: Mapping[str, Check]) -> bool:
    """Return whether a check that does not prove a cause speaks against it."""
    check = catalog[result.check]
    return cause in check.proves and check.rules_out and result.finding.settles


def _standing(verdicts: list[Verdict], *, able: bool) -> Standing:
    """Judge a cause no finding proved; `able` says that these checks could have proved it."""
    unseen = {Verdict.BLIND, Verdict.BROKEN} & set(verdicts)
    if unseen or set(verdicts) <= {Verdict.NOT_APPLICABLE}:  # nothing was looked at
        return "could-not-check"
    if not able:
        return "likely"  # a symptom the paste shows; only its sharper causes can be looked for
    return "not-confirmed"


def _uninvited(results: tuple[CheckResult, ...], suspected: set[str]) -> list[Cause]:
    proofs: dict[str, list[CheckResult]] = {}
    for result in results:
        if result.finding.cause and result.finding.cause not in suspected:
            proofs.setdefault(result.finding.cause, []).append(result)
    return [_proved(entry, found) for entry, found in proofs.items()]


def _proved(entry: str, proofs: list[CheckResult]) -> Cause:
    """Build a cause that findings speak for; a mere lead makes it likely, never confirmed."""
    tied = [proof for proof in proofs if not proof.lead]
    best = (tied or proofs)[0]
    slugs = tuple(dict.fromkeys(proof.check for proof in proofs))
    return Cause(entry, "", best.finding.subject, "confirmed" if tied else "likely", slugs)


def _explained(cause: Cause, confirmed: set[str], entries: Mapping[str, Entry]) -> bool:
    if cause.standing == "confirmed" or cause.entry not in entries:
        return False
    return any(sharper in confirmed for sharper in entries[cause.entry].yields_to)


def _explains(cause: Cause, others: Iterable[Cause], entries: Mapping[str, Entry]) -> int:
    """Return how many of the others are symptoms of a confirmed cause; of another, none."""
    if cause.standing != "confirmed":
        return 0
    known = (entries[other.entry] for other in others if other.entry in entries)
    return sum(cause.entry in entry.yields_to for entry in known)


def worst_first(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return what was found first, then what could not be seen, then the rest."""
    return tuple(sorted(results, key=lambda one: _VERDICTS.index(one.finding.verdict)))


def _tell(cause: Cause, entry: Entry | None, results: tuple[CheckResult, ...], lang: Lang) -> Cause:
    """Add what the entry says, in the answer's language if it has it; without one keep the slug."""
    if entry is None:
        return Cause(cause.entry, cause.entry, cause.subject, cause.standing, cause.checks)
    page = entry.page(lang)
    question = next(
        (result.question for result in results if result.finding.subject == cause.subject),
        Question(),
    )
    return Cause(
        entry=cause.entry,
        title=page.title,
        subject=cause.subject,
        standing=cause.standing,
        checks=cause.checks,
        fix=fill(page.fix, question, cause.subject),
        meaning=page.meaning,
    )
