"""What the Home tab says, in English and Traditional Chinese."""

from checks.text import Text

TITLE = Text("netcheck {version}", "netcheck {version}")
MINE = Text("Your open incidents: {count}", "你的未解決事件：{count} 件")
NONE_MINE = Text(
    "None. An incident is yours when you asked about it or took it.",
    "沒有。由你提問或認領的事件會列在這裡。",
)
MORE_MINE = Text(
    "{count} more: `/netcheck incidents mine`", "另有 {count} 件：`/netcheck incidents mine`"
)
LINKS = Text("Linked channels: {count}", "已連結的頻道：{count} 個")
NO_LINKS = Text(
    "None yet: `/netcheck link CLUSTER [NAMESPACE]` in a channel.",
    "尚無：請在頻道中輸入 `/netcheck link CLUSTER [NAMESPACE]`。",
)
MORE_LINKS = Text("{count} more", "另有 {count} 個")
LOOKING = Text("⏳ being asked", "⏳ 查詢中")
UNASKED = Text("not asked", "未查詢")
MORE_CLUSTERS = Text(
    "{count} more: `/netcheck status in CLUSTER`", "另有 {count} 個：`/netcheck status in CLUSTER`"
)
LATELY = Text("The last 7 days", "最近 7 天")
START = Text("How to start", "開始使用")
HOW = Text(
    "• Mention me in a channel with the error you see, or write it to me under *Messages*.\n"
    "• *Check this error* in a message's menu (⋮) answers in its thread.\n"
    "• `/netcheck dns`, `service`, `pod`, `node` and others look without an error; "
    "`/netcheck help` has them all.\n"
    "• Where I am to answer, say `/invite @netcheck` once.",
    "• 在頻道中提及我並貼上錯誤訊息，或在「訊息」分頁傳給我。\n"
    "• 訊息選單（⋮）中的「檢查這個錯誤」會在討論串中回覆。\n"
    "• `/netcheck dns`、`service`、`pod`、`node` 等可直接檢查；完整列表見 `/netcheck 說明`。\n"
    "• 要我在某個頻道回覆，請先輸入一次 `/invite @netcheck`。",
)
UNREAD = Text("I cannot read my database: {why}", "無法讀取資料庫：{why}")
ASKED_AT = Text("As of {at}", "更新於 {at}")
