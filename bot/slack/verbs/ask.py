"""`ask TEXT` and the groups of checks: what is answered in the channel, through the inbox."""

from bot.slack.asks import Ask, Kind
from bot.slack.commands import Options, leading_options, read_options, too_many
from bot.slack.modal import open_form
from bot.slack.surface import Surface
from bot.slack.verbs.base import Said, Verb
from checks.text import Text

_CHECK_FORM = "{group} [SUBJECT] [-n NAMESPACE] [in CLUSTER]"


async def _ask(surface: Surface, said: Said) -> None:
    """Answer a paste, or open a form to paste into where there is none."""
    text, options = leading_options(said.rest.lstrip(" "))
    if text.strip():
        await _accept(surface, said, "ask", _asked(said, options, text=text))
    else:
        await open_form(surface, said.trigger, said.back, said.channel, options)


async def _check(surface: Surface, said: Said) -> None:
    """Run a group of checks."""
    left, options = read_options(said.rest.split())
    if len(left) > 1:
        raise too_many(left[1], _CHECK_FORM.format(group=said.word))
    subject = left[0] if left else ""
    await _accept(surface, said, "check", _asked(said, options, group=said.word, subject=subject))


async def _accept(surface: Surface, said: Said, kind: Kind, ask: Ask) -> None:
    surface.doors.remember(said.trigger, said.back)
    await surface.pipeline.accept(ask.event(said.trigger, kind))


def _asked(
    said: Said, options: Options, *, text: str = "", group: str = "", subject: str = ""
) -> Ask:
    return Ask(
        channel=said.channel,
        user=said.user,
        text=text,
        group=group,
        subject=subject,
        cluster=options.cluster,
        namespace=options.namespace,
        lang=options.lang,
        command=said.typed,
    )


ASK = Verb(
    name="ask",
    form="ask TEXT",
    about=Text(
        "names the error in TEXT, checks the cluster and posts the answer here. "
        "A first line `-n NAMESPACE in CLUSTER` narrows it. Without TEXT a form opens. In a "
        "thread, mention me or use *Check this error* in a message's menu.",
        "說明 TEXT 是什麼錯誤、檢查叢集，並把答案貼在這個頻道。"
        "第一行可寫 `-n NAMESPACE in CLUSTER` 指定範圍。"
        "沒有 TEXT 時會開啟表單。在討論串中請提及我，或用訊息選單的「檢查這個錯誤」。",
    ),
    take=_ask,
    at_once=True,
)
CHECK = Verb(
    name="GROUP",
    form=_CHECK_FORM.format(group="GROUP"),
    about=Text(
        "runs checks without an error. GROUP: {groups}.",
        "不需錯誤訊息，直接檢查。GROUP 可為 {groups}。",
    ),
    take=_check,
    at_once=True,
)
GROUP_HELP = Text(
    "`/netcheck {form}` runs the {group} checks, for example `/netcheck {group} -n shop`.",
    "`/netcheck {form}` 執行 {group} 檢查，例如 `/netcheck {group} -n shop`。",
)


def group_help(group: str) -> Text:
    """Return the help for one group of checks."""
    return GROUP_HELP.fill(form=_CHECK_FORM.format(group=group), group=group)
