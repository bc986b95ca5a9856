"""`incidents` lists what was found before, `incident ID` shows one."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.archive import Wanted
from bot.slack import words_commands as words
from bot.slack.blocks import Rendered
from bot.slack.commands import UsageError, nearest, read_options, too_many, wrong
from bot.slack.render_incidents import HEADINGS, PAGE, Query, render_incident, render_incidents
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from bot.slack.verbs.reading import read_span, reading_lang
from checks.text import EMPTY, Text

_LARGEST = 2**31 - 1  # what the database's INTEGER holds
_NO_CAUSE = Text(
    "`{word}` is no entry.{guess} The form is `/netcheck {form}`",
    "沒有 `{word}` 這個條目。{guess}用法：`/netcheck {form}`",
)
_GUESS = Text(" Did you mean `{slug}`?", " 是不是 `{slug}`？")


async def page(surface: Surface, query: Query, user: str) -> Rendered:
    """Return one page of a list, for the person who asks."""
    wanted = Wanted(
        open=query.which == "open",
        user=user if query.which == "mine" else "",
        entry=query.entry,
        cluster=query.cluster,
        namespace=query.namespace,
        since=datetime.fromisoformat(query.since) if query.since else None,
    )
    found = await surface.back.archive.find(wanted, PAGE, query.offset)
    return render_incidents(query, found, surface.back.library().entries)


async def _incidents(surface: Surface, said: Said) -> Reply:
    typed, options = read_options(said.rest.split())
    left, span = _since(typed)
    which = left.pop(0).lower() if left and left[0].lower() in HEADINGS else "open"
    if len(left) > 1:
        raise too_many(left[1], INCIDENTS.form)
    since = (surface.back.now() - read_span(span)).isoformat(timespec="seconds") if span else ""
    query = Query(
        which=which,
        entry=_entry(surface, left[0]) if left else "",
        cluster=options.cluster,
        namespace=options.namespace,
        since=since,
        lang=await reading_lang(surface, said, options) or "",
    )
    return await page(surface, query, said.user)


def _since(typed: Sequence[str]) -> tuple[list[str], str]:
    """Take `since 7d` from among the words."""
    left = list(typed)
    places = [place for place, word in enumerate(left) if word.lower() == "since"]
    if not places:
        return left, ""
    at = places[0]
    if at + 1 >= len(left):
        raise wrong(INCIDENTS.form)
    span = left[at + 1]
    del left[at : at + 2]
    return left, span


def _entry(surface: Surface, word: str) -> str:
    """Return the entry a word names. Raises `UsageError` with the nearest one."""
    entries, slug = surface.back.library().entries, word.lower()
    if slug in entries:
        return slug
    near = nearest(slug, (*HEADINGS, *entries))
    guess = _GUESS.fill(slug=near) if near else EMPTY
    raise UsageError(_NO_CAUSE.fill(word=word[:60], guess=guess, form=INCIDENTS.form))


async def _incident(surface: Surface, said: Said) -> Reply:
    typed, options = read_options(said.rest.split())
    number = typed[0].removeprefix("#") if len(typed) == 1 else ""
    if not (number.isascii() and number.isdecimal() and 0 < int(number) <= _LARGEST):
        raise wrong(INCIDENT.form)
    detail = await surface.back.archive.show(int(number))
    if detail is None:
        raise UsageError(words.NO_INCIDENT.fill(number=int(number)))
    lang = await reading_lang(surface, said, options)
    return render_incident(detail, surface.back.library().entries, lang)


INCIDENTS = Verb(
    name="incidents",
    form="incidents [open|mine|all] [CAUSE] [since 7d] [-n NAMESPACE] [in CLUSTER]",
    about=Text(
        "lists what was found before, the last seen first.", "列出先前發現的事件，最近的在前。"
    ),
    take=_incidents,
)
INCIDENT = Verb(
    name="incident",
    form="incident ID",
    about=Text(
        "shows one: its timeline, the evidence, how it was last mended.",
        "顯示單一事件：時間軸、證據與上次的修復方式。",
    ),
    take=_incident,
)
