"""What commands answer in their own words, in English and Traditional Chinese."""

from collections.abc import Mapping

from bot.core.ports import Watch
from checks.text import Text

# The knowledge base.
NO_ENTRY = Text(
    "No entry holds {words}.{guess} Fewer words find more; an error is best pasted whole: "
    "`/netcheck ask`.",
    "沒有條目包含 {words}。{guess}請減少關鍵字；錯誤訊息請完整貼上：`/netcheck ask`。",
)
GUESS_ENTRY = Text(" Did you mean `/netcheck kb {slug}`?", " 是不是 `/netcheck kb {slug}`？")
NEAR_ENTRIES = Text(
    "No entry holds {words}. The nearest are:", "沒有條目包含 {words}。最接近的是："
)
ENTRIES = Text("Entries that hold {words}: {count}", "包含 {words} 的條目：{count} 筆")
READ_ENTRY = Text(
    "`/netcheck kb {slug}` shows one in full.", "用 `/netcheck kb {slug}` 查看完整內容。"
)
MEANING = Text("Meaning", "意義")
ENTRY_LEFT = Text(
    "The rest: `netcheck kb show {slug}` on the command line.",
    "其餘內容請在命令列執行 `netcheck kb show {slug}`。",
)

# Incidents.
INCIDENTS_OPEN = Text("Open incidents: {count}", "未解決的事件：{count} 件")
INCIDENTS_MINE = Text("Incidents you asked about or took: {count}", "與你有關的事件：{count} 件")
INCIDENTS_ALL = Text("Incidents: {count}", "事件：{count} 件")
NO_INCIDENTS = Text("There are none.", "沒有事件。")
SEEN_TIMES = Text("seen {count} times, last {last}", "出現 {count} 次，最近 {last}")
SEEN_ONE = Text("seen once, {last}", "出現 1 次，{last}")
STATUSES: Mapping[str, Text] = {
    "open": Text("open", "未解決"),
    "resolved": Text("resolved", "已解決"),
}
PLACE = Text("{first} to {last} of {count}", "第 {first} 至 {last} 件，共 {count} 件")
NEWER = Text("Newer", "較新")
OLDER = Text("Older", "較舊")
OLD_PAGE = Text(
    "These buttons are another version's: use `/netcheck incidents` again.",
    "這些按鈕來自其他版本：請重新輸入 `/netcheck incidents`。",
)
SHOW_INCIDENT = Text(
    "`/netcheck incident ID` shows one.", "用 `/netcheck incident ID` 查看單一事件。"
)
NO_INCIDENT = Text(
    "There is no incident #{number}: see `/netcheck incidents all`.",
    "沒有事件 #{number}：請見 `/netcheck incidents all`。",
)
TIMELINE = Text("Timeline", "時間軸")
TURNS: Mapping[str, Text] = {
    "opened": Text("opened", "建立"),
    "reopened": Text("opened again", "重新開啟"),
    "resolved": Text("resolved", "解決"),
    "acknowledged": Text("taken", "認領"),
    "released": Text("given back", "取消認領"),
    "checked": Text("checked again", "重新檢查"),
    "rated": Text("rated", "評價"),
    "disputed": Text("called another cause", "認為是其他原因"),
    "unsent": Text("Slack did not take the answer", "Slack 未接受答覆"),
}
MENDED = Text("Last mended", "上次的修復")
EVIDENCE = Text("Evidence, {at}", "證據，{at}")
NO_EVIDENCE = Text("No check found anything.", "沒有檢查發現問題。")
PASTE = Text("Pasted", "貼上的內容")

# Status.
UP = Text("netcheck {version} · up {length}", "netcheck {version} · 已執行 {length}")
CLUSTERS = Text("Clusters", "叢集")
NO_CLUSTERS = Text(
    "None: the bot has no kubeconfig, is in no cluster and was given no snapshot.",
    "沒有：未設定 kubeconfig、不在叢集內，也沒有快照。",
)
UNASKED = Text(
    "{count} more were not asked: `status in CLUSTER`", "另有 {count} 個未查詢：`status in CLUSTER`"
)
THIS_CHANNEL = Text("This channel", "此頻道")
LINKED_TO = Text("linked to `{cluster}`", "連結叢集 `{cluster}`")
LINKED_IN = Text(
    "linked to `{cluster}`, namespace `{namespace}`", "連結叢集 `{cluster}`，命名空間 `{namespace}`"
)
NOT_LINKED = Text("linked to no cluster", "未連結叢集")
WATCHING: Mapping[Watch, Text] = {
    "": Text("not watched", "未監看"),
    "people": Text("watched", "監看中"),
    "all": Text("watched, bots too", "監看中，包括機器人"),
}
SPEAKS = Text("answered in {lang}", "以 {lang} 回覆")
SPEAKS_AUTO = Text("answered in the paste's language", "依貼上的內容選擇語言")
LIBRARY = Text("Knowledge base", "知識庫")
ENTRIES_SHIPPED = Text("{shipped} entries", "{shipped} 筆條目")
ENTRIES_OWN = Text(
    "{shipped} shipped entries, {own} of your own", "內建 {shipped} 筆條目，自訂 {own} 筆"
)
WAITING = Text("Waiting", "等待中")
BACKLOG = Text(
    "events to answer: {events} · messages for Slack: {messages}",
    "待回覆的事件：{events} · 待送出的訊息：{messages}",
)

# The digest.
DIGEST = Text("From {since} to {until}", "{since} 至 {until}")
QUIET = Text("Nothing happened.", "沒有任何事件。")
STILL_OPEN = Text("Still open: {count}.", "仍未解決：{count} 件。")
COUNTS = Text(
    "{new} new · {again} seen again · {resolved} resolved · {open} open now · pastes: {sightings}",
    "新增 {new} 件 · 再次出現 {again} 件 · 解決 {resolved} 件 · 目前未解決 {open} 件 · "
    "貼上：{sightings} 次",
)
UNMATCHED = Text("Pastes I did not know: {count}", "無法辨識的內容：{count} 筆")
TOP_CAUSES = Text("Most frequent causes", "最常見的原因")
NOISIEST = Text("Seen most often", "最常出現的對象")
TIMES = Text("{count} times", "{count} 次")
ONCE = Text("once", "1 次")
