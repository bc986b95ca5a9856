"""`link`, `watch` and `lang`: how a channel is answered. To change it needs leave."""

from bot.core.leave import Act
from bot.core.ports import Link, Watch
from bot.slack import escape, words
from bot.slack.commands import UsageError, is_namespace, lang_of, read_options, wrong
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from checks.text import EMPTY, Lang, Text

_SPOKEN: dict[Lang | None, Text] = {
    "en": Text("This channel is answered in English.", "此頻道以英文回覆。"),
    "zh-TW": Text("This channel is answered in Chinese.", "此頻道以中文回覆。"),
    None: Text(
        "An answer here speaks the language of its paste; help is in both.",
        "此頻道的回覆依貼上的內容選擇語言；說明文字則兩種並列。",
    ),
}
_WATCHES: dict[tuple[str, ...], Watch | None] = {
    (): None,
    ("status",): None,
    ("on",): "people",
    ("on", "bots"): "all",
    ("off",): "",
}


async def refused(surface: Surface, said: Said, act: Act) -> str:
    """Return why the user may not do this, "" where they may."""
    refusal = await surface.leave.refusal(said.user, act)
    return said.say(refusal) if refusal else ""


async def _link(surface: Surface, said: Said) -> Reply:
    cluster, namespace = _target(said)
    if refusal := await refused(surface, said, "link"):
        return refusal
    made = await surface.desk.link(Link(said.channel, cluster, namespace, said.user))
    where = words.LINKED_NAMESPACE.fill(name=_shown(made.namespace)) if made.namespace else EMPTY
    return said.say(words.LINKED.fill(cluster=_shown(made.cluster), namespace=where))


def _shown(name: str) -> str:
    return escape.line(name.replace("`", "'"), 253)


def _target(said: Said) -> tuple[str, str]:
    """Read `CLUSTER [NAMESPACE]`, or the same as `in CLUSTER [-n NAMESPACE]`."""
    left, options = read_options(said.rest.split())
    named = [one for one in (options.cluster, *left, options.namespace) if one]
    if not 1 <= len(named) <= 2 or (options.namespace and len(named) == 1):  # noqa: PLR2004
        raise wrong(LINK.form)
    cluster, namespace = (*named, "")[:2]
    if namespace and not is_namespace(namespace):
        raise UsageError(words.FORM_NAMESPACE)
    return cluster, namespace


async def _watch(surface: Surface, said: Said) -> Reply:
    typed = tuple(said.rest.lower().split())
    if typed not in _WATCHES:
        raise wrong(WATCH.form)
    whom = _WATCHES[typed]
    if whom is None:
        link = await surface.desk.link_of(said.channel)
    elif refusal := await refused(surface, said, "watch"):
        return refusal
    else:
        link = await surface.desk.watch(said.channel, whom, said.user)
    return said.say(words.WATCHED[link.watch if link else ""])


async def _speak(surface: Surface, said: Said) -> Reply:
    typed = said.rest.split()
    if not typed:
        return words.say(_SPOKEN[said.lang], said.lang)
    lang = lang_of(typed[0])
    if len(typed) > 1 or (lang is None and typed[0].lower() != "auto"):
        raise wrong(LANG.form)
    if refusal := await refused(surface, said, "link"):
        return refusal
    await surface.back.languages.set_channel(said.channel, lang, said.user)
    return words.say(_SPOKEN[lang], lang)


LINK = Verb(
    name="link",
    form="link CLUSTER [NAMESPACE]",
    about=Text(
        "says which cluster this channel asks about. CLUSTER: {clusters}.",
        "設定此頻道查詢的叢集。CLUSTER 可為 {clusters}。",
    ),
    take=_link,
)
WATCH = Verb(
    name="watch",
    form="watch on [bots]|off|status",
    about=Text(
        "answers errors in this channel unasked, where I am sure of them; "
        "`watch on bots` those that programs post too, `watch off` ends it, `watch status` tells.",
        "會主動回覆此頻道中確定的錯誤；`watch on bots` 連機器人的訊息也回覆，"
        "`watch off` 停止，`watch status` 查看狀態。",
    ),
    take=_watch,
)
LANG = Verb(
    name="lang",
    form="lang [en|zh-TW|auto]",
    about=Text(
        "says in which language this channel is answered; `lang auto` goes by each paste.",
        "設定此頻道的回覆語言；`lang auto` 依每次貼上的內容決定。",
    ),
    take=_speak,
)
