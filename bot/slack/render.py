"""From an answer to a Slack message: pure, short, and within every limit of Slack's."""

from collections.abc import Iterable, Iterator

import msgspec

from bot.core import words as common
from bot.core.answer import Answer, Cause, CheckResult, Seen
from bot.slack import causes, escape, words
from bot.slack.blocks import FALLBACK_LIMIT, Rendered, Sheet
from bot.slack.buttons import Under, has_evidence, whole
from bot.slack.handled import handled, taught_here
from bot.slack.moment import minute
from checks.model import Verdict
from checks.text import Lang, Text

_TOLD_IN_FULL = 2  # a reader acts on the first; the rest get a line each
_LINES = 12  # arbitrary; `netcheck check` prints them all


class Asked(msgspec.Struct, frozen=True):
    """Who asked what, for a message that answers no other message."""

    user: str
    command: str


def render(
    answer: Answer,
    asked: Asked | None = None,
    remarks: Iterable[Text] = (),
    under: Under | None = None,
) -> Rendered:
    """Return the message for an answer, finished or not.

    `remarks` are mrkdwn of ours about how the paste was read; `under` brings the buttons under a
    finished answer. The verdict of the best cause comes first; what is left out when room is
    short is the end, but for the buttons.
    """
    lang = answer.lang
    buttons = under.blocks(answer) if under is not None and answer.done else ()
    hint = (whole(lang),) if buttons and has_evidence(answer) else ()
    sheet = Sheet(lang, tail=(*hint, *buttons))
    if asked is not None:
        sheet.small([_asked(asked, lang)])
    sheet.paragraph(handled(answer, under))
    sheet.paragraph(_opening(answer))
    if answer.trouble:
        sheet.paragraph([f"⚠️ {escape.line(answer.trouble, 800)}"])
    sheet.small(f"📎 {remark.to(lang)}" for remark in remarks)
    _tell_causes(sheet, answer)
    sheet.paragraph(_other_results(answer))
    sheet.paragraph(_because(answer))
    sheet.small(taught_here(answer))
    sheet.small(_tally(answer))
    sheet.small(_footer(answer))
    blocks = (*sheet.blocks(), *(hint if sheet.cut else ()), *buttons)
    return Rendered(text=_fallback(answer), blocks=blocks)


def notice(text: str, asked: Asked | None = None, lang: Lang = "en") -> Rendered:
    """Return a plain message: an error for a person, or a how-to. `text` is mrkdwn of ours."""
    sheet = Sheet(lang)
    if asked is not None:
        sheet.small([_asked(asked, lang)])
    sheet.paragraph([text])
    return Rendered(text=_beginning(text) or words.NO_ANSWER.to(lang), blocks=sheet.blocks())


def _beginning(text: str) -> str:
    """Return the first words of escaped text; cut between words, so never inside an entity."""
    kept = text.replace("```", " ").split()
    while kept and escape.size(" ".join(kept)) > FALLBACK_LIMIT:
        kept.pop()
    return " ".join(kept)


def _asked(asked: Asked, lang: Lang) -> str:
    by = f"{words.ASKED_BY.to(lang)} {escape.user(asked.user)}"
    return f"{escape.inline(asked.command, 200)} {by}"


def _opening(answer: Answer) -> Iterator[str]:
    """Yield the headline; once a cause has a standing, its own paragraph is the headline."""
    if not answer.done or not answer.causes:
        yield f"*{_lead(answer)}*"
    if answer.answer == "nothing":
        titles = [escape.line(title, 120) for title in answer.titles.values()][:3]
        if any(titles):
            named = ", ".join(title for title in titles if title)
            yield _labelled(common.NEAREST, named, answer.lang)
        yield words.UNKNOWN_NEXT.to(answer.lang)
    elif answer.answer is not None and answer.done and not answer.causes:
        yield words.NO_CAUSE.to(answer.lang)


def _lead(answer: Answer) -> str:
    """Return the whole answer in one line, escaped."""
    lang = answer.lang
    if not answer.done:
        return f"⏳ {_suspicion(answer) or words.LOOKING.to(lang)} · {words.CHECKING.to(lang)}"
    if answer.causes:
        best = answer.causes[0]
        return f"{words.STANDING_MARKS[best.standing]} {causes.verdict(best, lang)}"
    if answer.elsewhere:
        shown = escape.line(answer.elsewhere, 120)
        return f"🔎 {common.ELSEWHERE.fill(what=shown).to(lang)}"
    if answer.answer == "nothing":
        return f"🔎 {words.UNKNOWN.to(lang)}"
    if answer.answer is not None:
        return f"🔎 {_suspicion(answer) or words.NO_CAUSE.to(lang)}"
    return _lead_of_checks(answer)


def _lead_of_checks(answer: Answer) -> str:
    lang = answer.lang
    verdicts = {result.finding.verdict for result in answer.checks}
    if Verdict.FOUND in verdicts:
        count = sum(result.finding.verdict is Verdict.FOUND for result in answer.checks)
        return f"🔴 {words.CAUSES_FOUND.fill(count=count).to(lang)}"
    if answer.trouble or verdicts & {Verdict.BLIND, Verdict.BROKEN}:
        return f"⚪ {words.NOT_ALL_SEEN.to(lang)}"
    if Verdict.CLEAR in verdicts:
        return f"🟢 {words.NOTHING_FOUND.to(lang)}"
    return f"▫️ {words.NONE_APPLIES.to(lang)}"


def _tell_causes(sheet: Sheet, answer: Answer) -> None:
    told = [cause for cause in answer.causes if cause.standing != "not-confirmed"]
    for cause in told[:_TOLD_IN_FULL]:
        sheet.paragraph([causes.headline(cause, answer.lang), *causes.proof(cause, answer)])
        if cause.standing in {"confirmed", "likely"}:
            sheet.paragraph(causes.fix(cause, answer.lang))
    sheet.paragraph(causes.headline(cause, answer.lang) for cause in told[_TOLD_IN_FULL:])
    refuted = [cause for cause in answer.causes if cause.standing == "not-confirmed"]
    if answer.done and refuted and not told:
        first = refuted.pop(0)
        sheet.paragraph([causes.headline(first, answer.lang), causes.summary(first, answer)])
    if refuted:
        lines = (causes.one_line(cause, answer) for cause in refuted)
        sheet.paragraph([f"*{words.OTHERS.to(answer.lang)}*", *lines])


def _other_results(answer: Answer) -> Iterator[str]:
    """Yield results no cause tells: everything of a command, and each blind spot of a paste."""
    told = {slug for cause in answer.causes[:_TOLD_IN_FULL] for slug in cause.checks}
    rest = [result for result in answer.checks if _untold(result, answer, told)]
    for result in rest[:_LINES]:
        yield _result(result, answer.lang)
    if len(rest) > _LINES:
        yield words.MORE_PARTS.fill(count=len(rest) - _LINES).to(answer.lang)


def _untold(result: CheckResult, answer: Answer, told: set[str]) -> bool:
    verdict = result.finding.verdict
    if verdict is Verdict.FOUND:
        return False
    if answer.answer is None:
        return True
    return verdict in {Verdict.BLIND, Verdict.BROKEN} and result.check not in told


def _result(result: CheckResult, lang: Lang) -> str:
    finding = result.finding
    mark = words.VERDICT_MARKS[finding.verdict]
    title = escape.line(result.title.to(lang), 120) or escape.line(result.check, 120)
    summary = escape.line(finding.summary.to(lang), 250)
    says = _labelled(common.VERDICTS[finding.verdict], summary, lang)
    missing = causes.needs([finding], lang)
    return f"{mark} *{title}* {says}" + (f"\n{missing}" if missing else "")


def _because(answer: Answer) -> Iterator[str]:
    """Yield the lines of the paste that named the best match, and how sure that is."""
    if not answer.matches or answer.answer == "nothing":
        return
    best = answer.matches[0]
    proved = answer.done and any(cause.entry == best.entry for cause in answer.causes[:1])
    if answer.done and answer.causes and not proved:
        yield _suspicion(answer)  # the verdict is about another cause than the paste named
    said = words.LINE_SURE if proved else words.LINE
    for because in list({one.line: one for one in best.because}.values())[:2]:
        told = said.fill(number=because.line, sure=_sure(answer)).to(answer.lang)
        yield f"{told}\n{escape.code(' '.join(because.text.split()), 400)}"


def _suspicion(answer: Answer) -> str:
    """Return `This looks like: Service has no endpoints (sure)`, or nothing."""
    if not answer.matches:
        return ""
    best = answer.matches[0]
    title = escape.line(answer.titles.get(best.entry) or best.entry, 200)
    return words.LOOKS_LIKE.fill(title=title, sure=_sure(answer)).to(answer.lang)


def _sure(answer: Answer) -> str:
    return (words.SURE if answer.answer == "match" else words.PERHAPS).to(answer.lang)


def _tally(answer: Answer) -> Iterator[str]:
    """Yield how each check stands, in few words; a command's results were told above."""
    for pending in answer.pending[:_LINES]:
        yield f"⏳ {escape.line(pending.title.to(answer.lang) or pending.check, 100)}"
    if answer.answer is None:
        return
    for verdict, mark in words.VERDICT_MARKS.items():
        titles = dict.fromkeys(
            escape.line(result.title.to(answer.lang) or result.check, 80)
            for result in answer.checks
            if result.finding.verdict is verdict
        )
        if titles:
            named = ", ".join(list(titles)[:_LINES])
            yield f"{mark} {_labelled(common.VERDICTS[verdict], named, answer.lang)}"


def _footer(answer: Answer) -> Iterator[str]:
    if answer.seen is not None:
        yield _seen(answer.seen, answer.lang)
    if answer.ledger is not None and answer.ledger.requests:
        seconds = f"{answer.ledger.seconds:.1f}"
        line = words.LEDGER.fill(requests=answer.ledger.requests, seconds=seconds)
        yield (line + common.dialed(answer.ledger.dials)).to(answer.lang)
    if answer.cluster:
        yield words.CLUSTER.fill(name=escape.line(answer.cluster, 100)).to(answer.lang)


def _labelled(label: Text, said: str, lang: Lang) -> str:
    return f"{label.to(lang)}{words.COLON.to(lang)}{said}"


def _seen(seen: Seen, lang: Lang) -> str:
    if seen.count <= 1:
        return words.SEEN_ONCE.fill(incident=seen.incident).to(lang)
    first = escape.line(minute(seen.first_seen), 40)
    said = words.SEEN_AGAIN.fill(count=seen.count, first=first, incident=seen.incident)
    return said.to(lang)


def _fallback(answer: Answer) -> str:
    """Return the text of notifications; the lead is escaped already and short by its parts."""
    lead = _lead(answer)
    return lead if escape.size(lead) <= FALLBACK_LIMIT else _short_lead(answer)


def _short_lead(answer: Answer) -> str:
    best: Cause | None = answer.causes[0] if answer.causes else None
    if best is None or not answer.done:
        return f"⏳ {words.LOOKING.to(answer.lang)}"
    return _labelled(common.STANDINGS[best.standing], escape.line(best.title, 200), answer.lang)
