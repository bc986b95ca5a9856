"""Incidents as Slack messages: a list, and one in full. Pure, within every limit."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from bot.core.archive import Found
from bot.core.incident import IncidentDetail, IncidentRow, SightingRow, TimelineRow
from bot.slack import escape, words_commands
from bot.slack.blocks import Block, Rendered, Sheet
from bot.slack.commands import lang_of
from bot.slack.moment import minute
from bot.slack.words import COLON, MORE_PARTS, QUOTES_LEFT, label
from checks.model import Verdict
from checks.text import Lang, Text
from knowledge.model import Entry

_TURNS = 12  # arbitrary; the newest of a long timeline
_FINDINGS = 4
_QUOTES = 3
_OPEN = "open"

PAGE = 10
"""Incidents in a list, few enough to be read at once."""

NEWER, OLDER = "incidents_newer", "incidents_older"
"""The `action_id` of each button."""

HEADINGS: Mapping[str, Text] = {
    "open": words_commands.INCIDENTS_OPEN,
    "mine": words_commands.INCIDENTS_MINE,
    "all": words_commands.INCIDENTS_ALL,
}
_VALUE = 2_000  # characters of a button's value (docs.slack.dev, button element)

Entries = Mapping[str, Entry]


class Query(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which incidents a list shows, as its buttons carry it, and how many stand before them.

    `which` is `open`, `mine` or `all`; `since` is ISO 8601 UTC; `lang` is "" for both languages.
    """

    which: str = "open"
    entry: str = ""
    cluster: str = ""
    namespace: str = ""
    since: str = ""
    offset: int = 0
    lang: str = ""


def render_incidents(query: Query, found: Found, entries: Entries) -> Rendered:
    """Return a list, a line each, with buttons where there are more."""
    lang = lang_of(query.lang)
    tongue = lang or "en"
    lead = HEADINGS.get(query.which, words_commands.INCIDENTS_ALL).fill(count=found.total)
    buttons = tuple(_buttons(query, found, lang))
    sheet = Sheet(tongue, buttons)
    sheet.paragraph([f"*{label(lead, lang)}*", *incident_lines(found.rows, entries, lang)])
    if not found.rows:
        sheet.paragraph([label(words_commands.NO_INCIDENTS, lang)])
    small = [_place(query, found, lang)] if buttons else []
    if found.rows:
        small.append(label(words_commands.SHOW_INCIDENT, lang))
    sheet.small(small)
    return Rendered(text=lead.to(tongue), blocks=(*sheet.blocks(), *buttons))


def read_query(value: str) -> Query | None:
    """Return what a pressed button carries, None for what is no query of this version."""
    try:
        query = msgspec.json.decode(value, type=Query)
        datetime.fromisoformat(query.since or "2026-01-01T00:00:00Z")
    except (msgspec.MsgspecError, ValueError):
        return None
    return query if query.offset >= 0 else None


def _buttons(query: Query, found: Found, lang: Lang | None) -> Iterator[Block]:
    """Yield a row with a button for each neighbouring page there is, or nothing."""
    after = query.offset + len(found.rows)
    turns = []
    if query.offset:
        turns.append((NEWER, words_commands.NEWER, max(0, query.offset - PAGE)))
    if found.rows and after < found.total:
        turns.append((OLDER, words_commands.OLDER, after))
    elements = [_button(name, text, query, offset, lang) for name, text, offset in turns]
    if elements and all(len(one["value"]) <= _VALUE for one in elements):
        yield {"type": "actions", "elements": elements}


def _button(name: str, text: Text, query: Query, offset: int, lang: Lang | None) -> Block:
    value = msgspec.json.encode(msgspec.structs.replace(query, offset=offset)).decode()
    shown = {"type": "plain_text", "text": label(text, lang)}
    return {"type": "button", "action_id": name, "text": shown, "value": value}


def _place(query: Query, found: Found, lang: Lang | None) -> str:
    first, last = query.offset + 1, query.offset + len(found.rows)
    return label(words_commands.PLACE.fill(first=first, last=last, count=found.total), lang)


def incident_lines(
    rows: Iterable[IncidentRow], entries: Entries, lang: Lang | None
) -> Iterator[str]:
    """Yield each incident on a line, escaped."""
    for row in rows:
        mark = "🔴" if row.status == _OPEN else "🟢"
        seen = words_commands.SEEN_ONE if row.count == 1 else words_commands.SEEN_TIMES
        last = escape.line(minute(row.last_seen), 40)
        parts = [
            f"{mark} *#{row.id}* {title(row.entry, entries, lang)}",
            escape.line(row.subject, 150),
            escape.line(row.cluster, 80),
            label(seen.fill(count=row.count, last=last), lang),
        ]
        yield " · ".join(part for part in parts if part)


def title(slug: str, entries: Entries, lang: Lang | None) -> str:
    """Return an entry's title, escaped; of one that is no more, its slug."""
    known = entries.get(slug)
    return escape.line(known.page(lang or "en").title if known else slug, 150)


def render_incident(detail: IncidentDetail, entries: Entries, lang: Lang | None) -> Rendered:
    """Return one incident: how it stands, what mended it last, what was found, its timeline."""
    tongue = lang or "en"
    row = detail.incident
    status = words_commands.STATUSES.get(row.status, Text(row.status, row.status))
    sheet = Sheet(tongue)
    sheet.paragraph(incident_lines([row], entries, lang))
    sheet.small([escape.line(label(status, lang), 60), escape.inline(row.entry, 100)])
    sheet.paragraph(_mended(detail.timeline, lang))
    if detail.sightings:
        _tell_evidence(sheet, detail.sightings[0], lang)
    sheet.paragraph(_timeline(detail.timeline, lang))
    return Rendered(text=f"#{row.id} {title(row.entry, entries, lang)}", blocks=sheet.blocks())


def _mended(turns: Iterable[TimelineRow], lang: Lang | None) -> Iterator[str]:
    """Yield who resolved it last, when and how."""
    last = [turn for turn in turns if turn.what == "resolved"][-1:]
    for turn in last:
        heading = label(words_commands.MENDED, lang) + COLON.to(lang or "en").rstrip()
        yield f"*{heading}* {_turn(turn, lang)}"


def _tell_evidence(sheet: Sheet, sighting: SightingRow, lang: Lang | None) -> None:
    """Tell what the newest sighting was: the findings, or else what was pasted."""
    tongue = lang or "en"
    heading = words_commands.EVIDENCE.fill(at=escape.line(minute(sighting.at), 40))
    found = [one for one in sighting.findings if one.verdict == Verdict.FOUND.value]
    sheet.paragraph([f"*{label(heading, lang)}*"])
    for finding in found[:_FINDINGS]:
        subject = escape.line(finding.subject, 150)
        summary = escape.line(finding.summary.to(tongue), 400)
        quotes = [" ".join(one.split()) for one in finding.evidence if one.strip()]
        quoted = escape.code("\n".join(quotes[:_QUOTES]), 1_000, width=300) if quotes else ""
        left = len(quotes) - _QUOTES
        more = QUOTES_LEFT.fill(count=left).to(tongue) if left > 0 else ""
        sheet.paragraph([f"*{subject}* {summary}".strip(), quoted, more])
    if len(found) > _FINDINGS:
        sheet.small([MORE_PARTS.fill(count=len(found) - _FINDINGS).to(tongue)])
    if not found:
        sheet.paragraph([label(words_commands.NO_EVIDENCE, lang)])
        paste = sighting.paste.strip()
        if paste:
            pasted = f"*{label(words_commands.PASTE, lang)}*"
            sheet.paragraph([f"{pasted}\n{escape.code(paste, 1_000)}"])


def _timeline(turns: tuple[TimelineRow, ...], lang: Lang | None) -> Iterator[str]:
    if not turns:
        return
    yield f"*{label(words_commands.TIMELINE, lang)}*"
    if len(turns) > _TURNS:
        yield MORE_PARTS.fill(count=len(turns) - _TURNS).to(lang or "en")
    for turn in turns[-_TURNS:]:
        yield _turn(turn, lang)


def _turn(turn: TimelineRow, lang: Lang | None) -> str:
    what = words_commands.TURNS.get(turn.what, Text(turn.what, turn.what))
    parts = [
        escape.line(minute(turn.at), 40),
        escape.line(label(what, lang), 80),
        _person(turn.who),
        escape.line(turn.detail, 300),
    ]
    return " · ".join(part for part in parts if part)


def _person(who: str) -> str:
    """Return a mention of a Slack user, or the name as it stands."""
    return (
        f"<@{who}>" if who.isascii() and who.isalnum() and who.isupper() else escape.line(who, 80)
    )
