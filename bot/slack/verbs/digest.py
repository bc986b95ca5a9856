"""`digest`: what happened lately."""

from bot.core.archive import Wanted
from bot.slack.commands import read_options, too_many
from bot.slack.render_digest import render_digest
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from bot.slack.verbs.reading import read_span, reading_lang
from checks.text import Text

_USUAL = "7d"


async def _digest(surface: Surface, said: Said) -> Reply:
    typed, options = read_options(said.rest.split())
    left = [word for word in typed if word.lower() != "since"]
    if len(left) > 1:
        raise too_many(left[1], DIGEST.form)
    until = surface.back.now()
    since = until - read_span(left[0] if left else _USUAL)
    wanted = Wanted(cluster=options.cluster, namespace=options.namespace)
    digest = await surface.back.archive.digest(since, until, wanted)
    lang = await reading_lang(surface, said, options)
    return render_digest(digest, surface.back.library().entries, lang)


DIGEST = Verb(
    name="digest",
    form="digest [7d] [-n NAMESPACE] [in CLUSTER]",
    about=Text(
        "counts what happened lately: new and open incidents, the most frequent causes.",
        "統計近期發生的事：新增與未解決的事件、最常見的原因。",
    ),
    take=_digest,
)
