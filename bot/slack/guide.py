"""What `/netcheck help` says."""

from collections.abc import Sequence

from bot.slack.commands import WORDS, HelpCommand, unknown
from checks.text import Lang, Text

_OPTIONS = "[SUBJECT] [-n NAMESPACE] [in CLUSTER]"
_ASK = Text(
    "`/netcheck ask TEXT` names the error in TEXT, checks the cluster and posts the answer here. "
    "A first line `-n NAMESPACE in CLUSTER` narrows it. Without TEXT a form opens. In a thread, "
    "mention me or use *Check this error* in a message's menu.",
    "`/netcheck ask TEXT` 說明 TEXT 是什麼錯誤、檢查叢集，並把答案貼在這個頻道。"
    "第一行可寫 `-n NAMESPACE in CLUSTER` 指定範圍。"
    "沒有 TEXT 時會開啟表單。在討論串中請提及我，或用訊息選單的「檢查這個錯誤」。",
)
_CHECK = Text(
    "`/netcheck {group} {options}` runs the {group} checks, for example "
    "`/netcheck {group} -n shop`.",
    "`/netcheck {group} {options}` 執行 {group} 檢查，例如 `/netcheck {group} -n shop`。",
)
_CHECKS = Text(
    "`/netcheck GROUP {options}` runs checks without an error. GROUP: {groups}.",
    "`/netcheck GROUP {options}` 不需錯誤訊息，直接檢查。GROUP 可為 {groups}。",
)
_LINK = Text(
    "`/netcheck link CLUSTER [NAMESPACE]` says which cluster this channel asks about. "
    "CLUSTER: {clusters}.",
    "`/netcheck link CLUSTER [NAMESPACE]` 設定此頻道查詢的叢集。CLUSTER 可為 {clusters}。",
)
_WATCH = Text(
    "`/netcheck watch on` answers errors in this channel unasked, where I am sure of them; "
    "`watch on bots` those that programs post too, `watch off` ends it, `watch status` tells.",
    "`/netcheck watch on` 會主動回覆此頻道中確定的錯誤；`watch on bots` 連機器人的訊息也回覆，"
    "`watch off` 停止，`watch status` 查看狀態。",
)
_HELP = Text(
    "`/netcheck help COMMAND` says more. 中文說明：`/netcheck 說明`",
    "`/netcheck 說明 COMMAND` 查看單一指令。English: `/netcheck help`",
)


def guide(command: HelpCommand, groups: Sequence[str], clusters: Sequence[str]) -> str:
    """Return the help for one command, or for all. Raises `UsageError` for one there is not."""
    lang: Lang = "zh-TW" if command.chinese else "en"
    checks = _CHECKS.fill(options=_OPTIONS, groups=_listed(groups))
    link = _LINK.fill(clusters=_listed(clusters))
    if command.topic in groups:
        return _CHECK.fill(group=command.topic, options=_OPTIONS).to(lang)
    if command.topic and command.topic not in WORDS:
        raise unknown(command.topic, groups)
    pages = {"ask": [_ASK], "link": [link], "watch": [_WATCH]}
    chosen = pages.get(command.topic, [_ASK, checks, link, _WATCH, _HELP])
    return "\n".join(f"• {text.to(lang)}" if len(chosen) > 1 else text.to(lang) for text in chosen)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "-"
