"""`kb WORDS` finds entries of the knowledge base, `kb SLUG` shows one."""

import asyncio
from collections.abc import Sequence

from bot.core.errors import PasteRefusedError
from bot.core.paste import read_paste
from bot.slack import escape
from bot.slack import words_commands as words
from bot.slack.commands import nearest, read_options, wrong
from bot.slack.render_entry import render_entries, render_entry
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from bot.slack.verbs.reading import reading_lang
from checks.text import EMPTY, Lang, Text
from knowledge.load import Library
from knowledge.model import Entry

_BEST = 5  # arbitrary; who needs more knows better words


async def _kb(surface: Surface, said: Said) -> Reply:
    asked, options = read_options(said.rest.split())
    if not asked:
        raise wrong(KB.form)
    library = surface.back.library()
    lang = await reading_lang(surface, said, options) or _script(asked)
    if len(asked) == 1 and asked[0].lower() in library.entries:
        return render_entry(library.entries[asked[0].lower()], lang)
    return await asyncio.to_thread(_search, library, asked, lang)


def _search(library: Library, asked: Sequence[str], lang: Lang | None) -> Reply:
    """Return the best entries: those that hold all the words, else the nearest in wording."""
    shown = ", ".join(escape.inline(word, 80) for word in asked[:8])
    held = library.find(asked)
    if held:
        best = sorted(held, key=lambda entry: -_weight(entry, asked))[:_BEST]
        return render_entries(words.ENTRIES.fill(words=shown, count=len(held)), best, lang)
    near = _nearest(library, asked)
    if near:
        return render_entries(words.NEAR_ENTRIES.fill(words=shown), near, lang)
    slug = nearest(asked[0].lower(), library.entries)
    guess = words.GUESS_ENTRY.fill(slug=slug) if slug else EMPTY
    return render_entries(words.NO_ENTRY.fill(words=shown, guess=guess), (), lang)


def _weight(entry: Entry, asked: Sequence[str]) -> int:
    """Count the words that stand in an entry's own name; those are what it is about."""
    titles = " ".join([entry.slug, *(page.title for page in entry.pages.values())]).lower()
    return sum(word.lower() in titles for word in asked)


def _nearest(library: Library, asked: Sequence[str]) -> list[Entry]:
    """Return the entries that the words, read as a paste, suggest or come near to."""
    try:
        matching = library.match(read_paste(" ".join(asked)))
    except PasteRefusedError:
        return []
    slugs = dict.fromkeys((*(match.entry for match in matching.matches), *matching.nearest))
    return [library.entries[slug] for slug in slugs][:_BEST]


def _script(asked: Sequence[str]) -> Lang | None:
    """Return the language the words are in, None for those that may be of either."""
    return None if " ".join(asked).isascii() else "zh-TW"


KB = Verb(
    name="kb",
    form="kb WORDS|SLUG",
    about=Text(
        "finds what I know by words; with an entry's slug it shows that one.",
        "以關鍵字搜尋知識庫；輸入條目代號則顯示該條目。",
    ),
    take=_kb,
)
