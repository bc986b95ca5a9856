"""The table of commands. A new one is a `Verb` in a file of its own, and a line here."""

from collections.abc import Sequence

from bot.core.errors import ClusterError
from bot.slack import escape
from bot.slack.commands import unknown
from bot.slack.surface import Surface
from bot.slack.verbs.ask import ASK, CHECK, group_help
from bot.slack.verbs.base import Said, Verb
from bot.slack.verbs.channel import LANG, LINK, WATCH
from bot.slack.verbs.digest import DIGEST
from bot.slack.verbs.incidents import INCIDENT, INCIDENTS
from bot.slack.verbs.kb import KB
from bot.slack.verbs.status import STATUS
from bot.slack.words import say
from checks.text import Lang, Text

_NAMED = 20  # arbitrary; a kubeconfig may have hundreds of contexts
CHINESE_HELP = ("說明", "幫助")


async def _help(surface: Surface, said: Said) -> str:
    """Explain one command, or all."""
    lang: Lang | None = "zh-TW" if said.word in CHINESE_HELP else said.lang
    topic = said.rest.strip().lower()
    groups = surface.desk.groups()
    if topic in groups:
        return say(group_help(topic), lang)
    if topic and topic not in VERBS:
        raise unknown(topic, known(groups))
    if topic and topic != HELP.name:
        return say(_line(VERBS[topic], surface), lang)
    lines = [Text("• ", "• ") + _line(verb, surface) for verb in (ASK, CHECK, *_ALL[1:])]
    whole = Text("\n".join(one.en for one in lines), "\n".join(one.zh_tw for one in lines))
    return say(whole, lang)


HELP = Verb(
    name="help",
    form="help [COMMAND]",
    about=Text("says more. 中文說明：`/netcheck 說明`", "查看單一指令。English: `/netcheck help`"),
    take=_help,
    at_once=True,
)
_ALL = (ASK, KB, INCIDENTS, INCIDENT, DIGEST, STATUS, LINK, WATCH, LANG, HELP)
VERBS: dict[str, Verb] = {verb.name: verb for verb in _ALL}


def find(word: str, groups: Sequence[str]) -> Verb:
    """Return the command a first word names. Raises `UsageError` with the nearest one."""
    if word in {"", *CHINESE_HELP}:
        return HELP
    if word in VERBS:
        return VERBS[word]
    if word in groups:
        return CHECK
    raise unknown(word, known(groups))


def known(groups: Sequence[str]) -> tuple[str, ...]:
    """Return every first word there is."""
    return (*sorted(VERBS), *groups)


def _line(verb: Verb, surface: Surface) -> Text:
    """Return a command's form and what it does."""
    groups = _listed(surface.desk.groups())
    about = verb.about.fill(clusters=_clusters(surface), groups=groups)
    form = f"`/netcheck {verb.form}` "
    return Text(form, form) + about


def _clusters(surface: Surface) -> str:
    try:
        return _listed(surface.desk.clusters())
    except ClusterError:  # the kubeconfig cannot be read; help is wanted all the more
        return "-"


def _listed(names: Sequence[str]) -> str:
    named = ", ".join(escape.inline(name, 100) for name in names[:_NAMED])
    return (named + (", …" if len(names) > _NAMED else "")) or "-"
